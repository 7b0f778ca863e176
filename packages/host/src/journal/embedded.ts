import { type Clock, machineTime, type Timer } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import type { Files } from "../files.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import { type Random, systemRandom } from "../random.ts";
import { adoptFirst } from "./first-image.ts";
import type { Recovery } from "./history/recovery.ts";
import { IMAGE_BYTES } from "./image-file.ts";
import {
  type Durability,
  type Journal,
  LONG_LOG_BYTES,
  type ObjectJournal,
  RELAXED_BOUND_MS,
} from "./journal.ts";
import { LogSyncs } from "./log-syncs.ts";
import { EmbeddedObjectJournal } from "./object-journal.ts";
import { SharedFlush } from "./shared-flush.ts";
import { SharedLog } from "./shared-log/shared-log.ts";
import type { UnsyncedFiles } from "./unsynced.ts";

export interface EmbeddedJournalOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly durability: Durability;
  /** Keeps the history of objects. Default none. */
  readonly recovery?: Recovery | undefined;
  /** How long a log may grow before it is long, in bytes. Default 4 MiB. */
  readonly logBytes?: number | undefined;
  /** Objects up to this size are held in memory, in bytes. Default 64 KiB; 0 leaves all to SQLite. */
  readonly imageBytes?: number | undefined;
  readonly random?: Random | undefined;
  /** Files whose last sync has failed. Default nobody remembers them. */
  readonly unsynced?: UnsyncedFiles | undefined;
  /** Where the log is that objects share. Default there is none. */
  readonly dataDirectory?: string | undefined;
  /** How long that one may grow before it is emptied, in bytes. Default 16 MiB. */
  readonly sharedLogBytes?: number | undefined;
}

/**
 * The journal of a host that stands alone: the object files are the truth, and durable means that the
 * machine has synced them.
 *
 * SQLite commits without syncing (write-ahead log, `synchronous=NORMAL`). The journal syncs the log by a
 * descriptor of its own, once for all commits that came meanwhile: on the thread pool, or in its place
 * where {@link LogSyncs} says that this is better.
 */
export class EmbeddedJournal implements Journal {
  readonly #options: EmbeddedJournalOptions;
  readonly #objects = new Map<string, EmbeddedObjectJournal>();
  readonly #failures = new Map<string, Error>();
  /** Objects that are borrowed, until their work is over. */
  readonly #lent = new Map<string, Promise<void>>();
  readonly #directories = new Map<string, SharedFlush>();
  readonly #listeners: ((key: ObjectKey, reason: Error) => void)[] = [];
  readonly #unsynced = new Set<EmbeddedObjectJournal>();
  readonly #syncs: LogSyncs;
  readonly #shared: SharedLog | undefined;
  #timer: Timer | undefined;

  constructor(options: EmbeddedJournalOptions) {
    this.#options = options;
    this.#shared = sharedLogOf(options);
    this.#syncs = new LogSyncs(options.files, machineTime, this.#shared);
  }

  /**
   * @throws FreeholdError `STORAGE_SYNC_FAILED` when a sync of this object has failed in this process,
   * `OBJECT_IN_USE` when the object was prepared and not released.
   */
  prepare(key: ObjectKey, path: string): ObjectJournal | Promise<ObjectJournal> {
    const text = keyText(key);
    const lent = this.#lent.get(text);
    if (lent !== undefined) return lent.then(() => this.prepare(key, path));
    const { recovery } = this.#options;
    if (recovery?.isPending(key) && !this.#objects.has(text)) {
      const restored = this.borrow(key, () => recovery.restore(key, path));
      if (restored !== undefined) return restored.then(() => this.prepare(key, path));
    }
    if (this.#options.unsynced?.has(path)) {
      const renewed = this.borrow(key, () => this.#renew(key, path));
      if (renewed !== undefined) return renewed.then(() => this.prepare(key, path));
    }
    return this.#prepare(key, text, path);
  }

  borrow<T>(key: ObjectKey, work: () => Promise<T>): Promise<T> | undefined {
    const text = keyText(key);
    if (this.#objects.has(text) || this.#failures.has(text)) return undefined;
    const before = this.#lent.get(text);
    const done = before === undefined ? work() : before.then(work);
    const over = () => {
      if (this.#lent.get(text) === settled) this.#lent.delete(text);
    };
    const settled = done.then(over, over);
    this.#lent.set(text, settled);
    return done;
  }

  #prepare(key: ObjectKey, text: string, path: string): ObjectJournal {
    const failure = this.#failures.get(text);
    if (failure !== undefined) throw failure;
    if (this.#objects.has(text)) throw inUse(text);
    adoptFirst(this.#options.files, path);
    const object = new EmbeddedObjectJournal(path, this.#options.files, this.#options.durability, {
      unsynced: (from) => this.#later(from),
      syncDirectory: (directory) => this.#syncDirectory(directory),
      isSynced: (directory) => this.#directories.get(directory)?.hasFlushed === true,
      failed: (error) => this.#fail(key, path, error),
      released: () => {
        this.#objects.delete(text);
        this.#unsynced.delete(object);
      },
      syncs: this.#syncs,
      sharedLog: this.#shared,
      random: this.#options.random ?? systemRandom,
      imageBytes: this.#options.imageBytes ?? IMAGE_BYTES,
      logBytes: this.#options.logBytes ?? LONG_LOG_BYTES,
      ...(hasHistory(key) && { recovery: this.#options.recovery }),
      key,
    });
    this.#objects.set(text, object);
    return object;
  }

  onLost(listener: (key: ObjectKey, reason: Error) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await Promise.all(this.#lent.values());
    await Promise.all([...this.#objects.values()].map((object) => object.release()));
    await this.#shared?.close();
  }

  /** Syncs within the bound what nobody asks for. */
  #later(object: EmbeddedObjectJournal): void {
    this.#unsynced.add(object);
    this.#timer ??= this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      const objects = [...this.#unsynced];
      this.#unsynced.clear();
      for (const each of objects) each.flush();
    }, RELAXED_BOUND_MS);
  }

  #syncDirectory(path: string): Promise<void> {
    let flush = this.#directories.get(path);
    if (flush === undefined) {
      // Whoever waits now is lost; the next file in this directory starts afresh.
      const forget = (error: Error) => {
        this.#directories.delete(path);
        return error;
      };
      flush = new SharedFlush({
        flush: () => this.#options.files.syncPath(path),
        onFailure: forget,
      });
      this.#directories.set(path, flush);
    }
    return flush.wait(flush.commit()) ?? Promise.resolve();
  }

  /** A process before this one could not sync it: what is found may not be on the disk. */
  async #renew(key: ObjectKey, path: string): Promise<void> {
    try {
      await this.#options.unsynced?.renew(path);
    } catch (error) {
      throw this.#fail(key, path, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** For the next process. Answers with why it had to be noted, and why that failed where it did. */
  #note(path: string, cause: Error): Error {
    try {
      this.#options.unsynced?.add(path);
      return cause;
    } catch (error) {
      return new AggregateError([cause, error], cause.message);
    }
  }

  #fail(key: ObjectKey, path: string, cause: Error): FreeholdError {
    this.#shared?.keep();
    const failure = syncFailed(keyText(key), this.#note(path, cause));
    this.#failures.set(keyText(key), failure);
    for (const listener of this.#listeners) listener(key, failure);
    return failure;
  }
}

function sharedLogOf(options: EmbeddedJournalOptions): SharedLog | undefined {
  const { files, dataDirectory, durability, sharedLogBytes } = options;
  // Nothing is synced in memory, and what has a history is left to SQLite.
  if (dataDirectory === undefined || durability === "memory" || options.recovery) return undefined;
  return new SharedLog({ files, dataDirectory, now: machineTime, mostBytes: sharedLogBytes });
}

/** Facets have none: their files are named by a number behind the object's id. */
function hasHistory({ id }: ObjectKey): boolean {
  return !id.includes(".");
}

function syncFailed(object: string, cause: Error): FreeholdError {
  return new FreeholdError("STORAGE_SYNC_FAILED", `The storage of ${object} could not be synced.`, {
    help: "Check the disk, then restart the host: what was acknowledged before is safe.",
    cause,
  });
}

function inUse(object: string): FreeholdError {
  return new FreeholdError("OBJECT_IN_USE", `The storage of ${object} is already open.`, {
    help: "Close it before opening it again.",
  });
}
