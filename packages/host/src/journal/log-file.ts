import type { Descriptor, Files } from "../files.ts";
import type { LogSyncs, SyncPlace } from "./log-syncs.ts";

/** An object has proved busy once its log was synced so often since it was opened. */
const SYNCS_OF_A_BUSY_LOG = 16;
const SYNCS_BETWEEN_LOOKS = 8;
/** Room is made while there is still so much, which lasts until the next look. In bytes. */
const ROOM_LEFT = 64 * 1024;
/** It doubles the log, within these bounds. In bytes. */
const LEAST_ROOM = 128 * 1024;
const MOST_ROOM = 256 * 1024;
const ZEROS = new Uint8Array(MOST_ROOM);

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_AT = 8;
const SALTS_AT = 16;
const FRAME_SALTS_AT = 8;
const SALT_BYTES = 8;
const FRAME_COMMIT_AT = 4;
/** More than this is not copied anywhere: it is synced where it is. In bytes. */
const MOST_COPIED = 64 * 1024;
const SCRATCH = Buffer.alloc(MOST_COPIED);

/** A place in one use of a log, behind a commit. */
export interface LogPlace {
  /** Of the log's header: they differ from use to use of the file. */
  readonly salts: Uint8Array;
  /** In bytes from the beginning of the file. */
  readonly end: number;
}

/** Whole commits, as they are in a log. */
export interface LogPiece {
  readonly salts: Uint8Array;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * The write-ahead log of one object, by a descriptor of our own.
 *
 * Syncing a file that has grown makes the file system write down its new length as well, which costs as
 * much CPU again as the sync of a file that is written over (docs/design/012). So the log of a busy
 * object is filled ahead with zeros, in steps, for SQLite to write over; and it is never cut off while it
 * is in use. Zeros are no frame (they name page 0), so that recovery ends where they begin.
 *
 * SQLite writes on the thread that calls: nothing comes between looking where the log ends and filling.
 */
export class LogFile {
  readonly #files: Files;
  readonly #syncs: LogSyncs;
  readonly #descriptor: Descriptor;
  /** How long the log was after it was last filled. */
  #length = 0;
  #untilLook = SYNCS_OF_A_BUSY_LOG;

  constructor(files: Files, syncs: LogSyncs, path: string) {
    this.#files = files;
    this.#syncs = syncs;
    this.#descriptor = files.openToWrite(path);
  }

  /** `undefined` when it is done. @throws when it failed at once. */
  sync(place: SyncPlace): Promise<void> | undefined {
    return this.#syncs.sync(this.#descriptor, place);
  }

  close(): void {
    this.#files.close(this.#descriptor);
  }

  /** To be called before each sync. Now and then it makes room for the commits to come. */
  makeRoom(): void {
    this.#untilLook -= 1;
    if (this.#untilLook > 0) return;
    this.#untilLook = SYNCS_BETWEEN_LOOKS;
    if (this.#length > 0 && !this.isLongerThan(this.#length - ROOM_LEFT)) return;
    const length = this.#files.sizeOf(this.#descriptor);
    const room = Math.min(MOST_ROOM, Math.max(LEAST_ROOM, length));
    try {
      this.#files.writeAt(this.#descriptor, ZEROS.subarray(0, room), length);
      this.#length = length + room;
    } catch {
      // A disk that is too full for room may still have some for commits.
      this.#untilLook = Number.POSITIVE_INFINITY;
    }
  }

  /** Whether more than so many bytes are in use since SQLite last began the log anew. */
  isLongerThan(bytes: number): boolean {
    return isLogLongerThan(this.#files, this.#descriptor, bytes);
  }

  /** The end of what is committed; `undefined` when nothing is. */
  place(): LogPlace | undefined {
    const header = read(this.#files, this.#descriptor, 0, HEADER_BYTES);
    if (header === undefined) return undefined;
    const salts = header.subarray(SALTS_AT, SALTS_AT + SALT_BYTES);
    const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(PAGE_SIZE_AT);
    let frame = this.#countFrames(salts, frameBytes);
    // Behind the last commit there may be frames of one that was given up.
    while (frame > 0 && !this.#isCommit(HEADER_BYTES + (frame - 1) * frameBytes)) frame -= 1;
    return frame === 0 ? undefined : { salts, end: HEADER_BYTES + frame * frameBytes };
  }

  /**
   * What is committed behind a place. `undefined` when nothing is, when it is too much to be copied, and
   * when the log was begun anew since then. The bytes are good until the next call, of whichever log.
   */
  addedSince({ salts, end }: LogPlace): LogPiece | undefined {
    if (this.#read(0, HEADER_BYTES) < HEADER_BYTES) return undefined;
    if (SCRATCH.compare(salts, 0, SALT_BYTES, SALTS_AT, SALTS_AT + SALT_BYTES) !== 0) {
      return undefined;
    }
    const frameBytes = FRAME_HEADER_BYTES + SCRATCH.readUInt32BE(PAGE_SIZE_AT);
    for (let most = 2 * frameBytes; most <= SCRATCH.length; most *= 2) {
      const bytes = SCRATCH.subarray(0, this.#read(end, most));
      const { committed, isAll } = committedIn(bytes, salts, frameBytes);
      if (!isAll && bytes.length === most) continue;
      return committed === 0 ? undefined : { salts, at: end, bytes: bytes.subarray(0, committed) };
    }
    return undefined;
  }

  #read(at: number, length: number): number {
    return this.#files.readInto(this.#descriptor, at, SCRATCH.subarray(0, length));
  }

  /** How many frames from the beginning belong to one use of the log: those behind them do not. */
  #countFrames(salts: Uint8Array, frameBytes: number): number {
    let [least, most] = [
      0,
      Math.floor((this.#files.sizeOf(this.#descriptor) - HEADER_BYTES) / frameBytes),
    ];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      const at = HEADER_BYTES + (middle - 1) * frameBytes + FRAME_SALTS_AT;
      const found = read(this.#files, this.#descriptor, at, SALT_BYTES);
      if (found?.equals(salts) === true) least = middle;
      else most = middle - 1;
    }
    return least;
  }

  #isCommit(at: number): boolean {
    return read(this.#files, this.#descriptor, at + FRAME_COMMIT_AT, 4)?.readUInt32BE(0) !== 0;
  }
}

/** How many bytes of these frames are whole commits, and whether they end before the bytes do. */
function committedIn(
  bytes: Buffer,
  salts: Uint8Array,
  frameBytes: number,
): { readonly committed: number; readonly isAll: boolean } {
  let committed = 0;
  for (let at = 0; at + frameBytes <= bytes.length; at += frameBytes) {
    const place = at + FRAME_SALTS_AT;
    if (bytes.compare(salts, 0, SALT_BYTES, place, place + SALT_BYTES) !== 0)
      return { committed, isAll: true };
    if (bytes.readUInt32BE(at + FRAME_COMMIT_AT) !== 0) committed = at + frameBytes;
  }
  return { committed, isAll: false };
}

/** Whether more than so many bytes of a write-ahead log are in use since SQLite last began it anew. */
export function isLogLongerThan(files: Files, log: Descriptor, bytes: number): boolean {
  const header = read(files, log, 0, HEADER_BYTES);
  if (header === undefined) return false;
  const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(PAGE_SIZE_AT);
  const frame = Math.floor((bytes - HEADER_BYTES) / frameBytes);
  const at = HEADER_BYTES + frame * frameBytes;
  const salts = read(files, log, at + FRAME_SALTS_AT, SALT_BYTES);
  return salts?.equals(header.subarray(SALTS_AT, SALTS_AT + SALT_BYTES)) ?? false;
}

/** `undefined` behind the end of the file. */
function read(files: Files, log: Descriptor, at: number, length: number): Buffer | undefined {
  const bytes = files.readAt(log, at, length);
  return bytes.length < length ? undefined : bytes;
}
