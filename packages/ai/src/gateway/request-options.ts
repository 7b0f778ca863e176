import type { Backoff, GatewaySettings } from "./settings.ts";
import { DEFAULT_ALIAS, OLD_HEADERS, RequestHeader } from "./wire.ts";

export type Scalar = string | number | boolean;

export interface CustomCost {
  readonly perTokenIn?: number;
  readonly perTokenOut?: number;
  readonly total?: number;
}

/** What one request asks of its gateway: settings of the gateway, changed by headers. */
export interface RequestOptions {
  /** Seconds; 0: not kept. */
  readonly cacheTtl: number;
  readonly skipCache: boolean;
  readonly cacheKey: string | undefined;
  readonly metadata: Readonly<Record<string, Scalar>>;
  readonly customCost: CustomCost | undefined;
  readonly collectLog: boolean;
  readonly collectPayload: boolean;
  readonly eventId: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly backoff: Backoff;
  readonly keyAlias: string;
}

export type Headers = Readonly<Record<string, string>>;

const MIN_TTL = 60;
const MAX_TTL = 2_592_000;
/** What a cache key by itself means, where the gateway keeps nothing. */
const KEY_TTL = 300;
const MAX_METADATA = 5;
const MAX_ATTEMPTS = 5;
const MAX_DELAY_MS = 5000;
const DEFAULT_DELAY_MS = 500;
const BACKOFFS: ReadonlySet<unknown> = new Set<Backoff>(["constant", "linear", "exponential"]);

/** Reads the headers of a request. What is not understood counts as absent, as with the service. */
export function readOptions(given: Headers, settings: GatewaySettings): RequestOptions {
  const headers = withOldNames(given);
  const cacheKey = headers[RequestHeader.CACHE_KEY];
  const { retries, logs } = settings;
  const backoff = headers[RequestHeader.BACKOFF];
  return {
    cacheTtl: ttl(headers[RequestHeader.CACHE_TTL], cacheKey, settings.cacheTtl ?? 0),
    skipCache: headers[RequestHeader.SKIP_CACHE] === "true",
    cacheKey,
    metadata: metadata(headers[RequestHeader.METADATA]),
    customCost: customCost(headers[RequestHeader.CUSTOM_COST]),
    collectLog: flag(headers[RequestHeader.COLLECT_LOG], logs?.collect ?? true),
    collectPayload: flag(headers[RequestHeader.COLLECT_PAYLOAD], logs?.payloads ?? true),
    eventId: headers[RequestHeader.EVENT_ID],
    timeoutMs:
      number(headers[RequestHeader.TIMEOUT], 1, Number.MAX_SAFE_INTEGER) ?? settings.timeoutMs,
    maxAttempts:
      number(headers[RequestHeader.MAX_ATTEMPTS], 1, MAX_ATTEMPTS) ?? retries?.maxAttempts ?? 1,
    retryDelayMs:
      number(headers[RequestHeader.RETRY_DELAY], 0, MAX_DELAY_MS) ??
      retries?.delayMs ??
      DEFAULT_DELAY_MS,
    backoff: BACKOFFS.has(backoff) ? (backoff as Backoff) : (retries?.backoff ?? "constant"),
    keyAlias: headers[RequestHeader.KEY_ALIAS] ?? DEFAULT_ALIAS,
  };
}

function withOldNames(headers: Headers): Headers {
  const old = Object.entries(OLD_HEADERS).flatMap(([from, to]) =>
    headers[from] === undefined ? [] : [[to, headers[from]] as const],
  );
  return { ...Object.fromEntries(old), ...headers };
}

function ttl(asked: string | undefined, key: string | undefined, usual: number): number {
  const seconds = number(asked, 0, MAX_TTL);
  if (seconds !== undefined) return seconds === 0 ? 0 : Math.max(MIN_TTL, seconds);
  return usual === 0 && key !== undefined ? KEY_TTL : usual;
}

/** At most five entries; more of them, and what is no scalar, are left out. */
function metadata(text: string | undefined): Readonly<Record<string, Scalar>> {
  const value = parsed(text);
  const entries = Object.entries(value ?? {}).filter((entry): entry is [string, Scalar] =>
    ["string", "number", "boolean"].includes(typeof entry[1]),
  );
  return Object.fromEntries(entries.slice(0, MAX_METADATA));
}

function customCost(text: string | undefined): CustomCost | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  const one = (name: string) => {
    const cost = value[name];
    return typeof cost === "number" && Number.isFinite(cost) && cost >= 0 ? cost : undefined;
  };
  const [total, perTokenIn, perTokenOut] = ["total_cost", "per_token_in", "per_token_out"].map(one);
  if (total === undefined && perTokenIn === undefined && perTokenOut === undefined)
    return undefined;
  return {
    ...(total !== undefined && { total }),
    ...(perTokenIn !== undefined && { perTokenIn }),
    ...(perTokenOut !== undefined && { perTokenOut }),
  };
}

function parsed(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function flag(text: string | undefined, usual: boolean): boolean {
  return text === "true" ? true : text === "false" ? false : usual;
}

function number(text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(high, Math.max(low, Number(text)));
}
