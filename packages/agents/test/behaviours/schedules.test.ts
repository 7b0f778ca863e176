import type { Schedule } from "@freehold/agents";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock, evictDurableObject } from "../support/hosted.ts";
import type { Eager, Planner } from "./workers/schedules.ts";
import { told } from "./workers/told.ts";

/** Schedules and queue: the behaviours easily got wrong, by their numbers. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  running = await behave(() => import("./workers/schedules.ts"), ["Planner", "Eager"]);
});
afterEach(() => running.worker.stop());

/** Runs inside of the agent, which has started. */
const inside = <T>(body: (agent: Planner, ctx: DurableObjectState) => T | Promise<T>) =>
  running.inside<T, Planner>("Planner", "a", async (agent, ctx) => {
    await agent.lifecycle.start();
    return body(agent, ctx);
  });
const jobs = () => running.rows("Planner", "a", "SELECT id, fn, time, running FROM cf_agents_jobs");
const alarm = () => inside((_agent, { storage }) => storage.getAlarm());
const wake = async () => {
  const id = running.agent("Planner", "a");
  await evictDurableObject(id);
};

test("26. cancelling says whether there was one; unknown ids are undefined; no columns leak", async () => {
  const { id, keys } = await inside(async (agent) => {
    const schedule = await agent.schedule(60, "run", { a: 1 });
    return { id: schedule.id, keys: agent.plain(schedule) };
  });
  expect(keys).toEqual(["callback", "delayInSeconds", "id", "payload", "time", "type"]);
  expect(await inside((agent) => agent.getSchedule("unknown"))).toBeUndefined();
  expect(await inside((agent) => agent.getScheduleById("unknown"))).toBeUndefined();
  expect(await inside(async (agent) => agent.plain(await agent.getScheduleById(id)))).toEqual(keys);
  expect(await inside((agent) => agent.cancelSchedule(id))).toBe(true);
  expect(await inside((agent) => agent.cancelSchedule(id))).toBe(false);
});

test("27. cron and intervals are added once; the others when asked", async () => {
  const count = await inside(async (agent) => {
    const same = async (add: () => Promise<Schedule<unknown>>) => {
      const [first, second] = [await add(), await add()];
      return first.id === second.id;
    };
    return [
      await same(() => agent.schedule("0 * * * *", "run", "x")),
      await same(() => agent.schedule("0 * * * *", "run", "y", { idempotent: false })),
      await same(() => agent.scheduleEvery(60, "run", "x")),
      await same(() => agent.schedule(60, "run", "x")),
      await same(() => agent.schedule(60, "run", "z", { idempotent: true })),
    ];
  });
  expect(count).toEqual([true, false, true, false, true]);
  const others = await inside(async (agent) => {
    const one = await agent.scheduleEvery(60, "run", "x");
    const two = await agent.scheduleEvery(61, "run", "x");
    const three = await agent.scheduleEvery(60, "run", "other");
    return new Set([one.id, two.id, three.id]).size;
  });
  expect(others).toBe(3);
});

test("27. adding what is there repairs an alarm that was lost, also when it is overdue", async () => {
  await inside((agent) => agent.scheduleEvery(60, "run", "x"));
  await inside((_agent, { storage }) => storage.deleteAlarm());
  await inside((agent) => agent.scheduleEvery(60, "run", "x"));
  expect(await alarm()).toBe(clock.now() + 60_000);
  await inside((_agent, { storage }) => storage.deleteAlarm());
  await clock.advance("2m");
  expect(told).toEqual([]);
  await inside((agent) => agent.scheduleEvery(60, "run", "x"));
  await clock.advance("1s");
  expect(told).toEqual([["run", "x", "interval"]]);
});

test("28. an interval goes on after a failure, and its mark is cleared", async () => {
  await inside((agent) => agent.scheduleEvery(60, "fail", "ordinary"));
  await clock.advance("61s");
  expect(told).toContainEqual(["onError", "ordinary"]);
  expect(await jobs()).toMatchObject([{ fn: "fail", running: 0 }]);
  told.length = 0;
  await clock.advance("61s");
  expect(told).toContainEqual(["fail", "ordinary"]);
});

test.each([
  ["started a moment ago", (now: number) => now, "35s"],
  ["without a start", () => null, "5s"],
])("28. a run that was lost is given up: %s", async (_what, startedAt, wait) => {
  await inside((agent) => agent.scheduleEvery(60, "run", "x"));
  await clock.advance("50s");
  const at = startedAt(clock.now() + 10_000);
  await running.rows(
    "Planner",
    "a",
    `UPDATE cf_agents_jobs SET running = 1, execution_started_at = ${at}`,
  );
  await wake();
  await clock.advance("11s");
  if (at !== null) expect(told).toEqual([]);
  await clock.advance(wait);
  expect(told).toEqual([["run", "x", "interval"]]);
});

test("29. a schedule in onStart warns once for each callback that would pile up", async () => {
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  await running.inside<void, Eager>("Eager", "a", (agent) => agent.lifecycle.start());
  const about = warned.mock.calls.map(([text]) => /Scheduling "(\w+)"/.exec(String(text))?.[1]);
  expect(about.filter(Boolean)).toEqual(["run"]);
  warned.mockRestore();
});

test("29. ten stale one-shots warn when they are due", async () => {
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  await inside(async (agent) => {
    for (let n = 0; n < 10; n++) await agent.schedule(60, "run", n);
  });
  await clock.advance("61s");
  expect(told).toContainEqual(["job:backlog_warning", { capability: "scheduler", count: 10 }]);
  expect(told.filter((event) => (event as string[])[0] === "run")).toHaveLength(10);
  warned.mockRestore();
});

test.each([
  ["ordinary", "gone", 2],
  ["an upgraded plan", "gone", 2],
  ["Durable Object reset because its code was updated.", "kept", 1],
  ["This script has been upgraded. Please retry.", "kept", 1],
  ["Network connection lost.", "kept", 2],
  ["flagged", "kept", 2],
])("30. after “%s” a one-shot is %s, tried %i times", async (message, outcome, attempts) => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  await inside((agent) => agent.schedule(60, "fail", message));
  // Up to the first alarm, not to the platform's own repetition of it.
  await clock.advance("60500ms");
  const fails = told.filter((event) => (event as string[])[0] === "fail");
  expect(fails).toHaveLength(attempts);
  expect((await jobs()).length).toBe(outcome === "kept" ? 1 : 0);
  if (outcome === "kept") {
    await clock.advance("1h");
    expect(told.filter((event) => (event as string[])[0] === "fail").length).toBeGreaterThan(
      attempts,
    );
  }
  logged.mockRestore();
});

test("31. alarms that end at the memory limit put their work off, and in the end remove it", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const message = "Durable Object exceeded its memory limit and was reset.";
  await inside((agent) => agent.schedule(60, "fail", message));
  const strikes = () =>
    told.flatMap((event) => {
      const [type, payload] = event as [string, { strikes: number; sealed: boolean }];
      return type === "alarm:memory_limit_reset" ? [[payload.strikes, payload.sealed]] : [];
    });
  await clock.advance("61s");
  expect([strikes(), (await jobs()).length]).toEqual([[[1, false]], 1]);
  await clock.advance("5m");
  expect(strikes()).toEqual([
    [1, false],
    [2, false],
    [3, true],
  ]);
  expect(await jobs()).toEqual([]);
  logged.mockRestore();
});

test("31. an alarm that ends well forgets the strikes before it", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const message = "Durable Object exceeded its memory limit and was reset.";
  const { id } = await inside((agent) => agent.schedule(60, "fail", message));
  await clock.advance("61s");
  const key = "cf_agents:oom_alarm_strikes";
  expect(await inside((_agent, { storage }) => storage.kv.get(key))).toBe(1);
  await inside(async (agent) => {
    await agent.cancelSchedule(id);
    await agent.schedule(1, "run");
  });
  await clock.advance("5s");
  expect(await inside((_agent, { storage }) => storage.kv.get(key))).toBeUndefined();
  logged.mockRestore();
});

test("32. a callback may destroy its agent: nothing throws, and nothing comes back", async () => {
  await inside(async (agent) => {
    await agent.schedule(60, "end");
    await agent.schedule(61, "run", "never");
    await agent.keepAlive();
  });
  await clock.advance("70s");
  expect(told).toEqual([["end"]]);
  await clock.advance("1h");
  expect(told).toEqual([["end"]]);
  const left = await running.inside<unknown, Planner>("Planner", "a", async (_agent, ctx) => [
    await ctx.storage.getAlarm(),
    [...ctx.storage.kv.list()],
  ]);
  expect(left).toEqual([null, []]);
});

test("32. a destroy that was interrupted goes before all other work", async () => {
  await inside(async (agent, { storage }) => {
    await agent.schedule(5, "run", "never");
    storage.kv.put("cf_agents_destroy_pending", true);
    await storage.setAlarm(Date.now() + 1000);
  });
  await wake();
  await clock.advance("1m");
  expect(told).toEqual([]);
  const left = await running.inside<unknown, Planner>("Planner", "a", (_agent, ctx) => [
    ...ctx.storage.kv.list(),
  ]);
  expect(left).toEqual([]);
});

const OLD = `CREATE TABLE cf_agents_schedules (
  id TEXT PRIMARY KEY NOT NULL DEFAULT (randomblob(9)), callback TEXT, payload TEXT,
  type TEXT NOT NULL CHECK(type IN ('scheduled', 'delayed', 'cron')),
  time INTEGER, delayInSeconds INTEGER, cron TEXT, created_at INTEGER DEFAULT (unixepoch()))`;

test("33. tables of old versions are taken over with their rows, once", async () => {
  const due = clock.now() / 1000 + 60;
  await running.inside("Planner", "a", (_agent, { storage }) => {
    storage.sql.exec(OLD);
    storage.sql.exec("CREATE TABLE cf_agents_schedules_new (id TEXT)");
    storage.sql.exec(
      `INSERT INTO cf_agents_schedules (id, callback, payload, type, time, delayInSeconds)
        VALUES ('old-1', 'run', '"kept"', 'delayed', ${due}, 60)`,
    );
  });
  await wake();
  expect(await inside((agent) => agent.getScheduleById("old-1"))).toMatchObject({
    callback: "run",
    payload: "kept",
    type: "delayed",
    time: due,
  });
  await wake();
  expect(await inside((agent) => agent.listSchedules())).toHaveLength(1);
  await clock.advance("61s");
  expect(told).toEqual([["run", "kept", "delayed"]]);
});

test.each([
  [{ maxAttempts: 0 }, "maxAttempts must be >= 1"],
  [{ maxAttempts: 1.5 }, "maxAttempts must be an integer"],
  [{ baseDelayMs: 10, maxDelayMs: 5 }, "baseDelayMs must be <= "],
  // The class's own default is at most 2 ms.
  [{ baseDelayMs: 50 }, "baseDelayMs must be <= "],
])("34. retry options are checked where they are given: %j", async (retry, text) => {
  for (const add of [
    (agent: Planner) => agent.schedule(60, "run", "x", { retry }),
    (agent: Planner) => agent.queue("run", "x", { retry }),
    (agent: Planner) => agent.retry(async () => 1, retry),
  ]) {
    await expect(inside(async (agent) => void (await add(agent)))).rejects.toThrow(text);
  }
});

test("34. retry options are stored by row, and go before the class's", async () => {
  const retry = { maxAttempts: 4, baseDelayMs: 1, maxDelayMs: 1 };
  await inside((agent) => agent.schedule(60, "fail", "often", { retry }));
  await wake();
  expect(await inside(async (agent) => (await agent.listSchedules())[0]?.retry)).toEqual(retry);
  await clock.advance("61s");
  expect(told.filter((event) => (event as string[])[0] === "fail")).toHaveLength(4);
});

test("34. shouldRetry gets the error and the number of the next attempt", async () => {
  const asking = inside(async (agent) => {
    const seen: unknown[] = [];
    const shouldRetry = (error: unknown, next: number) => {
      seen.push([(error as Error).message, next]);
      return next < 3;
    };
    const work = agent.retry(
      async (attempt) => {
        throw new Error(`attempt ${attempt}`);
      },
      { maxAttempts: 9, shouldRetry },
    );
    return [await work.catch((error: Error) => error.message), seen];
  });
  await clock.advance("1s");
  expect(await asking).toEqual([
    "attempt 2",
    [
      ["attempt 1", 2],
      ["attempt 2", 3],
    ],
  ]);
});

test("35. a failing item goes after its retries, is told of, and blocks none behind it", async () => {
  const retry = { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 2 };
  const stored = await inside(async (agent) => {
    const id = await agent.queue("fail", "broken", { retry });
    await agent.queue("run", "behind");
    return (await agent.getQueue(id))?.retry;
  });
  expect(stored).toEqual(retry);
  await clock.advance("1s");
  const types = told.map((event) => (event as unknown[])[0]);
  expect(types.filter((type) => type === "fail")).toHaveLength(3);
  expect(told).toContainEqual([
    "queue:error",
    expect.objectContaining({ callback: "fail", error: "broken", attempts: 3 }),
  ]);
  expect(told.at(-1)).toEqual(["run", "behind", undefined]);
  expect(await jobs()).toEqual([]);
});
