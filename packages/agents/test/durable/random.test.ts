import type { Agent } from "@freehold/agents";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock } from "../support/hosted.ts";
import { type Node, outcomeOf, World, worlds } from "./random/program.ts";

/**
 * Random tasks with failures, sleeps, ends of the object and jumps of the clock come to what a
 * simple interpreter says.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** An attempt that is cut off counts as well, so a step that takes time may be tried more often. */
const doNode = fc.oneof(
  fc.record({
    kind: fc.constant("do" as const),
    fails: fc.integer({ min: 0, max: 2 }),
    limit: fc.constant(60),
    delayMs: fc.constantFrom(0, 10, 7_000, HOUR),
    backoff: fc.constantFrom("constant" as const, "linear" as const, "exponential" as const),
    tookMs: fc.constantFrom(0, 0, 500, 20_000),
    isFinal: fc.constant(false),
  }),
  fc.record({
    kind: fc.constant("do" as const),
    fails: fc.constant(99),
    limit: fc.integer({ min: 1, max: 3 }),
    delayMs: fc.constantFrom(0, 10, 7_000),
    backoff: fc.constantFrom("constant" as const, "exponential" as const),
    tookMs: fc.constantFrom(0, 300),
    isFinal: fc.boolean(),
  }),
);

const sleepNode = fc.record({
  kind: fc.constant("sleep" as const),
  ms: fc.constantFrom(0, 1, 900, 6_000, 2 * HOUR, 40 * HOUR),
});

const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthIdentifier: "tree" },
    fc.oneof(doNode, doNode, sleepNode, fc.constant<Node>({ kind: "status" })),
    fc.record({
      kind: fc.constantFrom("sequence" as const, "sequence" as const, "parallel" as const),
      parts: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant("caught" as const), part: tie("tree") }),
    fc.constant<Node>({ kind: "throw" }),
  ),
}));

const cases = fc.record({
  program: tree,
  /** How far the clock goes at a time, and whether the object ends then. */
  course: fc.array(
    fc.record({
      ms: fc.constantFrom(0, 1, 300, 5_000, 15_000, HOUR, 30 * HOUR),
      ends: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  /** Before which part of the course the run is cancelled, if it is. */
  cancelledAt: fc.option(fc.nat(11), { freq: 6 }),
});

let running: Behaving;
beforeEach(async () => {
  vi.spyOn(console, "error").mockReturnValue();
  running = await behave(() => import("./random/worker.ts"), ["Improviser"]);
});
afterEach(() => running.worker.stop());

const inside = <T>(name: string, body: (agent: Agent, ctx: DurableObjectState) => T | Promise<T>) =>
  running.inside("Improviser", name, body);

const RUNS = Number(process.env.RANDOM_TASKS ?? 60);
/** Each run takes months: a host does not see the end of more. */
const RUNS_PER_HOST = 500;
const hosts = Array.from({ length: Math.ceil(RUNS / RUNS_PER_HOST) }, (_, index) => index);

test.each(hosts)(
  "random tasks come to what an interpreter says (%i)",
  async (index) => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ cancelledAt, course, program }) => {
        number += 1;
        const id = `random-${number}`;
        const world = new World();
        worlds.set(id, world);
        await inside(id, (agent) =>
          agent.tasks.run("program", { id, node: program }, { runId: "r" }),
        );
        for (const [index, { ends, ms }] of course.entries()) {
          if (index === cancelledAt) await inside(id, (agent) => agent.tasks.cancel("r", "enough"));
          await clock.advance(ms);
          if (!ends) continue;
          await inside(id, (_agent, ctx) => ctx.abort("ended by the test")).catch(() => undefined);
        }
        await clock.advance(70 * DAY);
        const run = await inside(id, (agent) => agent.tasks.get("r"));
        const expected = outcomeOf(program);
        if (run?.state === "cancelled") {
          expect(cancelledAt).not.toBeNull();
          expect(run.reason).toBe("enough");
        } else if ("error" in expected) {
          expect(run).toMatchObject({ state: "failed", error: { message: expected.error } });
        } else {
          expect(run).toMatchObject({ state: "completed", result: expected.result });
        }
        const [steps, jobs] = await inside(id, (agent) => [
          agent.sql<{ name: string }>`SELECT step_name AS name FROM cf_agents_task_steps
          WHERE kind = 'do' AND state = 'completed'`,
          agent.sql`SELECT id FROM cf_agents_jobs`,
        ]);
        expect(jobs).toEqual([]);
        const isUndisturbed = course.every(({ ends }) => !ends) && cancelledAt === null;
        for (const { name } of (steps ?? []) as { name: string }[]) {
          const times = world.done.get(name) ?? 0;
          expect(times).toBeGreaterThanOrEqual(1);
          if (isUndisturbed) expect(times).toBe(1);
        }
      }),
      {
        numRuns: Math.min(RUNS_PER_HOST, RUNS - index * RUNS_PER_HOST),
        ...(process.env.RANDOM_SEED && { seed: Number(process.env.RANDOM_SEED) }),
      },
    );
  },
  600_000,
);
