import type { Operation } from "./operation.ts";
import { fields } from "./read.ts";
import type { OpenSpan } from "./span.ts";

/** Passes the parts of a streamed answer on, and ends the operation's span with the last. */
export function streamWatch(operation: Operation): Transformer<unknown, unknown> {
  const { span } = operation;
  let toolCalls = 0;
  let finished: { usage: unknown; reason: unknown } | undefined;
  let failure: { error: unknown } | undefined;
  let aborted = false;
  const end = (): void => {
    if (aborted) span.cancel();
    else if (failure && (!finished || finished.reason === "error")) span.fail(failure.error);
    else if (finished) operation.finish({ ...finished, toolCalls });
    else span.end();
  };
  return {
    transform(chunk, controller) {
      controller.enqueue(chunk);
      const { type, totalUsage, finishReason, error } = fields(chunk);
      if (type === "tool-call") toolCalls++;
      if (type === "tool-approval-request") operation.approvalAsked(chunk);
      if (type === "error") failure = { error };
      if (type === "abort") aborted = true;
      if (type === "finish") finished = { usage: totalUsage, reason: finishReason };
    },
    flush: end,
    cancel: () => span.cancel(),
  };
}

/** Streams of a result that a reader may leave before their end. */
const STREAMS = [
  "textStream",
  "fullStream",
  "stream",
  "partialOutputStream",
  "partialObjectStream",
  "elementStream",
] as const;

/**
 * The result, whose span ends as cancelled when a reader of one of its streams leaves early: the SDK
 * keeps a second branch of the stream, which nobody reads then.
 */
export function endWithReader(result: unknown, span: OpenSpan): unknown {
  if (typeof result !== "object" || result === null) return result;
  return new Proxy(result, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if ((STREAMS as readonly unknown[]).includes(key)) return leavable(value, span);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function leavable(stream: unknown, span: OpenSpan): unknown {
  if (!(stream instanceof ReadableStream)) return stream;
  const iterate = stream[Symbol.asyncIterator].bind(stream);
  const cancel = stream.cancel.bind(stream);
  return Object.assign(stream, {
    cancel(reason?: unknown) {
      span.cancel();
      return cancel(reason);
    },
    [Symbol.asyncIterator]() {
      const values = iterate() as AsyncIterableIterator<unknown>;
      const own: AsyncIterableIterator<unknown> = {
        next: () => values.next(),
        async return(value?: unknown) {
          span.cancel();
          return (await values.return?.(value)) ?? { done: true, value };
        },
        [Symbol.asyncIterator]: () => own,
      };
      return own;
    },
  });
}
