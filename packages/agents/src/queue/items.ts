import type { LifecycleJob, LifecycleJobs } from "../jobs/job.ts";
import { isOwnedWithin, ownerOf, type StoredOwner, storedOwner } from "../jobs/owner.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import type { RetryPolicy } from "../retry/options.ts";
import type { QueueItem } from "./types.ts";

/** Which object's items; undefined for the outermost object's own. */
export type Owner = LifecycleRouteAddress | undefined;

/** What an item stores in its job. */
export interface StoredItem extends StoredOwner {
  readonly payload?: unknown;
}

/** An item to be stored. */
export interface ItemEntry {
  readonly callback: string;
  readonly payload: unknown;
  readonly id: string | undefined;
  readonly policy: RetryPolicy;
}

/** The stored items of an object and of those inside it: jobs due at once, one after the other. */
export class QueueItems {
  readonly #jobs: () => LifecycleJobs;
  readonly #now: () => number;
  #lastTime = 0;

  constructor(jobs: () => LifecycleJobs, now: () => number) {
    this.#jobs = jobs;
    this.#now = now;
  }

  async push(owner: Owner, { callback, id, payload, policy }: ItemEntry): Promise<QueueItem> {
    const waiting = id === undefined ? undefined : this.#jobs().get(id);
    const stored: StoredItem = { payload, ...storedOwner(owner) };
    const job = await this.#jobs().push({
      ...(id === undefined ? {} : { id }),
      ...{ fn: callback, time: waiting?.time ?? this.#nextTime(), payload: stored, retry: policy },
    });
    return itemOf(job);
  }

  get(owner: Owner, id: string): QueueItem | undefined {
    const job = this.#jobs().get(id);
    return job && ownerOf(job.payload)?.key === owner?.key ? itemOf(job) : undefined;
  }

  /** In the order in which they will run; all, or those of one callback. */
  list(owner: Owner, callback?: string): QueueItem[] {
    return this.#jobs()
      .list(callback)
      .filter((job) => ownerOf(job.payload)?.key === owner?.key)
      .map(itemOf);
  }

  async cancel(owner: Owner, id: string): Promise<boolean> {
    return this.get(owner, id) !== undefined && this.#jobs().cancel(id);
  }

  /** Removes all items, or those of one callback; returns how many. */
  async cancelAll(owner: Owner, callback?: string): Promise<number> {
    const items = this.list(owner, callback);
    for (const { id } of items) await this.#jobs().cancel(id);
    return items.length;
  }

  /** Removes the items of an object and of those inside it. */
  async forget(prefix: string): Promise<void> {
    for (const { id, payload } of this.#jobs().list()) {
      if (isOwnedWithin(payload, prefix)) await this.#jobs().cancel(id);
    }
  }

  /** Later than every item that waits, also those from before a restart. */
  #nextTime(): number {
    if (this.#lastTime === 0) this.#lastTime = this.#jobs().list().at(-1)?.time ?? 0;
    this.#lastTime = Math.max(this.#now(), this.#lastTime + 1);
    return this.#lastTime;
  }
}

/** What callers see of a stored item. */
export function itemOf(job: LifecycleJob): QueueItem {
  const { payload } = (job.payload ?? {}) as Partial<StoredItem>;
  const item = { id: job.id, callback: job.fn, payload, createdAt: job.createdAt };
  return job.retry ? { ...item, retry: job.retry } : item;
}

/** Whether an item's payload is an object with `value` under `key`. */
export function hasPayloadValue(item: QueueItem, key: string, value: unknown): boolean {
  const { payload } = item;
  return typeof payload === "object" && payload !== null && Reflect.get(payload, key) === value;
}
