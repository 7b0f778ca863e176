import { beforeEach, describe, expect, test, vi } from "vitest";
import { life, ticks } from "../../test/support/task-life.ts";
import { NonRetryableError } from "./contract-errors.ts";
import type { TaskStep } from "./types.ts";

beforeEach(() => {
  vi.spyOn(console, "error").mockReset().mockReturnValue();
});

describe("a run", () => {
  test("gets its input, gives its result, and is told of", async () => {
    const it = life({
      add: async (input, step) => {
        const { a, b } = input as { a: number; b: number };
        await step.status("adding");
        const sum = await step.do("sum", ({ attempt, idempotencyKey }) => [
          a + b,
          attempt,
          idempotencyKey,
        ]);
        return { sum, key: step.idempotencyKey("other") };
      },
    });
    const receipt = await it.tasks.run("add", { a: 1, b: 2 }, { metadata: { by: "test" } });
    expect(receipt).toEqual({
      ...{ runId: "task_id-1", definition: "add", accepted: true, state: "pending" },
      createdAt: 1000,
    });
    expect(await it.settle(receipt.runId)).toEqual({
      ...{ runId: "task_id-1", definition: "add", createdAt: 1000, metadata: { by: "test" } },
      state: "completed",
      result: { sum: [3, 1, "task_id-1:sum"], key: "task_id-1:other" },
      settledAt: 1000,
    });
    expect(it.types()).toEqual([
      ...["accepted", "attempt:started", "step:started", "step:completed", "completed"],
    ]);
    expect(it.jobs.owned("tasks").list()).toEqual([]);
  });

  test("keeps undefined, null and nothing apart, and gives the same value at once as later", async () => {
    const seen: unknown[] = [];
    const it = life({
      kinds: async (input, step) => {
        seen.push(input, await step.do("u", () => undefined), await step.do("n", () => null));
        seen.push(await step.do("d", () => ({ at: new Date(0), left: undefined }) as never));
        await step.sleep("pause", 10);
      },
    });
    const { runId } = await it.tasks.run("kinds");
    expect(await it.settle(runId)).toMatchObject({ state: "completed", result: undefined });
    const once = [undefined, undefined, null, { at: "1970-01-01T00:00:00.000Z" }];
    expect(seen).toEqual([...once, ...once]);
  });

  test("is joined by id and by key, and only by its own definition", async () => {
    const it = life({ one: async () => 1, two: async () => 2 });
    await it.tasks.run("one", undefined, { runId: "A", idempotencyKey: "KA" });
    await it.tasks.run("one", undefined, { runId: "C" });
    const joins = [
      it.tasks.run("one", undefined, { runId: "A" }),
      it.tasks.run("one", undefined, { idempotencyKey: "KA" }),
      it.tasks.run("one", undefined, { runId: "B", idempotencyKey: "KA" }),
      it.tasks.run("one", undefined, { runId: "C", idempotencyKey: "KC" }),
    ];
    expect((await Promise.all(joins)).map(({ runId, accepted }) => [runId, accepted])).toEqual([
      ["A", false],
      ["A", false],
      ["A", false],
      ["C", false],
    ]);
    const refuses = async (options: object, message: string, definition = "one") =>
      await expect(it.tasks.run(definition, undefined, options)).rejects.toThrow(message);
    await refuses(
      { runId: "A" },
      'Task run "A" already belongs to definition "one"; refusing to reuse its run ID for "two"',
      "two",
    );
    await refuses({ idempotencyKey: "KA" }, 'reuse its idempotency key for "two"', "two");
    await refuses({ runId: "A", idempotencyKey: "KC" }, 'carries idempotency key "KA"; refusing');
    await refuses({ runId: "C", idempotencyKey: "KA" }, "refusing to join it");
    expect(await it.tasks.getByIdempotencyKey("KA")).toMatchObject({ runId: "A" });
    expect(it.events.filter(([type]) => type === "task:accepted")).toHaveLength(2);
  });

  test("is refused when its name, options or input cannot be", async () => {
    const it = life({ one: async () => 1 });
    const refusals: [Promise<unknown>, string][] = [
      [it.tasks.run("none"), 'Unknown Task definition "none": not declared on this Tasks'],
      [it.tasks.run("toString"), 'Unknown Task definition "toString"'],
      [it.tasks.run(""), "Task definition names must be non-empty strings"],
      [it.tasks.run("__cfx"), 'must not use the reserved "__cf" prefix'],
      [it.tasks.run("x".repeat(257)), "Task definition name exceeds 256 characters"],
      [it.tasks.run("one", 1, { runId: "" }), "runId must be a non-empty string when provided"],
      [it.tasks.run("one", 1, { runId: 5 as never }), "runId must be a non-empty string"],
      [it.tasks.run("one", 1, { idempotencyKey: "" }), "idempotencyKey must be a non-empty string"],
      [it.tasks.run("one", 1n), 'Cannot serialize input for Task definition "one": '],
      [
        it.tasks.run("one", "é".repeat(600_000)),
        "serialized size 1200002 bytes exceeds the 1048576",
      ],
      [it.tasks.list({ limit: -1 }), "limit must be an integer >= 0, got -1"],
      [it.tasks.delete({ settledBefore: new Date("?") }), "settledBefore must be a valid date"],
    ];
    for (const [refused, message] of refusals) await expect(refused).rejects.toThrow(message);
    expect(() => it.tasks.handle("none")).toThrow("Unknown Task definition");
    expect(await it.tasks.list()).toEqual([]);
  });

  test("is not kept when it is not to be", async () => {
    const it = life({ one: (_input, step) => step.do("a", () => 1) });
    await it.tasks.run("one", undefined, { runId: "A", retain: false });
    await ticks();
    expect([await it.tasks.get("A"), it.types().at(-1)]).toEqual([null, "completed"]);
    expect(it.sql("SELECT * FROM cf_agents_task_steps")).toEqual([]);
  });

  test("that throws is failed with name and message, and told to onError", async () => {
    const it = life({
      broken: async () => {
        throw new RangeError("no");
      },
      odd: async () => {
        throw "text";
      },
      big: async () => 1n as never,
    });
    for (const name of ["broken", "odd", "big"]) await it.tasks.run(name, 0, { runId: name });
    await ticks();
    const failed = await it.tasks.list({ status: "failed" });
    expect(failed.map((run) => run.state === "failed" && run.error).reverse()).toEqual([
      expect.objectContaining({ name: "TaskSerializationError" }),
      { name: "RangeError", message: "no" },
      { name: "Error", message: "text" },
    ]);
    expect(it.failures).toHaveLength(3);
  });
});

describe("steps", () => {
  test("are done once, whatever comes after them", async () => {
    const did: string[] = [];
    const it = life({
      long: async (_input, step) => {
        const one = await step.do("one", () => did.push("one"));
        await step.sleep("first", "1 second");
        const two = await step.do("two", () => did.push("two"));
        await step.sleepUntil("second", new Date(9000));
        return [one, two, await step.do("three", () => did.push("three"))];
      },
    });
    const { runId } = await it.tasks.run("long");
    await ticks();
    expect(await it.tasks.get(runId)).toMatchObject({
      ...{ state: "waiting", reason: "sleep", wakeAt: 2000 },
    });
    expect(await it.settle(runId)).toMatchObject({ result: [1, 2, 3], settledAt: 9000 });
    expect(did).toEqual(["one", "two", "three"]);
  });

  test.each([
    ["constant", [1000, 1500, 2000, 2500]],
    ["linear", [1000, 1500, 2500, 4000]],
    ["exponential", [1000, 1500, 2500, 4500]],
  ] as const)("are retried with %s delays", async (backoff, times) => {
    const tried: number[] = [];
    const it = life({
      tries: (_input, step) =>
        step.do("r", { retries: { limit: 4, delay: 500, backoff } }, ({ attempt }) => {
          tried.push(it.clock.now());
          if (attempt < 4) throw new TypeError(`no ${attempt}`);
          return attempt;
        }),
    });
    const { runId } = await it.tasks.run("tries");
    expect(await it.settle(runId)).toMatchObject({ state: "completed", result: 4 });
    expect(tried).toEqual(times);
    expect(it.types().filter((type) => type === "step:retry")).toHaveLength(3);
  });

  test("that fail for good throw what they threw, now and in each replay", async () => {
    const caught: unknown[] = [];
    const it = life({
      tries: async (_input, step) => {
        try {
          await step.do("r", { retries: { limit: 2, delay: 1 } }, () => {
            throw new TypeError("bad");
          });
        } catch (error) {
          if (error instanceof Error) caught.push([error.name, error.message]);
          else throw error;
        }
        await step.sleep("s", 100);
        return "went on";
      },
      stops: (_input, step) =>
        step.do("r", () => {
          throw new NonRetryableError("stop");
        }),
    });
    const { runId } = await it.tasks.run("tries");
    expect(await it.settle(runId)).toMatchObject({ result: "went on" });
    expect(caught).toEqual([
      ["TypeError", "bad"],
      ["TypeError", "bad"],
    ]);
    const stopped = await it.tasks.run("stops");
    await ticks();
    expect(await it.tasks.get(stopped.runId)).toMatchObject({
      error: { name: "NonRetryableError", message: "stop" },
    });
  });

  test("side by side come to their ends once each, while another waits", async () => {
    const did: string[] = [];
    const gate = Promise.withResolvers<void>();
    const it = life({
      both: (_input, step) =>
        Promise.all([
          step.do("slow", async () => {
            did.push("slow");
            await gate.promise;
            return 1;
          }),
          step.sleep("nap", 5000).then(() => 2),
        ]),
    });
    const { runId } = await it.tasks.run("both");
    await ticks();
    expect(await it.tasks.get(runId)).toMatchObject({ state: "running" });
    gate.resolve();
    await ticks();
    expect(await it.settle(runId)).toMatchObject({ result: [1, 2], settledAt: 6000 });
    expect(did).toEqual(["slow"]);
  });

  test("that take too long are told, and tried again", async () => {
    const reasons: unknown[] = [];
    const it = life({
      slow: (_input, step) =>
        step.do("t", { timeout: 100, retries: { limit: 2, delay: 1 } }, ({ attempt, signal }) => {
          signal.addEventListener("abort", () => reasons.push(signal.reason));
          return attempt === 1 ? new Promise<never>(() => undefined) : "quick";
        }),
    });
    const { runId } = await it.tasks.run("slow");
    await ticks();
    it.clock.advance(100);
    expect(await it.settle(runId)).toMatchObject({ result: "quick" });
    expect(reasons).toEqual([new Error('Step "t" attempt 1 timed out after 100ms')]);
  });

  test("with a longer timeout than a timer takes are not ended at once", async () => {
    const it = life({
      slow: (_input, step) => step.do("t", { timeout: "8 weeks" }, async () => 1),
    });
    const { runId } = await it.tasks.run("slow");
    expect(await it.settle(runId)).toMatchObject({ result: 1 });
    expect(it.clock.pending).toBe(0);
  });

  test.each([
    [(step: TaskStep) => step.do("", () => 1), "Step names must be non-empty strings"],
    [(step: TaskStep) => step.do("__cfx", () => 1), 'must not use the reserved "__cf" prefix'],
    [(step: TaskStep) => step.do("x".repeat(257), () => 1), "Step name exceeds 256 characters: "],
    [(step: TaskStep) => step.do("q", {} as never), 'step.do("q") requires a callback'],
    [(step: TaskStep) => step.sleep("z", "5 foos" as never), 'got "5 foos"'],
    [(step: TaskStep) => step.sleep("z", -1), "expected a non-negative number of milliseconds"],
    [(step: TaskStep) => step.sleepUntil("z", Number.NaN), 'time for step "z": NaN'],
    [(step: TaskStep) => step.do("q", { timeout: -1 }, () => 1), "Invalid step timeout"],
    [
      (step: TaskStep) => step.do("q", { retries: { limit: 0 } }, () => 1),
      "Invalid step retries.limit: expected an integer >= 1, got 0",
    ],
    [
      async (step: TaskStep) => {
        await step.do("a", () => 1);
        await step.do("a", () => 1);
      },
      'Step name "a" was already used in this run.',
    ],
    [
      async (step: TaskStep) => {
        for (let index = 0; index <= 10_000; index++) await step.sleep(`s${index}`, 0);
      },
      "Run exceeded 10000 steps; split the work across multiple Task runs",
    ],
    [
      (step: TaskStep) => step.do("b", () => 1n as never),
      'Cannot serialize result of step "b" in run "task_id-1": ',
    ],
    [
      (step: TaskStep) => step.do("b", () => (() => 1) as never),
      "value of type function has no JSON representation",
    ],
  ])("that cannot be fail the run: %#", async (misuse, message) => {
    const it = life({ wrong: async (_input, step) => void (await misuse(step)) });
    const { runId } = await it.tasks.run("wrong");
    const end = await it.settle(runId);
    expect(end).toMatchObject({ state: "failed" });
    expect(JSON.stringify(end)).toContain(JSON.stringify(message).slice(1, -1));
  });

  test("show how far they are, and are silent on old ground", async () => {
    const shown: unknown[] = [];
    const it = life({
      shows: async (_input, step) => {
        const look = async () => shown.push((await it.tasks.list())[0]);
        await step.do("a", () => 1);
        await step.status("A");
        await step.do("b", () => 1);
        await step.status("B");
        await step.sleep("s", 200);
        await look();
        await step.status("C");
        await look();
      },
    });
    await it.settle((await it.tasks.run("shows")).runId);
    expect(shown).toEqual([
      expect.objectContaining({ statusMessage: "B", attempt: 2 }),
      expect.objectContaining({ statusMessage: "C" }),
    ]);
    const status = it.memory.statements.filter((text) => text.includes("SET status_message"));
    expect(status).toHaveLength(3);
  });
});
