import type { Database } from "./database.ts";

/** One nested transaction: a savepoint, made when the first write needs it. */
export interface Level {
  readonly name: string;
  made: boolean;
}

/**
 * The transaction of one connection: an outer one that opens with the first write, and savepoints in it.
 * Readers pay nothing: `BEGIN` and `SAVEPOINT` wait for a write.
 */
export class TransactionStack {
  readonly #levels: Level[] = [];
  #open = false;

  /** Whether something was written that is not committed. */
  get open(): boolean {
    return this.#open;
  }

  get depth(): number {
    return this.#levels.length;
  }

  /** Before each write. */
  ensure(database: Database): void {
    if (!this.#open) {
      database.run("BEGIN IMMEDIATE");
      this.#open = true;
    }
    for (const level of this.#levels) {
      if (level.made) continue;
      database.run(`SAVEPOINT ${level.name}`);
      level.made = true;
    }
  }

  enter(): Level {
    const level = { name: `_cf_level_${this.#levels.length}`, made: false };
    this.#levels.push(level);
    return level;
  }

  isInnermost(level: Level): boolean {
    return this.#levels.at(-1) === level;
  }

  /** Undoes what was written since the level was entered. The level goes on. */
  undo(database: Database, level: Level): void {
    if (level.made) database.run(`ROLLBACK TO ${level.name}`);
  }

  /** Ends a level: what it wrote belongs to the one around it. */
  leave(database: Database, level: Level): void {
    if (level.made) database.run(`RELEASE ${level.name}`);
    this.#levels.length = this.#levels.indexOf(level);
  }

  /** Ends a level of a database that can no longer be used. */
  drop(level: Level): void {
    const at = this.#levels.indexOf(level);
    if (at >= 0) this.#levels.length = at;
  }

  commit(database: Database): void {
    database.run("COMMIT");
    database.harden();
    this.#open = false;
  }

  /** Undoes everything that is not committed. */
  rollback(database: Database): void {
    if (this.#open && database.inTransaction) database.run("ROLLBACK");
    this.#open = false;
    for (const level of this.#levels) level.made = false;
  }
}
