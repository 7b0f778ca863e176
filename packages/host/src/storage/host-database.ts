import { dirname } from "node:path";
import type { Clock, Timer } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import type { Descriptor, Files } from "../files.ts";
import { type Durability, RELAXED_BOUND_MS } from "../journal/journal.ts";
import { SharedFlush } from "../journal/shared-flush.ts";
import { replaySharedLogs } from "../journal/shared-log/replay.ts";
import { UnsyncedFiles } from "../journal/unsynced.ts";
import { hostFile, processFile } from "./data-directory.ts";
import { Database } from "./database.ts";
import { isPassing, storageFault } from "./faults.ts";
import { HostLog } from "./host-log.ts";

export interface HostDatabaseOptions {
  readonly dataDirectory: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly durability: Durability;
  /** The file could not be synced: nothing that depends on it can be acknowledged any more. */
  readonly onFailure: (error: Error) => void;
}

/** A change of the host's own tables. Runs later, with others, in one transaction. */
export type Change = (database: Database) => void;

const COPY_ATTEMPTS = 50;

const SQLITE_BUSY = 5;

/**
 * The host's own database: one file for all objects, whose changes are gathered and made durable
 * together. Its file lock says that this process uses the data directory; the machine takes it back
 * when the process ends, however it ends.
 */
export class HostDatabase {
  /** Files whose last sync has failed, of the host and of objects. */
  readonly unsynced: UnsyncedFiles;
  readonly #options: HostDatabaseOptions;
  readonly #path: string;
  readonly #database: Database;
  readonly #shared: SharedFlush;
  readonly #log: HostLog;
  #directorySynced = false;
  #pending: Change[] = [];
  /** Changes were applied that no sync has covered. */
  #isUnsynced = false;
  /** What the changes that are not applied are about. */
  readonly #abouts = new Set<string>();
  #timer: Timer | undefined;
  #isFull = false;
  /** The process before could not sync the file: what is found of it is written anew. */
  #renewed: Promise<void> | undefined;
  /** Open until SQLite has closed the file. */
  readonly #held: Descriptor[] = [];

  /**
   * @throws FreeholdError `DATA_DIRECTORY_IN_USE` when another host uses the directory,
   * `DATA_DIRECTORY_UNUSABLE` when it cannot be written to, `DATA_DIRECTORY_DAMAGED` when the host's
   * own file is not one.
   */
  constructor(options: HostDatabaseOptions) {
    this.#options = options;
    this.#path = hostFile(options.dataDirectory);
    this.#database = openLocked(options);
    this.unsynced = new UnsyncedFiles(options.files, options.dataDirectory);
    if (this.unsynced.has(this.#path) && options.durability !== "memory") {
      this.#renewed = this.unsynced.renew(this.#path, this.#held);
      this.#renewed.catch(() => undefined);
    }
    this.#log = new HostLog({ files: options.files, path: this.#path, database: this.#database });
    this.#shared = new SharedFlush({
      flush: () => this.#flush(),
      onFailure: (cause) => this.#failed(cause),
      passing: (cause) => (isPassing(cause) ? this.#refused(cause) : undefined),
    });
  }

  /** The database with all changes applied; while the disk is full, with those that it had room for. */
  read(): Database {
    try {
      this.#apply();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#refused(error);
    }
    return this.#database;
  }

  /** As {@link read}, where only what changed about one thing has to be applied: far cheaper. */
  readAbout(about: string): Database {
    return this.#abouts.has(about) ? this.read() : this.#database;
  }

  /**
   * Makes a change.
   *
   * @param about what {@link readAbout} has to see of it
   * @returns a function that answers when it is durable: `undefined` when nothing has to be waited for.
   */
  change(change: Change, about?: string): () => Promise<void> | undefined {
    this.#pending.push(change);
    if (about !== undefined) this.#abouts.add(about);
    const sequence = this.#shared.commit();
    this.#flushLater();
    return () => this.#durable(sequence);
  }

  /** Copies everything into a new file, off the event loop, while it is in use. */
  async copyTo(path: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#log.folding?.catch(() => undefined);
        await this.read().copyTo(path);
        return;
      } catch (error) {
        this.#options.files.remove(path);
        // A step of it met one of our own transactions.
        if (attempt === COPY_ATTEMPTS) throw error;
      }
    }
  }

  /** Makes all changes durable and gives the directory up. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#shared.running?.catch(() => undefined);
    await this.#renewed?.catch(() => undefined);
    const isFolded = await (this.#log.folding ?? Promise.resolve()).then(yes, no);
    this.#options.files.remove(processFile(this.#options.dataDirectory));
    if (this.#shared.failure === undefined && isFolded) {
      // The last close folds the log into the file and syncs it.
      this.read();
      this.#database.close();
    }
    this.#log.close();
    for (const descriptor of this.#held.splice(0)) this.#options.files.close(descriptor);
  }

  #durable(sequence: number): Promise<void> | undefined {
    if (this.#options.durability === "strict") return this.#shared.wait(sequence);
    if (this.#shared.failure !== undefined) return Promise.reject(this.#shared.failure);
    try {
      // A crash of the process alone must lose nothing. Nobody waits for a fold: turns that have ended
      // would have to wait for it uncommitted.
      this.#apply();
      return undefined;
    } catch (error) {
      return Promise.reject(isPassing(error) ? this.#refused(error) : error);
    }
  }

  #flushLater(): void {
    this.#timer ??= this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.#shared.wait(this.#shared.committed)?.catch(() => undefined);
    }, RELAXED_BOUND_MS);
  }

  async #flush(): Promise<void> {
    await this.#renewed;
    await this.#log.folding;
    this.#apply();
    if (this.#options.durability === "memory") return;
    this.#isUnsynced = false;
    const synced = this.#log.sync();
    if (!this.#directorySynced) await this.#options.files.syncPath(dirname(this.#path));
    this.#directorySynced = true;
    await synced;
    this.#log.foldIfLong(!this.#isUnsynced);
  }

  #apply(): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    try {
      this.#log.write(() => this.#transact(pending));
      this.#abouts.clear();
      this.#isUnsynced = true;
      this.#isFull = false;
    } catch (error) {
      this.#pending = [...pending, ...this.#pending];
      throw error;
    }
  }

  #transact(changes: readonly Change[]): void {
    this.#database.run("BEGIN IMMEDIATE");
    try {
      for (const change of changes) change(this.#database);
      this.#database.run("COMMIT");
    } catch (error) {
      if (this.#database.inTransaction) this.#database.run("ROLLBACK");
      throw error;
    }
  }

  /** There was no room for the changes: they are kept for the next time. */
  #refused(cause: unknown): Error {
    const { files, onFailure } = this.#options;
    const error = storageFault(cause, "The host's own storage", () => files.mayOpen());
    if (error === undefined) return asError(cause);
    // Once for each time that it begins.
    if (!this.#isFull) onFailure(error);
    this.#isFull = true;
    return error;
  }

  #failed(cause: Error): Error {
    const error = new FreeholdError(
      "HOST_STORAGE_FAILED",
      "The host's own storage could not be written.",
      { help: "Check the disk, then restart the host.", cause },
    );
    this.#options.onFailure(error);
    try {
      this.unsynced.add(this.#path);
    } catch (unnoted) {
      this.#options.onFailure(asError(unnoted));
    }
    return error;
  }
}

function openLocked({ dataDirectory, files, durability }: HostDatabaseOptions): Database {
  let database: Database | undefined;
  try {
    files.makeDirectory(dataDirectory);
    database = new Database(hostFile(dataDirectory), durability === "memory" ? "none" : "barriers");
    // The first write takes the lock, and the connection keeps it.
    database.run("BEGIN IMMEDIATE");
    database.run("COMMIT");
    files.write(processFile(dataDirectory), `${process.pid}\n`);
    // Before anybody looks at an object.
    replaySharedLogs(files, dataDirectory, durability !== "memory");
    return database;
  } catch (cause) {
    database?.close();
    throw openError(dataDirectory, files, cause);
  }
}

function openError(dataDirectory: string, files: Files, cause: unknown): FreeholdError {
  const code = cause instanceof Error && "errcode" in cause ? Number(cause.errcode) : 0;
  if (storageFault(cause, "", () => true)?.code === "STORAGE_DAMAGED") {
    return new FreeholdError(
      "DATA_DIRECTORY_DAMAGED",
      `${hostFile(dataDirectory)} is damaged, or no database at all; it was left as it is.`,
      {
        help: "Restore it from a backup with `freehold restore`; objects have files of their own.",
        cause,
      },
    );
  }
  if ((code & 0xff) !== SQLITE_BUSY) {
    return new FreeholdError(
      "DATA_DIRECTORY_UNUSABLE",
      `The data directory "${dataDirectory}" cannot be used.`,
      { help: "Check that it exists and that this user may write to it.", cause },
    );
  }
  const owner = files.read(processFile(dataDirectory))?.trim();
  const process = owner ? `process ${owner}` : "another process";
  return new FreeholdError(
    "DATA_DIRECTORY_IN_USE",
    `The data directory "${dataDirectory}" is in use by ${process}.`,
    { help: "Stop that process, or give this host a data directory of its own.", cause },
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function yes(): boolean {
  return true;
}

function no(): boolean {
  return false;
}
