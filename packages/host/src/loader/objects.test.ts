import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createHost } from "../create-host.ts";
import type { Host } from "../host.ts";
import { codeOf } from "./test-kit.ts";
import type { WorkerLoader } from "./worker-loader.ts";

const FACET = `
import { DurableObject } from "cloudflare:workers";
export class Notes extends DurableObject {
  constructor(ctx, env) { super(ctx, env); ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS notes (text)"); }
  add(text) { this.ctx.storage.sql.exec("INSERT INTO notes VALUES (?)", text); return this.count(); }
  count() { return this.ctx.storage.sql.exec("SELECT count(*) AS n FROM notes").one().n; }
  loop() { for (;;) {} }
  endless() { this.ctx.storage.sql.exec("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"); }
  attach(path) { this.ctx.storage.sql.exec("ATTACH '" + path + "' AS other"); }
  into(path) { this.ctx.storage.sql.exec("VACUUM INTO '" + path + "'"); }
  sockets() { return this.ctx.getWebSockets(); }
  nested() { return this.ctx.facets.get("x", () => ({})); }
  half() { this.add("half"); for (;;) {} }
}
export default {};`;

type Notes = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

interface Facets {
  get(name: string, start: () => unknown): Notes;
  clone(from: string, to: string): void;
}

/** Without the base class: `fetch` is all that a test needs of it. */
class Parent {
  readonly #ctx: { readonly facets: Facets };
  readonly #env: { readonly LOADER: WorkerLoader };

  constructor(ctx: { readonly facets: Facets }, env: { readonly LOADER: WorkerLoader }) {
    this.#ctx = ctx;
    this.#env = env;
  }

  async fetch(request: Request): Promise<Response> {
    const { method, args, to } = (await request.json()) as {
      method: string;
      args: unknown[];
      to?: string;
    };
    try {
      if (method === "clone") this.#ctx.facets.clone("notes", to as string);
      const name = to ?? "notes";
      const facet = this.#ctx.facets.get(name, () => ({ class: this.#class() }));
      const result = await facet[method === "clone" ? "count" : method]?.(...args);
      return Response.json({ result });
    } catch (error) {
      const { message, code } = error as { readonly message: string; readonly code?: string };
      return Response.json({ message, code });
    }
  }

  #class(): object {
    const code = () => codeOf(FACET, { limits: { cpuMs: 500 } });
    return this.#env.LOADER.get("notes", code).getDurableObjectClass("Notes");
  }
}

let directory: string;
let host: Host;

async function start(): Promise<void> {
  const handlers = {
    fetch: (request: Request, env: { readonly PARENT: { getByName(n: string): Parent } }) =>
      env.PARENT.getByName("one").fetch(request),
  };
  host = await createHost({
    worker: async () => ({ default: handlers, Parent }),
    dataDirectory: directory,
    config: {
      name: "app",
      main: undefined,
      compatibilityDate: "2026-06-11",
      compatibilityFlags: [],
      durableObjects: [{ name: "PARENT", className: "Parent" }],
      durableClasses: ["Parent"],
      workerLoaders: ["LOADER"],
      vars: {},
      assets: undefined,
    },
  });
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "freehold-loaded-objects-"));
  await start();
});
afterEach(async () => {
  await host.close();
  rmSync(directory, { recursive: true });
});

interface Answer {
  readonly result?: unknown;
  readonly message?: string;
  readonly code?: string;
}

async function ask(method: string, args: readonly unknown[] = [], to?: string): Promise<Answer> {
  const body = JSON.stringify({ method, args, to });
  const response = await host.fetch(new Request("http://app/", { method: "POST", body }));
  return (await response.json()) as Answer;
}

/** The processes of loaded Workers of this test's own process. */
function cells(): number[] {
  const table = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)]).toString();
  return table
    .split("\n")
    .filter((line) => line.includes("freehold-loaded-worker"))
    .map((line) => Number.parseInt(line, 10));
}

it("keeps what was acknowledged when its process is killed", async () => {
  expect(await ask("add", ["a"])).toEqual({ result: 1 });
  expect(await ask("add", ["b"])).toEqual({ result: 2 });
  for (const pid of cells()) process.kill(pid, "SIGKILL");
  // What is sent before the host has heard of it is lost, and says so.
  await expect.poll(() => ask("count")).toEqual({ result: 2 });
  expect(await ask("add", ["c"])).toEqual({ result: 3 });
});

it("keeps it over a restart of the host", async () => {
  await ask("add", ["a"]);
  await host.close();
  expect(cells()).toEqual([]);
  await start();
  expect(await ask("add", ["b"])).toEqual({ result: 2 });
});

it("ends at its limit, and half of a turn is undone", async () => {
  await ask("add", ["a"]);
  expect(await ask("half")).toMatchObject({ message: "Worker exceeded CPU time limit." });
  expect(await ask("count")).toEqual({ result: 1 });
});

it("ends a statement that never ends: SQL runs in its process as well", async () => {
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 1);
  const answer = await ask("endless");
  clearInterval(counting);
  expect(answer).toMatchObject({ message: "Worker exceeded CPU time limit." });
  expect(turns).toBeGreaterThan(20);
  expect(await ask("count")).toEqual({ result: 0 });
});

it("reaches no other file by SQL", async () => {
  const other = join(directory, "other.sqlite");
  expect((await ask("attach", [other])).message).toContain("not authorized");
  expect((await ask("into", [other])).message).toBeDefined();
  expect(await ask("count")).toEqual({ result: 0 });
});

it("is copied with all that it holds", async () => {
  await ask("add", ["a"]);
  expect(await ask("clone", [], "copy")).toEqual({ result: 1 });
  expect(await ask("add", ["b"], "copy")).toEqual({ result: 2 });
  expect(await ask("count")).toEqual({ result: 1 });
});

it("is in a backup that is made while it runs", async () => {
  await ask("add", ["a"]);
  const backup = join(directory, "..", `${basename(directory)}-backup`);
  const report = await host.backup(backup);
  expect(report.failed).toEqual([]);
  const files = readdirSync(backup, { recursive: true, encoding: "utf8" });
  const facet = files.find((file) => /\.\d+\.sqlite$/.test(file)) as string;
  const database = new DatabaseSync(join(backup, facet));
  expect(database.prepare("SELECT text FROM notes").all()).toEqual([{ text: "a" }]);
  database.close();
  rmSync(backup, { recursive: true });
  expect(await ask("add", ["b"])).toEqual({ result: 2 });
});

it("says what objects of loaded Workers have not", async () => {
  expect(await ask("sockets")).toMatchObject({ code: "LOADER_OBJECT_UNSUPPORTED" });
  expect(await ask("nested")).toMatchObject({ code: "LOADER_OBJECT_UNSUPPORTED" });
});
