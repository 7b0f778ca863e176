import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { registerHooks, SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  build,
  createServer,
  type InlineConfig,
  isRunnableDevEnvironment,
  type Plugin,
} from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freeholdTransform } from "./plugins.ts";

const WORKER = `import { DurableObject } from "cloudflare:workers";
import { cpus } from "node:os";

const called: string[] = [];
function callable() {
  return (_: unknown, context: ClassMethodDecoratorContext) => void called.push(String(context.name));
}

export class Counter extends DurableObject {
  @callable()
  increment(): number {
    if (cpus().length === 0) throw new Error("where?");
    return 1;
  }
}
class Undecorated {}
export const names = [Counter.name, Undecorated.name];
export { called };
`;

interface WorkerModule {
  Counter: (new () => { increment(): number; base: string }) & { name: string };
  names: string[];
  called: string[];
}

/** Stands in for the runtime that owns `cloudflare:*`. */
const hooks = registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("cloudflare:")) return next(specifier, context);
    const source = 'export class DurableObject { base = "runtime" }';
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
  },
});

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "freehold-vite-"));
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(root, "src/worker.ts"), WORKER);
});
afterAll(() => {
  hooks.deregister();
  rmSync(root, { recursive: true, force: true });
});

function expectWorker(module: WorkerModule): void {
  const counter = new module.Counter();
  expect(counter.increment()).toBe(1);
  expect(counter.base).toBe("runtime");
  expect(module.called).toEqual(["increment"]);
  expect(module.names).toEqual(["Counter", "Undecorated"]);
}

const base = (): InlineConfig => ({
  root,
  configFile: false,
  logLevel: "silent",
  plugins: [freeholdTransform()],
});

async function importInDevelopment(file: string, ...more: Plugin[]): Promise<unknown> {
  const server = await createServer({
    ...base(),
    plugins: [freeholdTransform(), ...more],
    server: { middlewareMode: true, ws: false },
  });
  try {
    const { ssr } = server.environments;
    if (!ssr || !isRunnableDevEnvironment(ssr)) throw new Error("no runner");
    return await ssr.runner.import(join(root, file));
  } finally {
    await server.close();
  }
}

describe("development", () => {
  it("runs a decorated class in a server environment", async () => {
    expectWorker((await importInDevelopment("src/worker.ts")) as WorkerModule);
  });

  it("adds to builtins that another plugin declared", async () => {
    const other: Plugin = {
      name: "other",
      enforce: "pre",
      configEnvironment: (name) =>
        name === "ssr" ? { resolve: { builtins: ["node:fs", "magic"] } } : undefined,
    };
    const server = await createServer({
      ...base(),
      plugins: [other, freeholdTransform()],
      server: { middlewareMode: true, ws: false },
    });
    await server.close();
    expect(server.environments.ssr?.config.resolve.builtins).toEqual([
      "node:fs",
      "magic",
      /^cloudflare:/,
    ]);
    expect(server.environments.client.config.resolve.builtins).toEqual([]);
  });

  it("leaves JavaScript that it need not or cannot read to other plugins", async () => {
    writeFileSync(join(root, "src/page.js"), "export const page = <p>\n @media print</p>;");
    writeFileSync(join(root, "src/flow.js"), "export const page = (1: number), css = `\n @a`;");
    const other: Plugin = {
      name: "other",
      transform: (code) => code.replace(/<p>.*<\/p>|\(1: number\)/s, '"done"'),
    };
    for (const file of ["src/page.js", "src/flow.js"]) {
      expect(await importInDevelopment(file, other)).toMatchObject({ page: "done" });
    }
  });

  it("reports a parameter decorator with its place and code", async () => {
    writeFileSync(join(root, "src/bad.ts"), "@x class A {}\nclass B { m(@x a: number) {} }");
    await expect(importInDevelopment("src/bad.ts")).rejects.toMatchObject({
      code: "TRANSFORM_FAILED",
      loc: { line: 2 },
    });
  });
});

describe("build", () => {
  it.each([false, true])("keeps names and cloudflare imports, minify: %s", async (minify) => {
    const outDir = join(root, `out-${minify}`);
    await build({
      ...base(),
      build: { ssr: "src/worker.ts", outDir, minify, sourcemap: true, emptyOutDir: true },
    });
    const file = join(outDir, "worker.js");
    const code = readFileSync(file, "utf8");
    expect(code).toMatch(/from ?["']cloudflare:workers["']/);
    expectWorker((await import(pathToFileURL(file).href)) as WorkerModule);

    const before = code.slice(0, code.indexOf("where?"));
    const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
    const origin = map.findEntry(
      before.split("\n").length - 1,
      before.length - before.lastIndexOf("\n") - 1,
    );
    expect(origin).toMatchObject({ originalLine: 11 });
    expect("originalSource" in origin && origin.originalSource).toMatch(/src\/worker\.ts$/);
  });
});

describe("Vitest", () => {
  it("runs decorators in a test file itself", () => {
    const seen: string[] = [];
    const note = (_: unknown, context: DecoratorContext) => void seen.push(context.kind);
    @note
    class Decorated {
      @note accessor count = 1;
    }
    expect(new Decorated().count).toBe(1);
    expect(seen).toEqual(["accessor", "class"]);
    expect(Decorated.name).toBe("Decorated");
  });
});
