import { systemClock } from "../clock.ts";
import { invocation } from "../context.ts";
import { nativeRequest, Request } from "../http/request.ts";
import { nativeResponse, Response } from "../http/response.ts";

interface Stored {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** What one cache holds at most; the entries used least recently go first. */
const MAX_BYTES = 32 * 1024 * 1024;
/** For responses that say nothing about how long they are good. */
const DEFAULT_AGE_SECONDS = 7200;

/** A cache in memory: GET only, for as long as the response says. */
export class Cache {
  readonly #entries = new Map<string, Stored>();
  #bytes = 0;

  /**
   * @throws TypeError for a request other than GET, a partial response, or `Vary: *`.
   */
  async put(key: unknown, response: object): Promise<void> {
    const request = asRequest(key);
    const native = nativeResponse(response);
    if (request.method !== "GET") throw new TypeError("Cannot cache response to non-GET request.");
    if (native.status === 206) {
      throw new TypeError("Cannot cache response to a range request (206 Partial Content).");
    }
    if ((native.headers.get("vary") ?? "").includes("*")) {
      throw new TypeError("Cannot cache response with 'Vary: *' header.");
    }
    const body = new Uint8Array(await native.arrayBuffer());
    const ageMs = maxAgeMs(native.headers);
    if (ageMs <= 0 || body.length > MAX_BYTES) return;
    this.#remove(request.url);
    this.#entries.set(request.url, {
      status: native.status,
      headers: [...native.headers],
      body,
      expires: now() + ageMs,
    });
    this.#bytes += body.length;
    this.#shrink();
  }

  async match(key: unknown, options?: { readonly ignoreMethod?: boolean }): Promise<unknown> {
    const request = asRequest(key);
    if (request.method !== "GET" && options?.ignoreMethod !== true) return undefined;
    const found = this.#entries.get(request.url);
    if (!found) return undefined;
    this.#remove(request.url);
    if (found.expires <= now()) return undefined;
    this.#entries.set(request.url, found);
    this.#bytes += found.body.length;
    const headers = new Headers([...found.headers].map(([name, value]) => [name, value]));
    headers.set("cf-cache-status", "HIT");
    return new Response(found.body as Uint8Array<ArrayBuffer>, { status: found.status, headers });
  }

  async delete(key: unknown, options?: { readonly ignoreMethod?: boolean }): Promise<boolean> {
    const request = asRequest(key);
    if (request.method !== "GET" && options?.ignoreMethod !== true) return false;
    return this.#remove(request.url);
  }

  #remove(url: string): boolean {
    const found = this.#entries.get(url);
    if (!found) return false;
    this.#bytes -= found.body.length;
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

  async open(name: string): Promise<Cache> {
    let cache = this.#named.get(name);
    if (!cache) {
      cache = new Cache();
      this.#named.set(name, cache);
    }
    return cache;
  }
}

function asRequest(key: unknown): { readonly method: string; readonly url: string } {
  return key instanceof Request ? nativeRequest(key) : new Request(String(key));
}

function maxAgeMs(headers: Headers): number {
  const control = headers.get("cache-control") ?? "";
  if (/\b(?:no-store|no-cache|private)\b/i.test(control)) return 0;
  const seconds = /\bs-maxage=(\d+)/i.exec(control)?.[1] ?? /\bmax-age=(\d+)/i.exec(control)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const expires = Date.parse(headers.get("expires") ?? "");
  return Number.isNaN(expires) ? DEFAULT_AGE_SECONDS * 1000 : expires - now();
}

function now(): number {
  return (invocation.getStore()?.clock ?? systemClock).now();
}
