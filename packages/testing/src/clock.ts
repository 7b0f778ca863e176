import { parse } from "@lukeed/ms";
import { FreeholdError } from "freehold/runtime";
import { runningWorker } from "./running.ts";
import type { Duration, TestFileClock } from "./test-file-clock.ts";

/**
 * The clock that `Date`, timers, alarms and SQL's `'now'` follow inside of the Worker and its objects.
 * At the start of a test file it runs with the machine's; the first test that moves it takes it over.
 * The test's own globals are never changed.
 *
 * @example
 * ```ts
 * import { env } from "cloudflare:test";
 * import { clock } from "@freehold/testing";
 *
 * await env.REMINDERS.getByName("ada").remind("tea", { hours: 1 });
 * await clock.advance("1h");
 * expect(await env.REMINDERS.getByName("ada").said()).toEqual(["tea"]);
 * ```
 */
export const clock: TestFileClock = {
  get isPaused() {
    return machine().isPaused;
  },
  now: () => machine().now(),
  async advance(duration) {
    await machine().advance(millisecondsOf(duration));
  },
  async set(time) {
    await machine().set(timeOf(time));
  },
  async until(condition, { within = "1d" } = {}) {
    if (await machine().until(condition, millisecondsOf(within))) return;
    throw new FreeholdError(
      "CONDITION_UNMET",
      `The condition did not come to hold within ${within}.`,
      {
        help: "Allow more time with `within`, or look at what should have made it hold.",
      },
    );
  },
  settle: () => machine().settle(),
  pause: () => machine().pause(),
  resume: () => machine().resume(),
};

function machine() {
  return runningWorker().host.clock;
}

/** @throws FreeholdError `DURATION_INVALID` */
export function millisecondsOf(duration: Duration): number {
  const ms = typeof duration === "number" ? duration : parse(duration.trim());
  if (ms !== undefined && Number.isFinite(ms) && ms >= 0) return Math.ceil(ms);
  throw new FreeholdError("DURATION_INVALID", `${JSON.stringify(duration)} is no duration.`, {
    help: 'Give milliseconds, or a number with a unit: "1d", "2 hours", "90s", "250ms".',
  });
}

/** @throws FreeholdError `TIME_INVALID` */
export function timeOf(time: Date | number | string): number {
  const ms = new Date(time).getTime();
  if (!Number.isNaN(ms)) return ms;
  throw new FreeholdError("TIME_INVALID", `${String(time)} is no time.`, {
    help: 'Give a Date, milliseconds since the epoch, or text such as "2030-01-31T12:00:00Z".',
  });
}
