import { backup, DatabaseSync, type StatementSync } from "node:sqlite";
import { storageErrors } from "../contract-errors.ts";
import { DEFAULT_LIMITS, type StorageLimits } from "../limits.ts";
import { answer, authorize, type Verdict } from "./authorizer.ts";
import { type Effects, EffectsTracker } from "./effects.ts";
import { loggedImage, memoryImage } from "./image.ts";
import { absentError, isCompileError, isRefusal, sqliteError } from "./sql-errors.ts";
import { errorOffset } from "./sql-offset.ts";
import { installVirtualNow } from "./virtual-now.ts";

/** What may be bound to a parameter. */
export type Binding = null | number | bigint | string | NodeJS.ArrayBufferView;
/** What a column may hold. Integers come as `bigint`, so that none is too large. */
export type Column = null | number | bigint | string | Uint8Array<ArrayBuffer>;

/** A program's statement, compiled. */
export interface UserStatement {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
  readonly effects: Effects;
}

/** Limits that programs can run into and that nobody configures. */
const FIXED_LIMITS = {
  exprDepth: 100,
  compoundSelect: 5,
  functionArg: 127,
  attach: 0,
  likePatternLength: 50,
  triggerDepth: 10,
} as const;

const PAGE_BYTES = 4096;

const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA wal_autocheckpoint = 0;
`;

function sizeLimit({ objectBytes }: StorageLimits): string {
  const pages = Math.max(1, Math.floor(objectBytes / PAGE_BYTES));
  return `PRAGMA max_page_count = ${Math.min(pages, MAX_PAGES)};`;
}

/** The path of a database in memory. */
export const IN_MEMORY = ":memory:";

/** What SQLite itself can address. */
const MAX_PAGES = 4_294_967_294;

/**
 * What SQLite syncs by itself, on the event loop.
 *
 * - `barriers`: what must be on disk before something else is overwritten (`synchronous=NORMAL`).
 * - `fresh`: the same, but there is no log yet, so that the first commit overwrites nothing.
 * - `none`: nothing.
 */
export type Syncing = "barriers" | "fresh" | "none";

/**
 * The seam over SQLite: one connection to one file.
 *
 * Statements of programs pass the authorizer; our own do not. Both are told apart by a flag that stands
 * while our own are compiled or run, so that no statement has to be compiled again. The file is locked
 * for this connection alone, which spares SQLite its shared memory and most system calls.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #own = new Map<string, StatementSync>();
  #syncing: Syncing;
  #trusted = false;
  #effects = new EffectsTracker();
  #denial: Verdict = "allow";

  /**
   * @param path of the file, or `:memory:`.
   * @param syncing what SQLite syncs by itself. Default `barriers`.
   * @param now what SQL takes for the present. Default the machine's time.
   * @param limits of what programs store. Default Cloudflare's.
   * @param image what a database in memory holds at first, as the bytes of a file. Default nothing.
   */
  constructor(
    path: string,
    syncing: Syncing = "barriers",
    now?: () => number,
    limits: StorageLimits = DEFAULT_LIMITS,
    image?: Uint8Array,
  ) {
    this.#syncing = syncing;
    this.#connection = new DatabaseSync(path, {
      enableDoubleQuotedStringLiterals: true,
      enableForeignKeyConstraints: true,
      returnArrays: true,
      readBigInts: true,
      allowBareNamedParameters: false,
      limits: {
        ...FIXED_LIMITS,
        length: limits.valueBytes,
        sqlLength: limits.sqlBytes,
        column: limits.sqlColumns,
        variableNumber: limits.sqlParameters,
      },
    });
    try {
      if (now !== undefined) installVirtualNow(this.#connection, now);
      if (image !== undefined) load(this.#connection, image);
      this.#connection.exec(path === IN_MEMORY ? sizeLimit(limits) : SETTINGS + sizeLimit(limits));
      if (path !== IN_MEMORY) this.#setSyncing(syncing === "barriers");
    } catch (error) {
      this.#connection.close();
      throw error;
    }
    this.#connection.setAuthorizer((code, first, second, schema) =>
      this.#authorize(code, first, second, schema),
    );
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  get inTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  /** Compiles one statement of a program. Throws what the contract says about forbidden ones. */
  prepare(sql: string): UserStatement {
    const effects = new EffectsTracker();
    this.#effects = effects;
    this.#denial = "allow";
    try {
      const statement = this.#connection.prepare(sql);
      const columns = statement.columns().map((column) => column.name);
      return { statement, columns, effects: effects.result(sql) };
    } catch (error) {
      throw (
        denied(this.#denial, error) ?? absentError(sqliteError(error, this.offsetOf(sql, error)))
      );
    }
  }

  /** Where in a program's statement the error is, in bytes, if it is one of compiling it. */
  offsetOf(sql: string, error: unknown): number | undefined {
    if (!isCompileError(error)) return undefined;
    const compile = (text: string) => {
      try {
        this.#connection.prepare(text);
        return undefined;
      } catch (reason) {
        return reason instanceof Error ? reason.message : String(reason);
      }
    };
    return errorOffset(sql, error.message, compile);
  }

  /** What SQLite does for a statement, one instruction a row. */
  explain(sql: string): Column[][] | undefined {
    return this.#tryAll(`EXPLAIN ${sql}`);
  }

  /** How SQLite finds the rows of a statement. */
  plan(sql: string): Column[][] | undefined {
    return this.#tryAll(`EXPLAIN QUERY PLAN ${sql}`);
  }

  /** How many rows a table has. */
  count(table: string): number | undefined {
    const rows = this.#tryAll(`SELECT count(*) FROM "${table.replaceAll('"', '""')}"`);
    return rows === undefined ? undefined : Number(rows[0]?.[0]);
  }

  /** Runs one of our own statements that gives no rows. Answers how many rows it changed. */
  run(sql: string, ...bindings: Binding[]): number {
    return this.trusted(() => Number(this.#ownStatement(sql).run(...bindings).changes));
  }

  /** The first row of one of our own statements. */
  get(sql: string, ...bindings: Binding[]): Column[] | undefined {
    return this.trusted(
      () => this.#ownStatement(sql).get(...bindings) as unknown as Column[] | undefined,
    );
  }

  /** All rows of one of our own statements. */
  all(sql: string, ...bindings: Binding[]): Column[][] {
    return this.trusted(() => this.#ownStatement(sql).all(...bindings) as unknown as Column[][]);
  }

  /** Rows one by one. The statement is a fresh one, so that several can be open at a time. */
  iterate(sql: string, ...bindings: Binding[]): Iterator<Column[]> {
    const rows = this.trusted(
      () => this.#connection.prepare(sql).iterate(...bindings) as unknown as Iterator<Column[]>,
    );
    // A step may compile the statement again.
    return { next: () => this.trusted(() => rows.next()), return: () => closeRows(rows) };
  }

  /** How many rows the last statement that ran to its end has changed. */
  get changed(): number {
    return Number(this.get("SELECT changes()")?.[0] ?? 0);
  }

  /** Bytes in use by rows, in whole pages. */
  get size(): number {
    const read = (pragma: string) => Number(this.get(`PRAGMA ${pragma}`)?.[0] ?? 0);
    return (read("page_count") - read("freelist_count")) * read("page_size");
  }

  /** After a commit: from the next one on, barriers are needed. */
  harden(): void {
    if (this.#syncing !== "fresh" || this.inTransaction) return;
    this.#syncing = "barriers";
    this.#setSyncing(true);
  }

  /** Folds the write-ahead log into the file, as far as open cursors allow. */
  checkpoint(): void {
    this.harden();
    this.get("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Runs `action`, outside of a transaction, with no sync by SQLite. */
  unsynced<T>(action: () => T): T {
    this.#setSyncing(false);
    try {
      return action();
    } finally {
      this.#setSyncing(this.#syncing !== "none");
    }
  }

  /** The bytes of a file with everything that this connection sees. At most 2 GiB. */
  image(): Uint8Array {
    return loggedImage(this.trusted(() => this.#connection.serialize()));
  }

  /**
   * Copies everything that is committed into a new file, off the event loop: as of one moment, at the end,
   * and durable. Rejects when a step of it meets a transaction of this connection.
   */
  async copyTo(path: string): Promise<void> {
    await backup(this.#connection, path);
  }

  /** Ends all cursors and closes the file. What is not committed is rolled back. */
  close(): void {
    if (!this.#connection.isOpen) return;
    this.harden();
    // A statement keeps its connection alive, the connection its authorizer, and ours leads back to
    // the statements: no collection would ever find the end of that.
    this.#connection.setAuthorizer(null);
    this.#connection.close();
  }

  /** Runs `action` as our own: past the authorizer. */
  trusted<T>(action: () => T): T {
    this.#trusted = true;
    try {
      return action();
    } finally {
      this.#trusted = false;
    }
  }

  #authorize(code: number, first: string | null, second: string | null, schema: string | null) {
    if (this.#trusted) return answer("allow");
    const action = { code, first, second, schema };
    this.#effects.observe(action);
    const verdict = authorize(action);
    if (verdict !== "allow") this.#denial = verdict;
    return answer(verdict);
  }

  /** Nothing where the statement cannot be compiled any more. */
  #tryAll(sql: string): Column[][] | undefined {
    if (!this.isOpen) return undefined;
    try {
      return this.trusted(() => this.#connection.prepare(sql).all() as unknown as Column[][]);
    } catch {
      return undefined;
    }
  }

  #setSyncing(barriers: boolean): void {
    const level = barriers ? "NORMAL" : "OFF";
    this.trusted(() => this.#connection.exec(`PRAGMA synchronous = ${level}`));
  }

  #ownStatement(sql: string): StatementSync {
    let statement = this.#own.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#own.set(sql, statement);
    }
    return statement;
  }
}

/**
 * Folds the log into the file without any sync. Everything in the log MUST be durable before, and the file
 * MUST be synced afterwards, before anything else is written or the file is closed.
 *
 * @returns whether all of it was folded: open cursors keep some of it.
 */
export function checkpointUnsynced(database: Database): boolean {
  const row = database.unsynced(() => database.get("PRAGMA wal_checkpoint(PASSIVE)"));
  const [busy, logged, folded] = row ?? [];
  return Number(busy) === 0 && logged === folded;
}

function load(connection: DatabaseSync, image: Uint8Array): void {
  try {
    // Copies it.
    connection.deserialize(memoryImage(image));
  } finally {
    loggedImage(image);
  }
}

function denied(verdict: Verdict, error: unknown): Error | undefined {
  return verdict === "transaction" && isRefusal(error) ? storageErrors.sqlTransaction() : undefined;
}

function closeRows(rows: Iterator<Column[]>): IteratorResult<Column[]> {
  rows.return?.();
  return { done: true, value: undefined };
}
