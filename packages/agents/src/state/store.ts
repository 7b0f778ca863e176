import type { Connection } from "../connections/types.ts";
import { FreeholdError, messageOf } from "../errors.ts";
import { STATE_ROW_ID, STATE_TABLE, STATE_TABLE_NAME } from "../schema.ts";
import { isMissingTable, type SqlRunner } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";

const SELECT_STATE = "SELECT state FROM cf_agents_state WHERE id = ?";

/** Changes the row in its place: to replace it would write its index as well. */
const PUT_STATE = `INSERT INTO cf_agents_state (id, state) VALUES (?, ?)
  ON CONFLICT (id) DO UPDATE SET state = excluded.state`;

/** Who changed the state: the agent's own code, or a client. */
export type StateSource = Connection | "server";

/** Value of `initialState` that means "none"; told by identity. */
export const NO_INITIAL_STATE: unknown = Object.freeze({});

/** What the state room needs from the agent. */
export interface StateHost {
  /** The declared initial state, or {@link NO_INITIAL_STATE}. Read at first use, never before. */
  initial(): unknown;
  /** Throws to refuse `next`. */
  validate(next: unknown, source: StateSource): void;
  /** Called after `next` was stored; `json` is its text. MUST NOT throw. */
  changed(next: unknown, json: string, source: StateSource): void;
}

/**
 * One agent's state: a JSON value in one row. The row's existence, not its value, decides whether
 * there is a state, so `null`, `0`, `""` and `false` are states like any other.
 */
export class StateStore {
  readonly #host: StateHost;
  readonly #sql: () => SqlRunner;
  #loaded = false;
  #value: unknown;
  /** Whether the table was there when it was last written to; a rollback may have taken it away. */
  #hasTable = false;

  /** @param sql the agent's database; asked for with each use, because an agent gets it late */
  constructor(host: StateHost, sql: () => SqlRunner) {
    this.#host = host;
    this.#sql = sql;
  }

  /** The state; at first use the stored one, else the initial one (which is then stored). */
  get(): unknown {
    if (!this.#loaded) this.#load();
    return this.#value;
  }

  /** JSON text of the state; undefined when there is none. */
  json(): string | undefined {
    const value = this.get();
    // The value is handed out by reference, so its text is made anew for each new connection.
    return value === undefined ? undefined : JSON.stringify(value);
  }

  /**
   * Replaces the state: validate, serialise, store, remember, tell. A failure of one step leaves
   * everything as it was.
   *
   * @throws FreeholdError `state_not_serializable`; SqlError; whatever the validation throws.
   */
  set(next: unknown, source: StateSource): void {
    this.#host.validate(next, source);
    const json = stateText(next);
    this.#put(json);
    this.#remember(next);
    this.#host.changed(next, json, source);
  }

  #put(json: string): void {
    const sql = this.#sql();
    if (this.#hasTable || wasThere(sql, STATE_TABLE_NAME)) {
      try {
        sql(PUT_STATE, STATE_ROW_ID, json);
        this.#hasTable = true;
        return;
      } catch (error) {
        if (!isMissingTable(error)) throw error;
      }
    }
    sql(STATE_TABLE);
    sql(PUT_STATE, STATE_ROW_ID, json);
    this.#hasTable = true;
  }

  #load(): void {
    const sql = this.#sql();
    const [row] = wasThere(sql, STATE_TABLE_NAME)
      ? sql<{ state: string | null }>(SELECT_STATE, STATE_ROW_ID)
      : [];
    const stored = row && parseStored(row.state);
    if (stored) {
      this.#remember(stored.value);
      return;
    }
    const initial = this.#host.initial();
    if (initial !== NO_INITIAL_STATE) {
      // Set before storing: a validation hook that reads the state must not come here again.
      this.#remember(initial);
      this.#storeInitial(initial);
      return;
    }
    if (row) sql("DELETE FROM cf_agents_state WHERE id = ?", STATE_ROW_ID);
    this.#remember(undefined);
  }

  #storeInitial(initial: unknown): void {
    try {
      this.set(initial, "server");
    } catch (error) {
      this.#loaded = false;
      throw error;
    }
  }

  #remember(value: unknown): void {
    this.#loaded = true;
    this.#value = value;
  }
}

function parseStored(text: string | null): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text ?? "") };
  } catch (error) {
    console.error("Failed to parse stored state, falling back to initialState:", error);
    return undefined;
  }
}

function stateText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw notSerializable(messageOf(error), error);
  }
  if (text === undefined) throw notSerializable(`${typeof value} has no JSON form`, undefined);
  return text;
}

function notSerializable(reason: string, cause: unknown): FreeholdError {
  return new FreeholdError("state_not_serializable", `State is not JSON-serializable: ${reason}`, {
    cause,
    help: "Give setState plain data; null stands for an empty state.",
  });
}
