import { FreeholdError } from "../errors.ts";
import type { RetryOptions } from "../retry/options.ts";
import { JOBS_TABLE, JOBS_TABLE_NAME } from "../schema.ts";
import { rowsOrNone, type SqlRunner, withTable } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";
import { DEFAULT_HUNG_SECONDS, type RunMark } from "./decide.ts";
import type { LifecycleJob, LifecycleJobPushOptions } from "./job.ts";

interface JobRow {
  id: string;
  capability: string;
  fn: string;
  time: number;
  payload: string | null;
  retry_options: string | null;
  singleflight: number;
  hung_timeout_seconds: number | null;
  exclusive: number;
  recovery_loop: number;
  running: number;
  execution_started_at: number | null;
  created_at: number;
}

/** A job that the object has to wake for; times in milliseconds. */
export interface NextJob {
  readonly id: string;
  /** When it is due. */
  readonly time: number;
  /** When it may run: later, where an earlier run of it may still be going. */
  readonly at: number;
}

/** Of a table without rows all are null. */
interface Next {
  id: string | null;
  time: number;
  at: number;
}

/** A job with what is known of its present run. */
export interface StoredJob {
  readonly job: LifecycleJob;
  readonly mark: RunMark;
}

const INSERT = `INSERT OR REPLACE INTO cf_agents_jobs (id, capability, fn, time, payload,
  retry_options, singleflight, hung_timeout_seconds, exclusive, recovery_loop, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** SQLite takes `id` and `time` from the row of the minimum. */
const NEXT = `SELECT id, time, MIN(CASE WHEN singleflight = 1 AND running = 1
    THEN MAX(time, COALESCE(execution_started_at, 0)
      + COALESCE(hung_timeout_seconds, ${DEFAULT_HUNG_SECONDS}) * 1000)
    ELSE time END) AS at, TOTAL(exclusive) AS exclusives FROM cf_agents_jobs`;

const NEXT_EXCLUSIVE = `SELECT id, time, MIN(time) AS at FROM cf_agents_jobs WHERE exclusive = 1`;

/** The jobs table. It is created by the first job; reading before that finds nothing. */
export class JobStore {
  readonly #sql: SqlRunner;
  #created = false;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  /** Stores a job, in place of one with the same id; `pushedAt` in seconds, with fractions. */
  put(id: string, owner: string, input: LifecycleJobPushOptions, pushedAt: number): void {
    const values = [
      id,
      owner,
      input.fn,
      input.time,
      input.payload === undefined ? null : JSON.stringify(input.payload),
      input.retry === undefined ? null : JSON.stringify(input.retry),
      input.singleflight ? 1 : 0,
      input.hungTimeoutSeconds ?? null,
      input.exclusive ? 1 : 0,
      input.recoveryLoop ? 1 : 0,
      pushedAt,
    ];
    if (!this.#created) this.#create();
    withTable(
      () => this.#sql(INSERT, ...values),
      () => this.#create(),
    );
  }

  /** @throws FreeholdError `job_corrupt` when the row's JSON cannot be read. */
  get(id: string): StoredJob | undefined {
    const [row] = this.#select("WHERE id = ?", id);
    return row && fromRow(row);
  }

  /** Whose job this is and when it is due (milliseconds); undefined when there is none. */
  head(id: string): { readonly owner: string; readonly time: number } | undefined {
    const [row] = this.#select("WHERE id = ?", id);
    return row && { owner: row.capability, time: row.time };
  }

  /** When a job is due, in milliseconds; undefined when there is none. Reads no payload. */
  timeOf(id: string): number | undefined {
    const query = "SELECT time FROM cf_agents_jobs WHERE id = ?";
    return rowsOrNone(() => this.#sql<{ time: number }>(query, id))[0]?.time;
  }

  /** An owner's jobs by due time, all or those for one `fn`; unreadable ones are left out. */
  list(owner: string, fn?: string): LifecycleJob[] {
    const rows =
      fn === undefined
        ? this.#select("WHERE capability = ? ORDER BY time, created_at, id", owner)
        : this.#select("WHERE capability = ? AND fn = ? ORDER BY time, created_at, id", owner, fn);
    return rows.flatMap(readable);
  }

  /** What is due, by due time. */
  due(now: number): { id: string; owner: string }[] {
    return rowsOrNone(() =>
      this.#sql<{ id: string; owner: string }>(
        `SELECT id, capability AS owner FROM cf_agents_jobs WHERE time <= ?
         ORDER BY time, created_at, id`,
        now,
      ),
    );
  }

  /** What the object has to wake for next: an exclusive job before all others. */
  next(): NextJob | undefined {
    if (!this.#created && !wasThere(this.#sql, JOBS_TABLE_NAME)) return undefined;
    const [found] = rowsOrNone(() => this.#sql<Next & { exclusives: number }>(NEXT));
    const next = found && found.exclusives > 0 ? this.#sql<Next>(NEXT_EXCLUSIVE)[0] : found;
    if (next?.id === undefined || next.id === null) return undefined;
    return { id: next.id, time: next.time, at: next.at };
  }

  delete(id: string): void {
    this.#unlessMissing("DELETE FROM cf_agents_jobs WHERE id = ?", id);
  }

  /** Sets the due time; the job no longer counts as running. */
  retime(id: string, time: number): void {
    this.#unlessMissing(
      "UPDATE cf_agents_jobs SET time = ?, running = 0, execution_started_at = NULL WHERE id = ?",
      time,
      id,
    );
  }

  /** Puts off to `time`, or later where it is later already: one job, and all of recovery loops. */
  backOff(id: string | undefined, time: number): void {
    this.#unlessMissing(
      `UPDATE cf_agents_jobs SET time = MAX(time, ?), running = 0, execution_started_at = NULL
       WHERE recovery_loop = 1 OR id = ?`,
      time,
      id ?? null,
    );
  }

  /** Removes one job, and all of recovery loops; returns those of the loops. */
  purge(id: string | undefined): LifecycleJob[] {
    const purged = this.#select("WHERE recovery_loop = 1 ORDER BY time").flatMap(readable);
    this.#unlessMissing("DELETE FROM cf_agents_jobs WHERE recovery_loop = 1 OR id = ?", id ?? null);
    return purged;
  }

  markRunning(id: string, now: number): void {
    this.#sql(
      "UPDATE cf_agents_jobs SET running = 1, execution_started_at = ? WHERE id = ?",
      now,
      id,
    );
  }

  clearRunning(id: string): void {
    this.#unlessMissing(
      "UPDATE cf_agents_jobs SET running = 0, execution_started_at = NULL WHERE id = ? AND running = 1",
      id,
    );
  }

  #create(): void {
    this.#sql(JOBS_TABLE);
    this.#created = true;
  }

  #unlessMissing(statement: string, ...values: (string | number | null)[]): void {
    rowsOrNone(() => this.#sql(statement, ...values));
  }

  #select(where: string, ...values: string[]): JobRow[] {
    return rowsOrNone(() => this.#sql<JobRow>(`SELECT * FROM cf_agents_jobs ${where}`, ...values));
  }
}

function fromRow(row: JobRow): StoredJob {
  const job: LifecycleJob = {
    id: row.id,
    capability: row.capability,
    fn: row.fn,
    time: row.time,
    payload: row.payload === null ? undefined : parse(row.id, row.payload),
    retry:
      row.retry_options === null ? undefined : (parse(row.id, row.retry_options) as RetryOptions),
    singleflight: row.singleflight === 1,
    exclusive: row.exclusive === 1,
    recoveryLoop: row.recovery_loop === 1,
    createdAt: Math.floor(row.created_at),
  };
  const mark: RunMark = {
    singleflight: job.singleflight,
    running: row.running === 1,
    startedAt: row.execution_started_at,
    hungTimeoutSeconds: row.hung_timeout_seconds ?? DEFAULT_HUNG_SECONDS,
  };
  return { job, mark };
}

function readable(row: JobRow): LifecycleJob[] {
  try {
    return [fromRow(row).job];
  } catch (error) {
    console.error(error);
    return [];
  }
}

function parse(id: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FreeholdError("job_corrupt", `The stored JSON of job ${id} cannot be read`, {
      cause: error,
    });
  }
}
