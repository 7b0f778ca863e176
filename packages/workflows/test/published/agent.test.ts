import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadModule } from "@freehold/host";
import { createTestHost, TestClock, type TestHost } from "@freehold/host/testing";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { workflowBindings } from "../../src/index.ts";

/** `AgentWorkflow` of the published `agents` package, on this engine. */

const workflows = [{ binding: "RESEARCH", name: "research", className: "Research" }];
const clock = new TestClock();
let folder = "";
let host: TestHost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-published-"));
  const worker = join(folder, "worker.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./agent.js", import.meta.url))],
    outfile: worker,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    conditions: ["workerd", "worker"],
    keepNames: true,
    external: ["cloudflare:*", "node:*"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
  host = await createTestHost({
    worker: loadModule(worker),
    config: {
      name: "published",
      main: undefined,
      compatibilityDate: "2026-06-11",
      compatibilityFlags: ["nodejs_compat"],
      durableObjects: [{ name: "Researcher", className: "Researcher" }],
      durableClasses: ["Researcher"],
      vars: {},
      assets: undefined,
      workflows,
    },
    dataDirectory: join(folder, "data"),
    bindings: workflowBindings(workflows),
    durability: "memory",
    clock,
  });
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

interface Seen {
  readonly status: string;
  readonly seen: readonly unknown[];
}

async function ask(verb: string, topic: string): Promise<unknown> {
  const response = await host.fetch(new Request(`http://x/${verb}/${topic}`));
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return JSON.parse(body);
}

test("an agent's workflow asks, waits for days, and tells the agent once", async () => {
  expect(await ask("start", "owls")).toBe("owls");
  await clock.advance(60_000);
  expect(await ask("look", "owls")).toMatchObject({ seen: [["progress", "owls", "read"]] });
  await clock.advance(3 * 86_400_000);
  await ask("say", "owls");
  await clock.advance(2 * 86_400_000);
  const { status, seen } = (await ask("look", "owls")) as Seen;
  expect(status).toBe("complete");
  // Progress is outside of steps: the published package tells it again with each replay.
  const completions = seen.filter((one) => (one as string[])[0] === "complete");
  expect(completions).toEqual([["complete", "owls", { notes: "notes on owls", by: "Ada" }]]);
});

test("a refusal ends the workflow, and the agent hears of it", async () => {
  await ask("start", "bats");
  await clock.advance(60_000);
  await ask("refuse", "bats");
  await clock.advance(60_000);
  const { status, seen } = (await ask("look", "bats")) as Seen;
  expect(status).toBe("errored");
  expect(seen.filter((one) => (one as string[])[0] === "error")).toEqual([
    ["error", "bats", "too dear"],
  ]);
});
