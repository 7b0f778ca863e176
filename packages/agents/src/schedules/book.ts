import type { LifecycleJob, LifecycleJobs } from "../jobs/job.ts";
import { isOwnedWithin, ownerOf, storedOwner } from "../jobs/owner.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import type { RetryOptions, RetryPolicy } from "../retry/options.ts";
import { matches, type SchedulePayload, sameSchedule, scheduleOf, type Timing } from "./plan.ts";
import type { Schedule, ScheduleCriteria } from "./types.ts";

/** Which object's schedules; undefined for the outermost object's own. */
export type Owner = LifecycleRouteAddress | undefined;

/** A schedule to be stored. */
export interface ScheduleEntry {
  readonly callback: string;
  readonly timing: Timing;
  readonly payload: unknown;
  /** What was asked for; stored as it is. */
  readonly retry: RetryOptions | undefined;
  /** What that comes to. */
  readonly policy: RetryPolicy;
  readonly hungTimeoutSeconds: number;
  /** Return an equal schedule that exists instead. */
  readonly idempotent: boolean;
}

/** A schedule that was asked for, and whether it had to be made. */
export interface Added {
  readonly schedule: Schedule<unknown>;
  readonly created: boolean;
}

/** The stored schedules of an object and of those inside it: jobs with a callback and a timing. */
export class ScheduleBook {
  readonly #jobs: () => LifecycleJobs;

  constructor(jobs: () => LifecycleJobs) {
    this.#jobs = jobs;
  }

  async add(owner: Owner, entry: ScheduleEntry): Promise<Added> {
    const { callback, payload, policy, retry, timing, hungTimeoutSeconds } = entry;
    const existing = entry.idempotent ? this.#find(owner, entry) : undefined;
    if (existing) {
      await this.#jobs().rearm();
      return { schedule: existing, created: false };
    }
    const { time, ...kind } = timing;
    const stored: SchedulePayload = {
      ...{ payload, ...(retry ? { retry } : {}) },
      ...{ ...kind, ...storedOwner(owner) },
    };
    const { id } = await this.#jobs().push({
      ...{ fn: callback, time: time * 1000, payload: stored, retry: policy },
      ...{ singleflight: timing.type === "interval", hungTimeoutSeconds },
    });
    const schedule = { id, callback, payload, ...(retry ? { retry } : {}), ...timing };
    return { schedule, created: true };
  }

  get(owner: Owner, id: string): Schedule<unknown> | undefined {
    const job = this.#jobs().get(id);
    return job && this.#owns(owner, job) ? scheduleOf(job) : undefined;
  }

  /** By time. */
  list(owner: Owner, criteria: ScheduleCriteria = {}): Schedule<unknown>[] {
    return this.#read(owner).filter((schedule) => matches(schedule, criteria));
  }

  /** Removes a schedule; returns its callback, or undefined when there is none. */
  async cancel(owner: Owner, id: string): Promise<string | undefined> {
    const job = this.#jobs().get(id);
    if (!job || !this.#owns(owner, job)) return undefined;
    return (await this.#jobs().cancel(id)) ? job.fn : undefined;
  }

  /** Removes the schedules of an object and of those inside it; returns id and callback of each. */
  async forget(prefix: string): Promise<{ readonly id: string; readonly callback: string }[]> {
    const owned = this.#jobs()
      .list()
      .filter(({ payload }) => isOwnedWithin(payload, prefix));
    for (const { id } of owned) await this.#jobs().cancel(id);
    return owned.map(({ fn, id }) => ({ id, callback: fn }));
  }

  #find(owner: Owner, { callback, timing, payload }: ScheduleEntry): Schedule<unknown> | undefined {
    return this.#read(owner, callback).find((found) => sameSchedule(found, timing, payload));
  }

  #read(owner: Owner, callback?: string): Schedule<unknown>[] {
    return this.#jobs()
      .list(callback)
      .filter((job) => this.#owns(owner, job))
      .flatMap((job) => scheduleOf(job) ?? []);
  }

  #owns(owner: Owner, job: LifecycleJob): boolean {
    return ownerOf(job.payload)?.key === owner?.key;
  }
}
