import type { RetryOptions } from "../retry/options.ts";

/** Durable work at a time. `time` is the next run, in whole seconds since the Unix epoch. */
export type Schedule<T = string> = {
  id: string;
  /** Name of the callback that runs. */
  callback: string;
  payload: T;
  retry?: RetryOptions;
} & (
  | { type: "scheduled"; time: number }
  | { type: "delayed"; time: number; delayInSeconds: number }
  | { type: "cron"; time: number; cron: string; timezone?: string }
  | { type: "interval"; time: number; intervalSeconds: number }
);

/** Constraint of a scheduler's callbacks: each gets its payload and the schedule that is due. */
export type SchedulerHandlers = Record<string, (payload: never, schedule: never) => unknown>;

/** The callbacks of a scheduler that names none: any name, any payload. */
export type SchedulerCallbacks = Record<
  string,
  (payload: unknown, schedule: Schedule<unknown>) => unknown
>;

/** What a callback takes as payload. */
export type SchedulerPayload<Handler> = Handler extends (
  payload: infer Payload,
  ...rest: never[]
) => unknown
  ? Payload
  : never;

/** Options of one schedule. */
export type ScheduleOptions = {
  retry?: RetryOptions;
  /**
   * Return an equal schedule that exists instead of adding one. Default: true for cron and
   * intervals, false for the others.
   */
  idempotent?: boolean;
  /**
   * Zone in whose local time a cron expression is read, as in the IANA database. Default: the
   * runtime's local time, which is UTC on Workers and on Freehold. The published SDK reads such a
   * schedule too, in its own default.
   */
  timezone?: string;
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
  type?: "scheduled" | "delayed" | "cron" | "interval";
  timeRange?: { start?: Date; end?: Date };
};

/** What a scheduler tells of. */
export type SchedulerEventType =
  | "schedule:create"
  | "schedule:cancel"
  | "schedule:execute"
  | "schedule:retry"
  | "schedule:error"
  | "schedule:duplicate_warning";

/** What a scheduler runs, and how. */
export interface SchedulerOptions<Handlers extends SchedulerHandlers = SchedulerCallbacks> {
  /** What can be scheduled, by the name that is stored. Give them at every start. */
  readonly callbacks?: Handlers;
  /** Retries of callbacks that fail. Default 3 attempts, 100 ms, at most 3000 ms. */
  readonly retry?: RetryOptions;
  /** Seconds after which a running interval counts as lost. Default 30. */
  readonly hungScheduleTimeoutSeconds?: number;
  /** Told of a callback that failed for good; runs outside the host's context. */
  readonly onError?: (error: unknown) => void | Promise<void>;
}
