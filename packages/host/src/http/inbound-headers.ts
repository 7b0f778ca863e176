import type { IncomingHttpHeaders } from "node:http";
import { inspect } from "node:util";
import { httpErrors } from "../contract-errors.ts";

function refuse(): never {
  throw httpErrors.immutableHeaders();
}

const REFUSALS = { append: { value: refuse }, set: { value: refuse }, delete: { value: refuse } };
const SEALED: object = Object.create(Headers.prototype, REFUSALS);

/** Names that need no check. */
const PLAIN_NAME = /^[A-Za-z0-9-]+$/;
const COOKIES = "set-cookie";

/**
 * Headers of a request from outside, as Node has read them. Most requests are asked for one or two and
 * for the names: that is answered from what is there, and Node's own object, which checks and sorts
 * everything, is made for all else.
 */
class InboundHeaders {
  readonly #source: IncomingHttpHeaders;
  #native: Headers | undefined;

  constructor(source: IncomingHttpHeaders) {
    this.#source = source;
  }

  get(name: string): string | null {
    const value = this.#plain(name);
    return value === undefined ? this.#asNative().get(name) : value;
  }

  has(name: string): boolean {
    const value = this.#plain(name);
    return value === undefined ? this.#asNative().has(name) : value !== null;
  }

  keys(): IterableIterator<string> {
    if (Object.hasOwn(this.#source, COOKIES)) return this.#asNative().keys();
    return Object.keys(this.#source).sort().values();
  }

  entries(): IterableIterator<[string, string]> {
    return this.#asNative().entries();
  }

  values(): IterableIterator<string> {
    return this.#asNative().values();
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    this.#asNative().forEach((value, name) => {
      Reflect.apply(callback, self, [value, name, this]);
    });
  }

  getSetCookie(): string[] {
    return this.#asNative().getSetCookie();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#asNative().entries();
  }

  [inspect.custom](depth: number, options: object): string {
    return inspect(this.#asNative(), { ...options, depth });
  }

  /** The value, `null` where there is none, or `undefined` where Node has to be asked. */
  #plain(name: unknown): string | null | undefined {
    if (typeof name !== "string" || !PLAIN_NAME.test(name)) return undefined;
    const key = name.toLowerCase();
    if (!Object.hasOwn(this.#source, key)) return null;
    const value = this.#source[key];
    return typeof value === "string" ? value : undefined;
  }

  #asNative(): Headers {
    this.#native ??= nativeHeaders(this.#source);
    return this.#native;
  }
}

Object.setPrototypeOf(InboundHeaders.prototype, Headers.prototype);
Object.defineProperties(InboundHeaders.prototype, {
  ...REFUSALS,
  constructor: { value: Headers, configurable: true, writable: true },
});

function nativeHeaders(source: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (typeof value === "string") headers.append(name, value);
    else if (value) for (const item of value) headers.append(name, item);
  }
  return headers;
}

/** Headers of a request from outside. They cannot be changed; a copy can. */
export function inboundHeaders(source: IncomingHttpHeaders): Headers {
  return new InboundHeaders(source) as unknown as Headers;
}

/** A copy that cannot be changed. */
export function sealedHeaders(source: Headers): Headers {
  return Object.setPrototypeOf(new Headers(source), SEALED);
}
