import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Projects of their own, run by Vitest as their authors would run them. */

const inPackage = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const VITEST_5 = inPackage("../../node_modules/vitest/vitest.mjs");
const VITEST_4 = inPackage("node_modules/vitest-4/vitest.mjs");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-suites-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
}

async function run(vitest: string, fixture: string) {
  const outputFile = join(folder, `${fixture}-${vitest === VITEST_4 ? 4 : 5}.json`);
  const child = spawn(
    process.execPath,
    [
      ...["--conditions=freehold-source", "--disable-warning=ExperimentalWarning", vitest, "run"],
      ...["--configLoader", "native", "--root", inPackage(`test/fixtures/${fixture}`)],
      ...["--reporter=default", "--reporter=json", "--outputFile.json", outputFile],
    ],
    { env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const closed = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = (await closed) as [number | null];
  const report = JSON.parse(await readFile(outputFile, "utf8")) as Report;
  return { report, output: output + errors, status };
}

describe.each([
  ["Vitest 5", VITEST_5],
  ["Vitest 4.1", VITEST_4],
])("on %s", (_name, vitest) => {
  test("a suite written for `cloudflare:test` passes, and the clock is the test's", async () => {
    const { report, output } = await run(vitest, "project");
    expect(report, output).toMatchObject({ numFailedTests: 0, success: true });
    expect(report.numPassedTests).toBe(36);
  });
});

test("schedules of the published package, and of ours in its place, follow the clock", async () => {
  const { report, output } = await run(VITEST_5, "agents");
  expect(report, output).toMatchObject({ numFailedTests: 0, success: true });
  expect(report.numPassedTests).toBe(8);
});

test("what nobody caught fails the file, and what is missing is named", async () => {
  const { report, output, status } = await run(VITEST_5, "mistakes");
  expect(status).toBe(1);
  expect(report).toMatchObject({ numPassedTests: 1, numFailedTests: 1, success: false });
  expect(output).toContain("Error: nobody waits for me");
  expect(output).toContain("applyD1Migrations needs the D1 binding");
  expect(output).toContain("`miniflare.kvNamespaces` is not supported");
});
