import type { ObjectKey } from "../objects/key.ts";
import type { ObjectRecovery } from "./history/recovery.ts";
import type { ImageFile } from "./image-file.ts";

/** Orders the commits of one object in one process. Later commits have larger numbers. */
export type JournalSequence = number;

/**
 * How hard a write is held before anything that depends on it may leave.
 *
 * - `strict`: nothing leaves before it is on disk.
 * - `relaxed`: leaves at once; on disk within {@link RELAXED_BOUND_MS}. A crash of the process loses
 *   nothing, a crash of the machine loses at most what was written within that bound.
 * - `memory`: never synced. For tests.
 */
export type Durability = "strict" | "relaxed" | "memory";

/** With `relaxed`, and with `strict` for writes that nobody waits for: the longest time to a sync. */
export const RELAXED_BOUND_MS = 200;

/** A log that is longer is folded into its file when the object is next between two turns. */
export const LONG_LOG_BYTES = 4 * 1024 * 1024;

/**
 * Owns the life of object files. One journal serves all objects of a host.
 *
 * - `prepare` MUST be called, and be done, before the object's file is opened. It MUST fail when
 *   somebody else owns the object, when it was prepared and not released, and when a sync of that
 *   object has failed in this process. It MUST NOT touch the file.
 * - `onLost` listeners MUST be told once when an object is lost: to another owner, or to a failed sync.
 *   They MUST be told before anybody who waits for `durable` is. The loss of one object MUST NOT stop
 *   another.
 * - `borrow` MUST NOT run its work while the object is prepared or lost, and `prepare` MUST NOT answer
 *   while such work runs.
 * - `close` MUST resolve only when everything committed is durable (unless in `memory`) or lost, and
 *   when no descriptor of an object is left open. It MUST NOT reject because an object is lost.
 */
export interface Journal {
  /** Answers at once when nothing has to be waited for. */
  prepare(key: ObjectKey, path: string): ObjectJournal | Promise<ObjectJournal>;
  /**
   * Does something with an object's file while nobody else has it: whoever prepares it meanwhile waits.
   * Answers `undefined`, and does nothing, when somebody has it.
   */
  borrow<T>(key: ObjectKey, work: () => Promise<T>): Promise<T> | undefined;
  onLost(listener: (key: ObjectKey, reason: Error) => void): void;
  /** Syncs what is left and gives up every object. */
  close(): Promise<void>;
}

/**
 * The journal of one object, from {@link Journal.prepare} to `release`.
 *
 * - `create` and `remove` MUST be called only while SQLite does not have the file open. A file that
 *   `create` made MUST NOT come up, after a power cut, beside a log of the file before it.
 * - `committed` MUST be called after each commit of the object's connection and before anything waits
 *   for it. It MUST NOT block, and MUST NOT sync by itself: what nobody waits for is durable within
 *   {@link RELAXED_BOUND_MS} all the same (unless in `memory`).
 * - `durable` MUST resolve only when every commit up to `sequence` survives power loss (in `strict`):
 *   the log's bytes, the file's, and the names of both. It MUST answer `undefined` when that is already
 *   so, and always in `relaxed` and `memory` while no sync has failed. Commits made while a sync runs
 *   MUST share the next one. Once a sync has failed it MUST reject for good, in every mode: a failed sync
 *   MUST NOT be tried again, since the machine may have dropped what it could not write.
 * - `mayCheckpoint` and `mayClose` MUST answer false once a sync has failed: the log that the disk may
 *   not have must not be folded into the file.
 * - `closed` MUST be called after the object's connection was closed for a while, when nothing waits. A
 *   descriptor that a sync uses MUST NOT be given back before it is done.
 * - `copyTo` MUST give a state that the object had at one moment while it ran, nothing of which is older
 *   than the call. While it runs `mayCheckpoint` and `mayClose` MUST answer false.
 * - `release` MUST be called after the file was closed. It resolves when nothing of the object is in
 *   flight, and never rejects.
 */
export interface ObjectJournal {
  /** Holds the object's file in memory while it is small. Absent where SQLite has to have the file. */
  readonly image?: ImageFile | undefined;
  /** Makes the object's file with these bytes. It is durable with the next commit. */
  create(image: Uint8Array): void;
  /** Deletes the object's file, as one commit. */
  remove(): void;
  committed(): JournalSequence;
  durable(sequence: JournalSequence): Promise<void> | undefined;
  /** What the object can ask of its history; absent where none is kept. */
  readonly recovery?: ObjectRecovery | undefined;
  /**
   * MUST be called, where it is there, before SQLite folds the log by itself: at a checkpoint, and before
   * the file is closed or removed. Never throws.
   */
  beforeFold?(): void;
  /**
   * MUST be called when a sync has failed that SQLite made by itself, in a fold. The object is lost, as by a
   * sync of the journal.
   */
  failed(cause: Error): void;
  /** Whether the write-ahead log may be folded into the main file now. */
  mayCheckpoint(): boolean;
  /**
   * Whether so much is in the log that it is worth folding. Absent: whoever asks looks at the length of
   * the file, which is never less than what is in use.
   */
  isLogLong?(): boolean;
  /** Whether the file may be closed for a while: nothing of the object is in flight. */
  mayClose(): boolean;
  /** Whether SQLite may take over what is held in memory, also while it is made durable. */
  mayHandOver?(): boolean;
  closed(): void;
  /**
   * Makes every commit durable. Answers whether the log may then be folded into the file without
   * syncs; if so, `folded` MUST follow before the file is closed or written to. Never rejects.
   */
  mayFold(): Promise<boolean>;
  /** Syncs the main file. Never rejects: a failure is told to the `onLost` listeners. */
  folded(): Promise<void>;
  /**
   * Copies everything that is committed into new files, the object's and its log, off the event loop,
   * while the object is in use. Rejects when the object is removed meanwhile.
   */
  copyTo(path: string): Promise<void>;
  release(): Promise<void>;
}
