/**
 * The stored conversation of one agent.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { UIMessage } from "ai";
import type { Clock } from "../clock.ts";
import { splitText } from "../storage/split-text.ts";
import { rowsOrNone, type SqlRunner } from "../storage/sql.ts";
import { DEFAULT_SESSION, MAX_ROW_BYTES, MESSAGE_CHUNKS_TABLE, MESSAGES_TABLE } from "./schema.ts";
import { isUIMessage } from "./wire.ts";

/** What the transcript needs. */
export interface TranscriptPorts {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
}

/** What changes in one go. */
export interface TranscriptChange {
  /** Messages to insert or replace. */
  readonly write?: readonly UIMessage[];
  /** Places kept for new messages by `reserve`, by message id. */
  readonly places?: ReadonlyMap<string, number>;
  /** Ids to delete. */
  readonly remove?: readonly string[];
}

interface Row {
  readonly seq: number;
  readonly parent: string | null;
  readonly hash: string | null;
}

interface StoredRow {
  readonly id: string;
  readonly seq: number;
  readonly parent: string | null;
  readonly hash: string | null;
  readonly bytes: number;
}

/** Bytes of JSON handed over at once when a transcript is streamed, one message at least. */
const STREAM_BATCH_BYTES = 256 * 1024;

/** The messages of one session, in rows. Knows the order of all, holds the text of none. */
export class Transcript {
  readonly #ports: TranscriptPorts;
  #rows = new Map<string, Row>();
  #next = 1;
  #created = false;

  constructor(ports: TranscriptPorts) {
    this.#ports = ports;
  }

  /** Whether a message with this id is stored. */
  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** Ids of all stored messages, in order. */
  ids(): string[] {
    return [...this.#rows].toSorted(([, a], [, b]) => a.seq - b.seq).map(([id]) => id);
  }

  /** Keeps a place after everything stored so far, for a message that is still to come. */
  reserve(): number {
    return this.#next++;
  }

  /**
   * Reads the order of all messages, and gives the newest of them: as many as fit in `budget` bytes
   * (at least one; all, when `budget` is not a positive finite number).
   */
  load(budget: number): UIMessage[] {
    const stored = rowsOrNone(() =>
      this.#ports.sql<StoredRow>(
        `SELECT id, seq, parent_id AS parent, content_hash AS hash,
           LENGTH(CAST(content AS BLOB)) * (1 + content_chunks) AS bytes
         FROM cf_agents_session_messages WHERE session_id = ? ORDER BY seq`,
        DEFAULT_SESSION,
      ),
    );
    this.#rows = new Map(stored.map(({ id, seq, parent, hash }) => [id, { seq, parent, hash }]));
    this.#next = (stored.at(-1)?.seq ?? 0) + 1;
    return newestWithin(stored, budget).flatMap(({ id }) => this.#read(id)?.message ?? []);
  }

  /**
   * Applies a change whole. Messages that are stored as they are cost no write; a new one goes to
   * its place, or to the end.
   *
   * @throws SqlError when the database refuses; then nothing has changed
   */
  commit({ write = [], places, remove = [] }: TranscriptChange): void {
    const rows = new Map(this.#rows);
    let next = this.#next;
    this.#ports.transaction(() => {
      if (write.length > 0 || remove.length > 0) this.#createTables();
      for (const id of remove) if (rows.delete(id)) this.#delete(id);
      for (const message of write) {
        const content = JSON.stringify(message);
        const hash = createHash("sha256").update(content).digest("hex");
        const row = rows.get(message.id);
        if (row?.hash === hash) continue;
        const seq = row?.seq ?? places?.get(message.id) ?? next++;
        rows.set(message.id, { seq, parent: row?.parent ?? null, hash });
        this.#upsert(message, content, seq, hash);
      }
      this.#relink(rows);
    });
    this.#rows = rows;
    this.#next = next;
  }

  /** Deletes every message. */
  clear(): void {
    if (this.#rows.size > 0) {
      this.#createTables();
      this.#ports.transaction(() => {
        for (const table of ["cf_agents_session_messages", "cf_agents_session_message_chunks"]) {
          this.#ports.sql(`DELETE FROM ${table} WHERE session_id = ?`, DEFAULT_SESSION);
        }
      });
    }
    this.#rows = new Map();
  }

  /**
   * `messages` in the order in which they are stored. One that is not stored stays behind the one
   * it follows.
   */
  sorted(messages: readonly UIMessage[]): UIMessage[] {
    let last = 0;
    const placed = messages.map((message) => {
      last = this.#rows.get(message.id)?.seq ?? last;
      return { message, seq: last };
    });
    return placed.toSorted((a, b) => a.seq - b.seq).map(({ message }) => message);
  }

  /** The text of one JSON array of all messages that `shown` lets through, read as it is consumed. */
  json(shown: (id: string) => boolean): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const ids = this.ids().filter(shown).values();
    let text = "[";
    let comma = "";
    return new ReadableStream<Uint8Array>({
      pull: (controller) => {
        for (const id of ids) {
          const content = this.#read(id)?.content;
          if (content === undefined) continue;
          text += comma + content;
          comma = ",";
          if (text.length >= STREAM_BATCH_BYTES) break;
        }
        const ended = text.length < STREAM_BATCH_BYTES;
        controller.enqueue(encoder.encode(ended ? `${text}]` : text));
        text = "";
        if (ended) controller.close();
      },
    });
  }

  /** A stored message with its text; undefined, with a warning, when what is stored is none. */
  #read(id: string): { readonly message: UIMessage; readonly content: string } | undefined {
    const row = this.#ports.sql<{ content: string; content_chunks: number }>(
      `SELECT content, content_chunks FROM cf_agents_session_messages
       WHERE session_id = ? AND id = ?`,
      DEFAULT_SESSION,
      id,
    )[0];
    if (!row) return undefined;
    const content = row.content_chunks === 0 ? row.content : row.content + this.#chunks(id);
    const message = parseMessage(content);
    if (message) return { message, content };
    console.warn(
      `[AIChatAgent] Skipping invalid message ${id}: missing or malformed id, role, or parts`,
    );
    return undefined;
  }

  #chunks(id: string): string {
    const rows = this.#ports.sql<{ content: string }>(
      `SELECT content FROM cf_agents_session_message_chunks
       WHERE session_id = ? AND id = ? ORDER BY idx`,
      DEFAULT_SESSION,
      id,
    );
    return rows.map((row) => row.content).join("");
  }

  #upsert(message: UIMessage, content: string, seq: number, hash: string): void {
    const { sql, clock } = this.#ports;
    const { id, role } = message;
    const tokens = estimateTokens(message);
    const [head = "", ...chunks] = splitText(content, MAX_ROW_BYTES);
    sql(
      `INSERT INTO cf_agents_session_messages
         (session_id, id, seq, role, content, content_chunks, token_estimate, created_at, content_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (session_id, id) DO UPDATE SET role = excluded.role,
         content = excluded.content, content_chunks = excluded.content_chunks,
         token_estimate = excluded.token_estimate, content_hash = excluded.content_hash`,
      ...[DEFAULT_SESSION, id, seq, role, head, chunks.length, tokens, clock.now(), hash],
    );
    this.#deleteChunks(id);
    for (const [index, chunk] of chunks.entries()) {
      sql(
        `INSERT INTO cf_agents_session_message_chunks (session_id, id, idx, content)
         VALUES (?, ?, ?, ?)`,
        ...[DEFAULT_SESSION, id, index + 1, chunk],
      );
    }
  }

  #delete(id: string): void {
    const statement = "DELETE FROM cf_agents_session_messages WHERE session_id = ? AND id = ?";
    this.#ports.sql(statement, DEFAULT_SESSION, id);
    this.#deleteChunks(id);
  }

  #deleteChunks(id: string): void {
    const statement =
      "DELETE FROM cf_agents_session_message_chunks WHERE session_id = ? AND id = ?";
    this.#ports.sql(statement, DEFAULT_SESSION, id);
  }

  /** Makes every message name the one before it, which is how the published SDK finds its way. */
  #relink(rows: Map<string, Row>): void {
    let parent: string | null = null;
    for (const [id, row] of [...rows].toSorted(([, a], [, b]) => a.seq - b.seq)) {
      if (row.parent !== parent) {
        const statement = `UPDATE cf_agents_session_messages SET parent_id = ?
          WHERE session_id = ? AND id = ?`;
        this.#ports.sql(statement, parent, DEFAULT_SESSION, id);
        rows.set(id, { ...row, parent });
      }
      parent = id;
    }
  }

  #createTables(): void {
    if (this.#created) return;
    this.#ports.sql(MESSAGES_TABLE);
    this.#ports.sql(MESSAGE_CHUNKS_TABLE);
    this.#created = true;
  }
}

/** About how many tokens a message costs a model: a quarter of its characters, and its frame. */
function estimateTokens({ parts }: UIMessage): number {
  const lengths = parts.map((part) => ("text" in part ? part.text : JSON.stringify(part)).length);
  return lengths.reduce((sum, length) => sum + Math.ceil(length / 4), 4);
}

function newestWithin(stored: readonly StoredRow[], budget: number): readonly StoredRow[] {
  if (!(budget > 0) || !Number.isFinite(budget)) return stored;
  let bytes = 0;
  const tooOld = stored.findLastIndex((row, index) => {
    bytes += row.bytes;
    return bytes > budget && index < stored.length - 1;
  });
  return stored.slice(tooOld + 1);
}

function parseMessage(content: string): UIMessage | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isUIMessage(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
