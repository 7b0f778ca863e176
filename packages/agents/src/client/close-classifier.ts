/**
 * Which closes end a connection for good.
 *
 * @module
 */

/** The part of a `CloseEvent` that matters here. */
export interface CloseLike {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

interface ReconnectingSocket {
  shouldReconnect: boolean;
  retryCount: number;
}

/** The connection ended and will not be tried again on its own. */
export class AgentConnectionError extends Error {
  /** WebSocket close code. */
  readonly code: number;
  /** What the server said, possibly empty. */
  readonly reason: string;
  /** Whether the close handshake was completed. */
  readonly wasClean: boolean;

  constructor(event: CloseLike) {
    super(`Agent connection closed: ${event.reason || `WebSocket closed with code ${event.code}`}`);
    this.name = "AgentConnectionError";
    this.code = event.code;
    this.reason = event.reason;
    this.wasClean = event.wasClean;
  }
}

/** Whether the server's close code says "do not come back": 1008, or 4000 to 4999. */
export function isTerminalCloseEvent(event: { readonly code: number }): boolean {
  return event.code === 1008 || (event.code >= 4000 && event.code <= 4999);
}

/**
 * Makes the reconnect decision of a socket, and remembers whether the last close was final.
 *
 * Reconnection ends at a terminal close code, when the application's own predicate declines, or
 * when `maxRetries` attempts were made. A `close()` by the application is no error: the socket has
 * given up by itself before it asks. It asks before it counts the next attempt.
 */
export function createCloseClassifier(options: {
  socket: () => ReconnectingSocket | null | undefined;
  shouldReconnectOnClose: () => ((event: CloseEvent) => boolean) | undefined;
  maxRetries: () => number | undefined;
}): { shouldReconnectOnClose: (event: CloseEvent) => boolean; takeFinalClose: () => boolean } {
  let final = false;
  return {
    shouldReconnectOnClose(event) {
      const socket = options.socket();
      if (socket && !socket.shouldReconnect) return false;
      const wanted = options.shouldReconnectOnClose()?.(event) ?? true;
      const spent = (socket?.retryCount ?? 0) >= (options.maxRetries() ?? Number.POSITIVE_INFINITY);
      final = !wanted || isTerminalCloseEvent(event) || spent;
      return !final;
    },
    takeFinalClose() {
      const was = final;
      final = false;
      return was;
    },
  };
}
