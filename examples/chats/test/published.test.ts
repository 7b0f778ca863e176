import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const app = join(import.meta.dirname, "..");
const modules = join(app, "../../node_modules");

/** The published packages' declarations, by the names that the example imports. */
const PUBLISHED = {
  "@freehold/agents": "agents/dist/index.d.ts",
  "@freehold/agents/react": "agents/dist/react.d.ts",
  "@freehold/agents/chat": "@cloudflare/ai-chat/dist/index.d.ts",
  "@freehold/agents/chat/react": "@cloudflare/ai-chat/dist/react.d.ts",
};

it("is code for the published packages, but for its imports", { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "freehold-chats-"));
  const paths = Object.fromEntries(
    Object.entries(PUBLISHED).map(([ours, theirs]) => [ours, [join(modules, theirs)]]),
  );
  const project = join(folder, "tsconfig.json");
  const compilerOptions = {
    ...{ paths, rootDir: join(app, "../.."), customConditions: [] },
    typeRoots: [join(modules, "@types"), modules],
  };
  const include = [join(app, "src")];
  const config = { extends: join(app, "tsconfig.page.json"), compilerOptions, include };
  await writeFile(project, JSON.stringify(config));
  const compiler = join(modules, "typescript/bin/tsc");
  const run = promisify(execFile)(process.execPath, [compiler, "-p", project, "--listFiles"]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  await rm(folder, { recursive: true });
  expect(stdout).toContain("ai-chat/dist/react.d.ts");
  expect(stdout.split("\n").filter((line) => line.includes("error TS"))).toEqual([]);
});
