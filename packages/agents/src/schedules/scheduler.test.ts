import { beforeEach, describe, expect, test, vi } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import { testServices } from "../../test/support/services.ts";
import { Scheduler } from "./scheduler.ts";

function setUp() {
  const clock = new TestClock(Date.parse("2026-11-23T10:00:00.500Z"));
  const world = testServices({ clock });
  const invoke = vi.fn<(name: string, payload: unknown, schedule: unknown) => unknown>();
  const failures: unknown[] = [];
  const callback = (name: string) => (payload: unknown, schedule: unknown) =>
    invoke(name, payload, schedule);
  const schedules = world.install(
    new Scheduler({
      callbacks: { wake: callback("wake"), tick: callback("tick") },
      onError: (error) => void failures.push(error),
    }),
  );
  const startUp = async (body: () => Promise<unknown>) => {
    world.world.status = "starting";
    await schedules.onStart();
    await body();
    world.world.status = "started";
  };
  return { ...world, sql: world.memory.sql, invoke, failures, schedules, startUp };
}

let it: ReturnType<typeof setUp>;
const SECOND = 1000;

beforeEach(() => {
  it = setUp();
  vi.spyOn(console, "warn").mockReset().mockReturnValue();
  vi.spyOn(console, "error").mockReset().mockReturnValue();
});

describe("adding", () => {
  test("takes moments, delays, cron expressions and intervals", async () => {
    const now = Math.floor(it.clock.now() / 1000);
    const moment = await it.schedules.set(new Date((now + 5) * 1000 + 700), "wake", { a: 1 });
    const delay = await it.schedules.set(2, "wake", undefined);
    const cron = await it.schedules.set("*/5 * * * *", "wake", null);
    const interval = await it.schedules.every(10, "tick", "x");
    expect([moment.time - now, delay.time - now, cron.time - now, interval.time - now]).toEqual([
      5, 2, 300, 10,
    ]);
    expect(await it.schedules.list()).toEqual([delay, moment, interval, cron]);
    expect(Object.keys(delay)).toEqual([
      "id",
      "callback",
      "payload",
      "type",
      "time",
      "delayInSeconds",
    ]);
    expect(it.slot.at).toBe(delay.time * 1000);
  });

  test.each([
    ["2040-03-01T09:30:00Z", "2040-03-01T09:30:00Z"],
    ["2040-03-01T09:30:00.700+02:00", "2040-03-01T07:30:00Z"],
    [" 2040-03-01 09:30:00Z", "2040-03-01T09:30:00Z"],
    ["2040-03-01", "2040-03-01T00:00:00Z"],
  ])("takes a moment in words, as models write it: %j", async (words, moment) => {
    const added = await it.schedules.set(words, "wake", null);
    expect(added).toMatchObject({ type: "scheduled", time: Date.parse(moment) / 1000 });
    expect(await it.schedules.list({ type: "scheduled" })).toEqual([added]);
  });

  test.each([
    [() => it.schedules.set("2040-02-40T09:30:00Z", "wake", 1), "Invalid date: 2040-02-40T09:30"],
    [
      () => it.schedules.set("2040-03-01T09:30:00Z", "wake", 1, { timezone: "Europe/Oslo" }),
      "timezone is for cron expressions",
    ],
    [() => it.schedules.set(Number.NaN, "wake", 1), "Invalid job time: NaN"],
    [() => it.schedules.set(new Date("?"), "wake", 1), "Invalid job time: NaN"],
    [
      () => it.schedules.set(true as never, "wake", 1),
      "Invalid schedule type: true(boolean) trying to schedule wake",
    ],
    [
      () => it.schedules.set("* *", "wake", 1),
      "Invalid cron expression: expected 5 or 6 elements.",
    ],
    [() => it.schedules.set("0 0 30 2 *", "wake", 1), "No valid next date was found."],
    [() => it.schedules.set(1, 5 as never), "Callback must be a string"],
    [
      () => it.schedules.set(1, "none" as never),
      'Unknown scheduled callback "none": not registered on this Scheduler',
    ],
    [
      () => it.schedules.set(1, "wake", 1, { retry: { maxAttempts: 1.5 } }),
      "retry.maxAttempts must be an integer",
    ],
    [() => it.schedules.every(0, "tick", 1), "intervalSeconds must be a positive number"],
    [
      () => it.schedules.every(2_592_001, "tick", 1),
      "intervalSeconds cannot exceed 2592000 seconds (30 days)",
    ],
  ])("refuses what cannot be: %#", async (add, message) => {
    await expect(add()).rejects.toThrow(message);
    expect(await it.schedules.list()).toEqual([]);
  });

  test("cron and intervals are added once; the others when asked, and the alarm is repaired", async () => {
    const cron = await it.schedules.set("0 9 * * *", "wake", { a: 1 });
    expect(await it.schedules.set("0 9 * * *", "wake", { a: 1 })).toEqual(cron);
    const interval = await it.schedules.every(60, "tick", undefined);
    it.clock.advance(5 * SECOND);
    expect(await it.schedules.every(60, "tick", undefined)).toEqual(interval);
    await it.schedules.set(5, "wake", 1);
    await it.schedules.set(5, "wake", 1);
    const [, ...rest] = await it.schedules.list();
    expect(rest).toHaveLength(3);
    await it.schedules.set(9, "wake", 1, { idempotent: true });
    await it.schedules.set("0 9 * * *", "wake", { a: 1 }, { idempotent: false });
    expect(await it.schedules.list()).toHaveLength(5);
    expect(it.events.filter(([type]) => type === "schedule:create")).toHaveLength(5);
  });

  test("during a start, one warning for each callback that would pile up", async () => {
    await it.startUp(async () => {
      await it.schedules.set(1, "wake", 1);
      await it.schedules.set(2, "wake", 1);
      await it.schedules.set(3, "tick", 1, { idempotent: false });
      await it.schedules.every(3, "tick", 1);
    });
    await it.schedules.set(4, "tick", 1);
    expect(console.warn).toHaveBeenCalledTimes(1);
  });
});

describe("running", () => {
  test("a one-shot gets payload and schedule, and is gone", async () => {
    const schedule = await it.schedules.set(1, "wake", undefined);
    it.clock.advance(SECOND);
    await it.runDue();
    expect(it.invoke).toHaveBeenCalledExactlyOnceWith("wake", undefined, schedule);
    expect(await it.schedules.list()).toEqual([]);
    expect(it.events.map(([type]) => type)).toEqual(["schedule:create", "schedule:execute"]);
  });

  test("an interval counts from its end, also after a failure; cron goes to its next time", async () => {
    await it.schedules.every(10, "tick", 1);
    await it.schedules.set("* * * * *", "wake", 1);
    it.invoke.mockImplementation((name) => {
      it.clock.advance(3 * SECOND);
      if (name === "tick") throw new Error("no");
    });
    it.clock.advance(60 * SECOND);
    await it.runDue();
    expect(it.failures).toHaveLength(1);
    expect((await it.schedules.list({ type: "interval" }))[0]?.time).toBeGreaterThan(
      it.clock.now() / 1000,
    );
    const [cron] = await it.schedules.list({ type: "cron" });
    expect((cron?.time ?? 0) % 60).toBe(0);
    expect(it.events.map(([type]) => type).slice(2)).toEqual([
      "schedule:execute",
      "schedule:retry",
      "schedule:retry",
      "schedule:error",
      "schedule:execute",
    ]);
  });

  test("a missing method is told of; what recurs goes on", async () => {
    await it.schedules.every(10, "tick", 1);
    await it.schedules.set(1, "wake", 1);
    it.sql("UPDATE cf_agents_jobs SET fn = 'renamed'");
    it.clock.advance(10 * SECOND);
    await it.runDue();
    expect(console.error).toHaveBeenCalledWith("callback renamed not found");
    expect(await it.schedules.list()).toMatchObject([{ type: "interval" }]);
  });
});

test("criteria combine, and times are inclusive", async () => {
  const first = await it.schedules.set(10, "wake", 1);
  const second = await it.schedules.set(new Date(first.time * 1000 + 5 * SECOND), "wake", 2);
  const at = (seconds: number) => new Date(seconds * 1000);
  expect(await it.schedules.list({ type: "delayed" })).toEqual([first]);
  expect(await it.schedules.list({ timeRange: { start: at(second.time) } })).toEqual([second]);
  expect(await it.schedules.list({ timeRange: { end: at(first.time) } })).toEqual([first]);
  expect(await it.schedules.list({ id: first.id, type: "scheduled" })).toEqual([]);
});

test("cancelling says whether there was something to cancel", async () => {
  const { id } = await it.schedules.set(10, "wake", 1);
  expect([await it.schedules.cancel(id), await it.schedules.cancel(id)]).toEqual([true, false]);
  expect(await it.schedules.get(id)).toBeUndefined();
  expect(it.slot.at).toBeNull();
});

describe("schedules of an object inside another one", () => {
  const address = { key: "child", data: "[child]" };

  /** The scheduler of an object inside `it`'s, whose messages reach it, and the reverse. */
  function nest() {
    const inside = testServices({ address });
    const ran = vi.fn();
    const nested = inside.install(new Scheduler({ callbacks: { wake: ran } }));
    const relay = async () => {
      for (const [, payload] of inside.routed.splice(0) as [string, unknown][]) {
        await it.schedules.onRoute({ source: address, payload });
      }
    };
    const back = async () => {
      for (const [target, payload] of it.routed.splice(0) as [unknown, unknown][]) {
        expect(target).toEqual(address);
        await nested.onRoute({ source: undefined, payload });
      }
    };
    return { inside, nested, ran, relay, back };
  }

  test("are kept by the outermost, apart from its own, and run by their owner", async () => {
    const { nested, ran, relay, back } = nest();
    await nested.set(1, "wake", "mine").catch(() => undefined);
    await relay();
    expect(await it.schedules.list()).toEqual([]);
    const [job] = it.jobs.owned("scheduler").list();
    expect(job?.payload).toMatchObject({ owner_path: "[child]", owner_path_key: "child" });
    expect(await it.schedules.cancel(job?.id ?? "")).toBe(false);
    it.clock.advance(SECOND);
    await it.runDue();
    expect(it.invoke).not.toHaveBeenCalled();
    await back();
    expect(ran).toHaveBeenCalledExactlyOnceWith("mine", expect.objectContaining({ id: job?.id }));
    expect(it.jobs.owned("scheduler").list()).toEqual([]);
  });

  test("go with their owner", async () => {
    const { nested, relay } = nest();
    await nested.every(9, "wake", "mine").catch(() => undefined);
    await relay();
    await it.schedules.every(9, "tick", "its own");
    await it.schedules.__DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix("child");
    expect(it.jobs.owned("scheduler").list()).toHaveLength(1);
  });

  test("cannot be read at once", () => {
    const { nested } = nest();
    expect(() => nested.__DO_NOT_USE_WILL_REMOVE__getSchedule("x")).toThrow(
      "getSchedule() is synchronous and cannot read routed schedule storage. Use await getScheduleById(id) on Agent, or await scheduler.get(id) on a standalone Scheduler.",
    );
    expect(() => nested.__DO_NOT_USE_WILL_REMOVE__getSchedules()).toThrow(
      "Use await listSchedules(criteria) on Agent, or await scheduler.list(criteria) on a standalone Scheduler.",
    );
  });
});
