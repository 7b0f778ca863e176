import { SUB_AGENTS_ADDED_COLUMNS, SUB_AGENTS_TABLE } from "../schema.ts";
import { rowsOrNone, type SqlRunner, withTable } from "../storage/sql.ts";

/** A child that was made and not deleted. */
export interface SubAgentEntry {
  className: string;
  name: string;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
}

/** A child as it is stored. */
export interface RegisteredChild extends SubAgentEntry {
  /** Name that its identifier is made of; the child's own for those of old versions. */
  readonly identityName: string;
}

interface Row {
  class: string;
  name: string;
  created_at: number;
  /** Absent in tables of old versions. */
  identity_name?: string | null;
}

/** The children of one agent, in its own database. The table is made by the first child. */
export class SubAgentRegistry {
  readonly #sql: SqlRunner;
  #created = false;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  find(className: string, name: string): RegisteredChild | undefined {
    const [row] = this.#select("WHERE class = ? AND name = ?", className, name);
    return row && { ...entryOf(row), identityName: row.identity_name ?? row.name };
  }

  /** In the order in which they were made; all, or those of one class. */
  list(className?: string): SubAgentEntry[] {
    const order = "ORDER BY created_at, rowid";
    const rows =
      className === undefined
        ? this.#select(order)
        : this.#select(`WHERE class = ? ${order}`, className);
    return rows.map(entryOf);
  }

  add({ className, createdAt, identityName, name }: RegisteredChild, version: string): void {
    if (!this.#created) this.#create();
    withTable(
      () =>
        this.#sql(
          `INSERT OR REPLACE INTO cf_agents_sub_agents
           (class, name, created_at, identity_version, identity_name) VALUES (?, ?, ?, ?, ?)`,
          ...[className, name, createdAt, version, identityName],
        ),
      () => this.#create(),
    );
  }

  remove(className: string, name: string): void {
    rowsOrNone(() =>
      this.#sql("DELETE FROM cf_agents_sub_agents WHERE class = ? AND name = ?", className, name),
    );
  }

  #create(): void {
    this.#created = true;
    this.#sql(SUB_AGENTS_TABLE);
    const columns = new Set(
      this.#sql<{ name: string }>("SELECT name FROM pragma_table_info('cf_agents_sub_agents')").map(
        ({ name }) => name,
      ),
    );
    for (const column of SUB_AGENTS_ADDED_COLUMNS) {
      const [name = ""] = column.split(" ");
      if (!columns.has(name)) this.#sql(`ALTER TABLE cf_agents_sub_agents ADD COLUMN ${column}`);
    }
  }

  #select(where: string, ...values: string[]): Row[] {
    return rowsOrNone(() =>
      this.#sql<Row>(`SELECT * FROM cf_agents_sub_agents ${where}`, ...values),
    );
  }
}

function entryOf(row: Row): SubAgentEntry {
  return { className: row.class, name: row.name, createdAt: row.created_at };
}
