import { runOnFreehold } from "./freehold.ts";
import { type RunningWorker, runOnWorkerd, type WorkerToRun } from "./workerd.ts";

/** Every runtime that an agent must behave alike on. */
export const runtimes: readonly [
  name: string,
  run: (worker: WorkerToRun) => Promise<RunningWorker>,
][] = [
  ["workerd", runOnWorkerd],
  ["our host", runOnFreehold],
];
