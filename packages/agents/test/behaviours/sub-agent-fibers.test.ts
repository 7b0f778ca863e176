import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** Fibers and tasks of agents inside others go on by the alarm of the outermost, without a request. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  vi.spyOn(console, "error").mockReturnValue();
  running = await behave(() => import("./workers/sub-agent-fibers.ts"), ["Bird"]);
});
afterEach(() => running.worker.stop());

interface Bird {
  __unsafe_ensureInitialized(): Promise<void>;
  at(way: readonly string[], method: string, ...args: unknown[]): Promise<unknown>;
  end(): Promise<void>;
}

const root = () => running.agent<Bird>("Bird", "root");
const start = () => root().__unsafe_ensureInitialized();
const at = (way: readonly string[], method: string, ...args: unknown[]) =>
  root().at(way, method, ...args);
const end = () =>
  root()
    .end()
    .catch(() => undefined);

const rows = (query: string) => running.rows("Bird", "root", query);
/** What the outermost agent knows of fibers. */
const runs = async () => {
  const tables = await rows("SELECT 1 FROM sqlite_master WHERE name = 'cf_agents_facet_runs'");
  if (tables.length === 0) return [];
  const found = await rows("SELECT owner_path_key FROM cf_agents_facet_runs ORDER BY created_at");
  return found.map(({ owner_path_key: key }) => key);
};
const jobs = () => rows("SELECT id FROM cf_agents_jobs");
/** Leaves nothing by which agents inside wake, but what is known of their fibers. */
const forgetAlarms = async (...ways: readonly string[][]) => {
  for (const way of ways) await at(way, "forgetAlarm");
  await rows("DELETE FROM cf_agents_jobs WHERE id LIKE 'sub-agent-alarm:%'");
};

const CHILD = "Bird:root/Bird:a";
const GRANDCHILD = `${CHILD}/Bird:b`;

test("the outermost agent knows of a fiber while it runs", async () => {
  await start();
  expect(await at(["a"], "finish", "quick")).toBe("quick");
  expect([await runs(), await jobs()]).toEqual([[], []]);
  await at(["a"], "leave", "work");
  const [row] = await rows("SELECT * FROM cf_agents_facet_runs");
  expect(row).toEqual({
    owner_path: '[{"className":"Bird","name":"root"},{"className":"Bird","name":"a"}]',
    ...{ owner_path_key: CHILD, run_id: expect.any(String), created_at: clock.now() },
  });
  await clock.advance("1m");
  // It runs: nobody recovers it, however often its agent is looked at.
  expect([told, await runs()]).toEqual([[], [CHILD]]);
});

test("an agent whose tree was evicted recovers its fibers by the root's alarm alone", async () => {
  await start();
  await at(["a"], "leave", "outer");
  await at(["a", "b"], "leave", "inner");
  expect([...(await runs())].sort()).toEqual([CHILD, GRANDCHILD]);
  await forgetAlarms(["a"], ["a", "b"]);
  await end();
  await clock.advance("2s");
  expect(told).toHaveLength(2);
  expect(told).toContainEqual(["a", "recovers", "outer", { of: "outer" }]);
  expect(told).toContainEqual(["b", "recovers", "inner", { of: "inner" }]);
  expect([await runs(), await jobs()]).toEqual([[], []]);
  expect([await at(["a"], "left"), await at(["a", "b"], "left")]).toEqual([0, 0]);
});

test("one that was aborted alone does as well", async () => {
  await start();
  await at(["a", "b"], "leave", "inner");
  await forgetAlarms(["a", "b"]);
  await at(["a"], "abortChild", "b");
  await clock.advance("2s");
  expect(told).toEqual([["b", "recovers", "inner", { of: "inner" }]]);
  expect([await runs(), await jobs()]).toEqual([[], []]);
});

test("a fiber whose recovery fails stays known, and keeps no other from its own", async () => {
  await start();
  await at(["a"], "leave", "poison");
  await at(["c"], "leave", "work");
  await end();
  await clock.advance("3s");
  expect(told).toContainEqual(["c", "recovers", "work", { of: "work" }]);
  expect(await runs()).toEqual([CHILD]);
  await clock.advance("48h");
  expect([await runs(), await jobs()]).toEqual([[], []]);
});

test("with an agent goes all that is known of fibers in it and inside it", async () => {
  await start();
  await at(["a"], "leave", "outer");
  await at(["a", "b"], "leave", "inner");
  await at(["ab"], "leave", "other");
  await at([], "remove", "a");
  expect(await runs()).toEqual(["Bird:root/Bird:ab"]);
  await at([], "remove", "ab");
  expect([await runs(), await jobs()]).toEqual([[], []]);
});

test("what was stored of fibers is taken up, and dropped where their agents are gone", async () => {
  await start();
  await at(["a"], "leave", "work");
  await forgetAlarms(["a"]);
  await rows("DELETE FROM cf_agents_jobs");
  const gone = [
    ['[{"className":"Bird","name":"root"},{"className":"Bird","name":"gone"}]', "gone"],
    ['[{"className":"Bird","name":"else"},{"className":"Bird","name":"a"}]', "elsewhere"],
    ['[{"className":"Bird","name":"root"}]', "root"],
    ["no path", "broken"],
  ];
  for (const [path, key] of gone) {
    await rows(`INSERT INTO cf_agents_facet_runs VALUES ('${path}', '${key}', 'r', 1)`);
  }
  await end();
  await start();
  await clock.advance("1s");
  expect(told).toEqual([["a", "recovers", "work", { of: "work" }]]);
  expect([await runs(), await jobs()]).toEqual([[], []]);
});

test("a task goes on after its sleep and a retry, whoever was evicted meanwhile", async () => {
  await start();
  await at(["a", "b"], "begin");
  await clock.advance("1s");
  expect(told).toEqual(["b leaves", "b packs"]);
  await end();
  await clock.advance("10s");
  expect(told.slice(2)).toEqual(["b leaves", "b lands"]);
  await end();
  await clock.advance("10s");
  expect(told.slice(4)).toEqual(["b leaves", "b lands", ["b", "packed", 2]]);
  expect(told.filter((entry) => entry === "b packs")).toHaveLength(1);
});
