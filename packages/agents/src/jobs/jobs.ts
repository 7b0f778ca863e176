import { FreeholdError } from "../errors.ts";
import type { Emit } from "../observability/events.ts";
import { type RetryPolicy, resolveRetry } from "../retry/options.ts";
import {
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isPlatformFailure,
} from "../retry/platform.ts";
import { type RetryPorts, retry } from "../retry/retry.ts";
import type { JobAlarm } from "./alarm.ts";
import { admit, backlogs } from "./decide.ts";
import type {
  JobHandler,
  LifecycleJob,
  LifecycleJobContext,
  LifecycleJobOutcome,
  LifecycleJobPushOptions,
  LifecycleJobs,
} from "./job.ts";
import type { JobStore, StoredJob } from "./store.ts";
import { HungWatch } from "./watch.ts";

/** What the job room needs. */
export interface JobPorts extends RetryPorts {
  readonly store: JobStore;
  readonly alarm: JobAlarm;
  readonly emit: Emit;
  /** Who runs an owner's jobs; undefined when nobody does. */
  handlerOf(owner: string): JobHandler | undefined;
  /** Policy of jobs that bring none; read when a job runs. */
  retryDefaults(): RetryPolicy;
  /** True once the object is being destroyed: nothing may be stored any more. */
  stopped(): boolean;
}

const ID_LENGTH = 9;
/** Least time between what is stored as the time of two pushes, in seconds. */
const TICK_SECONDS = 0.000_001;

/** All durable work of one object: stores it, and runs what is due, one at a time. */
export class Jobs {
  readonly #ports: JobPorts;
  /** The job that runs, and whether it was pushed or re-timed meanwhile. */
  #current: { readonly id: string; superseded: boolean } | undefined;
  /** The job whose run ended the last wake-up with a failure of the platform. */
  #struck: LifecycleJob | undefined;
  #lastPush = 0;

  constructor(ports: JobPorts) {
    this.#ports = ports;
  }

  /** The job whose run ended the last wake-up with a failure of the platform. */
  get struck(): LifecycleJob | undefined {
    return this.#struck;
  }

  /** An owner's own view. */
  owned(owner: string): LifecycleJobs {
    return {
      push: (input) => this.#push(owner, input),
      cancel: (id) => this.#cancel(owner, id),
      reschedule: (id, time) => this.#reschedule(owner, id, time),
      get: (id) => {
        const job = this.#ports.store.get(id)?.job;
        return job?.capability === owner ? job : undefined;
      },
      list: (fn) => this.#ports.store.list(owner, fn),
      rearm: () => this.#ports.alarm.recheck(),
    };
  }

  /**
   * Runs what is due, by due time. Each job is read again before it runs, so what an earlier one
   * cancelled does not run. Rejects for a failure of the platform: the job is kept.
   */
  async runDue(): Promise<void> {
    this.#struck = undefined;
    const now = this.#ports.clock.now();
    const due = this.#ports.store.due(now);
    for (const [capability, count] of backlogs(due.map(({ owner }) => owner))) {
      console.warn(`${count} jobs of "${capability}" are due at once`);
      this.#ports.emit("job:backlog_warning", { capability, count });
    }
    const watch = new HungWatch(this.#ports.clock, (...hung) => this.#tellOfHung(...hung));
    try {
      for (const { id } of due) {
        if (this.#ports.stopped()) return;
        const stored = this.#read(id);
        if (stored && stored.job.time <= now) await this.#runOne(stored, watch);
      }
    } finally {
      watch.stop();
    }
  }

  async #push(owner: string, input: LifecycleJobPushOptions): Promise<LifecycleJob> {
    if (!Number.isFinite(input.time) || input.time < 0) {
      throw invalid(`Invalid job time: ${input.time}`);
    }
    if (typeof input.fn !== "string" || input.fn === "")
      throw invalid("Jobs require a non-empty fn");
    const id = input.id ?? this.#ports.random.id(ID_LENGTH);
    const holder = input.id === undefined ? undefined : this.#ports.store.head(id)?.owner;
    if (holder !== undefined && holder !== owner) {
      throw invalid(
        `Job id "${id}" already belongs to "${holder}"; job ids are scoped to their owner`,
      );
    }
    const pushedAt = this.#pushTime();
    this.#ports.store.put(id, owner, input, pushedAt);
    this.#supersede(id);
    await this.#ports.alarm.atLatest(input.time, { id, time: input.time });
    return {
      id,
      capability: owner,
      fn: input.fn,
      time: input.time,
      payload: input.payload,
      retry: input.retry,
      singleflight: input.singleflight ?? false,
      exclusive: input.exclusive ?? false,
      recoveryLoop: input.recoveryLoop ?? false,
      createdAt: Math.floor(pushedAt),
    };
  }

  /** Seconds, later than that of every push before: of jobs due at one time the first pushed comes first. */
  #pushTime(): number {
    this.#lastPush = Math.max(this.#ports.clock.now() / 1000, this.#lastPush + TICK_SECONDS);
    return this.#lastPush;
  }

  async #cancel(owner: string, id: string): Promise<boolean> {
    const held = this.#ports.store.head(id);
    if (held?.owner !== owner) return false;
    this.#ports.store.delete(id);
    this.#supersede(id);
    await this.#ports.alarm.released(held.time);
    return true;
  }

  async #reschedule(owner: string, id: string, time: number): Promise<boolean> {
    if (!Number.isFinite(time) || time < 0) throw invalid(`Invalid job time: ${time}`);
    if (this.#ports.store.head(id)?.owner !== owner) return false;
    this.#ports.store.retime(id, time);
    this.#supersede(id);
    await this.#ports.alarm.rearm();
    return true;
  }

  #supersede(id: string): void {
    if (this.#current?.id === id) this.#current.superseded = true;
  }

  /** A job that cannot be read is dropped: it would fail for ever. */
  #read(id: string): StoredJob | undefined {
    try {
      return this.#ports.store.get(id);
    } catch (error) {
      console.error(`Dropping job ${id}:`, error);
      this.#ports.store.delete(id);
      return undefined;
    }
  }

  async #runOne({ job, mark }: StoredJob, watch: HungWatch): Promise<void> {
    const { store, clock } = this.#ports;
    const handler = this.#ports.handlerOf(job.capability);
    if (!handler) {
      console.error(`No capability "${job.capability}" runs job ${job.id}; it is dropped`);
      return store.delete(job.id);
    }
    const admission = admit(mark, clock.now());
    if (admission.kind === "skip") {
      return console.warn(`Skipping job ${job.id}: previous execution still running`);
    }
    if (admission.kind === "reset") {
      const ago = admission.startedSecondsAgo;
      console.warn(`Forcing reset of hung job ${job.id} (started ${ago}s ago)`);
    }
    if (job.singleflight) store.markRunning(job.id, clock.now());
    const current = { id: job.id, superseded: false };
    this.#current = current;
    watch.begin(job, mark.hungTimeoutSeconds);
    try {
      const outcome = await this.#attempt(handler, job);
      if (!current.superseded && !this.#ports.stopped()) this.#settle(job, outcome);
    } finally {
      this.#current = undefined;
      watch.end();
    }
  }

  async #attempt(handler: JobHandler, job: LifecycleJob): Promise<LifecycleJobOutcome> {
    const policy = resolveRetry(job.retry, this.#ports.retryDefaults());
    let attempts = 0;
    try {
      const outcome = await retry(
        (attempt) => {
          attempts = attempt;
          return handler.onJob({ job, attempt });
        },
        policy,
        this.#ports,
        { shouldRetry: (error) => !this.#ports.stopped() && worthRetrying(error) },
      );
      if (isOutcome(outcome)) return outcome;
      return await this.#failed(handler, { job, attempt: attempts }, wrongOutcome(job));
    } catch (error) {
      if (this.#ports.stopped()) return undefined;
      if (isPlatformFailure(error)) this.#defer(job, error);
      return this.#failed(handler, { job, attempt: attempts }, error);
    }
  }

  /** @throws `error`, so that the platform repeats the alarm in a fresh life of the object. */
  #defer(job: LifecycleJob, error: unknown): never {
    this.#struck = job;
    this.#ports.store.clearRunning(job.id);
    console.error(
      `Deferring job ${job.id} to a fresh invocation after a platform failure; the job is preserved.`,
    );
    throw error;
  }

  /** Asks the owner what becomes of a job that failed for good. An owner that fails too drops it. */
  async #failed(
    handler: JobHandler,
    context: LifecycleJobContext,
    error: unknown,
  ): Promise<LifecycleJobOutcome> {
    if (!handler.onJobError) console.error(`Job ${context.job.id} failed:`, error);
    try {
      const outcome = await handler.onJobError?.(context, error);
      if (isOutcome(outcome)) return outcome;
      console.error(wrongOutcome(context.job));
    } catch (thrown) {
      if (isPlatformFailure(thrown)) this.#defer(context.job, thrown);
      console.error(`Job ${context.job.id} is dropped: its owner could not deal with`, thrown);
    }
    return undefined;
  }

  #settle(job: LifecycleJob, outcome: LifecycleJobOutcome): void {
    const { store } = this.#ports;
    if (outcome === undefined) store.delete(job.id);
    else if (outcome === "yield") store.clearRunning(job.id);
    else store.retime(job.id, outcome.rescheduleAt);
  }

  #tellOfHung({ id, capability, fn }: LifecycleJob, seconds: number): void {
    console.warn(`Job ${id} ("${fn}") has been running for more than ${seconds}s`);
    const thresholdMs = seconds * 1000;
    this.#ports.emit("job:slow_dispatch", { capability, fn, id, thresholdMs });
  }
}

function isOutcome(value: unknown): value is LifecycleJobOutcome {
  if (value === undefined || value === "yield") return true;
  if (typeof value !== "object" || value === null) return false;
  return Number.isFinite((value as { rescheduleAt?: unknown }).rescheduleAt);
}

function wrongOutcome(job: LifecycleJob): FreeholdError {
  return new FreeholdError("invalid_job", `Invalid job outcome for ${job.id}`, {
    help: 'Return nothing, "yield", or { rescheduleAt } in milliseconds since the Unix epoch.',
  });
}

function worthRetrying(error: unknown): boolean {
  return !isDurableObjectCodeUpdateReset(error) && !isDurableObjectMemoryLimitReset(error);
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_job", message);
}
