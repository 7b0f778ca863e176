import { Buffer } from "node:buffer";
import { rowsOrNone, type SqlRunner } from "../storage/sql.ts";
import type { Payload, ReadPayload } from "./payloads.ts";
import { MAX_ROW_BYTES } from "./schema.ts";

type Meta = { bytes: number; media_type: string; chunks: number };

/**
 * Payloads by their hash, each stored once. A payload is there as long as a message refers to it.
 */
export class Attachments {
  readonly #sql: () => SqlRunner;

  constructor(sql: () => SqlRunner) {
    this.#sql = sql;
  }

  /** The media type under which bytes are stored; undefined when they are not. */
  typeOf(hash: string): string | undefined {
    return this.#meta(hash)?.media_type;
  }

  /** Makes a message refer to these payloads and to no others. */
  refer(sessionId: string, messageId: string, payloads: readonly Payload[]): void {
    const before = this.#hashesOf(sessionId, messageId);
    if (before.length === 0 && payloads.length === 0) return;
    const sql = this.#sql();
    for (const payload of payloads) {
      this.#store(payload);
      sql(
        `INSERT OR IGNORE INTO cf_agents_session_attachment_refs (session_id, message_id, hash)
          VALUES (?, ?, ?)`,
        ...[sessionId, messageId, payload.hash],
      );
    }
    const kept = new Set(payloads.map(({ hash }) => hash));
    for (const hash of before.filter((one) => !kept.has(one))) {
      sql(
        `DELETE FROM cf_agents_session_attachment_refs
          WHERE session_id = ? AND message_id = ? AND hash = ?`,
        ...[sessionId, messageId, hash],
      );
      this.#forgetUnused(hash);
    }
  }

  /** Lets go of everything that a session refers to. */
  clear(sessionId: string): void {
    const sql = this.#sql();
    const hashes = sql<{ hash: string }>(
      "SELECT DISTINCT hash FROM cf_agents_session_attachment_refs WHERE session_id = ?",
      sessionId,
    );
    sql("DELETE FROM cf_agents_session_attachment_refs WHERE session_id = ?", sessionId);
    for (const { hash } of hashes) this.#forgetUnused(hash);
  }

  /** Reads payloads that a message refers to; others are none of its business. */
  readerFor(sessionId: string, messageId: string): (hash: string) => ReadPayload | undefined {
    const own = new Set(this.#hashesOf(sessionId, messageId));
    return (hash) => (own.has(hash) ? this.#read(hash) : undefined);
  }

  #read(hash: string): ReadPayload | undefined {
    const meta = this.#meta(hash);
    if (!meta) return undefined;
    const rows = this.#sql()<{ data: Uint8Array }>(
      "SELECT data FROM cf_agents_session_attachment_chunks WHERE hash = ? ORDER BY idx",
      hash,
    );
    const bytes = Buffer.concat(rows.map(({ data }) => new Uint8Array(data)));
    if (bytes.byteLength !== meta.bytes) return undefined;
    return { mediaType: meta.media_type, base64: bytes.toString("base64") };
  }

  #store({ bytes, hash, mediaType }: Payload): void {
    if (this.#meta(hash)) return;
    const sql = this.#sql();
    const chunks = Math.ceil(bytes.byteLength / MAX_ROW_BYTES);
    sql(
      `INSERT INTO cf_agents_session_attachment_meta (hash, bytes, media_type, chunks)
        VALUES (?, ?, ?, ?)`,
      ...[hash, bytes.byteLength, mediaType, chunks],
    );
    for (let index = 0; index < chunks; index++) {
      const data = bytes.slice(index * MAX_ROW_BYTES, (index + 1) * MAX_ROW_BYTES);
      sql(
        `INSERT OR REPLACE INTO cf_agents_session_attachment_chunks (hash, idx, data)
          VALUES (?, ?, ?)`,
        ...[hash, index, new Uint8Array(data)],
      );
    }
  }

  #forgetUnused(hash: string): void {
    const sql = this.#sql();
    const used = "SELECT 1 FROM cf_agents_session_attachment_refs WHERE hash = ? LIMIT 1";
    if (sql(used, hash).length > 0) return;
    sql("DELETE FROM cf_agents_session_attachment_chunks WHERE hash = ?", hash);
    sql("DELETE FROM cf_agents_session_attachment_meta WHERE hash = ?", hash);
  }

  #meta(hash: string): Meta | undefined {
    return rowsOrNone(() =>
      this.#sql()<Meta>(
        "SELECT bytes, media_type, chunks FROM cf_agents_session_attachment_meta WHERE hash = ?",
        hash,
      ),
    )[0];
  }

  #hashesOf(sessionId: string, messageId: string): string[] {
    const rows = rowsOrNone(() =>
      this.#sql()<{ hash: string }>(
        `SELECT hash FROM cf_agents_session_attachment_refs
          WHERE session_id = ? AND message_id = ?`,
        ...[sessionId, messageId],
      ),
    );
    return rows.map(({ hash }) => hash);
  }
}
