/**
 * How much a chat has streamed in all its life: a number that never falls, by which recovery tells a
 * turn that gets on from one that does not. Kept in the published table and key.
 *
 * @module
 */

import { rowsOrNone, type SqlRunner } from "../../storage/sql.ts";
import { CHAT_PROGRESS_TABLE, ChatKey } from "../schema.ts";

/** Storage of small values, at once. */
export interface Values {
  get<T>(key: string): T | undefined;
  put(key: string, value: unknown): void;
  delete(key: string): boolean;
  list<T>(options: { prefix: string }): Iterable<[string, T]>;
}

/** About as many chunks as the published package puts into one segment, its unit of progress. */
const CHUNKS_PER_UNIT = 10;

/** What was streamed, in units of about ten chunks. */
export class Progress {
  readonly #sql: SqlRunner;
  readonly #kv: Values;
  readonly #chunks = new Map<string, number>();
  #before: number | undefined;
  #credits = 0;

  constructor(sql: SqlRunner, kv: Values) {
    this.#sql = sql;
    this.#kv = kv;
  }

  /** The stream of an answer was opened. */
  begin(streamId: string): void {
    this.#chunks.set(streamId, 0);
  }

  /** Chunks were added to it. */
  grow(streamId: string, count: number): void {
    this.#chunks.set(streamId, (this.#chunks.get(streamId) ?? 0) + count);
  }

  /** Counts what was found of a stream that an earlier life wrote. */
  found(streamId: string, count: number): void {
    if (!this.#chunks.has(streamId)) this.#chunks.set(streamId, count);
  }

  /** Work of other kinds: what agents that run as tools said. */
  credit(): void {
    this.#credits++;
  }

  /** A stream is being deleted: what it counted stays. Runs in the transaction that deletes. */
  retire(streamId: string, segments: number): void {
    const before = this.#retired();
    const count = this.#chunks.get(streamId);
    const units = (count === undefined ? segments : unitsOf(count)) + this.#credits;
    this.#chunks.delete(streamId);
    if (units === 0) return;
    this.#credits = 0;
    this.#before = before + units;
    this.#sql(CHAT_PROGRESS_TABLE);
    this.#sql(
      `INSERT INTO cf_agents_chat_progress (key, retired, legacy) VALUES ('chat', ?, ?)
        ON CONFLICT (key) DO UPDATE SET retired = retired + ?`,
      ...[units, before, units],
    );
    this.#kv.put(ChatKey.PROGRESS, this.#before);
  }

  /** The present number. */
  marker(): number {
    const live = [...this.#chunks.values()].reduce((sum, count) => sum + unitsOf(count), 0);
    return this.#retired() + this.#credits + live;
  }

  /** What deleted streams counted, in whichever place says more. */
  #retired(): number {
    if (this.#before === undefined) {
      const [row] = rowsOrNone(() =>
        this.#sql<{ total: number }>(
          "SELECT retired + legacy AS total FROM cf_agents_chat_progress WHERE key = 'chat'",
        ),
      );
      const mirrored = this.#kv.get<unknown>(ChatKey.PROGRESS);
      this.#before = Math.max(row?.total ?? 0, typeof mirrored === "number" ? mirrored : 0);
    }
    return this.#before;
  }
}

function unitsOf(chunks: number): number {
  return Math.ceil(chunks / CHUNKS_PER_UNIT);
}
