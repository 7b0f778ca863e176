import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";

/** What one SDK has stored of agents that run as tools goes on under the other. */

const fixture = fileURLToPath(new URL("./fixtures/tool-runs.ts", import.meta.url).href);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-tool-runs-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const both: readonly (readonly [Sdk, Sdk])[] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

const everywhere = runtimes.flatMap(([name, run]) =>
  both.map(([writer, reader]) => ({ writer, reader, name, run })),
);

type Run = (typeof runtimes)[number][1];
type Call = (method: string, ...args: unknown[]) => Promise<unknown>;

async function live<T>(sdk: Sdk, run: Run, body: (call: Call) => Promise<T>): Promise<T> {
  const script = await bundleWorker(fixture, sdk);
  const worker = await run({ script, objects: { Runner: "Runner" }, directory });
  try {
    const socket = await TestSocket.open(`ws://${worker.host}/agents/runner/mine`);
    return await body(async (method, ...args) => {
      const [answer] = await socket.call(method, ...args);
      expect(answer).toMatchObject({ success: true });
      return answer?.result;
    });
  } finally {
    await worker.stop();
  }
}

test.each(everywhere)("on $name, runs that $writer began go on under $reader", async (each) => {
  const rows = await live(each.writer, each.run, async (call) => {
    expect(await call("run", "done")).toEqual({ status: "completed", summary: "at once" });
    await call("detach", "open");
    return call("rows");
  });
  await live(each.reader, each.run, async (call) => {
    expect(await call("rows")).toEqual(rows);
    expect(await call("knows", "done")).toBe(true);
    // A run that is asked for again is the one that there was.
    expect(await call("run", "done")).toEqual({ status: "completed", summary: "at once" });
    expect(await call("tool", "done")).toBe(1);
    // The end of a detached one is told by whoever sees it, once.
    expect(await call("ends")).toEqual([]);
    expect(await call("tool", "open", "in the end")).toBe(1);
    for (let round = 0; round < 1500; round++) {
      await call("look");
      if (((await call("ends")) as unknown[]).length > 0) break;
      await delay(40);
    }
    await call("look");
    expect(await call("ends")).toEqual([["open", "completed", "in the end"]]);
    await call("clear");
    expect(await call("rows")).toEqual([]);
  });
});
