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

/** Work that waits for its turn. */
export type QueueItem<T = unknown> = {
  id: string;
  /** Name of the agent's method that runs. */
  callback: string;
  payload: T;
  /** Seconds since the Unix epoch. */
  createdAt: number;
  retry?: RetryOptions;
};

/** Options of `queue`. */
export type QueuePushOptions = {
  /** Pushing an id that waits already replaces that item and keeps its place. */
  id?: string;
  retry?: RetryOptions;
};

/** What the queue room needs from the agent. */
export interface QueueHost {
  readonly jobs: OwnedJobs;
  readonly clock: Clock;
  readonly emit: Emit;
  retryDefaults(): RetryPolicy;
  hasCallback(name: string): boolean;
  /** Runs the method in the agent's context. */
  invoke(name: string, ...args: unknown[]): unknown;
  /** Tells the agent of a failure; MUST NOT throw. */
  failed(error: unknown): Promise<void>;
}

/**
 * Work to be done soon, one item after the other, in the order in which it was pushed. Items are
 * jobs that are due at once, with strictly growing times.
 */
export class Queue implements JobHandler {
  readonly #host: QueueHost;
  #lastTime = 0;

  constructor(host: QueueHost) {
    this.#host = host;
  }

  async push(callback: unknown, payload: unknown, options: QueuePushOptions = {}): Promise<string> {
    const name = this.#checked(callback, options);
    const waiting = options.id === undefined ? undefined : this.#host.jobs.get(options.id);
    const job = await this.#host.jobs.push({
      ...(options.id === undefined ? {} : { id: options.id }),
      fn: name,
      time: waiting?.time ?? this.#nextTime(),
      payload: { payload, owner_path: null, owner_path_key: null } satisfies StoredItem,
      retry: resolveRetry(options.retry, this.#host.retryDefaults()),
    });
    this.#host.emit("queue:create", { callback: name, id: job.id });
    return job.id;
  }

  get(id: string): QueueItem | undefined {
    const job = this.#host.jobs.get(id);
    return job && itemOf(job);
  }

  /** In the order in which they will run. */
  list(): QueueItem[] {
    return this.#host.jobs.list().map(itemOf);
  }

  /** Items whose payload is an object with `value` under `key`. */
  findByPayload(key: string, value: string): QueueItem[] {
    return this.list().filter((item) => valueAt(item.payload, key) === value);
  }

  cancel(id: string): Promise<boolean> {
    return this.#host.jobs.cancel(id);
  }

  /** Removes all items, or those of one callback; returns how many. */
  async cancelAll(callback?: string): Promise<number> {
    const jobs = this.#host.jobs.list(callback);
    for (const job of jobs) await this.#host.jobs.cancel(job.id);
    return jobs.length;
  }

  async run({ job, attempt }: JobContext): Promise<JobOutcome> {
    const { id, fn: callback } = job;
    if (!this.#host.hasCallback(callback)) {
      return console.error(`callback ${callback} not found`);
    }
    if (attempt > 1) {
      const { maxAttempts } = resolveRetry(job.retry, this.#host.retryDefaults());
      this.#host.emit("queue:retry", { callback, id, attempt, maxAttempts });
    }
    const item = itemOf(job);
    await this.#host.invoke(callback, item.payload, item);
  }

  async failed({ job, attempt }: JobContext, error: unknown): Promise<JobOutcome> {
    console.error(`queue callback "${job.fn}" failed after ${attempt} attempts`, error);
    const told = { callback: job.fn, id: job.id, error: messageOf(error), attempts: attempt };
    this.#host.emit("queue:error", told);
    await this.#host.failed(error);
  }

  /** Later than every item that waits, also those from before a restart. */
  #nextTime(): number {
    if (this.#lastTime === 0) this.#lastTime = this.#host.jobs.list().at(-1)?.time ?? 0;
    this.#lastTime = Math.max(this.#host.clock.now(), this.#lastTime + 1);
    return this.#lastTime;
  }

  #checked(callback: unknown, options: QueuePushOptions): string {
    if (typeof callback !== "string") throw invalid("Callback must be a string");
    if (!this.#host.hasCallback(callback)) throw invalid(`this.${callback} is not a function`);
    if (options.id === "") throw invalid("Queue item ids must be non-empty");
    if (options.retry) validateRetry(options.retry, this.#host.retryDefaults());
    return callback;
  }
}

/** What an item stores in its job: the payload, and the sub-agent that owns it (none). */
interface StoredItem {
  readonly payload?: unknown;
  readonly owner_path: string | null;
  readonly owner_path_key: string | null;
}

function itemOf(job: Job): QueueItem {
  const { payload } = (job.payload ?? {}) as Partial<StoredItem>;
  const item = { id: job.id, callback: job.fn, payload, createdAt: job.createdAt };
  return job.retry ? { ...item, retry: job.retry } : item;
}

function valueAt(payload: unknown, key: string): unknown {
  return typeof payload === "object" && payload !== null ? Reflect.get(payload, key) : undefined;
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_queue_item", message);
}
