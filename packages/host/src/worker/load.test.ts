import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { invocation } from "../context.ts";
import { installHooks } from "../modules/hooks.ts";
import { loadModule } from "./load.ts";
import { closeSlot, nextVersionNumber, openSlot } from "./slots.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-load-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function project(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return join(folder, Object.keys(files)[0] as string);
}

/** Loads a version whose `env` says which it is. */
async function load(file: string, options?: Parameters<typeof loadModule>[1]) {
  const number = nextVersionNumber();
  openSlot(number, { env: { VERSION: number }, exports: {} });
  return { number, module: await loadModule(file, options)(number) };
}

const reload = (number: number) => closeSlot(number);

describe("a version of the code", () => {
  test("has its own modules and env, and shares packages", async () => {
    const file = await project({
      "worker.ts": `
        import { env, DurableObject } from "cloudflare:workers";
        import { state } from "./deep/state.ts";
        import { shared } from "library";
        export const seen: unknown = (env as { VERSION: number }).VERSION;
        export { state, shared, env, DurableObject };`,
      "deep/state.ts": `import { env } from "cloudflare:workers";
        export const state = { version: (env as any).VERSION };`,
      "node_modules/library/package.json":
        '{"name":"library","type":"module","exports":"./main.js"}',
      "node_modules/library/main.js": `import { DurableObject, env } from "cloudflare:workers";
        import "./helper.js";
        export const shared = { DurableObject, latest: () => env.VERSION };`,
      "node_modules/library/helper.js":
        "globalThis.__helperLoads = (globalThis.__helperLoads ?? 0) + 1;",
    });
    const one = await load(file);
    const two = await load(file);
    expect(one.module.seen).toBe(one.number);
    expect(two.module.seen).toBe(two.number);
    expect(one.module.state).toEqual({ version: one.number });
    expect(two.module.state).toEqual({ version: two.number });
    expect(one.module.shared).toBe(two.module.shared);
    expect(one.module.DurableObject).toBe(two.module.DurableObject);
    const shared = one.module.shared as { DurableObject: unknown; latest(): number };
    expect(shared.DurableObject).toBe(one.module.DurableObject);
    expect(shared.latest()).toBe(two.number);
    expect(Reflect.get(globalThis, "__helperLoads")).toBe(1);
    const inside = { env: { VERSION: "of the event" }, exports: {}, waitUntil: () => undefined };
    const env = one.module.env as { VERSION: unknown };
    expect(invocation.run(inside, () => env.VERSION)).toBe("of the event");
    expect(Object.keys(env)).toEqual(["VERSION"]);
    reload(one.number);
    reload(two.number);
  });

  test("finds files as bundlers do", async () => {
    const file = await project({
      "worker.ts": `
        import { a } from "./a";
        import { b } from "./b.js";
        import { c } from "./c";
        import text from "./note.txt";
        import page from "./page.html";
        import data from "./data.bin";
        export const all = [a, b, c, text, page, data];`,
      "a.ts": "export const a: number = 1;",
      "b.ts": "export const b: number = 2;",
      "c/index.ts": "export const c: number = 3;",
      "note.txt": "note",
      "page.html": "<p>`'\\</p>",
      "data.bin": "\0\x01",
    });
    const { module } = await load(file);
    expect(module.all).toEqual([1, 2, 3, "note", "<p>`'\\</p>", new Uint8Array([0, 1]).buffer]);
  });

  test("goes through a transform, its own tree alone", async () => {
    const file = await project({
      "worker.ts":
        'import { b } from "./b.ts"; import { c } from "lib"; export const all = [FIRST, b, c];',
      "b.ts": "export const b = FIRST;",
      "node_modules/lib/package.json": '{"name":"lib","type":"module","exports":"./main.js"}',
      "node_modules/lib/main.js": "export const c = typeof FIRST;",
    });
    const transform = (source: string, path: string) =>
      path.startsWith(folder) ? source.replaceAll("FIRST", "1") : undefined;
    const { module } = await load(file, { transform });
    expect(module.all).toEqual([1, 1, "undefined"]);
  });

  test("that cannot be loaded is a mistake with a code", async () => {
    await expect(load(join(folder, "none.ts"))).rejects.toMatchObject({ code: "MODULE_NOT_FOUND" });
    for (const text of [
      "export const = 1;",
      'import "./missing";',
      'throw new Error("at start");',
      'import "cloudflare:nothing";',
      'import { nothing } from "cloudflare:workers";',
    ]) {
      const file = await project({ [`bad-${Math.random()}.ts`]: text });
      await expect(load(file)).rejects.toMatchObject({ code: "WORKER_FAILED_TO_LOAD" });
    }
  });
});

test("CommonJS reaches the modules too", async () => {
  installHooks();
  const require = createRequire(import.meta.url);
  const { DurableObject } = require("cloudflare:workers");
  const { EmailMessage } = require("cloudflare:email");
  const { NonRetryableError } = require("cloudflare:workflows");
  expect(DurableObject.name).toBe("DurableObject");
  expect({ ...new EmailMessage("a@x", "b@x", "raw") }).toMatchObject({ from: "a@x", to: "b@x" });
  expect(new NonRetryableError("stop")).toBeInstanceOf(Error);
});
