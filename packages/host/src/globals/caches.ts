import { systemClock } from "../clock.ts";
import { invocation } from "../context.ts";
import { globalErrors, httpErrors, objectErrors } from "../contract-errors.ts";
import type { ByteRange } from "../http/byte-range.ts";
import { nativeRequest, Request } from "../http/request.ts";
import { nativeResponse, Response } from "../http/response.ts";
import { answerFrom, freshForMs, storedHeaders } from "./cache-policy.ts";

interface Stored {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Milliseconds since the epoch, both. */
  readonly kept: number;
  readonly expires: number;
}

/** What one cache holds at most; the entries used least recently go first. */
const MAX_BYTES = 32 * 1024 * 1024;
/** What an entry costs besides its body, roughly. */
const ENTRY_BYTES = 1024;
/** Named caches at most; the ones opened least recently go first. */
const MAX_CACHES = 100;

interface MatchOptions {
  readonly ignoreMethod?: boolean;
}

/** A cache in memory: GET only, for as long as the response says, and no longer than the process. */
export class Cache {
  readonly #entries = new Map<string, Stored>();
  #bytes = 0;

  /**
   * @throws TypeError for a request other than GET, a partial response, or `Vary: *`.
   */
  async put(key: unknown, response: unknown): Promise<void> {
    if (!(response instanceof Response)) throw globalErrors.notAResponse();
    const { method, url } = asRequest(key);
    const isUsed = response.bodyUsed;
    const native = nativeResponse(response);
    const { status, headers } = native;
    if (method !== "GET") throw new TypeError("Cannot cache response to non-GET request.");
    if (status === 206) {
      throw new TypeError("Cannot cache response to a range request (206 Partial Content).");
    }
    if ((headers.get("vary") ?? "").includes("*")) {
      throw new TypeError("Cannot cache response with 'Vary: *' header.");
    }
    if (isUsed) throw httpErrors.bodyUsed();
    const body = new Uint8Array(await native.arrayBuffer());
    const kept = now();
    const freshMs = freshForMs(status, headers, kept);
    if (freshMs <= 0 || body.length > MAX_BYTES) return;
    this.#remove(url);
    this.#add(url, {
      ...{ status, body, kept, expires: kept + freshMs },
      headers: storedHeaders(headers),
    });
    this.#shrink();
  }

  async match(key: unknown, options?: MatchOptions): Promise<unknown> {
    const { method, url, headers } = asRequest(key);
    if (method !== "GET" && options?.ignoreMethod !== true) return undefined;
    const found = this.#entries.get(url);
    if (!found) return undefined;
    this.#remove(url);
    if (found.expires <= now()) return undefined;
    this.#add(url, found);
    return answered(found, headers);
  }

  async delete(key: unknown, options?: MatchOptions): Promise<boolean> {
    const { method, url } = asRequest(key);
    if (method !== "GET" && options?.ignoreMethod !== true) return false;
    return this.#remove(url);
  }

  #add(url: string, stored: Stored): void {
    this.#entries.set(url, stored);
    this.#bytes += stored.body.length + ENTRY_BYTES;
  }

  #remove(url: string): boolean {
    const found = this.#entries.get(url);
    if (!found) return false;
    this.#bytes -= found.body.length + ENTRY_BYTES;
    return this.#entries.delete(url);
  }

  #shrink(): void {
    for (const url of this.#entries.keys()) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#remove(url);
    }
  }
}

/** The global `caches`. */
export class CacheStorage {
  readonly default = new Cache();
  readonly #named = new Map<string, Cache>();

  async open(...names: readonly unknown[]): Promise<Cache> {
    if (names.length === 0) throw globalErrors.notAString("open", "CacheStorage");
    const name = String(names[0]);
    const cache = this.#named.get(name) ?? new Cache();
    this.#named.delete(name);
    this.#named.set(name, cache);
    const [oldest] = this.#named.keys();
    if (oldest !== undefined && this.#named.size > MAX_CACHES) this.#named.delete(oldest);
    return cache;
  }
}

/** Members of the standard that Workers do not have. */
for (const [prototype, type, methods] of [
  [Cache.prototype, "Cache", ["add", "addAll", "keys", "matchAll"]],
  [CacheStorage.prototype, "CacheStorage", ["delete", "has", "keys", "match"]],
] as const) {
  for (const method of methods) {
    const value = async () => {
      throw globalErrors.notImplemented(method, type);
    };
    Object.defineProperty(prototype, method, { value, writable: true, configurable: true });
  }
}

function answered(found: Stored, wanted: Headers): Response {
  const { status, body } = found;
  const headers = new Headers(found.headers);
  headers.set("age", String(Math.floor((now() - found.kept) / 1000)));
  headers.set("cf-cache-status", "HIT");
  const answer = answerFrom(headers, wanted, body.length);
  if ("range" in answer) return part(body, headers, answer.range);
  if (answer.status === 304) return new Response(null, { status: 304, headers });
  if (answer.status === 416) {
    headers.set("content-range", `bytes */${body.length}`);
    return new Response(null, { status: 416, headers });
  }
  return new Response(status === 204 ? null : body, { status, headers });
}

function part(
  body: Uint8Array<ArrayBuffer>,
  headers: Headers,
  { first, last }: ByteRange,
): Response {
  headers.set("content-range", `bytes ${first}-${last}/${body.length}`);
  headers.set("content-length", String(last - first + 1));
  return new Response(body.slice(first, last + 1), { status: 206, headers });
}

function asRequest(key: unknown): { method: string; url: string; headers: Headers } {
  if (!(key instanceof Request) && !URL.canParse(String(key))) {
    throw objectErrors.invalidUrl(String(key));
  }
  const request = key instanceof Request ? nativeRequest(key) : new Request(String(key));
  const url = new URL(request.url);
  url.hash = "";
  return { method: request.method, url: url.href, headers: request.headers };
}

function now(): number {
  return (invocation.getStore()?.clock ?? systemClock).now();
}
