/**
 * When to connect again.
 *
 * @module
 */

/** The settings of a reconnecting socket that matter here; it reads them before each attempt. */
interface ReconnectOptions {
  minReconnectionDelay?: number;
  maxReconnectionDelay?: number;
  reconnectionDelayGrowFactor?: number;
}

/** Options that are done already. */
const spread = new WeakSet<ReconnectOptions>();

/** The socket's own defaults. */
const FIRST_CEILING_MS = 3000;
const LAST_CEILING_MS = 10_000;
const GROWTH = 1.3;

/**
 * Spreads the attempts of clients that lost their server together: each waits a random time, up to
 * a ceiling that grows with every failure from 3 s to `maxReconnectionDelay` (10 s). An
 * application that sets `minReconnectionDelay` gets at least that.
 *
 * @param options the socket's live options; `maxReconnectionDelay` becomes the next delay's limit
 * @param retries how many attempts have failed in a row, at least 1 when it is asked
 */
export function spreadReconnects(options: ReconnectOptions, retries: () => number): void {
  if (spread.has(options)) return;
  spread.add(options);
  const { minReconnectionDelay: floor = 0, reconnectionDelayGrowFactor = GROWTH } = options;
  const first = options.minReconnectionDelay ?? FIRST_CEILING_MS;
  const last = options.maxReconnectionDelay ?? LAST_CEILING_MS;
  Object.defineProperty(options, "maxReconnectionDelay", {
    enumerable: true,
    get() {
      const grown = first * reconnectionDelayGrowFactor ** Math.max(0, retries() - 1);
      const ceiling = Math.min(grown, last);
      return floor >= ceiling ? ceiling : floor + Math.random() * (ceiling - floor);
    },
  });
}
