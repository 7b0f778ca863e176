import { describe, expect, it } from "vitest";
import { countdown, dayOf } from "./format.ts";

describe("countdown", () => {
  it.each([
    [0, "0:00"],
    [-5000, "0:00"],
    [1, "0:01"],
    [9000, "0:09"],
    [65_000, "1:05"],
    [3_600_000, "1:00:00"],
    [90_061_000, "25:01:01"],
  ])("writes %i ms as %j", (milliseconds, text) => {
    expect(countdown(milliseconds)).toBe(text);
  });
});

describe("dayOf", () => {
  const now = new Date(2026, 10, 23, 9).getTime();

  it("names the days that are near", () => {
    expect(dayOf(new Date(2026, 10, 23, 0, 1).getTime(), now)).toBe("Today");
    expect(dayOf(new Date(2026, 10, 22, 23, 59).getTime(), now)).toBe("Yesterday");
  });

  it("writes the date of the others", () => {
    expect(dayOf(new Date(2026, 10, 20).getTime(), now)).toContain("20");
  });
});
