import { expect, test } from "vitest";
import { COMBINATIONS, nameOf } from "./cell.ts";
import { type CellResult, judgeMatrix } from "./judge.ts";

function results(failing: readonly string[]): CellResult[] {
  return COMBINATIONS.map((combination) => ({
    row: "row",
    combination,
    ...(failing.includes(nameOf(combination)) ? { error: "no" } : {}),
  }));
}

test("there are eight combinations, the reference first", () => {
  expect(COMBINATIONS).toHaveLength(8);
  expect(new Set(COMBINATIONS.map(nameOf)).size).toBe(8);
  expect(nameOf(COMBINATIONS[0]!)).toBe("upstream-workerd-upstream");
});

test("all green", () => {
  expect(judgeMatrix(results([]))).toEqual({
    cells: 8,
    green: 8,
    red: [],
    unsupportedUpstream: [],
    later: {},
  });
});

test("cells that wait for a room of ours are named, and not counted", () => {
  const waiting = results([]).map((result) =>
    result.combination.sdk === "freehold" ? { ...result, later: "rooms" } : result,
  );
  expect(judgeMatrix(waiting)).toMatchObject({ cells: 4, green: 4, red: [], later: { rooms: 4 } });
});

test("a failure is red while the reference passes", () => {
  const summary = judgeMatrix(results(["upstream-freehold-upstream"]));
  expect(summary).toMatchObject({ green: 7, red: ["row/upstream-freehold-upstream"] });
});

test("when the reference fails, cells with a published part are excused, ours are not", () => {
  const summary = judgeMatrix(results(COMBINATIONS.map(nameOf)));
  expect(summary.green).toBe(0);
  expect(summary.red).toEqual(["row/freehold-workerd-freehold", "row/freehold-freehold-freehold"]);
  expect(summary.unsupportedUpstream).toHaveLength(6);
});
