/**
 * Query parameters inside React.
 *
 * @module
 */

import { use, useCallback, useEffect, useRef, useState } from "react";
import {
  cachedQuery,
  DEFAULT_QUERY_TTL_MS,
  forgetQuery,
  type QueryEntry,
  type QueryObject,
} from "./query-cache.ts";

/** Parameters, or a function that fetches them. */
export type QueryOption = QueryObject | (() => Promise<QueryObject>);

/** What the connection needs of its parameters. */
export interface ResolvedQuery {
  /** The parameters to connect with now. */
  readonly params: QueryObject | undefined;
  /** Whether the connection must wait: parameters that served a broken one are fetched anew. */
  readonly held: boolean;
  /** The connection broke and is to be tried again in `delay` ms: with parameters fetched then. */
  readonly renew: (delay: number) => void;
}

/**
 * Resolves the `query` option. A function suspends the component on first use only; later its
 * answer is renewed in the background, when it expires or the connection broke.
 */
export function useQuery(
  query: QueryOption | undefined,
  key: string,
  ttl: number = DEFAULT_QUERY_TTL_MS,
  enabled: boolean = true,
): ResolvedQuery {
  // The answer this component lives on. It is pinned at mount: the cache may drop it meanwhile.
  const [pinned, setPinned] = useState<QueryEntry | null>(null);
  const [held, setHeld] = useState(false);
  const ask = typeof query === "function" && enabled ? query : undefined;
  const latest = useRef({ ask, key, ttl });
  useEffect(() => {
    latest.current = { ask, key, ttl };
  });

  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);

  const proceed = useCallback((next: QueryEntry | null) => {
    setPinned(next);
    setHeld(false);
  }, []);
  const fetchAnew = useCallback(() => {
    const { ask, key, ttl } = latest.current;
    // Whoever shares the key may have asked already. Without `ask`, the next use asks.
    if (!ask) return proceed(null);
    const entry = cachedQuery(key, ask, ttl);
    // After a failure the next render asks once more, and hands a second one to the boundary.
    entry.promise.then(
      () => proceed(entry),
      () => proceed(null),
    );
  }, [proceed]);
  const renew = useCallback(
    (delay: number) => {
      if (!latest.current.ask) return;
      forgetQuery(latest.current.key);
      setHeld(true);
      clearTimeout(waiting.current);
      waiting.current = setTimeout(fetchAnew, delay);
    },
    [fetchAnew],
  );

  let entry: QueryEntry | null = null;
  if (ask) entry = pinned?.key === key ? pinned : cachedQuery(key, ask, ttl);
  const fetched = entry ? use(entry.promise) : undefined;

  useEffect(() => {
    if (!entry) return;
    setPinned(entry);
    const expire = () => {
      forgetQuery(entry.key, entry);
      fetchAnew();
    };
    const timer = setTimeout(expire, Math.max(0, entry.expiresAt - Date.now()));
    return () => clearTimeout(timer);
  }, [entry, fetchAnew]);

  return { params: typeof query === "function" ? fetched : query, held, renew };
}
