import { tracedModel, type WrapLanguageModel } from "./model.ts";
import { beginOperation, countToolCalls, type Operation } from "./operation.ts";
import type { AISDKInstrumentationOptions } from "./options.ts";
import { type Fields, fields, list } from "./read.ts";
import { endWithReader, streamWatch } from "./streams.ts";
import { tracedTools } from "./tools.ts";

type SdkFunction = (call: Fields, ...rest: unknown[]) => unknown;

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
export function wrapAISDK<T extends Record<string, unknown>>(
  ai: T,
  options: AISDKInstrumentationOptions = {},
): T {
  const wrap = ai.wrapLanguageModel as WrapLanguageModel | undefined;
  const traced = (name: string, run: Runner) => {
    const original = ai[name];
    if (typeof original !== "function") return {};
    const replacement: SdkFunction = (call, ...rest) => {
      const operation = beginOperation(name, fields(call), options);
      const inner = (changes: Fields = {}) =>
        operation.span.run(() =>
          (original as SdkFunction)({ ...tracedCall(call, wrap, operation), ...changes }, ...rest),
        );
      return run(operation, fields(call), inner);
    };
    return { [name]: replacement };
  };
  return {
    ...ai,
    ...traced("generateText", generate),
    ...traced("generateObject", generate),
    ...traced("streamText", streamText),
    ...traced("streamObject", streamObject),
  };
}

type Runner = (operation: Operation, call: Fields, run: (changes?: Fields) => unknown) => unknown;

function tracedCall(
  call: Fields,
  wrap: WrapLanguageModel | undefined,
  operation: Operation,
): Fields {
  const { model, tools, prepareStep } = call;
  const changed = {
    ...call,
    model: tracedModel(model, wrap, operation),
    ...(tools === undefined ? {} : { tools: tracedTools(tools, operation) }),
  };
  if (typeof prepareStep !== "function") return changed;
  const prepare = prepareStep as (options: unknown) => unknown;
  return {
    ...changed,
    async prepareStep(options: unknown) {
      // The step sees the model as it was given, and may name another.
      const step = await prepare({ ...fields(options), model });
      const chosen = fields(step).model;
      if (chosen === undefined) return step;
      return { ...fields(step), model: tracedModel(chosen, wrap, operation) };
    },
  };
}

const generate: Runner = async (operation, _call, run) => {
  try {
    const result = fields(await run());
    for (const part of list(result.content)) operation.approvalAsked(part);
    operation.finish({
      usage: result.totalUsage ?? result.usage,
      reason: result.finishReason,
      toolCalls: countToolCalls(result.steps),
    });
    return result;
  } catch (error) {
    operation.span.fail(error);
    throw error;
  }
};

const streamText: Runner = (operation, call, run) => {
  const { experimental_transform: given } = call;
  const transforms = Array.isArray(given) ? given : given === undefined ? [] : [given];
  const watch = () => new TransformStream(streamWatch(operation));
  return started(operation, () =>
    endWithReader(run({ experimental_transform: [watch, ...transforms] }), operation.span),
  );
};

const streamObject: Runner = (operation, call, run) => {
  const theirs = call.onFinish as ((event: unknown) => unknown) | undefined;
  const onFinish = (event: unknown) => {
    const { usage, error } = fields(event);
    if (error === undefined) {
      operation.finish({ usage, reason: fields(event).finishReason, toolCalls: undefined });
    } else operation.span.fail(error);
    return theirs?.(event);
  };
  return started(operation, () => {
    const result = endWithReader(run({ onFinish }), operation.span);
    const whole = fields(result).object as PromiseLike<unknown> | undefined;
    // A result that never comes is told of here alone: it has no last event.
    whole?.then(undefined, (error: unknown) => operation.span.fail(error));
    return result;
  });
};

function started<T>(operation: Operation, start: () => T): T {
  try {
    return start();
  } catch (error) {
    operation.span.fail(error);
    throw error;
  }
}
