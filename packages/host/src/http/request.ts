import type { IncomingHttpHeaders } from "node:http";
import { admitted } from "../context.ts";
import { httpErrors } from "../contract-errors.ts";
import type { InboundBody } from "./inbound.ts";
import { inboundHeaders, sealedHeaders } from "./inbound-headers.ts";
import {
  acceptNative,
  delegateRest,
  NativeRequest,
  type RequestInit as NativeRequestInit,
} from "./native.ts";

export interface RequestInit extends NativeRequestInit {
  readonly cf?: object | undefined;
}

/** What a request is made of as long as Node's own object is not needed. */
interface Light {
  readonly method: string;
  readonly url: string;
  readonly body: InboundBody | undefined;
  readonly redirect: "follow" | "error" | "manual";
  /** Aborted when the client goes away. */
  signal(): AbortSignal;
}

/** A request from outside, before anybody has looked at its parts. */
export interface InboundParts extends Light {
  /** Lower-case names; cleared of what clients may not say. */
  readonly headers: IncomingHttpHeaders;
  readonly cf: object;
}

type RequestInfo = ConstructorParameters<typeof NativeRequest>[0];

const FROM_OUTSIDE = Symbol("from outside");
const COPY = Symbol("copy");
const EMPTY = Buffer.alloc(0);

/** A request as it came over the network. */
export let inboundRequest: (parts: InboundParts) => Request;
/**
 * A request as an object or an entrypoint gets it: its headers cannot be changed, and redirects are the
 * caller's to follow. The body is taken from the caller's.
 *
 * @throws TypeError when that has been used
 */
export let deliveredRequest: (request: globalThis.Request) => globalThis.Request;
/** The signal that a program has given to a request; the one that tells of its client is none. */
export let givenSignal: (request: globalThis.Request) => AbortSignal | null | undefined;
/** Node's own object for a request of either class. */
export let nativeRequest: (request: object) => NativeRequest;

/** Options that leave a request as light as it was. */
const LIGHT_OPTIONS: ReadonlySet<string> = new Set([
  "cf",
  "duplex",
  "headers",
  "method",
  "redirect",
  "signal",
]);

/**
 * The `Request` of a Worker: Node's own, plus `cf`, with no need of `duplex`.
 *
 * A request from outside stays a few fields until something asks for what only Node's object has.
 * `instanceof` holds between the two classes both ways.
 */
export class Request {
  #native: NativeRequest | undefined;
  #light: Light | undefined;
  #headers: Headers | undefined;
  #inboundHeaders: IncomingHttpHeaders | undefined;
  /** The body went to another request. */
  #moved = false;
  #cf: object | undefined;
  #given: AbortSignal | null | undefined;
  #isDelivered = false;

  constructor(
    input: RequestInfo | Request | typeof FROM_OUTSIDE | typeof COPY,
    options: RequestInit = {},
  ) {
    if (input === COPY) return;
    if (input === FROM_OUTSIDE) {
      const parts = options as unknown as InboundParts;
      this.#light = parts;
      this.#inboundHeaders = parts.headers;
      this.#cf = parts.cf;
      return;
    }
    const init = fieldsOf(options);
    const origin = typeof input === "object" && #cf in input ? input : undefined;
    this.#cf = init.cf ?? (origin ? origin.#cf : undefined);
    this.#given = init.signal === undefined ? (origin ? origin.#given : undefined) : init.signal;
    this.#light = origin ? origin.#lightWith(init) : undefined;
    if (origin && this.#light) {
      this.#headers = new Headers(init.headers ?? origin.headers);
      return;
    }
    const { cf: _cf, ...given } = init;
    const rest = METHOD.test(given.method ?? "") ? upperCased(given) : given;
    const streaming = rest.body !== undefined && rest.body !== null;
    this.#native = new NativeRequest(
      origin ? origin.#asNative() : (input as RequestInfo),
      streaming ? { duplex: "half", ...rest } : rest,
    );
  }

  get method(): string {
    return this.#light?.method ?? this.#asNative().method;
  }

  get url(): string {
    const url = this.#light?.url ?? this.#asNative().url;
    if (!this.#isDelivered) return url;
    // A fragment does not go over the network either.
    const fragment = url.indexOf("#");
    return fragment === -1 ? url : url.slice(0, fragment);
  }

  get headers(): Headers {
    if (this.#inboundHeaders) {
      this.#headers ??= inboundHeaders(this.#inboundHeaders);
    }
    return this.#headers ?? this.#asNative().headers;
  }

  get signal(): AbortSignal {
    return this.#light?.signal() ?? this.#asNative().signal;
  }

  get redirect(): string {
    if (this.#isDelivered) return "manual";
    return this.#light?.redirect ?? this.#asNative().redirect;
  }

  /** Facts about the client's connection; an object on requests from outside. */
  get cf(): object | undefined {
    return this.#cf;
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.#light && !this.#light.body) return null;
    return this.#asNative().body as ReadableStream<Uint8Array> | null;
  }

  get bodyUsed(): boolean {
    if (this.#moved) return true;
    return this.#native ? this.#native.bodyUsed : (this.#light?.body?.used ?? false);
  }

  async text(): Promise<string> {
    const bytes = await this.#bytes();
    return bytes === undefined ? this.#asNative().text() : new TextDecoder().decode(bytes);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.#bytes();
    if (bytes === undefined) return this.#asNative().arrayBuffer();
    return new Uint8Array(bytes).buffer;
  }

  clone(): Request {
    if (this.bodyUsed) throw httpErrors.bodyUsed();
    if (this.#light && !this.#light.body) return new Request(this);
    const copy = new Request(COPY);
    copy.#native = this.#asNative().clone();
    copy.#cf = this.#cf;
    copy.#given = this.#given;
    return copy;
  }

  static {
    deliveredRequest = (value) => {
      if (value.bodyUsed) throw httpErrors.usedRequest();
      const request = #cf in value ? (value as Request).#delivered() : Request.#deliver(value);
      return request as unknown as globalThis.Request;
    };
    inboundRequest = (parts) => new Request(FROM_OUTSIDE, parts as unknown as RequestInit);
    givenSignal = (value) => (#cf in value ? (value as unknown as Request).#given : value.signal);
    nativeRequest = (value) =>
      #cf in value ? (value as Request).#asNative() : (value as unknown as NativeRequest);
  }

  /** Without a body there is nothing to take, and headers from outside cannot be changed anyway. */
  #delivered(): Request {
    if (this.#inboundHeaders && !this.#native && !this.#light?.body) return this;
    const request = new Request(COPY);
    if (this.#native) request.#native = this.#native;
    else request.#light = this.#light;
    request.#cf = this.#cf;
    request.#inboundHeaders = this.#inboundHeaders;
    if (!this.#inboundHeaders) request.#headers = sealedHeaders(this.headers);
    request.#isDelivered = true;
    this.#moved = this.#native ? this.#native.body !== null : this.#light?.body !== undefined;
    return request;
  }

  static #deliver(native: object): Request {
    const request = new Request(COPY);
    request.#native = native as NativeRequest;
    request.#headers = sealedHeaders(request.#native.headers);
    request.#isDelivered = true;
    return request;
  }

  /** A light copy, when the options allow one. A body moves to it. */
  #lightWith(init: RequestInit): Light | undefined {
    const light = this.#light;
    if (!light || this.#native || !staysLight(light, init)) return undefined;
    if (light.body) {
      if (this.bodyUsed) throw httpErrors.bodyUsed();
      this.#moved = true;
    }
    const { signal } = init;
    return {
      method: init.method === undefined ? light.method : String(init.method).toUpperCase(),
      url: light.url,
      body: light.body,
      signal: signal ? () => signal : () => light.signal(),
      redirect: init.redirect ?? light.redirect,
    };
  }

  /** The whole body when it can be had without a stream. */
  async #bytes(): Promise<Buffer | undefined> {
    if (this.#moved) throw httpErrors.bodyUsed();
    if (this.#native || !this.#light) return undefined;
    return this.#light.body ? admitted(this.#light.body.bytes()) : EMPTY;
  }

  #asNative(): NativeRequest {
    if (this.#native) return this.#native;
    const light = this.#light as Light;
    if (this.#moved) throw httpErrors.bodyUsed();
    const isRead = light.body?.used ?? false;
    const body = isRead ? EMPTY : light.body?.stream();
    this.#native = new NativeRequest(light.url, {
      method: light.method,
      headers: new Headers(this.headers),
      redirect: light.redirect,
      signal: light.signal(),
      ...(body && { body, duplex: "half" }),
    });
    // What was read here is read there as well.
    if (isRead) void this.#native.arrayBuffer();
    // From here on there is one set of headers that can be changed, Node's.
    if (!this.#inboundHeaders && !this.#isDelivered) this.#headers = undefined;
    return this.#native;
  }
}

/** Methods that Workers take in any case. */
const METHOD = /^(?:delete|get|head|options|patch|post|put)$/i;

/** Options may be a request themselves: its fields are no properties of its own. */
function fieldsOf(options: RequestInit): RequestInit {
  if (!(options instanceof Request)) return options;
  const { method, headers, redirect, signal, cf } = options;
  const body = options.body as RequestInit["body"];
  const fields = { method, headers, redirect, signal, body, ...(cf ? { cf } : {}) };
  return fields as unknown as RequestInit;
}

function upperCased(init: NativeRequestInit): NativeRequestInit {
  return { ...init, method: String(init.method).toUpperCase() };
}

function staysLight(light: Light, init: RequestInit): boolean {
  for (const option in init) if (!LIGHT_OPTIONS.has(option)) return false;
  if (init.method === undefined || init.method === light.method) return true;
  return light.body === undefined && /^[A-Z]+$/.test(String(init.method));
}

acceptNative(Request, NativeRequest);
delegateRest(Request.prototype, NativeRequest.prototype, (self) => nativeRequest(self));
