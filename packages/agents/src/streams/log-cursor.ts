import { rowsOrNone, type SqlRunner } from "../storage/sql.ts";
import { chunksOf } from "./block.ts";
import type { StreamJson } from "./types.ts";

/** A chunk as it was read. */
export interface ReadChunk {
  readonly seq: number;
  readonly chunk: StreamJson;
  /** When the block it lies in was last written, in milliseconds. */
  readonly at: number;
}

/** A block that was read. */
interface Place {
  readonly block: number;
  /** Characters of its body that were read. */
  readonly length: number;
  readonly seqTo: number;
}

type Row = {
  block: number;
  seqFrom: number;
  seqTo: number;
  length: number;
  body: string;
  at: number;
};

const COLUMNS = `block, seq_from AS seqFrom, seq_to AS seqTo, LENGTH(body) AS length,
  updated_at AS at`;

/**
 * A place in a log. Holds the chunks of one block at most. Of a block that has grown only what is
 * new is parsed, so following a long stream costs what it grows.
 */
export class LogCursor {
  readonly #sql: SqlRunner;
  readonly #streamId: string;
  #next: number;
  #place: Place | undefined;
  #waiting: readonly unknown[] = [];
  #at = 0;

  constructor(sql: SqlRunner, streamId: string, from: number) {
    this.#sql = sql;
    this.#streamId = streamId;
    this.#next = from;
  }

  /** The next chunks that are stored, at most `limit`. */
  take(limit: number): ReadChunk[] {
    const taken: ReadChunk[] = [];
    while (taken.length < limit && (this.#waiting.length > 0 || this.#load())) {
      const chunks = this.#waiting.slice(0, limit - taken.length);
      this.#waiting = this.#waiting.slice(chunks.length);
      for (const chunk of chunks) {
        taken.push({ seq: this.#next++, chunk: chunk as StreamJson, at: this.#at });
      }
    }
    return taken;
  }

  #load(): boolean {
    return this.#loadRest() || this.#loadBlock();
  }

  /** What was added to the block that was read last. */
  #loadRest(): boolean {
    const place = this.#place;
    if (!place) return false;
    const [row] = this.#rows("block = ?", place.length + 2, place.block);
    if (!row || row.seqTo <= place.seqTo) return false;
    this.#keep(row, chunksOf(row.body));
    return true;
  }

  #loadBlock(): boolean {
    const [row] = this.#rows("seq_to > ? ORDER BY block LIMIT 1", 1, this.#next);
    if (!row) return false;
    this.#keep(row, chunksOf(row.body).slice(this.#next - row.seqFrom));
    return true;
  }

  #keep({ block, length, seqTo, at }: Row, chunks: readonly unknown[]): void {
    this.#place = { block, length, seqTo };
    this.#waiting = chunks;
    this.#at = at;
  }

  #rows(condition: string, fromCharacter: number, value: number): Row[] {
    return rowsOrNone(() =>
      this.#sql<Row>(
        `SELECT ${COLUMNS}, SUBSTR(body, ?) AS body FROM cf_agents_stream_blocks
          WHERE stream_id = ? AND ${condition}`,
        ...[fromCharacter, this.#streamId, value],
      ),
    );
  }
}
