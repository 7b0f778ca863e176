import { type Clock, systemClock } from "./clock.ts";

/**
 * Whether something still goes on in this process: what a test's clock looks at before it moves time
 * on. Nothing else may depend on it.
 */
let steps = 0;
let outside = 0;

/** An object has started, or gone on with, something. */
export function stepTaken(): void {
  steps += 1;
}

/** Grows with each step. */
export function stepsTaken(): number {
  return steps;
}

/** How many requests to elsewhere are out whose answers take real time. */
export function outsideWork(): number {
  return outside;
}

/** Counts work that code under a test's clock has given away. Returns its promise as it is. */
export function countOutside<T>(clock: Clock | undefined, work: Promise<T>): Promise<T> {
  if (clock === undefined || clock === systemClock) return work;
  outside += 1;
  const over = () => {
    outside -= 1;
  };
  work.then(over, over);
  return work;
}
