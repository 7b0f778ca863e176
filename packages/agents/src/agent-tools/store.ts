import {
  AGENT_TOOL_RUNS_COLUMNS,
  AGENT_TOOL_RUNS_INDEX,
  AGENT_TOOL_RUNS_TABLE,
} from "../schema.ts";
import { rowsOrNone, type SqlRunner, type SqlValue, withTable } from "../storage/sql.ts";
import type {
  AgentToolEventDelivery,
  AgentToolInterruptedReason,
  AgentToolRunStatus,
  AgentToolTerminalStatus,
} from "./types.ts";

/** A run as it is stored. Times are milliseconds since the Unix epoch. */
export interface RunRow {
  readonly run_id: string;
  readonly parent_tool_call_id: string | null;
  readonly agent_type: string;
  readonly input_preview: string | null;
  readonly status: AgentToolRunStatus;
  readonly summary: string | null;
  readonly output_json: string | null;
  readonly error_message: string | null;
  readonly interrupted_reason: AgentToolInterruptedReason | null;
  readonly child_still_running: number | null;
  readonly display_metadata: string | null;
  readonly display_order: number;
  readonly started_at: number;
  readonly completed_at: number | null;
  readonly detached: number;
  readonly detached_on_finish: string | null;
  readonly detached_notify_source: string | null;
  readonly detached_max_budget_at: number | null;
  readonly finish_claimed_at: number | null;
  readonly finish_delivered_at: number | null;
  readonly give_up_claimed_at: number | null;
  readonly give_up_delivered_at: number | null;
  readonly detached_no_progress_budget_ms: number | null;
  readonly last_progress_at: number | null;
  readonly detached_on_milestones: string | null;
  readonly event_delivery: AgentToolEventDelivery | null;
}

/** A run to be stored; what is left out is null. */
export type NewRun = Pick<RunRow, "run_id" | "agent_type" | "status" | "started_at"> &
  Partial<RunRow>;

/** How a run ended, to be stored. */
export interface Ending {
  readonly status: AgentToolTerminalStatus;
  readonly output?: unknown;
  readonly summary?: string;
  readonly error?: string;
  readonly reason?: AgentToolInterruptedReason;
  readonly childStillRunning?: boolean;
}

/** The two things a detached run's owner is told once: its end, and that it was given up. */
export type Slot = "finish" | "give_up";

const HARD = "('completed', 'error', 'aborted')";

/** The runs of one agent. The table is made by the first. */
export class RunStore {
  readonly #sql: SqlRunner;
  #created = false;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  add(run: NewRun): void {
    if (!this.#created) this.#create();
    const columns = Object.keys(run);
    const values = Object.values(run) as SqlValue[];
    withTable(
      () =>
        this.#sql(
          `INSERT INTO cf_agent_tool_runs (${columns.join(", ")})
           VALUES (${columns.map(() => "?").join(", ")})`,
          ...values,
        ),
      () => this.#create(),
    );
  }

  find(runId: string): RunRow | undefined {
    return this.#select("WHERE run_id = ?", runId)[0];
  }

  /** Oldest first. */
  list(): RunRow[] {
    return this.#select("ORDER BY started_at, rowid");
  }

  /** The last `limit`, oldest first. */
  latest(limit: number): RunRow[] {
    return this.#select("ORDER BY started_at DESC, rowid DESC LIMIT ?", limit).toReversed();
  }

  /** Those that are under way. */
  active(): RunRow[] {
    return this.#select("WHERE status IN ('starting', 'running') ORDER BY started_at, rowid");
  }

  /** Detached runs whose owner waits for a word. */
  outstanding(): RunRow[] {
    return this.#select(
      `WHERE detached = 1 AND finish_delivered_at IS NULL
       AND NOT (status = 'interrupted' AND interrupted_reason = 'budget-exceeded'
         AND give_up_delivered_at IS NOT NULL)
       ORDER BY started_at, rowid`,
    );
  }

  begun(runId: string): void {
    this.#sql(
      `UPDATE cf_agent_tool_runs SET status = 'running'
       WHERE run_id = ? AND status IN ('starting', 'interrupted')`,
      runId,
    );
  }

  /** Stores the end of a run; false when it has ended before. */
  end(runId: string, ending: Ending, now: number): boolean {
    const { childStillRunning, error, output, reason, status, summary } = ending;
    const won = this.#sql(
      `UPDATE cf_agent_tool_runs SET status = ?, output_json = ?, summary = ?, error_message = ?,
       interrupted_reason = ?, child_still_running = ?, completed_at = ?
       WHERE run_id = ? AND status NOT IN ${HARD}
       AND (status <> 'interrupted' OR ? IS NULL OR interrupted_reason IS NOT ?) RETURNING run_id`,
      status,
      output === undefined ? null : (JSON.stringify(output) ?? null),
      summary ?? null,
      error ?? null,
      reason ?? null,
      childStillRunning === undefined ? null : Number(childStillRunning),
      now,
      ...[runId, reason ?? null, reason ?? null],
    );
    return won.length > 0;
  }

  /** Takes one of a run's slots for a time; false when it is taken, or was told. */
  claim(runId: string, slot: Slot, now: number, leaseMs: number): boolean {
    const won = this.#sql(
      `UPDATE cf_agent_tool_runs SET ${slot}_claimed_at = ? WHERE run_id = ?
       AND ${slot}_delivered_at IS NULL
       AND (${slot}_claimed_at IS NULL OR ${slot}_claimed_at <= ?) RETURNING run_id`,
      now,
      runId,
      now - leaseMs,
    );
    return won.length > 0;
  }

  delivered(runId: string, slot: Slot, now: number): void {
    this.#sql(
      `UPDATE cf_agent_tool_runs SET ${slot}_delivered_at = ? WHERE run_id = ?`,
      now,
      runId,
    );
  }

  progressed(runId: string, at: number): void {
    this.#sql(
      `UPDATE cf_agent_tool_runs SET last_progress_at = MAX(COALESCE(last_progress_at, 0), ?)
       WHERE run_id = ?`,
      at,
      runId,
    );
  }

  remove(runId: string): void {
    this.#sql("DELETE FROM cf_agent_tool_runs WHERE run_id = ?", runId);
  }

  #create(): void {
    this.#created = true;
    this.#sql(AGENT_TOOL_RUNS_TABLE);
    const known = new Set(
      this.#sql<{ name: string }>("SELECT name FROM pragma_table_info('cf_agent_tool_runs')").map(
        ({ name }) => name,
      ),
    );
    for (const column of AGENT_TOOL_RUNS_COLUMNS) {
      const [name = ""] = column.split(" ");
      if (!known.has(name)) this.#sql(`ALTER TABLE cf_agent_tool_runs ADD COLUMN ${column}`);
    }
    this.#sql(AGENT_TOOL_RUNS_INDEX);
  }

  #select(where: string, ...values: SqlValue[]): RunRow[] {
    return rowsOrNone(() =>
      this.#sql<RunRow>(`SELECT * FROM cf_agent_tool_runs ${where}`, ...values),
    );
  }
}

/** Whether a run has ended for good. */
export function hasEnded({ status }: Pick<RunRow, "status">): boolean {
  return status === "completed" || status === "error" || status === "aborted";
}
