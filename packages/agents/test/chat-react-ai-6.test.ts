import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { localPath } from "./support/path.ts";

const root = localPath("../../../..");
const agents = join(root, "packages/agents");
const version6 = join(root, "node_modules/ai-sdk-react-3");

/** What the compiler says of the hook and the transport with the AI SDK 6 in place of 7. */
async function complaints(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "freehold-ai-6-"));
  const paths = {
    ai: [join(version6, "node_modules/ai/dist/index.d.ts")],
    "@ai-sdk/react": [join(version6, "dist/index.d.ts")],
  };
  const project = join(folder, "tsconfig.json");
  const types = join(root, "node_modules/@types");
  const config = {
    extends: join(agents, "tsconfig.json"),
    compilerOptions: { paths, rootDir: root, typeRoots: [types, join(root, "node_modules")] },
    include: ["react", "transport"].map((part) => join(agents, `src/chat/${part}/*.ts`)),
    exclude: [],
  };
  await writeFile(project, JSON.stringify(config));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const run = promisify(execFile)(process.execPath, [compiler, "-p", project, "--listFiles"]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  await rm(folder, { recursive: true });
  expect(stdout).toContain(join(version6, "node_modules/ai/"));
  // The reducer knows chunks that only 7 has; it is compiled with 7 alone.
  return stdout.split("\n").filter((line) => /chat.(react|transport).*error TS/.test(line));
}

test("the chat hook has its types with the AI SDK 6 too", { timeout: 120_000 }, async () => {
  expect(await complaints()).toEqual([]);
});
