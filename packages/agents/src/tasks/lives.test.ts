import { beforeEach, describe, expect, test, vi } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import { testServices } from "../../test/support/services.ts";
import { life, ticks } from "../../test/support/task-life.ts";
import { Tasks } from "./tasks.ts";
import type { TaskCallbacks, TaskStep } from "./types.ts";

beforeEach(() => {
  vi.spyOn(console, "error").mockReset().mockReturnValue();
});

describe("after the end of a process", () => {
  test("a run goes on after its last step, and knows which one was interrupted", async () => {
    const did: string[] = [];
    const definition: TaskCallbacks[string] = async (_input, step) => {
      did.push(`top ${JSON.stringify(step.interrupted)}`);
      await step.do("one", () => void did.push("one"));
      await step.do("two", async ({ attempt }) => {
        did.push(`two ${attempt}`);
        if (attempt === 1) await new Promise(() => undefined);
      });
      return "end";
    };
    const first = life({ work: definition });
    const { runId } = await first.tasks.run("work");
    await ticks();
    const second = life({ work: definition }, first);
    await second.tasks.onStart();
    expect(await second.settle(runId)).toMatchObject({ state: "completed", result: "end" });
    expect(did).toEqual([
      ...["top null", "one", "two 1"],
      ...['top {"name":"two","attempt":1}', "two 2"],
    ]);
    expect(second.events[0]).toEqual([
      "task:attempt:interrupted",
      { runId, definition: "work", attempt: 1, step: "two" },
    ]);
  });

  test("the attempt that was lost can no longer write", async () => {
    const gate = Promise.withResolvers<string>();
    const first = life({ work: (_input, step) => step.do("one", () => gate.promise) });
    const { runId } = await first.tasks.run("work");
    await ticks();
    const second = life({ work: (_input, step) => step.do("one", () => "second") }, first);
    await second.tasks.onStart();
    expect(await second.settle(runId)).toMatchObject({ result: "second" });
    gate.resolve("first");
    await ticks();
    expect(await second.tasks.get(runId)).toMatchObject({ result: "second" });
    expect(first.types()).not.toContain("completed");
  });

  test("a run without its definition fails, and is not run by another", async () => {
    const first = life({ old: (_input, step) => step.sleep("s", 500) });
    const { runId } = await first.tasks.run("old");
    await ticks();
    const second = life({ new: async () => 1 }, first);
    await second.tasks.onStart();
    expect(await second.settle(runId)).toMatchObject({
      error: { name: "MissingTaskDefinitionError" },
    });
  });

  test.each([
    [
      (step: TaskStep) => step.do("w", () => 1),
      "journaled as a sleep step but replayed as a do step",
    ],
    [(step: TaskStep) => step.sleep("x", 1), "journaled as a do step but replayed as a sleep step"],
  ])("a handler that does something else is told so: %#", async (other, detail) => {
    const first = life({
      work: async (_input, step) => {
        await step.do("x", () => 1);
        await step.sleep("w", 200);
      },
    });
    const { runId } = await first.tasks.run("work");
    await ticks();
    const second = life({ work: async (_input, step) => void (await other(step)) }, first);
    await second.tasks.onStart();
    const end = await second.settle(runId);
    expect(end).toMatchObject({ error: { name: "TaskReplayDivergedError" } });
    expect(JSON.stringify(end)).toContain(detail);
  });

  test("wake-ups that were lost are set again, and nothing is asked of an object without tasks", async () => {
    const first = life({ work: (_input, step) => step.sleep("s", 500) });
    const { runId } = await first.tasks.run("work");
    await ticks();
    first.sql("DELETE FROM cf_agents_jobs");
    const second = life({ work: (_input, step) => step.sleep("s", 500) }, first);
    await second.tasks.onStart();
    expect(second.jobs.owned("tasks").list()).toMatchObject([
      {
        id: `task:${runId}`,
        fn: "wake",
        time: 1500,
        payload: { runId },
        retry: { maxAttempts: 1 },
      },
    ]);
    const fresh = life({});
    await fresh.tasks.onStart();
    expect(fresh.memory.statements.filter((text) => text.includes("cf_agents_task"))).toEqual([]);
  });
});

describe("cancelling", () => {
  test("ends a run that waits at once", async () => {
    const it = life({ naps: (_input, step) => step.sleep("s", 600) });
    const { runId } = await it.tasks.run("naps");
    await ticks();
    expect(await it.tasks.cancel(runId, "enough")).toBe(true);
    expect(await it.tasks.get(runId)).toMatchObject({ state: "cancelled", reason: "enough" });
    expect([await it.tasks.cancel(runId), await it.tasks.cancel("none")]).toEqual([false, false]);
    expect(it.jobs.owned("tasks").list()).toEqual([]);
  });

  test("tells the step that works, and ends the run there", async () => {
    const it = life({
      works: async (_input, step) => {
        await step.do("h", ({ signal }) => {
          signal.addEventListener("abort", () => told.push("aborted"));
          return new Promise<never>(() => undefined);
        });
        told.push("went on");
      },
    });
    const told: string[] = [];
    const { runId } = await it.tasks.run("works");
    await ticks();
    const cancelled = it.tasks.cancel(runId, "because");
    await ticks();
    it.clock.advance(0);
    expect(await cancelled).toBe(true);
    expect(await it.tasks.get(runId)).toMatchObject({ state: "cancelled", reason: "because" });
    expect([told, it.types().at(-1)]).toEqual([["aborted"], "cancelled"]);
  });

  test("does not wait for a handler that does not let go, and ends it when it asks for a step", async () => {
    const gate = Promise.withResolvers<void>();
    const did: string[] = [];
    const it = life({
      stubborn: async (_input, step) => {
        await gate.promise;
        await step.do("late", () => void did.push("late"));
      },
    });
    const { runId } = await it.tasks.run("stubborn");
    await ticks();
    const cancelled = it.tasks.cancel(runId);
    await ticks();
    it.clock.advance(0);
    expect([await cancelled, await it.tasks.cancel(runId)]).toEqual([true, false]);
    expect(await it.tasks.get(runId)).toMatchObject({ state: "running" });
    gate.resolve();
    await ticks();
    expect([await it.tasks.get(runId), did]).toMatchObject([{ state: "cancelled" }, []]);
  });

  test("holds over the end of the process", async () => {
    const first = life({
      works: (_input, step) => step.do("h", () => new Promise<never>(() => 0)),
    });
    const { runId } = await first.tasks.run("works");
    await ticks();
    first.sql("UPDATE cf_agents_task_runs SET cancel_requested = 1, cancel_reason = 'quick'");
    const second = life({ works: async () => "ran again" }, first);
    await second.tasks.onStart();
    expect(await second.settle(runId)).toMatchObject({ state: "cancelled", reason: "quick" });
  });
});

describe("looking and deleting", () => {
  test("lists newest first, by definition and state; deletes oldest first what has ended", async () => {
    const it = life({ one: async () => 1, naps: (_input, step) => step.sleep("s", 1000) });
    for (const runId of ["a", "b", "c"]) {
      await it.tasks.run("one", undefined, { runId });
      it.clock.advance(10);
      await ticks();
    }
    await it.tasks.run("naps", undefined, { runId: "d" });
    await ticks();
    const ids = async (options?: Parameters<typeof it.tasks.list>[0]) =>
      (await it.tasks.list(options)).map(({ runId }) => runId);
    expect(await ids()).toEqual(["d", "c", "b", "a"]);
    expect(await ids({ definition: "one", limit: 2 })).toEqual(["c", "b"]);
    expect(await ids({ status: ["waiting", "failed"] })).toEqual(["d"]);
    expect(await it.tasks.delete({ limit: 1 })).toBe(1);
    expect(await ids()).toEqual(["d", "c", "b"]);
    expect(await it.tasks.delete({ settledBefore: new Date(1011) })).toBe(1);
    expect(await it.tasks.delete({ status: ["failed"] })).toBe(0);
    expect(await it.tasks.delete({ status: ["waiting" as never] })).toBe(0);
    expect(await it.tasks.delete()).toBe(1);
    expect([await ids(), it.types().filter((type) => type === "deleted").length]).toEqual([
      ["d"],
      3,
    ]);
  });

  test("a handle sees the runs of its definition only", async () => {
    const it = life({ one: async () => 1, two: async () => 2 });
    const one = it.tasks.handle("one");
    await it.tasks.run("two", undefined, { runId: "t", idempotencyKey: "kt" });
    const { runId } = await one.run(undefined, { idempotencyKey: "ko" });
    await ticks();
    expect(await one.get(runId)).toMatchObject({ result: 1 });
    expect(await one.getByIdempotencyKey("ko")).toMatchObject({ runId });
    expect(
      await Promise.all([one.get("t"), one.getByIdempotencyKey("kt"), one.cancel("t")]),
    ).toEqual([null, null, false]);
  });
});

describe("the SDK's own definitions", () => {
  test("have reserved names, which users cannot run", async () => {
    const it = life({});
    it.tasks.register("__cf_turn", (_input, step) => step.do("a", () => "done"));
    expect(() => it.tasks.register("__cf_turn", async () => 1)).toThrow("already registered");
    expect(() => it.tasks.register("turn", async () => 1)).toThrow("reserved");
    await expect(it.tasks.run("__cf_turn")).rejects.toThrow("reserved");
    const attached = await it.tasks.__DO_NOT_USE_WILL_BREAK__runAttached("__cf_turn", 1);
    expect(await it.tasks.get(attached.runId)).toMatchObject({ result: "done" });
    const queued = await it.tasks.__DO_NOT_USE_WILL_BREAK__enqueue("__cf_turn", 1);
    await ticks();
    expect(await it.tasks.get(queued.runId)).toMatchObject({ state: "pending" });
    expect(await it.settle(queued.runId)).toMatchObject({ result: "done" });
  });
});

describe("wake-ups", () => {
  test("one that comes while the run is worked on looks again later; a long attempt is let go", async () => {
    const gate = Promise.withResolvers<number>();
    const it = life({ works: (_input, step) => step.do("h", () => gate.promise) });
    await it.tasks.__DO_NOT_USE_WILL_BREAK__enqueue("works", 1, { runId: "w" });
    const running = it.runDue();
    await ticks();
    it.clock.advance(5000);
    await running;
    const [job] = it.jobs.owned("tasks").list();
    expect(job?.time).toBe(1000 + 30_000);
    it.clock.advance(26_000);
    await it.runDue();
    expect(it.jobs.owned("tasks").list()).toMatchObject([{ time: it.clock.now() + 30_000 }]);
    gate.resolve(7);
    await ticks();
    expect([await it.tasks.get("w"), it.jobs.owned("tasks").list()]).toMatchObject([
      { result: 7, state: "completed" },
      [],
    ]);
  });

  test("a run that uses up the memory is put off, and failed in the end", async () => {
    const it = life({ naps: (_input, step) => step.sleep("s", 10) });
    await it.tasks.run("naps", undefined, { runId: "r" });
    await ticks();
    const executing = it.jobs.owned("tasks").get("task:r");
    if (!executing) throw new Error("no job");
    await it.tasks.onMemoryLimit({ sealed: false, nextTime: 90_000, executing });
    expect(it.jobs.owned("tasks").list()).toMatchObject([{ time: 90_000 }]);
    await it.tasks.onStart();
    expect(it.sql("SELECT next_at FROM cf_agents_task_runs")).toEqual([{ next_at: 90_000 }]);
    await it.tasks.onMemoryLimit({ sealed: true, executing });
    expect(await it.tasks.get("r")).toMatchObject({
      ...{ state: "failed", error: { name: "TaskMemoryLimitSealed" } },
    });
  });

  test("of a nested object are kept by the outermost one, which sends them back", async () => {
    const address = { key: "Parent:p/Child:c", data: "[]" };
    const world = testServices({ clock: new TestClock(1000), address });
    const nested = world.install(
      new Tasks({ definitions: { naps: (_input, step) => step.sleep("s", 10) } }),
    );
    await nested.run("naps", undefined, { runId: "r" });
    await ticks();
    expect(world.routed).toEqual([
      ["root", { op: "wake", runId: "r", time: 31_000 }],
      ["root", { op: "wake", runId: "r", time: 31_000 }],
      ["root", { op: "wake", runId: "r", time: 1010 }],
    ]);
    const outer = life({});
    await outer.tasks.onRoute({ source: address, payload: { op: "wake", runId: "r", time: 1010 } });
    expect(outer.jobs.owned("tasks").list()).toMatchObject([
      {
        id: "task:Parent:p/Child:c:r",
        payload: { runId: "r", owner_path: "[]", owner_path_key: "Parent:p/Child:c" },
      },
    ]);
    outer.clock.advance(10);
    await outer.runDue();
    expect(outer.routed).toEqual([[address, { op: "drive", runId: "r" }]]);
    await outer.tasks.onRoute({ source: address, payload: { op: "wake", runId: "r", time: 5000 } });
    await outer.tasks.__DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix("Parent:p");
    expect(outer.jobs.owned("tasks").list()).toEqual([]);
    world.clock.advance(10);
    expect(await nested.onRoute({ source: undefined, payload: { op: "drive", runId: "r" } })).toBe(
      undefined,
    );
    expect(await nested.get("r")).toMatchObject({ state: "completed" });
  });
});
