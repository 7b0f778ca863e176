import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AgentClient } from "agents/client";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createHost, type Host, loadModule } from "../src/index.ts";
import { testConfig } from "./fixtures/config.ts";

/** The published `agents` package, server and client, on this host. */

const ENTRY = fileURLToPath(new URL("./fixtures/agent.ts", import.meta.url));

let folder = "";
let worker = "";
const cleanUp: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-agents-"));
  worker = join(folder, "worker.mjs");
  await build({
    entryPoints: [ENTRY],
    outfile: worker,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    conditions: ["workerd", "worker"],
    supported: { decorators: false },
    keepNames: true,
    external: ["cloudflare:*", "node:*"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
});

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(): Promise<{ readonly host: Host; readonly url: string }> {
  const host = await createHost({
    worker: loadModule(worker),
    config: {
      ...testConfig,
      name: "agents-test",
      durableObjects: [{ name: "COUNTER", className: "Counter" }],
      durableClasses: ["Counter"],
    },
    dataDirectory: join(folder, "data"),
  });
  cleanUp.push(() => host.close());
  const { url } = await host.listen({ port: 0 });
  return { host, url };
}

interface State {
  readonly count: number;
  readonly notes: readonly string[];
}

async function connect(url: string, name: string) {
  const states: State[] = [];
  const client = new AgentClient<State>({
    agent: "counter",
    name,
    host: new URL(url).host,
    protocol: "ws",
    onStateUpdate: (state) => states.push(state),
  });
  cleanUp.push(() => client.close());
  await client.ready;
  return { client, states };
}

test("state, calls and schedules of the published package work, and survive a restart", async () => {
  const first = await start();
  const one = await connect(first.url, "room-1");
  const two = await connect(first.url, "room-1");
  expect(await one.client.call("increment", [3])).toBe(3);
  await vi.waitFor(() => expect(two.states.at(-1)).toEqual({ count: 3, notes: [] }));
  two.client.setState({ count: 10, notes: [] });
  await vi.waitFor(() => expect(one.states.at(-1)).toEqual({ count: 10, notes: [] }));
  await expect(one.client.call("missing", [])).rejects.toThrow();

  await one.client.call("remind", ["soon", 1]);
  await vi.waitFor(() => expect(two.states.at(-1)?.notes).toEqual(["soon"]));
  await one.client.call("remind", ["after the restart", 2]);
  one.client.close();
  two.client.close();
  await first.host.close();

  const second = await start();
  const read = async () => {
    const response = await fetch(`${second.url}/agents/counter/room-1`);
    return response.json() as Promise<{ name: string; state: State }>;
  };
  expect(await read()).toMatchObject({ name: "room-1", state: { count: 10 } });
  await vi.waitFor(
    async () => expect((await read()).state.notes).toEqual(["soon", "after the restart"]),
    { timeout: 30_000, interval: 100 },
  );
});

test("a path that names no agent is the Worker's to answer", async () => {
  const { url } = await start();
  expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  expect((await fetch(`${url}/agents/unknown/x`)).status).toBe(400);
});
