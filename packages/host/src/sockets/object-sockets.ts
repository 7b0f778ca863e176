import type { ObjectKey } from "../objects/key.ts";
import type { ChannelClose } from "./channel.ts";

/** An event of a hibernatable socket. `socket` is the JavaScript object of the current activation. */
export type SocketEvent =
  | { readonly type: "message"; readonly data: string | ArrayBuffer }
  | ({ readonly type: "close" } & ChannelClose)
  | { readonly type: "error"; readonly error: Error };

/** The object's side, implemented by the object directory for each key. */
export interface SocketOwner {
  /**
   * Wakes the object when it sleeps and runs the handler. `socket` is called when the event starts,
   * inside the activation, and answers the JavaScript object to hand over.
   * Resolves when the handler has settled; never rejects.
   */
  deliver(event: SocketEvent, socket: () => WebSocket): Promise<void>;
  /** The output gate of the current activation: `undefined` when it is open. */
  gate(): Promise<void> | undefined;
}

/**
 * The hibernatable sockets of one object. Owned by the host, so that they outlive activations; an
 * activation only borrows the JavaScript objects.
 */
export interface ObjectSockets {
  readonly key: ObjectKey;
  /** Sockets that are open or closing. */
  readonly size: number;
  accept(socket: WebSocket, tags: readonly string[]): void;
  /** Newest first without a tag; in order of acceptance with one. */
  list(tag?: string): WebSocket[];
  tags(socket: WebSocket): string[];
  setAutoResponse(pair: { readonly request: string; readonly response: string } | undefined): void;
  getAutoResponse(): { readonly request: string; readonly response: string } | null;
  getAutoResponseTimestamp(socket: WebSocket): Date | null;
  setEventTimeout(ms: number | undefined): void;
  getEventTimeout(): number | null;
  /** The activation ended and the sockets stay: the JavaScript objects are forgotten. */
  hibernate(): void;
  /** The object was reset: every socket ends. */
  terminateAll(): void;
}

/** All hibernatable sockets of a host. */
export interface SocketRegistry {
  /** The sockets of one object; made on first use. */
  of(key: ObjectKey, owner: SocketOwner): ObjectSockets;
  close(): Promise<void>;
}
