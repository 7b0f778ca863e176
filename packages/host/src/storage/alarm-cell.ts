import type { Database } from "./database.ts";
import type { StoreSession } from "./session.ts";

/** The row of `_cf_METADATA` that holds the alarm, in milliseconds since the epoch. */
export const ALARM_KEY = 1;

const CREATE_TABLE =
  "CREATE TABLE IF NOT EXISTS _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)";

/**
 * The alarm of one object, in its own database.
 *
 * While the handler runs, the stored alarm stays, so that a crash runs it again, but programs do not see
 * it unless the handler sets a new one.
 */
export class AlarmCell {
  readonly #session: StoreSession;
  readonly #onChange: () => void;
  /** Whether it was set or deleted since the last commit. */
  changed = false;
  #stored: number | null | undefined;
  #running: number | undefined;
  #rearmed = false;

  /** @param onChange before the first change reaches the database */
  constructor(session: StoreSession, onChange: () => void) {
    this.#session = session;
    this.#onChange = onChange;
  }

  /** What the row holds, uncommitted changes included. */
  get stored(): number | null {
    if (this.#stored === undefined) {
      const open = this.#session.read();
      this.#stored = open === undefined ? null : readAlarm(open.database);
    }
    return this.#stored;
  }

  /** The same, as far as it was read or set: `undefined` when the row has to be read again. */
  get known(): number | null | undefined {
    return this.#stored;
  }

  /** What `getAlarm()` answers. */
  get visible(): number | null {
    return this.#running !== undefined && !this.#rearmed ? null : this.stored;
  }

  set(time: number, confirmed: boolean): void {
    const { database } = this.#session.write(confirmed);
    this.#onChange();
    this.#session.attempt(() => {
      database.run(CREATE_TABLE);
      database.run("INSERT OR REPLACE INTO _cf_METADATA VALUES (?, ?)", ALARM_KEY, BigInt(time));
    });
    this.#stored = time;
    this.changed = true;
    this.#rearmed = true;
  }

  clear(confirmed: boolean): void {
    if (this.stored === null) return;
    const { database } = this.#session.write(confirmed);
    this.#onChange();
    this.#session.attempt(() => {
      database.run("DELETE FROM _cf_METADATA WHERE key = ?", ALARM_KEY);
    });
    this.#stored = null;
    this.changed = true;
  }

  begin(): void {
    this.#running = this.stored ?? undefined;
    this.#rearmed = false;
  }

  end(outcome: "done" | "keep"): void {
    const over = outcome === "done" && this.#running !== undefined && !this.#rearmed;
    this.#running = undefined;
    if (over) this.clear(true);
  }

  /** Everything was deleted, the alarm with it. */
  deleted(): void {
    this.#stored = null;
    this.#rearmed = this.#running !== undefined;
    this.changed = true;
  }

  /** The row may have changed under us: reads it again when it is next needed. */
  forget(): void {
    this.#stored = undefined;
    if (this.#rearmed && this.#running !== undefined) {
      this.#rearmed = this.stored !== this.#running;
    }
  }
}

/** The alarm that an object's database holds. */
export function readAlarm(database: Database): number | null {
  const table = database.get("SELECT 1 FROM sqlite_master WHERE name = '_cf_METADATA'");
  if (table === undefined) return null;
  const row = database.get("SELECT value FROM _cf_METADATA WHERE key = ?", ALARM_KEY);
  return row === undefined ? null : Number(row[0]);
}
