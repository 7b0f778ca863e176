import { expect, test } from "vitest";
import { COMBINATIONS, nameOf } from "./cell.ts";
import { type CellResult, judgeMatrix, secondLook, withSecondRun } from "./judge.ts";

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

const named = (row: string, ...failing: string[]) =>
  results(failing).map((result) => ({ ...result, row }));

test("rows that failed are asked again, unless they are many, and those on our host three times", () => {
  const lost = named("lost", "freehold-workerd-upstream", "upstream-workerd-freehold");
  const broken = named("broken", "freehold-workerd-upstream", "freehold-freehold-upstream");
  expect(secondLook(named("sound")).rows).toEqual([]);
  expect(secondLook([...named("sound"), ...lost])).toEqual({ rows: ["lost"], times: 1 });
  expect(secondLook([...lost, ...broken])).toEqual({ rows: ["lost", "broken"], times: 3 });
  const many = ["a", "b", "c"].flatMap((row) => named(row, "freehold-workerd-upstream"));
  expect(secondLook(many).rows).toEqual(["a", "b", "c"]);
  expect(secondLook([...many, ...lost]).rows).toEqual([]);
});

test("what a second run found stands in the place of the first, also where it failed again", () => {
  const first = [...named("sound"), ...named("lost", "freehold-workerd-upstream")];
  const better = withSecondRun(first, named("lost"));
  expect(judgeMatrix(better)).toMatchObject({ cells: 16, red: [] });
  const worse = withSecondRun(first, named("lost", "freehold-freehold-upstream"));
  expect(judgeMatrix(worse).red).toEqual(["lost/freehold-freehold-upstream"]);
});
