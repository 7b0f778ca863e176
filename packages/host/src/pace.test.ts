import { expect, test } from "vitest";
import { nextPace } from "./pace.ts";

const FIRST = 16;
const bounds = { fewest: 4, most: 128 };
const after = (turns: readonly number[]) =>
  turns.reduce((running, turn) => nextPace(running, turn, bounds), FIRST);

test("short turns let more run, up to a bound", () => {
  expect(after([1])).toBe(FIRST + 1);
  expect(after(Array.from({ length: 1000 }, () => 1))).toBe(bounds.most);
});

test("a long turn halves them, down to a few", () => {
  expect(after([50])).toBe(FIRST / 2);
  expect(after(Array.from({ length: 1000 }, () => 50))).toBe(bounds.fewest);
  expect(after([50, 50, 50, 1, 1])).toBe(6);
});
