import {
  CallbackResolver,
  LifecycleCapability,
  LifecycleJobContext,
  LifecycleJobOutcome,
  LifecycleRouteContext,
  QueueCallbacks,
  QueueCriteria,
  QueueEventType,
  QueueHandlers,
  QueueItem,
  QueueOptions,
  QueuePayload,
  QueuePushOptions,
} from "./shared.js";
/** How a queue of the SDK's own hosts finds its callbacks. */
interface QueueResolver extends CallbackResolver {
  /** Says that there is no callback of this name. */
  unknown(name: string): string;
}
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
declare class Queue<Handlers extends QueueHandlers = QueueCallbacks> extends LifecycleCapability {
  #private;
  /** @param resolver for the SDK's own hosts: takes the place of `callbacks` */
  constructor(options?: QueueOptions<Handlers>, resolver?: QueueResolver);
  onStart(): Promise<void>;
  /**
   * Adds an item. Once the object has started, the item is stored before this returns, so it stands
   * or falls with what the caller stores in the same turn.
   *
   * @throws FreeholdError `invalid_queue_item`, `invalid_retry_options`.
   */
  push<Name extends keyof Handlers & string>(callback: Name, payload?: QueuePayload<Handlers[Name]>, options?: QueuePushOptions): Promise<QueueItem<QueuePayload<Handlers[Name]>>>;
  /** Removes an item; false when there is none with this id. */
  cancel(id: string): Promise<boolean>;
  /** Removes all items, or those of one callback; returns how many. */
  cancelAll(callback?: string): Promise<number>;
  /** The item with this id. */
  get<T = unknown>(id: string): Promise<QueueItem<T> | undefined>;
  /** The items in the order in which they will run, all or those of one callback. */
  list<T = unknown>(criteria?: QueueCriteria): Promise<QueueItem<T>[]>;
  /** Runs an item, here or in the object that owns it. */
  onJob(context: LifecycleJobContext): Promise<LifecycleJobOutcome>;
  /** An item failed for good, and is dropped. */
  onJobError(context: LifecycleJobContext, error: unknown): Promise<LifecycleJobOutcome>;
  /** Answers the queue of an object inside this one, or of the outermost. */
  onRoute({ source, payload }: LifecycleRouteContext): Promise<unknown>;
  /** @internal Removes the items of objects inside this one. */
  __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void>;
}
export {
  Queue,
  type QueueCallbacks,
  type QueueCriteria,
  type QueueEventType,
  type QueueHandlers,
  type QueueItem,
  type QueueOptions,
  type QueuePayload,
  type QueuePushOptions,
};