import { afterAll, beforeAll, expect, test } from "vitest";
import { endHosts } from "./src/hosts/running.ts";
import { closeBrowser } from "./src/matrix/browser/tab.ts";
import { type CellResult, judgeMatrix, secondLook, withSecondRun } from "./src/matrix/judge.ts";
import { formatMatrix } from "./src/matrix/report.ts";
import { rows, runMatrix } from "./src/matrix/run.ts";

let results: readonly CellResult[];

beforeAll(async () => {
  results = await runMatrix([]);
  const { rows: again, times } = secondLook(results);
  if (again.length === 0) return;
  const red = results.filter(({ error }) => error !== undefined);
  console.warn(`unsteady: ${red.map((cell) => `${cell.row}: ${cell.error}`).join("\n")}`);
  for (let time = 0; time < times; time++) {
    const second = await runMatrix(again);
    results = withSecondRun(results, second);
    if (second.some(({ error }) => error !== undefined)) return;
  }
}, 1_800_000);

afterAll(() => Promise.all([endHosts(), closeBrowser()]));

test.each(rows)("$name is green in all its cells", ({ name, later }) => {
  const cells = results.filter(({ row }) => row === name);
  expect(cells).toHaveLength(8);
  const summary = judgeMatrix(cells);
  expect(summary.red, formatMatrix(cells)).toEqual([]);
  expect(summary.cells).toBe(later === undefined ? 8 : 4);
});

test("the published packages on workerd support every row", async () => {
  const failed = judgeMatrix(results).unsupportedUpstream.map((cell) => cell.split("/")[0] ?? cell);
  // Other suites share the machine: what workerd failed among them is asked once more, alone.
  const again = failed.length === 0 ? [] : await runMatrix(failed);
  expect(judgeMatrix(again).unsupportedUpstream).toEqual([]);
}, 900_000);
