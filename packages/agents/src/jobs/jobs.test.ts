import { beforeEach, describe, expect, test, vi } from "vitest";
import { fixedRandom, memorySql, TestAlarm, TestClock } from "../../test/support/fakes.ts";
import { DEFAULT_RETRY } from "../retry/options.ts";
import { JobAlarm } from "./alarm.ts";
import type { JobHandler, LifecycleJobContext, LifecycleJobOutcome } from "./job.ts";
import { Jobs } from "./jobs.ts";
import { JobStore } from "./store.ts";

function setUp() {
  const memory = memorySql();
  const clock = new TestClock();
  const slot = new TestAlarm();
  const store = new JobStore(memory.sql);
  const alarm = new JobAlarm(slot, store, clock);
  const events: unknown[] = [];
  let stopped = false;
  const handlers = new Map<string, JobHandler>();
  const jobs = new Jobs({
    clock,
    random: fixedRandom(),
    store,
    alarm,
    emit: (type, payload) => events.push([type, payload]),
    handlerOf: (owner) => handlers.get(owner),
    retryDefaults: () => DEFAULT_RETRY,
    stopped: () => stopped,
  });
  const ran: string[] = [];
  const run = vi.fn<JobHandler["onJob"]>(({ job }) => {
    ran.push(job.fn);
  });
  const failed = vi.fn<(context: LifecycleJobContext, error: unknown) => LifecycleJobOutcome>();
  handlers.set("a", { onJob: run, onJobError: failed });
  return {
    ...{ memory, clock, slot, store, alarm, events, jobs, run, failed, ran, mine: jobs.owned("a") },
    stop: () => {
      stopped = true;
    },
    in: (seconds: number) => clock.now() + seconds * 1000,
  };
}

let it: ReturnType<typeof setUp>;

beforeEach(() => {
  it = setUp();
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue();
});

describe("the alarm", () => {
  test("is set anew for what comes after a transaction that was rolled back", async () => {
    await it.mine.push({ id: "gone", fn: "gone", time: it.in(5) });
    it.memory.sql("DROP TABLE cf_agents_jobs");
    it.slot.at = null;
    await it.mine.push({ id: "kept", fn: "kept", time: it.in(60) });
    expect(it.slot.at).toBe(it.in(60));
    await it.mine.push({ id: "soon", fn: "soon", time: it.in(5) });
    await it.mine.cancel("soon");
    // The removal is rolled back, and with it the alarm.
    it.store.put("soon", "a", { fn: "soon", time: it.in(5) }, 0);
    it.slot.at = it.in(5);
    await it.mine.push({ id: "late", fn: "late", time: it.in(90) });
    expect(it.slot.at).toBe(it.in(5));
  });

  test("is set anew when everything that was stored is deleted, also in the middle of a run", async () => {
    const wipe = () => {
      it.memory.sql("DROP TABLE cf_agents_jobs");
      it.slot.at = null;
    };
    it.run.mockImplementation(wipe);
    await it.mine.push({ fn: "wipes", time: it.in(0) });
    await it.mine.push({ fn: "goes too", time: it.in(5) });
    await it.alarm.enter();
    await it.jobs.runDue();
    await it.alarm.leave(false);
    expect(it.slot.at).toBeNull();
    await it.mine.push({ fn: "first", time: it.in(60) });
    // Stands by the rows since, not by a push.
    await it.alarm.recheck();
    wipe();
    await it.mine.push({ fn: "new", time: it.in(70) });
    expect(it.slot.at).toBe(it.in(70));
  });

  test("follows the earliest job, and is written only when it has to move", async () => {
    await it.mine.push({ id: "late", fn: "late", time: it.in(60) });
    await it.mine.push({ id: "later", fn: "later", time: it.in(90) });
    expect([it.slot.at, it.slot.writes]).toEqual([it.in(60), 1]);
    await it.mine.push({ id: "soon", fn: "soon", time: it.in(5) });
    expect(it.slot.at).toBe(it.in(5));
    await it.mine.cancel("later");
    expect(it.slot.writes).toBe(2);
    await it.mine.cancel("soon");
    expect(it.slot.at).toBe(it.in(60));
    await it.mine.reschedule("late", it.in(70));
    expect(it.slot.at).toBe(it.in(70));
    await it.mine.cancel("late");
    expect(it.slot.at).toBeNull();
  });

  test("waits for an exclusive job alone", async () => {
    await it.mine.push({ fn: "soon", time: it.in(5) });
    await it.mine.push({ fn: "alone", time: it.in(60), exclusive: true });
    await it.alarm.rearm();
    expect(it.slot.at).toBe(it.in(60));
  });

  test("comes again after 30 s when a run dies, and is repaired at start when it was lost", async () => {
    await it.mine.push({ fn: "work", time: it.in(0) });
    it.slot.at = null;
    await it.alarm.enter();
    expect(it.slot.at).toBe(it.in(30));
    const restarted = new JobAlarm(it.slot, it.store, it.clock);
    it.slot.at = null;
    await restarted.repair();
    expect(it.slot.at).toBe(it.clock.now() + 1);
    const { writes } = it.slot;
    await restarted.repair();
    expect(it.slot.writes).toBe(writes);
  });

  test("for a job later than the platform's last date is set to that date", async () => {
    await it.mine.push({ fn: "later", time: 253_402_300_799_999 });
    expect(it.slot.at).toBe(9_223_372_036_854);
    await it.mine.push({ fn: "sooner", time: it.in(5) });
    expect(it.slot.at).toBe(it.in(5));
  });

  test("of an object without jobs is left alone", async () => {
    it.slot.at = 42;
    await it.alarm.repair();
    expect([it.slot.at, it.slot.writes, it.memory.sql("SELECT name FROM sqlite_master")]).toEqual([
      42,
      0,
      [],
    ]);
  });
});

describe("running", () => {
  test("goes by the order of pushing where the time is the same", async () => {
    for (const id of ["c", "a", "b"]) await it.mine.push({ id, fn: id, time: it.in(1) });
    const [first] = it.mine.list();
    expect(first).toMatchObject({ id: "c", createdAt: Math.floor(it.clock.now() / 1000) });
    it.clock.advance(1000);
    await it.jobs.runDue();
    expect(it.ran).toEqual(["c", "a", "b"]);
  });

  test("goes by time, and leaves out what an earlier job cancelled or moved", async () => {
    it.run.mockImplementation(async ({ job }) => {
      it.ran.push(job.fn);
      if (job.fn === "first") {
        await it.mine.cancel("second");
        await it.mine.reschedule("third", it.in(60));
      }
    });
    await it.mine.push({ id: "third", fn: "third", time: it.in(-1) });
    await it.mine.push({ id: "first", fn: "first", time: it.in(-3) });
    await it.mine.push({ id: "second", fn: "second", time: it.in(-2) });
    await it.mine.push({ id: "future", fn: "future", time: it.in(1) });
    await it.jobs.runDue();
    expect(it.ran).toEqual(["first"]);
    expect(it.mine.list().map((job) => job.id)).toEqual(["future", "third"]);
  });

  test("tries three times, then asks what becomes of the job", async () => {
    it.run.mockRejectedValue(new Error("no"));
    it.failed.mockReturnValue({ rescheduleAt: it.in(600) });
    await it.mine.push({ id: "j", fn: "j", time: it.in(0) });
    await it.jobs.runDue();
    expect(it.run.mock.calls.map(([context]) => context.attempt)).toEqual([1, 2, 3]);
    expect(it.clock.slept).toEqual([200, 400]);
    expect(it.mine.get("j")?.time).toBe(1_000_000_600_000);
  });

  test("keeps a job and rejects when the platform failed", async () => {
    const reset = new Error("Durable Object reset because its code was updated.");
    it.run.mockRejectedValue(reset);
    await it.mine.push({ id: "j", fn: "j", time: it.in(0), singleflight: true });
    await expect(it.jobs.runDue()).rejects.toBe(reset);
    expect(it.run).toHaveBeenCalledTimes(1);
    expect(it.failed).not.toHaveBeenCalled();
    expect(it.store.get("j")?.mark.running).toBe(false);
  });

  test("a wrong outcome, and an owner that cannot deal with failures, block nobody", async () => {
    it.run.mockImplementation(({ job }) => {
      if (job.fn === "wrong") return 42 as never;
      if (job.fn === "fails") throw new Error("no");
      it.ran.push(job.fn);
    });
    it.failed.mockImplementation(({ job }) => {
      if (job.fn === "fails") throw new Error("no idea");
    });
    await it.mine.push({ fn: "wrong", time: it.in(-3) });
    await it.mine.push({ fn: "fails", time: it.in(-2), retry: { maxAttempts: 1 } });
    await it.mine.push({ fn: "fine", time: it.in(-1) });
    await it.jobs.runDue();
    expect([it.ran, it.mine.list()]).toEqual([["fine"], []]);
    expect(it.failed.mock.calls[0]?.[1]).toMatchObject({
      code: "invalid_job",
      message: expect.stringMatching(/^Invalid job outcome for /),
    });
  });

  test("a push during the run wins over the outcome", async () => {
    it.run.mockImplementation(async () => {
      await it.mine.push({ id: "j", fn: "again", time: it.in(60) });
    });
    await it.mine.push({ id: "j", fn: "once", time: it.in(0) });
    await it.jobs.runDue();
    expect(it.mine.list()).toMatchObject([{ id: "j", fn: "again" }]);
  });

  test("a single-flight job is marked while it runs, and skipped while marked", async () => {
    const marks: boolean[] = [];
    it.run.mockImplementation(() => {
      marks.push(it.store.get("j")?.mark.running === true);
      return { rescheduleAt: it.in(10) };
    });
    await it.mine.push({ id: "j", fn: "j", time: it.in(0), singleflight: true });
    await it.jobs.runDue();
    expect([marks, it.store.get("j")?.mark.running]).toEqual([[true], false]);
    it.clock.advance(10_000);
    it.store.markRunning("j", it.clock.now());
    await it.jobs.runDue();
    expect(marks).toHaveLength(1);
    it.clock.advance(30_000);
    await it.jobs.runDue();
    expect(marks).toHaveLength(2);
  });

  test("ends when the object is destroyed, and stores nothing more", async () => {
    it.run.mockImplementation(() => it.stop());
    await it.mine.push({ id: "a", fn: "a", time: it.in(-2) });
    await it.mine.push({ id: "b", fn: "b", time: it.in(-1) });
    const before = it.memory.statements.length;
    await it.jobs.runDue();
    expect(it.run).toHaveBeenCalledTimes(1);
    expect(it.memory.statements.slice(before).every((text) => text.startsWith("SELECT"))).toBe(
      true,
    );
  });

  test("reports slow jobs and backlogs", async () => {
    it.run.mockImplementation(({ job }) => {
      if (job.fn === "slow") it.clock.advance(30_000);
    });
    await it.mine.push({ id: "slow", fn: "slow", time: it.in(-1) });
    for (let n = 0; n < 9; n++) await it.mine.push({ fn: "quick", time: it.in(0) });
    await it.jobs.runDue();
    expect(it.events).toEqual([
      ["job:backlog_warning", { capability: "a", count: 10 }],
      ["job:slow_dispatch", { capability: "a", fn: "slow", id: "slow", thresholdMs: 30_000 }],
    ]);
    expect(it.clock.pending).toBe(0);
  });

  test("drops jobs nobody runs and jobs that cannot be read", async () => {
    await it.jobs.owned("gone").push({ id: "orphan", fn: "x", time: it.in(0) });
    await it.mine.push({ id: "broken", fn: "x", time: it.in(0) });
    it.memory.sql("UPDATE cf_agents_jobs SET payload = '{' WHERE id = 'broken'");
    expect(it.mine.list()).toEqual([]);
    await it.jobs.runDue();
    expect(it.run).not.toHaveBeenCalled();
    expect(it.store.due(it.in(99))).toEqual([]);
  });
});

test("jobs belong to their owner", async () => {
  const other = it.jobs.owned("b");
  await it.mine.push({ id: "j", fn: "j", time: it.in(60), payload: { x: [1] } });
  expect(it.mine.get("j")).toMatchObject({
    capability: "a",
    payload: { x: [1] },
    retry: undefined,
  });
  expect([other.get("j"), await other.cancel("j"), await other.reschedule("j", 1)]).toEqual([
    undefined,
    false,
    false,
  ]);
  await expect(other.push({ id: "j", fn: "j", time: 1 })).rejects.toThrow(
    'Job id "j" already belongs to "a"; job ids are scoped to their owner',
  );
  await expect(it.mine.push({ fn: "", time: 1 })).rejects.toThrow("Jobs require a non-empty fn");
  await expect(it.mine.push({ fn: "x", time: -1 })).rejects.toThrow("Invalid job time: -1");
});
