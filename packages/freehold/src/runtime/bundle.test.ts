import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundleWorker } from "./bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "freehold-bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("bundleWorker", () => {
  it("lowers decorators, keeps names and leaves the platform's modules alone", async () => {
    writeFileSync(
      join(folder, "worker.ts"),
      `import { DurableObject } from "cloudflare:workers";
       import { readFile } from "node:fs/promises";
       const mark = (value: unknown, context: ClassMethodDecoratorContext) => { seen.push(context.name); };
       const seen: unknown[] = [];
       export class Room extends DurableObject { @mark greet() { return readFile; } }
       export default { seen };`,
    );
    const output = join(folder, "out/worker.js");
    await bundleWorker(join(folder, "worker.ts"), output);
    const code = readFileSync(output, "utf8");
    expect(code).toContain('from "cloudflare:workers"');
    expect(code).toContain('from "node:fs/promises"');
    expect(code).not.toMatch(/@mark/);
    expect(code).toContain('"Room"');
  });

  it("names the place of a mistake", async () => {
    writeFileSync(join(folder, "broken.ts"), "export default {\n  fetch( {\n};");
    const failure = bundleWorker(join(folder, "broken.ts"), join(folder, "out/broken.js"));
    await expect(failure).rejects.toMatchObject({ code: "BUNDLE_FAILED" });
    await expect(failure).rejects.toThrow(/broken\.ts:\d+:\d+/);
  });
});

describe("a bundle that stands already", () => {
  const project = join(folder, "project");
  const entry = join(project, "src/worker.js");
  const output = join(project, "out/worker.js");
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  };
  /** Whether bundling wrote anything. */
  const isMade = async () => {
    const long = new Date(0);
    if (existsSync(output)) utimesSync(output, long, long);
    await bundleWorker(entry, output);
    return statSync(output).mtimeMs > 0;
  };

  it("is left as it is, until something that it depends on changes", async () => {
    write(
      "src/worker.js",
      'import { a } from "./part"; import b from "dep"; export default { a, b };',
    );
    write("src/part/index.js", "export const a = 1;");
    write("node_modules/dep/package.json", '{ "name": "dep", "main": "./one.js" }');
    write("node_modules/dep/one.js", "module.exports = 1;");
    write("node_modules/dep/two.js", "module.exports = 2;");
    expect([await isMade(), await isMade()]).toEqual([true, false]);
    const changes: readonly (() => void)[] = [
      () => write("src/part/index.js", "export const a = 2;"),
      () => write("node_modules/dep/package.json", '{ "name": "dep", "main": "./two.js" }'),
      () => write("src/part.js", "export const a = 3;"),
      () => write("tsconfig.json", "{}"),
      () => writeFileSync(output, "half"),
      () => writeFileSync(`${output}.sources.json`, '{ "files"'),
    ];
    for (const change of changes) {
      change();
      expect([String(change), await isMade(), await isMade()]).toEqual([
        String(change),
        true,
        false,
      ]);
    }
    expect(readFileSync(output, "utf8")).toContain("a = 3");
    write("src/notes.txt", "no code");
    expect(await isMade()).toBe(false);
  });
});
