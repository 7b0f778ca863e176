import { describe, expect, it } from "vitest";
import { countdown, dayOf, withoutMarks } from "./format.ts";

describe("countdown", () => {
  it.each([
    [0, "now"],
    [-5000, "now"],
    [1, "in 0:01"],
    [65_000, "in 1:05"],
    [3_599_000, "in 59:59"],
    [3_600_000, "in 1 h"],
    [90_061_000, "in 25 h 1 min"],
    [172_799_000, "in 47 h 59 min"],
    [200_000_000, "in 2 days"],
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

describe("withoutMarks", () => {
  it.each([
    ["## A *stressed*, **strong** title", "A stressed, strong title"],
    ["1. one `code`\n- two ~~gone~~", "1. one code\ntwo gone"],
    ["See [the page](https://example.com).", "See the page."],
    ["| a | b |\n| --- | --: |\n| 1 | 2 |", "a, b\n1, 2"],
    ["```ts\nconst a = 2 * 3 * 4;\n```", "const a = 2 * 3 * 4;"],
    ["5000 * 3 = **15000**", "5000 * 3 = 15000"],
    ["a_name_with_lines", "a_name_with_lines"],
  ])("takes the marks off %j", (markdown, words) => {
    expect(withoutMarks(markdown)).toBe(words);
  });
});
