import { FreeholdError } from "../errors.ts";
import type { Descriptor, Files } from "../files.ts";
import type { Random } from "../random.ts";
import { changesIn } from "./history/log-frames.ts";
import { type AddedPiece, SALT_BYTES, SALTS_AT } from "./log-file.ts";
import { type ChangedPage, LogWriter } from "./log-writer.ts";

/** An object whose file is larger is not held in memory, where nothing else is asked for. In bytes. */
export const IMAGE_BYTES = 64 * 1024;
/** With more in its log an object is handed to SQLite, which folds it. In bytes. */
const LOG_BYTES = 128 * 1024;

const PAGE_BYTES = 4096;
const TITLE = "SQLite format 3\0";
const PAGE_SIZE_AT = 16;
const PAGES_AT = 28;

/** What an image file asks of the journal that it belongs to. */
export interface ImageFileOwner {
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
export class ImageFile {
  readonly #owner: ImageFileOwner;
  /** As it is in the file and its log. */
  #saved: Uint8Array | undefined;
  #log: LogWriter | undefined;
  /** Of the log that is begun for a file that was made here. */
  #logSalts: Uint8Array | undefined;
  #descriptor: Descriptor | undefined;
  #added: Uint8Array[] = [];

  constructor(owner: ImageFileOwner) {
    this.#owner = owner;
  }

  /** What file and log hold, as the bytes of a file. `undefined` when there is none, or SQLite has it. */
  get stored(): Uint8Array | undefined {
    return this.#saved;
  }

  get isHeld(): boolean {
    return this.#saved !== undefined;
  }

  /** What was added to the log since the last call; `undefined` when nothing was. */
  takeAdded(): AddedPiece | undefined {
    const pieces = this.#added;
    const end = pieces.length === 0 ? undefined : this.#log?.place;
    if (end === undefined) return undefined;
    this.#added = [];
    const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    return { salts: end.salts, at: end.end - bytes.byteLength, bytes, end };
  }

  /** SQLite should have it from now on. */
  get isLarge(): boolean {
    return (this.#saved?.byteLength ?? 0) > this.#owner.mostBytes || this.logBytes > LOG_BYTES;
  }

  get logBytes(): number {
    return this.#log?.end ?? 0;
  }

  /**
   * What is stored, of an object that has a file: a whole number of pages. `undefined` when it is not to be
   * held in memory: it is too large, or nothing that this can read.
   */
  read(): Uint8Array | undefined {
    try {
      return this.#read();
    } catch {
      // SQLite meets the same, and says it as programs know it.
      return undefined;
    }
  }

  #read(): Uint8Array | undefined {
    const { path, files, mostBytes } = this.#owner;
    const bytes = files.readUpTo(path, mostBytes + PAGE_BYTES);
    const main = bytes === undefined ? undefined : pagesOf(bytes);
    if (main === undefined || main.byteLength > mostBytes) return undefined;
    const logPath = `${path}-wal`;
    if (!files.exists(logPath)) return this.#have(main, undefined);
    const log = files.readUpTo(logPath, 2 * LOG_BYTES);
    if (log === undefined) return undefined;
    if (log.byteLength === 0) return this.#have(main, undefined);
    const writer = LogWriter.after(log);
    // Nothing is committed in it, or it is of another kind: SQLite knows what to do.
    if (writer === undefined || writer.end > LOG_BYTES) return undefined;
    const { pages, size = 0 } = changesIn(log);
    if (size * PAGE_BYTES > mostBytes) return undefined;
    const image = new Uint8Array(size * PAGE_BYTES);
    image.set(main.subarray(0, image.byteLength));
    for (const [page, changed] of pages) {
      if (page <= size) image.set(changed, (page - 1) * PAGE_BYTES);
    }
    return this.#have(image, writer);
  }

  /** Stores what is committed. Durable with the journal's next sync. */
  save(image: Uint8Array): void {
    if (this.#saved === undefined) {
      this.#logSalts = this.#owner.random.bytes(SALT_BYTES);
      this.#owner.create(image, this.#logSalts);
    } else {
      const changed = changedPages(this.#saved, image);
      if (changed.length > 0) this.#append(changed, image.byteLength / PAGE_BYTES);
    }
    this.#saved = image;
  }

  /** Nothing is held any more: it is read again, or somebody else has the file. */
  forget(): void {
    if (this.#descriptor !== undefined) this.#owner.files.close(this.#descriptor);
    this.#descriptor = undefined;
    this.#saved = undefined;
    this.#log = undefined;
    this.#logSalts = undefined;
    this.#added = [];
  }

  #have(image: Uint8Array, log: LogWriter | undefined): Uint8Array {
    this.#saved = image;
    this.#log = log;
    return image;
  }

  #append(pages: readonly ChangedPage[], size: number): void {
    const { files, path, random } = this.#owner;
    const isNew = this.#log === undefined;
    const log = this.#log ?? LogWriter.begin(this.#logSalts ?? random.bytes(SALT_BYTES));
    this.#log = log;
    if (this.#descriptor === undefined) {
      this.#descriptor = files.openToWrite(`${path}-wal`);
      this.#owner.logged(isNew);
    }
    if (!isNew) this.#check(this.#descriptor, log);
    const at = log.end;
    const bytes = log.commit(pages, size);
    files.writeAt(this.#descriptor, bytes, at);
    if (this.#owner.keepsAdded) this.#added.push(bytes);
  }

  /** What is added to a log that somebody has folded away, or begun anew, would be lost. */
  #check(descriptor: Descriptor, log: LogWriter): void {
    const { files } = this.#owner;
    const salts = files.readAt(descriptor, SALTS_AT, SALT_BYTES);
    if (files.hasName(descriptor) && log.isOf(salts)) return;
    throw new FreeholdError("STORAGE_TOUCHED", `Another program has changed ${this.#owner.path}.`, {
      help: "Do not write to the files of a running host: stop it first.",
    });
  }
}

/** The pages of a file that holds a database as ours are; `undefined` when it does not. */
function pagesOf(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.byteLength < PAGE_BYTES) return undefined;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, 100);
  if (header.toString("latin1", 0, TITLE.length) !== TITLE) return undefined;
  if (header.readUInt16BE(PAGE_SIZE_AT) !== PAGE_BYTES) return undefined;
  const length = header.readUInt32BE(PAGES_AT) * PAGE_BYTES;
  // Behind the pages of a new file there is its seal.
  return length > 0 && length <= bytes.byteLength ? bytes.subarray(0, length) : undefined;
}

/** Of the first page: a counter, and what repeats it. They alone are no change. */
const COUNTERS = [
  [0, 24],
  [28, 92],
  [100, PAGE_BYTES],
] as const;

function changedPages(before: Uint8Array, after: Uint8Array): ChangedPage[] {
  const [old, now] = [bufferOf(before), bufferOf(after)];
  const changed: ChangedPage[] = [];
  for (let at = 0, page = 1; at < now.length; at += PAGE_BYTES, page += 1) {
    const parts = page === 1 ? COUNTERS : WHOLE;
    const isSame =
      at + PAGE_BYTES <= old.length &&
      parts.every(([from, to]) => now.compare(old, at + from, at + to, at + from, at + to) === 0);
    if (!isSame) changed.push({ page, bytes: now.subarray(at, at + PAGE_BYTES) });
  }
  // It has become shorter, and nothing else.
  if (changed.length === 0 && now.length !== old.length) {
    changed.push({ page: 1, bytes: now.subarray(0, PAGE_BYTES) });
  }
  return changed;
}

const WHOLE = [[0, PAGE_BYTES]] as const;

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
