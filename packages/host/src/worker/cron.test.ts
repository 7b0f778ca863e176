import { expect, test } from "vitest";
import type { Clock } from "../clock.ts";
import { TestClock } from "../test-clock.ts";
import { CronTriggers, isCronPattern } from "./cron.ts";

const MINUTE = 60_000;
/** A Monday, noon. */
const NOON = Date.UTC(2026, 10, 23, 12);

function run(patterns: string[], clock: Clock) {
  const ran: string[] = [];
  const triggers = new CronTriggers(patterns, clock, ({ cron, scheduledTime }) => {
    ran.push(`${cron} at ${new Date(scheduledTime).toISOString().slice(5, 16)}`);
  });
  return { ran, triggers };
}

test("patterns are due in UTC, once a minute, and Sunday is day 1", async () => {
  const clock = new TestClock(NOON - 1);
  const { ran, triggers } = run(
    ["*/30 * * * *", "*/30 * * * *", "0 17 * * 1", "0 0 31 2 *"],
    clock,
  );
  await clock.advance(MINUTE * 61);
  expect(ran).toEqual([
    "*/30 * * * * at 11-23T12:00",
    "*/30 * * * * at 11-23T12:30",
    "*/30 * * * * at 11-23T13:00",
  ]);
  ran.length = 0;
  triggers.stop();
  await clock.advance(24 * 60 * MINUTE);
  expect(ran).toEqual([]);
  const sundays = run(["0 17 * * 1"], clock);
  await clock.advance(8 * 24 * 60 * MINUTE);
  expect(sundays.ran).toEqual(["0 17 * * 1 at 11-29T17:00"]);
  sundays.triggers.stop();
});

test("what was due while nothing could run is run once", () => {
  let now = NOON;
  let fire: (() => void) | undefined;
  const clock: Clock = {
    now: () => now,
    setTimer: (callback) => {
      fire = callback;
      return { cancel: () => undefined };
    },
  };
  const { ran } = run(["* * * * *"], clock);
  now = NOON + 60 * MINUTE + 5;
  fire?.();
  expect(ran).toEqual(["* * * * * at 11-23T13:00"]);
  now = NOON + 61 * MINUTE;
  fire?.();
  expect(ran[1]).toBe("* * * * * at 11-23T13:01");
});

test.each([
  ["*/5 * * * *", true],
  ["10 7 * * mon-fri", true],
  ["0 18 * * 6L", true],
  ["59 23 LW * *", true],
  ["0 0 * * 0", false],
  ["61 * * * *", false],
  ["* * * * * *", false],
  ["@daily", false],
  ["", false],
  ["a b c d e", false],
])("%s is a pattern: %s", (pattern, expected) => {
  expect(isCronPattern(pattern)).toBe(expected);
});
