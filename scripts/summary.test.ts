import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

function write(name: string, report: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof report === "string" ? report : JSON.stringify(report));
  return file;
}

function run(script: string, ...files: string[]) {
  const path = join(rootFolder, ".ci", script);
  const options = { encoding: "utf8", cwd: folder } as const;
  const { stdout, status } = spawnSync(process.execPath, [path, ...files], options);
  return [stdout, status];
}

const summarise = (report: unknown, again = join(folder, "none.json")) =>
  run("summary.mjs", write("report.json", report), again);

/** A run in which one test of each of these files failed. */
function failing(...files: string[]) {
  const result = (file: string) => ({
    name: join(folder, file),
    status: "failed",
    assertionResults: [
      { status: "passed", fullName: "does this" },
      { status: "failed", fullName: "does that" },
    ],
  });
  const counted = { success: false, numPassedTests: 3, numFailedTests: files.length };
  return { ...RUN, ...counted, testResults: files.map(result) };
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

it("counts what failed at first and passed when it was run again, and names it", () => {
  const again = write("again.json", { ...RUN, numPassedTests: 2 });
  const lines = "unsteady: page.test.ts > does that\n4 passed, 0 failed, 2 skipped\n";
  expect(summarise(failing("page.test.ts"), again)).toEqual([lines, 0]);
});

it("fails when it failed again", () => {
  const again = write("again.json", failing("page.test.ts"));
  const lines = "unsteady: page.test.ts > does that\n3 passed, 1 failed, 2 skipped\n";
  expect(summarise(failing("page.test.ts"), again)).toEqual([lines, 1]);
  const broken = write("again.json", "");
  expect(summarise(failing("page.test.ts"), broken)).toEqual([
    "0 passed, 1 failed, 0 skipped\n",
    1,
  ]);
});

it("runs at most two suites again, and none that draws at random or ends processes", () => {
  mkdirSync(join(folder, "conformance"), { recursive: true });
  for (const steady of ["a", "b", "c", "crash", "kill-9", "conformance/matrix"]) {
    writeFileSync(join(folder, `${steady}.test.ts`), "expect(gates).toEqual([]);");
  }
  writeFileSync(join(folder, "drawn.test.ts"), "const { seed } = drawn;");
  const again = (...files: string[]) => run("again.mjs", write("report.json", failing(...files)));
  expect(again("a.test.ts", "b.test.ts")).toEqual(["a.test.ts\nb.test.ts\n", 0]);
  expect(again("a.test.ts", "b.test.ts", "c.test.ts")).toEqual(["", 0]);
  for (const never of ["drawn", "crash", "kill-9", "conformance/matrix"]) {
    expect(again("a.test.ts", `${never}.test.ts`)).toEqual(["", 0]);
  }
  expect(run("again.mjs", write("report.json", ""))).toEqual(["\n", 0]);
});
