/** Which contents spans carry. Neither by default: contents may be personal or secret. */
export type AISDKStorageOptions = {
  /** Messages to and from the model, on `chat` spans. Default false. */
  readonly storeMessages?: boolean;
  /** Arguments and results of tools, on `execute_tool` spans. Default false. */
  readonly storeTools?: boolean;
};

/** Options of `wrapAISDK`. */
export type AISDKInstrumentationOptions = AISDKStorageOptions & {
  /**
   * Keys of the calls' `runtimeContext` (`experimental_context` in version 6) that spans carry as
   * `cloudflare.agents.runtime_context.{key}`. Only text, numbers and booleans do.
   */
  readonly includeRuntimeContext?: readonly string[];
};
