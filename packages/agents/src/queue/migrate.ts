import type { LifecycleJobs } from "../jobs/job.ts";
import { type RetryPolicy, resolveRetry } from "../retry/options.ts";
import { retryOf } from "../schedules/migrate.ts";
import { LEGACY_QUEUE_TABLE } from "../schema.ts";
import type { SqlRunner } from "../storage/sql.ts";
import { mayNeedMoving } from "../storage/tables.ts";
import type { StoredItem } from "./items.ts";

/** A row of the table that versions before 0.3 kept. Old layouts lack the last column. */
interface LegacyRow {
  id: string;
  callback: string;
  payload: string | null;
  retry_options?: string | null;
}

/** What moving the queue needs. */
export interface LegacyQueuePorts {
  readonly sql: SqlRunner;
  readonly jobs: LifecycleJobs;
  readonly retryDefaults: RetryPolicy;
  now(): number;
}

/**
 * Makes jobs of the items that versions before 0.3 kept in a table of their own, in their order and
 * under the same ids, and drops that table. Rows that cannot be read are left out and logged. All of
 * it happens in one turn, so that it happens whole or not at all.
 */
export async function migrateQueue(ports: LegacyQueuePorts): Promise<void> {
  const { jobs, now, retryDefaults, sql } = ports;
  if (!mayNeedMoving(sql, LEGACY_QUEUE_TABLE)) return;
  const rows = sql<LegacyRow>(`SELECT * FROM ${LEGACY_QUEUE_TABLE} ORDER BY created_at, rowid`);
  const first = now();
  const moved = rows.map(async (row, index) => {
    let payload: unknown;
    try {
      payload = row.payload === null ? undefined : JSON.parse(row.payload);
    } catch {
      console.error(
        `Skipping queue item "${row.id}" during job-queue migration: its payload is not valid JSON`,
      );
      return;
    }
    const stored: StoredItem = { payload, owner_path: null, owner_path_key: null };
    const retry = resolveRetry(retryOf(row.retry_options), retryDefaults);
    await jobs.push({ id: row.id, fn: row.callback, time: first + index, payload: stored, retry });
  });
  sql(`DROP TABLE ${LEGACY_QUEUE_TABLE}`);
  await Promise.all(moved);
}
