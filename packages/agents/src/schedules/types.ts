import type { RetryOptions } from "../retry/options.ts";

/** Durable work at a time. `time` is the next run, in whole seconds since the Unix epoch. */
export type Schedule<T = string> = {
  id: string;
  /** Name of the agent's method that runs. */
  callback: string;
  payload: T;
  retry?: RetryOptions;
} & (
  | { type: "scheduled"; time: number }
  | { type: "delayed"; time: number; delayInSeconds: number }
  | { type: "cron"; time: number; cron: string }
  | { type: "interval"; time: number; intervalSeconds: number }
);

/** The four kinds of schedule. */
export type ScheduleType = Schedule["type"];

/** Options of `schedule`. */
export type ScheduleOptions = {
  retry?: RetryOptions;
  /**
   * Return an equal schedule that exists instead of adding one. Default: true for cron and
   * intervals, false for the others.
   */
  idempotent?: boolean;
};

/** The options of `scheduleEvery`, in the words of all schedules. */
export function publicOptions(options?: {
  retry?: RetryOptions;
  _idempotent?: boolean;
}): ScheduleOptions {
  const { _idempotent: idempotent = true, ...rest } = options ?? {};
  return { ...rest, idempotent };
}

/** Filters; all that are given must match. The time range includes both ends. */
export type ScheduleCriteria = {
  id?: string;
  type?: ScheduleType;
  timeRange?: { start?: Date; end?: Date };
};
