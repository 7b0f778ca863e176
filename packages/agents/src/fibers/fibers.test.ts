import { beforeEach, describe, expect, test, vi } from "vitest";
import { fixedRandom, memorySql, TestAlarm, TestClock } from "../../test/support/fakes.ts";
import { JobAlarm } from "../jobs/alarm.ts";
import { Jobs } from "../jobs/jobs.ts";
import { JobStore } from "../jobs/store.ts";
import type { Random } from "../random.ts";
import { DEFAULT_RETRY } from "../retry/options.ts";
import { stashInFiber } from "./current.ts";
import { Fibers } from "./fibers.ts";
import { FiberRecovery, type RecoveryLimits } from "./recovery.ts";
import { FiberStore } from "./store.ts";
import type { FiberContext, FiberRecoveryContext, FiberRecoveryResult } from "./types.ts";

const LIMITS: RecoveryLimits = {
  fiberRecoveryHookTimeoutMs: 10_000,
  fiberRecoveryScanDeadlineMs: 10_000,
  fiberRecoveryMaxAgeMs: 86_400_000,
  keepAliveIntervalMs: 1000,
};

type Hook = (
  context: FiberRecoveryContext,
) => FiberRecoveryResult | undefined | Promise<FiberRecoveryResult | undefined>;

/** One life of an object with fibers; another on the same memory is the next life. */
function life(
  before: { memory?: ReturnType<typeof memorySql>; clock?: TestClock; random?: Random } = {},
  limits: Partial<RecoveryLimits> = {},
) {
  const { memory = memorySql(), clock = new TestClock(1000), random = fixedRandom() } = before;
  const events: [type: string, payload: Record<string, unknown>][] = [];
  const emit = (type: string, payload: object) => void events.push([type, { ...payload }]);
  const store = new JobStore(memory.sql);
  const alarm = new JobAlarm(new TestAlarm(), store, clock);
  const jobs = new Jobs({
    ...{ clock, random, emit, store, alarm, handlerOf: () => undefined, stopped: () => false },
    retryDefaults: () => DEFAULT_RETRY,
  }).owned("host");
  const held = { count: 0 };
  const hold = async () => {
    held.count++;
    return () => void held.count--;
  };
  const fiberStore = new FiberStore(memory.sql);
  const fibers = new Fibers({ clock, random, emit, store: fiberStore, hold });
  const recovered: FiberRecoveryContext[] = [];
  const hooks = {
    internal: async (_context: FiberRecoveryContext) => false,
    user: (() => undefined) as Hook,
  };
  const recovery = new FiberRecovery({
    ...{ clock, emit, store: fiberStore, fibers, limits: { ...LIMITS, ...limits } },
    jobs: () => jobs,
    recoverInternally: (context) => hooks.internal(context),
    async recover(context) {
      recovered.push(context);
      return hooks.user(context);
    },
  });
  const { sql } = memory;
  /** Looks again when that is due. */
  const lookAgain = async () => {
    const [job] = jobs.list();
    if (job) clock.advance(job.time - clock.now());
    await recovery.look();
  };
  return {
    ...{
      lookAgain,
      memory,
      clock,
      random,
      events,
      jobs,
      held,
      fibers,
      recovered,
      hooks,
      recovery,
      sql,
    },
    runs: () => sql<{ id: string; snapshot: string }>("SELECT * FROM cf_agents_runs ORDER BY id"),
    types: () => events.map(([type]) => type.slice("fiber:".length)),
  };
}

const ticks = () => new Promise<void>((resolve) => setImmediate(resolve));
/** Code that stashes and never ends. */
const hang = async ({ stash }: FiberContext): Promise<never> => {
  stash({ at: "half" });
  return new Promise(() => undefined);
};

beforeEach(() => {
  vi.spyOn(console, "error").mockReset().mockReturnValue();
  vi.spyOn(console, "warn").mockReset().mockReturnValue();
});

describe("a fiber that is run", () => {
  test("is stored while it runs, holds the object awake, and gives its result", async () => {
    const it = life();
    const gate = Promise.withResolvers<string>();
    const result = it.fibers.run("work", async (context) => {
      expect(Object.keys(context)).toEqual(["id", "signal", "stash", "snapshot"]);
      expect([context.snapshot, context.signal.aborted]).toEqual([null, false]);
      context.stash({ at: 1 });
      stashInFiber({ at: 2 });
      return gate.promise;
    });
    await ticks();
    expect(it.runs()).toMatchObject([{ id: "id-1", name: "work", snapshot: '{"at":2}' }]);
    expect([it.held.count, it.fibers.isRunning("id-1")]).toEqual([1, true]);
    it.clock.advance(7);
    gate.resolve("done");
    expect(await result).toBe("done");
    expect([it.runs(), it.held.count, it.fibers.isRunning("id-1")]).toEqual([[], 0, false]);
    const note = { fiberId: "id-1", fiberName: "work", managed: false };
    expect(it.events).toEqual([
      ["fiber:run:started", note],
      ["fiber:run:completed", { ...note, elapsedMs: 7 }],
    ]);
  });

  test("leaves nothing behind when it fails, and is not run again", async () => {
    const it = life();
    const failing = it.fibers.run("work", async () => {
      throw new TypeError("broke");
    });
    await expect(failing).rejects.toThrow(new TypeError("broke"));
    expect([it.runs(), it.held.count]).toEqual([[], 0]);
    expect(it.types()).toEqual(["run:started", "run:failed"]);
  });

  test("stashes for itself alone, beside others, and not after its end", async () => {
    const it = life();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const leaked: FiberContext[] = [];
    const all = gates.map((gate, index) =>
      it.fibers.run("same", async (context) => {
        leaked.push(context);
        await gate.promise;
        stashInFiber({ index });
        await new Promise<void>((resolve) => setImmediate(resolve));
      }),
    );
    for (const gate of gates) gate.resolve();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(it.runs().map(({ snapshot }) => snapshot)).toEqual(['{"index":0}', '{"index":1}']);
    await Promise.all(all);
    leaked[0]?.stash("late");
    expect(it.runs()).toEqual([]);
    expect(() => stashInFiber(1)).toThrow("stash() called outside a fiber");
  });

  test("may have something stored from its start, and around what it stashes", async () => {
    const it = life();
    const wrapStash = (data: unknown) => ({ internal: 1, data });
    const snapshots: unknown[] = [];
    await it.fibers.run(
      "chat",
      async ({ stash }) => {
        snapshots.push(it.runs()[0]?.snapshot);
        stash("user's");
        snapshots.push(it.runs()[0]?.snapshot);
      },
      { initialSnapshot: { internal: 0 }, wrapStash },
    );
    expect(snapshots).toEqual(['{"internal":0}', '{"internal":1,"data":"user\'s"}']);
  });
});

describe("a fiber that is started", () => {
  test("is stored before it runs, and can be looked at and joined", async () => {
    const it = life();
    const gate = Promise.withResolvers<void>();
    const options = { idempotencyKey: "k", fiberId: "F", metadata: { m: 1 } };
    const code = async ({ stash }: FiberContext) => {
      stash({ at: 1 });
      await gate.promise;
    };
    const described = {
      ...{ fiberId: "F", name: "work", createdAt: 1000, idempotencyKey: "k", metadata: { m: 1 } },
    };
    expect(await it.fibers.start("work", code, options)).toEqual({
      ...{ ...described, status: "pending", accepted: true },
    });
    await ticks();
    const running = { ...described, status: "running", startedAt: 1000, snapshot: { at: 1 } };
    expect([it.fibers.inspect("F"), it.fibers.inspectByKey("k")]).toEqual([running, running]);
    const joined = it.fibers.start("other", code, { fiberId: "F", waitForCompletion: true });
    expect(await it.fibers.start("other", code, { idempotencyKey: "k" })).toEqual({
      ...{ ...running, accepted: false },
    });
    it.clock.advance(5);
    gate.resolve();
    expect(await joined).toEqual({
      ...{ ...running, status: "completed", settledAt: 1005, accepted: false },
    });
    expect([it.runs(), it.held.count]).toEqual([[], 0]);
    expect([it.fibers.inspect("none"), it.fibers.inspectByKey("none")]).toEqual([null, null]);
  });

  test("keeps its error, and is waited for when that is asked", async () => {
    const it = life();
    const failed = await it.fibers.start(
      "work",
      async () => {
        throw new TypeError("broke");
      },
      { waitForCompletion: true },
    );
    expect(failed).toMatchObject({ status: "error", error: "broke", accepted: true });
    expect(console.error).toHaveBeenCalledOnce();
  });

  test("is refused with blank ids, or with those of two fibers", async () => {
    const it = life();
    await it.fibers.start("a", hang, { fiberId: "A", idempotencyKey: "ka" });
    const refuses = async (options: object, message: string) =>
      await expect(it.fibers.start("b", hang, options)).rejects.toThrow(message);
    await refuses({ fiberId: " " }, "fiberId must not be blank");
    await refuses({ idempotencyKey: "" }, "idempotencyKey must not be blank");
    await refuses({ fiberId: "B", idempotencyKey: "ka" }, "refer to different fibers");
    expect(it.fibers.list()).toHaveLength(1);
  });

  test("that is cancelled wakes those who wait, and cannot take it back", async () => {
    const it = life();
    const gate = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    await it.fibers.start(
      "work",
      async ({ signal }) => {
        signal.addEventListener("abort", () => reasons.push(signal.reason));
        await gate.promise;
      },
      { fiberId: "F", idempotencyKey: "k" },
    );
    const waiter = it.fibers.start("work", hang, { fiberId: "F", waitForCompletion: true });
    await ticks();
    expect(it.fibers.cancel("F", "why")).toBe(true);
    expect(await waiter).toMatchObject({ status: "aborted", error: "why" });
    gate.resolve();
    await ticks();
    expect(it.fibers.inspect("F")).toMatchObject({ status: "aborted", error: "why" });
    expect([it.fibers.cancel("F"), it.fibers.cancelByKey("k"), it.fibers.cancel("none")]).toEqual([
      false,
      false,
      false,
    ]);
    expect([reasons, it.runs(), it.held.count]).toEqual([["why"], [], 0]);
  });

  test("is listed newest first, and deleted oldest first, unless it is interrupted", async () => {
    const it = life();
    for (const fiberId of ["a", "b", "c"]) {
      await it.fibers.start(fiberId === "c" ? "other" : "work", async () => undefined, { fiberId });
      await ticks();
      it.clock.advance(10);
    }
    await it.fibers.start("work", hang, { fiberId: "d" });
    const ids = (options?: Parameters<typeof it.fibers.list>[0]) =>
      it.fibers.list(options).map(({ fiberId }) => fiberId);
    expect(ids()).toEqual(["d", "c", "b", "a"]);
    expect(ids({ limit: 0 })).toEqual(["d"]);
    expect(ids({ status: "completed", name: "work" })).toEqual(["b", "a"]);
    expect(ids({ status: "odd" as never })).toEqual([]);
    expect(it.fibers.delete({ limit: 1 })).toBe(1);
    expect(it.fibers.delete({ status: ["running", "pending"] })).toBe(0);
    expect(it.fibers.delete({ settledBefore: new Date(1015) })).toBe(1);
    it.sql("UPDATE cf_agents_fibers SET status = 'interrupted' WHERE fiber_id = 'c'");
    expect([it.fibers.delete(), ids()]).toEqual([0, ["d", "c"]]);
    expect([it.fibers.delete({ status: "interrupted" }), ids()]).toEqual([1, ["d"]]);
  });
});

describe("recovery", () => {
  test("hands over what was stashed, and leaves what runs alone", async () => {
    const first = life();
    void first.fibers.run("plain", hang);
    await first.fibers.start("kept", hang, {
      fiberId: "F",
      idempotencyKey: "k",
      metadata: { m: 1 },
    });
    await first.recovery.look();
    expect(first.recovered).toEqual([]);
    const second = life(first);
    second.clock.advance(5);
    void second.fibers.run("new", hang);
    await second.recovery.look();
    const common = { snapshot: { at: "half" }, createdAt: 1000, recoveryReason: "interrupted" };
    expect(second.recovered).toEqual([
      {
        ...{ id: "F", name: "kept", ...common, status: "interrupted" },
        ...{ idempotencyKey: "k", metadata: { m: 1 } },
      },
      { id: "id-1", name: "plain", ...common },
    ]);
    expect(second.fibers.inspect("F")).toMatchObject({ status: "interrupted", settledAt: 1005 });
    expect(second.runs()).toHaveLength(1);
    expect(second.types().slice(1, 5)).toEqual([
      ...["recovery:detected", "run:interrupted", "recovery:attempt", "recovery:handled"],
    ]);
    expect(second.jobs.list()).toEqual([]);
  });

  test.each<[FiberRecoveryResult, object]>([
    [
      { status: "completed", snapshot: { z: 1 }, metadata: { q: 1 } },
      { status: "completed", snapshot: { z: 1 }, metadata: { q: 1 } },
    ],
    [
      { status: "error", error: new Error("boo") },
      { status: "error", error: "boo" },
    ],
    [
      { status: "aborted", reason: "r" },
      { status: "aborted", error: "r" },
    ],
    [
      { status: "interrupted", snapshot: 2 },
      { status: "interrupted", snapshot: 2 },
    ],
  ])("records what became of a fiber: %#", async (result, expected) => {
    const first = life();
    await first.fibers.start("kept", hang, { fiberId: "F", metadata: { m: 1 } });
    const second = life(first);
    second.hooks.user = () => result;
    await second.recovery.look();
    expect(second.fibers.inspect("F")).toMatchObject({ metadata: { m: 1 }, ...expected });
    expect(second.runs()).toEqual([]);
  });

  test("may be left to a later call, once", async () => {
    const first = life();
    await first.fibers.start("kept", hang, { fiberId: "F" });
    const second = life(first);
    await second.recovery.look();
    expect(() => second.fibers.resolve("F", { status: "odd" } as never)).toThrow("is resolved as");
    expect(second.fibers.resolve("F", { status: "completed", snapshot: "s" })).toBe(true);
    expect(second.fibers.inspect("F")).toMatchObject({ status: "completed", snapshot: "s" });
    expect(second.fibers.resolve("F", { status: "completed" })).toBe(false);
    expect(life().fibers.resolve("F", { status: "completed" })).toBe(false);
  });

  test("of a fiber with a record fails it when the hook does", async () => {
    const first = life();
    await first.fibers.start("kept", hang, { fiberId: "F" });
    const second = life(first);
    second.hooks.user = () => ({ status: "odd" }) as never;
    await second.recovery.look();
    expect(second.fibers.inspect("F")).toMatchObject({
      ...{ status: "error", error: "onFiberRecovered returned something other than a result" },
    });
    expect([second.runs(), second.jobs.list()]).toEqual([[], []]);
  });

  test("of a fiber without one is tried again, ever later, until it is too old", async () => {
    const first = life();
    void first.fibers.run("poison", hang);
    const second = life(first);
    second.hooks.user = () => {
      throw new Error("hook broke");
    };
    const waits: number[] = [];
    for (let look = 0; look < 11; look++) {
      await second.lookAgain();
      const [job] = second.jobs.list();
      waits.push((job?.time ?? 0) - second.clock.now());
    }
    expect(waits).toEqual([
      ...[2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000],
      ...[300_000, 300_000, 300_000],
    ]);
    second.clock.advance(86_400_001);
    await second.recovery.look();
    expect(second.events.at(-1)).toMatchObject([
      "fiber:recovery:skipped",
      { fiberName: "poison", reason: "max_age_exceeded" },
    ]);
    expect([second.runs(), second.jobs.list()]).toEqual([[], []]);
  });

  test("is not hurried by other alarms", async () => {
    const first = life();
    void first.fibers.run("poison", hang);
    const second = life(first);
    second.hooks.user = () => {
      throw new Error("hook broke");
    };
    await second.recovery.look();
    second.clock.advance(1999);
    await second.recovery.look();
    expect(second.recovered).toHaveLength(1);
    second.clock.advance(1);
    await second.recovery.look();
    expect(second.recovered).toHaveLength(2);
  });

  test("with an age of 0 never gives up", async () => {
    const first = life();
    void first.fibers.run("poison", hang);
    const second = life(first, { fiberRecoveryMaxAgeMs: 0 });
    second.hooks.user = () => {
      throw new Error("hook broke");
    };
    second.clock.advance(864_000_000);
    await second.recovery.look();
    expect(second.runs()).toHaveLength(1);
  });

  test("that makes progress begins its waits anew", async () => {
    const first = life();
    void first.fibers.run("poison", hang);
    const second = life(first);
    second.hooks.user = ({ name }) => {
      if (name === "poison") throw new Error("hook broke");
      return undefined;
    };
    for (let look = 0; look < 3; look++) await second.lookAgain();
    second.sql("INSERT INTO cf_agents_runs (id, name, created_at) VALUES ('x', 'fine', 1)");
    await second.lookAgain();
    expect(second.jobs.list()).toMatchObject([
      { id: "cf:housekeeping", fn: "housekeeping", time: second.clock.now() + 1000 },
    ]);
  });

  test("stops at its deadline, and goes on later", async () => {
    const first = life();
    for (const name of ["one", "two", "three"]) void first.fibers.run(name, hang);
    const second = life(first, { fiberRecoveryScanDeadlineMs: 100 });
    second.hooks.user = () => {
      second.clock.advance(101);
      return undefined;
    };
    await second.recovery.look();
    expect(second.runs()).toHaveLength(2);
    expect(second.events.at(-1)).toMatchObject([
      "fiber:recovery:skipped",
      { fiberName: "two", reason: "scan_deadline_exceeded" },
    ]);
    expect(second.jobs.list()).toHaveLength(1);
    await second.lookAgain();
    await second.lookAgain();
    expect([second.runs(), second.jobs.list(), second.recovered.length]).toEqual([[], [], 3]);
  });

  test("asks the SDK's own hook first, for no longer than it may", async () => {
    const first = life();
    void first.fibers.run("own", hang);
    void first.fibers.run("stuck", hang);
    const second = life(first);
    second.hooks.internal = async ({ name }) =>
      name === "own" || new Promise<never>(() => undefined);
    const looking = second.recovery.look();
    await ticks();
    second.clock.advance(10_000);
    await looking;
    expect(second.recovered).toEqual([]);
    expect(second.events.map(([, { status, error }]) => status ?? error).filter(Boolean)).toEqual([
      "internal",
      'Fiber recovery hook timed out after 10000ms for "stuck" (id-2)',
    ]);
    expect(second.runs()).toHaveLength(1);
  });

  test("looks once at a time, and does not see what its hook begins", async () => {
    const first = life();
    void first.fibers.run("work", hang);
    const second = life(first);
    second.hooks.user = () => {
      void second.fibers.run("again", hang);
      return undefined;
    };
    await Promise.all([second.recovery.look(), second.recovery.look()]);
    await second.recovery.look();
    expect(second.recovered.map(({ name }) => name)).toEqual(["work"]);
    expect(second.runs()).toMatchObject([{ name: "again" }]);
  });

  test("takes a snapshot that cannot be read for none", async () => {
    const first = life();
    void first.fibers.run("work", hang);
    first.sql("UPDATE cf_agents_runs SET snapshot = '{bad'");
    const second = life(first);
    await second.recovery.look();
    expect(second.recovered).toMatchObject([{ name: "work", snapshot: null }]);
    expect(console.warn).toHaveBeenCalledWith(
      "[Agent] Corrupted snapshot for fiber id-1, treating as null",
    );
  });

  test("finds a fiber of which only the record is left, and again when it ends half-way", async () => {
    const first = life();
    await first.fibers.start("kept", hang, { fiberId: "F" });
    await ticks();
    first.sql("DELETE FROM cf_agents_runs");
    const second = life(first);
    second.hooks.user = () => new Promise<never>(() => undefined);
    void second.recovery.look();
    await ticks();
    const third = life(first);
    await third.recovery.look();
    expect([second.recovered, third.recovered]).toMatchObject([
      [{ id: "F", snapshot: { at: "half" } }],
      [{ id: "F", snapshot: { at: "half" } }],
    ]);
    expect([third.fibers.inspect("F"), third.runs()]).toMatchObject([
      { status: "interrupted" },
      [],
    ]);
  });

  test.each([
    ["completed", null],
    ["error", "em"],
  ])("does not take a fiber that had ended as %s for interrupted", async (outcome, error) => {
    const first = life();
    await first.fibers.start("kept", hang, { fiberId: "F" });
    void first.fibers.run("plain", hang);
    first.sql(
      "UPDATE cf_agents_runs SET completed_at = 5, outcome = ?, error_message = ?",
      outcome,
      error,
    );
    const second = life(first);
    await second.recovery.look();
    expect([second.recovered, second.runs()]).toEqual([[], []]);
    const settled = { status: outcome, settledAt: 5, ...(error === null ? {} : { error }) };
    expect(second.fibers.inspect("F")).toMatchObject(settled);
  });

  test("leaves a fiber alone that was cancelled before the end of its process", async () => {
    const first = life();
    await first.fibers.start("kept", hang, { fiberId: "F" });
    first.fibers.cancel("F", "why");
    const second = life(first);
    await second.recovery.look();
    expect([second.recovered, second.runs()]).toEqual([[], []]);
    expect(second.fibers.inspect("F")).toMatchObject({ status: "aborted", error: "why" });
  });

  test("costs an object without fibers no more than one question", async () => {
    const it = life();
    await it.recovery.look();
    await it.recovery.look();
    expect([it.memory.statements.length, it.events]).toEqual([1, []]);
  });
});

describe("tables", () => {
  test("of versions before 0.3 get the columns they lack", async () => {
    const memory = memorySql();
    memory.sql(
      `CREATE TABLE cf_agents_runs (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, snapshot TEXT,
        created_at INTEGER NOT NULL)`,
    );
    memory.sql("INSERT INTO cf_agents_runs VALUES ('old', 'work', '1', 7)");
    const it = life({ memory });
    await it.recovery.look();
    expect(it.recovered).toMatchObject([{ id: "old", snapshot: 1, createdAt: 7 }]);
    void it.fibers.run("new", hang);
    await ticks();
    expect(Object.keys(it.runs()[0] ?? {})).toEqual([
      ...["id", "name", "snapshot", "created_at", "completed_at", "outcome", "error_message"],
    ]);
  });

  test("that fail when a fiber ends leave word that it has", async () => {
    const it = life();
    const gate = Promise.withResolvers<void>();
    await it.fibers.start("work", () => gate.promise, { fiberId: "F" });
    it.sql(
      "CREATE TRIGGER broken BEFORE DELETE ON cf_agents_runs BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    gate.resolve();
    await ticks();
    expect(it.runs()).toMatchObject([{ id: "F", outcome: "completed", completed_at: 1000 }]);
    expect(vi.mocked(console.error).mock.calls[0]?.[0]).toBe(
      '[Agent] Failed to finalize fiber "work" (F); leaving run row for recovery:',
    );
  });
});
