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
  readonly #sensitive = new Set<string>();
  #cursor: number;
  #page: JournalEvent[] = [];
  #isOver = false;
  #cancel: (() => void) | undefined;

  constructor(reach: Reach, id: string, instance: RemoteInstance, options: SubscribeOptions) {
    const { cursor = 0, filter } = options;
    this.#reach = reach;
    this.#id = id;
    this.#instance = instance;
    this.#cursor = cursor;
    this.#filter = filter && new Set(filter.filter(isEventType));
  }

  async next(): Promise<IteratorResult<InstanceEvent, undefined>> {
    for (;;) {
      if (this.#isOver) return { done: true, value: undefined };
      const event = this.#page.shift();
      if (event === undefined) await this.#fill();
      else {
        if (event.note?.config?.sensitive === "output") this.#sensitive.add(event.step ?? "");
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
      isSensitive: (label: string) => this.#sensitive.has(label),
    };
    return publicEvent(source, event);
  }
}
