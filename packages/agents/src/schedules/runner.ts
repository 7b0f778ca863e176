import { messageOf } from "../errors.ts";
import type { CallbackResolver } from "../jobs/callbacks.ts";
import type { LifecycleJob, LifecycleJobContext } from "../jobs/job.ts";
import type { LifecycleServices } from "../lifecycle/capability.ts";
import { type RetryPolicy, resolveRetry } from "../retry/options.ts";
import type { Schedule } from "./types.ts";

/** What running schedules needs. */
export interface RunnerPorts {
  readonly callbacks: CallbackResolver;
  readonly retry: RetryPolicy;
  readonly onError: ((error: unknown) => void | Promise<void>) | undefined;
  services(): LifecycleServices;
}

/** Runs the callbacks of schedules, in the host's context, and tells of it. */
export class ScheduleRunner {
  readonly #ports: RunnerPorts;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  /** A callback that does not exist any more is logged and counts as run. */
  async run({ job, attempt }: LifecycleJobContext, schedule: Schedule<unknown>): Promise<void> {
    const { callbacks, retry, services } = this.#ports;
    const { id, fn: callback } = job;
    if (!callbacks.has(callback)) return console.error(`callback ${callback} not found`);
    const { events, runInHostContext } = services();
    if (attempt === 1) events.emit("schedule:execute", { callback, id });
    else {
      const { maxAttempts } = resolveRetry(job.retry, retry);
      events.emit("schedule:retry", { callback, id, attempt, maxAttempts });
    }
    await runInHostContext(() => callbacks.call(callback, schedule.payload, schedule));
  }

  /** A callback failed in every attempt. */
  async failed({ job, attempt }: LifecycleJobContext, error: unknown): Promise<void> {
    const { id, fn: callback } = job;
    console.error(`error executing callback "${callback}"`, error);
    const told = { callback, id, error: messageOf(error), attempts: attempt };
    this.#ports.services().events.emit("schedule:error", told);
    await this.#ports.onError?.(error);
  }

  /** What is stored of a schedule makes no sense. */
  unreadable({ id, fn: callback }: LifecycleJob): undefined {
    console.error(`Schedule ${id} has an unreadable payload; it is dropped`);
    const told = { callback, id, error: "unreadable payload", attempts: 0 };
    this.#ports.services().events.emit("schedule:error", told);
  }
}
