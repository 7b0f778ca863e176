import type { SqlRunner } from "../storage/sql.ts";
import { LEGACY_STREAM_CHUNKS_TABLE as TABLE } from "./schema.ts";

/** Rows moved at once. */
const PAGE = 500;

/** The log of today. */
interface Log {
  createTables(): void;
  add(streamId: string, json: string, at: number): void;
}

/**
 * The log of an earlier version, one row a chunk. A stream's rows are moved into blocks when it is
 * first touched; the table goes at the first start that finds it empty. Each move is one turn, so a
 * crash finds it done or not begun.
 */
export class LegacyChunks {
  readonly #sql: () => SqlRunner;
  readonly #log: Log;
  /** Whether the table was there when this life first looked. */
  #there: boolean | undefined;

  constructor(sql: () => SqlRunner, log: Log) {
    this.#sql = sql;
    this.#log = log;
  }

  start(): void {
    if (!this.#isThere() || this.#sql()(`SELECT 1 FROM ${TABLE} LIMIT 1`).length > 0) return;
    this.#sql()(`DROP TABLE ${TABLE}`);
    this.#there = false;
  }

  /** Moves a stream's rows into blocks. */
  fold(streamId: string): void {
    if (!this.#isThere()) return;
    for (let rows = this.#page(streamId); rows.length > 0; rows = this.#page(streamId)) {
      for (const { chunk, created_at } of rows) this.#log.add(streamId, chunk, created_at);
      const last = rows.at(-1)?.seq ?? 0;
      this.#sql()(`DELETE FROM ${TABLE} WHERE stream_id = ? AND seq <= ?`, streamId, last);
    }
  }

  /** Deletes a stream's rows. */
  drop(streamId: string): void {
    if (this.#isThere()) this.#sql()(`DELETE FROM ${TABLE} WHERE stream_id = ?`, streamId);
  }

  #isThere(): boolean {
    if (this.#there === undefined) {
      const look = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
      this.#there = this.#sql()(look, TABLE).length > 0;
      if (this.#there) this.#log.createTables();
    }
    return this.#there;
  }

  #page(streamId: string): { seq: number; chunk: string; created_at: number }[] {
    return this.#sql()(
      `SELECT seq, chunk, created_at FROM ${TABLE} WHERE stream_id = ? ORDER BY seq LIMIT ${PAGE}`,
      streamId,
    );
  }
}
