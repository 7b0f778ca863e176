import { type InvocationContext, invocation } from "../context.ts";
import { CONNECT_FAILED_REASON, DISCONNECTED_REASON, socketErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";
import { decodeValue, encodeValue } from "../storage/kv-values.ts";
import type { ChannelClose, ChannelListener } from "./channel.ts";
import { openClientSocket } from "./client-socket.ts";
import { Connection, type Gate } from "./connection.ts";
import { closeEvent, errorEvent, eventInbox, messageEvent } from "./events.ts";

export type BinaryType = "blob" | "arraybuffer";

const STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

/** The connection behind a value, if it is one of our sockets. */
export let connectionOf: (value: unknown) => Connection | undefined;
/** A JavaScript object for a connection whose frames wait for `gate`. */
export let lend: (connection: Connection, gate: Gate | undefined) => WebSocket;
/** From now on frames sent by this object wait for `gate`. */
export let bindGate: (socket: WebSocket, gate: Gate) => void;
/** What this JavaScript object sends from now on is ignored. */
export let detach: (socket: WebSocket) => void;

/**
 * The `WebSocket` of a Worker: an end of a `WebSocketPair`, a socket of an object, or a client.
 *
 * Objects of this class are extensible and carry no properties of their own.
 */
export class WebSocket extends EventTarget {
  readonly #connection: Connection;
  #binaryType: BinaryType = defaults.binaryType;
  #gate: Gate | undefined;
  /** The object's activation has ended and another JavaScript object stands for the connection. */
  #detached = false;

  /**
   * @param source `ws:` or `wss:` address to connect to, or an existing end (host only).
   * @throws DOMException `SyntaxError` for a bad address or protocol.
   */
  constructor(source: string | URL | Connection, protocols?: string | string[]) {
    super();
    if (source === undefined) throw socketErrors.noUrl();
    if (source instanceof Connection) {
      this.#connection = source;
      return;
    }
    this.#connection = new Connection("connecting");
    this.#connect(source, protocols);
  }

  get readyState(): number {
    return this.#connection.readyState;
  }

  get bufferedAmount(): number {
    return this.#connection.bufferedAmount;
  }

  get url(): string | null {
    return this.#connection.url;
  }

  get protocol(): string {
    return this.#connection.protocol;
  }

  get extensions(): string {
    return this.#connection.extensions;
  }

  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  set binaryType(type: BinaryType) {
    if (type === "blob" || type === "arraybuffer") this.#binaryType = type;
  }

  /** Takes this end: from now on its events are dispatched and it may send. */
  accept(options?: { readonly allowHalfOpen?: boolean }): void {
    const connection = this.#connection;
    // A socket that was made with an address takes itself.
    if (connection.url !== null) throw socketErrors.acceptAfterResponse();
    if (connection.phase === "hibernatable") throw socketErrors.acceptAfterHibernation();
    if (connection.phase === "returned") throw socketErrors.acceptAfterResponse();
    if (connection.phase !== "fresh") return;
    connection.phase = "accepted";
    this.#start(invocation.getStore(), options?.allowHalfOpen ?? !defaults.answersClose);
  }

  /** Sends a string or bytes. Bytes are copied; anything else is sent as its string. */
  send(...data: readonly unknown[]): void {
    if (data.length === 0) throw socketErrors.sendWithoutData();
    if (this.#detached) return;
    this.#connection.send(outgoing(data[0]), this.#currentGate());
  }

  close(code?: number, reason?: string): void {
    if (this.#detached) return;
    this.#connection.close(
      code === undefined || code === null ? undefined : Number(code),
      reason === undefined ? undefined : String(reason),
      this.#currentGate(),
    );
  }

  /** Keeps a copy of a value with the connection: it survives hibernation. By default 16,384 bytes. */
  serializeAttachment(...value: readonly unknown[]): void {
    if (!(#connection in this)) throw socketErrors.illegalInvocation();
    if (value.length === 0) throw socketErrors.attachmentMissing();
    const bytes = encodeValue(value[0]);
    const most = currentLimits().attachmentBytes;
    if (bytes.length > most) throw socketErrors.attachmentTooLarge(bytes.length, most);
    this.#connection.attachment = bytes;
  }

  /** A fresh copy of what was kept last, or null. */
  deserializeAttachment(): unknown {
    if (!(#connection in this)) throw socketErrors.illegalInvocation();
    const { attachment } = this.#connection;
    return attachment === undefined ? null : decodeValue(attachment);
  }

  /** The connection behind a JavaScript object. For the host only. */
  static {
    connectionOf = (value) =>
      typeof value === "object" && value !== null && #connection in value
        ? value.#connection
        : undefined;
    lend = (connection, gate) => {
      const socket = new WebSocket(connection);
      socket.#gate = gate;
      return socket;
    };
    bindGate = (socket, gate) => {
      socket.#gate = gate;
    };
    detach = (socket) => {
      socket.#detached = true;
    };
  }

  #currentGate(): Gate | undefined {
    if (this.#gate) return this.#gate;
    const context = invocation.getStore();
    return context?.gate && (() => context.gate?.());
  }

  #connect(address: string | URL, protocols: string | string[] | undefined): void {
    const context = invocation.getStore();
    const { url, opened } = openClientSocket(address, protocols, context?.gate?.());
    this.#connection.url = url;
    const inbox = eventInbox(this, context);
    opened.then(
      ({ channel, protocol, extensions }) => {
        if (this.#connection.sentClose) return channel.terminate();
        this.#connection.opened(channel, protocol, extensions);
        inbox.dispatch(() => new Event("open"));
        this.#start(context, !defaults.answersClose);
      },
      (error: Error) => {
        this.#connection.lost();
        inbox.dispatch(() => errorEvent(error));
        inbox.dispatch(() => closeEvent(CONNECT_FAILED));
      },
    );
  }

  #start(context: InvocationContext | undefined, halfOpen: boolean): void {
    const connection = this.#connection;
    const inbox = eventInbox(this, context);
    const release = context?.hold?.((reason) => {
      if (reason === "codeUpdated") connection.close(1012, "The code was updated.", undefined);
      else connection.terminate();
      detach(this);
    });
    const listener: ChannelListener = {
      message: (data) => inbox.dispatch(() => messageEvent(data, this.#binaryType)),
      close: (close) => {
        release?.();
        inbox.dispatch(() => {
          connection.receivedClose = true;
          if (!halfOpen || !close.wasClean) answer(connection, close);
          return closeEvent(close);
        });
      },
      error: (error) => {
        release?.();
        inbox.dispatch(() => {
          connection.lost();
          return errorEvent(error);
        });
        inbox.dispatch(() => closeEvent(DISCONNECTED));
      },
    };
    connection.channel.listen(listener);
  }
}

/** Where sockets changed with the compatibility date. */
export interface SocketDefaults {
  /** What messages of bytes become: `blob` from 2026-03-17 on, before that `arraybuffer`. */
  readonly binaryType: BinaryType;
  /** Whether a Close is answered by itself on standard sockets: from 2026-04-07 on. */
  readonly answersClose: boolean;
}

let defaults: SocketDefaults = { binaryType: "blob", answersClose: true };

/** What the sockets of a Worker with these compatibility flags start with. */
export function socketDefaultsOf(flags: Readonly<Record<string, boolean>>): SocketDefaults {
  return {
    binaryType: flags.websocket_standard_binary_type === true ? "blob" : "arraybuffer",
    answersClose: flags.web_socket_auto_reply_to_close === true,
  };
}

/** Sets what sockets made from now on start with. */
export function setSocketDefaults(wanted: SocketDefaults): void {
  defaults = wanted;
}

const CONNECT_FAILED: ChannelClose = {
  code: 1006,
  reason: CONNECT_FAILED_REASON,
  wasClean: false,
};

const DISCONNECTED: ChannelClose = { code: 1006, reason: DISCONNECTED_REASON, wasClean: false };

/** Sends back the Close that came, unless one was sent already. */
export function answer(connection: Connection, close: ChannelClose, gate?: Gate): void {
  if (connection.sentClose) return;
  if (!close.wasClean) {
    connection.lost();
    return;
  }
  if (close.code === 1005) connection.close(undefined, undefined, gate);
  else connection.close(close.code, close.reason, gate);
}

function outgoing(data: unknown): string | Uint8Array {
  if (typeof data === "string") return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0));
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  }
  return String(data);
}

for (const [name, value] of Object.entries(STATES)) {
  for (const key of [`READY_STATE_${name}`, name]) {
    const constant = { value, writable: false, enumerable: true, configurable: true };
    Object.defineProperty(WebSocket, key, constant);
    Object.defineProperty(WebSocket.prototype, key, constant);
  }
}
Object.defineProperty(WebSocket.prototype, Symbol.toStringTag, {
  value: "WebSocket",
  configurable: true,
});
