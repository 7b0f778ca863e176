/**
 * The runs of an agent as a tool, as they are stored.
 *
 * @module
 */

import type {
  AgentToolEventDelivery,
  AgentToolMilestone,
  AgentToolProgressSnapshot,
  AgentToolRunInspection,
} from "../../agent-tools/types.ts";
import { rowsOrNone, type SqlRunner, type SqlValue } from "../../storage/sql.ts";
import { REQUEST_CONTEXT_TABLE } from "../schema.ts";
import {
  CHILD_MILESTONES_TABLE,
  CHILD_RUNS_COLUMNS,
  CHILD_RUNS_INDEX,
  CHILD_RUNS_TABLE,
} from "./schema.ts";

/** How a run ended. */
export interface ChildEnding {
  readonly status: "completed" | "error" | "aborted";
  readonly output?: unknown;
  readonly summary?: string;
  readonly error?: string;
}

/** A run. Times are milliseconds since the Unix epoch. */
export interface ChildRun {
  readonly runId: string;
  /** The request of the turn that answers it; of several, the last. */
  readonly requestId: string | null;
  readonly status: AgentToolRunInspection["status"];
  readonly input: unknown;
  readonly eventDelivery: AgentToolEventDelivery | null;
  readonly inspection: AgentToolRunInspection;
}

interface Row {
  readonly run_id: string;
  readonly request_id: string | null;
  readonly status: AgentToolRunInspection["status"];
  readonly input_json: string | null;
  readonly output_json: string | null;
  readonly summary: string | null;
  readonly error_message: string | null;
  readonly started_at: number;
  readonly completed_at: number | null;
  readonly progress_json: string | null;
  readonly last_signal_at: number | null;
  readonly event_delivery: AgentToolEventDelivery | null;
}

interface MilestoneRow {
  readonly sequence: number;
  readonly name: string;
  readonly data_json: string | null;
  readonly at: number;
}

/** Reads and writes them. */
export class ChildStore {
  readonly #sql: SqlRunner;
  #created = false;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  add(run: {
    runId: string;
    requestId: string;
    input: unknown;
    startedAt: number;
    eventDelivery: AgentToolEventDelivery | undefined;
  }): void {
    this.#create();
    this.#sql(
      `INSERT INTO cf_ai_chat_agent_tool_runs
         (run_id, request_id, status, input_json, started_at, event_delivery)
       VALUES (?, ?, 'running', ?, ?, ?)`,
      ...[run.runId, run.requestId, jsonOf(run.input), run.startedAt],
      run.eventDelivery ?? null,
    );
  }

  find(runId: string): ChildRun | undefined {
    return this.#select("WHERE run_id = ?", runId)[0];
  }

  /** Runs that have not ended. */
  active(): ChildRun[] {
    return this.#select("WHERE status IN ('starting', 'running') ORDER BY started_at, rowid");
  }

  /** Another request answers the run from now on. */
  rebind(run: ChildRun, requestId: string): void {
    const requests = [...this.requests(run), requestId];
    this.#sql(REQUEST_CONTEXT_TABLE);
    this.#sql(
      "INSERT OR REPLACE INTO cf_ai_chat_request_context (key, value) VALUES (?, ?)",
      ...[requestsKey(run.runId), JSON.stringify(requests)],
    );
    this.#sql(
      "UPDATE cf_ai_chat_agent_tool_runs SET request_id = ? WHERE run_id = ?",
      ...[requestId, run.runId],
    );
  }

  /** The requests that have answered a run, in order. */
  requests({ requestId, runId }: ChildRun): string[] {
    const [row] = rowsOrNone(() =>
      this.#sql<{ value: string }>(
        "SELECT value FROM cf_ai_chat_request_context WHERE key = ?",
        requestsKey(runId),
      ),
    );
    const stored = row && parsed(row.value);
    if (Array.isArray(stored)) return stored.filter((id) => typeof id === "string");
    return requestId === null ? [] : [requestId];
  }

  /** Stores the end of a run; false when it has ended before. */
  end(runId: string, { status, output, summary, error }: ChildEnding, now: number): boolean {
    const ended = this.#sql(
      `UPDATE cf_ai_chat_agent_tool_runs SET status = ?, output_json = ?, summary = ?,
         error_message = ?, completed_at = ?
       WHERE run_id = ? AND status IN ('starting', 'running') RETURNING run_id`,
      ...[status, jsonOf(output), summary ?? null, error ?? null, now, runId],
    );
    return ended.length > 0;
  }

  progressed(runId: string, snapshot: object, at: number): void {
    this.#sql(
      `UPDATE cf_ai_chat_agent_tool_runs SET progress_json = ?, last_signal_at = ?
       WHERE run_id = ?`,
      ...[JSON.stringify({ ...snapshot, at }), at, runId],
    );
  }

  /** Stores a milestone and gives its number within the run, from 1. */
  reached(runId: string, name: string, data: unknown, at: number): number {
    const [last] = this.#sql<{ sequence: number | null }>(
      "SELECT MAX(sequence) AS sequence FROM cf_ai_chat_agent_tool_milestones WHERE run_id = ?",
      runId,
    );
    const sequence = (last?.sequence ?? 0) + 1;
    this.#sql(
      `INSERT INTO cf_ai_chat_agent_tool_milestones (run_id, sequence, name, data_json, at)
       VALUES (?, ?, ?, ?, ?)`,
      ...[runId, sequence, name, jsonOf(data), at],
    );
    this.#sql(
      "UPDATE cf_ai_chat_agent_tool_runs SET last_signal_at = ? WHERE run_id = ?",
      ...[at, runId],
    );
    return sequence;
  }

  #milestones(runId: string): AgentToolMilestone[] {
    const rows = this.#sql<MilestoneRow>(
      `SELECT sequence, name, data_json, at FROM cf_ai_chat_agent_tool_milestones
       WHERE run_id = ? ORDER BY sequence`,
      runId,
    );
    return rows.map(({ sequence, name, data_json: data, at }) => ({
      ...{ name, sequence, at },
      ...(data === null ? {} : { data: parsed(data) }),
    }));
  }

  #select(where: string, ...values: SqlValue[]): ChildRun[] {
    const rows = rowsOrNone(() =>
      this.#sql<Row>(`SELECT * FROM cf_ai_chat_agent_tool_runs ${where}`, ...values),
    );
    return rows.map((row) => ({
      ...{ runId: row.run_id, requestId: row.request_id, status: row.status },
      input: row.input_json === null ? undefined : parsed(row.input_json),
      eventDelivery: row.event_delivery,
      inspection: inspectionOf(row, this.#milestones(row.run_id)),
    }));
  }

  #create(): void {
    if (this.#created) return;
    this.#sql(CHILD_RUNS_TABLE);
    const columns = this.#sql<{ name: string }>(
      "SELECT name FROM pragma_table_info('cf_ai_chat_agent_tool_runs')",
    );
    const known = new Set(columns.map(({ name }) => name));
    for (const column of CHILD_RUNS_COLUMNS) {
      const [name = ""] = column.split(" ");
      if (!known.has(name)) {
        this.#sql(`ALTER TABLE cf_ai_chat_agent_tool_runs ADD COLUMN ${column}`);
      }
    }
    this.#sql(CHILD_RUNS_INDEX);
    this.#sql(CHILD_MILESTONES_TABLE);
    this.#created = true;
  }
}

/** Key of the requests of a run that more than one has answered; ours alone. */
function requestsKey(runId: string): string {
  return `agentToolRequests:${runId}`;
}

function inspectionOf(row: Row, milestones: AgentToolMilestone[]): AgentToolRunInspection {
  const { request_id: requestId, output_json: output, summary, error_message: error } = row;
  const { completed_at: completedAt, progress_json: progress } = row;
  return {
    ...{ runId: row.run_id, status: row.status, startedAt: row.started_at },
    ...(requestId === null ? {} : { requestId }),
    ...(output === null ? {} : { output: parsed(output) }),
    ...(summary === null ? {} : { summary }),
    ...(error === null ? {} : { error }),
    ...(completedAt === null ? {} : { completedAt }),
    ...(progress === null ? {} : { progress: parsed(progress) as AgentToolProgressSnapshot }),
    ...(milestones.length > 0 ? { milestones } : {}),
  };
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : (JSON.stringify(value) ?? null);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
