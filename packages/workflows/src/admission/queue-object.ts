import type { Clock, PackageObjectContext } from "@freehold/host";
import { QUEUE_TABLE } from "../schema.ts";
import type { Waiting } from "./admission.ts";

/** What the queue has of its workflow. */
export interface QueueParts {
  readonly clock: Clock;
  /** Instances that may be waiting. */
  onLoad(list: readonly Waiting[]): void;
}

/** The one object of this class. */
export const QUEUE_NAME = "queue";

/** While anything is kept, a process that begins is told of it so long after at the latest. */
const RELOAD_MS = 10_000;

/**
 * Which instances of a workflow wait for room, over the end of the process. While a process lives its
 * {@link Admission} is the truth: this is what the next one begins with. An entry may be out of date,
 * an instance that waits is never missing for longer than its own alarm needs.
 */
export class QueueObject {
  readonly #context: PackageObjectContext;
  readonly #parts: QueueParts;

  constructor(context: PackageObjectContext, parts: QueueParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async keep(id: string, order: number): Promise<void> {
    const { sql } = this.#context.storage;
    if (!this.#exists()) sql.exec(QUEUE_TABLE);
    sql.exec("INSERT OR IGNORE INTO queue VALUES (?, ?)", id, order);
    await this.#remind();
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (this.#exists()) {
      const { sql } = this.#context.storage;
      for (const id of ids) sql.exec("DELETE FROM queue WHERE id = ?", id);
    }
    this.#context.leave("idle");
  }

  /** All that is kept, the first first. */
  load(): readonly Waiting[] {
    this.#context.leave("idle");
    if (!this.#exists()) return [];
    const rows = this.#context.storage.sql.exec('SELECT id, "order" FROM queue ORDER BY "order"');
    return Array.from(rows, ({ id, order }) => ({ id: String(id), order: Number(order) }));
  }

  async alarm(): Promise<void> {
    const list = this.load();
    if (list.length === 0) return;
    await this.#remind();
    this.#parts.onLoad(list);
  }

  async #remind(): Promise<void> {
    const { storage } = this.#context;
    if ((await storage.getAlarm()) !== null) return;
    await storage.setAlarm(this.#parts.clock.now() + RELOAD_MS);
  }

  #exists(): boolean {
    const known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'queue'";
    return this.#context.storage.sql.exec(known).toArray().length > 0;
  }
}
