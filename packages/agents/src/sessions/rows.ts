import { splitText } from "../storage/split-text.ts";
import { rowsOrNone, type SqlRunner, type SqlValue } from "../storage/sql.ts";
import { MAX_ROW_BYTES, SESSION_TABLES } from "./schema.ts";
import type { Node } from "./tree.ts";
import type { SessionRowStat, StoredCompaction } from "./types.ts";

/** A message as it is written. */
export interface NewRow {
  readonly sessionId: string;
  readonly id: string;
  readonly seq: number;
  readonly parent: string | null;
  readonly role: string;
  readonly content: string;
  readonly hash: string;
  readonly tokens: number;
  /** Milliseconds. */
  readonly createdAt: number;
}

/** Where a message stands. */
export interface RowHead {
  readonly id: string;
  readonly seq: number;
  readonly parent: string | null;
}

/** A row of a path: a message without its content. */
export interface PathRow extends SessionRowStat {
  parent: string | null;
}

/**
 * SQL of a path: the rows from a leaf up, at most `?3`. `UNION` ends it where a parent would come
 * again.
 */
const PATH = `WITH RECURSIVE path(id, parent) AS (
  SELECT id, parent_id FROM cf_agents_session_messages WHERE session_id = ?1 AND id = ?2
  UNION
  SELECT m.id, m.parent_id FROM path
    JOIN cf_agents_session_messages m ON m.session_id = ?1 AND m.id = path.parent
  LIMIT ?3
)`;

/** Any number of rows. */
const ALL = -1;

/** Bytes of a message as a read gives it: its rows, and its payloads in base64. */
const BYTES = `LENGTH(CAST(m.content AS BLOB))
  + COALESCE((SELECT SUM(LENGTH(CAST(c.content AS BLOB))) FROM cf_agents_session_message_chunks c
      WHERE c.session_id = m.session_id AND c.id = m.id), 0)
  + COALESCE((SELECT SUM((a.bytes + 2) / 3 * 4) FROM cf_agents_session_attachment_refs r
      JOIN cf_agents_session_attachment_meta a ON a.hash = r.hash
      WHERE r.session_id = m.session_id AND r.message_id = m.id), 0)`;

/** Messages and compactions as rows. Knows of no rules. */
export class MessageRows {
  readonly #sql: () => SqlRunner;

  constructor(sql: () => SqlRunner) {
    this.#sql = sql;
  }

  createTables(): void {
    for (const table of SESSION_TABLES) this.#sql()(table);
  }

  head(sessionId: string, id: string): RowHead | undefined {
    return this.#read<RowHead>(
      `SELECT id, seq, parent_id AS parent FROM cf_agents_session_messages
        WHERE session_id = ? AND id = ?`,
      ...[sessionId, id],
    )[0];
  }

  /** The newest message whose place is before `seq`. */
  newest(sessionId: string, seq = Number.MAX_SAFE_INTEGER): RowHead | undefined {
    return this.#read<RowHead>(
      `SELECT id, seq, parent_id AS parent FROM cf_agents_session_messages
        WHERE session_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1`,
      ...[sessionId, seq],
    )[0];
  }

  /** Every message of a session and its parent. */
  nodes(sessionId: string): Node[] {
    return this.#read<{ id: string; parent: string | null }>(
      `SELECT id, parent_id AS parent FROM cf_agents_session_messages WHERE session_id = ?`,
      sessionId,
    );
  }

  /** The messages above a leaf and itself, in any order; the lowest `limit` of them. */
  above(sessionId: string, leafId: string, limit = ALL): Node[] {
    return this.#read<{ id: string; parent: string | null }>(
      `${PATH} SELECT id, parent FROM path`,
      ...[sessionId, leafId, limit],
    );
  }

  /** Like {@link above}, with what is known of each. */
  statsAbove(sessionId: string, leafId: string): PathRow[] {
    return this.#read<PathRow & Record<string, SqlValue>>(
      `${PATH} SELECT m.id AS id, m.parent_id AS parent, m.role AS role,
          m.token_estimate AS tokenEstimate, ${BYTES} AS bytes
        FROM path JOIN cf_agents_session_messages m ON m.session_id = ?1 AND m.id = path.id`,
      ...[sessionId, leafId, ALL],
    );
  }

  /** The messages above a leaf and itself, by their places. */
  placesAbove(sessionId: string, leafId: string): RowHead[] {
    return this.#read<RowHead & Record<string, SqlValue>>(
      `${PATH} SELECT m.id AS id, m.seq AS seq, m.parent_id AS parent
        FROM path JOIN cf_agents_session_messages m ON m.session_id = ?1 AND m.id = path.id
        ORDER BY m.seq`,
      ...[sessionId, leafId, ALL],
    );
  }

  /** Whether a message has this place. */
  isTaken(sessionId: string, seq: number): boolean {
    const statement = `SELECT 1 FROM cf_agents_session_messages WHERE session_id = ? AND seq = ?`;
    return this.#read(statement, sessionId, seq).length > 0;
  }

  /** Token estimates of the messages above a leaf and of itself. */
  tokensAbove(sessionId: string, leafId: string): (Node & { readonly tokens: number })[] {
    return this.#read<{ id: string; parent: string | null; tokens: number }>(
      `${PATH} SELECT m.id AS id, m.parent_id AS parent, m.token_estimate AS tokens
        FROM path JOIN cf_agents_session_messages m ON m.session_id = ?1 AND m.id = path.id`,
      ...[sessionId, leafId, ALL],
    );
  }

  /** The ids of the messages that answer one, in the order in which they came. */
  children(sessionId: string, id: string): string[] {
    const rows = this.#read<{ id: string }>(
      `SELECT id FROM cf_agents_session_messages WHERE session_id = ? AND parent_id = ? ORDER BY seq`,
      ...[sessionId, id],
    );
    return rows.map((row) => row.id);
  }

  /** Ids of all messages of all sessions, session by session, in order. */
  all(): { sessionId: string; id: string }[] {
    return this.#read(
      `SELECT session_id AS sessionId, id FROM cf_agents_session_messages ORDER BY session_id, seq`,
    );
  }

  /** A message's JSON, with pointers for its payloads. */
  content(sessionId: string, id: string): string | undefined {
    const [row] = this.#read<{ content: string; chunks: number }>(
      `SELECT content, content_chunks AS chunks FROM cf_agents_session_messages
        WHERE session_id = ? AND id = ?`,
      ...[sessionId, id],
    );
    if (!row || row.chunks === 0) return row?.content;
    const rest = this.#read<{ content: string }>(
      `SELECT content FROM cf_agents_session_message_chunks
        WHERE session_id = ? AND id = ? ORDER BY idx`,
      ...[sessionId, id],
    );
    return row.content + rest.map(({ content }) => content).join("");
  }

  /** The digest of the JSON; null in rows of versions that kept none. */
  hash(sessionId: string, id: string): string | null | undefined {
    return this.#read<{ hash: string | null }>(
      `SELECT content_hash AS hash FROM cf_agents_session_messages
        WHERE session_id = ? AND id = ?`,
      ...[sessionId, id],
    )[0]?.hash;
  }

  insert(row: NewRow): void {
    const [head = "", ...rest] = splitText(row.content, MAX_ROW_BYTES);
    this.#sql()(
      `INSERT INTO cf_agents_session_messages (session_id, id, seq, parent_id, role, content,
        content_chunks, token_estimate, created_at, content_hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[row.sessionId, row.id, row.seq, row.parent, row.role, head],
      ...[rest.length, row.tokens, row.createdAt, row.hash],
    );
    this.#insertRest(row.sessionId, row.id, rest);
  }

  update(
    sessionId: string,
    id: string,
    { content, hash, role, tokens }: Pick<NewRow, "content" | "hash" | "role" | "tokens">,
  ): void {
    const [head = "", ...rest] = splitText(content, MAX_ROW_BYTES);
    this.#sql()(
      `UPDATE cf_agents_session_messages SET role = ?, content = ?, content_chunks = ?,
        token_estimate = ?, content_hash = ? WHERE session_id = ? AND id = ?`,
      ...[role, head, rest.length, tokens, hash, sessionId, id],
    );
    this.#deleteRest(sessionId, id);
    this.#insertRest(sessionId, id, rest);
  }

  setHash(sessionId: string, id: string, hash: string): void {
    const statement = `UPDATE cf_agents_session_messages SET content_hash = ?
      WHERE session_id = ? AND id = ?`;
    this.#sql()(statement, hash, sessionId, id);
  }

  setParent(sessionId: string, { id, parent }: Node): void {
    const statement = `UPDATE cf_agents_session_messages SET parent_id = ?
      WHERE session_id = ? AND id = ?`;
    this.#sql()(statement, parent, sessionId, id);
  }

  delete(sessionId: string, id: string): void {
    const statement = "DELETE FROM cf_agents_session_messages WHERE session_id = ? AND id = ?";
    this.#sql()(statement, sessionId, id);
    this.#deleteRest(sessionId, id);
  }

  clear(sessionId: string): void {
    for (const what of ["messages", "message_chunks", "compactions"]) {
      this.#sql()(`DELETE FROM cf_agents_session_${what} WHERE session_id = ?`, sessionId);
    }
  }

  /** Compactions in the order in which they were made. */
  compactions(sessionId: string): StoredCompaction[] {
    const rows = this.#read<Omit<StoredCompaction, "createdAt"> & { createdAt: number }>(
      `SELECT id, summary, from_message_id AS fromMessageId, to_message_id AS toMessageId,
          created_at AS createdAt
        FROM cf_agents_session_compactions WHERE session_id = ? ORDER BY seq`,
      sessionId,
    );
    return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt).toISOString() }));
  }

  addCompaction(sessionId: string, { createdAt, ...compaction }: StoredCompaction): void {
    const { fromMessageId, id, summary, toMessageId } = compaction;
    this.#sql()(
      `INSERT INTO cf_agents_session_compactions
        (session_id, id, seq, summary, from_message_id, to_message_id, created_at)
        VALUES (?, ?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM cf_agents_session_compactions
          WHERE session_id = ?), ?, ?, ?, ?)`,
      ...[sessionId, id, sessionId, summary, fromMessageId, toMessageId, Date.parse(createdAt)],
    );
  }

  #insertRest(sessionId: string, id: string, rest: readonly string[]): void {
    for (const [index, content] of rest.entries()) {
      this.#sql()(
        `INSERT INTO cf_agents_session_message_chunks (session_id, id, idx, content)
          VALUES (?, ?, ?, ?)`,
        ...[sessionId, id, index + 1, content],
      );
    }
  }

  #deleteRest(sessionId: string, id: string): void {
    const statement = `DELETE FROM cf_agents_session_message_chunks
      WHERE session_id = ? AND id = ?`;
    this.#sql()(statement, sessionId, id);
  }

  #read<Row>(query: string, ...values: SqlValue[]): Row[] {
    return rowsOrNone(() => this.#sql()<Row>(query, ...values));
  }
}
