import { constants } from "node:sqlite";
import { type Action, changes, changesRows } from "./authorizer.ts";

/** What a statement of a program does, as far as it shows while it is compiled. */
export interface Effects {
  /** Whether running it may change the database. */
  readonly writes: boolean;
  /** Whether it changes rows, and not only the schema. */
  readonly changesRows: boolean;
  /** Whether it reads rows of tables that are stored. */
  readonly reads: boolean;
  /** Rows of the schema that it writes. */
  readonly schemaRows: number;
}

/** Rows of the schema for each thing that is made. A table's row is written twice. */
const SCHEMA_ROWS = new Map([
  [constants.SQLITE_CREATE_TABLE, 2],
  [constants.SQLITE_CREATE_VTABLE, 2],
  [constants.SQLITE_CREATE_INDEX, 1],
  [constants.SQLITE_CREATE_VIEW, 1],
  [constants.SQLITE_CREATE_TRIGGER, 1],
  [constants.SQLITE_ALTER_TABLE, 1],
]);

const DROPS = new Set([
  constants.SQLITE_DROP_TABLE,
  constants.SQLITE_DROP_VIEW,
  constants.SQLITE_DROP_INDEX,
  constants.SQLITE_DROP_TRIGGER,
  constants.SQLITE_DROP_VTABLE,
]);

/** Of these SQLite asks before it looks whether they are there. If not, their row is updated next. */
const ASKED_EARLY = new Set([
  constants.SQLITE_CREATE_TABLE,
  constants.SQLITE_CREATE_VTABLE,
  constants.SQLITE_CREATE_VIEW,
]);

/** Tables that are made of something else than rows. */
const COMPUTED_TABLE = /^pragma_/i;

/** Gathers the effects of one statement from what SQLite asks for. */
export class EffectsTracker {
  #writes = false;
  #changesRows = false;
  #reads = false;
  #drops = false;
  #schemaRows = 0;
  #asksEarly = false;
  #updatesSchema = false;

  observe(action: Action): void {
    const { code, first } = action;
    this.#writes ||= changes(action);
    this.#changesRows ||= changesRows(action);
    this.#drops ||= DROPS.has(code);
    this.#reads ||= code === constants.SQLITE_RECURSIVE;
    this.#reads ||= code === constants.SQLITE_READ && !COMPUTED_TABLE.test(first ?? "");
    this.#schemaRows += SCHEMA_ROWS.get(code) ?? 0;
    this.#asksEarly ||= ASKED_EARLY.has(code);
    this.#updatesSchema ||= code === constants.SQLITE_UPDATE && first === "sqlite_master";
  }

  result(sql: string): Effects {
    const explains = /^\s*EXPLAIN\b/i.test(sql);
    // `IF NOT EXISTS`, and it does.
    const isThere = this.#asksEarly && !this.#updatesSchema;
    // The index of such a table's key is the table itself.
    const keyed = this.#schemaRows > 2 && /\bWITHOUT\s+ROWID\b/i.test(sql) ? 1 : 0;
    return {
      writes: this.#writes && !isThere,
      changesRows: this.#changesRows && !this.#drops,
      reads: this.#reads && !explains,
      schemaRows: explains || isThere ? 0 : this.#schemaRows - keyed,
    };
  }
}
