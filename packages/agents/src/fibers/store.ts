import {
  FIBER_RUNS_ADDED_COLUMNS,
  FIBER_RUNS_TABLE,
  FIBER_RUNS_TABLE_NAME,
  FIBERS_INDEXES,
  FIBERS_TABLE,
  FIBERS_TABLE_NAME,
} from "../schema.ts";
import { rowsOrNone, type SqlRunner, type SqlValue, withTable } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";
import type { FiberRow, FiberRunRow, Resolution } from "./decide.ts";
import type { FiberStatus } from "./types.ts";

const OPEN = "status IN ('pending', 'running')";

/** Which fibers a query is for. */
export interface FiberFilter {
  readonly statuses: readonly FiberStatus[];
  readonly name?: string | undefined;
  /** Milliseconds. */
  readonly settledBefore?: number | undefined;
  readonly limit: number;
}

/** The tables of fibers. Each is made when a first row is stored; reading before finds nothing. */
export class FiberStore {
  readonly #sql: SqlRunner;
  #hasRuns = false;
  #hasFibers = false;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  // ---- Runs ----

  addRun(id: string, name: string, snapshot: string | null, now: number): void {
    if (!this.#hasRuns) this.#createRuns();
    withTable(
      () =>
        this.#sql(
          "INSERT INTO cf_agents_runs (id, name, snapshot, created_at) VALUES (?, ?, ?, ?)",
          ...[id, name, snapshot, now],
        ),
      () => this.#createRuns(),
    );
  }

  runs(): FiberRunRow[] {
    if (!this.#hasRuns && !wasThere(this.#sql, FIBER_RUNS_TABLE_NAME)) return [];
    return rowsOrNone(() =>
      this.#sql<FiberRunRow>("SELECT * FROM cf_agents_runs ORDER BY created_at, id"),
    );
  }

  /** Says that a run's code has ended, for when its row cannot be removed. */
  stampRun(id: string, outcome: string, error: string | null, now: number): void {
    this.#sql(
      "UPDATE cf_agents_runs SET completed_at = ?, outcome = ?, error_message = ? WHERE id = ?",
      ...[now, outcome, error, id],
    );
  }

  removeRun(id: string): void {
    rowsOrNone(() => this.#sql("DELETE FROM cf_agents_runs WHERE id = ?", id));
  }

  /** Stores a snapshot with the run, and with the fiber if there is one. */
  stash(id: string, snapshot: string | null, managed: boolean): void {
    this.#sql("UPDATE cf_agents_runs SET snapshot = ? WHERE id = ?", snapshot, id);
    if (!managed) return;
    this.#sql("UPDATE cf_agents_fibers SET snapshot = ? WHERE fiber_id = ?", snapshot, id);
  }

  // ---- Fibers of `startFiber` ----

  addFiber(
    row: Pick<FiberRow, "fiber_id" | "idempotency_key" | "name" | "metadata_json">,
    now: number,
  ): void {
    if (!this.#hasFibers) this.#createFibers();
    withTable(
      () =>
        this.#sql(
          `INSERT INTO cf_agents_fibers (fiber_id, idempotency_key, name, status, metadata_json,
            created_at) VALUES (?, ?, ?, 'pending', ?, ?)`,
          ...[row.fiber_id, row.idempotency_key, row.name, row.metadata_json, now],
        ),
      () => this.#createFibers(),
    );
  }

  fiber(id: string): FiberRow | undefined {
    return this.#select("WHERE fiber_id = ?", id)[0];
  }

  fiberByKey(key: string): FiberRow | undefined {
    return this.#select("WHERE idempotency_key = ?", key)[0];
  }

  /** Fibers that count as running, and may have been left by an earlier life. */
  openFibers(): FiberRow[] {
    if (!this.#hasFibers && !wasThere(this.#sql, FIBERS_TABLE_NAME)) return [];
    return this.#select(`WHERE ${OPEN} ORDER BY created_at, fiber_id`);
  }

  /** Newest first. */
  list({ limit, name, statuses }: FiberFilter): FiberRow[] {
    const [where, values] = condition({ name, statuses });
    return this.#select(
      `${where} ORDER BY created_at DESC, fiber_id DESC LIMIT ?`,
      ...values,
      limit,
    );
  }

  /** Removes fibers, those that ended first first; returns how many. */
  remove({ limit, settledBefore, statuses }: FiberFilter): number {
    const [where, values] = condition({ statuses });
    const before = settledBefore === undefined ? "" : "AND completed_at < ?";
    const bound = [...values, ...(settledBefore === undefined ? [] : [settledBefore]), limit];
    const rows = this.#select(
      `${where} ${before} ORDER BY completed_at, fiber_id LIMIT ?`,
      ...bound,
    );
    for (const { fiber_id } of rows) {
      this.#sql("DELETE FROM cf_agents_fibers WHERE fiber_id = ?", fiber_id);
    }
    return rows.length;
  }

  markRunning(id: string, now: number): void {
    this.#sql(
      "UPDATE cf_agents_fibers SET status = 'running', started_at = ? WHERE fiber_id = ?",
      ...[now, id],
    );
  }

  /** Ends a fiber that counts as running; false when it does not. */
  settle(id: string, status: FiberStatus, error: string | null, now: number): boolean {
    const rows = rowsOrNone(() =>
      this.#sql(
        `UPDATE cf_agents_fibers SET status = ?, error_message = ?, completed_at = ?
         WHERE fiber_id = ? AND ${OPEN} RETURNING fiber_id`,
        ...[status, error, now, id],
      ),
    );
    return rows.length > 0;
  }

  /** A fiber was left by an earlier life. */
  interrupt(id: string, snapshot: string | null, now: number): void {
    this.#sql(
      `UPDATE cf_agents_fibers SET status = 'interrupted', completed_at = ?, snapshot = ?
       WHERE fiber_id = ?`,
      ...[now, snapshot, id],
    );
  }

  /** Says what became of an interrupted fiber; false when it is none. */
  resolve(id: string, { error, metadata, snapshot, status }: Resolution, now: number): boolean {
    const changes: [string, SqlValue][] = [
      ["status", status],
      ["error_message", error],
      ["completed_at", now],
    ];
    if (snapshot !== undefined) changes.push(["snapshot", snapshot]);
    if (metadata !== undefined) changes.push(["metadata_json", metadata]);
    const assignments = changes.map(([column]) => `${column} = ?`).join(", ");
    const rows = rowsOrNone(() =>
      this.#sql(
        `UPDATE cf_agents_fibers SET ${assignments}
         WHERE fiber_id = ? AND status = 'interrupted' RETURNING fiber_id`,
        ...changes.map(([, value]) => value),
        id,
      ),
    );
    return rows.length > 0;
  }

  #createRuns(): void {
    this.#sql(FIBER_RUNS_TABLE);
    const columns = this.#sql<{ name: string }>(
      "SELECT name FROM pragma_table_info('cf_agents_runs')",
    ).map(({ name }) => name);
    for (const column of FIBER_RUNS_ADDED_COLUMNS) {
      const [name = ""] = column.split(" ");
      if (!columns.includes(name)) this.#sql(`ALTER TABLE cf_agents_runs ADD COLUMN ${column}`);
    }
    this.#hasRuns = true;
  }

  #createFibers(): void {
    for (const statement of [FIBERS_TABLE, ...FIBERS_INDEXES]) this.#sql(statement);
    this.#hasFibers = true;
  }

  #select(rest: string, ...values: SqlValue[]): FiberRow[] {
    return rowsOrNone(() =>
      this.#sql<FiberRow>(`SELECT * FROM cf_agents_fibers ${rest}`, ...values),
    );
  }
}

/** A WHERE clause and its values. */
function condition({
  name,
  statuses,
}: Pick<FiberFilter, "name" | "statuses">): [string, SqlValue[]] {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  if (statuses.length > 0) {
    parts.push(`status IN (${statuses.map(() => "?").join(", ")})`);
    values.push(...statuses);
  }
  if (name !== undefined) {
    parts.push("name = ?");
    values.push(name);
  }
  return [parts.length > 0 ? `WHERE ${parts.join(" AND ")}` : "WHERE 1", values];
}
