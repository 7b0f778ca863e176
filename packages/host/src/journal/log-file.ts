import type { Descriptor, Files } from "../files.ts";
import { Checksum } from "./history/log-frames.ts";
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
/** Where a log has its salts. */
export const SALTS_AT = 16;
const FRAME_SALTS_AT = 8;
export const SALT_BYTES = 8;
const HEADER_CHECKSUM_AT = 24;
const FRAME_COMMIT_AT = 4;
/** More than this is not copied anywhere: it is synced where it is. In bytes. */
const MOST_COPIED = 64 * 1024;
const SCRATCH = Buffer.alloc(MOST_COPIED);
const VIEW = new DataView(SCRATCH.buffer, SCRATCH.byteOffset, SCRATCH.length);

/** A place in one use of a log, behind a commit. */
export interface LogPlace {
  /** Of the log's header: they differ from use to use of the file. */
  readonly salts: Uint8Array;
  /** In bytes from the beginning of the file. */
  readonly end: number;
  /** Of everything before it. Not to be moved on. */
  readonly checksum: Checksum;
}

/** Whole commits, as they are in a log. */
export interface LogPiece {
  readonly salts: Uint8Array;
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface AddedPiece extends LogPiece {
  /** Behind it. */
  readonly end: LogPlace;
}

/**
 * The write-ahead log of one object, by a descriptor of our own.
 *
 * Syncing a file that has grown makes the file system write down its new length as well, which costs as
 * much CPU again as the sync of a file that is written over (docs/design/012). So the log of a busy
 * object is filled ahead with zeros, in steps, for SQLite to write over; and it is never cut off while it
 * is in use. Zeros are no frame (they name page 0), so that recovery ends where they begin.
 *
 * SQLite may write in another process (facets of loaded code): room is made by appending, and a frame that
 * was read while it was written is none, by its checksum.
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
    this.#descriptor = files.openToAppend(path);
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

  /**
   * The end of what is committed; `undefined` when nothing is.
   *
   * @param known a place from before: what is in front of it is not read again
   */
  place(known?: LogPlace): LogPlace | undefined {
    const use = this.#use();
    if (use === undefined) return undefined;
    const { start, frameBytes } = use;
    const chunk = SCRATCH.length - (SCRATCH.length % frameBytes);
    let last = known !== undefined && isSameUse(known, start) ? known : start;
    const checksum = last.checksum.copy();
    for (let at = last.end; chunk > 0; at += chunk) {
      const from = { salts: start.salts, end: at, checksum };
      const length = this.#read(at, chunk);
      const { end, isBroken } = committedIn(length, from, frameBytes);
      last = end ?? last;
      if (isBroken || length < chunk) break;
    }
    return last === start ? undefined : last;
  }

  /**
   * What is committed behind a place. `undefined` when nothing is, when it is too much to be copied, and
   * when the log was begun anew since then. The bytes are good until the next call, of whichever log.
   */
  addedSince(place: LogPlace): AddedPiece | undefined {
    const use = this.#use();
    if (use === undefined || !isSameUse(place, use.start)) return undefined;
    const { frameBytes } = use;
    for (let most = 2 * frameBytes; most <= SCRATCH.length; most *= 2) {
      const from = { ...place, checksum: place.checksum.copy() };
      const length = this.#read(place.end, most);
      const { end, isBroken } = committedIn(length, from, frameBytes);
      if (!isBroken && length === most) continue;
      if (end === undefined) return undefined;
      const bytes = SCRATCH.subarray(0, end.end - place.end);
      return { salts: place.salts, at: place.end, bytes, end };
    }
    return undefined;
  }

  /** The use that the log is in now; `undefined` when there is no whole header. */
  #use(): { readonly start: LogPlace; readonly frameBytes: number } | undefined {
    if (this.#read(0, HEADER_BYTES) < HEADER_BYTES) return undefined;
    const checksum = new Checksum((VIEW.getUint32(0) & 1) === 1);
    checksum.add(VIEW, 0, HEADER_CHECKSUM_AT);
    if (!checksum.equals(VIEW, HEADER_CHECKSUM_AT)) return undefined;
    // Bytes of their own: a place may be kept for long, and would keep what a `Buffer` is cut from.
    const salts = new Uint8Array(SCRATCH.subarray(SALTS_AT, SALTS_AT + SALT_BYTES));
    const frameBytes = FRAME_HEADER_BYTES + VIEW.getUint32(PAGE_SIZE_AT);
    return { start: { salts, end: HEADER_BYTES, checksum }, frameBytes };
  }

  #read(at: number, length: number): number {
    return this.#files.readInto(this.#descriptor, at, SCRATCH.subarray(0, length));
  }
}

/** Whether both are of one use of a log. */
export function isSameUse(one: Pick<LogPlace, "salts">, other: Pick<LogPlace, "salts">): boolean {
  return Buffer.compare(one.salts, other.salts) === 0;
}

/**
 * Looks through the frames that were read behind a place, as SQLite does when it recovers: salts alone say
 * nothing, because a crash, or a commit that failed, leaves frames of this use that do not count.
 *
 * @param length of what was read
 * @param from moves on with the frames: its checksum
 * @returns the end of the last commit, if there is one, and whether a frame does not count
 */
function committedIn(
  length: number,
  { salts, end: start, checksum }: LogPlace,
  frameBytes: number,
): { readonly end: LogPlace | undefined; readonly isBroken: boolean } {
  let end: LogPlace | undefined;
  for (let at = 0; at + frameBytes <= length; at += frameBytes) {
    const place = at + FRAME_SALTS_AT;
    const isOfThisUse = SCRATCH.compare(salts, 0, SALT_BYTES, place, place + SALT_BYTES) === 0;
    if (!isOfThisUse || !checksum.addFrame(VIEW, at, frameBytes - FRAME_HEADER_BYTES)) {
      return { end, isBroken: true };
    }
    if (VIEW.getUint32(at + FRAME_COMMIT_AT) === 0) continue;
    end = { salts, end: start + at + frameBytes, checksum: checksum.copy() };
  }
  return { end, isBroken: false };
}

/** Whether a log that is open is in the use that these salts are of. */
export function isInUse(files: Files, log: Descriptor, salts: Uint8Array): boolean {
  return files.readAt(log, SALTS_AT, salts.byteLength).equals(salts);
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
