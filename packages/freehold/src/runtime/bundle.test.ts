import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
