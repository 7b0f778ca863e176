import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";

/** What one SDK has stored of sub-agents, in parent and child, opens under the other. */

const fixture = fileURLToPath(new URL("./fixtures/family.ts", import.meta.url).href);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-family-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const both: readonly (readonly [Sdk, Sdk])[] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

const everywhere = runtimes.flatMap(([name, run]) =>
  both.map(([writer, reader]) => ({ writer, reader, name, run })),
);

const NAMES = ["plain", "a/b %_", "ä b"];

/** One life of the family under one SDK. */
async function live<T>(sdk: Sdk, run: Run, body: (call: Call) => Promise<T>): Promise<T> {
  const script = await bundleWorker(fixture, sdk);
  const worker = await run({ script, objects: { Parent: "Parent" }, directory });
  try {
    const socket = await TestSocket.open(`ws://${worker.host}/agents/parent/mine`);
    return await body(async (method, ...args) => {
      const [answer] = await socket.call(method, ...args);
      expect(answer).toMatchObject({ success: true });
      return answer?.result;
    });
  } finally {
    await worker.stop();
  }
}

test.each(everywhere)("on $name, what $writer stored opens under $reader", async (each) => {
  const [registry, owners] = await live(each.writer, each.run, async (call) => {
    for (const name of NAMES) await call("child", name, "keep", `of ${name}`);
    await call("child", "plain", "inner", "deep", "keep", "of deep");
    return [await call("registry"), await call("owners")];
  });
  await live(each.reader, each.run, async (call) => {
    expect(await call("children")).toEqual(NAMES.map((name) => `Child:${name}`));
    expect(await call("registry")).toEqual(registry);
    expect(await call("owners")).toEqual(owners);
    for (const name of NAMES) {
      expect(await call("child", name, "kept")).toEqual({
        ...{ state: { n: 1 }, value: `of ${name}`, plans: [`of ${name}`] },
        path: [
          { className: "Parent", name: "mine" },
          { className: "Child", name },
        ],
      });
    }
    expect(await call("child", "plain", "inner", "deep", "kept")).toMatchObject({
      ...{ state: { n: 1 }, value: "of deep", plans: ["of deep"] },
    });
    // A deletion by the one takes away what the other had stored.
    await call("removeUntil", 0, ["plain"]);
    expect((await call("owners")) as unknown[]).toHaveLength(2);
    expect(await call("child", "plain", "kept")).toMatchObject({ value: null, plans: [] });
  });
});

test.each(everywhere)(
  "on $name, fibers in agents inside that $writer left are recovered under $reader",
  async (each) => {
    const step = (className: string, name: string) => ({ className, name });
    const path = [step("Parent", "mine"), step("Child", "a b"), step("Child", "deep")];
    await live(each.writer, each.run, async (call) => {
      await call("child", "a b", "leave", "outer");
      await call("child", "a b", "inner", "deep", "leave", "inner");
      await call("forgetAlarms");
      expect(await call("fibers")).toEqual([
        {
          owner_path: JSON.stringify(path.slice(0, 2)),
          owner_path_key: "Parent:mine/Child:a%20b",
        },
        {
          owner_path: JSON.stringify(path),
          owner_path_key: "Parent:mine/Child:a%20b/Child:deep",
        },
      ]);
    });
    await live(each.reader, each.run, async (call) => {
      // Only the outermost is asked anything.
      const left = async () => ((await call("fibers")) as unknown[]).length;
      for (let round = 0; round < 1500 && (await left()) > 0; round++) await delay(40);
      expect(await left()).toBe(0);
      const heard = (await call("heard")) as unknown[];
      expect(heard).toHaveLength(2);
      expect(heard).toContainEqual(["a b", "outer", { of: "outer" }]);
      expect(heard).toContainEqual(["deep", "inner", { of: "inner" }]);
    });
  },
);

type Run = (typeof runtimes)[number][1];
type Call = (method: string, ...args: unknown[]) => Promise<unknown>;
