import { DEFAULT_LIMITS } from "../limits.ts";
import type { AlarmOutcome } from "./alarms.ts";

/** An alarm that waits, or is tried again. */
export interface PendingAlarm {
  /** When the object wants it, in milliseconds since the epoch. */
  readonly time: number;
  /** When it is to be delivered: `time`, or later after a failure. */
  readonly wake: number;
  /** Failures that count. */
  readonly counted: number;
  /** Interruptions, which do not count. */
  readonly uncounted: number;
}

export interface Delivered {
  readonly outcome: AlarmOutcome;
  readonly next: number | null;
}

export type Decision =
  | { readonly kind: "idle" }
  | { readonly kind: "wait"; readonly alarm: PendingAlarm }
  | { readonly kind: "giveUp" };

const FIRST_DELAY_MS = 2_000;
const LARGEST_EXPONENT = 9;
const LARGEST_JITTER = 0.25;

/** An alarm that was never tried. */
export function newAlarm(time: number): PendingAlarm {
  return { time, wake: time, counted: 0, uncounted: 0 };
}

/**
 * How long to wait after the given number of earlier tries: 2 s, doubled for each, 1,024 s at most, and
 * up to a quarter more.
 *
 * @param fraction in [0, 1)
 */
export function backOff(tries: number, fraction: number): number {
  const delay = FIRST_DELAY_MS * 2 ** Math.min(tries, LARGEST_EXPONENT);
  return delay + Math.floor(delay * LARGEST_JITTER * fraction);
}

/**
 * What to do with an alarm after its delivery.
 *
 * @param retries after so many failures that count, and the run that follows, it is given up
 */
export function decide(
  alarm: PendingAlarm,
  { outcome, next }: Delivered,
  now: number,
  fraction: number,
  retries = DEFAULT_LIMITS.alarmRetries,
): Decision {
  if (next === null) return { kind: "idle" };
  // An interruption before the row was read cannot name the alarm: it is the same one.
  const isSame = next === alarm.time || (outcome === "interrupted" && next <= now);
  // Set anew, by the handler or under it: what came before no longer matters.
  if (outcome === "done" || outcome === "none" || !isSame) {
    return { kind: "wait", alarm: newAlarm(next) };
  }
  const tries = alarm.counted + alarm.uncounted;
  const wake = now + backOff(tries, fraction);
  if (outcome === "interrupted") {
    return { kind: "wait", alarm: { ...alarm, wake, uncounted: alarm.uncounted + 1 } };
  }
  if (alarm.counted >= retries) return { kind: "giveUp" };
  return { kind: "wait", alarm: { ...alarm, wake, counted: alarm.counted + 1 } };
}
