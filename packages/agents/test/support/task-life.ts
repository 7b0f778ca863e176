import { Tasks } from "../../src/tasks/tasks.ts";
import type { TaskCallbacks, TasksOptions } from "../../src/tasks/types.ts";
import { memorySql, TestClock } from "./fakes.ts";
import { testServices } from "./services.ts";

/** One life of an object with tasks; another on the same memory is the next life. */
export function life(
  definitions: TaskCallbacks,
  before: { memory?: ReturnType<typeof memorySql>; clock?: TestClock } = {},
  options: TasksOptions = {},
) {
  const world = testServices({ clock: new TestClock(1000), memory: memorySql(), ...before });
  const failures: unknown[] = [];
  const onError = (error: unknown) => void failures.push(error);
  const tasks = world.install(new Tasks({ onError, ...options, definitions }));
  return {
    ...{ ...world, tasks, failures, sql: world.memory.sql },
    types: () => world.events.map(([type]) => type.slice("task:".length)),
    /** Lets time pass from wake-up to wake-up until a run has ended. */
    async settle(runId: string) {
      for (let round = 0; round < 200; round++) {
        await ticks();
        const snapshot = await tasks.get(runId);
        if (snapshot && "settledAt" in snapshot) return snapshot;
        const [job] = world.jobs.owned("tasks").list();
        if (job && job.time > world.clock.now()) world.clock.advance(job.time - world.clock.now());
        await world.runDue();
      }
      throw new Error(`The run did not end: ${JSON.stringify(await tasks.get(runId))}`);
    },
  };
}

/** Lets everything happen that waits for no time. */
export const ticks = () => new Promise<void>((resolve) => setImmediate(resolve));
