import type { Column } from "./database.ts";

/** What explains a statement: rows as `EXPLAIN` and `EXPLAIN QUERY PLAN` give them. */
export interface Explainer {
  explain(sql: string): Column[][] | undefined;
  plan(sql: string): Column[][] | undefined;
  /** How many rows a table has. */
  count(table: string): number | undefined;
}

/** Of an instruction: counts the row as changed. */
const COUNTS_CHANGE = 0x01;
/** Of an instruction: does nothing. */
const NO_OPERATION = 0x40;

/**
 * How many rows were written: each changed row once for its table and once for each index that has to
 * follow. Neither what triggers write nor which rows a partial index leaves out is known.
 *
 * @param changed rows of the statement's table
 */
export function rowsWritten(sql: string, changed: number, explainer: Explainer): number {
  if (changed === 0) return 0;
  const instructions = explainer.explain(sql) ?? [];
  const opened = new Set<number>();
  const written = new Set<number>();
  let others = 0;
  for (const [, name, first, , , , flags] of instructions) {
    const cursor = Number(first);
    if (name === "OpenWrite") opened.add(cursor);
    if (!opened.has(cursor)) continue;
    if (name === "IdxInsert") written.add(cursor);
    if (name !== "Insert") continue;
    if ((Number(flags) & COUNTS_CHANGE) !== 0) written.add(cursor);
    else if ((Number(flags) & NO_OPERATION) === 0) others += 1;
  }
  return changed * Math.max(1, written.size) + others;
}

/**
 * How many rows were read by a statement that ran to its end. Plans of one table are counted; of others
 * it is at least what came out.
 *
 * @param found rows that came out, or were changed
 * @param removed rows that were in the table and no longer are
 */
export function rowsRead(
  sql: string,
  found: number,
  removed: number,
  explainer: Explainer,
): number {
  const details = (explainer.plan(sql) ?? []).map((row) => String(row[3]));
  const [step, ...others] = details.filter((detail) => !detail.startsWith("USE TEMP B-TREE"));
  if (step === undefined || others.length > 0) return found;
  const sorted = details.includes("USE TEMP B-TREE FOR ORDER BY") ? found : 0;
  const scanned = /^SCAN (\S+)(?: USING (?:COVERING )?INDEX \S+)?$/.exec(step)?.[1];
  if (scanned !== undefined && !/\bLIMIT\b/i.test(sql)) {
    return (explainer.count(scanned) ?? found - removed) + removed + sorted;
  }
  const key = /^SEARCH \S+ USING (INTEGER PRIMARY KEY|PRIMARY KEY|COVERING INDEX|INDEX)/.exec(step);
  if (key === null) return found + sorted;
  return (key[1] === "INDEX" ? 2 * found : Math.max(1, found)) + sorted;
}
