import type { Clock } from "../clock.ts";

/** The longest time that a timer takes, in milliseconds; longer ones would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Calls `callback` after `milliseconds`, or, when that is more than a timer takes, never: no attempt
 * lives that long. Returns what forgets it.
 */
export function afterAtMost(clock: Clock, milliseconds: number, callback: () => void): () => void {
  if (milliseconds > MAX_TIMER_MS) return () => undefined;
  return clock.after(milliseconds, callback);
}
