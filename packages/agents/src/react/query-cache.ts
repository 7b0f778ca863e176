/**
 * Query parameters that an application fetches before it connects (an access token, say), cached
 * for the page so that mounting twice, or in two places, asks once.
 *
 * @module
 */

import { createStubProxy } from "../client/stub-proxy.ts";

/** Query parameters of the connection; `null` and `undefined` values are left out of the URL. */
export type QueryObject = Record<string, string | null>;

/** One answer, perhaps still under way. */
export interface QueryEntry {
  readonly key: string;
  readonly promise: Promise<QueryObject>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Milliseconds that fetched parameters stay good when nothing else is said. */
export const DEFAULT_QUERY_TTL_MS = 300_000;

const cache = new Map<string, QueryEntry>();

/** The parameters for `key`: cached if still good, else asked for now. */
export function cachedQuery(
  key: string,
  query: () => Promise<QueryObject>,
  ttl: number,
): QueryEntry {
  return getCacheEntry(key) ?? rememberQuery(key, askQuery(query), ttl);
}

/** Asks the application; what it throws at once, or answers at once, is taken as well. */
function askQuery(query: () => Promise<QueryObject>): Promise<QueryObject> {
  return new Promise((resolve) => resolve(query()));
}

/** Caches an answer that is under way. A failure is logged and forgotten, so the next ask retries. */
function rememberQuery(key: string, promise: Promise<QueryObject>, ttl: number): QueryEntry {
  const entry: QueryEntry = { key, promise, expiresAt: Date.now() + ttl };
  cache.set(key, entry);
  promise.then(
    (params) => {
      // What React's `use` reads to give a settled promise's value without suspending.
      Object.assign(promise, { status: "fulfilled", value: params });
      warnAboutObjects(params);
    },
    (error: unknown) => {
      console.error("[useAgent] The query function failed:", error);
      if (cache.get(key) === entry) cache.delete(key);
    },
  );
  return entry;
}

/**
 * The key of an answer: who is addressed, and on what the answer depends.
 *
 * @param agent class of the first agent, in kebab-case
 * @param sub the agents after it, if any; their names belong to the key
 */
export function createCacheKey(
  agent: string,
  name: string | undefined,
  subChainOrDeps: readonly { agent: string; name: string }[] | unknown[],
  deps?: unknown[],
): string {
  if (!deps) return JSON.stringify([agent, name || "default", ...subChainOrDeps]);
  const steps = (subChainOrDeps as readonly { agent: string; name: string }[]).map((step) => [
    step.agent,
    step.name,
  ]);
  return JSON.stringify([agent, name || "default", steps, ...deps]);
}

/** Drops what is cached for `key`, if it is still `only` where that is given. */
export function forgetQuery(key: string, only?: QueryEntry): void {
  if (!only || cache.get(key) === only) cache.delete(key);
}

function warnAboutObjects(params: QueryObject): void {
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== "object" || value === null) continue;
    console.warn(`[useAgent] Query parameter "${name}" is an object; it is sent as "${value}".`);
  }
}

/** The answer for `key` if it is still good. */
function getCacheEntry(key: string): QueryEntry | undefined {
  const known = cache.get(key);
  return known && known.expiresAt > Date.now() ? known : undefined;
}

/** The cache, for test suites that clear or fill it. Not for anything else. */
export const _testUtils = {
  queryCache: cache,
  setCacheEntry: rememberQuery,
  getCacheEntry,
  deleteCacheEntry: (key: string) => forgetQuery(key),
  clearCache: () => cache.clear(),
  createStubProxy,
  createCacheKey,
};
