import { beforeEach, expect, test, vi } from "vitest";
import { memorySql, TestClock } from "../../test/support/fakes.ts";
import { testServices } from "../../test/support/services.ts";
import { currentContext } from "../context.ts";
import { DEFAULT_RETRY } from "../retry/options.ts";
import { hasPayloadValue } from "./items.ts";
import { Queue } from "./queue.ts";

function setUp(memory = memorySql()) {
  const world = testServices({ memory, clock: new TestClock(5000) });
  const ran: unknown[] = [];
  const failed = vi.fn();
  const work = vi.fn((payload: unknown) => void ran.push(payload));
  const other = (payload: unknown) => void ran.push(payload);
  const queue = world.install(new Queue({ callbacks: { work, other }, onError: failed }));
  return { ...world, ran, work, failed, queue };
}

let it: ReturnType<typeof setUp>;

beforeEach(() => {
  it = setUp();
  vi.spyOn(console, "error").mockReturnValue();
});

test("items run in the order in which they were pushed, also within one millisecond", async () => {
  for (const n of [1, 2, 3]) await it.queue.push("work", n);
  expect((await it.queue.list()).map((item) => item.payload)).toEqual([1, 2, 3]);
  it.clock.advance(10);
  await it.runDue();
  expect([it.ran, await it.queue.list()]).toEqual([[1, 2, 3], []]);
});

test("an item of a life before comes before the new ones", async () => {
  for (const n of [1, 2, 3]) await it.queue.push("work", n);
  const restarted = setUp(it.memory);
  await restarted.queue.push("work", 4, { id: "new" });
  expect((await restarted.queue.list()).map((item) => item.payload)).toEqual([1, 2, 3, 4]);
});

test("a failing item is tried, dropped and told of, and blocks none", async () => {
  it.work.mockImplementation((payload) => {
    if (payload === "bad") throw new Error("no");
    it.ran.push(payload);
  });
  const { id } = await it.queue.push("work", "bad", { retry: { maxAttempts: 2 } });
  await it.queue.push("work", "good");
  it.clock.advance(10);
  await it.runDue();
  expect(it.ran).toEqual(["good"]);
  expect(it.failed).toHaveBeenCalledTimes(1);
  expect(it.events).toContainEqual([
    "queue:retry",
    { callback: "work", id, attempt: 2, maxAttempts: 2 },
  ]);
  expect(it.events).toContainEqual([
    "queue:error",
    { callback: "work", id, error: "no", attempts: 2 },
  ]);
});

test("an id pushed again keeps its place; what is removed does not run", async () => {
  await it.queue.push("work", "old", { id: "first" });
  await it.queue.push("work", "gone", { id: "gone" });
  await it.queue.push("other", { kind: "x" });
  await it.queue.push("work", "new", { id: "first" });
  expect((await it.queue.list()).map(({ payload }) => payload)).toEqual([
    "new",
    "gone",
    { kind: "x" },
  ]);
  const items = await it.queue.list({ callback: "other" });
  expect(items.map((item) => hasPayloadValue(item, "kind", "x"))).toEqual([true]);
  expect([await it.queue.cancel("gone"), await it.queue.cancel("gone")]).toEqual([true, false]);
  expect(await it.queue.get("first")).toEqual({
    id: "first",
    callback: "work",
    payload: "new",
    createdAt: 5,
    retry: DEFAULT_RETRY,
  });
  expect([await it.queue.cancelAll("other"), await it.queue.cancelAll()]).toEqual([1, 1]);
});

test.each([
  [() => it.queue.push(1 as never), "Callback must be a string"],
  [() => it.queue.push("toString" as never), 'Unknown queue callback "toString"'],
  [() => it.queue.push("work", 1, { id: "" }), "Queue item ids must be non-empty"],
  [() => it.queue.push("work", 1, { id: " " }), "Queue item ids must be non-empty"],
  [() => it.queue.push("work", 1, { id: 5 as never }), "Queue item ids must be non-empty"],
  [() => it.queue.push("work", 1, { retry: { maxAttempts: 0 } }), "retry.maxAttempts must be >= 1"],
])("refuses what cannot be: %#", async (push, message) => {
  await expect(push()).rejects.toThrow(message);
});

test("an item is stored before the push returns, and runs in the host's context alone", async () => {
  let context: unknown;
  it.work.mockImplementation(() => {
    context = currentContext();
  });
  const pushed = it.queue.push("work", 1);
  expect(it.memory.sql("SELECT fn FROM cf_agents_jobs")).toEqual([{ fn: "work" }]);
  const item = await pushed;
  it.clock.advance(1);
  await it.runDue();
  expect(it.work).toHaveBeenCalledWith(1, item);
  expect(context).toMatchObject({ agent: it.host, connection: undefined, request: undefined });
});

test("items of an object inside another one are kept by the outermost, and run by the owner", async () => {
  const address = { key: "child", data: "[child]" };
  const inside = testServices({ address });
  const nested = inside.install(
    new Queue({ callbacks: { work: (n: number) => void inside.events.push(["ran", n]) } }),
  );
  await nested.push("work", 7).catch(() => undefined);
  const [[, message]] = inside.routed as [[string, unknown]];
  await it.queue.onRoute({ source: address, payload: message });
  expect([await it.queue.list(), it.jobs.owned("queue").list()]).toMatchObject([
    [],
    [{ fn: "work" }],
  ]);
  it.clock.advance(1);
  await it.runDue();
  expect(it.ran).toEqual([]);
  const [[target, run]] = it.routed as [[unknown, unknown]];
  expect(target).toEqual(address);
  await nested.onRoute({ source: undefined, payload: run });
  expect(inside.events).toContainEqual(["ran", 7]);
  await it.queue.onRoute({ source: address, payload: message });
  await it.queue.__DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix("child");
  expect(it.jobs.owned("queue").list()).toEqual([]);
});
