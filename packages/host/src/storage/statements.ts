import { storageErrors } from "../contract-errors.ts";
import type { Binding, Column, Database, UserStatement } from "./database.ts";
import type { Effects } from "./effects.ts";
import { Lru } from "./lru.ts";
import { rowsRead, rowsWritten } from "./row-counts.ts";
import { sqliteError } from "./sql-errors.ts";
import type { SqlPart } from "./sql-text.ts";

/** Of SQL text, for each open database. */
const CACHE_CHARACTERS = 256 * 1024;

/** Statements that gave at most this many rows last time are read in one go the next time. */
const SMALL_RESULT_ROWS = 32;

const SCHEMA_KEYWORDS = new Set(["CREATE", "DROP", "ALTER"]);

/** A compiled statement of a program. Owned by at most one cursor at a time. */
export interface Statement extends UserStatement {
  busy: boolean;
  /** Whether its last result was small. */
  small: boolean;
}

/** The rows of one execution. `next` answers `undefined` at the end. */
export interface Rows {
  readonly columns: readonly string[];
  readonly written: number;
  /** Rows that were read so far. */
  readonly read: number;
  /** Whether rows are left. */
  readonly more: boolean;
  next(): Column[] | undefined;
  close(): void;
}

/** The compiled statements of one database. */
export class Statements {
  readonly #database: Database;
  readonly #cache = new Lru<Statement>(CACHE_CHARACTERS);
  #open = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** How many cursors have rows left. */
  get open(): number {
    return this.#open;
  }

  /** A statement that no cursor uses. A busy one stays with its cursor, a new one takes its place. */
  acquire({ sql, keyword }: SqlPart): Statement {
    const cached = this.#cache.get(sql);
    if (cached !== undefined && !cached.busy) return cached;
    const statement = { ...this.#database.prepare(sql), busy: false, small: false };
    // What makes something only if it is not there may write the first time only, or the next.
    if (!SCHEMA_KEYWORDS.has(keyword)) this.#cache.set(sql, statement, sql.length);
    return statement;
  }

  /** Executes up to the first row. Writing statements run to their end. */
  execute(statement: Statement, part: SqlPart, bindings: readonly Binding[]): Rows {
    const values = arrange(part, bindings) as Binding[];
    try {
      return this.#execute(statement, part, values);
    } catch (error) {
      // A statement that is kept may have to be compiled again.
      throw sqliteError(error, this.#database.offsetOf(part.sql, error));
    }
  }

  #counts(statement: Statement, part: SqlPart, changed: number): Counts {
    return new Counts(this.#database, statement.effects, part.sql, changed);
  }

  #execute(statement: Statement, part: SqlPart, values: Binding[]): Rows {
    const compiled = statement.statement;
    if (statement.columns.length === 0) {
      const { changes } = compiled.run(...values);
      const changed = statement.effects.changesRows ? Number(changes) : 0;
      return new BufferedRows(statement.columns, [], this.#counts(statement, part, changed));
    }
    if (statement.effects.writes) {
      const rows = compiled.all(...values) as unknown as Column[][];
      const changed = statement.effects.changesRows ? this.#database.changed : 0;
      return new BufferedRows(statement.columns, rows, this.#counts(statement, part, changed));
    }
    if (statement.small) {
      const rows = compiled.all(...values) as unknown as Column[][];
      statement.small = rows.length <= SMALL_RESULT_ROWS;
      return new BufferedRows(statement.columns, rows, this.#counts(statement, part, 0));
    }
    const iterator = compiled.iterate(...values) as unknown as Iterator<Column[]>;
    statement.busy = true;
    this.#open += 1;
    return new SteppedRows(statement, iterator, this.#counts(statement, part, 0), () => {
      statement.busy = false;
      this.#open -= 1;
    });
  }
}

/** Counts what one execution read and wrote, when it is asked. */
class Counts {
  readonly #database: Database;
  readonly #effects: Effects;
  readonly #sql: string;
  readonly #changed: number;

  constructor(database: Database, effects: Effects, sql: string, changed: number) {
    this.#database = database;
    this.#effects = effects;
    this.#sql = sql;
    this.#changed = changed;
  }

  get written(): number {
    return this.#effects.schemaRows + rowsWritten(this.#sql, this.#changed, this.#database);
  }

  /** @param rows that came out so far */
  read(rows: number, isDone: boolean): number {
    if (!this.#effects.reads) return 0;
    if (!isDone) return rows;
    const found = Math.max(rows, this.#changed);
    const removed = /^\s*DELETE\b/i.test(this.#sql) ? this.#changed : 0;
    return rowsRead(this.#sql, found, removed, this.#database);
  }
}

/** All rows at hand. */
class BufferedRows implements Rows {
  readonly columns: readonly string[];
  readonly #rows: Column[][];
  readonly #counts: Counts;
  #at = 0;

  constructor(columns: readonly string[], rows: Column[][], counts: Counts) {
    this.columns = columns;
    this.#rows = rows;
    this.#counts = counts;
  }

  get written(): number {
    return this.#counts.written;
  }

  get read(): number {
    const rows = Math.min(this.#rows.length, this.#at + 1);
    return this.#counts.read(rows, this.#at >= this.#rows.length);
  }

  get more(): boolean {
    return this.#at < this.#rows.length;
  }

  next(): Column[] | undefined {
    return this.#rows[this.#at++];
  }

  close(): void {
    this.#at = this.#rows.length;
  }
}

/** Rows as SQLite finds them, always one ahead of what was taken. */
class SteppedRows implements Rows {
  readonly written = 0;
  readonly #statement: Statement;
  readonly #iterator: Iterator<Column[]>;
  readonly #counts: Counts;
  readonly #release: () => void;
  #ahead: Column[] | undefined;
  #done = false;
  #found = 0;

  constructor(
    statement: Statement,
    iterator: Iterator<Column[]>,
    counts: Counts,
    release: () => void,
  ) {
    this.#statement = statement;
    this.#iterator = iterator;
    this.#counts = counts;
    this.#release = release;
    this.#step();
  }

  get columns(): readonly string[] {
    return this.#statement.columns;
  }

  get read(): number {
    return this.#counts.read(this.#found, this.#done);
  }

  get more(): boolean {
    return this.#ahead !== undefined;
  }

  next(): Column[] | undefined {
    const row = this.#ahead;
    if (row !== undefined) this.#step();
    return row;
  }

  close(): void {
    this.#ahead = undefined;
    if (this.#done) return;
    this.#end();
    this.#iterator.return?.();
  }

  #step(): void {
    try {
      const { done, value } = this.#iterator.next();
      this.#ahead = done ? undefined : value;
      if (!done) this.#found += 1;
      if (done && !this.#done) {
        this.#statement.small = this.#found <= SMALL_RESULT_ROWS;
        this.#end();
      }
    } catch (error) {
      this.#ahead = undefined;
      if (!this.#done) this.#end();
      throw sqliteError(error);
    }
  }

  #end(): void {
    this.#done = true;
    this.#release();
  }
}

/** Puts named parameters where the driver wants them: together in an object before the others. */
function arrange(part: SqlPart, bindings: readonly Binding[]): readonly unknown[] {
  if (bindings.length !== part.parameters) throw storageErrors.wrongBindings();
  if (part.named.length === 0) return bindings;
  const positions = new Set(part.named.map(([, position]) => position));
  const named = part.named.map(([name, position]) => [name, bindings[position - 1]] as const);
  const others = bindings.filter((_, index) => !positions.has(index + 1));
  return [Object.fromEntries(named), ...others];
}
