import { expect, test } from "vitest";
import { type Allowance, fullAllowance, takeOne } from "./rate.ts";

/** How many messages at once an allowance lets through, and what is left. */
function drain(held: Allowance, perSecond: number, now: number): [number, Allowance] {
  let [count, left] = [0, held];
  for (let next = takeOne(left, perSecond, now); next; next = takeOne(left, perSecond, now)) {
    left = next;
    count++;
  }
  return [count, left];
}

test("two seconds' worth may come at once, then so many a second", () => {
  const [first, empty] = drain(fullAllowance(5, 0), 5, 0);
  const [second, again] = drain(empty, 5, 1000);
  const [third] = drain(again, 5, 60_000);
  expect([first, second, third]).toEqual([10, 5, 10]);
});

test("a clock that goes back gives nothing and takes nothing", () => {
  const [, empty] = drain(fullAllowance(1, 1000), 1, 1000);
  expect(takeOne(empty, 1, 0)).toBeUndefined();
  expect(takeOne(empty, 1, 2000)).toEqual({ left: 0, at: 2000 });
});
