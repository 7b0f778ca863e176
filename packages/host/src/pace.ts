/** How much may run at the same time, at the fewest and at most. */
export interface PaceBounds {
  /** However slow the machine is, so many go on. */
  readonly fewest: number;
  readonly most: number;
}

/** A turn of the event loop that takes longer keeps requests waiting: each needs a few of them. */
const LONG_TURN_MS = 5;

/**
 * How much may run at a time from now on: one more after a turn of the event loop that was short, half as
 * much after one that was long. What runs at the same time ends at the same time, so that what is done in
 * one turn grows with its number, whatever it is that is done.
 *
 * @param running how much might run until now
 * @param turnMs how long the turn took
 *
 * @example
 * ```ts
 * const bounds = { fewest: 4, most: 128 };
 * nextPace(16, 1, bounds); // 17
 * nextPace(16, 50, bounds); // 8
 * ```
 */
export function nextPace(running: number, turnMs: number, { fewest, most }: PaceBounds): number {
  if (turnMs > LONG_TURN_MS) return Math.max(fewest, Math.floor(running / 2));
  return Math.min(most, running + 1);
}
