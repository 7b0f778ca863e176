import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { build } from "tsdown";
import { inParallel } from "../tools.ts";
import { findPackages, type WorkspacePackage } from "../workspace.ts";
import { checkConsumer } from "./consumer.ts";
import { withDeclarationProject } from "./declarations.ts";
import { type Entries, entriesOf } from "./entries.ts";
import { packageBuild } from "./package-build.ts";
import { checkPackage } from "./publishable.ts";

const packages = findPackages().map((entry) => ({ ...entry, entries: entriesOf(entry) }));
const built = packages.filter(({ entries }) => Object.keys(entries).length > 0);
let failed = false;

await step("build", async () => (await inParallel(2, built, buildPackage)).flat());
await step("types as a user sees them", () => checkConsumer(built));
await step("publint and attw", async () => {
  const folder = await mkdtemp(join(tmpdir(), "freehold-pack-"));
  try {
    const publishable = packages.filter(({ manifest }) => !manifest.private);
    const found = await inParallel(2, publishable, (entry) => checkPackage(entry, folder));
    return found.flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
process.exitCode = failed ? 1 : 0;

async function step(name: string, action: () => Promise<readonly string[]>): Promise<void> {
  const began = performance.now();
  const problems = await action();
  if (problems.length > 0) failed = true;
  const mark = problems.length === 0 ? styleText("green", "✓") : styleText("red", "✗");
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${mark} ${name} ${styleText("dim", `${seconds} s`)}`);
  for (const problem of problems) console.log(problem.replace(/^/gm, "    "));
}

async function buildPackage(entry: WorkspacePackage & { entries: Entries }): Promise<string[]> {
  try {
    await withDeclarationProject(entry, async (tsconfig) => {
      await build({ ...packageBuild(entry, entry.entries), tsconfig, dts: { sourcemap: true } });
    });
    return [];
  } catch (error) {
    return [`${entry.name}: ${error instanceof Error ? error.message : error}`];
  }
}
