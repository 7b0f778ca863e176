import { CloseCode } from "../wire.ts";

/** A frame of either side. */
type Frame = string | ArrayBuffer | ArrayBufferView;

/** How a session reaches its client. */
export interface SessionPort {
  /** Hands a frame to the client. */
  deliver(frame: string | Uint8Array): void;
  /** The socket underneath. */
  readonly socket: WebSocket;
}

/**
 * The connection of a Cap'n Web session, with the interface of a WebSocket: what is sent goes
 * through the session, and closing closes the socket underneath. It lives in memory only.
 */
export class SessionSocket extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readonly protocol = "";
  readonly extensions = "";
  readonly #port: SessionPort;
  #closed = false;
  #ended = false;

  constructor(url: string, port: SessionPort) {
    super();
    this.url = url;
    this.#port = port;
  }

  get readyState(): number {
    return this.#closed ? this.CLOSED : this.#port.socket.readyState;
  }

  send(message: Frame): void {
    if (this.readyState !== this.OPEN) throw new TypeError("WebSocket send() after close");
    this.#port.deliver(typeof message === "string" ? message : bytesOf(message));
  }

  close(code: number = CloseCode.NORMAL, reason = ""): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port.socket.close(code, reason);
  }

  /** The socket underneath is closed. Returns whether that is news. */
  ended(): boolean {
    const isNews = !this.#ended;
    this.#closed = true;
    this.#ended = true;
    return isNews;
  }

  /** Nothing is stored with a connection that lives in memory. */
  serializeAttachment(_value: unknown): void {
    // The connection ends with this life of the object.
  }

  deserializeAttachment(): null {
    return null;
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
