import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClock } from "../test-clock.ts";
import { createTestHost } from "../testing/test-host.ts";
import { codeOf, type Loaded, type LoaderHost, startLoaderHost } from "./test-kit.ts";
import type { WorkerLoader } from "./worker-loader.ts";

let host: LoaderHost;

beforeAll(async () => {
  host = await startLoaderHost();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

describe("a loaded Worker", () => {
  it("fetches as its host does, unless it is told otherwise", async () => {
    const server = createServer((request, response) => response.end(`reached ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`;
    const source = "export default { async get(url) { return (await fetch(url)).text(); } };";
    const inherited = host.call(source, "get", [address], { globalOutbound: undefined });
    expect(await inherited).toBe("reached /path");
    await expect(host.call(source, "get", [address])).rejects.toThrow("not permitted to access");
    server.close();
  });

  it("is refused when it is written in Python, or compiled", async () => {
    const load = (modules: object) =>
      host.inWorker(async (loader) => loader.load(codeOf("", { modules })));
    const python = { code: "LOADER_PYTHON_UNSUPPORTED" };
    await expect(load({ "m.py": "x = 1" })).rejects.toMatchObject(python);
    await expect(load({ m: { py: "x = 1" } })).rejects.toMatchObject(python);
    const { WebAssembly } = globalThis as unknown as {
      readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };
    };
    const compiled = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    const refused = { code: "LOADER_WASM_COMPILED" };
    await expect(load({ "m.js": "", "w.wasm": { wasm: compiled } })).rejects.toMatchObject(refused);
    await expect(load({ "m.js": "", "w.wasm": compiled })).rejects.toMatchObject(refused);
  });

  it("says so when `tails` have no effect", async () => {
    await host.inWorker(async (loader) => loader.load(codeOf("", { tails: [] })));
    expect(host.logged.join()).toContain("`tails`");
  });

  it("writes its console to the log", async () => {
    const source = `export default { go(_) {
      console.log("a line %d", 5); console.error(new Error("an error").message); console.table?.([1]);
      console.group("in"); console.info("deeper"); console.groupEnd(); console.count(); console.assert(false, "not so");
    } };`;
    await host.call(source, "go", [1]);
    const told = host.logged.join("\n");
    for (const line of ["a line 5", "an error", "  deeper", "default: 1", "not so"]) {
      expect(told).toContain(line);
    }
  });

  it("runs many calls at a time", async () => {
    const source = "export default { async twice(n) { await scheduler.wait(1); return 2 * n; } };";
    const results = await host.inWorker(async (loader) => {
      const stub = loader.load(codeOf(source)).getEntrypoint() as Loaded;
      return Promise.all(Array.from({ length: 200 }, (_, n) => stub.twice?.(n)));
    });
    expect(results).toEqual(Array.from({ length: 200 }, (_, n) => 2 * n));
  });
});

/** The processes of loaded Workers of this test's own process. */
function cells(): string[] {
  const table = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)]).toString();
  return table
    .split("\n")
    .filter((line) => line.includes("freehold-loaded-worker"))
    .map((line) => line.trim().split(" ", 1)[0] as string);
}

describe("its process", () => {
  it("ends with the host", async () => {
    const others = new Set(cells());
    const added = () => cells().filter((pid) => !others.has(pid));
    const own = await startLoaderHost();
    await own.call("export default { go(_) { setInterval(() => 0, 10); return 1; } };", "go", [1]);
    expect(added()).toHaveLength(1);
    await own[Symbol.asyncDispose]();
    expect(added()).toEqual([]);
  });

  it("ends when nothing uses it, and another one starts with the next call", async () => {
    const others = new Set(cells());
    const added = () => cells().filter((pid) => !others.has(pid));
    await host.inWorker(async (loader) => {
      const source = "let n = 0; export default { count(_) { n += 1; return n; } };";
      const stub = loader.load(codeOf(source)).getEntrypoint() as Loaded;
      expect([await stub.count?.(1), await stub.count?.(1)]).toEqual([1, 2]);
      await expect.poll(() => added(), { interval: 50 }).toEqual([]);
      expect(await stub.count?.(1)).toBe(1);
    });
  });

  it("stays while something of it is held", async () => {
    const source = `import { RpcTarget } from "cloudflare:workers";
      class Counter extends RpcTarget { #n = 0; next() { this.#n += 1; return this.#n; } }
      export default { make(_) { return new Counter(); } };`;
    await host.inWorker(async (loader) => {
      const stub = loader.load(codeOf(source)).getEntrypoint() as Loaded;
      const counter = (await stub.make?.(1)) as { next(): Promise<number> } & Disposable;
      expect(await counter.next()).toBe(1);
      // Longer than a process without use stays.
      for (let rest = 0; rest < 60; rest++) await setTimeout(50);
      expect(await counter.next()).toBe(2);
      counter[Symbol.dispose]();
    });
  });
});

const CONFIG = {
  name: "app",
  main: undefined,
  compatibilityDate: "2026-06-11",
  compatibilityFlags: [],
  durableObjects: [],
  durableClasses: [],
  workerLoaders: ["LOADER"],
  vars: {},
  assets: undefined,
};

describe("under a clock of a test", () => {
  it("follows that clock", async () => {
    const directory = mkdtempSync(join(tmpdir(), "freehold-loader-clock-"));
    const clock = new TestClock(1_000_000);
    const results: unknown[] = [];
    const source = `export default {
      now(_) { return [Date.now(), new Date().getTime()]; },
      async wait(ms) { const from = Date.now(); await scheduler.wait(ms); return Date.now() - from; },
    };`;
    let stub: Loaded | undefined;
    const handlers = {
      async fetch(request: Request, env: { readonly LOADER: WorkerLoader }) {
        stub ??= env.LOADER.get("clock", () => codeOf(source)).getEntrypoint() as Loaded;
        const path = new URL(request.url).pathname;
        results.push(await (path === "/now" ? stub.now?.(1) : stub.wait?.(86_400_000)));
        return new Response("done");
      },
    };
    const own = await createTestHost({
      worker: async () => ({ default: handlers }),
      ...{ config: CONFIG, dataDirectory: directory, clock, durability: "memory" },
    });
    await own.fetch(new Request("http://app/now"));
    expect(results).toEqual([[1_000_000, 1_000_000]]);
    const waiting = own.fetch(new Request("http://app/wait"));
    await clock.advance(86_399_999);
    expect(results).toHaveLength(1);
    await clock.advance(1);
    await waiting;
    expect(results[1]).toBe(86_400_000);
    await own.fetch(new Request("http://app/now"));
    expect(results[2]).toEqual([87_400_000, 87_400_000]);
    await own.close();
    rmSync(directory, { recursive: true });
  });
});
