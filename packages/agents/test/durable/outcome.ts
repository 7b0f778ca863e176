import { expect } from "vitest";
import { STAGES, STEPS } from "./scenario.ts";

/** How work stands, as its agent tells. */
export interface Report {
  readonly run: unknown;
  readonly steps: readonly { readonly name: string; readonly state: string }[];
  readonly fiber: unknown;
  readonly fiberRuns: readonly unknown[];
  readonly plainEnded: boolean;
  readonly jobs: readonly unknown[];
}

/** The task came to its end, with each step stored once and done at least once. */
export function expectTaskDone(report: Report, effects: readonly string[]): void {
  expect(report.run).toMatchObject({
    state: "completed",
    result: { first: "first", both: ["left", "right"], unsure: "unsure" },
  });
  expect(report.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
    [...STEPS, "nap", "telling"].sort().map((name) => `${name} completed`),
  );
  for (const name of STEPS) expect(effects).toContain(`did ${name}`);
  // A step is not begun before the one that it follows was stored.
  const order = ["did first", "did unsure"].map((text) => effects.indexOf(text));
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(report.jobs).toEqual([]);
}

/**
 * Both fibers came to their ends, with each stage done at least once and none left out. `left` are
 * jobs that may still be there.
 */
export function expectFibersDone(
  report: Report,
  effects: readonly string[],
  left: readonly object[] = [],
): void {
  expect(report.fiber).toMatchObject({ status: "completed", snapshot: { next: STAGES.length } });
  expect([report.fiberRuns, report.plainEnded]).toEqual([[], true]);
  for (const name of ["kept", "plain"]) {
    const done = effects.filter((text) => text.startsWith(name)).map((text) => Number(text.at(-1)));
    expect(new Set(done)).toEqual(new Set(STAGES));
    for (const [index, stage] of done.entries()) {
      expect(stage).toBeLessThanOrEqual(Math.max(-1, ...done.slice(0, index)) + 1);
    }
  }
  for (const job of report.jobs) expect(left).toContainEqual(job);
}
