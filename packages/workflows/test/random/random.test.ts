import fc from "fast-check";
import { expect, test } from "vitest";
import { eventsOf, FLOW, moduleOf, start } from "../support.ts";
import { expected, mailFor } from "./model.ts";
import { LONG_MS, type Node, run, World } from "./program.ts";

/** Random programs with random crashes come to what a simple model of steps says. */

const names = fc.constantFrom("a", "b", "c");
const HOUR = 3_600_000;

/** Crashes count as attempts, so a step that takes time may be tried more often than it fails. */
const doStep = fc.oneof(
  fc.record({
    kind: fc.constant("do" as const),
    name: names,
    fails: fc.integer({ min: 0, max: 2 }),
    limit: fc.constant(40),
    delayMs: fc.constantFrom(0, 10, 7_000, HOUR),
    tookMs: fc.constantFrom(0, 0, 500, 20_000),
  }),
  fc.record({
    kind: fc.constant("do" as const),
    name: fc.constantFrom("x", "y"),
    fails: fc.constant(9),
    limit: fc.integer({ min: 0, max: 2 }),
    delayMs: fc.constantFrom(0, 10, 7_000),
    tookMs: fc.constant(0),
  }),
);

const sleepStep = fc.record({
  kind: fc.constant("sleep" as const),
  name: names,
  ms: fc.constantFrom(0, 1, 900, 6_000, 2 * HOUR, 40 * HOUR),
});

/** Each wait has a type of its own within its branch, so that no two branches compete for an event. */
const waitStep = fc.record({
  kind: fc.constant("wait" as const),
  name: names,
  type: fc.constantFrom("t"),
  timeoutMs: fc.constantFrom(1_000, 30 * LONG_MS, 30 * LONG_MS),
});

const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthIdentifier: "tree" },
    fc.oneof(doStep, doStep, sleepStep, waitStep),
    fc.record({
      kind: fc.constantFrom("sequence" as const, "sequence" as const, "parallel" as const),
      parts: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant("caught" as const), part: tie("tree") }),
    fc.record({
      kind: fc.constant("race" as const),
      slow: fc.record({
        kind: fc.constant("do" as const),
        name: names,
        fails: fc.constant(0),
        limit: fc.constant(40),
        delayMs: fc.constant(0),
        tookMs: fc.constantFrom(0, 50_000_000),
      }),
      ms: fc.constantFrom(20_000, 3 * HOUR),
    }),
    fc.record({ kind: fc.constant("throw" as const), message: fc.constant("thrown") }),
  ),
}));

/**
 * Gives what stands in a branch names, and waits a type, of that branch: which of two branches comes first
 * to a step of one name, and so which of the two is the first, depends on when events are sent.
 */
function branched(node: Node, branch: string): Node {
  switch (node.kind) {
    case "do":
    case "sleep":
      return { ...node, name: `${node.name} of ${branch}` };
    case "wait": {
      const type = `event of ${branch}-${node.timeoutMs > LONG_MS ? "sent" : "never"}`;
      return { ...node, name: `${node.name} of ${branch}`, type };
    }
    case "sequence":
      return { ...node, parts: node.parts.map((part) => branched(part, branch)) };
    case "parallel":
      return {
        ...node,
        parts: node.parts.map((part, index) => branched(part, `${branch}.${index}`)),
      };
    case "caught":
      return { ...node, part: branched(node.part, branch) };
    case "race":
      return { ...node, slow: branched(node.slow, branch) };
    default:
      return node;
  }
}

const cases = fc.record({
  program: tree.map((node) => branched(node, "0")),
  /** How far the clock goes at a time, and whether a crash comes then. */
  course: fc.array(
    fc.record({
      ms: fc.constantFrom(0, 1, 300, 5_000, 15_000, HOUR, 30 * HOUR),
      crashes: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  /** When the events are sent: before which part of the course. */
  sentAt: fc.nat(12),
});

const RUNS = Number(process.env.RANDOM_WORKFLOWS ?? 60);
/** Each program takes months: a host does not see the end of more. */
const RUNS_PER_HOST = 500;
const hosts = Array.from({ length: Math.ceil(RUNS / RUNS_PER_HOST) }, (_, index) => index);

test.each(hosts)(
  "random programs with crashes come to what a model says (%i)",
  async (index) => {
    const worlds = new Map<string, World>();
    const programs = new Map<string, Node>();
    const module = moduleOf(async ({ instanceId }, step) => {
      const pause = (ms: number) =>
        new Promise<void>((resolve) => {
          setTimeout(resolve, ms);
        });
      const world = worlds.get(instanceId) ?? new World();
      return await run(programs.get(instanceId)!, { step, world, pause });
    });
    const { workflow, clock, host, lines } = await start(module, [FLOW]);
    let number = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ program, course, sentAt }) => {
        number += 1;
        const id = `random-${number}`;
        const world = new World();
        worlds.set(id, world);
        programs.set(id, program);
        const mail = mailFor(program);
        const retention = { successRetention: "1 year", errorRetention: "1 year" };
        await workflow().create({ id, retention });
        const send = async () => {
          const instance = await workflow().get(id);
          for (const [type, payloads] of mail) {
            for (const payload of payloads) await instance.sendEvent({ type, payload });
          }
        };
        for (const [index, { ms, crashes }] of course.entries()) {
          if (index === sentAt) await send();
          await clock.advance(ms);
          if (crashes) await host.abortAll(new Error("The process died."));
        }
        if (sentAt >= course.length) await send();
        await clock.advance(70 * LONG_MS);
        const instance = await workflow().get(id);
        const { status, output, error } = await instance.status();
        const wanted = await expected(program, mail);
        if ("error" in wanted) {
          expect({ status, error: error?.message }).toEqual({
            status: "errored",
            error: wanted.error,
          });
        } else {
          expect({ status, output }).toEqual({
            status: "complete",
            output: JSON.parse(JSON.stringify(wanted.output ?? null)),
          });
        }
        const events = await eventsOf(instance);
        const ends = events.filter(({ type }) => type === "step_completed");
        const labels = ends.map(({ stepName }) => stepName);
        expect(labels).toEqual([...new Set(labels)]);
        for (const label of labels) expect(world.done.get(label ?? "")).toBeGreaterThanOrEqual(1);
        await instance.delete();
      }),
      {
        numRuns: Math.min(RUNS_PER_HOST, RUNS - index * RUNS_PER_HOST),
        ...(process.env.RANDOM_SEED && { seed: Number(process.env.RANDOM_SEED) }),
      },
    );
    expect(lines.filter(({ message }) => message.includes("did not come to steps"))).toEqual([]);
  },
  600_000,
);
