import { afterEach, expect, test } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock } from "../support/hosted.ts";
import { expectFibersDone, expectTaskDone, type Report } from "./outcome.ts";
import { endAt, keepEffects } from "./points.ts";
import { FIBER_POINTS, TASK_POINTS } from "./scenario.ts";

/**
 * An object is ended at every point of a task and of two fibers. Nobody calls it afterwards: its own
 * alarm brings it back, and the work to its end.
 */

let running: Behaving | undefined;
afterEach(async () => {
  await running?.worker.stop();
  running = undefined;
});

async function start(chosen: string) {
  const effects: string[] = [];
  let ended = 0;
  keepEffects((_id, text) => void effects.push(text));
  endAt((_id, name, agent) => {
    if (name !== chosen || ended > 0) return;
    ended++;
    agent.abort("ended by the test");
  });
  running = await behave(() => import("./worker.ts"), ["Laborer"]);
  const ask = async (verb: string) => {
    const response = await running?.fetch(`/mine/${verb}`);
    return response?.ok ? ((await response.json()) as Report) : undefined;
  };
  return { effects, ask, wasEnded: () => ended > 0 };
}

/** Asks until an answer comes: the call in which the object ends has none. */
async function begin(ask: (verb: string) => Promise<unknown>, verb: string): Promise<void> {
  const settled = ask(verb).catch(() => undefined);
  await clock.settle();
  await settled;
}

test.each(TASK_POINTS)("task: ended at %s", async (chosen) => {
  const { ask, effects, wasEnded } = await start(chosen);
  await begin(ask, "task");
  if (chosen === "nap: waiting" || chosen === "told") {
    await clock.advance(chosen === "told" ? "1m" : 50);
    await begin(ask, "told");
  }
  await clock.advance("10m");
  expect(wasEnded()).toBe(true);
  let report = await ask("report");
  // Ended before the run was stored, its caller has no answer, and asks again.
  if (report?.run === null) {
    await ask("task");
    await clock.advance("10m");
    report = await ask("report");
  }
  if (!report) throw new Error("no report");
  expectTaskDone(report, effects);
});

test.each(FIBER_POINTS)("fibers: ended at %s", async (chosen) => {
  const { ask, effects, wasEnded } = await start(chosen);
  await begin(ask, "fibers");
  await clock.advance("10m");
  expect(wasEnded()).toBe(true);
  let report = await ask("report");
  if (report?.fiber === null || !report?.plainEnded) {
    await ask("fibers");
    await clock.advance("10m");
    report = await ask("report");
  }
  if (!report) throw new Error("no report");
  expectFibersDone(report, effects);
});
