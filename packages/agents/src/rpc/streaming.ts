import { sendQuietly } from "../connections/connections.ts";
import type { Connection } from "../connections/types.ts";
import { rpcErrorFrame, rpcResultFrame } from "../wire.ts";

/** Where a stream goes. Each returns false when the client is gone. */
export interface StreamSink {
  chunk(value: unknown): boolean;
  end(finalChunk: unknown): boolean;
  error(message: string, thrown: unknown): boolean;
}

/** Answers a call with frames. */
function frameSink(connection: Connection, id: string): StreamSink {
  return {
    chunk: (value) => sendQuietly(connection, rpcResultFrame(id, value, false)),
    end: (value) => sendQuietly(connection, rpcResultFrame(id, value, true)),
    error: (message, thrown) => sendQuietly(connection, rpcErrorFrame(id, message, thrown)),
  };
}

const NEVER = new AbortController().signal;

/**
 * The answer of a streaming method, given to it as first argument. End it with `end` or `error`; a
 * method that returns without doing so has ended it. `signal` says when the caller is gone.
 *
 * @example
 * @callable({ streaming: true })
 * async count(stream: StreamingResponse, to: number) {
 *   for (let n = 1; n <= to && !stream.signal.aborted; n++) stream.send(n);
 *   stream.end("done");
 * }
 */
export class StreamingResponse {
  /** Aborted when the caller's connection closes before the stream has ended. */
  readonly signal: AbortSignal;
  readonly #sink: StreamSink;
  #closed = false;

  /** @param options for the SDK itself: where the stream goes if not to the connection as frames */
  constructor(
    connection: Connection,
    id: string,
    options: { readonly sink?: StreamSink; readonly signal?: AbortSignal } = {},
  ) {
    this.#sink = options.sink ?? frameSink(connection, id);
    this.signal = options.signal ?? NEVER;
  }

  /** Whether the stream has ended, or its caller is gone. */
  get isClosed(): boolean {
    return this.#closed || this.signal.aborted;
  }

  /** Sends a chunk. Returns false when the stream or the connection is closed. */
  send(chunk: unknown): boolean {
    if (this.#closed) {
      console.warn("StreamingResponse: send() was called after the stream was closed");
      return false;
    }
    return !this.signal.aborted && this.#sink.chunk(chunk);
  }

  /** Ends the stream, with a last value if given. Returns false when it was closed already. */
  end(finalChunk?: unknown): boolean {
    return this.#finish(() => this.#sink.end(finalChunk));
  }

  /** Ends the stream with an error. Returns false when it was closed already. */
  error(message: string, thrown?: unknown): boolean {
    return this.#finish(() => this.#sink.error(message, thrown));
  }

  /** A last chunk that cannot be sent leaves the stream open, so that an error can end it. */
  #finish(send: () => boolean): boolean {
    if (this.isClosed) return false;
    const sent = send();
    this.#closed = true;
    return sent;
  }
}
