import { sendQuietly } from "../connections/connections.ts";
import type { Connection } from "../connections/types.ts";
import { rpcErrorFrame, rpcResultFrame } from "../wire.ts";

/**
 * The answer of a streaming method, given to it as first argument. End it with `end` or `error`:
 * the client's call settles only then.
 *
 * @example
 * @callable({ streaming: true })
 * async count(stream: StreamingResponse, to: number) {
 *   for (let n = 1; n <= to; n++) stream.send(n);
 *   stream.end("done");
 * }
 */
export class StreamingResponse {
  readonly #connection: Connection;
  readonly #id: string;
  #closed = false;

  constructor(connection: Connection, id: string) {
    this.#connection = connection;
    this.#id = id;
  }

  /** Whether `end` or `error` was called. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Sends a chunk. Returns false when the stream or the connection is closed. */
  send(chunk: unknown): boolean {
    if (this.#closed) {
      console.warn("StreamingResponse: send() was called after the stream was closed");
      return false;
    }
    return sendQuietly(this.#connection, rpcResultFrame(this.#id, chunk, false));
  }

  /** Ends the stream, with a last value if given. Returns false when it was closed already. */
  end(finalChunk?: unknown): boolean {
    if (this.#closed) return false;
    const frame = rpcResultFrame(this.#id, finalChunk, true);
    this.#closed = true;
    return sendQuietly(this.#connection, frame);
  }

  /** Ends the stream with an error. Returns false when it was closed already. */
  error(message: string): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    return sendQuietly(this.#connection, rpcErrorFrame(this.#id, message));
  }
}
