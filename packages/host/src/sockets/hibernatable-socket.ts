import type { ChannelClose, ChannelListener } from "./channel.ts";
import type { Connection, Gate } from "./connection.ts";
import { toArrayBuffer } from "./events.ts";
import { CloseCode, MAX_UNHANDLED_BYTES, MESSAGE_OVERHEAD_BYTES } from "./limits.ts";
import type { SocketOwner } from "./object-sockets.ts";
import { answer, bindGate, detach, lend, type WebSocket } from "./web-socket.ts";

/** What a socket asks of the collection that holds it. */
export interface SocketHome {
  readonly owner: SocketOwner;
  now(): number;
  autoAnswer(text: string): string | undefined;
  removed(socket: HibernatableSocket): void;
}

/**
 * A socket that an object took with `acceptWebSocket`. Owned by the host. The JavaScript object is
 * lent to one activation at a time and made anew for the next.
 */
export class HibernatableSocket implements ChannelListener {
  readonly connection: Connection;
  readonly tags: readonly string[];
  autoResponseTime: number | undefined;
  readonly #home: SocketHome;
  #lent: WebSocket | undefined;
  #unhandledBytes = 0;

  constructor(
    home: SocketHome,
    connection: Connection,
    tags: readonly string[],
    socket: globalThis.WebSocket,
  ) {
    this.#home = home;
    this.connection = connection;
    this.tags = tags;
    // The type of the global and ours differ only in what the standard does not have.
    this.#lent = socket as unknown as WebSocket;
    bindGate(this.#lent, this.#gate);
  }

  /** From now on what the peer sends is delivered. */
  start(): void {
    this.connection.channel.listen(this);
  }

  readonly borrow = (): globalThis.WebSocket => {
    this.#lent ??= lend(this.connection, this.#gate);
    return this.#lent as unknown as globalThis.WebSocket;
  };

  takeBack(): void {
    if (this.#lent) detach(this.#lent);
    this.#lent = undefined;
  }

  terminate(): void {
    this.connection.channel.listen(undefined);
    this.takeBack();
    this.connection.terminateAfterSent();
  }

  /** The host ends: the object is not asked any more. */
  shutDown(code: number): void {
    const gone = () => this.#home.removed(this);
    this.takeBack();
    this.connection.channel.listen({ message: () => undefined, close: gone, error: gone });
    if (this.connection.receivedClose) gone();
    this.connection.close(code, undefined, this.#gate);
  }

  message(data: string | Uint8Array): void {
    if (typeof data !== "string") {
      this.#handle(toArrayBuffer(data), data.length);
      return;
    }
    const response = this.#home.autoAnswer(data);
    if (response === undefined) {
      this.#handle(data, data.length);
      return;
    }
    this.autoResponseTime = this.#home.now();
    if (!this.connection.sentClose) this.connection.send(response, undefined);
  }

  close(close: ChannelClose): void {
    this.connection.receivedClose = true;
    this.#deliver({ type: "close", ...close }).then(() => this.#finish(close));
  }

  error(error: Error): void {
    this.connection.receivedClose = true;
    this.#deliver({ type: "error", error }).then(() =>
      this.#finish({ code: CloseCode.abnormal, reason: "", wasClean: false }),
    );
  }

  /** The handler has settled: it may have answered the Close; if not, we do. */
  #finish(close: ChannelClose): void {
    const { connection } = this;
    if (!connection.sentClose) {
      answer(connection, close, this.#gate);
      connection.phase = "lost";
    }
    this.#home.removed(this);
  }

  /** A peer that sends faster than the handlers finish is held back. */
  #handle(data: string | ArrayBuffer, length: number): void {
    const bytes = length + MESSAGE_OVERHEAD_BYTES;
    const { channel } = this.connection;
    this.#unhandledBytes += bytes;
    if (this.#unhandledBytes > MAX_UNHANDLED_BYTES) channel.pause?.();
    this.#deliver({ type: "message", data }).then(() => {
      const wasHeld = this.#unhandledBytes > MAX_UNHANDLED_BYTES;
      this.#unhandledBytes -= bytes;
      if (wasHeld && this.#unhandledBytes <= MAX_UNHANDLED_BYTES) channel.resume?.();
    });
  }

  #deliver(event: Parameters<SocketOwner["deliver"]>[0]): Promise<void> {
    return this.#home.owner.deliver(event, this.borrow);
  }

  readonly #gate: Gate = () => this.#home.owner.gate();
}
