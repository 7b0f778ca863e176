/** Which contents spans carry. Neither by default: contents may be personal or secret. */
type AISDKStorageOptions = {
  /** Messages to and from the model, on `chat` spans. Default false. */
  readonly storeMessages?: boolean;
  /** Arguments and results of tools, on `execute_tool` spans. Default false. */
  readonly storeTools?: boolean;
};
/** Options of `wrapAISDK`. */
type AISDKInstrumentationOptions = AISDKStorageOptions & {
  /**
   * Keys of the calls' `runtimeContext` (`experimental_context` in version 6) that spans carry as
   * `cloudflare.agents.runtime_context.{key}`. Only text, numbers and booleans do.
   */
  readonly includeRuntimeContext?: readonly string[];
};
/**
 * The AI SDK (version 6 or 7) with traces: each `generateText`, `streamText`, `generateObject` and
 * `streamObject` is an OpenTelemetry span `invoke_agent {agent}`, with a `chat {model}` span below it
 * for each call of the model and an `execute_tool {tool}` span for each run of a tool. Names and
 * attributes follow the conventions for generative AI. What people and models wrote is left out
 * unless the options ask for it; messages of errors always are.
 *
 * The agent is the call's `telemetry.functionId`, else the agent whose code is running. Nothing is
 * recorded while no OpenTelemetry provider is registered.
 *
 * @param ai The SDK's namespace: `import * as ai from "ai"`.
 * @returns The same namespace with those four functions replaced.
 *
 * @example
 * import * as ai from "ai";
 * import { wrapAISDK } from "@freehold/agents/observability/ai";
 *
 * const { streamText } = wrapAISDK(ai);
 */
declare function wrapAISDK<T extends Record<string, unknown>>(ai: T, options?: AISDKInstrumentationOptions): T;
export {
  type AISDKInstrumentationOptions,
  type AISDKStorageOptions,
  wrapAISDK,
};