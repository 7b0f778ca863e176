import { isFinished } from "../engine/record.ts";
import type { JournalEvent } from "../journal/history.ts";
import { type InstanceEvent, isEventType, publicEvent } from "../journal/public-event.ts";
import { found, instanceKey, type Reach, type RemoteInstance } from "./reach.ts";

/** Options of `subscribe`. */
export interface SubscribeOptions {
  /** Goes on after the event of this id. Default: from the first. */
  readonly cursor?: number;
  /** Only events of these types. Default all. */
  readonly filter?: readonly string[];
}

/** Events read at a time. */
const PAGE = 100;

/**
 * What happens to an instance, event by event: first what has happened, then what happens. It ends
 * with the instance. It does not keep the instance in memory.
 */
export class Subscription {
  readonly #reach: Reach;
  readonly #id: string;
  readonly #instance: RemoteInstance;
  readonly #filter: ReadonlySet<string> | undefined;
  /** Steps that have begun, as far as is known, and whether their output may be shown. */
  readonly #isSensitive = new Map<string, boolean>();
  #cursor: number;
  #page: JournalEvent[] = [];
  #isOver = false;
  /** The call of `next` that was made last: each waits for the one before. */
  #turn: Promise<unknown> = Promise.resolve();
  #cancel: (() => void) | undefined;

  constructor(reach: Reach, id: string, instance: RemoteInstance, options: SubscribeOptions) {
    const { cursor = 0, filter } = options;
    this.#reach = reach;
    this.#id = id;
    this.#instance = instance;
    this.#cursor = cursor;
    this.#filter = filter && new Set(filter.filter(isEventType));
  }

  next(): Promise<IteratorResult<InstanceEvent, undefined>> {
    const next = this.#turn.then(() => this.#next());
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #next(): Promise<IteratorResult<InstanceEvent, undefined>> {
    for (;;) {
      if (this.#isOver) return { done: true, value: undefined };
      const event = this.#page.shift();
      if (event === undefined) await this.#fill();
      else {
        this.#noteSensitivity(event);
        if (this.#filter?.has(event.type) !== false) {
          return { done: false, value: await this.#shown(event) };
        }
      }
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancel?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #fill(): Promise<void> {
    const { notice, cancel } = this.#reach.hub.next(instanceKey(this.#reach.workflow, this.#id));
    this.#cancel = cancel;
    const page = await this.#instance.events(this.#cursor, PAGE);
    if (page !== undefined && page.events.length > 0) {
      cancel();
      this.#page = [...page.events];
      this.#cursor = page.events.at(-1)?.id ?? this.#cursor;
    } else if (page === undefined || isFinished(page.status)) {
      cancel();
      this.#isOver = true;
    } else await notice;
  }

  #shown(event: JournalEvent): Promise<InstanceEvent> {
    const source = {
      instanceId: this.#id,
      params: async () => found(await this.#instance.info()).params,
      value: (id: number) => this.#instance.value(id),
      isSensitive: (label: string) => this.#hides(label, event.id),
    };
    return publicEvent(source, event);
  }

  #noteSensitivity({ type, step = "", note }: JournalEvent): void {
    if (type !== "step_started") return;
    this.#isSensitive.set(step, note?.config?.sensitive === "output");
  }

  /** A step may have begun before the cursor that this subscription started from. */
  async #hides(label: string, before: number): Promise<boolean> {
    if (!this.#isSensitive.has(label)) {
      const page = await this.#instance.events(0, Number.MAX_SAFE_INTEGER);
      for (const event of page?.events ?? []) {
        if (event.id < before) this.#noteSensitivity(event);
      }
    }
    return this.#isSensitive.get(label) !== false;
  }
}
