import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";

/** Tasks and fibers that one SDK began go on under the other. */

const fixture = fileURLToPath(new URL("./fixtures/ledger.ts", import.meta.url).href);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-ledger-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

type Call = (method: string, ...args: unknown[]) => Promise<unknown>;
type Run = (typeof runtimes)[number][1];

/** One life of the ledger under one SDK. */
async function live<T>(sdk: Sdk, run: Run, body: (call: Call) => Promise<T>): Promise<T> {
  const script = await bundleWorker(fixture, sdk);
  const worker = await run({ script, objects: { Ledger: "Ledger" }, directory });
  try {
    const socket = await TestSocket.open(`ws://${worker.host}/agents/ledger/mine`);
    return await body(async (method, ...args) => {
      const [answer] = await socket.call(method, ...args);
      expect(answer).toMatchObject({ success: true });
      return answer?.result;
    });
  } finally {
    await worker.stop();
  }
}

async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (let round = 0; round < 1500 && !isRight(answer); round++) {
    await delay(40);
    answer = await ask();
  }
  return answer;
}

const both: readonly (readonly [Sdk, Sdk])[] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

const everywhere = runtimes.flatMap(([name, run]) =>
  both.map(([writer, reader]) => ({ writer, reader, name, run })),
);

type Runs = Record<string, { state: string }>;

test.each(everywhere)("on $name, what $writer began goes on under $reader", async (each) => {
  await live(each.writer, each.run, async (call) => {
    await call("leave");
    const runs = (await call("tasksNow")) as Runs;
    const states = Object.entries(runs).map(([id, { state }]) => [id, state]);
    expect(Object.fromEntries(states)).toEqual({
      ...{ nap: "waiting", retry: "waiting", hang: "running", fail: "failed", late: "waiting" },
    });
    expect(await call("fibersNow")).toMatchObject({
      ...{ done: { status: "completed" }, kept: { status: "running" } },
      runs: [{ name: "kept" }, { name: "plain" }],
    });
  });
  await live(each.reader, each.run, async (call) => {
    const isOver = (runs: Runs) =>
      ["nap", "retry", "hang"].every((id) => runs[id]?.state === "completed");
    const common = { metadata: { by: "writer" }, state: "completed" };
    expect(await until(() => call("tasksNow") as Promise<Runs>, isOver)).toEqual({
      nap: { ...common, definition: "nap", result: [1, "last"] },
      retry: { ...common, definition: "retry", result: 2 },
      hang: { ...common, definition: "hang", result: ["hang", 1] },
      fail: {
        ...{ ...common, definition: "fail", state: "failed" },
        error: { name: "RangeError", message: "failed" },
      },
      late: { definition: "nap", state: "waiting", reason: "sleep" },
    });
    expect(await call("fibersNow")).toEqual({
      done: { status: "completed", snapshot: { at: "end" }, metadata: null },
      kept: { status: "completed", snapshot: "recovered", metadata: { by: "writer" } },
      recovered: [
        { snapshot: { at: "half" }, metadata: { by: "writer" } },
        { snapshot: { at: "some" }, metadata: null },
      ],
      runs: [],
    });
    expect(await call("goOn")).toEqual({
      joined: ["late", false, "kept", false],
      ...{ cancelled: true, late: "cancelled", deleted: [5, 2] },
    });
  });
});

test("both define the tables of tasks and fibers alike", async () => {
  const [, workerd] = runtimes[0] ?? [];
  if (!workerd) throw new Error("no runtime");
  const of = (sdk: Sdk) =>
    live(sdk, workerd, async (call) => {
      await call("leave");
      return (await call("tables")) as [string, string][];
    });
  const ours = await of("@freehold/agents");
  await rm(directory, { recursive: true, force: true });
  const published = await of("agents");
  expect(ours.map(([name, sql]) => [name, normalised(sql)])).toEqual(
    published.map(([name, sql]) => [name, normalised(sql)]),
  );
  expect(ours).toHaveLength(8);
});

function normalised(sql: string): string {
  return sql
    .replace(/IF NOT EXISTS /i, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([(),]) ?/g, "$1")
    .trim();
}
