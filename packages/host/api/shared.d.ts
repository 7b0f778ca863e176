import {
  StatementSync,
} from "node:sqlite";
import {
  IncomingMessage,
  ServerResponse,
} from "node:http";
import {
  Duplex,
} from "node:stream";
/**
 * Where an object lives: the one identity that storage, journal, alarms and sockets share.
 * Ownership is by id and never by name: a name is a property of the object, kept in the catalogue.
 */
interface ObjectKey {
  /** Unique name of the namespace on this host: `<worker name>-<class name>`. Safe as a file name. */
  readonly namespace: string;
  /** 64 lower-case hexadecimal digits. */
  readonly id: string;
}
/** An open file, as the machine numbers it. */
type Descriptor = number;
/**
 * Files as storage sees them, apart from what SQLite does itself.
 *
 * - `sync` and `syncPath` MUST run off the event loop and MUST resolve only when what was written
 *   before the call survives power loss. They MUST reject when the machine says that it may not.
 * - `create` MUST fail when the file exists, and MUST leave no file when it fails. The caller owns the descriptor: closing one of a database
 *   file while SQLite has that file open drops SQLite's locks.
 */
interface Files {
  exists(path: string): boolean;
  /** In bytes; 0 when there is no such file. */
  size(path: string): number;
  /** Whether the file holds nothing but zeros, or nothing at all. False when it is larger than a page. */
  isBlank(path: string): boolean;
  read(path: string): string | undefined;
  write(path: string, text: string): void;
  create(path: string, bytes: Uint8Array): Descriptor;
  open(path: string): Descriptor;
  /** Opens a file to read and write it. Made when absent. */
  openToWrite(path: string): Descriptor;
  /**
   * Opens a file that another process may write to, to read it and to make it longer. Made when absent. On
   * Linux `writeAt` then writes behind all that is there, wherever it was told to.
   */
  openToAppend(path: string): Descriptor;
  /** Writes at a place of an open file, all of it. */
  writeAt(descriptor: Descriptor, bytes: Uint8Array, at: number): void;
  /** Whether an open file still has a name. */
  hasName(descriptor: Descriptor): boolean;
  /** All bytes of a file that is there; `undefined` when there are more than `most`. */
  readUpTo(path: string, most: number): Uint8Array | undefined;
  close(descriptor: Descriptor): void;
  remove(path: string): void;
  /** Gives a file another name, in the place of the one that has it. */
  rename(from: string, to: string): void;
  /** Removes a directory and all that is in it, when there is one. */
  removeDirectory(path: string): void;
  /** Makes a directory and what is missing above it; the directories that gained an entry. */
  makeDirectory(path: string): readonly string[];
  /** In bytes. */
  sizeOf(descriptor: Descriptor): number;
  /** As many bytes as there are, `length` at most. */
  readAt(descriptor: Descriptor, at: number, length: number): Buffer;
  /** The same, into bytes that the caller has; how many. */
  readInto(descriptor: Descriptor, at: number, into: Uint8Array): number;
  sync(descriptor: Descriptor): Promise<void>;
  /** The same, on the event loop. Absent where the event loop must never wait for the disk. */
  syncNow?(descriptor: Descriptor): void;
  /** Syncs a directory, which are the names in it, or a file, by its name. */
  syncPath(path: string): Promise<void>;
  /** The same, on the event loop: for what is rare and has to be ordered before the next call. */
  syncPathNow(path: string): void;
  /** Copies an open file into a new one, durably, off the event loop. */
  copy(descriptor: Descriptor, path: string): Promise<void>;
  /** All bytes of a file, at one moment; `undefined` when there is none. */
  readBytes(path: string): Uint8Array | undefined;
  /** Makes a file of these bytes, durably, off the event loop. */
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
  /** How many files this process may have open. */
  descriptorLimit(): number;
  /** Whether it may open one more now. */
  mayOpen(): boolean;
}
/** What an object can ask of its own history. */
interface ObjectRecovery {
  /** Where it is now, as of the last commit. */
  current(): string;
  /** @throws FreeholdError `BOOKMARK_UNKNOWN` when that is not kept */
  at(time: number): string;
  /**
   * Brings the object back when it next starts.
   *
   * @returns what takes that back
   * @throws FreeholdError `BOOKMARK_INVALID`, `BOOKMARK_UNKNOWN`
   */
  restoreNext(bookmark: string): Promise<string>;
}
/**
 * Chance as the host sees it.
 *
 * - `bytes` MUST be fit for identifiers that nobody can guess.
 * - `fraction` MUST lie in [0, 1); it serves jitter only.
 */
interface Random {
  bytes(length: number): Uint8Array;
  fraction(): number;
}
/** The machine's own source of chance. */
declare const systemRandom: Random;
/** SQLite's checksum, over words in the order of bytes that the log is written in. */
declare class Checksum {
  #private;
  constructor(isBig: boolean);
  add(view: DataView, at: number, length: number): void;
  /** Puts it where SQLite has it. */
  write(view: DataView, at: number): void;
  /** Goes on over a frame; whether that frame has it. @param size of its page */
  addFrame(view: DataView, at: number, size: number): boolean;
  copy(): Checksum;
  equals(view: DataView, at: number): boolean;
}
/** A place in one use of a log, behind a commit. */
interface LogPlace {
  /** Of the log's header: they differ from use to use of the file. */
  readonly salts: Uint8Array;
  /** In bytes from the beginning of the file. */
  readonly end: number;
  /** Of everything before it. Not to be moved on. */
  readonly checksum: Checksum;
}
/** Whole commits, as they are in a log. */
interface LogPiece {
  readonly salts: Uint8Array;
  readonly at: number;
  readonly bytes: Uint8Array;
}
interface AddedPiece extends LogPiece {
  /** Behind it. */
  readonly end: LogPlace;
}
/** What an image file asks of the journal that it belongs to. */
interface ImageFileOwner {
  readonly path: string;
  readonly files: Files;
  readonly random: Random;
  /** What is larger is not held in memory. */
  readonly mostBytes: number;
  /** What is added to the log is kept until somebody asks for it. */
  readonly keepsAdded: boolean;
  /** Makes the object's file, all of it or nothing; the log that is begun for it will have these salts. */
  create(image: Uint8Array, logSalts: Uint8Array): void;
  /** Something is about to be added to the object's log, which has just been made where it is new. */
  logged(isNew: boolean): void;
}
/**
 * The file of a small object that is held in memory as a whole: SQLite works on a copy, and what a commit
 * has changed is added to the object's log, in SQLite's own format. So no file is opened, locked or folded
 * for an object that wakes, looks and maybe changes a row; `sqlite3` finds the same file and log as ever.
 *
 * Other processes may open the file meanwhile, which SQLite's lock would keep them from. What they read is
 * what is committed. One that folds the log away is found out before the next commit, which then fails.
 */
declare class ImageFile {
  #private;
  constructor(owner: ImageFileOwner);
  /** What file and log hold, as the bytes of a file. `undefined` when there is none, or SQLite has it. */
  get stored(): Uint8Array | undefined;
  get isHeld(): boolean;
  /** What was added to the log since the last call; `undefined` when nothing was. */
  takeAdded(): AddedPiece | undefined;
  /** SQLite should have it from now on. */
  get isLarge(): boolean;
  get logBytes(): number;
  /**
   * What is stored, of an object that has a file: a whole number of pages. `undefined` when it is not to be
   * held in memory: it is too large, or nothing that this can read.
   */
  read(): Uint8Array | undefined;
  /** Stores what is committed. Durable with the journal's next sync. */
  save(image: Uint8Array): void;
  /** Nothing is held any more: it is read again, or somebody else has the file. */
  forget(): void;
}
/** Orders the commits of one object in one process. Later commits have larger numbers. */
type JournalSequence = number;
/**
 * How hard a write is held before anything that depends on it may leave.
 *
 * - `strict`: nothing leaves before it is on disk.
 * - `relaxed`: leaves at once; on disk within {@link RELAXED_BOUND_MS}. A crash of the process loses
 *   nothing, a crash of the machine loses at most what was written within that bound.
 * - `memory`: never synced. For tests.
 */
type Durability = "strict" | "relaxed" | "memory";
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
interface ObjectJournal {
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
/** What a backup says of itself. Written last: without it a backup is not whole. */
interface BackupManifest {
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly ended: number;
  /** How many files of objects and their facets there are. */
  readonly files: number;
  /** The one object that was asked for. */
  readonly only: ObjectKey | undefined;
}
/** Files that could not be copied: damaged ones, most likely. */
interface BackupReport extends BackupManifest {
  readonly failed: readonly {
    readonly object: string;
    readonly reason: string;
  }[];
}
/** A timer that was set on a {@link Clock}. */
interface Timer {
  /** Takes the timer back. Does nothing once it has fired. */
  cancel(): void;
}
/**
 * Time as the host sees it. Nothing in the host reads the machine's time by another way.
 *
 * - `now` MUST be milliseconds since the Unix epoch and MUST NOT go back within one process.
 * - `setTimer` MUST NOT call back before `delayMs` have passed on this clock, MUST NOT call back
 *   synchronously, and MUST call timers back in order of their due times.
 * - A timer MUST NOT keep the process alive by itself.
 */
interface Clock {
  now(): number;
  setTimer(callback: () => void, delayMs: number): Timer;
}
/** The machine's own clock. */
declare const systemClock: Clock;
/**
 * The host-level index of alarms: a wake-up hint, never the truth.
 *
 * - `put` with an earlier time MUST be durable before the object's own commit is; the promise says when.
 *   `undefined` means that it already is.
 * - `put` with a later time, and `remove`, MUST take effect only after the object's commit.
 */
interface AlarmIndex {
  get(key: ObjectKey): number | undefined;
  put(key: ObjectKey, time: number): Promise<void> | undefined;
  remove(key: ObjectKey): void;
  /** The object's alarm may change from now on: after an unclean stop its row is read again. */
  unsettle(key: ObjectKey): void;
  /** The object's file was closed and the index says what its row says. */
  settle(key: ObjectKey): void;
}
/** What a client may send, and what may wait for it. */
interface HttpLimits {
  /** Largest request body, in bytes. Default 100 MiB; then 413. */
  readonly bodyBytes: number;
  /** Largest head of a request, in bytes. Default 128 KiB; then 431. Only of a host's own server. */
  readonly headBytes: number;
  /** Most header lines of a request. Default 1,000; then 431. */
  readonly headers: number;
  /** Longest path with query, in bytes. Default 16 KiB; then 414. */
  readonly urlBytes: number;
  /** Largest WebSocket message from a client, in bytes. Default 32 MiB; then close 1009. */
  readonly messageBytes: number;
  /** What may wait for a slow WebSocket client, in bytes. Default 64 MiB; then close 1013. */
  readonly waitingBytes: number;
}
/** What one object may store, and say in SQL. Past a limit SQLite refuses, with its own texts. */
interface StorageLimits {
  /** Largest database of an object, in bytes. Default 10 GB; then `SQLITE_FULL`. */
  readonly objectBytes: number;
  /** Largest row, string or BLOB, in bytes. Default 2,200,000; then `SQLITE_TOOBIG`. */
  readonly valueBytes: number;
  /** Longest SQL statement, in bytes. Default 100,000. */
  readonly sqlBytes: number;
  /** Most bound parameters of a statement. Default 100. */
  readonly sqlParameters: number;
  /** Most columns of a table or a result. Default 100. */
  readonly sqlColumns: number;
}
/** What a program may do with hibernatable sockets. */
interface SocketLimits {
  /** Most open sockets of one object. Default 32,768. */
  readonly socketsPerObject: number;
  /** Most tags of a socket. Default 10. */
  readonly tagsPerSocket: number;
  /** Longest tag, in bytes of UTF-8. Default 256. */
  readonly tagBytes: number;
  /** Largest attachment, serialized, in bytes. Default 16,384. */
  readonly attachmentBytes: number;
  /** Longest request and response of an automatic response, in bytes. Default 2,048. */
  readonly autoResponseBytes: number;
}
/** How long and how deep the work of an object may go. */
interface ObjectLimits {
  /** How long a critical section may take, in milliseconds. Default 30,000; then a reset. */
  readonly criticalSectionMs: number;
  /** Deepest nesting of critical sections. Default 64. */
  readonly criticalSectionDepth: number;
  /** Most calls of one object that wait for their start. Default 50,000; then `.overloaded`. */
  readonly queuedCalls: number;
  /** How much such calls may carry together, in bytes. Default 128 MiB; then `.overloaded`. */
  readonly queuedBytes: number;
  /** How long `waitUntil` keeps an object in memory, in milliseconds. Default 15 minutes. */
  readonly waitUntilMs: number;
  /** How long what leaves may wait for writes, in milliseconds. Default 30,000; then a reset. */
  readonly outputGateMs: number;
  /** How long an alarm's handler may take, in milliseconds. Default 15 minutes; then a retry. */
  readonly alarmMs: number;
  /** How often a failing alarm is tried again. Default 6; then it is dropped. */
  readonly alarmRetries: number;
  /** Deepest tree of facets, the object itself included. Default 4. */
  readonly facetDepth: number;
  /** Longest name of a facet, in bytes. Default 256. */
  readonly facetNameBytes: number;
  /** Largest arguments or result of a call, serialized, in bytes. Default 32 MiB. */
  readonly rpcBytes: number;
}
/**
 * What a host lets clients and programs do. The defaults are Cloudflare's numbers where Cloudflare
 * has one. Every limit is a positive whole number.
 *
 * @example
 * ```ts
 * const limits: Partial<HostLimits> = { bodyBytes: 1_000_000, alarmRetries: 3 };
 * const host = await createHost({ worker, config, dataDirectory: ".freehold", limits });
 * ```
 */
interface HostLimits extends HttpLimits, StorageLimits, SocketLimits, ObjectLimits {}
/** What a statement of a program does, as far as it shows while it is compiled. */
interface Effects {
  /** Whether running it may change the database. */
  readonly writes: boolean;
  /** Whether it changes rows, and not only the schema. */
  readonly changesRows: boolean;
  /** Whether it reads rows of tables that are stored. */
  readonly reads: boolean;
  /** Rows of the schema that it writes. */
  readonly schemaRows: number;
}
/** What may be bound to a parameter. */
type Binding$1 = null | number | bigint | string | NodeJS.ArrayBufferView;
/** What a column may hold. Integers come as `bigint`, so that none is too large. */
type Column = null | number | bigint | string | Uint8Array<ArrayBuffer>;
/** A program's statement, compiled. */
interface UserStatement {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
  readonly effects: Effects;
}
/**
 * What SQLite syncs by itself, on the event loop.
 *
 * - `barriers`: what must be on disk before something else is overwritten (`synchronous=NORMAL`).
 * - `fresh`: the same, but there is no log yet, so that the first commit overwrites nothing.
 * - `none`: nothing.
 */
type Syncing = "barriers" | "fresh" | "none";
/**
 * The seam over SQLite: one connection to one file.
 *
 * Statements of programs pass the authorizer; our own do not. Both are told apart by a flag that stands
 * while our own are compiled or run, so that no statement has to be compiled again. The file is locked
 * for this connection alone, which spares SQLite its shared memory and most system calls.
 */
declare class Database {
  #private;
  /**
   * @param path of the file, or `:memory:`.
   * @param syncing what SQLite syncs by itself. Default `barriers`.
   * @param now what SQL takes for the present. Default the machine's time.
   * @param limits of what programs store. Default Cloudflare's.
   * @param image what a database in memory holds at first, as the bytes of a file. Default nothing.
   */
  constructor(path: string, syncing?: Syncing, now?: () => number, limits?: StorageLimits, image?: Uint8Array);
  get isOpen(): boolean;
  get inTransaction(): boolean;
  /** Compiles one statement of a program. Throws what the contract says about forbidden ones. */
  prepare(sql: string): UserStatement;
  /** Where in a program's statement the error is, in bytes, if it is one of compiling it. */
  offsetOf(sql: string, error: unknown): number | undefined;
  /** What SQLite does for a statement, one instruction a row. */
  explain(sql: string): Column[][] | undefined;
  /** How SQLite finds the rows of a statement. */
  plan(sql: string): Column[][] | undefined;
  /** How many rows a table has. */
  count(table: string): number | undefined;
  /** Runs one of our own statements that gives no rows. Answers how many rows it changed. */
  run(sql: string, ...bindings: Binding$1[]): number;
  /** The first row of one of our own statements. */
  get(sql: string, ...bindings: Binding$1[]): Column[] | undefined;
  /** All rows of one of our own statements. */
  all(sql: string, ...bindings: Binding$1[]): Column[][];
  /** Rows one by one. The statement is a fresh one, so that several can be open at a time. */
  iterate(sql: string, ...bindings: Binding$1[]): Iterator<Column[]>;
  /** How many rows the last statement that ran to its end has changed. */
  get changed(): number;
  /** Bytes in use by rows, in whole pages. */
  get size(): number;
  /** After a commit: from the next one on, barriers are needed. */
  harden(): void;
  /** Folds the write-ahead log into the file, as far as open cursors allow. */
  checkpoint(): void;
  /** Runs `action`, outside of a transaction, with no sync by SQLite. */
  unsynced<T>(action: () => T): T;
  /** The bytes of a file with everything that this connection sees. At most 2 GiB. */
  image(): Uint8Array;
  /**
   * Copies everything that is committed into a new file, off the event loop: as of one moment, at the end,
   * and durable. Rejects when a step of it meets a transaction of this connection.
   */
  copyTo(path: string): Promise<void>;
  /** Ends all cursors and closes the file. What is not committed is rolled back. */
  close(): void;
  /** Runs `action` as our own: past the authorizer. */
  trusted<T>(action: () => T): T;
}
/** One statement of a text that may hold several. */
interface SqlPart {
  readonly sql: string;
  /** Whether there is anything but white space, comments and semicolons. */
  readonly empty: boolean;
  /** The first word, in upper case. */
  readonly keyword: string;
  /** How many values the statement takes. */
  readonly parameters: number;
  /** Whether it gives a table a name that is kept for the host. SQLite asks nobody about that. */
  readonly renamesToOwn: boolean;
  /** Its length in UTF-8. */
  readonly bytes: number;
  /** Parameters with names: name with its first sign, and position from 1. */
  readonly named: readonly (readonly [name: string, position: number])[];
}
/** A compiled statement of a program. Owned by at most one cursor at a time. */
interface Statement extends UserStatement {
  busy: boolean;
  /** Whether its last result was small. */
  small: boolean;
}
/** The rows of one execution. `next` answers `undefined` at the end. */
interface Rows {
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
declare class Statements {
  #private;
  constructor(database: Database);
  /** How many cursors have rows left. */
  get open(): number;
  /** A statement that no cursor uses. A busy one stays with its cursor, a new one takes its place. */
  acquire({ sql, keyword }: SqlPart): Statement;
  /** Executes up to the first row. Writing statements run to their end. */
  execute(statement: Statement, part: SqlPart, bindings: readonly Binding$1[]): Rows;
}
/** A database that is open now. */
interface OpenDatabase {
  readonly database: Database;
  readonly statements: Statements;
  /** It is a copy in memory, which commits are stored from. */
  readonly isImage: boolean;
  /** When it was last used: counts uses of all databases. */
  used: number;
  /** What `used` was when it was last put at the end of the row. */
  placed: number;
}
/** Whoever has a database open. */
interface Tenant {
  /** Whether the database may be closed under the tenant, who opens it again when it needs to. */
  readonly evictable: boolean;
  /** Closes the database. */
  evict(): void;
}
interface PoolOptions {
  /** How many databases may be open before the first is closed. Default 64. */
  readonly limit?: number;
  /** What the limit may grow to while live objects want more. Asked each time. */
  readonly highest: () => number;
  /** What SQLite syncs by itself in a file that has a log, or none yet. */
  readonly syncing: (hasLog: boolean) => Syncing;
  /** What SQL takes for the present. Default the machine's time. */
  readonly now?: (() => number) | undefined;
  /** Whether logs are as long as what is in them, which costs a truncation now and then. Default false. */
  readonly exactLogs?: boolean;
  /** Default Cloudflare's. */
  readonly limits?: StorageLimits | undefined;
}
/**
 * All open databases of a host: least recently used ones are closed when there are too many, a little
 * later and never while in use. An object that has to open its database again was closed too early, so
 * the limit grows by one.
 */
declare class DatabasePool {
  #private;
  constructor(options: PoolOptions);
  /** An empty database in memory: what an object without a file reads. Never written to. */
  get blank(): OpenDatabase;
  /**
   * @param again the tenant had this database open before
   * @param hasLog there is a write-ahead log
   */
  open(tenant: Tenant, path: string, again: boolean, hasLog: boolean): OpenDatabase;
  /**
   * The same for a database that is held in memory.
   *
   * @param image what is in it. Default nothing.
   */
  openImage(tenant: Tenant, image: Uint8Array | undefined, again: boolean): OpenDatabase;
  touch(open: OpenDatabase): void;
  close(tenant: Tenant): void;
  /**
   * Leaves a database as it is until the process ends: after a failed sync the last close would fold
   * a log into the file that the disk may not have.
   */
  abandon(tenant: Tenant): void;
  /** Every tenant has closed its database before. */
  shutDown(): void;
}
/** One nested transaction: a savepoint, made when the first write needs it. */
interface Level {
  readonly name: string;
  made: boolean;
}
/**
 * The transaction of one connection: an outer one that opens with the first write, and savepoints in it.
 * Readers pay nothing: `BEGIN` and `SAVEPOINT` wait for a write.
 */
declare class TransactionStack {
  #private;
  /** Whether something was written that is not committed. */
  get open(): boolean;
  get depth(): number;
  /** Before each write. */
  ensure(database: Database): void;
  enter(): Level;
  isInnermost(level: Level): boolean;
  /** Undoes what was written since the level was entered. The level goes on. */
  undo(database: Database, level: Level): void;
  /** Ends a level: what it wrote belongs to the one around it. */
  leave(database: Database, level: Level): void;
  /** Ends a level of a database that can no longer be used. */
  drop(level: Level): void;
  commit(database: Database): void;
  /** Undoes everything that is not committed. */
  rollback(database: Database): void;
}
interface SessionOptions {
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
/**
 * The database of one activation: opened when first needed, made with the first write, closed by the
 * pool when others need it more. All access goes through `read` and `write`.
 */
declare class StoreSession implements Tenant {
  #private;
  readonly transactions: TransactionStack;
  /** Our own cursors that have rows left. */
  iterating: number;
  constructor(options: SessionOptions);
  /** Changes when everything is deleted: cursors from before are over. */
  get epoch(): number;
  /** Why the store was broken; `undefined` while it is not. */
  get broken(): {
    readonly reason: unknown;
  } | undefined;
  get evictable(): boolean;
  /** @throws the reason when the store was broken. */
  check(): void;
  /** The database as it is; `undefined` when the object has no file. */
  read(): OpenDatabase | undefined;
  /** The database, made when there is none, inside the transaction of this turn. */
  write(confirmed?: boolean): OpenDatabase;
  /** Executes one statement of the program. */
  execute(part: SqlPart, values: readonly Binding$1[]): Rows;
  /** Runs `action` on the database; a fault of the storage itself breaks the store. */
  attempt<T>(action: () => T): T;
  /** Runs `callback` so that everything it writes is undone when it throws. */
  nested<T>(callback: () => T): T;
  leave(level: Level): void;
  undo(level: Level): void;
  /** Commits the outer transaction. @throws when it cannot be; the store is broken then. */
  commit(): void;
  /** Folds the log into the file, unless it is in use. A fault breaks the store. */
  checkpoint(): void;
  /** Deletes the file with all that is in it. Not undone by a rollback. */
  deleteAll(): void;
  /** The store cannot go on: what is not committed is lost. */
  fail(error: Error): void;
  break(reason: unknown): void;
  evict(): void;
  /**
   * Folds the log into the file, with the syncs off the event loop, so that closing finds nothing to
   * do. Nothing may use the store any more.
   */
  fold(): Promise<void>;
  /** Closes the file. @param intact false when a sync has failed. */
  close(intact: boolean): void;
  /** Copies what is committed into new files. Nothing, when the object has no file. */
  copyTo(path: string): Promise<void>;
}
/**
 * The alarm of one object, in its own database.
 *
 * While the handler runs, the stored alarm stays, so that a crash runs it again, but programs do not see
 * it unless the handler sets a new one.
 */
declare class AlarmCell {
  #private;
  /** Whether it was set or deleted since the last commit. */
  changed: boolean;
  /** @param onChange before the first change reaches the database */
  constructor(session: StoreSession, onChange: () => void);
  /** What the row holds, uncommitted changes included. */
  get stored(): number | null;
  /** The same, as far as it was read or set: `undefined` when the row has to be read again. */
  get known(): number | null | undefined;
  /** What `getAlarm()` answers. */
  get visible(): number | null;
  set(time: number, confirmed: boolean): void;
  clear(confirmed: boolean): void;
  begin(): void;
  end(outcome: "done" | "keep"): void;
  /** Everything was deleted, the alarm with it. */
  deleted(): void;
  /** The row may have changed under us: reads it again when it is next needed. */
  forget(): void;
}
interface CommitsOptions {
  readonly key: ObjectKey;
  readonly journal: ObjectJournal;
  readonly session: StoreSession;
  readonly alarm: AlarmCell;
  readonly index: AlarmIndex;
  /** The first write since the last commit. */
  readonly onFirstWrite: () => void;
  /** The first write of this activation. Resolves when the catalogue knows the object. */
  readonly register: () => Promise<void> | undefined;
  /** Called now and then: the log may have grown so that it should be folded into the file. */
  readonly onManyCommits: () => void;
}
/**
 * When turns are committed, and when what they wrote is durable.
 *
 * An alarm that moves earlier has to be in the alarm index before the object's own commit, else a crash
 * between the two would lose it. Such a commit is put off until the index is durable; turns that end
 * meanwhile join the same transaction.
 */
declare class Commits {
  #private;
  constructor(options: CommitsOptions);
  /** The commit that waits for the alarm index. */
  get putOff(): Promise<void> | undefined;
  /** Before each write. */
  wrote(confirmed: boolean): void;
  commit(): void;
  /** Everything gated that was written before is durable. Implies {@link commit}. */
  durable(): Promise<void> | undefined;
  /** Everything that this turn wrote is durable. Leaves it to the activation to end the turn. */
  settled(): Promise<void>;
  /** Everything that this turn wrote is committed. The same goes for it. */
  committed(): Promise<void>;
  /**
   * Runs an asynchronous transaction: until `action` is over nothing is committed. What was written
   * before is committed first, so that effects of `action` need not wait for its own end.
   */
  asynchronously<T>(action: () => Promise<T>): Promise<T>;
  /** Everything was deleted, which is one commit by itself. */
  deleted(): void;
  /** Lets go of whoever waits for a commit that will not come. */
  broken(): void;
}
/**
 * The runtime's own `Iterator`, whose helpers (`map`, `filter`, …) come with each class that extends it.
 * Named by what every project's types know: in older ones `Iterator` is no class.
 */
declare const HelpedIterator: abstract new <T>() => IteratorObject<T, undefined>;
/** Where `list` starts and ends. Keys are ordered by their UTF-8 bytes. */
interface ListRange {
  readonly start?: string;
  readonly startAfter?: string;
  readonly end?: string;
  readonly prefix?: string;
  readonly reverse: boolean;
  readonly limit?: number;
}
/** Whether a write is one that what leaves the object waits for. */
type Confirmed = boolean;
/** The object's keys and values, in their table `_cf_KV`. */
declare class KvTable {
  #private;
  constructor(session: StoreSession);
  /** The table may have gone with a rollback. */
  forget(): void;
  get(key: string): unknown;
  /** Those of the keys that exist, in order. */
  getAll(keys: readonly string[]): Map<string, unknown>;
  put(entries: readonly (readonly [string, unknown])[], confirmed: Confirmed): void;
  /** How many of the keys there were. */
  delete(keys: readonly string[], confirmed: Confirmed): number;
  /** The entries of a range, read at once. */
  list(range: ListRange): Map<string, unknown>;
  /** The entries of a range, one by one. */
  iterate(range: ListRange): Iterator<[string, unknown], undefined>;
}
/** `ctx.storage.kv`: keys and values, without promises. */
declare class SyncKvStorage {
  #private;
  constructor(table: KvTable);
  get(...args: [key: string]): unknown;
  /** `undefined` is a value like any other here. */
  put(...args: [key: string, value: unknown]): void;
  /** Whether the key existed. */
  delete(...args: [key: string]): boolean;
  /** The entries of a range, in order. Only one such list can be open at a time. */
  list(...args: [options?: object]): ListIterator;
}
declare class ListIterator extends HelpedIterator<[string, unknown]> {
  #private;
  constructor(entries: Iterator<[string, unknown], undefined>);
  next(): IteratorResult<[string, unknown], undefined>;
}
interface KeyValueParts {
  readonly table: KvTable;
  readonly alarm: AlarmCell;
  readonly now: () => number;
  /** The class has an `alarm` handler, or may still get one. */
  readonly mayHaveAlarm: () => boolean;
}
/** A value that SQL gives to programs. */
type SqlValue = ArrayBuffer | string | number | null;
type Row = Record<string, SqlValue>;
/**
 * `ctx.storage.sql`: SQL on the object's own database.
 *
 * @example
 * ```ts
 * const { total } = ctx.storage.sql.exec("SELECT count(*) AS total FROM notes").one();
 * ```
 */
declare class SqlStorage {
  #private;
  constructor(session: StoreSession);
  /** Bytes in use, in whole pages. */
  get databaseSize(): number;
  get Cursor(): unknown;
  get Statement(): unknown;
  /**
   * Runs the statements of `query` in order. The bindings are those of the last one, and so are the
   * rows. Writes join the transaction of this turn.
   *
   * @throws Error with SQLite's message and code, or a text of the contract.
   */
  exec(...args: [query: string, ...bindings: unknown[]]): Cursor;
}
/** The rows of one `exec`. The cursor, its iterator and `raw()` share one position. */
declare class Cursor implements Iterable<Row> {
  #private;
  constructor(rows: Rows, session: StoreSession);
  get columnNames(): string[];
  /** Rows read so far. */
  get rowsRead(): number;
  /** Rows that the statement inserted, changed or deleted. */
  get rowsWritten(): number;
  next(): IteratorResult<Row, undefined>;
  /** The rows that are left. */
  toArray(): Row[];
  /** The only row that is left. Throws when there is none, or more than one. */
  one(): Row;
  /** The rows that are left, as arrays of their columns. */
  raw(): RawIterator;
  [Symbol.iterator](): RowIterator;
}
/** Iterates over a cursor. Leaving a loop early keeps the cursor where it is. */
declare class RowIterator extends HelpedIterator<Row> {
  #private;
  constructor(cursor: Cursor);
  next(): IteratorResult<Row, undefined>;
}
/** The rows of a cursor as arrays. */
declare class RawIterator extends HelpedIterator<SqlValue[]> {
  #private;
  constructor(take: () => SqlValue[] | undefined);
  next(): IteratorResult<SqlValue[], undefined>;
}
interface StorageParts extends KeyValueParts {
  readonly session: StoreSession;
  readonly commits: Commits;
  readonly exclusively: <T>(callback: () => Promise<T>) => Promise<T>;
  readonly deleteAll: () => void;
  /** What the object's history answers; absent where none is kept. */
  readonly recovery: ObjectRecovery | undefined;
  /** Whether the class has SQL. */
  readonly hasSql: boolean;
}
/**
 * `ctx.storage`: SQL, keys and values, transactions and the alarm of one object.
 *
 * What one turn writes is committed as one; nothing leaves the object before that is durable.
 *
 * @example
 * ```ts
 * await ctx.storage.put("count", 1);
 * await ctx.storage.setAlarm(Date.now() + 60_000);
 * ```
 */
declare class DurableObjectStorage {
  #private;
  /** Keys and values without promises. */
  readonly kv: SyncKvStorage;
  /** SQL on the object's own database. */
  readonly sql: SqlStorage;
  constructor(parts: StorageParts);
  /** One value, or a `Map` of those that exist when given several keys. */
  get(...args: unknown[]): Promise<unknown>;
  /** A range of entries, ordered by the UTF-8 bytes of their keys. */
  list(...args: unknown[]): Promise<Map<string, unknown>>;
  put(...args: unknown[]): Promise<void>;
  /** Whether the key existed, or how many of several did. */
  delete(...args: unknown[]): Promise<boolean | number>;
  /** Deletes tables, keys and the alarm. The object runs on. */
  deleteAll(...args: unknown[]): Promise<void>;
  /** When the alarm is set for, in milliseconds since the epoch. */
  getAlarm(...args: unknown[]): Promise<number | null>;
  setAlarm(...args: unknown[]): Promise<void>;
  deleteAlarm(...args: unknown[]): Promise<void>;
  /** Resolves when everything written before is durable. */
  sync(): Promise<void>;
  /** Runs a closure while no other event runs; what it wrote is undone when it throws. */
  transaction(...args: unknown[]): Promise<unknown>;
  /** The same for a closure without promises. */
  transactionSync(...args: unknown[]): unknown;
  /** Where the object is, with everything that was written until now. Later ones are greater texts. */
  getCurrentBookmark(): Promise<string>;
  /** Where the object was at a time: a `Date`, or milliseconds since the epoch. */
  getBookmarkForTime(...args: unknown[]): Promise<string>;
  /**
   * Brings the object back to a bookmark when it next starts: call `ctx.abort()` to have that at once.
   * Answers with a bookmark that takes it back.
   */
  onNextSessionRestoreBookmark(...args: unknown[]): Promise<string>;
}
/**
 * A class whose objects belong to a package instead of the user's module: each object has a database,
 * an alarm, gates and a life in memory as a Durable Object has, and runs the package's code.
 *
 * - `kind` and `name` MUST NOT change once there are objects: their files lie under them. Together
 *   they MUST be unique on the host.
 * - `create` makes one object, inside of it, each time that it comes into memory. It MUST NOT call
 *   others.
 * - Public methods can be called through the namespace, with the rules of remote calls: arguments and
 *   results are copied, and nothing leaves before what was written is durable. A method `alarm` is the
 *   object's alarm handler.
 */
interface PackageClass<T extends object = object> {
  /** What its objects are: `workflow`. Letters. */
  readonly kind: string;
  /** Letters, digits, `-` and `_`; at most 64. */
  readonly name: string;
  create(context: PackageObjectContext): T;
}
/** What an object of a package has of its host. It lasts as long as the object is in memory. */
interface PackageObjectContext {
  /** What the object was made by, and `undefined` only when the catalogue lost it. */
  readonly name: string | undefined;
  readonly storage: DurableObjectStorage;
  /** `env` of the version of the user's code that this object runs. */
  readonly env: object;
  /** What the user's module exports in that version; `undefined` when it does not. */
  exported(name: string): unknown;
  /** A `ctx` for the user's code that runs inside of the object. */
  executionContext(): object;
  /**
   * Keeps the object in memory, and a drain waiting, until the returned function is called. It MUST be
   * called once: what runs apart from events, such as a promise that no event waits for, is lost with
   * the object otherwise.
   */
  keepBusy(): () => void;
  /**
   * The object leaves memory as soon as nothing runs that is counted: no event, and nothing kept busy.
   * With `idle` it waits for timers and open sockets of its code as well; with `cut` these end. What
   * else it had begun goes no further: its promises never settle.
   */
  leave(how: "idle" | "cut"): void;
  /**
   * Calls back as code of the object, after so many milliseconds of the host's clock, and never once
   * the object has left memory. It does not keep the object in memory.
   */
  after(delayMs: number, callback: () => void): Timer;
  /** As `after`, in the next turn of the event loop: what was set free before has run by then. */
  soon(callback: () => void): void;
  /** New code, or the host's end, waits for this object: it SHOULD stop where it can be taken up. */
  readonly isDraining: boolean;
  /** The object has left memory, or was reset: nothing may be stored any more. */
  readonly isOver: boolean;
}
/** An object of a package as others call it. */
type Remote<T> = { readonly [K in keyof T]: T[K] extends ((...args: infer A) => infer R) ? (...args: A) => Promise<Awaited<R>> : never; };
/** An object that has something stored. Times are in milliseconds since the epoch. */
interface ListedObject {
  readonly name: string;
  readonly created: number;
  readonly lastActive: number;
}
interface ListObjectsOptions {
  /** At most so many. Default 100. */
  readonly limit?: number;
  /** Goes on after the last object of the page before. */
  readonly after?: ListedObject;
}
/** All objects of one class of a package. */
interface PackageNamespace<T extends object = object> {
  /** The object of a name. Nothing is stored before it stores something itself. */
  get(name: string): Remote<T>;
  /** Objects that have something stored, the youngest first. */
  list(options?: ListObjectsOptions): readonly ListedObject[];
}
/** The fields of `wrangler.jsonc` that the host uses, validated and with defaults filled in. */
interface WranglerConfig {
  readonly name: string;
  /** Absolute path of the Worker's entry. */
  readonly main: string | undefined;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly durableObjects: readonly DurableObjectBinding[];
  /** Classes with durable storage, from `migrations` and `exports`. */
  readonly durableClasses: readonly string[];
  /** The history of the classes, oldest first. Default none. */
  readonly migrations?: readonly MigrationStep[];
  /** What `exports` says of classes. Default nothing. */
  readonly declaredClasses?: readonly ClassDeclaration[];
  /** When `scheduled` runs: patterns of five fields, in UTC. Default never. */
  readonly crons?: readonly string[];
  /** Bindings to Workers. A host runs one; others answer with an error. Default none. */
  readonly services?: readonly ServiceBinding[];
  /** Workflows of the Worker. Default none. */
  readonly workflows?: readonly WorkflowConfig[];
  /** Names of bindings that run code which the program brings along. Default none. */
  readonly workerLoaders?: readonly string[];
  /** Bindings that send e-mail. Default none. */
  readonly sendEmail?: readonly SendEmailConfig[];
  /** Bindings to vector indexes. Default none. */
  readonly vectorize?: readonly VectorizeConfig[];
  /** The property of `env` where models are. Default none. */
  readonly ai?: string;
  readonly vars: Readonly<Record<string, unknown>>;
  /** From `.dev.vars` and its kin. They stand on `env` before `vars` of the same name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default none. */
  readonly dev?: DevelopmentConfig;
  readonly assets: AssetsConfig | undefined;
}
/** Where a development server listens, unless it is told otherwise. */
interface DevelopmentConfig {
  readonly ip?: string;
  readonly port?: number;
}
interface DurableObjectBinding {
  readonly name: string;
  readonly className: string;
}
/** A workflow: what stands on `env`, and the class that it runs. */
interface WorkflowConfig {
  /** The property of `env`. */
  readonly binding: string;
  /** The workflow's own name, under which its instances live. */
  readonly name: string;
  readonly className: string;
  /** How many steps an instance may have. Default 10,000. */
  readonly stepLimit?: number;
  /** How many instances may run at a time; those beyond wait. Default 50,000. */
  readonly concurrency?: number;
  /** When an instance is made: patterns of five fields, in UTC. Default never. */
  readonly schedules?: readonly string[];
}
/** A binding to a vector index. */
interface VectorizeConfig {
  /** The property of `env`. */
  readonly binding: string;
  readonly indexName: string;
}
/** A binding that sends e-mail, and whom it may send from and to. Addresses are compared as text. */
interface SendEmailConfig {
  /** The property of `env`. */
  readonly name: string;
  /** The only recipient, and the one of a message that names none. */
  readonly destinationAddress?: string;
  /** Default everybody. */
  readonly allowedDestinationAddresses?: readonly string[];
  /** Default everybody. */
  readonly allowedSenderAddresses?: readonly string[];
}
interface ServiceBinding {
  readonly name: string;
  /** The name of a Worker. */
  readonly service: string;
  /** Default `default`. */
  readonly entrypoint?: string;
  /** `ctx.props` of the entrypoint. Default none. */
  readonly props?: object;
}
/** What a class keeps its data in: `sqlite`, or `key-value` (no SQL), fixed for the class's life. */
type ClassStorage = "sqlite" | "key-value";
interface CreatedClass {
  readonly className: string;
  readonly storage: ClassStorage;
}
/** A step in the history of the classes: applied once to a data directory. */
interface MigrationStep {
  readonly tag: string;
  readonly created: readonly CreatedClass[];
  /** Objects keep their ids, names, data and alarms. */
  readonly renamed: readonly {
    readonly from: string;
    readonly to: string;
  }[];
  /** All objects of the class are erased. */
  readonly deleted: readonly string[];
}
/** What should be true of a class. */
type ClassDeclaration = ({
  readonly state: "created";
} & CreatedClass) | {
  readonly state: "deleted";
  readonly className: string;
} | {
  readonly state: "renamed";
  readonly className: string;
  readonly to: string;
};
type HtmlHandling = "auto-trailing-slash" | "force-trailing-slash" | "drop-trailing-slash" | "none";
interface AssetsConfig {
  /** Absolute path. Absent when a bundler's output takes its place. */
  readonly directory: string | undefined;
  readonly binding: string | undefined;
  /** Default `auto-trailing-slash`. */
  readonly htmlHandling?: HtmlHandling;
  readonly notFoundHandling: "none" | "single-page-application" | "404-page";
  /** `true`, or patterns of paths; `*` matches anything and a leading `!` excludes. */
  readonly runWorkerFirst: boolean | readonly string[];
}
/** A message on its way out of the host. */
interface OutgoingEmail {
  /** Why it leaves: `env.X.send(…)`, `message.reply(…)` or `message.forward(…)`. */
  readonly kind: "send" | "reply" | "forward";
  /** The binding that it was given to. `undefined` for replies and forwards. */
  readonly binding: string | undefined;
  /** The envelope's sender: where bounces go. */
  readonly from: string;
  /** The envelope's recipients, those of copies and blind copies included. */
  readonly to: readonly string[];
  /** With its angle brackets. */
  readonly messageId: string;
  /** The whole message, headers first. Recipients of blind copies are not named in it. */
  readonly raw: Uint8Array;
}
/**
 * Takes messages out of the host.
 *
 * - `send` MUST resolve only when the message is somebody else's to deliver, and MUST reject when it
 *   is not. What it rejects with reaches the Worker: it MUST NOT name secrets.
 * - `send` may be called again before an earlier call has settled.
 * - `close` is called when the host closes, after the last message; it MUST be safe to call twice.
 *
 * @example
 * ```ts
 * const transport: EmailTransport = {
 *   async send({ to, raw }) {
 *     await queue.add({ to, raw: Buffer.from(raw).toString("base64") });
 *   },
 * };
 * ```
 */
interface EmailTransport {
  send(email: OutgoingEmail): Promise<void>;
  close?(): Promise<void>;
}
type LogLevel = "debug" | "info" | "warn" | "error";
/** Where the host tells what happens. Never throws and never waits. */
interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
type LogFields = Readonly<Record<string, unknown>>;
interface LoggerOptions {
  /** The least important level that is written. Default `info`. */
  readonly level?: LogLevel;
  readonly now: () => number;
  /** Takes one line, without its end. Default standard error. */
  readonly write?: (line: string) => void;
  /** For people (default on a terminal) or one JSON object a line. */
  readonly pretty?: boolean;
}
/** A logger that writes one line, or a short block on a terminal, for each entry. */
declare function createLogger(options: LoggerOptions): Logger;
/** How long objects stay in memory without events, in milliseconds. `Infinity` keeps them resident. */
interface IdleTimes {
  /**
   * With open hibernatable sockets and nothing that must stay. Default 10 seconds, and never longer
   * than `evictAfterMs`.
   */
  readonly hibernateAfterMs: number;
  /** Without. Default 70 seconds. */
  readonly evictAfterMs: number;
  /**
   * So many idle objects may be in memory, and a twentieth for longer than `hibernateAfterMs`; past
   * that, those that are idle longest go first, without waiting for their time. Default 5,000.
   */
  readonly mostIdle: number;
}
/** A message as it came in. */
interface IncomingEmail {
  /** The envelope's sender. */
  readonly from: string;
  /** The envelope's recipient. */
  readonly to: string;
  /** The whole message, headers first. At most 25 MiB. */
  readonly raw: Uint8Array;
}
/** What a Worker has made of a message. */
interface EmailOutcome {
  /** Why the message goes back to its sender. */
  readonly rejected: string | undefined;
  readonly forwarded: readonly {
    readonly to: string;
    readonly headers: Headers;
  }[];
  readonly replies: readonly {
    readonly from: string;
    readonly to: string;
    readonly raw: string;
  }[];
}
/** The user's module: its namespace object, with `default` and the exported classes. */
type WorkerModule = Readonly<Record<string, unknown>>;
/** How to get the user's module. Called once for each version of the code. */
type WorkerLoader = (version: number) => Promise<WorkerModule>;
interface HostOptions {
  /** Loads the Worker. See `loadModule` for a file, or pass a function for modules in memory. */
  readonly worker: WorkerLoader;
  readonly config: WranglerConfig;
  /** Where objects live. Made when absent. */
  readonly dataDirectory: string;
  /** Default `strict`. */
  readonly durability?: Durability;
  /**
   * How long objects can be brought back to earlier moments (`getBookmarkForTime` and its kin), in
   * milliseconds. Default 0: not at all. Costs disk space: everything that was written in that time.
   */
  readonly recoveryMs?: number;
  /** Development: stacks in answers, 1 s to drain. Default false. */
  readonly development?: boolean;
  /**
   * Answers `/cdn-cgi/handler/email` and `/cdn-cgi/handler/scheduled`, which set off those handlers.
   * Whoever reaches the port can use them. Default: in development.
   */
  readonly eventRoutes?: boolean;
  /** Whether `scheduled` runs by the patterns of the configuration. Default true. */
  readonly crons?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: standard error, for people on a terminal and as JSON otherwise. */
  readonly log?: Logger;
  /**
   * Takes e-mail out of the host: what `env.X.send`, `message.reply` and `message.forward` are given.
   * The host closes it. Default: a mailbox in the data directory, and nothing leaves the machine.
   */
  readonly email?: EmailTransport;
  /** What packages add to `env`. */
  readonly bindings?: readonly Binding[];
  /**
   * How long idle objects stay in memory. Default 10 s with open sockets, 70 s without; `Infinity`
   * keeps them resident.
   */
  readonly idle?: Partial<IdleTimes>;
  /** What clients and programs may do. Default Cloudflare's limits. */
  readonly limits?: Partial<HostLimits>;
  /** Whether sockets compress what is sent (permessage-deflate). Default false. */
  readonly socketCompression?: boolean;
  /**
   * Scheme and host that requests have, such as `https://chat.example`, whatever clients and proxies
   * say. Default: what they say.
   */
  readonly publicUrl?: string;
  /** Addresses or ranges of proxies whose forwarding headers are believed. Default none. */
  readonly trustedProxies?: readonly string[];
  /** Origins whose pages may open sockets with this site's cookies. Default: only the site's own. */
  readonly allowedOrigins?: readonly string[];
}
interface ListenOptions {
  /** Default 8787. With 0 the system picks one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
}
/** One run of a Worker's `scheduled` handler. */
interface ScheduledEvent {
  /** The pattern that it is due by. Default none. */
  readonly cron?: string;
  /** Milliseconds since the epoch. Default now. */
  readonly scheduledTime?: number;
}
/** A running host. */
interface Host {
  /** A request from outside: assets first, then the Worker. */
  fetch(request: Request): Promise<Response>;
  /**
   * Gives a message to the Worker's `email` handler. Rejects with what the handler throws.
   *
   * @throws FreeholdError `EMAIL_TOO_LARGE`
   */
  email(email: IncomingEmail): Promise<EmailOutcome>;
  /** Gives a batch of messages to the Worker's `queue` handler. Rejects with what it throws. */
  queue(batch: object): Promise<void>;
  /** Runs the Worker's `scheduled` handler. Rejects with what it throws. */
  scheduled(event?: ScheduledEvent): Promise<void>;
  /** @throws FreeholdError `LISTEN_FAILED` */
  listen(options?: ListenOptions): Promise<{
    readonly url: string;
    readonly port: number;
  }>;
  /** Answers a request of somebody else's `node:http` server. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Answers a WebSocket handshake of such a server. False, and untouched, when it is none. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Loads the code anew and swaps it in; open hibernatable sockets stay. When the new code fails to
   * load, the promise rejects and the old code goes on.
   */
  reload(worker?: WorkerLoader): Promise<void>;
  /**
   * Copies everything that objects have stored, or one object and its facets, into a new folder while
   * they are in use. Each object is as it was at one moment; what was durable before is in it. Pass the
   * report to `completeBackup` of `@freehold/host/data`, which makes the backup whole.
   *
   * @param only `Class/name`, `Class/id` or an id. Default all.
   * @throws FreeholdError `BACKUP_EXISTS`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
   */
  backup(target: string, only?: string): Promise<BackupReport>;
  /**
   * Brings an object back to where it was at a moment, within `recoveryMs`: it is reset, and starts so.
   *
   * @param wanted `Class/name`, `Class/id` or an id
   * @param moment a time in milliseconds since the epoch, or a bookmark
   * @returns a bookmark that takes it back
   * @throws FreeholdError `RECOVERY_OFF`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`, `BOOKMARK_UNKNOWN`,
   *   `BOOKMARK_INVALID`
   */
  restore(wanted: string, moment: number | string): Promise<string>;
  /** Stops taking events, drains, makes everything durable and closes. Safe to call twice. */
  close(): Promise<void>;
}
/** What a binding may use of the host that it is added to. */
interface BindingContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Absolute path of the host's data. A binding keeps its own in a folder of its own below it. */
  readonly dataDirectory: string;
  /**
   * The objects of one of the binding's own `classes`. They are the same for every version of the
   * code, so what is asked for once may be kept.
   */
  namespace<T extends object>(packageClass: PackageClass<T>): PackageNamespace<T>;
  /**
   * Does something that the world can see (sends, calls, stores elsewhere) on behalf of the code that
   * runs: starts once everything that its object has written is durable, and brings the answer back
   * through the object's input gate. Every binding MUST go through it for such things; calls of
   * objects and the global `fetch` do so by themselves.
   */
  outside<T>(start: () => Promise<T>): Promise<T>;
  /**
   * Calls back by cron patterns, in UTC, as the Worker's `scheduled` is: at most once for each pattern
   * and due minute. Never, where the host runs no crons (tests, unless they ask for them).
   *
   * @returns ends it. The host does so, too, when it closes.
   */
  cron(patterns: readonly string[], run: (event: Required<ScheduledEvent>) => void): () => void;
}
/**
 * Something that a package adds to `env`: a model, an index, a workflow.
 *
 * - `create` is called once for each version of the code, before that code runs. What it answers is
 *   put into `env` under `name` as it is, so every event of that version sees the same object.
 * - `create` MUST NOT call objects: it may keep namespaces and use them later.
 * - `close` is called when the host closes, after the last event; it MUST be safe to call twice.
 *
 * @example
 * ```ts
 * const greeting: Binding = {
 *   name: "GREETING",
 *   create: () => ({ hello: (name: string) => `Hello ${name}` }),
 * };
 * ```
 */
interface Binding {
  /** The property of `env`. */
  readonly name: string;
  /** Classes of the package whose objects this host is to keep. */
  readonly classes?: readonly PackageClass[];
  /**
   * The class of the user's module that this binding stands for, one that extends
   * `WorkflowEntrypoint`. A version that does not export it is refused, and the binding stands on
   * `ctx.exports` under the class's name, too.
   */
  readonly workflowClass?: string;
  create(context: BindingContext): unknown;
  close?(): Promise<void>;
}
export {
  AssetsConfig,
  BackupManifest,
  BackupReport,
  Binding,
  BindingContext,
  ClassDeclaration,
  ClassStorage,
  Clock,
  CreatedClass,
  createLogger,
  Durability,
  DurableObjectBinding,
  DurableObjectStorage,
  EmailOutcome,
  EmailTransport,
  Host,
  HostLimits,
  HostOptions,
  HtmlHandling,
  HttpLimits,
  IdleTimes,
  IncomingEmail,
  ListedObject,
  ListenOptions,
  ListObjectsOptions,
  LogFields,
  Logger,
  LoggerOptions,
  LogLevel,
  MigrationStep,
  ObjectKey,
  ObjectLimits,
  OutgoingEmail,
  PackageClass,
  PackageNamespace,
  PackageObjectContext,
  Random,
  Remote,
  ScheduledEvent,
  SendEmailConfig,
  SocketLimits,
  StorageLimits,
  systemClock,
  systemRandom,
  Timer,
  VectorizeConfig,
  WorkerLoader,
  WorkerModule,
  WorkflowConfig,
  WranglerConfig,
};