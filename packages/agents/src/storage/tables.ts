import {
  AGENT_TOOL_RUNS_TABLE_NAME,
  FACET_RUNS_TABLE_NAME,
  FIBER_RUNS_TABLE_NAME,
  FIBERS_TABLE_NAME,
  JOBS_TABLE_NAME,
  LEGACY_QUEUE_TABLE,
  LEGACY_SCHEDULES_TABLE,
  STATE_TABLE_NAME,
  TASK_RUNS_TABLE_NAME,
  WORKFLOWS_TABLE_NAME,
} from "../schema.ts";
import type { SqlRunner } from "./sql.ts";

/** Tables that the rooms ask for at a start. */
const TABLES = [
  ...[STATE_TABLE_NAME, JOBS_TABLE_NAME],
  ...[LEGACY_SCHEDULES_TABLE, LEGACY_QUEUE_TABLE],
  ...[TASK_RUNS_TABLE_NAME, FIBER_RUNS_TABLE_NAME, FIBERS_TABLE_NAME],
  ...[FACET_RUNS_TABLE_NAME, AGENT_TOOL_RUNS_TABLE_NAME],
  WORKFLOWS_TABLE_NAME,
] as const;

type TableName = (typeof TABLES)[number];

const FIND = `SELECT name FROM sqlite_master WHERE type = 'table'
  AND name IN (${TABLES.map(() => "?").join(", ")})`;

/** What a life of an object found. */
const found = new WeakMap<SqlRunner, ReadonlySet<string>>();

/**
 * Whether a table was there when this life of the object first asked for one. All are looked for at
 * once, so that the rooms of an object cost one query at a start. Who makes or drops a table has to
 * know of that itself.
 */
export function wasThere(sql: SqlRunner, table: TableName): boolean {
  let known = found.get(sql);
  if (!known) {
    known = new Set(sql<{ name: string }>(FIND, ...TABLES).map(({ name }) => name));
    found.set(sql, known);
  }
  return known.has(table);
}

/** Whether a table is there that may need moving; it is looked for again the next time. */
export function mayNeedMoving(sql: SqlRunner, table: TableName): boolean {
  const there = wasThere(sql, table);
  if (there) found.delete(sql);
  return there;
}
