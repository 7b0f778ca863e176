import type { SqlRunner } from "../storage/sql.ts";
import { SESSION_TABLES } from "./schema.ts";

/** What a migration needs. */
export interface MigrationPorts {
  readonly sql: SqlRunner;
  transaction<T>(body: () => T): T;
}

/** A table that was not copied whole, and stays. */
export interface Incomplete {
  readonly table: string;
  readonly source: number;
  readonly copied: number;
}

const MESSAGES = "assistant_messages";
const COMPACTIONS = "assistant_compactions";
/** Tables that the others are enough for. */
const LEFT_OVER = ["assistant_sessions", "assistant_fts"];
/** Times of old rows are texts; those that are none count as the beginning of time. */
const TIME = "COALESCE(CAST(strftime('%s', created_at) AS INTEGER) * 1000, 0)";
const SEQ = "ROW_NUMBER() OVER (PARTITION BY session_id ORDER BY created_at, rowid)";

const COPIES = {
  [MESSAGES]: `INSERT OR IGNORE INTO cf_agents_session_messages
    (session_id, id, seq, parent_id, role, content, token_estimate, created_at)
    SELECT session_id, id, ${SEQ}, parent_id, role, content, LENGTH(content) / 4, ${TIME}
    FROM assistant_messages`,
  [COMPACTIONS]: `INSERT OR IGNORE INTO cf_agents_session_compactions
    (session_id, id, seq, summary, from_message_id, to_message_id, created_at)
    SELECT session_id, id, ${SEQ}, summary, from_message_id, to_message_id, ${TIME}
    FROM assistant_compactions`,
} as const;

/** Where rows of each table go. */
const TARGETS = {
  [MESSAGES]: "cf_agents_session_messages",
  [COMPACTIONS]: "cf_agents_session_compactions",
} as const;

/**
 * Moves what versions before 0.3 stored of sessions, and completes tables of which only some are
 * there. A table goes only when each of its rows has arrived. Reads once and writes nothing where
 * there is nothing to move.
 */
export function migrateSessions({ sql, transaction }: MigrationPorts): Incomplete[] {
  const names = [MESSAGES, COMPACTIONS, ...LEFT_OVER, ...Object.values(TARGETS)];
  const marks = names.map(() => "?").join(", ");
  const look = `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (${marks})`;
  const there = new Set(sql<{ name: string }>(look, ...names).map(({ name }) => name));
  const old = ([MESSAGES, COMPACTIONS] as const).filter((table) => there.has(table));
  const some = Object.values(TARGETS).filter((table) => there.has(table));
  if (old.length === 0 && (some.length === 0 || some.length === 2)) return [];
  return transaction(() => {
    for (const table of SESSION_TABLES) sql(table);
    const incomplete = old.map((table) => copy(sql, table)).filter((one) => one !== undefined);
    if (old.length > 0 && incomplete.length === 0) {
      for (const table of LEFT_OVER) if (there.has(table)) sql(`DROP TABLE ${table}`);
    }
    return incomplete;
  });
}

function copy(sql: SqlRunner, table: keyof typeof COPIES): Incomplete | undefined {
  sql(COPIES[table]);
  const [counts] = sql<{ source: number; copied: number }>(
    `SELECT COUNT(*) AS source, COUNT(new.id) AS copied FROM ${table} old
      LEFT JOIN ${TARGETS[table]} new ON new.session_id = old.session_id AND new.id = old.id`,
  );
  const { copied = 0, source = 0 } = counts ?? {};
  if (copied < source) return { table, source, copied };
  sql(`DROP TABLE ${table}`);
  return undefined;
}
