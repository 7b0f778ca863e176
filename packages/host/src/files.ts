import fs from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

/** An open file, as the machine numbers it. */
export type Descriptor = number;

/**
 * Files as storage sees them, apart from what SQLite does itself.
 *
 * - `sync` and `syncPath` MUST run off the event loop and MUST resolve only when what was written
 *   before the call survives power loss. They MUST reject when the machine says that it may not.
 * - `create` MUST fail when the file exists, and MUST leave no file when it fails. The caller owns the descriptor: closing one of a database
 *   file while SQLite has that file open drops SQLite's locks.
 */
export interface Files {
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

const DEFAULT_DESCRIPTOR_LIMIT = 1024;

function fdatasync(descriptor: Descriptor): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Opening and closing do not wait for the disk: only the sync takes a thread. */
function syncPath(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const descriptor = fs.openSync(path, "r");
    fs.fsync(descriptor, (error) => {
      fs.closeSync(descriptor);
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function syncPathNow(path: string): void {
  const descriptor = fs.openSync(path, "r");
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function create(path: string, bytes: Uint8Array): Descriptor {
  const descriptor = fs.openSync(path, "wx+");
  try {
    let written = 0;
    while (written < bytes.byteLength) written += fs.writeSync(descriptor, bytes, written);
    return descriptor;
  } catch (error) {
    // Half of a file would be taken for a damaged one.
    fs.closeSync(descriptor);
    fs.unlinkSync(path);
    throw error;
  }
}

function readAt(descriptor: Descriptor, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, length, at));
}

function writeAt(descriptor: Descriptor, bytes: Uint8Array, at: number): void {
  for (let written = 0; written < bytes.byteLength; ) {
    const left = bytes.byteLength - written;
    written += fs.writeSync(descriptor, bytes, written, left, at + written);
  }
}

function readUpTo(path: string, most: number): Uint8Array | undefined {
  const descriptor = fs.openSync(path, "r");
  try {
    const { size } = fs.fstatSync(descriptor);
    if (size > most) return undefined;
    const bytes = new Uint8Array(size);
    let read = 0;
    while (read < size) {
      const more = fs.readSync(descriptor, bytes, read, size - read, read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    fs.closeSync(descriptor);
  }
}

function makeDirectory(path: string): readonly string[] {
  if (fs.existsSync(path)) return [];
  const first = fs.mkdirSync(path, { recursive: true });
  if (first === undefined) return [];
  const changed = [join(first, "..")];
  for (let at = path; at !== first; at = join(at, "..")) changed.push(join(at, ".."));
  return changed;
}

const PAGE_BYTES = 4096;

function isBlank(path: string): boolean {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.size > PAGE_BYTES) return false;
  return fs.readFileSync(path).every((byte) => byte === 0);
}

function descriptorLimit(): number {
  const limits = readText("/proc/self/limits");
  const match = limits === undefined ? null : /^Max open files\s+(\d+)/m.exec(limits);
  return match === null ? DEFAULT_DESCRIPTOR_LIMIT : Number(match[1]);
}

const COPY_BYTES = 1024 * 1024;

async function copy(descriptor: Descriptor, path: string): Promise<void> {
  const target = await open(path, "wx");
  try {
    const chunk = Buffer.allocUnsafe(COPY_BYTES);
    for (let at = 0; ; ) {
      const read = await readAsync(descriptor, chunk, at);
      if (read === 0) break;
      await target.write(chunk, 0, read, at);
      at += read;
    }
    await target.sync();
  } finally {
    await target.close();
  }
}

function readAsync(descriptor: Descriptor, into: Buffer, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(descriptor, into, 0, into.length, at, (error, read) =>
      error === null ? resolve(read) : reject(error),
    );
  });
}

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const target = await open(path, "wx");
  try {
    await target.writeFile(bytes);
    await target.sync();
  } finally {
    await target.close();
  }
}

function mayOpen(): boolean {
  try {
    fs.closeSync(fs.openSync("/dev/null", "r"));
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : undefined;
}

/** The machine's own files. */
export const systemFiles: Files = {
  exists: (path) => fs.existsSync(path),
  size: (path) => fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0,
  isBlank,
  read: readText,
  write: (path, text) => fs.writeFileSync(path, text),
  create,
  open: (path) => fs.openSync(path, "r"),
  openToWrite: (path) => fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT),
  openToAppend: (path) => fs.openSync(path, "a+"),
  writeAt,
  hasName: (descriptor) => fs.fstatSync(descriptor).nlink > 0,
  readUpTo,
  close: (descriptor) => fs.closeSync(descriptor),
  remove(path) {
    if (fs.existsSync(path)) fs.unlinkSync(path);
  },
  rename: (from, to) => fs.renameSync(from, to),
  removeDirectory: (path) => fs.rmSync(path, { recursive: true, force: true }),
  makeDirectory,
  sizeOf: (descriptor) => fs.fstatSync(descriptor).size,
  readAt,
  readInto: (descriptor, at, into) => fs.readSync(descriptor, into, 0, into.byteLength, at),
  sync: fdatasync,
  syncNow: (descriptor) => fs.fdatasyncSync(descriptor),
  syncPath,
  syncPathNow,
  copy,
  readBytes: (path) => (fs.existsSync(path) ? fs.readFileSync(path) : undefined),
  writeNew,
  descriptorLimit,
  mayOpen,
};
