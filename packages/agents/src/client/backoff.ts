/**
 * When to connect again.
 *
 * @module
 */

/** The settings of a reconnecting socket that matter here; it reads them before each attempt. */
export interface ReconnectOptions {
  minReconnectionDelay?: number | undefined;
  maxReconnectionDelay?: number | undefined;
  reconnectionDelayGrowFactor?: number | undefined;
}

/** Options that are done already. */
const spread = new WeakSet<ReconnectOptions>();

/** The socket's own defaults. */
const FIRST_CEILING_MS = 3000;
const LAST_CEILING_MS = 10_000;
const GROWTH = 1.3;

/**
 * Milliseconds before another attempt: a random time, up to a ceiling that grows with every failure
 * from 3 s to `maxReconnectionDelay` (10 s), so that clients that lost their server together do not
 * return together. An application that sets `minReconnectionDelay` gets at least that.
 *
 * @param failures how many attempts have failed in a row
 */
export function reconnectDelay(options: ReconnectOptions, failures: number): number {
  const { minReconnectionDelay: floor = 0, reconnectionDelayGrowFactor = GROWTH } = options;
  const first = options.minReconnectionDelay ?? FIRST_CEILING_MS;
  const grown = first * reconnectionDelayGrowFactor ** Math.max(0, failures - 1);
  const ceiling = Math.min(grown, options.maxReconnectionDelay ?? LAST_CEILING_MS);
  return floor >= ceiling ? ceiling : floor + Math.random() * (ceiling - floor);
}

/**
 * Makes a socket wait by {@link reconnectDelay}.
 *
 * @param options the socket's live options; `maxReconnectionDelay` becomes the next delay's limit
 * @param retries how many attempts have failed in a row, at least 1 when it is asked
 */
export function spreadReconnects(options: ReconnectOptions, retries: () => number): void {
  if (spread.has(options)) return;
  spread.add(options);
  const given = { ...options };
  Object.defineProperty(options, "maxReconnectionDelay", {
    enumerable: true,
    get: () => reconnectDelay(given, retries()),
  });
}
