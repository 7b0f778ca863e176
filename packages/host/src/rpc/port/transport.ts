import type { MessagePort } from "node:worker_threads";

/**
 * What a session talks through.
 *
 * - `send` MUST take the message as it is before it returns (by structured clone), and MUST keep order.
 *   It MUST NOT throw when the other end is gone.
 * - `listen` is called once. Messages that came before MUST be kept until then; `onClose` MUST be called
 *   once, after the last message.
 */
export interface Transport {
  /** @throws DOMException `DataCloneError` */
  send(message: unknown): void;
  listen(onMessage: (message: unknown) => void, onClose: () => void): void;
  close(): void;
}

/** A transport between threads. */
export function portTransport(port: MessagePort): Transport {
  return {
    send: (message) => port.postMessage(message),
    listen(onMessage, onClose) {
      port.on("message", onMessage);
      port.on("messageerror", () => port.close());
      port.once("close", onClose);
    },
    close: () => port.close(),
  };
}

/** The end of a channel between processes: a child, or the process itself when it is one. */
export interface ProcessPeer {
  readonly connected: boolean;
  send?(message: object, callback: () => void): boolean;
  on(event: "message", listener: (message: unknown) => void): unknown;
  once(event: "disconnect", listener: () => void): unknown;
  disconnect(): void;
}

/** A transport between processes, which MUST be connected with `serialization: "advanced"`. */
export function processTransport(peer: ProcessPeer): Transport {
  return {
    send(message) {
      if (peer.connected) peer.send?.(message as object, ignore);
    },
    listen(onMessage, onClose) {
      peer.on("message", onMessage);
      peer.once("disconnect", onClose);
    },
    close() {
      if (peer.connected) peer.disconnect();
    },
  };
}

/** A message that cannot be delivered any more: the end of the channel tells of it. */
function ignore(): void {
  // See `onClose`.
}
