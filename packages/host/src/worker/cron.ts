import { Cron } from "croner";
import type { Clock, Timer } from "../clock.ts";
import type { ScheduledEvent } from "../host.ts";

/** Five fields in UTC; days of the week count from 1, which is Sunday. */
const OPTIONS = {
  mode: "5-part",
  timezone: "UTC",
  alternativeWeekdays: true,
  paused: true,
} as const;

const FIVE_FIELDS = /^\S+(?:\s+\S+){4}$/;

/** Whether a Worker's `triggers.crons` may hold a pattern. */
export function isCronPattern(pattern: string): boolean {
  if (!FIVE_FIELDS.test(pattern)) return false;
  try {
    return new Cron(pattern, OPTIONS) !== undefined;
  } catch {
    return false;
  }
}

/** When a pattern is due next, later than `time`; `undefined` when never. Milliseconds since the epoch. */
function dueAfter(cron: Cron, time: number): number | undefined {
  return cron.nextRun(new Date(time))?.getTime();
}

/**
 * Runs a Worker's `scheduled` handler by `triggers.crons`: at most once for each pattern and due
 * minute. What was due while the process slept or stood still is run once, for the latest time.
 */
export class CronTriggers {
  readonly #clock: Clock;
  readonly #run: (event: Required<ScheduledEvent>) => void;
  readonly #timers = new Map<string, Timer>();

  /** @param run MUST NOT throw. */
  constructor(
    patterns: readonly string[],
    clock: Clock,
    run: (event: Required<ScheduledEvent>) => void,
  ) {
    this.#clock = clock;
    this.#run = run;
    for (const pattern of new Set(patterns)) {
      this.#arm(pattern, new Cron(pattern, OPTIONS), clock.now());
    }
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #arm(pattern: string, cron: Cron, after: number): void {
    const due = dueAfter(cron, after);
    if (due === undefined) return;
    const fire = () => {
      const now = this.#clock.now();
      const minute = now - (now % MINUTE_MS);
      this.#arm(pattern, cron, now);
      this.#run({ cron: pattern, scheduledTime: cron.match(new Date(minute)) ? minute : due });
    };
    this.#timers.set(pattern, this.#clock.setTimer(fire, due - this.#clock.now()));
  }
}

const MINUTE_MS = 60_000;
