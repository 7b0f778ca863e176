import { STATUS_CODES } from "node:http";
import { httpErrors } from "../contract-errors.ts";
import type { WebSocket } from "../sockets/web-socket.ts";
import { connectionOf } from "../sockets/web-socket.ts";
import { sealedHeaders } from "./inbound-headers.ts";
import {
  acceptNative,
  type BodyInit,
  delegateRest,
  NativeResponse,
  type ResponseInit as NativeResponseInit,
} from "./native.ts";

export interface ResponseInit extends NativeResponseInit {
  readonly webSocket?: WebSocket | null;
  /** `manual`: the body is encoded already as `content-encoding` says. */
  readonly encodeBody?: "automatic" | "manual" | undefined;
}

/** What the HTTP front end needs of a response, with no stream made for a body that has none. */
export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  /** Absent when the response has no headers of its own. */
  readonly headers: Headers | undefined;
  /** The type that goes with the body when `headers` names none. */
  readonly contentType: string | undefined;
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null;
  /** The body is as `content-encoding` says; else that tells of another. */
  readonly isEncoded: boolean;
}

/** What to write for a response of either class. Marks its body as used. */
export let wireForm: (response: object) => WireResponse;
/**
 * Marks a response as somebody's answer: it tells where it is from, its headers are fixed, and it has a body
 * unless its status, or the method, leaves none.
 */
export let answeredResponse: (
  response: globalThis.Response,
  request: { readonly url: string; readonly method: string },
  redirected: boolean,
) => globalThis.Response;
/** Whether the body is known in full, so that nothing has to be streamed. */
export let hasPlainBody: (response: object) => boolean;
/** Whether a body is encoded as `content-encoding` says. */
export let isEncoded: (response: object) => boolean;
/** Node's own object for a response of either class. */
export let nativeResponse: (response: object) => NativeResponse;

const NULL_BODY_STATUSES: ReadonlySet<number> = new Set([101, 204, 205, 304]);
const TEXT = "text/plain;charset=UTF-8";
const JSON_TYPE = "application/json";
const NO_BYTES = new Uint8Array(0);

/** What a response answers. */
interface Answered {
  readonly url: string;
  readonly method: string;
  readonly redirected: boolean;
}

/**
 * The `Response` of a Worker: Node's own, plus `webSocket` and status 101.
 *
 * A string or bytes are kept as they are, and Node's object, which costs a stream, is made only
 * when something asks for what needs it. `instanceof` holds between the two classes both ways.
 */
export class Response {
  #native: NativeResponse | undefined;
  #source: string | Uint8Array | null = null;
  #contentType: string | undefined;
  #used = false;
  #status: number;
  #statusText: string;
  #headers: Headers | undefined;
  readonly #webSocket: WebSocket | null;
  #isEncoded = false;
  #answered: Answered | undefined;
  #sealed: Headers | undefined;

  constructor(given: BodyInit | null = null, options: ResponseInit | null = {}) {
    const init = options ?? {};
    if (typeof init !== "object" && typeof init !== "function") throw httpErrors.notInit();
    const webSocket = init.webSocket ?? null;
    this.#status = checkedStatus(init.status, webSocket);
    this.#statusText = init.statusText === undefined ? "" : String(init.statusText);
    this.#webSocket = webSocket;
    this.#isEncoded = #source in init ? init.#isEncoded : init.encodeBody === "manual";
    const body = NULL_BODY_STATUSES.has(this.#status) ? noBody(given) : given;
    const source = lightBody(body);
    if (source === undefined || !isPlain(this.#statusText)) {
      this.#native = new NativeResponse(body, init);
      if (isFetched(init)) dropEncoding(this.#native.headers);
      return;
    }
    this.#source = source;
    if (typeof source === "string") this.#contentType = TEXT;
    if (init.headers !== undefined) this.#headers = new Headers(init.headers);
  }

  static json(value: unknown, init: ResponseInit = {}): Response {
    // What JSON has no text for is written as Workers write it.
    const response = new Response(JSON.stringify(value) ?? "undefined", init);
    response.#contentType = JSON_TYPE;
    return response;
  }

  static redirect(...where: Parameters<typeof NativeResponse.redirect>): Response {
    return Response.#wrap(NativeResponse.redirect(...where));
  }

  static error(): Response {
    return Response.#wrap(NativeResponse.error());
  }

  get status(): number {
    return this.#status;
  }

  get statusText(): string {
    if (!this.#answered || this.#statusText !== "") return this.#statusText;
    return STATUS_CODES[this.#status] ?? "";
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get headers(): Headers {
    if (!this.#answered) return this.#openHeaders();
    this.#sealed ??= sealedHeaders(this.#openHeaders());
    return this.#sealed;
  }

  #openHeaders(): Headers {
    if (this.#native) return this.#native.headers;
    this.#headers ??= new Headers();
    if (this.#contentType !== undefined) {
      if (!this.#headers.has("content-type")) this.#headers.set("content-type", this.#contentType);
      this.#contentType = undefined;
    }
    return this.#headers;
  }

  get url(): string {
    return this.#answered?.url ?? this.#native?.url ?? "";
  }

  get redirected(): boolean {
    return this.#answered?.redirected ?? this.#native?.redirected ?? false;
  }

  get webSocket(): WebSocket | null {
    return this.#webSocket;
  }

  /** Workers have it on responses of `fetch`; null on others. */
  get cf(): null {
    return null;
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (!this.#native && this.#source === null && !this.#hasEmptyBody) return null;
    return this.#asNative().body;
  }

  /** What came over the network has a body, unless its status says that there is none. */
  get #hasEmptyBody(): boolean {
    const { method } = this.#answered ?? { method: "HEAD" };
    return method !== "HEAD" && !NULL_BODY_STATUSES.has(this.#status);
  }

  get bodyUsed(): boolean {
    return this.#native ? this.#native.bodyUsed : this.#used && this.#source !== null;
  }

  async text(): Promise<string> {
    if (this.#native) return this.#native.text();
    const source = this.#take();
    if (typeof source === "string") return source.replace(/^\uFEFF/, "").toWellFormed();
    return new TextDecoder().decode(source ?? undefined);
  }

  async json(): Promise<unknown> {
    if (this.#native) return this.#native.json();
    return JSON.parse(await this.text());
  }

  clone(): Response {
    if (this.#webSocket) throw httpErrors.cloneOfHandshake();
    if (this.#native) return Response.#wrap(this.#native.clone(), this.#isEncoded);
    if (this.bodyUsed) throw httpErrors.bodyUsed();
    return new Response(this.#source as BodyInit, {
      status: this.#status,
      statusText: this.#statusText,
      headers: this.headers,
      encodeBody: this.#isEncoded ? "manual" : undefined,
    });
  }

  static #wrap(native: NativeResponse, isEncodedBody = false): Response {
    const response = new Response();
    response.#isEncoded = isEncodedBody;
    response.#native = native;
    response.#status = native.status;
    response.#statusText = native.statusText;
    return response;
  }

  /** For the HTTP front end: takes the body. */
  static {
    wireForm = (value) => {
      if (!(#source in value)) return nativeWireForm(value, false);
      if (value.#native) return nativeWireForm(value.#native, value.#isEncoded);
      return {
        status: value.#status,
        statusText: value.#statusText,
        headers: value.#headers,
        contentType: value.#contentType,
        body: value.#take(),
        isEncoded: value.#isEncoded,
      };
    };
    isEncoded = (value) => #source in value && value.#isEncoded;
    answeredResponse = (response, { url, method }, redirected) => {
      const answered = method === "HEAD" ? withoutBody(response) : response;
      if (#source in answered) (answered as Response).#answered = { url, method, redirected };
      return answered;
    };
    hasPlainBody = (value) => #source in value && value.#native === undefined;
    nativeResponse = (value) =>
      #source in value ? value.#asNative() : (value as unknown as NativeResponse);
  }

  #take(): string | Uint8Array | null {
    if (this.#used && this.#source !== null) throw httpErrors.bodyUsed();
    this.#used = true;
    return this.#source;
  }

  #asNative(): NativeResponse {
    if (this.#native) return this.#native;
    const { headers } = this;
    const body = (this.#source ?? (this.#hasEmptyBody ? NO_BYTES : null)) as BodyInit | null;
    // Node has no status 101; a socket response never has a body to read.
    const status = this.#status === 101 ? 200 : this.#status;
    this.#native = new NativeResponse(body, { status, statusText: this.#statusText, headers });
    // What was read here is read there as well.
    if (this.#used && this.#source !== null) void this.#native.text();
    return this.#native;
  }
}

/** Of the answer to `HEAD` nothing but the head crosses. */
function withoutBody(response: globalThis.Response): globalThis.Response {
  if (hasPlainBody(response) ? wireForm(response).body === null : response.body === null) {
    return response;
  }
  if (!hasPlainBody(response)) response.body?.cancel().catch(() => undefined);
  return new Response(null, response as ResponseInit) as unknown as globalThis.Response;
}

function nativeWireForm(value: object, isEncodedBody: boolean): WireResponse {
  const native = value as NativeResponse;
  if (native.bodyUsed) throw httpErrors.bodyUsed();
  return {
    status: native.status,
    statusText: native.statusText,
    headers: native.headers,
    contentType: undefined,
    body: native.body as ReadableStream<Uint8Array> | null,
    isEncoded: isEncodedBody,
  };
}

/** The body as it can be kept without a stream, or `undefined`. */
function lightBody(body: unknown): string | Uint8Array | null | undefined {
  if (typeof body === "string") return body;
  if (body === null || body === undefined) return null;
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  if (ArrayBuffer.isView(body)) {
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  }
  return typeof body === "object" || typeof body === "function" ? undefined : `${body}`;
}

/**
 * Statuses without a body take one with nothing in it.
 *
 * @throws TypeError when there is something in it
 */
function noBody(body: unknown): null {
  const source = body instanceof URLSearchParams ? body.toString() : lightBody(body);
  const length =
    body instanceof Blob ? body.size : source instanceof Uint8Array ? source.length : source;
  if (length === null || length === 0 || length === "") return null;
  throw httpErrors.nullBodyStatus();
}

function checkedStatus(wanted: unknown, webSocket: WebSocket | null): number {
  const status = wanted === undefined ? 200 : Math.trunc(Number(wanted));
  if (webSocket !== null) {
    if (!connectionOf(webSocket)) throw httpErrors.notASocket();
    if (status !== 101) throw httpErrors.socketNeeds101();
    return status;
  }
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw httpErrors.statusOutOfRange();
  return status;
}

/** `new Response(fetched.body, fetched)`: the body is decoded by now, the headers still tell of before. */
function isFetched(init: object): boolean {
  return init instanceof NativeResponse && (init as NativeResponse).url !== "";
}

function dropEncoding(headers: Headers): void {
  if (!headers.has("content-encoding")) return;
  headers.delete("content-encoding");
  headers.delete("content-length");
}

function isPlain(text: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(text);
}

acceptNative(Response, NativeResponse);
delegateRest(Response.prototype, NativeResponse.prototype, (self) => nativeResponse(self));
