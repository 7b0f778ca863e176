import type { Descriptor, Files } from "../files.ts";
import { isLogLongerThan } from "../journal/log-file.ts";
import { checkpointUnsynced, type Database } from "./database.ts";

/**
 * The log is folded into the file once so much of it is in use, in bytes. Writing the pages is work of the
 * event loop: some two milliseconds.
 */
const FOLD_BYTES = 1024 * 1024;
/** With so much, it is folded even if the event loop has to wait for the disk. */
const MOST_BYTES = 16 * FOLD_BYTES;
/** In the place of the head of a log: there is none. */
const NO_HEAD = new Uint8Array(32);

export interface HostLogOptions {
  readonly files: Files;
  /** Of the database, without `-wal`. */
  readonly path: string;
  readonly database: Database;
}

/**
 * The write-ahead log of the host's own database, by descriptors of our own: its syncs, and how it is
 * folded into the file without the event loop waiting for the disk.
 *
 * After a fold SQLite begins the log anew with the next write, over frames whose pages the disk must have
 * in the file by then, and under a head that must be on disk before any of the new frames: else a power
 * loss could leave an old head over half of the old frames. So nothing is written until the file is
 * synced, the old head is gone, and that is synced too.
 */
export class HostLog {
  readonly #options: HostLogOptions;
  #log: Descriptor | undefined;
  /** The file itself. Held until SQLite has closed it: closing it earlier would drop SQLite's locks. */
  #main: Descriptor | undefined;
  #folding: Promise<void> | undefined;
  /** The file could not be synced: the log has to stay as it is. */
  #failure: { readonly error: unknown } | undefined;
  /** The disk knows that no frame of the log counts. */
  #isBlank = false;

  constructor(options: HostLogOptions) {
    this.#options = options;
  }

  /** The log is in the file, and nothing may be written until that is durable. Rejects when it is not. */
  get folding(): Promise<void> | undefined {
    return this.#folding;
  }

  sync(): Promise<void> {
    return this.#options.files.sync(this.#openLog());
  }

  /**
   * After a sync: folds the log if it is long.
   *
   * @param isSynced nothing was written since the sync began
   */
  foldIfLong(isSynced: boolean): void {
    const { files, database } = this.#options;
    const log = this.#openLog();
    if (!isLogLongerThan(files, log, isSynced ? FOLD_BYTES : MOST_BYTES)) return;
    if (!isSynced || files.syncNow === undefined) {
      database.checkpoint();
      return;
    }
    // With a cursor open not all of it may have been folded.
    if (!checkpointUnsynced(database)) return;
    this.#main ??= files.open(this.#options.path);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever flushes next hears of a failure.
    promise.catch(() => undefined);
    this.#folding = promise;
    this.#settle(promise, this.#main, log).then(resolve, (error: unknown) => {
      this.#failure = { error };
      reject(error);
    });
  }

  /** Runs a transaction. One that cannot wait for a fold makes the event loop wait for the disk. */
  write(transaction: () => void): void {
    const { files, database } = this.#options;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#folding !== undefined && this.#main !== undefined) {
      files.syncNow?.(this.#main);
      this.#folding = undefined;
    }
    const needsNoSync = this.#isBlank;
    this.#isBlank = false;
    if (needsNoSync) database.unsynced(transaction);
    else transaction();
  }

  /** To be called once SQLite has closed the file. */
  close(): void {
    for (const descriptor of [this.#log, this.#main]) {
      if (descriptor !== undefined) this.#options.files.close(descriptor);
    }
    this.#log = undefined;
    this.#main = undefined;
  }

  /** A write that did not wait ends the fold: then the log is a new one, and not to be touched. */
  async #settle(fold: Promise<void>, main: Descriptor, log: Descriptor): Promise<void> {
    const { files } = this.#options;
    await files.sync(main);
    if (this.#folding !== fold) return;
    files.writeAt(log, NO_HEAD, 0);
    await files.sync(log);
    if (this.#folding !== fold) return;
    this.#folding = undefined;
    this.#isBlank = true;
  }

  #openLog(): Descriptor {
    this.#log ??= this.#options.files.openToWrite(`${this.#options.path}-wal`);
    return this.#log;
  }
}
