import type { Descriptor, Files } from "../files.ts";
import type { LogSyncs } from "./log-syncs.ts";

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
  sync(mayBlock: boolean): Promise<void> | undefined {
    return this.#syncs.sync(this.#descriptor, mayBlock);
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
