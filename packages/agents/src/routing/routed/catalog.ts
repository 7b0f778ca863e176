import { FreeholdError } from "../../errors.ts";
import { ROUTED_AGENTS_TABLE } from "../../schema.ts";
import { rowsOrNone, type SqlRunner } from "../../storage/sql.ts";

/** An entry of a directory of agents. */
export type RoutedAgentEntry<Metadata = unknown> = {
  /** Its name in URLs: a UUID, never the name of the agent behind it. */
  readonly id: string;
  /** The application's own; null when there is none. */
  readonly metadata: Metadata | null;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Milliseconds since the Unix epoch. */
  readonly updatedAt: number;
};

interface Row {
  readonly id: string;
  readonly agent_name: string;
  readonly status: "active" | "deleting";
  readonly metadata: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The next place in the order of changes, within one route. */
const NEXT = `(SELECT COALESCE(MAX(seq), 0) + 1 FROM cf_agents_routed_agents WHERE route = ?)`;

/**
 * Rows of one route: entries, and the agents behind them. An entry that is being deleted is there,
 * and is not an entry any more. The table is made with the first entry.
 */
export class Catalog {
  readonly #sql: SqlRunner;
  readonly #route: string;

  constructor(sql: SqlRunner, route: string) {
    this.#sql = sql;
    this.#route = route;
  }

  add(id: string, agentName: string, metadata: unknown, now: number): RoutedAgentEntry {
    const json = asJson(metadata);
    this.#sql(ROUTED_AGENTS_TABLE);
    this.#sql(
      `INSERT INTO cf_agents_routed_agents
        (route, id, agent_name, status, metadata, created_at, updated_at, seq)
        VALUES (?, ?, ?, 'active', ?, ?, ?, ${NEXT})`,
      ...[this.#route, id, agentName, json, now, now, this.#route],
    );
    return { id, metadata: JSON.parse(json), createdAt: now, updatedAt: now };
  }

  /** The name of the agent behind an entry. */
  agentOf(id: string): string | undefined {
    return this.#rows("AND id = ? AND status = 'active'", id)[0]?.agent_name;
  }

  /** The entries, last changed first. */
  list(): RoutedAgentEntry[] {
    const rows = this.#rows("AND status = 'active' ORDER BY updated_at DESC, seq DESC");
    return rows.map((row) => ({
      id: row.id,
      metadata: JSON.parse(row.metadata),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }));
  }

  setMetadata(id: string, metadata: unknown, now: number): boolean {
    if (this.agentOf(id) === undefined) return false;
    this.#sql(
      `UPDATE cf_agents_routed_agents SET metadata = ?, updated_at = ?, seq = ${NEXT}
        WHERE route = ? AND id = ?`,
      ...[asJson(metadata), now, this.#route, this.#route, id],
    );
    return true;
  }

  /** Takes an entry out of sight; the agent behind it, or undefined when there is none. */
  hide(id: string): string | undefined {
    const [row] = this.#rows("AND id = ?", id);
    if (row?.status === "active") {
      this.#sql(
        `UPDATE cf_agents_routed_agents SET status = 'deleting' WHERE route = ? AND id = ?`,
        ...[this.#route, id],
      );
    }
    return row?.agent_name;
  }

  /** Entries out of sight whose agent may still be there. */
  hidden(): readonly { id: string; agentName: string }[] {
    return this.#agents("AND status = 'deleting'");
  }

  /** All agents, also those of hidden entries. */
  all(): readonly { id: string; agentName: string }[] {
    return this.#agents("");
  }

  remove(id: string): void {
    this.#sql(`DELETE FROM cf_agents_routed_agents WHERE route = ? AND id = ?`, this.#route, id);
  }

  #agents(where: string): readonly { id: string; agentName: string }[] {
    return this.#rows(where).map(({ id, agent_name }) => ({ id, agentName: agent_name }));
  }

  #rows(where: string, ...values: string[]): Row[] {
    return rowsOrNone(() =>
      this.#sql<Row>(
        `SELECT * FROM cf_agents_routed_agents WHERE route = ? ${where}`,
        this.#route,
        ...values,
      ),
    );
  }
}

function asJson(metadata: unknown): string {
  try {
    return JSON.stringify(metadata ?? null);
  } catch (cause) {
    throw new FreeholdError("metadata_not_serializable", "The metadata does not fit into JSON", {
      help: "Give plain data: objects, arrays, text, numbers, booleans and null.",
      cause,
    });
  }
}
