import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DevApp } from "../../../scripts/testing/dev-app.ts";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const freehold = fileURLToPath(new URL("../../freehold/bin/freehold.mjs", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly output: string;
}

describe("npm create freehold", () => {
  let folder: string;

  beforeAll(async () => {
    // Not below the system's temporary folder: what is made must find the workspace's packages.
    folder = await mkdtemp(join(root, ".tmp-create-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  /** Runs the command. */
  async function create(args: readonly string[], cwd = folder): Promise<Outcome> {
    const file = join(root, "bin/create-freehold.mjs");
    const env = { ...process.env, npm_config_user_agent: "npm/11.0.0 node/v24" };
    try {
      const { stdout, stderr } = await execute(process.execPath, [file, ...args], { cwd, env });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  const manifest = async (app: string) =>
    JSON.parse(await readFile(join(folder, app, "package.json"), "utf8"));

  it("makes the starter, under the folder's name, and says how to go on", async () => {
    const { code, output } = await create(["My App"]);
    expect(output).toContain('cd "My App"\n  npm install\n  npm run dev');
    expect(code).toBe(0);
    expect(await manifest("My App")).toMatchObject({ name: "my-app" });
    expect(await readFile(join(folder, "My App/wrangler.jsonc"), "utf8")).toContain(
      '"name": "my-app"',
    );
    const entries = await readdir(join(folder, "My App"));
    expect(entries).toEqual(expect.arrayContaining([".gitignore", ".dev.vars.example", "src"]));
    for (const unwanted of ["node_modules", "dist", ".freehold", ".dev.vars"]) {
      expect(entries).not.toContain(unwanted);
    }
  });

  it("ignores in git what the template ignores", async () => {
    const ignored = await readFile(join(root, "template/.gitignore"), "utf8");
    expect(await readFile(join(folder, "My App/.gitignore"), "utf8")).toBe(ignored);
  });

  it("makes an app whose tests pass and that builds", { timeout: 180_000 }, async () => {
    const cwd = join(folder, "My App");
    const vitest = fileURLToPath(new URL("../vitest.mjs", import.meta.resolve("vitest")));
    const env = { ...process.env, VITEST: undefined, NODE_ENV: undefined };
    const tests = await execute(process.execPath, [vitest, "run"], { cwd, env });
    expect(tests.stdout).toMatch(/Tests .*passed/);
    await execute(process.execPath, [freehold, "build"], { cwd, env });
    expect(existsSync(join(cwd, "dist/client/index.html"))).toBe(true);
  });

  it("makes the smallest app there can be", async () => {
    const name = `@me/small_one${"e".repeat(60)}`;
    const { code } = await create(["small", "--template", "minimal", "--name", name]);
    expect(code).toBe(0);
    expect(await manifest("small")).toMatchObject({ name });
    // The longest name that a Worker may have.
    expect(await readFile(join(folder, "small/wrangler.jsonc"), "utf8")).toContain(
      `"name": "${"small-one".padEnd(63, "e")}"`,
    );
  });

  it("makes a smallest app that runs", { timeout: 90_000 }, async () => {
    await using app = await DevApp.copy(join(root, "template-minimal"));
    await app.start();
    const counter = `${app.url}/agents/counter/kitchen`;
    await fetch(counter, { method: "POST" });
    const counted = await fetch(counter, { method: "POST" });
    expect(await counted.json()).toEqual({ count: 2 });
    await app.kill();
    await app.start();
    expect(await (await fetch(counter)).json()).toEqual({ count: 2 });
  });

  it("names the package manager that runs it, or the one that is asked for", async () => {
    expect((await create(["by-pnpm", "--pm", "pnpm"])).output).toContain("  pnpm install");
    expect((await create(["by-cargo", "--pm", "cargo"])).output).toContain("not a package manager");
    expect(existsSync(join(folder, "by-cargo"))).toBe(false);
  });

  it("fills an empty folder, and the one it stands in", async () => {
    await mkdir(join(folder, "empty"));
    const { code, output } = await create(["."], join(folder, "empty"));
    expect(code).toBe(0);
    expect(output).not.toContain("  cd ");
    expect(await manifest("empty")).toMatchObject({ name: "empty" });
  });

  it("touches nothing in a folder that has something", async () => {
    await mkdir(join(folder, "full"));
    await writeFile(join(folder, "full/thesis.txt"), "years of work");
    const { code, output } = await create(["full"]);
    expect(code).toBe(1);
    expect(output).toMatch(/full is not empty: it has thesis\.txt\. Nothing was changed\./);
    expect(await readdir(join(folder, "full"))).toEqual(["thesis.txt"]);
    expect((await create(["full/thesis.txt"])).output).toContain("is a file, not a folder");
    const within = await create(["full/thesis.txt/app"]);
    expect(within.code).toBe(1);
    expect(within.output).toMatch(/^create-freehold: ENOTDIR.*\n$/);
  });

  it("says what it does not understand", async () => {
    expect((await create(["a", "b"])).output).toContain("one folder at a time");
    expect((await create(["x", "--template", "nextjs"])).output).toContain("starter, minimal");
    expect((await create(["x", "--colour"])).output).toMatch(/'--colour'[\s\S]*--help/);
    expect((await create(["x", "--name", "Not A Name"])).output).toContain("name of a package");
    expect((await create(["--help"])).output).toContain("--no-git");
    expect((await create(["--version"])).output).toMatch(/^\d+\.\d+\.\d+/);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  it("begins a git repository where there is none", async () => {
    const outside = await mkdtemp(join(tmpdir(), "create-freehold-"));
    try {
      const { output } = await create(["with", "--template", "minimal"], outside);
      expect(output).toContain("with a git repository");
      expect(existsSync(join(outside, "with/.git/HEAD"))).toBe(true);
      await create(["without", "--template", "minimal", "--no-git"], outside);
      expect(existsSync(join(outside, "without/.git"))).toBe(false);
      const inside = await create(["inside", "--template", "minimal"], join(outside, "with"));
      expect(inside.output).not.toContain("git repository");
      expect(existsSync(join(outside, "with/inside/.git"))).toBe(false);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  });

  it("packs all that it needs", async () => {
    const { stdout } = await execute("npm", ["pack", "--dry-run", "--json"], { cwd: root });
    const packed: { files: { path: string }[] }[] = Object.values(JSON.parse(stdout));
    const paths = packed[0]?.files.map(({ path }) => path) ?? [];
    expect(paths).toEqual(
      expect.arrayContaining([
        "bin/create-freehold.mjs",
        "lib/gitignore",
        "template/src/server.ts",
        "template/.dev.vars.example",
        "template/vite.config.ts",
        "template-minimal/src/server.ts",
      ]),
    );
    expect(
      paths.filter((path) => /node_modules|\.freehold|dist\/|\.dev\.vars$/.test(path)),
    ).toEqual([]);
  });
});
