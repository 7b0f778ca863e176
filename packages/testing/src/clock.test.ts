import { describe, expect, it, test } from "vitest";
import { clock, millisecondsOf, timeOf } from "./clock.ts";

it.each([
  [250, 250],
  ["250ms", 250],
  ["90s", 90_000],
  ["1.5 minutes", 90_000],
  [" 2 hours ", 7_200_000],
  ["1d", 86_400_000],
  ["1 week", 604_800_000],
  [0.2, 1],
] as const)("%j is a duration", (duration, ms) => {
  expect(millisecondsOf(duration)).toBe(ms);
});

it.each(["", "soon", "-1s", -1, Number.NaN, Number.POSITIVE_INFINITY])("%j is none", (duration) => {
  expect(() => millisecondsOf(duration)).toThrow(
    expect.objectContaining({ code: "DURATION_INVALID" }),
  );
});

describe("a time", () => {
  it("may be written in several ways", () => {
    const ms = Date.UTC(2040, 0, 1);
    expect([timeOf(ms), timeOf(new Date(ms)), timeOf("2040-01-01T00:00:00Z")]).toEqual([
      ms,
      ms,
      ms,
    ]);
    expect(() => timeOf("never")).toThrow(expect.objectContaining({ code: "TIME_INVALID" }));
  });
});

test("without a Worker there is no clock", async () => {
  await expect(clock.advance("1d")).rejects.toMatchObject({ code: "NO_TEST_HOST" });
  expect(() => clock.now()).toThrow(expect.objectContaining({ code: "NO_TEST_HOST" }));
});
