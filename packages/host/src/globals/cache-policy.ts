import { type ByteRange, byteRange } from "../http/byte-range.ts";

/** What a stored response answers to a request. */
export type CacheAnswer =
  | { readonly status: 200 | 304 }
  | { readonly status: 206; readonly range: ByteRange }
  | { readonly status: 416 };

/** Responses of other statuses are never stored. */
const STORABLE: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501,
]);

/**
 * How long a response may be kept, in milliseconds from `now`: what its headers say, and 0 when they
 * say nothing, forbid it, or it sets a cookie that is not excepted.
 */
export function freshForMs(status: number, headers: Headers, now: number): number {
  const control = headers.get("cache-control") ?? "";
  if (!STORABLE.has(status) || FORBIDS.test(control)) return 0;
  if (headers.has("set-cookie") && !isCookieExcepted(control)) return 0;
  const seconds = /\bs-maxage=(\d+)/i.exec(control)?.[1] ?? /\bmax-age=(\d+)/i.exec(control)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const expires = Date.parse(headers.get("expires") ?? "");
  return Number.isNaN(expires) ? 0 : Math.max(0, expires - now);
}

/** A directive that names fields is about those alone. */
const FORBIDS = /\b(?:no-store|no-cache(?!=)|private(?!=))\b/i;

function isCookieExcepted(control: string): boolean {
  return /\b(?:private|no-cache)="?[^"]*set-cookie/i.test(control);
}

/** The headers that are stored. */
export function storedHeaders(headers: Headers): Headers {
  const stored = new Headers(headers);
  if (isCookieExcepted(headers.get("cache-control") ?? "")) stored.delete("set-cookie");
  return stored;
}

/** What a stored response of so many bytes answers to a request: itself, nothing new, or a part. */
export function answerFrom(stored: Headers, wanted: Headers, size: number): CacheAnswer {
  if (isUnchanged(stored, wanted)) return { status: 304 };
  const range = byteRange(wanted.get("range"), size);
  if (range === undefined) return { status: 200 };
  return range === "unsatisfiable" ? { status: 416 } : { status: 206, range };
}

function isUnchanged(stored: Headers, wanted: Headers): boolean {
  const known = wanted.get("if-none-match");
  const etag = stored.get("etag");
  if (known !== null) {
    if (etag === null) return false;
    return known.split(",").some((tag) => tag.trim() === "*" || strong(tag) === strong(etag));
  }
  const since = Date.parse(wanted.get("if-modified-since") ?? "");
  return Date.parse(stored.get("last-modified") ?? "") <= since;
}

function strong(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}
