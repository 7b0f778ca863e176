import { expect, test, vi } from "vitest";
import { endsOf, live, newFolder, outcomeOf, worldOf } from "./lives.ts";

/**
 * A process is killed at every boundary of a workflow, and started again: each step's result is recorded
 * once, its effect is in the world at least once, and the agent was told once.
 */

const STEPS = ["first", "left", "right"];

interface Workflow {
  readonly points: readonly string[];
  check(folder: string, id: string): Promise<void>;
}

const WORKFLOWS: Readonly<Record<string, Workflow>> = {
  FLOW: {
    points: [
      "made",
      ...STEPS.flatMap((name) => [
        `${name}: before`,
        `${name}: inside, before its effect`,
        `${name}: inside, after its effect`,
        `${name}: after`,
      ]),
      ...["sleep: before", "waiting", "sleep: after"],
      ...["event: sent", "event: before", "event: after"],
      ...["callback: before it is kept", "callback: after it is kept", "callback: answered"],
      "end",
    ],
    async check(folder, id) {
      const outcome = await outcomeOf(folder, id);
      expect(outcome).toMatchObject({
        status: "complete",
        output: {
          first: "first done",
          both: ["left done", "right done"],
          payload: "yes",
          heard: "heard",
        },
      });
      expect(outcome.told.filter(({ key }) => key.startsWith(`${id} `))).toEqual([
        { key: `${id} tell-1`, text: "done" },
      ]);
      expect(endsOf(outcome)).toEqual([
        ...["sleep_completed nap-1", "step_completed first-1", "step_completed left-1"],
        ...["step_completed right-1", "step_completed tell-1", "wait_completed approval-1"],
        "workflow_completed",
      ]);
      const world = await worldOf(folder, id);
      for (const name of STEPS) expect(world).toContain(`did ${name}`);
    },
  },
  STUBBORN: {
    points: [
      ...["made", "flaky: inside, before its effect"],
      ...[0, 1, 2].map((fails) => `flaky: inside, after ${fails} failures`),
      ...["flaky: after", "hopeless: after", "waiting", "soon: after"],
      ...["stream: inside", "stream: after", "never: after"],
    ],
    async check(folder, id) {
      const outcome = await outcomeOf(folder, id);
      expect(outcome).toMatchObject({
        status: "complete",
        output: {
          ...{ flaky: "flaky done", text: "a stream" },
          // Killed between its beginning and its end, its only attempt ended with the process.
          caught: expect.stringMatching(/^never$|internal workflows error$/),
          late: "WorkflowTimeoutError: Execution timed out after 100ms",
        },
      });
      expect(endsOf(outcome)).toEqual([
        ...["sleep_completed soon-1", "step_completed flaky-1", "step_completed stream-1"],
        ...["step_errored hopeless-1", "wait_timed_out never-1", "workflow_completed"],
      ]);
      const world = await worldOf(folder, id);
      const ran = (outcome.output as { caught: string }).caught === "never" ? ["hopeless"] : [];
      for (const name of ["flaky", ...ran, "stream"]) expect(world).toContain(`did ${name}`);
    },
  },
  UNDOING: {
    points: [
      ...["made", "reserve: after", "charge: after"],
      ...["charge: undone, before its effect", "charge: undone, after its effect", "rollingBack"],
      ...["reserve: undone, before its effect", "reserve: undone, after its effect"],
    ],
    async check(folder, id) {
      const outcome = await outcomeOf(folder, id);
      expect(outcome).toMatchObject({
        status: "errored",
        error: { name: "Error", message: "no more chairs" },
      });
      expect(endsOf(outcome)).toEqual([
        ...["rollback_step_completed charge-1", "rollback_step_completed reserve-1"],
        ...["step_completed charge-1", "step_completed reserve-1", "workflow_errored"],
      ]);
      const world = await worldOf(folder, id);
      for (const name of ["charge", "reserve"]) {
        expect(world).toContain(`did ${name}`);
        expect(world).toContain(`undid ${name}`);
      }
      // The newer one first, whatever came between.
      expect(world.lastIndexOf("undid charge")).toBeLessThan(world.indexOf("undid reserve"));
    },
  },
};

vi.setConfig({ testTimeout: 900_000 });

test.each(Object.entries(WORKFLOWS))("%s is killed at each boundary in turn", async (flow, one) => {
  const folder = await newFolder();
  let previous: string | undefined;
  for (const [index, crashAt] of one.points.entries()) {
    const current = `${flow}-${index}`;
    expect(await live(folder, { previous, current, crashAt }), crashAt).toBe(true);
    if (previous !== undefined) await one.check(folder, previous);
    previous = current;
  }
  expect(await live(folder, { previous })).toBe(false);
  await one.check(folder, `${flow}-${one.points.length - 1}`);
});

/** Where a point cannot be: between what the engine decides and what is on disk. */
test.each(Object.entries(WORKFLOWS))(
  "%s is killed again and again, at any time",
  async (flow, one) => {
    const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 1e9));
    console.log(`seed ${seed} (RANDOM_SEED replays the times, not the machine)`);
    let state = seed;
    const random = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 32;
    };
    for (let round = 0; round < Number(process.env.RANDOM_ROUNDS ?? 1); round += 1) {
      const folder = await newFolder();
      const current = `${flow}-a`;
      let wasKilled = true;
      for (let lives = 0; wasKilled; lives += 1) {
        // The first lives end while the process still starts, however slow the machine is.
        const killAfterMs = (250 + random() * 600) * 1.2 ** lives;
        wasKilled = await live(folder, { current, killAfterMs });
      }
      await one.check(folder, current);
    }
  },
);

test("a step that ends its process each time is tried as often as it may be, and its rollback too", async () => {
  const folder = await newFolder();
  const current = "POISON-1";
  let lives = 1;
  while (await live(folder, { current })) lives += 1;
  expect(await worldOf(folder, current)).toEqual([
    "did harmless",
    ...Array.from({ length: 3 }, () => "did poison"),
    ...Array.from({ length: 2 }, () => "undid harmless"),
  ]);
  expect(lives).toBe(6);
  const outcome = await outcomeOf(folder, current);
  expect(outcome).toMatchObject({
    status: "errored",
    error: {
      message: "caught WorkflowInternalError: Attempt failed due to internal workflows error",
    },
  });
  expect(endsOf(outcome)).toEqual([
    ...["rollback_step_errored harmless-1", "step_completed harmless-1", "step_errored poison-1"],
    "workflow_errored",
  ]);
});

test("the delay of a rollback's retry outlives the process", async () => {
  const folder = await newFolder();
  const [current, undoMs] = ["UNDOING-late", 3000];
  const params = `undoMs=${undoMs}`;
  expect(await live(folder, { current, params, crashAt: "rollingBack" })).toBe(true);
  expect(await live(folder, { current })).toBe(false);
  const { events } = await outcomeOf(folder, current);
  const of = (wanted: string) =>
    events.filter(({ type, step }) => type === wanted && step === "charge-1").map(({ at }) => at);
  const [, second] = of("rollback_attempt_started");
  expect(of("rollback_attempt_started")).toHaveLength(2);
  expect((second ?? 0) - (of("rollback_attempt_errored")[0] ?? 0)).toBeGreaterThanOrEqual(undoMs);
});

test("those that wait for room keep their order, and one runs at a time", async () => {
  const folder = await newFolder();
  expect(await live(folder, { current: "QUEUED-1", crashAt: "made" })).toBe(true);
  for (const number of [1, 2, 3]) {
    expect(await live(folder, { current: `QUEUED-${number}` })).toBe(false);
  }
  const world = await worldOf(folder, "QUEUED");
  for (const number of [1, 2, 3]) expect(world).toContain(`end QUEUED-${number}`);
  // One may have been cut off with the process.
  const cutOff = world.filter(
    (line, index) => line.startsWith("begin") && world[index + 1]?.startsWith("begin"),
  );
  expect(cutOff.length).toBeLessThanOrEqual(1);
  expect(world.indexOf("begin QUEUED-2")).toBeLessThan(world.indexOf("begin QUEUED-3"));
});
