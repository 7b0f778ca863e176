import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, type Loaded, type LoaderHost, startLoaderHost } from "./test-kit.ts";

let host: LoaderHost;

beforeAll(async () => {
  process.env.FREEHOLD_TEST_SECRET = "only the host knows";
  host = await startLoaderHost();
});
afterAll(async () => {
  delete process.env.FREEHOLD_TEST_SECRET;
  await host[Symbol.asyncDispose]();
});

/** Each tries one way out; what it finds is told as a text. */
const ATTEMPTS = `
const attempts = {
  files: () => import("node:fs"),
  filesByOldName: () => import("fs"),
  filePromises: () => import("node:fs/promises"),
  fileAddress: () => import("file:///etc/passwd"),
  dataAddress: () => import("data:text/javascript,export default 1"),
  processes: () => import("node:child_process"),
  threads: () => import("node:worker_threads"),
  contexts: () => import("node:vm"),
  loader: () => import("node:module"),
  engine: () => import("node:v8"),
  sockets: () => import("node:net"),
  databases: () => import("node:sqlite"),
  inspector: () => import("node:inspector"),
  wasi: () => import("node:wasi"),
  http: () => import("node:http"),
  machine: () => import("node:os"),
  builtIn: () => process.getBuiltinModule("fs"),
  binding: () => process.binding("fs"),
  exit: () => process.exit(1),
  kill: () => process.kill(process.ppid),
  send: () => process.send({ cell: "log", level: "error", text: "forged" }),
  code: () => Function("return this")(),
  asyncCode: () => (async () => {}).constructor("return this")(),
  generatorCode: () => (function* () {}).constructor("return this")(),
  processCode: () => process.constructor.constructor("return this")(),
  evaluated: () => (0, eval)("this"),
  streams: () => console._stdout.constructor,
  makeConsole: () => new console.Console(),
  fetched: () => fetch("http://127.0.0.1:1/"),
  socket: () => new Promise((resolve, reject) => {
    const socket = new WebSocket(target.replace("http", "ws"));
    socket.addEventListener("open", () => resolve("open"));
    socket.addEventListener("error", () => reject(new Error("refused")));
  }),
  dispatcher: () => globalThis[Symbol.for("undici.globalDispatcher.1")].constructor,
  dispatcher2: () => globalThis[Symbol.for("undici.globalDispatcher.2")].constructor,
  broadcast: () => new BroadcastChannel("x"),
  builtIns: () => globalThis[Symbol.for("freehold.built-in-modules")].modules,
  engineOfCrypto: async () => (await import("node:crypto")).setEngine("/tmp/x.so"),
  hooks: async () => (await import("node:async_hooks")).createHook({}),
  callers: () => {
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (_, frames) => frames;
    const { stack } = new Error();
    Error.prepareStackTrace = before;
    const found = stack.find((frame) => frame.getThis() !== undefined || frame.getFunction() !== undefined);
    if (found === undefined) throw new Error("nobody");
    return "a caller";
  },
};
let target;
export default {
  async attempt([name, address]) {
    target = address;
    try { const found = await attempts[name](); return "found " + String(found); } catch (error) { return "refused: " + error.message; }
  },
  names(_) { return Object.keys(attempts); },
  env(_) { return { ...process.env }; },
};`;

describe("a loaded Worker looks for a way out", () => {
  it("finds none", async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end("reached"));
    server.on("connection", () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const results = await host.inWorker(async (loader) => {
      const stub = loader.load(codeOf(ATTEMPTS)).getEntrypoint() as Loaded;
      const names = (await stub.names?.(1)) as string[];
      const found: Record<string, unknown> = {};
      for (const name of names) found[name] = await stub.attempt?.([name, address]);
      return found;
    });
    server.close();
    expect(Object.keys(results).length).toBeGreaterThan(30);
    const ways = Object.entries(results).filter(
      ([, result]) => !String(result).startsWith("refused"),
    );
    expect(ways).toEqual([]);
    expect(connections).toBe(0);
    expect(host.logged.join()).not.toContain("forged");
  });

  it("sees no environment but its own", async () => {
    const env = await host.call(ATTEMPTS, "env", [1], { env: { A: "given" } });
    expect(env).toEqual({ A: "given" });
  });

  it("cannot change how what is refused is told apart", async () => {
    const source = `
      const kept = [String.prototype.replace, Array.prototype.includes, Object.hasOwn, Map.prototype.has];
      const lie = (pretend) => {
        String.prototype.replace = pretend ? () => "path" : kept[0];
        Array.prototype.includes = pretend ? () => false : kept[1];
        Object.hasOwn = pretend ? () => true : kept[2];
        Map.prototype.has = pretend ? () => true : kept[3];
      };
      export default { async go(name) {
        lie(true);
        try { return Object.keys(await import(name)); } catch (error) { return [error.message]; } finally { lie(false); }
      } };`;
    for (const name of ["node:fs", "node:net", "node:child_process"]) {
      const names = (await host.call(source, "go", [name])) as string[];
      for (const found of ["readFileSync", "connect", "spawn"]) expect(names).not.toContain(found);
    }
  });

  it("reaches no socket even with Node's own dispatcher", async () => {
    const source = `
      const found = Object.getOwnPropertySymbols(globalThis).map((s) => globalThis[s]).filter((v) => typeof v === "object" && v !== null);
      export default { go(_) { return found.length; } };`;
    expect(await host.call(source, "go", [1])).toBe(0);
  });
});

describe("a loaded Worker takes too much", () => {
  const endless = "export default { go(_) { for (;;) {} } };";

  it("leaves the host its turns, and ends at its limit", async () => {
    let turns = 0;
    let isOver = false;
    const loop = host.call(endless, "go", [1], { limits: { cpuMs: 300 } }).finally(() => {
      isOver = true;
    });
    const counting = (async () => {
      while (!isOver) {
        await setImmediate();
        turns += 1;
      }
    })();
    await expect(loop).rejects.toThrow("Worker exceeded CPU time limit.");
    await counting;
    expect(turns).toBeGreaterThan(50);
  });

  it.each([
    ["microtasks", "export default { async go(_) { for (;;) await 1; } };"],
    [
      "a regular expression",
      "export default { go(_) { return /^(a+)+$/.test('a'.repeat(50) + 'b'); } };",
    ],
  ])("ends %s at its limit", async (_what, source) => {
    const call = host.call(source, "go", [1], { limits: { cpuMs: 300 } });
    await expect(call).rejects.toThrow("Worker exceeded CPU time limit.");
  });

  it("ends a loop at module level", async () => {
    await expect(host.call("for (;;) {}", "go", [1])).rejects.toThrow("CPU time limit");
  });

  it("keeps the limit of one entrypoint", async () => {
    const call = host.inWorker(async (loader) => {
      const stub = loader.load(codeOf(endless)).getEntrypoint(null, { limits: { cpuMs: 100 } });
      return (stub as Loaded).go?.(1);
    });
    await expect(call).rejects.toThrow("Worker exceeded CPU time limit.");
  });

  it.each([
    ["a heap that grows", "const kept = []; for (;;) kept.push(new Array(1e5).fill(1.5));"],
    ["one large piece", "const a = new Array(5e7).fill(1.1); return [...a, ...a].length;"],
    ["buffers", "const kept = []; for (;;) kept.push(new Uint8Array(1e7).fill(1));"],
  ])("ends with %s, and the host lives", async (_what, body) => {
    const call = host.call(`export default { go(_) { ${body} } };`, "go", [1]);
    await expect(call).rejects.toThrow("Worker exceeded memory limit.");
    expect(await host.call("export default { go: (_) => 5 };", "go", [1])).toBe(5);
  });

  it("starts anew after it was ended", async () => {
    const source = `let n = 0; export default { loop(_) { for (;;) {} }, count(_) { n += 1; return n; } };`;
    const counts = await host.inWorker(async (loader) => {
      const code = () => codeOf(source, { limits: { cpuMs: 200 } });
      const stub = () => loader.get("anew", code).getEntrypoint() as Loaded;
      const before = [await stub().count?.(1), await stub().count?.(1)];
      const both = await Promise.allSettled([stub().loop?.(1), stub().count?.(1)]);
      return [...before, both[0]?.status, await stub().count?.(1)];
    });
    expect(counts).toEqual([1, 2, "rejected", 1]);
  });

  it("throws on its own, and goes on", async () => {
    const source = `export default {
      go(_) { Promise.reject(new Error("stray")); setTimeout(() => { throw new Error("late"); }); return new Promise((r) => setTimeout(r, 20, 5)); },
    };`;
    expect(await host.call(source, "go", [1])).toBe(5);
    const told = host.logged.join("\n");
    expect(told).toContain("stray");
    expect(told).toContain("late");
  });

  it("writes a lot to its console, and the log stays short", async () => {
    const before = host.logged.length;
    const source = `export default { go(_) { for (let n = 0; n < 20000; n++) console.log("line", n, "x".repeat(20000)); return 1; } };`;
    expect(await host.call(source, "go", [1])).toBe(1);
    const lines = host.logged.slice(before);
    expect(lines[0]).toContain("line 0");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(8192);
    expect(lines.length).toBeLessThan(20_000);
  });
});
