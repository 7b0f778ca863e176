import { expect, test } from "vitest";
import { type Budget, formatOutcome, judge } from "./budget.ts";

const budget: Budget = {
  name: "size",
  about: "how large it is",
  limits: [
    { figure: "kib", most: 12 },
    { figure: "ms", most: 1000 },
  ],
  run: async () => ({}),
};

test("a budget is met when every figure is within its limit", () => {
  const outcome = judge(budget, { kib: 9, ms: 1000, other: 5 });
  expect(outcome.isMet).toBe(true);
  expect(outcome.checks.map(({ ratio }) => ratio)).toEqual([0.75, 1]);
});

test("one figure past its limit, or missing, makes the whole fall short", () => {
  expect(judge(budget, { kib: 12.1, ms: 1 }).isMet).toBe(false);
  expect(judge(budget, { kib: 1 }).isMet).toBe(false);
  expect(judge(budget, { kib: 1, ms: null }).isMet).toBe(false);
});

test("the report says which figure falls short", () => {
  const text = formatOutcome(budget, judge(budget, { kib: 24, ms: 500 }));
  expect(text).toContain("SHORT: kib 24, limit 12, ratio 2");
  expect(text).toContain("pass: ms 500, limit 1000, ratio 0.5");
});
