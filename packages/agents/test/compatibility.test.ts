import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import type { runOnFreehold } from "./support/freehold.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";
import { runOnWorkerd } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/diary.ts", import.meta.url).href);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-diary-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

type Call = (method: string, ...args: unknown[]) => Promise<unknown>;

/** One life of the diary under one SDK. */
async function live<T>(
  sdk: Sdk,
  body: (call: Call, socket: TestSocket) => Promise<T>,
  run: typeof runOnWorkerd | typeof runOnFreehold = runOnWorkerd,
): Promise<T> {
  const script = await bundleWorker(fixture, sdk);
  const worker = await run({ script, objects: { Diary: "Diary" }, directory });
  try {
    const socket = await TestSocket.open(`ws://${worker.host}/agents/diary/mine`);
    return await body(async (method, ...args) => {
      const [answer] = await socket.call(method, ...args);
      expect(answer).toMatchObject({ success: true });
      return answer?.result;
    }, socket);
  } finally {
    await worker.stop();
  }
}

const PLANS = [
  { callback: "write", payload: "planned", type: "delayed", delayInSeconds: 2 },
  { callback: "write", payload: { hourly: true }, type: "interval", intervalSeconds: 3600 },
  { callback: "write", type: "delayed", delayInSeconds: 90_000 },
  { callback: "write", payload: "new year", type: "cron", cron: "0 9 1 1 *" },
  { callback: "write", payload: "far", retry: { maxAttempts: 2 }, type: "scheduled" },
];

const QUEUED = { capability: "queue", fn: "write" };

const both: readonly (readonly [Sdk, Sdk])[] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

test.each(both)("what %s stored opens under %s", async (writer, reader) => {
  const tables = await live(writer, async (call) => {
    await call("write", `by ${writer}`);
    await call("plan");
    expect(new Set((await call("plans")) as unknown[])).toEqual(new Set(PLANS));
    return call("tables");
  });
  await live(reader, async (call, socket) => {
    let entries = (await call("read")) as string[];
    while (!entries.includes("planned")) {
      const frame = (await socket.take(1))[0] as { state?: { entries: string[] } };
      entries = frame.state?.entries ?? entries;
    }
    expect(entries).toEqual([`by ${writer}`, "planned"]);
    const left = (await call("plans")) as unknown[];
    expect(new Set(left)).toEqual(new Set(PLANS.slice(1)));
    // Each keeps the tables of the other as they are.
    const definitions = new Map((await call("tables")) as [string, string][]);
    for (const [name, sql] of tables as [string, string][]) expect(definitions.get(name)).toBe(sql);
    expect(await call("cancelAll")).toEqual([true, true, true, true]);
  });
});

const everywhere = runtimes.flatMap(([name, run]) =>
  both.map(([writer, reader]) => ({ writer, reader, name, run })),
);

test.each(everywhere)("on $name, work that $writer left is done under $reader", async (each) => {
  const leave = async (call: Call) => {
    await call("leaveWork");
    const left = (await call("work")) as { id?: string }[];
    expect(left).toContainEqual({ id: "cf:keep-alive", capability: "host", fn: "keepAlive" });
    expect(left.filter((job) => !job.id)).toEqual([QUEUED, QUEUED]);
  };
  const goOn = async (call: Call, socket: TestSocket) => {
    let entries = (await call("read")) as string[];
    while (entries.length < 2) {
      const frame = (await socket.take(1))[0] as { state?: { entries: string[] } };
      entries = frame.state?.entries ?? entries;
    }
    expect(entries).toEqual(["queued first", "queued second"]);
    while (((await call("work")) as { fn: string }[]).some(({ fn }) => fn === "write"));
  };
  await live(each.writer, leave, each.run);
  await live(each.reader, goOn, each.run);
});

test("both define the tables they share alike", async () => {
  const of = (sdk: Sdk) =>
    live(sdk, async (call) => {
      await call("plan");
      return new Map((await call("tables")) as [string, string][]);
    });
  const ours = await of("@freehold/agents");
  await rm(directory, { recursive: true, force: true });
  const published = await of("agents");
  expect([...ours.keys()]).toEqual(["cf_agents_jobs", "cf_agents_state"]);
  for (const [name, sql] of ours) expect(normalised(sql)).toBe(normalised(published.get(name)));
});

function normalised(sql = ""): string {
  return sql
    .replace(/IF NOT EXISTS /i, "")
    .replace(/\s*([(),])\s*/g, "$1")
    .trim();
}
