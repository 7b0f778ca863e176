/** How often something may happen. */
export interface Limit {
  readonly limit: number;
  /** In seconds. */
  readonly interval: number;
  readonly technique: "fixed" | "sliding";
}

/** So many subjects are remembered; the one that was not asked about for longest is forgotten. */
const MOST_SUBJECTS = 10_000;

/**
 * Counts happenings in windows: `fixed` ones are aligned to the clock, a `sliding` one is what just
 * passed. Lives in memory: a host that starts anew starts counting anew.
 */
export class RateLimits {
  readonly #now: () => number;
  readonly #times = new Map<string, readonly number[]>();

  /** @param now in ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Nothing has happened yet. */
  clear(): void {
    this.#times.clear();
  }

  /** Counts one more, unless the limit is reached. */
  mayPass(subject: string, { limit, interval, technique }: Limit): boolean {
    const now = this.#now();
    const length = interval * 1000;
    const from = technique === "fixed" ? Math.floor(now / length) * length : now - length + 1;
    const times = (this.#times.get(subject) ?? []).filter((time) => time >= from);
    const passes = times.length < limit;
    this.#times.delete(subject);
    this.#times.set(subject, passes ? [...times, now] : times);
    if (this.#times.size > MOST_SUBJECTS) {
      const [oldest] = this.#times.keys();
      if (oldest !== undefined) this.#times.delete(oldest);
    }
    return passes;
  }
}
