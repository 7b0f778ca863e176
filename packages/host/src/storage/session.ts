import { storageErrors } from "../contract-errors.ts";
import type { Files } from "../files.ts";
import type { ObjectJournal } from "../journal/journal.ts";
import { setsFlag } from "./authorizer.ts";
import { type Binding, checkpointUnsynced } from "./database.ts";
import { emptyImage } from "./image.ts";
import type { DatabasePool, OpenDatabase, Tenant } from "./pool.ts";
import {
  isConstraint,
  isNotADatabase,
  isStorageFault,
  isSyncFault,
  sqliteError,
} from "./sql-errors.ts";
import type { SqlPart } from "./sql-text.ts";
import type { Rows } from "./statements.ts";
import { type Level, TransactionStack } from "./transactions.ts";

export interface SessionOptions {
  /** Where the object's file is, or will be. */
  readonly path: string;
  readonly files: Files;
  readonly journal: ObjectJournal;
  readonly pool: DatabasePool;
  /** Before each write. `confirmed`: what leaves the object has to wait for it. */
  readonly onWrite: (confirmed: boolean) => void;
  /** What was read from the database may be out of date: a rollback, or everything was deleted. */
  readonly onUndo: () => void;
  /** What an error of making the file means, and whoever runs the host has been told. */
  readonly explain: (error: unknown) => unknown;
  /** The database can no longer be used. */
  readonly onFailure: (error: Error) => void;
}

let template: Uint8Array | undefined;

const READ_KEYWORDS = new Set(["SELECT", "VALUES"]);

/**
 * The database of one activation: opened when first needed, made with the first write, closed by the
 * pool when others need it more. All access goes through `read` and `write`.
 */
export class StoreSession implements Tenant {
  readonly transactions = new TransactionStack();
  readonly #options: SessionOptions;
  #open: OpenDatabase | undefined;
  #exists: boolean | undefined;
  #opened = false;
  /** The program changed a setting of the connection, which another connection would not have. */
  #pinned = false;
  #broken: { readonly reason: unknown } | undefined;
  #closing = false;
  #folded = false;
  /** Our own cursors that have rows left. */
  iterating = 0;
  /** A statement failed so that SQLite gave up the whole transaction. */
  #critical = false;
  #epoch = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Changes when everything is deleted: cursors from before are over. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Why the store was broken; `undefined` while it is not. */
  get broken(): { readonly reason: unknown } | undefined {
    return this.#broken;
  }

  get evictable(): boolean {
    return this.#isBetweenUses && this.#options.journal.mayClose();
  }

  /** Nothing needs this connection rather than another. */
  get #isBetweenUses(): boolean {
    const cursors = (this.#open?.statements.open ?? 0) + this.iterating;
    if (this.#pinned || this.#closing || cursors > 0) return false;
    return !this.transactions.open && this.transactions.depth === 0;
  }

  /** @throws the reason when the store was broken. */
  check(): void {
    if (this.#broken !== undefined) throw this.#broken.reason;
  }

  /** The database as it is; `undefined` when the object has no file. */
  read(): OpenDatabase | undefined {
    this.check();
    // What has grown is opened by SQLite; an object that is never at rest must not wait for that. Within
    // one call of a program this does not come in between.
    const { journal } = this.#options;
    const hasGrown = this.#open?.isImage && journal.image?.isLarge;
    if (hasGrown && this.#isBetweenUses && journal.mayHandOver?.()) this.evict();
    if (this.#open === undefined) {
      this.#exists ??= this.#options.files.exists(this.#options.path);
      return this.#exists ? this.#openExisting() : undefined;
    }
    this.#options.pool.touch(this.#open);
    return this.#open;
  }

  /** The database, made when there is none, inside the transaction of this turn. */
  write(confirmed = true): OpenDatabase {
    const open = this.read() ?? this.#create();
    this.#options.onWrite(confirmed);
    this.transactions.ensure(open.database);
    return open;
  }

  /** Executes one statement of the program. */
  execute(part: SqlPart, values: readonly Binding[]): Rows {
    const open = this.read() ?? forReading(part, this.#options.pool) ?? this.#create();
    if (part.keyword === "PRAGMA" && setsFlag(part.sql)) this.#pinned = true;
    const statement = open.statements.acquire(part);
    if (statement.effects.writes) this.write();
    return this.attempt(() => open.statements.execute(statement, part, values));
  }

  /** Runs `action` on the database; a fault of the storage itself breaks the store. */
  attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const rolledBack = this.transactions.open && !this.#open?.database.inTransaction;
      if (rolledBack || isStorageFault(error)) {
        this.#critical = true;
        this.fail(asError(sqliteError(error)));
      }
      throw sqliteError(error);
    }
  }

  /** Runs `callback` so that everything it writes is undone when it throws. */
  nested<T>(callback: () => T): T {
    const level = this.transactions.enter();
    try {
      const result = callback();
      if (this.#critical) throw storageErrors.criticalError();
      this.leave(level);
      return result;
    } catch (error) {
      this.undo(level);
      this.leave(level);
      throw error;
    }
  }

  leave(level: Level): void {
    if (this.#broken !== undefined || this.#open === undefined) this.transactions.drop(level);
    else this.transactions.leave(this.#open.database, level);
  }

  undo(level: Level): void {
    if (this.#broken !== undefined || this.#open === undefined || !level.made) return;
    this.transactions.undo(this.#open.database, level);
    this.#options.onUndo();
  }

  /** Commits the outer transaction. @throws when it cannot be; the store is broken then. */
  commit(): void {
    const open = this.#open;
    if (open === undefined) return;
    try {
      this.transactions.commit(open.database);
      if (open.isImage) {
        this.#options.journal.image?.save(open.database.image());
        this.#exists = true;
      }
    } catch (cause) {
      const error = commitError(cause);
      this.fail(error);
      throw error;
    }
  }

  /** Folds the log into the file, unless it is in use. A fault breaks the store. */
  checkpoint(): void {
    if (this.#open === undefined || this.transactions.open || this.#broken) return;
    if (this.#open.isImage) return;
    if (!this.#options.journal.mayCheckpoint()) return;
    try {
      this.#options.journal.beforeFold?.();
      this.#open.database.checkpoint();
    } catch (error) {
      this.fail(asError(error));
    }
  }

  /** Deletes the file with all that is in it. Not undone by a rollback. */
  deleteAll(): void {
    this.check();
    if (this.transactions.depth > 0) throw storageErrors.deleteAllInTransaction();
    const open = this.read();
    if (open === undefined) return;
    this.#options.onWrite(true);
    this.transactions.rollback(open.database);
    this.#options.journal.beforeFold?.();
    this.attempt(() => this.#options.pool.close(this));
    this.#open = undefined;
    this.#exists = false;
    this.#epoch += 1;
    this.#options.journal.remove();
    this.#options.onUndo();
  }

  /** The store cannot go on: what is not committed is lost. */
  fail(error: Error): void {
    if (this.#broken !== undefined) return;
    this.break(error);
    if (isSyncFault(error)) this.#options.journal.failed(error);
    this.#options.onFailure(error);
  }

  break(reason: unknown): void {
    if (this.#broken !== undefined) return;
    this.#broken = { reason };
    if (this.#open !== undefined) this.transactions.rollback(this.#open.database);
  }

  evict(): void {
    this.#options.journal.beforeFold?.();
    try {
      this.#options.pool.close(this);
    } catch (error) {
      this.fail(asError(error));
    }
    this.#open = undefined;
    this.#options.journal.closed();
  }

  /**
   * Folds the log into the file, with the syncs off the event loop, so that closing finds nothing to
   * do. Nothing may use the store any more.
   */
  async fold(): Promise<void> {
    this.#closing = true;
    const { journal } = this.#options;
    if (this.#open === undefined || (this.#open.isImage && !journal.image?.isLarge)) return;
    if (!(await journal.mayFold())) return;
    if (this.#open.isImage) {
      // SQLite takes over what was held in memory: all of it is durable.
      this.#options.pool.close(this);
      journal.image?.forget();
      this.#openFile();
    }
    checkpointUnsynced(this.#open.database);
    this.#folded = true;
    await journal.folded();
  }

  /** Closes the file. @param intact false when a sync has failed. */
  close(intact: boolean): void {
    if (this.#open === undefined) return;
    if (intact) {
      // Nothing is left of the log when it was folded before.
      if (!this.#folded) this.#options.journal.beforeFold?.();
      this.#options.pool.close(this);
    } else this.#options.pool.abandon(this);
    this.#open = undefined;
  }

  /** Copies what is committed into new files. Nothing, when the object has no file. */
  async copyTo(path: string): Promise<void> {
    const isStored = this.read()?.isImage
      ? this.#options.journal.image?.stored !== undefined
      : this.#exists;
    if (isStored) await this.#options.journal.copyTo(path);
  }

  #create(): OpenDatabase {
    const { journal, pool } = this.#options;
    if (journal.image !== undefined) {
      // The first commit makes the file.
      this.#open = pool.openImage(this, undefined, this.#opened);
      this.#opened = true;
      return this.#open;
    }
    template ??= emptyImage();
    try {
      this.#options.journal.create(template);
    } catch (error) {
      throw this.#options.explain(error);
    }
    this.#exists = true;
    return this.#openFile();
  }

  /**
   * A file whose name reached the disk before a crash, but not its first page, never held anything that
   * was acknowledged: it counts as absent.
   */
  #openExisting(): OpenDatabase | undefined {
    const { files, path, journal, pool } = this.#options;
    const image = journal.image?.read();
    if (image !== undefined) {
      this.#open = pool.openImage(this, image, this.#opened);
      this.#opened = true;
      return this.#open;
    }
    try {
      return this.#openFile();
    } catch (error) {
      if (isNotADatabase(error) && files.isBlank(path)) {
        files.remove(path);
        this.#exists = false;
        return undefined;
      }
      this.fail(asError(sqliteError(error)));
      throw sqliteError(error);
    }
  }

  #openFile(): OpenDatabase {
    const { pool, path, files } = this.#options;
    this.#open = pool.open(this, path, this.#opened, files.size(`${path}-wal`) > 0);
    this.#opened = true;
    return this.#open;
  }
}

/** What reads an object that has no file. */
function forReading(part: SqlPart, pool: DatabasePool): OpenDatabase | undefined {
  return READ_KEYWORDS.has(part.keyword) ? pool.blank : undefined;
}

function commitError(cause: unknown): Error {
  const error = asError(sqliteError(cause));
  return isConstraint(cause) ? storageErrors.constraintsViolated(error) : error;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
