/**
 * The part of a connection to an agent that a chat needs.
 *
 * @module
 */

/** An `AgentClient`, what `useAgent` returns, or anything that behaves alike. */
export interface AgentConnection {
  /** Sends text. `false` when it was only queued, for when the socket opens. */
  // biome-ignore lint/suspicious/noConfusingVoidType: sockets return nothing, and that is "sent"
  send: (data: string) => boolean | void;
  addEventListener: (
    type: string,
    listener: (event: MessageEvent) => void,
    options?: { signal?: AbortSignal },
  ) => void;
  removeEventListener: (type: string, listener: (event: MessageEvent) => void) => void;
}
