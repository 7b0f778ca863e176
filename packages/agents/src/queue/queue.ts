import { FreeholdError, messageOf } from "../errors.ts";
import { type CallbackResolver, registered } from "../jobs/callbacks.ts";
import type { LifecycleJobContext, LifecycleJobOutcome } from "../jobs/job.ts";
import { askKeeper, ownerOf } from "../jobs/owner.ts";
import {
  LifecycleCapability,
  type LifecycleRouteContext,
  servicesOf,
} from "../lifecycle/capability.ts";
import { DEFAULT_RETRY, type RetryPolicy, resolveRetry, validateRetry } from "../retry/options.ts";
import { JobOwner } from "../schema.ts";
import { type ItemEntry, itemOf, type Owner, QueueItems } from "./items.ts";
import { migrateQueue } from "./migrate.ts";
import type {
  QueueCallbacks,
  QueueCriteria,
  QueueEventType,
  QueueHandlers,
  QueueItem,
  QueueOptions,
  QueuePayload,
  QueuePushOptions,
} from "./types.ts";

/** How a queue of the SDK's own hosts finds its callbacks. */
export interface QueueResolver extends CallbackResolver {
  /** Says that there is no callback of this name. */
  unknown(name: string): string;
}

/** What queues of nested objects tell each other: the outermost keeps, the owner runs. */
type Message =
  | { readonly op: "push"; readonly entry: ItemEntry }
  | { readonly op: "get" | "cancel"; readonly id: string }
  | { readonly op: "list" | "cancelAll"; readonly callback: string | undefined }
  | { readonly op: "run"; readonly context: LifecycleJobContext }
  | { readonly op: "failed"; readonly context: LifecycleJobContext; readonly error: string };

/**
 * Work to be done soon, one item after the other, in the order in which it was pushed. It runs after
 * the call that pushed it, survives restarts, and may run again after a crash.
 *
 * @example
 * readonly queue = new Queue({
 *   callbacks: { send: (mail: { to: string }) => deliver(mail) },
 * });
 * readonly lifecycle = Lifecycle.install(this).use(this.queue);
 *
 * async invite(to: string) {
 *   await this.queue.push("send", { to });
 * }
 */
export class Queue<Handlers extends QueueHandlers = QueueCallbacks> extends LifecycleCapability {
  readonly #options: QueueOptions<Handlers>;
  readonly #callbacks: QueueResolver;
  readonly #retry: RetryPolicy;
  readonly #items = new QueueItems(
    () => servicesOf(this).jobs,
    () => servicesOf(this).clock.now(),
  );

  /** @param resolver for the SDK's own hosts: takes the place of `callbacks` */
  constructor(options: QueueOptions<Handlers> = {}, resolver?: QueueResolver) {
    super(JobOwner.QUEUE);
    this.#options = options;
    this.#callbacks = resolver ?? { ...registered(options.callbacks), unknown: notRegistered };
    this.#retry = resolveRetry(options.retry, DEFAULT_RETRY);
  }

  override async onStart(): Promise<void> {
    const { clock, jobs, sql } = servicesOf(this);
    await migrateQueue({ sql, jobs, retryDefaults: this.#retry, now: () => clock.now() });
  }

  /**
   * Adds an item. Once the object has started, the item is stored before this returns, so it stands
   * or falls with what the caller stores in the same turn.
   *
   * @throws FreeholdError `invalid_queue_item`, `invalid_retry_options`.
   */
  async push<Name extends keyof Handlers & string>(
    callback: Name,
    payload?: QueuePayload<Handlers[Name]>,
    options: QueuePushOptions = {},
  ): Promise<QueueItem<QueuePayload<Handlers[Name]>>> {
    this.#check(callback, options);
    const policy = resolveRetry(options.retry, this.#retry);
    const entry: ItemEntry = { callback, payload, id: options.id, policy };
    const item = (await this.#ask({ op: "push", entry })) as QueueItem;
    this.#emit("queue:create", { callback, id: item.id });
    return item as QueueItem<QueuePayload<Handlers[Name]>>;
  }

  /** Removes an item; false when there is none with this id. */
  async cancel(id: string): Promise<boolean> {
    return (await this.#ask({ op: "cancel", id })) as boolean;
  }

  /** Removes all items, or those of one callback; returns how many. */
  async cancelAll(callback?: string): Promise<number> {
    return (await this.#ask({ op: "cancelAll", callback })) as number;
  }

  /** The item with this id. */
  async get<T = unknown>(id: string): Promise<QueueItem<T> | undefined> {
    return (await this.#ask({ op: "get", id })) as QueueItem<T> | undefined;
  }

  /** The items in the order in which they will run, all or those of one callback. */
  async list<T = unknown>(criteria: QueueCriteria = {}): Promise<QueueItem<T>[]> {
    return (await this.#ask({ op: "list", callback: criteria.callback })) as QueueItem<T>[];
  }

  /** Runs an item, here or in the object that owns it. */
  async onJob(context: LifecycleJobContext): Promise<LifecycleJobOutcome> {
    const owner = ownerOf(context.job.payload);
    if (owner) await this.#send(owner, { op: "run", context });
    else await this.#run(context);
    return undefined;
  }

  /** An item failed for good, and is dropped. */
  async onJobError(context: LifecycleJobContext, error: unknown): Promise<LifecycleJobOutcome> {
    const owner = ownerOf(context.job.payload);
    if (owner) await this.#send(owner, { op: "failed", context, error: messageOf(error) });
    else await this.#failed(context, error);
    return undefined;
  }

  /** Answers the queue of an object inside this one, or of the outermost. */
  async onRoute({ source, payload }: LifecycleRouteContext): Promise<unknown> {
    const message = payload as Message;
    if (message.op === "run") return this.#run(message.context);
    if (message.op === "failed") return this.#failed(message.context, new Error(message.error));
    return this.#serve(source, message);
  }

  /** @internal Removes the items of objects inside this one. */
  async __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void> {
    await this.#items.forget(prefix);
  }

  /** Where the items are kept: here, or in the outermost object. */
  #ask(message: Message): unknown {
    return askKeeper(servicesOf(this), message, (asked) => this.#serve(undefined, asked));
  }

  #serve(owner: Owner, message: Message): unknown {
    switch (message.op) {
      case "push":
        return this.#items.push(owner, message.entry);
      case "get":
        return this.#items.get(owner, message.id);
      case "cancel":
        return this.#items.cancel(owner, message.id);
      case "list":
        return this.#items.list(owner, message.callback);
      case "cancelAll":
        return this.#items.cancelAll(owner, message.callback);
      default:
        throw new FreeholdError("no_route", `Queue does not know "${String(message.op)}"`);
    }
  }

  #send(owner: NonNullable<Owner>, message: Message): Promise<unknown> {
    return servicesOf(this).routes.to(owner, message);
  }

  async #run({ job, attempt }: LifecycleJobContext): Promise<void> {
    const { id, fn: callback } = job;
    if (!this.#callbacks.has(callback)) return console.error(`callback ${callback} not found`);
    if (attempt > 1) {
      const { maxAttempts } = resolveRetry(job.retry, this.#retry);
      this.#emit("queue:retry", { callback, id, attempt, maxAttempts });
    }
    const item = itemOf(job);
    await this.lifecycle.runInHostContext(() => this.#callbacks.call(callback, item.payload, item));
  }

  async #failed({ job, attempt }: LifecycleJobContext, error: unknown): Promise<void> {
    const { id, fn: callback } = job;
    console.error(`queue callback "${callback}" failed after ${attempt} attempts`, error);
    this.#emit("queue:error", { callback, id, error: messageOf(error), attempts: attempt });
    await this.#options.onError?.(error);
  }

  #check(callback: unknown, options: QueuePushOptions): void {
    if (typeof callback !== "string") throw invalid("Callback must be a string");
    if (!this.#callbacks.has(callback)) throw invalid(this.#callbacks.unknown(callback));
    const { id } = options;
    if (id !== undefined && (typeof id !== "string" || id.trim() === "")) {
      throw invalid("Queue item ids must be non-empty");
    }
    if (options.retry) validateRetry(options.retry, this.#retry);
  }

  #emit(type: QueueEventType, payload: unknown): void {
    this.lifecycle.events.emit(type, payload);
  }
}

function notRegistered(name: string): string {
  return `Unknown queue callback "${name}": not registered on this Queue`;
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_queue_item", message);
}
