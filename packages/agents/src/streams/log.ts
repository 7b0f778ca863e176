import { rowsOrNone, type SqlRunner, type SqlValue } from "../storage/sql.ts";
import { type BlockTail, place } from "./block.ts";
import { LegacyChunks } from "./legacy-chunks.ts";
import { LogCursor } from "./log-cursor.ts";
import { STREAM_BLOCKS_TABLE, STREAMS_INDEX, STREAMS_TABLE } from "./schema.ts";
import type { StreamListOptions, StreamRow, StreamState } from "./types.ts";

/** Where a log ends. */
export interface LogEnd {
  /** How many chunks there are. */
  readonly cursor: number;
  /** When the last was written, in milliseconds; undefined while there is none. */
  readonly lastAt: number | undefined;
}

/** Rows of streams and their chunks. Decides nothing about who may write. */
export class StreamLog {
  readonly #sql: () => SqlRunner;
  readonly #legacy: LegacyChunks;
  /**
   * Where logs ended that this life has written, so that an append need not look. Each write checks
   * it: a transaction around the last one may have been rolled back.
   */
  readonly #tails = new Map<string, BlockTail>();

  constructor(sql: () => SqlRunner) {
    this.#sql = sql;
    this.#legacy = new LegacyChunks(sql, {
      createTables: () => this.createTables(),
      add: (streamId, json, at) => this.#add(streamId, json, at),
    });
  }

  /** Looks for the log of an earlier version, and lets an empty one go. */
  start(): void {
    this.#legacy.start();
  }

  createTables(): void {
    const sql = this.#sql();
    for (const statement of [STREAMS_TABLE, STREAMS_INDEX, STREAM_BLOCKS_TABLE]) sql(statement);
  }

  find(streamId: string): StreamRow | undefined {
    return this.#rows("WHERE stream_id = ?", streamId)[0];
  }

  /** Streams, the newest first. */
  list({ state, tag, limit }: StreamListOptions = {}): StreamRow[] {
    const states = state === undefined ? [] : [state].flat();
    const marks = states.map(() => "?").join(", ");
    const conditions = [
      ...(states.length > 0 ? [`state IN (${marks})`] : []),
      ...(tag === undefined ? [] : ["tag = ?"]),
    ];
    const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
    const values = [...states, ...(tag === undefined ? [] : [tag])];
    const order = "ORDER BY created_at DESC, rowid DESC LIMIT ?";
    return this.#rows(`${where} ${order}`, ...values, limit ?? -1);
  }

  insert(row: StreamRow): void {
    this.#sql()(
      `INSERT INTO cf_agents_streams (stream_id, state, tag, metadata, error_message, chunk_count,
        created_at, updated_at, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[row.stream_id, row.state, row.tag, row.metadata, row.error_message],
      ...[row.chunk_count, row.created_at, row.updated_at, row.closed_at],
    );
  }

  setMetadata(streamId: string, json: string): void {
    this.#sql()("UPDATE cf_agents_streams SET metadata = ? WHERE stream_id = ?", json, streamId);
  }

  /** Marks the end; from now on the row itself says how long the log is. */
  settle(
    streamId: string,
    state: Exclude<StreamState, "streaming">,
    reason: string | null,
    now: number,
  ): void {
    const { cursor } = this.end(streamId);
    this.#tails.delete(streamId);
    this.#sql()(
      `UPDATE cf_agents_streams SET state = ?, error_message = ?, chunk_count = ?, updated_at = ?,
        closed_at = ? WHERE stream_id = ?`,
      ...[state, reason, cursor, now, now, streamId],
    );
  }

  /** Stores a chunk at the end of the log; returns its place. */
  append(streamId: string, json: string, now: number): number {
    this.#legacy.fold(streamId);
    return this.#add(streamId, json, now);
  }

  end(streamId: string): LogEnd {
    this.#legacy.fold(streamId);
    const [last] = rowsOrNone(() =>
      this.#sql()<{ seq_to: number; updated_at: number }>(
        `SELECT seq_to, updated_at FROM cf_agents_stream_blocks WHERE stream_id = ?
          ORDER BY block DESC LIMIT 1`,
        streamId,
      ),
    );
    return { cursor: last?.seq_to ?? 0, lastAt: last?.updated_at };
  }

  /** Reads the log from a place on, as far as it goes, again and again. */
  from(streamId: string, seq: number): LogCursor {
    this.#legacy.fold(streamId);
    return new LogCursor(this.#sql(), streamId, seq);
  }

  delete(streamId: string): void {
    const sql = this.#sql();
    this.#legacy.drop(streamId);
    this.#tails.delete(streamId);
    sql("DELETE FROM cf_agents_stream_blocks WHERE stream_id = ?", streamId);
    sql("DELETE FROM cf_agents_streams WHERE stream_id = ?", streamId);
  }

  #add(streamId: string, json: string, now: number): number {
    const known = this.#tails.get(streamId);
    if (known) {
      const seq = this.#write(streamId, json, now, known);
      if (seq !== undefined) return seq;
    }
    const [tail] = this.#sql()<BlockTail & Record<string, SqlValue>>(
      `SELECT block, LENGTH(body) AS length, seq_to AS seqTo FROM cf_agents_stream_blocks
        WHERE stream_id = ? ORDER BY block DESC LIMIT 1`,
      streamId,
    );
    return this.#write(streamId, json, now, tail) ?? 0;
  }

  /** Writes behind `tail`; undefined when the log does not end there. */
  #write(
    streamId: string,
    json: string,
    now: number,
    tail: BlockTail | undefined,
  ): number | undefined {
    const { kind, block, seq } = place(tail, json.length);
    const written =
      kind === "grow"
        ? this.#sql()(
            `UPDATE cf_agents_stream_blocks SET body = body || ',' || ?, seq_to = ?, updated_at = ?
              WHERE stream_id = ? AND block = ? AND seq_to = ? RETURNING 1`,
            ...[json, seq + 1, now, streamId, block, seq],
          )
        : this.#sql()(
            `INSERT INTO cf_agents_stream_blocks
              (stream_id, block, seq_from, seq_to, body, created_at, updated_at)
              SELECT ?, ?, ?, ?, ?, ?, ? WHERE ? = 0 OR EXISTS (SELECT 1
                FROM cf_agents_stream_blocks WHERE stream_id = ? AND block = ? AND seq_to = ?)
              RETURNING 1`,
            ...[streamId, block, seq, seq + 1, json, now, now],
            ...[block, streamId, block - 1, seq],
          );
    if (written.length === 0) {
      this.#tails.delete(streamId);
      return undefined;
    }
    const length = kind === "grow" ? (tail?.length ?? 0) + 1 + json.length : json.length;
    this.#tails.set(streamId, { block, length, seqTo: seq + 1 });
    return seq;
  }

  #rows(clause: string, ...values: SqlValue[]): StreamRow[] {
    return rowsOrNone(() =>
      this.#sql()<StreamRow>(`SELECT * FROM cf_agents_streams ${clause}`, ...values),
    );
  }
}
