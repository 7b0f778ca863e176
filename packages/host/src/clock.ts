import { clearTimeout, setTimeout } from "node:timers";

/** A timer that was set on a {@link Clock}. */
export interface Timer {
  /** Takes the timer back. Does nothing once it has fired. */
  cancel(): void;
}

/**
 * Time as the host sees it. Nothing in the host reads the machine's time by another way.
 *
 * - `now` MUST be milliseconds since the Unix epoch and MUST NOT go back within one process.
 * - `setTimer` MUST NOT call back before `delayMs` have passed on this clock, MUST NOT call back
 *   synchronously, and MUST call timers back in order of their due times.
 * - A timer MUST NOT keep the process alive by itself.
 */
export interface Clock {
  now(): number;
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** Node's timers fire at once for longer delays, so longer ones are set in steps. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The globals may come to follow another clock. */
const machineNow = Date.now;
const machineTicks = performance.now.bind(performance);

/** Milliseconds, with fractions, from some moment on: for measuring the machine, whatever the clock says. */
export function machineTime(): number {
  return machineTicks();
}

class SystemClock implements Clock {
  #last = 0;

  now(): number {
    this.#last = Math.max(this.#last, machineNow());
    return this.#last;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    let due = this.now() + Math.max(0, delayMs);
    let handle: NodeJS.Timeout;
    const step = () => {
      const left = due - this.now();
      if (left <= 0) {
        due = 0;
        callback();
        return;
      }
      handle = setTimeout(step, Math.min(left, MAX_TIMEOUT_MS)).unref();
    };
    handle = setTimeout(step, Math.min(Math.max(0, delayMs), MAX_TIMEOUT_MS)).unref();
    return { cancel: () => clearTimeout(handle) };
  }
}

/** The machine's own clock. */
export const systemClock: Clock = new SystemClock();

/** Long, and short enough for a timer; in milliseconds. */
const HOUR_MS = 3_600_000;

/**
 * Keeps the process going, which ends by itself when only timers of a {@link Clock} are left.
 *
 * @returns ends it
 */
export function keepProcess(): () => void {
  const handle = setInterval(() => undefined, HOUR_MS);
  return () => clearInterval(handle);
}

/** Waits for `work`, but not longer than `limitMs`. Tells whether the work was done in time. */
export async function within(
  clock: Clock,
  limitMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  let timer: Timer | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = clock.setTimer(() => resolve(false), limitMs);
  });
  const done = await Promise.race([work.then(() => true as const), limit]);
  timer?.cancel();
  return done;
}
