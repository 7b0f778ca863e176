/**
 * The transcript of versions before 0.11: rows of `cf_ai_chat_agent_messages`, moved into the
 * session at the first start.
 *
 * @module
 */

import { messageOf } from "../../errors.ts";
import type { SessionSync } from "../../sessions/sync.ts";
import type { SqlRunner } from "../../storage/sql.ts";
import { isUIMessage } from "../wire.ts";
import { autoTransformMessage, type InputMessage } from "./legacy-messages.ts";

/** Name of the old table. */
export const LEGACY_MESSAGES_TABLE = "cf_ai_chat_agent_messages";
const TABLE = LEGACY_MESSAGES_TABLE;
/** Rows that are read at once. */
const WINDOW_ROWS = 25;
/** Bytes of rows that are read at once. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** What moving needs. */
export interface LegacyTranscriptPorts {
  readonly sql: SqlRunner;
  readonly session: SessionSync;
  transaction<T>(body: () => T): T;
}

type Row = { id: string; message: string; createdAt: unknown };

/**
 * Moves what the table holds, each message following the one before it. The old table goes only when every
 * row was moved; else the next start tries again, and what was moved stays as it is.
 */
export function liftTranscript({ sql, session, transaction }: LegacyTranscriptPorts): void {
  const rowIds = sql<{ rowid: number; bytes: number }>(
    `SELECT rowid, LENGTH(CAST(message AS BLOB)) AS bytes FROM ${TABLE} ORDER BY created_at, rowid`,
  );
  let parentId: string | null = session.places().at(-1)?.id ?? null;
  let imported = 0;
  let index = 0;
  for (const window of windows(rowIds)) {
    transaction(() => {
      for (const rowid of window) {
        const id = liftRow(sql, session, rowid, parentId, index++);
        if (id === undefined) continue;
        parentId = id;
        imported++;
      }
    });
  }
  if (imported === rowIds.length) {
    sql(`DROP TABLE ${TABLE}`);
    return;
  }
  const skipped = rowIds.length - imported;
  console.warn(
    `[AIChatAgent] Legacy lift imported ${imported} of ${rowIds.length} rows (${skipped} skipped); leaving ${TABLE} in place so they remain recoverable.`,
  );
}

/** The id of the message, or undefined when the row holds none. */
function liftRow(
  sql: SqlRunner,
  session: SessionSync,
  rowid: number,
  parentId: string | null,
  index: number,
): string | undefined {
  const [row] = sql<Row>(
    `SELECT id, message, created_at AS createdAt FROM ${TABLE} WHERE rowid = ?`,
    rowid,
  );
  if (!row) return undefined;
  try {
    const message = autoTransformMessage(JSON.parse(row.message) as InputMessage, index);
    if (!isUIMessage(message)) {
      console.warn(
        `[AIChatAgent] Skipping invalid legacy message ${row.id}: missing or malformed id, role, or parts`,
      );
      return undefined;
    }
    session.import(message, parentId, timeOf(row.createdAt) ?? index);
    return message.id;
  } catch (error) {
    console.error(`[AIChatAgent] Failed to migrate message ${row.id}:`, messageOf(error));
    return undefined;
  }
}

function* windows(rows: readonly { rowid: number; bytes: number }[]): Iterable<number[]> {
  let window: number[] = [];
  let size = 0;
  for (const { rowid, bytes } of rows) {
    if (window.length >= WINDOW_ROWS || (window.length > 0 && size + bytes > WINDOW_BYTES)) {
      yield window;
      window = [];
      size = 0;
    }
    window.push(rowid);
    size += bytes;
  }
  if (window.length > 0) yield window;
}

/** Milliseconds, from a number or a text in UTC as SQLite writes it. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const plain = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(value);
  const time = Date.parse(plain ? `${value.replace(" ", "T")}Z` : value);
  return Number.isNaN(time) ? undefined : time;
}
