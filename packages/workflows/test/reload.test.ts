import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, type Host } from "@freehold/host";
import { afterEach, expect, test, vi } from "vitest";
import { type Workflow, workflowBindings } from "../src/index.ts";
import { eventsOf, FLOW, moduleOf } from "./support.ts";

/** New code, and the end of a host, on the machine's clock: drains take real time. */

let host: Host | undefined;
const folders: string[] = [];
afterEach(async () => {
  await host?.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const STEPS = 12;
/** A step that ends only when new code is there, where a test waits for that. */
const GATE = 8;

async function startVersions(dataDirectory: string, { untilReload = false } = {}) {
  let version = 0;
  const reloaded = Promise.withResolvers<void>();
  let flow: Workflow | undefined;
  const worker = async () => {
    version += 1;
    const current = version;
    if (current > 1) reloaded.resolve();
    return moduleOf(async (_event, step) => {
      const made: unknown[] = [];
      for (let n = 0; n < STEPS; n += 1) {
        made.push(
          await step.do(`step ${n}`, async () => {
            if (untilReload && current === 1 && n === GATE) await reloaded.promise;
            await new Promise((resolve) => setTimeout(resolve, 20));
            return current;
          }),
        );
      }
      return made;
    });
  };
  const bindings = workflowBindings([FLOW]).map((binding) => ({
    ...binding,
    create: (...args: Parameters<typeof binding.create>) => {
      flow = binding.create(...args) as Workflow;
      return flow;
    },
  }));
  host = await createHost({
    worker,
    config: {
      name: "reload",
      main: undefined,
      compatibilityDate: "2026-06-11",
      compatibilityFlags: [],
      durableObjects: [],
      durableClasses: [],
      vars: {},
      assets: undefined,
      workflows: [FLOW],
    },
    durability: "memory",
    development: true,
    ...{ dataDirectory, bindings },
  });
  return { host, flow: () => flow as Workflow };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "freehold-reload-"));
  folders.push(folder);
  return folder;
}

async function isUnderWay(flow: Workflow, id: string): Promise<void> {
  const instance = await flow.get(id);
  using subscription = await instance.subscribe({ filter: ["step_completed"] });
  for (let n = 0; n < 2; n += 1) await subscription.next();
}

test("a run goes on in new code at its next step, and no attempt is lost", async () => {
  const { host, flow } = await startVersions(await newFolder(), { untilReload: true });
  const instance = await flow().create({ id: "a" });
  await isUnderWay(flow(), "a");
  await host.reload();
  await vi.waitFor(async () => expect((await instance.status()).status).toBe("complete"));
  const { output } = await instance.status();
  expect(new Set(output as number[])).toEqual(new Set([1, 2]));
  expect([...(output as number[])].sort()).toEqual(output);
  const types = (await eventsOf(instance)).map(({ type }) => type);
  expect(types).not.toContain("attempt_errored");
  expect(types.filter((type) => type === "step_completed")).toHaveLength(STEPS);
});

test("a run goes on where a host that was closed in order left it", async () => {
  const folder = await newFolder();
  const first = await startVersions(folder);
  await first.flow().create({ id: "a" });
  await isUnderWay(first.flow(), "a");
  await first.host.close();
  const second = await startVersions(folder);
  const instance = await second.flow().get("a");
  await vi.waitFor(async () => expect((await instance.status()).status).toBe("complete"));
  const types = (await eventsOf(instance)).map(({ type }) => type);
  expect(types).not.toContain("attempt_errored");
});
