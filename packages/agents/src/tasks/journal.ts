import type { SqlRunner, SqlValue } from "../storage/sql.ts";
import type { JournalMark } from "./decide.ts";

/** A step as it is stored. */
export interface StepRow {
  step_name: string;
  kind: "do" | "sleep";
  state: "running" | "waiting" | "completed" | "failed";
  result: string | null;
  error_name: string | null;
  error_message: string | null;
  attempt: number;
  next_at: number | null;
}

/** Only writes of the attempt that has the run count. */
const FENCE = "EXISTS (SELECT 1 FROM cf_agents_task_runs WHERE run_id = ? AND generation = ?)";

/**
 * The journal of one run, for the attempt that has it. Each write says whether it counted: another
 * attempt may have taken the run, or the run have ended.
 */
export class Journal {
  readonly #sql: SqlRunner;
  readonly #runId: string;
  readonly #generation: string;

  constructor(sql: SqlRunner, runId: string, generation: string) {
    this.#sql = sql;
    this.#runId = runId;
    this.#generation = generation;
  }

  get(name: string): StepRow | undefined {
    return this.#sql<StepRow>(
      `SELECT step_name, kind, state, result, error_name, error_message, attempt, next_at
       FROM cf_agents_task_steps WHERE run_id = ? AND step_name = ?`,
      this.#runId,
      name,
    )[0];
  }

  /** How many steps have ended. */
  settledCount(): number {
    const [row] = this.#sql<{ count: number }>(
      `SELECT COUNT(*) AS count FROM cf_agents_task_steps
       WHERE run_id = ? AND state IN ('completed', 'failed')`,
      this.#runId,
    );
    return row?.count ?? 0;
  }

  /** The step that was running last. */
  running(): { readonly name: string; readonly attempt: number } | undefined {
    return this.#sql<{ name: string; attempt: number }>(
      `SELECT step_name AS name, attempt FROM cf_agents_task_steps
       WHERE run_id = ? AND state = 'running' ORDER BY started_at DESC, step_name LIMIT 1`,
      this.#runId,
    )[0];
  }

  /** An attempt of a `do` begins. */
  started(name: string, attempt: number, now: number): boolean {
    return this.#write(
      `INSERT INTO cf_agents_task_steps (run_id, step_name, kind, state, attempt, created_at,
        started_at, updated_at) SELECT ?, ?, 'do', 'running', ?, ?, ?, ? WHERE ${FENCE}
       ON CONFLICT (run_id, step_name) DO UPDATE SET state = 'running', attempt = excluded.attempt,
        next_at = NULL, started_at = excluded.started_at, updated_at = excluded.updated_at`,
      ...[this.#runId, name, attempt, now, now, now],
    );
  }

  completed(name: string, result: string | null, now: number): boolean {
    return this.#write(
      `UPDATE cf_agents_task_steps SET state = 'completed', result = ?, error_name = NULL,
        error_message = NULL, next_at = NULL, updated_at = ?, completed_at = ?
       WHERE run_id = ? AND step_name = ? AND ${FENCE}`,
      ...[result, now, now, this.#runId, name],
    );
  }

  /** The attempt failed; the step is tried again at `nextAt`, or, when that is null, never. */
  failed(name: string, error: ErrorRecord, nextAt: number | null, now: number): boolean {
    return this.#write(
      `UPDATE cf_agents_task_steps SET state = ?, error_name = ?, error_message = ?, next_at = ?,
        updated_at = ? WHERE run_id = ? AND step_name = ? AND ${FENCE}`,
      nextAt === null ? "failed" : "waiting",
      ...[error.name, error.message, nextAt, now, this.#runId, name],
    );
  }

  /** A sleep begins; one that is over at once is `completed` already. */
  sleeping(name: string, wakeAt: number, now: number): boolean {
    const over = wakeAt <= now;
    return this.#write(
      `INSERT INTO cf_agents_task_steps (run_id, step_name, kind, state, next_at, created_at,
        updated_at, completed_at) SELECT ?, ?, 'sleep', ?, ?, ?, ?, ? WHERE ${FENCE}`,
      ...[this.#runId, name, over ? "completed" : "waiting", over ? null : wakeAt, now, now],
      over ? now : null,
    );
  }

  #write(statement: string, ...values: SqlValue[]): boolean {
    const fence = [this.#runId, this.#generation];
    return this.#sql(`${statement} RETURNING step_name`, ...values, ...fence).length > 0;
  }
}

/** What is kept of an error; never its stack. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
}

/** What of a row decides. */
export function markOf(row: StepRow | undefined): JournalMark | undefined {
  return row && { kind: row.kind, state: row.state, attempt: row.attempt, nextAt: row.next_at };
}

/** What is kept of anything that can be thrown. */
export function errorRecord(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown) };
  return { name: String(thrown.name), message: String(thrown.message) };
}
