import fc from "fast-check";
import { expect, test } from "vitest";
import { nextCron } from "./cron.ts";

const at = (iso: string) => Date.parse(iso);
const next = (cron: string, zone: string | undefined, from: string) =>
  new Date(nextCron(cron, zone, at(from))).toISOString();

test.each([
  ["plain", "0 9 * * *", "Europe/Berlin", "2026-11-23T10:00:00Z", "2026-11-24T08:00:00.000Z"],
  [
    "later today",
    "0 9 * * *",
    "America/New_York",
    "2026-11-23T10:00:00Z",
    "2026-11-23T14:00:00.000Z",
  ],
  ["half hours", "30 9 * * *", "Asia/Kolkata", "2026-11-23T04:00:00Z", "2026-11-24T04:00:00.000Z"],
  [
    "weekdays",
    "0 0 * * mon",
    "Pacific/Auckland",
    "2026-11-23T10:00:00Z",
    "2026-11-29T11:00:00.000Z",
  ],
  [
    "either day",
    "0 0 1 * mon",
    "Europe/Berlin",
    "2026-11-24T00:00:00Z",
    "2026-11-29T23:00:00.000Z",
  ],
  [
    "seconds",
    "*/20 * * * * *",
    "Europe/Berlin",
    "2026-11-23T10:00:05.500Z",
    "2026-11-23T10:00:20.000Z",
  ],
  ["leap day", "0 12 29 2 *", "Europe/Berlin", "2026-11-23T10:00:00Z", "2028-02-29T11:00:00.000Z"],
  // Clocks go from 02:00 to 03:00 on 29 March 2026: half past two is half past three then.
  ["skipped", "30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00.000Z"],
  ["after it", "30 2 * * *", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00.000Z"],
  [
    "minutes over it",
    "*/30 * * * *",
    "Europe/Berlin",
    "2026-03-29T00:30:00Z",
    "2026-03-29T01:00:00.000Z",
  ],
  // Clocks go from 03:00 to 02:00 on 25 October 2026: half past two comes twice.
  [
    "twice, once",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-24T12:00:00Z",
    "2026-10-25T00:30:00.000Z",
  ],
  ["not again", "30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00.000Z"],
  [
    "every hour, twice",
    "30 * * * *",
    "Europe/Berlin",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00.000Z",
  ],
])("%s: %s in %s", (_what, cron, zone, from, expected) => {
  expect(next(cron, zone, from)).toBe(expected);
});

test.each([
  ["* *", undefined, "invalid_schedule"],
  ["0 0 30 2 *", undefined, "cron_never_matches"],
  ["0 0 30 2 *", "Europe/Berlin", "cron_never_matches"],
  ["* * * * *", "Mars/Olympus", "invalid_timezone"],
])("%s in %s is refused: %s", (cron, zone, code) => {
  expect(() => nextCron(cron, zone, 0)).toThrow(expect.objectContaining({ code }));
});

test("in UTC a zone changes nothing", () => {
  const field = (min: number, max: number) =>
    fc.oneof(fc.constant("*"), fc.integer({ min, max }).map(String));
  const cron = fc
    .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
    .map((fields) => fields.join(" "));
  const moment = fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") });
  fc.assert(
    fc.property(cron, moment, (expression, now) => {
      expect(nextCron(expression, "UTC", now)).toBe(inUtc(expression, now));
    }),
    { numRuns: 200 },
  );
});

/** What the runtime's own local time gives, where that is UTC. */
function inUtc(expression: string, now: number): number {
  const offset = new Date(now).getTimezoneOffset();
  expect(offset).toBe(0);
  return nextCron(expression, undefined, now);
}

test("every minute of a zone comes once, whatever its clocks do", () => {
  const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") }),
      (zone, from) => {
        let now = from;
        for (let n = 0; n < 5; n++) {
          const found = nextCron("* * * * *", zone, now);
          expect(found).toBe(Math.floor(now / 60_000) * 60_000 + 60_000);
          now = found;
        }
      },
    ),
    { numRuns: 300 },
  );
});
