import { dirname } from "node:path";
import type { Descriptor, Files } from "../../files.ts";
import { Lru } from "../../storage/lru.ts";
import { isInUse, type LogPlace } from "../log-file.ts";
import { SyncTimes } from "../sync-times.ts";
import { type LogPart, RecordBuilder } from "./record.ts";
import { sharedLogFiles } from "./shared-log-files.ts";

/** A part of an object's log that is to be made durable with others. */
export interface SharedPart extends LogPart {
  /** The path of the object's own log. */
  readonly path: string;
  /** Syncs that log by itself: what is done where the shared one has no room. */
  own(): Promise<void> | undefined;
}

export interface SharedLogOptions {
  readonly files: Files;
  readonly dataDirectory: string;
  /** In milliseconds: tells how long syncs take. */
  readonly now: () => number;
  /** So much is written to one of the two files before it is emptied. Default 16 MiB. */
  readonly mostBytes?: number | undefined;
}

const MOST_BYTES = 16 * 1024 * 1024;
/** A file is filled ahead with zeros, so that a sync finds its length unchanged. */
const ROOM = new Uint8Array(512 * 1024);
/** Logs of objects that are synced at a time when a file is emptied. */
const EMPTIED_AT_ONCE = 4;
/** Of so many logs it is remembered up to where they are durable. */
const MOST_KNOWN = 20_000;

interface SharedFile {
  readonly path: string;
  readonly descriptor: Descriptor;
  /** How much of it is filled. */
  length: number;
  /** Where the next record goes. */
  end: number;
  /**
   * The logs of objects whose parts are durable here and perhaps nowhere else, and the salts of the last
   * part.
   */
  readonly covered: Map<string, Uint8Array>;
}

interface Waiting extends Pick<SharedPart, "path" | "salts" | "own"> {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * One log beside those of the objects. What several objects have added to theirs in one turn of the event
 * loop is written here as well, as one record, and this file alone is synced: one sync for all
 * (docs/design/012).
 *
 * The objects' own logs have the same bytes already, and get nothing from here while the host runs; after
 * a power loss {@link replaySharedLogs} puts back what they lack. So:
 *
 * - A part may only be added for a log whose head, with these salts, and name are durable, and that is
 *   durable up to the part: by its salts it is told apart from what became of the file later.
 * - A file is written from its beginning again only when each log that it covers was synced by itself, or
 *   the disk knows that it is gone: a part of it under its old name would undo what it was folded into.
 *   Two files take turns.
 */
export class SharedLog {
  readonly #options: SharedLogOptions;
  readonly #times = new SyncTimes();
  /** All that are open. */
  readonly #opened: SharedFile[] = [];
  /** Those that are empty, or that have been emptied. */
  readonly #free: SharedFile[] = [];
  #current: SharedFile | undefined;
  #emptying: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #waiting: Waiting[] = [];
  /** Of what waits. */
  readonly #record = new RecordBuilder();
  #sequence = 0;
  #syncing: Promise<void> | undefined;
  /** A sync has failed, or there is no room: objects are on their own from now on. */
  #isOver = false;
  #isKept = false;
  /** Up to where logs are durable, by path. */
  readonly #known = new Lru<LogPlace>(MOST_KNOWN);

  constructor(options: SharedLogOptions) {
    this.#options = options;
  }

  /** Whether parts may be added. */
  get isReady(): boolean {
    return !this.#isOver && this.#current !== undefined;
  }

  /** A sync is on its way. What is added meanwhile waits for the next one. */
  get isSyncing(): boolean {
    return this.#syncing !== undefined;
  }

  /** Up to where an object's log is durable, here or by itself, and so is its name. */
  placeOf(path: string): LogPlace | undefined {
    return this.#known.get(path);
  }

  know(path: string, place: LogPlace): void {
    this.#known.set(path, place, 1);
  }

  /** Makes the files. Objects are on their own until that is done. */
  open(): void {
    if (this.#isOver || this.#opening !== undefined) return;
    this.#opening = this.#open().catch(() => {
      this.#isOver = true;
    });
  }

  /**
   * A sync of an object has failed: the machine may have dropped what the object's log had, which no other
   * sync tells of. So what is here stays, for the next start.
   */
  keep(): void {
    this.#isOver = true;
    this.#isKept = true;
  }

  /** Resolves when the part is durable. The next {@link flush} is what makes it so. */
  add(part: SharedPart): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { path, salts, own } = part;
    this.#record.add(part);
    this.#waiting.push({ path, salts, own, resolve, reject });
    return promise;
  }

  /**
   * Makes durable what was added.
   *
   * @param mayBlock the event loop may wait for it, if the disk is quick
   * @returns whether that is done
   */
  flush(mayBlock: boolean): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return true;
    const file = this.#write();
    if (file === undefined) {
      fallBack(waiting);
      return false;
    }
    for (const { path, salts } of waiting) file.covered.set(path, salts);
    const isDone = mayBlock && this.#times.isQuick(1) && this.#syncNow(file, waiting);
    if (!isDone) {
      this.#syncing = this.#sync(file, waiting).then(() => {
        this.#syncing = undefined;
      });
    }
    return isDone;
  }

  /** Resolves when the sync is over that is on its way. */
  get settled(): Promise<void> {
    return this.#syncing ?? Promise.resolve();
  }

  /** Nobody adds anything any more: all is brought to the objects' own logs, and the files go. */
  async close(): Promise<void> {
    const { files, dataDirectory } = this.#options;
    await this.#opening;
    await this.#syncing;
    await this.#emptying;
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) await this.#empty(current);
    for (const { path, descriptor } of this.#opened.splice(0)) {
      files.close(descriptor);
      if (!this.#isKept) files.remove(path);
    }
    if (!this.#isKept && this.#opening !== undefined) await files.syncPath(dataDirectory);
  }

  async #open(): Promise<void> {
    const { files, dataDirectory } = this.#options;
    for (const path of sharedLogFiles(dataDirectory)) {
      const descriptor = files.openToWrite(path);
      this.#opened.push({ path, descriptor, length: 0, end: 0, covered: new Map() });
    }
    await files.syncPath(dataDirectory);
    this.#free.push(...this.#opened);
    this.#current = this.#free.shift();
  }

  /** Answers with the file that the record was written to; `undefined` when there is no room. */
  #write(): SharedFile | undefined {
    const { files, mostBytes = MOST_BYTES } = this.#options;
    const size = this.#record.length;
    const record = this.#record.finish(this.#sequence + 1);
    if (!this.isReady || size > mostBytes) return undefined;
    if ((this.#current?.end ?? 0) + size > mostBytes) this.#change();
    const file = this.#current;
    if (file === undefined) return undefined;
    try {
      while (file.length < file.end + size) {
        files.writeAt(file.descriptor, ROOM, file.length);
        file.length += ROOM.byteLength;
      }
      this.#sequence += 1;
      files.writeAt(file.descriptor, record, file.end);
      file.end += size;
      return file;
    } catch {
      // A disk that is full here may still have room in the objects' own logs.
      this.#isOver = true;
      return undefined;
    }
  }

  /** Goes on with the other file, once that is free, and empties this one. */
  #change(): void {
    const full = this.#current;
    this.#current = undefined;
    if (full === undefined) return;
    this.#current = this.#free.shift();
    const before = this.#emptying ?? Promise.resolve();
    this.#emptying = before.then(async () => {
      if (!(await this.#empty(full))) return;
      if (this.#current === undefined) this.#current = full;
      else this.#free.push(full);
    });
  }

  /** Nothing is on its way to the file. Answers whether what it says is said elsewhere. */
  async #empty(file: SharedFile): Promise<boolean> {
    const { files } = this.#options;
    const logs = file.covered.entries();
    const directories = new Set<string>();
    const work = async () => {
      for (const [path, salts] of logs) {
        const synced = this.#syncLog(path, salts);
        if (synced === undefined) directories.add(dirname(path));
        else await synced;
      }
    };
    try {
      await Promise.all(Array.from({ length: EMPTIED_AT_ONCE }, work));
      for (const path of directories) if (files.exists(path)) await files.syncPath(path);
    } catch {
      this.keep();
    }
    if (this.#isKept) return false;
    file.covered.clear();
    file.end = 0;
    return true;
  }

  /** `undefined` when that log is gone: it was removed, or there is another. */
  #syncLog(path: string, salts: Uint8Array): Promise<void> | undefined {
    const { files } = this.#options;
    if (!files.exists(path)) return undefined;
    const log = files.open(path);
    if (!isInUse(files, log, salts)) {
      files.close(log);
      return undefined;
    }
    return files.sync(log).finally(() => files.close(log));
  }

  /** Whether that was possible. */
  #syncNow({ descriptor }: SharedFile, waiting: readonly Waiting[]): boolean {
    const { files, now } = this.#options;
    if (files.syncNow === undefined) return false;
    const began = now();
    try {
      files.syncNow(descriptor);
      this.#times.took(now() - began);
      for (const { resolve } of waiting) resolve();
    } catch {
      this.#fail(waiting);
    }
    return true;
  }

  async #sync({ descriptor }: SharedFile, waiting: readonly Waiting[]): Promise<void> {
    const { files, now } = this.#options;
    const began = now();
    try {
      await files.sync(descriptor);
      this.#times.took(now() - began);
      for (const { resolve } of waiting) resolve();
    } catch {
      this.#fail(waiting);
    }
  }

  /** This file is not to be synced again. The objects' own logs are others, and none of theirs failed. */
  #fail(waiting: readonly Waiting[]): void {
    this.#isOver = true;
    fallBack(waiting);
  }
}

/** Each object syncs its own log. */
function fallBack(waiting: readonly Waiting[]): void {
  for (const { own, resolve, reject } of waiting) {
    try {
      const done = own();
      if (done === undefined) resolve();
      else done.then(resolve, reject);
    } catch (error) {
      reject(error);
    }
  }
}
