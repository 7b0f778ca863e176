import { storageErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";
import type { Binding } from "./database.ts";
import { HelpedIterator } from "./helped-iterator.ts";
import { Lru } from "./lru.ts";
import type { StoreSession } from "./session.ts";
import { isObject, platformClass } from "./shape.ts";
import { type SqlPart, splitSql } from "./sql-text.ts";
import type { Rows } from "./statements.ts";
import { convertRow, type SqlValue, toBinding, toObject } from "./values.ts";

type Row = Record<string, SqlValue>;

/** Of SQL text whose parts are remembered, over all objects. */
const PARTS_CHARACTERS = 1024 * 1024;

/** For an object without a file: what a file with an empty database measures, in bytes. */
const EMPTY_DATABASE_SIZE = 4096;

const knownParts = new Lru<readonly SqlPart[]>(PARTS_CHARACTERS);

function partsOf(sql: string): readonly SqlPart[] {
  let parts = knownParts.get(sql);
  if (parts === undefined) {
    parts = splitSql(sql);
    knownParts.set(sql, parts, sql.length);
  }
  return parts;
}

/**
 * `ctx.storage.sql`: SQL on the object's own database.
 *
 * @example
 * ```ts
 * const { total } = ctx.storage.sql.exec("SELECT count(*) AS total FROM notes").one();
 * ```
 */
export class SqlStorage {
  readonly #session: StoreSession;

  static {
    platformClass(
      SqlStorage,
      ["exec", "databaseSize", "Cursor", "Statement"],
      (value) => isObject(value) && #session in value,
    );
  }

  constructor(session: StoreSession) {
    this.#session = session;
  }

  /** Bytes in use, in whole pages. */
  get databaseSize(): number {
    return this.#session.read()?.database.size ?? EMPTY_DATABASE_SIZE;
  }

  get Cursor(): unknown {
    return Cursor.prototype.constructor;
  }

  get Statement(): unknown {
    return Statement.prototype.constructor;
  }

  /**
   * Runs the statements of `query` in order. The bindings are those of the last one, and so are the
   * rows. Writes join the transaction of this turn.
   *
   * @throws Error with SQLite's message and code, or a text of the contract.
   */
  exec(...args: [query: string, ...bindings: unknown[]]): Cursor {
    if (args.length === 0) throw storageErrors.wrongArgument("SqlStorage", "exec", 1, "String");
    const [query, ...bindings] = args;
    const values = bindings.map(toBinding);
    const parts = partsOf(`${query}`);
    const last = parts.length - 1;
    for (const part of parts.slice(0, -1)) {
      if (part.parameters > 0) throw storageErrors.parametersBeforeLast();
      this.#execute(part, []).close();
    }
    return new Cursor(this.#execute(parts[last] as SqlPart, values), this.#session);
  }

  #execute(part: SqlPart, values: readonly Binding[]): Rows {
    if (part.empty) throw storageErrors.noStatement();
    if (part.bytes > currentLimits().sqlBytes) throw storageErrors.statementTooLong();
    if (part.keyword === "VACUUM") throw storageErrors.vacuum();
    if (part.renamesToOwn) throw storageErrors.notAuthorized();
    return this.#session.execute(part, values);
  }
}

/** The rows of one `exec`. The cursor, its iterator and `raw()` share one position. */
export class Cursor implements Iterable<Row> {
  readonly #rows: Rows;
  readonly #session: StoreSession;
  readonly #epoch: number;

  static {
    platformClass(
      Cursor,
      ["next", "toArray", "one", "raw", "columnNames", "rowsRead", "rowsWritten"],
      (value) => isObject(value) && #rows in value,
    );
  }

  constructor(rows: Rows, session: StoreSession) {
    this.#rows = rows;
    this.#session = session;
    this.#epoch = session.epoch;
  }

  get columnNames(): string[] {
    return [...this.#rows.columns];
  }

  /** Rows read so far. */
  get rowsRead(): number {
    return this.#rows.read;
  }

  /** Rows that the statement inserted, changed or deleted. */
  get rowsWritten(): number {
    return this.#rows.written;
  }

  next(): IteratorResult<Row, undefined> {
    const row = this.#take();
    return row === undefined
      ? { done: true, value: undefined }
      : { done: false, value: toObject(this.#rows.columns, row) };
  }

  /** The rows that are left. */
  toArray(): Row[] {
    const names = this.#rows.columns;
    const rows: Row[] = [];
    for (let row = this.#take(); row !== undefined; row = this.#take()) {
      rows.push(toObject(names, row));
    }
    return rows;
  }

  /** The only row that is left. Throws when there is none, or more than one. */
  one(): Row {
    const row = this.#take();
    if (row === undefined) throw storageErrors.noResult();
    if (this.#rows.more) {
      this.#rows.close();
      throw storageErrors.manyResults();
    }
    return toObject(this.#rows.columns, row);
  }

  /** The rows that are left, as arrays of their columns. */
  raw(): RawIterator {
    return new RawIterator(() => this.#take());
  }

  [Symbol.iterator](): RowIterator {
    return new RowIterator(this);
  }

  #take(): SqlValue[] | undefined {
    if (this.#epoch !== this.#session.epoch) throw storageErrors.databaseDeleted();
    const columns = this.#rows.next();
    return columns === undefined ? undefined : convertRow(columns);
  }
}

/** Iterates over a cursor. Leaving a loop early keeps the cursor where it is. */
class RowIterator extends HelpedIterator<Row> {
  readonly #cursor: Cursor;

  static {
    platformClass(RowIterator, ["next"], (value) => isObject(value) && #cursor in value);
  }

  constructor(cursor: Cursor) {
    super();
    this.#cursor = cursor;
  }

  override next(): IteratorResult<Row, undefined> {
    return this.#cursor.next();
  }
}

/** The rows of a cursor as arrays. */
class RawIterator extends HelpedIterator<SqlValue[]> {
  readonly #take: () => SqlValue[] | undefined;

  static {
    platformClass(RawIterator, ["next"], (value) => isObject(value) && #take in value);
  }

  constructor(take: () => SqlValue[] | undefined) {
    super();
    this.#take = take;
  }

  override next(): IteratorResult<SqlValue[], undefined> {
    const value = this.#take();
    return value === undefined ? { done: true, value } : { done: false, value };
  }
}

/** Stands for the contract's class of prepared statements, which programs cannot make. */
class Statement {}
platformClass(Statement, [], () => false);
