import { LEGACY_QUEUE_TABLE, LEGACY_SCHEDULES_TABLE, STATE_TABLE_NAME } from "../schema.ts";
import type { SqlRunner } from "./sql.ts";

/** Tables in which old versions may have left something to move. */
const TABLES = [STATE_TABLE_NAME, LEGACY_SCHEDULES_TABLE, LEGACY_QUEUE_TABLE] as const;

const FIND = `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?, ?)`;

/** What a life of an object found, until somebody has been told of it. */
const found = new WeakMap<SqlRunner, Set<string>>();

/**
 * Whether a table is there that may need moving. All of them are looked for at once, so that the
 * rooms of an object cost one query at a start; a table that is there is looked for again next time.
 */
export function mayNeedMoving(sql: SqlRunner, table: (typeof TABLES)[number]): boolean {
  const known = found.get(sql) ?? new Set(sql<{ name: string }>(FIND, ...TABLES).map(nameOf));
  const there = known.has(table);
  if (there) found.delete(sql);
  else found.set(sql, known);
  return there;
}

function nameOf({ name }: { name: string }): string {
  return name;
}
