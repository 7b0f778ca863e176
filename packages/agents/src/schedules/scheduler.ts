import type { Clock } from "../clock.ts";
import { FreeholdError, messageOf } from "../errors.ts";
import type { Job, JobContext, JobOutcome, OwnedJobs } from "../jobs/job.ts";
import type { JobHandler } from "../jobs/jobs.ts";
import type { Emit } from "../observability/events.ts";
import {
  type RetryOptions,
  type RetryPolicy,
  resolveRetry,
  validateRetry,
} from "../retry/options.ts";
import {
  intervalOf,
  matches,
  nextRun,
  type SchedulePayload,
  sameSchedule,
  scheduleOf,
  type Timing,
  timingOf,
} from "./plan.ts";
import type { Schedule, ScheduleCriteria, ScheduleOptions } from "./types.ts";

/** What the schedule room needs from the agent. */
export interface ScheduleHost {
  readonly jobs: OwnedJobs;
  readonly clock: Clock;
  readonly emit: Emit;
  retryDefaults(): RetryPolicy;
  /** Seconds after which a running interval counts as lost. */
  hungTimeoutSeconds(): number;
  /** Whether the agent has a method of this name. */
  hasCallback(name: string): boolean;
  /** Runs the method in the agent's context. */
  invoke(name: string, ...args: unknown[]): unknown;
  /** Whether the agent's `onStart` is running. */
  starting(): boolean;
  /** Tells the agent of a failure; MUST NOT throw. */
  failed(error: unknown): Promise<void>;
}

/** Schedules of one agent: jobs with a callback and a timing. */
export class Schedules implements JobHandler {
  readonly #host: ScheduleHost;
  /** Callbacks warned about during this start. */
  readonly #warned = new Set<string>();

  constructor(host: ScheduleHost) {
    this.#host = host;
  }

  /** Runs `callback` at a moment, after seconds, or by a cron expression. */
  async set(
    when: unknown,
    callback: unknown,
    payload: unknown,
    options: ScheduleOptions = {},
  ): Promise<Schedule<unknown>> {
    const name = this.#checked(callback, options.retry);
    const timing = timingOf(when, name, this.#host.clock.now());
    const idempotent = options.idempotent ?? timing.type === "cron";
    if (!idempotent && options.idempotent === undefined) this.#warnDuringStart(name);
    return this.#add(name, timing, payload, idempotent, options.retry);
  }

  /** Runs `callback` again and again, `seconds` after each end. */
  async every(
    seconds: unknown,
    callback: unknown,
    payload: unknown,
    options: ScheduleOptions = {},
  ): Promise<Schedule<unknown>> {
    const timing = intervalOf(seconds, this.#host.clock.now());
    const name = this.#checked(callback, options.retry);
    return this.#add(name, timing, payload, options.idempotent ?? true, options.retry);
  }

  get(id: string): Schedule<unknown> | undefined {
    const job = this.#host.jobs.get(id);
    return job && scheduleOf(job);
  }

  /** By time. */
  list(criteria: ScheduleCriteria = {}): Schedule<unknown>[] {
    return this.#host.jobs
      .list()
      .flatMap((job) => scheduleOf(job) ?? [])
      .filter((schedule) => matches(schedule, criteria));
  }

  /** Returns false when there is no such schedule. */
  async cancel(id: string): Promise<boolean> {
    const callback = this.#host.jobs.get(id)?.fn;
    const cancelled = await this.#host.jobs.cancel(id);
    if (cancelled && callback) this.#host.emit("schedule:cancel", { callback, id });
    return cancelled;
  }

  /** A start begins: warnings may be given again. */
  startBegins(): void {
    this.#warned.clear();
  }

  async run({ job, attempt }: JobContext): Promise<JobOutcome> {
    const schedule = scheduleOf(job);
    const { id, fn: callback } = job;
    if (!schedule) return this.#unreadable(job);
    if (!this.#host.hasCallback(callback)) {
      console.error(`callback ${callback} not found`);
      return this.#after(schedule);
    }
    if (attempt === 1) this.#host.emit("schedule:execute", { callback, id });
    else {
      const { maxAttempts } = resolveRetry(job.retry, this.#host.retryDefaults());
      this.#host.emit("schedule:retry", { callback, id, attempt, maxAttempts });
    }
    await this.#host.invoke(callback, schedule.payload, schedule);
    return this.#after(schedule);
  }

  async failed({ job, attempt }: JobContext, error: unknown): Promise<JobOutcome> {
    const { id, fn: callback } = job;
    console.error(`error executing callback "${callback}"`, error);
    const told = { callback, id, error: messageOf(error), attempts: attempt };
    this.#host.emit("schedule:error", told);
    await this.#host.failed(error);
    const schedule = scheduleOf(job);
    return schedule && this.#after(schedule);
  }

  #after(schedule: Schedule<unknown>): JobOutcome {
    const rescheduleAt = nextRun(schedule, this.#host.clock.now());
    return rescheduleAt === undefined ? undefined : { rescheduleAt };
  }

  #unreadable(job: Job): undefined {
    const told = { callback: job.fn, id: job.id, error: "unreadable payload", attempts: 0 };
    console.error(`Schedule ${job.id} has an unreadable payload; it is dropped`);
    this.#host.emit("schedule:error", told);
  }

  async #add(
    callback: string,
    timing: Timing,
    payload: unknown,
    idempotent: boolean,
    retry: RetryOptions | undefined,
  ): Promise<Schedule<unknown>> {
    const existing = idempotent ? this.#find(callback, timing, payload) : undefined;
    if (existing) {
      await this.#host.jobs.rearm();
      return existing;
    }
    const { time, ...kind } = timing;
    const stored: SchedulePayload = {
      payload,
      ...(retry ? { retry } : {}),
      ...kind,
      owner_path: null,
      owner_path_key: null,
    };
    const job = await this.#host.jobs.push({
      fn: callback,
      time: time * 1000,
      payload: stored,
      retry: resolveRetry(retry, this.#host.retryDefaults()),
      singleflight: timing.type === "interval",
      hungTimeoutSeconds: this.#host.hungTimeoutSeconds(),
    });
    this.#host.emit("schedule:create", { callback, id: job.id });
    return { id: job.id, callback, payload, ...(retry ? { retry } : {}), ...timing };
  }

  #find(callback: string, timing: Timing, payload: unknown): Schedule<unknown> | undefined {
    return this.#host.jobs
      .list(callback)
      .flatMap((job) => scheduleOf(job) ?? [])
      .find((schedule) => sameSchedule(schedule, timing, payload));
  }

  #checked(callback: unknown, retry: RetryOptions | undefined): string {
    if (typeof callback !== "string") {
      throw new FreeholdError("invalid_schedule", "Callback must be a string");
    }
    if (!this.#host.hasCallback(callback)) {
      throw new FreeholdError(
        "unknown_callback",
        `Unknown scheduled callback "${callback}": not registered on this Scheduler`,
        { help: `Add a method named ${callback} to the agent's class.` },
      );
    }
    if (retry) validateRetry(retry, this.#host.retryDefaults());
    return callback;
  }

  #warnDuringStart(callback: string): void {
    if (!this.#host.starting() || this.#warned.has(callback)) return;
    this.#warned.add(callback);
    console.warn(
      `Scheduling "${callback}" during startup (e.g. onStart()) without { idempotent: true } creates a new row on every Durable Object restart, which can cause duplicate executions. Pass { idempotent: true } to deduplicate, or use an interval schedule for recurring tasks.`,
    );
  }
}
