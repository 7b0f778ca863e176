import { beforeEach, expect, test, vi } from "vitest";
import { fixedRandom, memorySql, TestAlarm, TestClock } from "../../test/support/fakes.ts";
import { JobAlarm } from "../jobs/alarm.ts";
import { Jobs } from "../jobs/jobs.ts";
import { JobStore } from "../jobs/store.ts";
import { DEFAULT_RETRY } from "../retry/options.ts";
import { Queue } from "./queue.ts";

function setUp(memory = memorySql()) {
  const clock = new TestClock(5000);
  const store = new JobStore(memory.sql);
  const alarm = new JobAlarm(new TestAlarm(), store, clock);
  const events: unknown[] = [];
  const emit = (type: string, payload: unknown) => void events.push([type, payload]);
  const retryDefaults = () => DEFAULT_RETRY;
  const jobs = new Jobs({
    ...{ clock, store, alarm, emit, retryDefaults, random: fixedRandom() },
    stopped: () => false,
  });
  const ran: unknown[] = [];
  const invoke = vi.fn((_name: string, payload: unknown) => void ran.push(payload));
  const failed = vi.fn(async () => undefined);
  const queue = new Queue({
    ...{ clock, emit, retryDefaults, invoke, failed, jobs: jobs.owned("queue") },
    hasCallback: (name) => name === "work" || name === "other",
  });
  jobs.handle("queue", queue);
  return { memory, clock, events, jobs, ran, invoke, failed, queue };
}

let it: ReturnType<typeof setUp>;

beforeEach(() => {
  it = setUp();
  vi.spyOn(console, "error").mockReturnValue();
});

test("items run in the order in which they were pushed, also within one millisecond", async () => {
  for (const n of [1, 2, 3]) await it.queue.push("work", n);
  expect(it.queue.list().map((item) => item.payload)).toEqual([1, 2, 3]);
  it.clock.advance(10);
  await it.jobs.runDue();
  expect([it.ran, it.queue.list()]).toEqual([[1, 2, 3], []]);
});

test("an item of a life before comes before the new ones", async () => {
  for (const n of [1, 2, 3]) await it.queue.push("work", n);
  const restarted = setUp(it.memory);
  await restarted.queue.push("work", 4, { id: "new" });
  expect(restarted.queue.list().map((item) => item.payload)).toEqual([1, 2, 3, 4]);
});

test("a failing item is tried, dropped and told of, and blocks none", async () => {
  it.invoke.mockImplementation((_name, payload) => {
    if (payload === "bad") throw new Error("no");
    it.ran.push(payload);
  });
  const id = await it.queue.push("work", "bad", { retry: { maxAttempts: 2 } });
  await it.queue.push("work", "good");
  it.clock.advance(10);
  await it.jobs.runDue();
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
  expect(it.queue.list().map(({ payload }) => payload)).toEqual(["new", "gone", { kind: "x" }]);
  expect(it.queue.findByPayload("kind", "x")).toHaveLength(1);
  expect([await it.queue.cancel("gone"), await it.queue.cancel("gone")]).toEqual([true, false]);
  expect(it.queue.get("first")).toEqual({
    id: "first",
    callback: "work",
    payload: "new",
    createdAt: 5,
    retry: DEFAULT_RETRY,
  });
  expect([await it.queue.cancelAll("other"), await it.queue.cancelAll()]).toEqual([1, 1]);
});

test.each([
  [() => it.queue.push(1, 1), "Callback must be a string"],
  [() => it.queue.push("nope", 1), "this.nope is not a function"],
  [() => it.queue.push("work", 1, { id: "" }), "Queue item ids must be non-empty"],
  [() => it.queue.push("work", 1, { retry: { maxAttempts: 0 } }), "retry.maxAttempts must be >= 1"],
])("refuses what cannot be: %#", async (push, message) => {
  await expect(push()).rejects.toThrow(message);
});
