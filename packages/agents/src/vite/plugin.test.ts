import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type InlineConfig } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import agents, { type AgentsPluginOptions } from "./index.ts";

const WORKER = `import Turndown from "turndown";
const called: string[] = [];
function callable() {
  return (_: unknown, context: ClassMethodDecoratorContext) => void called.push(String(context.name));
}
export class Counter {
  @callable()
  increment() { return 1; }
}
export const service = new Turndown().use("x").addRule("y").keep("z").remove("w");
export { called };
`;

interface Built {
  Counter: new () => { increment(): number };
  called: string[];
  service: { turndown(html: string): string };
}

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "freehold-agents-vite-"));
  const turndown = join(root, "node_modules/turndown");
  mkdirSync(turndown, { recursive: true });
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(root, "worker.ts"), WORKER);
  writeFileSync(join(turndown, "package.json"), '{ "type": "module", "main": "index.js" }');
  writeFileSync(
    join(turndown, "index.js"),
    `export default class {
      use() { return this } addRule() { return this } keep() { return this } remove() { return this }
      turndown() { return "real" }
    }`,
  );
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function bundle(config: InlineConfig["build"], options?: AgentsPluginOptions) {
  const result = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [agents(options)],
    ssr: { noExternal: true },
    build: { write: false, minify: false, ...config },
  });
  const output = Array.isArray(result) ? result[0] : result;
  if (!output || !("output" in output)) throw new Error("nothing was built");
  return output.output[0].code;
}

async function load(code: string): Promise<Built> {
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Built;
}

test("decorators run in a Worker, and turndown says how to get the real one", async () => {
  const built = await load(await bundle({ ssr: "worker.ts" }));
  expect([new built.Counter().increment(), built.called]).toEqual([1, ["increment"]]);
  expect(() => built.service.turndown("<p>")).toThrow("agents({ stubTurndown: false })");
});

test("the real turndown is there when asked for, and in pages", async () => {
  const asked = await load(await bundle({ ssr: "worker.ts" }, { stubTurndown: false }));
  expect(asked.service.turndown("<p>")).toBe("real");
  const lib = { entry: "worker.ts", formats: ["es" as const], fileName: "page" };
  expect(await bundle({ lib })).toContain('"real"');
});
