/**
 * A WebSocket whose frames travel in a Cap'n Web session, so that the server's methods can be
 * called beside them. It looks like a `WebSocket`: whatever drives one drives this.
 *
 * @module
 */

import { capnWebTransportUrl } from "../websockets/transport.ts";
import { CAPNWEB_SEND } from "../wire.ts";
import { AgentCallError, CONNECTION_CLOSED } from "./call-error.ts";

type Library = typeof import("capnweb");

/** Makes the WebSocket underneath. */
export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocket;

/** A frame as an application hands it over. */
export type TransportMessage = string | ArrayBuffer | ArrayBufferView;

/** The server's root object, as the library's proxy shows it. */
type RemoteRoot = Record<string, (...args: unknown[]) => PromiseLike<unknown> & Disposable>;

/**
 * One connection. The library is loaded with the first one, so that it costs nothing where this
 * wire is not used.
 */
export class CapnWebSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readyState = 0;
  binaryType: "blob" | "arraybuffer" = "blob";
  bufferedAmount = 0;
  extensions = "";
  protocol = "";
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;

  readonly #lost = new Set<() => void>();
  #socket: WebSocket | undefined;
  #root: RemoteRoot | undefined;

  constructor(url: string | URL, protocols?: string | string[], inner?: WebSocketConstructor) {
    super();
    this.url = capnWebTransportUrl(url);
    import("capnweb")
      .then((library) => this.#connect(library, inner ?? WebSocket, protocols))
      .catch(() => this.#failed());
  }

  override dispatchEvent(event: Event): boolean {
    const handlers = this as unknown as Record<string, ((event: Event) => void) | null | undefined>;
    handlers[`on${event.type}`]?.(event);
    return super.dispatchEvent(event);
  }

  /**
   * Calls a method of the server's root. An `RpcTarget` comes as a live stub, a `ReadableStream`
   * streams.
   *
   * @throws AgentCallError `connection_lost` when the connection is not open, or breaks meanwhile
   */
  invoke(method: string, args: unknown[]): Promise<unknown> {
    const root = this.#root;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const lose = (transmitted: boolean) =>
      reject(new AgentCallError("connection_lost", CONNECTION_CLOSED, { method, transmitted }));
    if (!root || this.readyState !== this.OPEN) {
      lose(false);
      return promise;
    }
    const lost = () => lose(true);
    this.#lost.add(lost);
    Promise.resolve(root[method]!(...args))
      .finally(() => this.#lost.delete(lost))
      .then(resolve, reject);
    return promise;
  }

  /** Sends a frame. What is sent before the connection opens, or after it closed, is lost. */
  send(data: TransportMessage): void {
    if (!this.#root || this.readyState !== this.OPEN) return;
    const frame = typeof data === "string" ? data : bytesOf(data);
    // Nobody waits for the answer: its place is given back at once.
    this.#root[CAPNWEB_SEND]!(frame)[Symbol.dispose]();
  }

  close(code?: number, reason?: string): void {
    if (this.readyState >= this.CLOSING) return;
    this.readyState = this.CLOSING;
    this.#loseCalls();
    if (this.#socket) this.#socket.close(code, reason);
    else queueMicrotask(() => this.#closed(code ?? 1000, reason ?? "", true));
  }

  #connect(library: Library, inner: WebSocketConstructor, protocols?: string | string[]): void {
    if (this.readyState !== this.CONNECTING) return;
    const socket = new inner(this.url, protocols);
    this.#socket = socket;
    // Before the session's own listener, so that calls end as lost and not in its words.
    socket.addEventListener("close", ({ code, reason, wasClean }) =>
      this.#closed(code, reason, wasClean),
    );
    socket.addEventListener("error", () => this.dispatchEvent(new Event("error")));
    const receive = (value: unknown) => this.#received(value);
    class FramePipe extends library.RpcTarget {
      message(value: unknown): void {
        receive(value);
      }
    }
    // The session listens before the first message can come.
    const root: unknown = library.newWebSocketRpcSession(socket, new FramePipe());
    this.#root = root as RemoteRoot;
    socket.addEventListener("open", () => {
      if (this.readyState !== this.CONNECTING) return;
      this.readyState = this.OPEN;
      this.protocol = socket.protocol ?? "";
      this.dispatchEvent(new Event("open"));
    });
  }

  #received(value: unknown): void {
    if (this.readyState !== this.OPEN) return;
    const data = value instanceof Uint8Array ? this.#binary(new Uint8Array(value)) : value;
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  #binary(bytes: Uint8Array<ArrayBuffer>): Blob | ArrayBuffer {
    return this.binaryType === "arraybuffer" ? bytes.buffer : new Blob([bytes]);
  }

  #failed(): void {
    if (this.readyState === this.CLOSED) return;
    this.dispatchEvent(new Event("error"));
    this.#closed(1006, "", false);
  }

  #closed(code: number, reason: string, wasClean: boolean): void {
    if (this.readyState === this.CLOSED) return;
    this.readyState = this.CLOSED;
    this.#root = undefined;
    this.#loseCalls();
    this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean }));
  }

  #loseCalls(): void {
    for (const lose of this.#lost) lose();
    this.#lost.clear();
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
