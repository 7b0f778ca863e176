/** How a conversation ended, as the receiving side sees it. */
export interface ChannelClose {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** What a channel tells its owner. All calls come in the order in which the peer acted. */
export interface ChannelListener {
  message(data: string | Uint8Array): void;
  /** The peer sent Close, or the transport ended. Called once; nothing follows. */
  close(close: ChannelClose): void;
  /** The peer broke the protocol. Called instead of `close`; nothing follows. */
  error(error: Error): void;
}

/**
 * One end of a WebSocket conversation, below the JavaScript `WebSocket` object: either half of an
 * in-process pair, or a real network socket. It survives the hibernation of the object that holds it.
 *
 * - Until a listener is set, what arrives MUST be kept, in order.
 * - `send` and `close` MUST keep their order. After `close`, `send` MUST be refused by the caller.
 */
export interface Channel {
  send(data: string | Uint8Array): void;
  /** Without a code the peer sees 1005. */
  close(code?: number, reason?: string): void;
  /** Takes the transport down with no Close frame: the peer sees 1006. */
  terminate(): void;
  /** The peer broke the protocol: the other end's listener hears `error`. Not all transports have it. */
  fail?(error: Error): void;
  /** Holds the peer back, where the transport can. What has arrived is still delivered. */
  pause?(): void;
  resume?(): void;
  listen(listener: ChannelListener | undefined): void;
  /** Bytes handed to the transport and not yet taken by the peer. */
  readonly bufferedBytes: number;
}
