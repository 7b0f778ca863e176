import {
  WORKFLOW_MARKS_TABLE,
  WORKFLOWS_INDEXES,
  WORKFLOWS_TABLE,
  WORKFLOWS_TABLE_NAME,
} from "../schema.ts";
import { rowsOrNone, type SqlRunner, type SqlValue } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";
import { type Change, type Cursor, isEnd, OPEN_STATUSES } from "./decide.ts";
import type { WorkflowTrackingRow } from "./types.ts";

/** A condition on rows, and the values in it. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** What a new row begins with. */
export type NewRow = Pick<WorkflowTrackingRow, "id" | "workflow_id" | "workflow_name" | "metadata">;

/** The table of workflows. It is made with its first row; reading before finds nothing. */
export class WorkflowStore {
  readonly #sql: SqlRunner;
  #isMade = false;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  /** @param now seconds */
  add(row: NewRow, now: number): void {
    if (!this.#isMade) {
      for (const statement of [WORKFLOWS_TABLE, ...WORKFLOWS_INDEXES]) this.#sql(statement);
      this.#isMade = true;
    }
    this.#sql(
      `INSERT INTO cf_agents_workflows (id, workflow_id, workflow_name, status, metadata,
        created_at, updated_at) VALUES (?, ?, ?, 'queued', ?, ?, ?)`,
      ...[row.id, row.workflow_id, row.workflow_name, row.metadata, now, now],
    );
  }

  find(workflowId: string): WorkflowTrackingRow | undefined {
    return this.#rows("WHERE workflow_id = ?", workflowId)[0];
  }

  /** @param now seconds */
  change(workflowId: string, { error, status }: Change, now: number): void {
    const errors = error === undefined ? "" : ", error_name = ?, error_message = ?";
    this.#sql(
      `UPDATE cf_agents_workflows SET status = ?, updated_at = ?, completed_at = ?${errors}
       WHERE workflow_id = ?`,
      ...[status, now, isEnd(status) ? now : null],
      ...(error === undefined ? [] : [error?.name ?? null, error?.message ?? null]),
      workflowId,
    );
  }

  /** Puts a row back as it was. */
  put(row: WorkflowTrackingRow): void {
    this.#sql(
      `UPDATE cf_agents_workflows SET status = ?, error_name = ?, error_message = ?,
        created_at = ?, updated_at = ?, completed_at = ? WHERE workflow_id = ?`,
      ...[row.status, row.error_name, row.error_message],
      ...[row.created_at, row.updated_at, row.completed_at, row.workflow_id],
    );
  }

  /** A part of the rows that match, in order. */
  page(
    where: Condition,
    after: Cursor | undefined,
    isNewestFirst: boolean,
    limit: number,
  ): WorkflowTrackingRow[] {
    const [than, order] = isNewestFirst ? ["<", "DESC"] : [">", "ASC"];
    const place = after ? ` AND (created_at, workflow_id) ${than} (?, ?)` : "";
    return this.#rows(
      `WHERE ${where.sql}${place} ORDER BY created_at ${order}, workflow_id ${order} LIMIT ?`,
      ...[...where.values, ...(after ? [after.createdAt, after.workflowId] : []), limit],
    );
  }

  count({ sql, values }: Condition): number {
    const rows = rowsOrNone(() =>
      this.#sql<{ count: number }>(
        `SELECT COUNT(*) AS count FROM cf_agents_workflows WHERE ${sql}`,
        ...values,
      ),
    );
    return rows[0]?.count ?? 0;
  }

  /** Removes rows, and what is remembered of their workflows; returns how many. */
  remove({ sql, values }: Condition): number {
    const rows = rowsOrNone(() =>
      this.#sql<{ workflow_id: string }>(
        `DELETE FROM cf_agents_workflows WHERE ${sql} RETURNING workflow_id`,
        ...values,
      ),
    );
    for (const { workflow_id } of rows) this.forget(workflow_id);
    return rows.length;
  }

  rename(from: string, to: string, now: number): number {
    return rowsOrNone(() =>
      this.#sql(
        `UPDATE cf_agents_workflows SET workflow_name = ?, updated_at = ?
         WHERE workflow_name = ? RETURNING id`,
        ...[to, now, from],
      ),
    ).length;
  }

  /** Rows of workflows that had not come to their end when this life of the object began. */
  open(limit: number): WorkflowTrackingRow[] {
    if (!wasThere(this.#sql, WORKFLOWS_TABLE_NAME)) return [];
    const statuses = OPEN_STATUSES.map((status) => `'${status}'`).join(", ");
    return this.#rows(
      `WHERE status IN (${statuses}) ORDER BY updated_at DESC, workflow_id LIMIT ?`,
      limit,
    );
  }

  /** The bindings that rows name, and how many do. */
  bindings(): { workflow_name: string; count: number }[] {
    if (!wasThere(this.#sql, WORKFLOWS_TABLE_NAME)) return [];
    return rowsOrNone(() =>
      this.#sql<{ workflow_name: string; count: number }>(
        `SELECT workflow_name, COUNT(*) AS count FROM cf_agents_workflows
         GROUP BY workflow_name ORDER BY workflow_name`,
      ),
    );
  }

  // ---- Marks ----

  hasMark(workflowId: string, key: string): boolean {
    return this.#marks("WHERE workflow_id = ? AND key = ?", workflowId, key).length > 0;
  }

  mark(workflowId: string, key: string, eventId: number | null = null): void {
    this.#sql(WORKFLOW_MARKS_TABLE);
    this.#sql(
      "INSERT OR REPLACE INTO freehold_agents_workflow_marks VALUES (?, ?, ?)",
      ...[workflowId, key, eventId],
    );
  }

  unmark(workflowId: string, key: string): void {
    this.#forget("workflow_id = ? AND key = ?", workflowId, key);
  }

  /** Id of the last event of the instance that was looked at. */
  cursor(workflowId: string): number | undefined {
    return this.#marks("WHERE workflow_id = ? AND key = ''", workflowId)[0]?.event_id ?? undefined;
  }

  /** Removes all marks of a workflow. */
  forget(workflowId: string): void {
    this.#forget("workflow_id = ?", workflowId);
  }

  #forget(where: string, ...values: SqlValue[]): void {
    rowsOrNone(() =>
      this.#sql(`DELETE FROM freehold_agents_workflow_marks WHERE ${where}`, ...values),
    );
  }

  #marks(rest: string, ...values: SqlValue[]): { event_id: number | null }[] {
    return rowsOrNone(() =>
      this.#sql<{ event_id: number | null }>(
        `SELECT event_id FROM freehold_agents_workflow_marks ${rest}`,
        ...values,
      ),
    );
  }

  #rows(rest: string, ...values: SqlValue[]): WorkflowTrackingRow[] {
    return rowsOrNone(() =>
      this.#sql<WorkflowTrackingRow>(`SELECT * FROM cf_agents_workflows ${rest}`, ...values),
    );
  }
}
