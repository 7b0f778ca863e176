import { beforeAll, expect, test } from "vitest";
import { type CellResult, judgeMatrix } from "./src/matrix/judge.ts";
import { formatMatrix } from "./src/matrix/report.ts";
import { rows, runMatrix } from "./src/matrix/run.ts";

let results: readonly CellResult[];

beforeAll(async () => {
  results = await runMatrix([]);
}, 180_000);

test.each(rows.map(({ name }) => name))("%s is green in all eight cells", (name) => {
  const cells = results.filter(({ row }) => row === name);
  expect(cells).toHaveLength(8);
  const { red } = judgeMatrix(cells);
  expect(red, formatMatrix(cells)).toEqual([]);
});

test("the published packages on workerd support every row", () => {
  expect(judgeMatrix(results).unsupportedUpstream).toEqual([]);
});
