/**
 * The Cap'n Web side of one client: the socket class to hand to PartySocket, and the calls.
 *
 * @module
 */

import { CONNECTION_CLOSED } from "./call-error.ts";
import { type CallOptions, DEFAULT_CALL_TIMEOUT_MS, type StreamOptions } from "./call-options.ts";
import { CapnWebSocket, type WebSocketConstructor } from "./capnweb-socket.ts";
import { NativeCallQueue, nativeCall } from "./native-calls.ts";

/** Calls of one client over whichever Cap'n Web connection it has. */
export class CapnWebCalls {
  /** What PartySocket connects with. */
  readonly WebSocket: WebSocketConstructor;
  readonly #queue = new NativeCallQueue();
  #socket: CapnWebSocket | undefined;

  /** @param inner the WebSocket to use underneath; default the platform's */
  constructor(inner?: WebSocketConstructor) {
    const follow = (socket: CapnWebSocket) => {
      this.#socket = socket;
    };
    class FollowedSocket extends CapnWebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols, inner);
        follow(this);
      }
    }
    this.WebSocket = FollowedSocket as unknown as WebSocketConstructor;
  }

  /** Calls now, or as soon as there is a connection. */
  call(
    method: string,
    args: unknown[],
    options: CallOptions | StreamOptions | undefined,
    defaultTimeout: number = DEFAULT_CALL_TIMEOUT_MS,
  ): Promise<unknown> {
    const socket = this.#socket;
    return socket?.readyState === CapnWebSocket.OPEN
      ? nativeCall(socket, method, args, options, defaultTimeout)
      : this.#queue.enqueue(method, args, options, defaultTimeout);
  }

  /** The connection opened: what waited goes out. */
  opened(): void {
    if (this.#socket) this.#queue.flush(this.#socket);
  }

  /** Ends the calls that wait; those on a connection end with it. */
  rejectQueued(cause?: unknown): void {
    this.#queue.rejectAll(CONNECTION_CLOSED, cause);
  }

  /** Ends the calls that wait: they will not be sent. */
  discardQueued(reason: string): void {
    this.#queue.discardAll(reason);
  }
}
