import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runOutside } from "../src/context.ts";
import { createHost, type Host } from "../src/index.ts";
import { installHooks, nativeImport } from "../src/modules/hooks.ts";
import { PortSession } from "../src/rpc/port/session.ts";
import { portTransport } from "../src/rpc/port/transport.ts";
import { stubState } from "../src/rpc/stub-state.ts";
import { testConfig } from "./fixtures/config.ts";

/*
 * Every program about calls that is compared with workerd runs here twice, on objects in this process:
 * with their own stubs, and with stubs that reach them through a port. Both must see the same.
 */

const CONFORMANCE = join(import.meta.dirname, "../../../conformance");
const ELSEWHERE = new Set([
  // They look at an object's own stub: its name, its id, its class.
  ...["class-side", "identity", "lookup", "parsed-id", "shape"].map((name) => `stubs/${name}.ts`),
  // Each stub has a port of its own: nothing is said of the order between two.
  "abort/by-another-event.ts",
  // A body that breaks off says that it was a stream of a call.
  "abort/stream.ts",
  // Half a gigabyte of values, which are measured before they reach a transport.
  "rpc/size-of-parts.ts",
]);
const PROGRAMS = globSync(["rpc/*.ts", "pipelining/*.ts", "stubs/*.ts", "abort/*.ts"], {
  cwd: join(CONFORMANCE, "programs"),
})
  .filter((file) => !ELSEWHERE.has(file) && runsInWorker(file))
  .sort();

/** Others have a client, or take long. */
function runsInWorker(file: string): boolean {
  const source = readFileSync(join(CONFORMANCE, "programs", file), "utf8");
  return source.includes("inWorker") && !source.includes("slow: true");
}

type Way = "memory" | "port";
type Entries = readonly (readonly [string, string])[];

interface Loaded {
  readonly body: (tools: object) => unknown;
  readonly classes: readonly string[];
}

interface Namespace {
  getByName(name: string): object;
  get(id: object): object;
}

const sessions: PortSession[] = [];
const programs = new Map<string, Loaded>();
const exported: Record<string, unknown> = {};
let directory: string;
let host: Host;
let makeTrace: new () => { readonly entries: Entries };

/** A namespace whose stubs reach their objects through a port. */
function overPorts(namespace: Namespace): object {
  return new Proxy(namespace, {
    get(_target, key) {
      if (key === "getByName") return (name: string) => throughPort(namespace.getByName(name));
      if (key === "get") return (id: object) => throughPort(namespace.get(id));
      const value: unknown = Reflect.get(namespace, key);
      const isMethod = typeof value === "function" && key !== "constructor";
      return isMethod ? value.bind(namespace) : value;
    },
  });
}

function throughPort(stub: object): object {
  const main = stubState(stub)?.hook;
  if (main === undefined) throw new Error("no stub");
  return runOutside(() => {
    const { port1, port2 } = new MessageChannel();
    const near = new PortSession(portTransport(port2));
    sessions.push(near, new PortSession(portTransport(port1), { main }));
    return near.service();
  });
}

const nameOf = (file: string, way: Way, name: string) =>
  `${way}_${file.replaceAll(/\W/g, "_")}_${name}`;

async function load(file: string, way: Way): Promise<void> {
  // Each way has modules of its own: programs keep things in variables of theirs.
  const url = `${pathToFileURL(join(CONFORMANCE, "programs", file)).href}?way=${way}`;
  const { default: program, ...rest } = await nativeImport(url);
  const classes = Object.keys(rest);
  for (const name of classes) exported[nameOf(file, way, name)] = rest[name];
  programs.set(`${way} ${file}`, { ...(program as Loaded), classes });
}

async function run(file: string, way: Way, env: object, ctx: object): Promise<Entries> {
  const { body, classes } = programs.get(`${way} ${file}`)!;
  const trace = new makeTrace();
  const className = (name: string) => nameOf(file, way, name);
  const pick = (from: object, wrap = (it: object) => it) =>
    Object.fromEntries(classes.map((name) => [name, wrap(Reflect.get(from, className(name)))]));
  const objects = pick(env, (it) => (way === "port" ? overPorts(it as Namespace) : it));
  const exports = pick(Reflect.get(ctx, "exports"));
  await body({ ...trace, ctx, exports, className, objects });
  return trace.entries;
}

beforeAll(async () => {
  installHooks();
  const worker = await nativeImport(pathToFileURL(join(CONFORMANCE, "worker/program.ts")).href);
  makeTrace = worker.Trace as typeof makeTrace;
  for (const file of PROGRAMS) for (const way of ["memory", "port"] as const) await load(file, way);
  const names = Object.keys(exported);
  exported.default = {
    async fetch(request: Request, env: object, ctx: object) {
      const { searchParams } = new URL(request.url);
      const way = searchParams.get("way") as Way;
      return Response.json(await run(searchParams.get("file")!, way, env, ctx));
    },
  };
  directory = await mkdtemp(join(tmpdir(), "freehold-transports-"));
  host = await createHost({
    worker: async () => exported,
    config: {
      ...testConfig,
      durableClasses: names,
      durableObjects: names.map((className) => ({ name: className, className })),
    },
    dataDirectory: directory,
    durability: "memory",
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
  });
});

afterAll(async () => {
  for (const session of sessions) session.close();
  await host.close();
  await rm(directory, { recursive: true, force: true });
});

describe("through a port a program sees what it sees without", () => {
  test.each(PROGRAMS)("%s", async (file) => {
    const seen = async (way: Way): Promise<unknown> =>
      (await host.fetch(new Request(`http://host/?way=${way}&file=${file}`))).json();
    expect(await seen("port")).toEqual(await seen("memory"));
  });
});
