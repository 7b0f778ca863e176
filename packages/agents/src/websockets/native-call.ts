import type { ConnectionRecord } from "../connections/connection.ts";
import { FreeholdError, messageOf } from "../errors.ts";
import type { CallTable } from "../rpc/call-table.ts";
import type { RpcDispatcher } from "../rpc/dispatch.ts";
import { StreamingResponse, type StreamSink } from "../rpc/streaming.ts";
import { ErrorText } from "../wire.ts";

/** A call that came in over a Cap'n Web session. */
export interface NativeCall {
  readonly calls: CallTable;
  readonly rpc: RpcDispatcher;
  readonly from: ConnectionRecord;
  readonly method: string;
  readonly args: unknown[];
}

/**
 * Runs a method for a session. What it returns is carried as it is; what it throws reaches the
 * client with name and message, without its stack. A streaming method answers with a stream.
 */
export function nativeCall({ calls, rpc, from, method, args }: NativeCall): unknown {
  const found = calls.methods.get(method);
  if (!found) throw new FreeholdError("method_missing", ErrorText.methodMissing(method));
  const { metadata, run } = found;
  if (!metadata.streaming) {
    return rpc.native(from, method, () => run.apply(calls.target, args));
  }
  return new ReadableStream({
    start(controller) {
      const sink = sinkOf(controller);
      return rpc.native(from, method, async ({ signal }) => {
        const stream = new StreamingResponse(from.connection, method, { sink, signal });
        try {
          await run.call(calls.target, stream, ...args);
          stream.end();
        } catch (error) {
          stream.error(messageOf(error), error);
        }
      });
    },
  });
}

function sinkOf(controller: ReadableStreamDefaultController<unknown>): StreamSink {
  return {
    chunk: (value) => {
      controller.enqueue(value);
      return true;
    },
    end: (value) => {
      if (value !== undefined) controller.enqueue(value);
      controller.close();
      return true;
    },
    error: (message, thrown) => {
      controller.error(thrown instanceof Error ? thrown : new Error(message));
      return true;
    },
  };
}
