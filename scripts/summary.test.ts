import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rootFolder } from "./tools.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "freehold-summary-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUN = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
};

function summarise(report: unknown) {
  const file = join(folder, "report.json");
  writeFileSync(file, typeof report === "string" ? report : JSON.stringify(report));
  const script = join(rootFolder, ".ci/summary.mjs");
  const { stdout, status } = spawnSync(process.execPath, [script, file], { encoding: "utf8" });
  return [stdout, status];
}

it.each([
  ["a good run", RUN, "3 passed, 0 failed, 2 skipped\n", 0],
  [
    "a failed test",
    { ...RUN, success: false, numFailedTests: 2 },
    "3 passed, 2 failed, 2 skipped\n",
    1,
  ],
  [
    "a file that does not load",
    { ...RUN, success: false, testResults: [{ status: "failed", assertionResults: [] }] },
    "3 passed, 1 failed, 2 skipped\n",
    1,
  ],
  ["an error outside tests", { ...RUN, success: false }, "3 passed, 1 failed, 2 skipped\n", 1],
  ["no tests", { ...RUN, numPassedTests: 0 }, "0 passed, 0 failed, 2 skipped\n", 1],
  ["no report", "", "0 passed, 1 failed, 0 skipped\n", 1],
])("sums up %s", (_, report, line, status) => {
  expect(summarise(report)).toEqual([line, status]);
});
