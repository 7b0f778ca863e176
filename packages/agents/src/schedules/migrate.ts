import type { LifecycleJobs } from "../jobs/job.ts";
import { type RetryOptions, type RetryPolicy, resolveRetry } from "../retry/options.ts";
import { LEGACY_SCHEDULES_TABLE } from "../schema.ts";
import type { SqlRunner } from "../storage/sql.ts";
import { mayNeedMoving } from "../storage/tables.ts";
import type { SchedulePayload } from "./plan.ts";
import type { Schedule } from "./types.ts";

/** A row of the table that versions before 0.3 kept. Old layouts lack the later columns. */
interface LegacyRow {
  id: string;
  callback: string;
  payload: string | null;
  type: Schedule["type"];
  /** Seconds. */
  time: number;
  delayInSeconds?: number | null;
  cron?: string | null;
  intervalSeconds?: number | null;
  retry_options?: string | null;
  owner_path?: string | null;
  owner_path_key?: string | null;
}

/** Rows that woke the object while it was kept alive: a job of the host's does that now. */
const HEARTBEAT = "_cf_keepAliveHeartbeat";
/** Callbacks of chat recovery, which may use up all memory each time. */
const RECOVERY: ReadonlySet<string> = new Set(["_chatRecoveryContinue", "_chatRecoveryRetry"]);

/** What moving the schedules needs. */
export interface LegacySchedulesPorts {
  readonly sql: SqlRunner;
  readonly jobs: LifecycleJobs;
  readonly retryDefaults: RetryPolicy;
  readonly hungTimeoutSeconds: number;
}

/**
 * Makes jobs of the schedules that versions before 0.3 kept in a table of their own, under the same
 * ids, and drops that table. Rows that cannot be read are left out and logged. All of it happens in
 * one turn, so that it happens whole or not at all.
 */
export async function migrateSchedules(ports: LegacySchedulesPorts): Promise<void> {
  const { sql } = ports;
  if (!mayNeedMoving(sql, LEGACY_SCHEDULES_TABLE)) return;
  const rows = sql<LegacyRow>(`SELECT * FROM ${LEGACY_SCHEDULES_TABLE}`);
  const moved = rows
    .filter(({ callback }) => callback !== HEARTBEAT)
    .map((row) => move(ports, row));
  sql(`DROP TABLE ${LEGACY_SCHEDULES_TABLE}`);
  await Promise.all(moved);
}

async function move(ports: LegacySchedulesPorts, row: LegacyRow): Promise<void> {
  const { jobs, retryDefaults, hungTimeoutSeconds } = ports;
  let payload: unknown;
  try {
    payload = row.payload === null ? undefined : JSON.parse(row.payload);
  } catch {
    console.error(
      `Skipping schedule "${row.id}" during job-queue migration: its payload is not valid JSON`,
    );
    return;
  }
  const retry = retryOf(row.retry_options);
  const stored: SchedulePayload = {
    ...{ payload, ...(retry ? { retry } : {}), type: row.type },
    ...(typeof row.delayInSeconds === "number" ? { delayInSeconds: row.delayInSeconds } : {}),
    ...(typeof row.cron === "string" ? { cron: row.cron } : {}),
    ...(typeof row.intervalSeconds === "number" ? { intervalSeconds: row.intervalSeconds } : {}),
    ...{ owner_path: row.owner_path ?? null, owner_path_key: row.owner_path_key ?? null },
  };
  await jobs.push({
    ...{ id: row.id, fn: row.callback, time: Math.max(0, Number(row.time) * 1000 || 0) },
    ...{ payload: stored, retry: resolveRetry(retry, retryDefaults) },
    ...{ singleflight: row.type === "interval", hungTimeoutSeconds },
    recoveryLoop: RECOVERY.has(row.callback),
  });
}

/** Retry options as they were stored; undefined when there are none that can be read. */
export function retryOf(text: string | null | undefined): RetryOptions | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as RetryOptions) : undefined;
  } catch {
    return undefined;
  }
}
