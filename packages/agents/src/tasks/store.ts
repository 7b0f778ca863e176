import {
  TASK_RUNS_INDEX,
  TASK_RUNS_TABLE,
  TASK_RUNS_TABLE_NAME,
  TASK_STEPS_TABLE,
} from "../schema.ts";
import { rowsOrNone, type SqlRunner, type SqlValue, withTable } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";
import type { TaskRunState, TaskWaitReason } from "./types.ts";

/** A run as it is stored. */
export interface RunRow {
  run_id: string;
  definition: string;
  input: string | null;
  state: TaskRunState;
  result: string | null;
  error_name: string | null;
  error_message: string | null;
  status_message: string | null;
  metadata: string | null;
  idempotency_key: string | null;
  retain: number;
  attempt: number;
  generation: string | null;
  next_at: number | null;
  wait_reason: TaskWaitReason | null;
  cancel_requested: number;
  cancel_reason: string | null;
  created_at: number;
  started_at: number | null;
  updated_at: number;
  settled_at: number | null;
}

/** A run to be stored. */
export interface NewRun {
  readonly runId: string;
  readonly definition: string;
  readonly input: string | null;
  readonly metadata: string | null;
  readonly idempotencyKey: string | null;
  readonly retain: boolean;
}

/** How a run ends. */
export type Settlement =
  | { readonly state: "completed"; readonly result: string | null }
  | { readonly state: "failed"; readonly name: string; readonly message: string }
  | { readonly state: "cancelled" };

/** Which runs a query is for. */
export interface RunFilter {
  readonly definition?: string | undefined;
  readonly states: readonly TaskRunState[];
  /** Milliseconds. */
  readonly settledBefore?: number | undefined;
  readonly limit: number;
}

const LIVE = "state IN ('pending', 'running', 'waiting')";

/** The table of runs. It is made by the first run; reading before that finds nothing. */
export class RunStore {
  readonly #sql: SqlRunner;
  #created = false;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  get(runId: string): RunRow | undefined {
    return this.#select("WHERE run_id = ?", runId)[0];
  }

  getByKey(key: string): RunRow | undefined {
    return this.#select("WHERE idempotency_key = ?", key)[0];
  }

  /** Newest first. */
  list({ definition, states, limit }: RunFilter): RunRow[] {
    const [clause, values] = condition({ definition, states });
    return this.#select(
      `${clause} ORDER BY created_at DESC, run_id DESC LIMIT ?`,
      ...values,
      limit,
    );
  }

  /** Runs that have not ended, and when each is to be looked at. */
  live(): { run_id: string; next_at: number | null }[] {
    if (!this.#created && !wasThere(this.#sql, TASK_RUNS_TABLE_NAME)) return [];
    return rowsOrNone(() =>
      this.#sql(`SELECT run_id, next_at FROM cf_agents_task_runs WHERE ${LIVE}`),
    );
  }

  /** Stores a new run, due now. */
  insert(
    { runId, definition, input, metadata, idempotencyKey, retain }: NewRun,
    now: number,
  ): void {
    if (!this.#created) this.#create();
    withTable(
      () =>
        this.#sql(
          `INSERT INTO cf_agents_task_runs (run_id, definition, input, state, metadata,
            idempotency_key, retain, next_at, created_at, updated_at)
           VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?)`,
          ...[runId, definition, input, metadata, idempotencyKey, retain ? 1 : 0, now, now, now],
        ),
      () => this.#create(),
    );
  }

  /** Takes a run for an attempt; from now on only writes of this generation count. */
  claim(runId: string, generation: string, nextAt: number, now: number): void {
    this.#sql(
      `UPDATE cf_agents_task_runs SET state = 'running', attempt = attempt + 1, generation = ?,
        next_at = ?, wait_reason = NULL, started_at = COALESCE(started_at, ?), updated_at = ?
       WHERE run_id = ?`,
      ...[generation, nextAt, now, now, runId],
    );
  }

  /** Ends an attempt that has to wait. False when the run was taken by another. */
  park(
    runId: string,
    generation: string,
    reason: TaskWaitReason,
    wakeAt: number,
    now: number,
  ): boolean {
    return this.#changed(
      `UPDATE cf_agents_task_runs SET state = 'waiting', generation = NULL, wait_reason = ?,
        next_at = ?, updated_at = ? WHERE run_id = ? AND generation = ?`,
      ...[reason, wakeAt, now, runId, generation],
    );
  }

  /**
   * Ends a run, in favour of one attempt, or whoever has it when `generation` is undefined. False
   * when the run was taken by another, or has ended.
   */
  settle(
    runId: string,
    generation: string | undefined,
    settlement: Settlement,
    now: number,
  ): boolean {
    const result = settlement.state === "completed" ? settlement.result : null;
    const failure = settlement.state === "failed" ? settlement : { name: null, message: null };
    const fence = generation === undefined ? "" : "AND generation = ?";
    return this.#changed(
      `UPDATE cf_agents_task_runs SET state = ?, result = ?, error_name = ?, error_message = ?,
        generation = NULL, next_at = NULL, updated_at = ?, settled_at = ?
       WHERE run_id = ? AND ${LIVE} ${fence}`,
      ...[settlement.state, result, failure.name, failure.message, now, now, runId],
      ...(generation === undefined ? [] : [generation]),
    );
  }

  /** Notes the wish to end a run. */
  requestCancel(runId: string, reason: string | null, now: number): void {
    this.#sql(
      `UPDATE cf_agents_task_runs SET cancel_requested = 1, cancel_reason = ?, updated_at = ?
       WHERE run_id = ?`,
      ...[reason, now, runId],
    );
  }

  status(runId: string, generation: string, message: string, now: number): void {
    this.#sql(
      `UPDATE cf_agents_task_runs SET status_message = ?, updated_at = ?
       WHERE run_id = ? AND generation = ?`,
      ...[message, now, runId, generation],
    );
  }

  /** Attempts of an earlier life of the object were lost: their runs are due. */
  releaseClaims(now: number): void {
    this.#sql(
      `UPDATE cf_agents_task_runs SET next_at = ?
       WHERE state = 'running' AND generation IS NOT NULL`,
      now,
    );
  }

  /** Puts a run off. No attempt has it until then, and a start does not hurry it. */
  backOff(runId: string, nextAt: number, now: number): void {
    this.#sql(
      `UPDATE cf_agents_task_runs SET generation = NULL, next_at = ?, updated_at = ?
       WHERE run_id = ? AND ${LIVE}`,
      ...[nextAt, now, runId],
    );
  }

  /** Removes runs that have ended, with their journals, oldest first; returns them. */
  deleteSettled(filter: RunFilter): RunRow[] {
    const { settledBefore, states } = filter;
    const [clause, values] = condition({ states });
    const before = settledBefore === undefined ? "" : "AND settled_at < ?";
    const rows = this.#select(
      `${clause} ${before} ORDER BY settled_at, run_id LIMIT ?`,
      ...values,
      ...(settledBefore === undefined ? [] : [settledBefore]),
      filter.limit,
    );
    for (const { run_id } of rows) this.delete(run_id);
    return rows;
  }

  delete(runId: string): void {
    this.#sql("DELETE FROM cf_agents_task_steps WHERE run_id = ?", runId);
    this.#sql("DELETE FROM cf_agents_task_runs WHERE run_id = ?", runId);
  }

  #create(): void {
    for (const statement of [TASK_RUNS_TABLE, TASK_RUNS_INDEX, TASK_STEPS_TABLE]) {
      this.#sql(statement);
    }
    this.#created = true;
  }

  #select(rest: string, ...values: SqlValue[]): RunRow[] {
    return rowsOrNone(() =>
      this.#sql<RunRow>(`SELECT * FROM cf_agents_task_runs ${rest}`, ...values),
    );
  }

  #changed(statement: string, ...values: SqlValue[]): boolean {
    return this.#sql(`${statement} RETURNING run_id`, ...values).length > 0;
  }
}

/** A WHERE clause and its values. */
function condition({
  definition,
  states,
}: Pick<RunFilter, "definition" | "states">): [string, SqlValue[]] {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  if (states.length > 0) {
    parts.push(`state IN (${states.map(() => "?").join(", ")})`);
    values.push(...states);
  }
  if (definition !== undefined) {
    parts.push("definition = ?");
    values.push(definition);
  }
  return [parts.length > 0 ? `WHERE ${parts.join(" AND ")}` : "WHERE 1", values];
}
