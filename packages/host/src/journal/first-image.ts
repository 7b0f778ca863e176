import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { Files } from "../files.ts";
import { SALTS_AT } from "./log-file.ts";

/**
 * A new object's file is written at once, with all that its first commit holds, under a name that says
 * that it may be half of it: a power cut may leave any part of what was not synced. Behind the pages there
 * is a seal, and once the file is durable it gets its own name. SQLite takes no notice of the seal.
 */
export function firstName(path: string): string {
  return `${path}-first`;
}

const MARK = Buffer.from("freehold: whole.");
const SEAL_BYTES = 32;
/** Of the seal: the first salt of the log. Zeros in files of versions that did not write it. */
const NAMED_AT = 28;
const NAMED_BYTES = 4;

/** Images are written at once and then forgotten: most share one piece of memory. */
const SHARED_BYTES = 128 * 1024;
let shared: Buffer | undefined;

function room(length: number): Buffer {
  if (length > SHARED_BYTES) return Buffer.allocUnsafe(length);
  shared ??= Buffer.allocUnsafeSlow(SHARED_BYTES);
  return shared.subarray(0, length);
}

/**
 * The bytes of a new file: pages, and what shows that they are all there. Good until the next call.
 *
 * @param logSalts of the log that is begun for this file
 */
export function sealed(image: Uint8Array, logSalts: Uint8Array): Uint8Array {
  const bytes = room(image.byteLength + SEAL_BYTES);
  bytes.set(image);
  MARK.copy(bytes, image.byteLength);
  bytes.writeBigUInt64LE(BigInt(image.byteLength), image.byteLength + 16);
  bytes.writeUInt32LE(crc32(image), image.byteLength + 24);
  bytes.set(logSalts.subarray(0, NAMED_BYTES), image.byteLength + NAMED_AT);
  return bytes;
}

/** Whether a new file, as it was found, has everything that was written to it. */
export function isWhole(bytes: Uint8Array): boolean {
  const length = bytes.byteLength - SEAL_BYTES;
  if (length <= 0) return false;
  const seal = Buffer.from(bytes.buffer, bytes.byteOffset + length, SEAL_BYTES);
  if (!seal.subarray(0, 16).equals(MARK)) return false;
  if (seal.readBigUInt64LE(16) !== BigInt(length)) return false;
  return seal.readUInt32LE(24) === crc32(bytes.subarray(0, length));
}

/**
 * What a crash left of a new file gets its own name when it is whole. Otherwise nothing in it was ever
 * acknowledged, and it goes.
 */
export function adoptFirst(files: Files, path: string): void {
  const first = firstName(path);
  if (!files.exists(first)) return;
  const bytes = files.exists(path) ? undefined : files.readBytes(first);
  if (bytes !== undefined && isWhole(bytes)) {
    const log = `${path}-wal`;
    if (files.exists(log) && !isLogOf(bytes, files, log)) {
      // Of a file that was deleted before: a power cut has undone half of that. It must never be found
      // under the new name.
      files.remove(log);
      files.syncPathNow(dirname(path));
    }
    // Its process may have been killed before it had synced it: what is found later is taken for durable.
    files.syncPathNow(first);
    files.rename(first, path);
    return;
  }
  // With its own file there, it is another name of it. Else its log is of nothing.
  if (bytes !== undefined) files.remove(`${path}-wal`);
  files.remove(first);
}

/** Whether a log was begun for a new file. */
function isLogOf(file: Uint8Array, files: Files, log: string): boolean {
  const named = Buffer.from(file.subarray(file.byteLength - SEAL_BYTES)).subarray(NAMED_AT);
  if (named.every((byte) => byte === 0)) return true;
  const descriptor = files.open(log);
  try {
    return named.equals(files.readAt(descriptor, SALTS_AT, NAMED_BYTES));
  } finally {
    files.close(descriptor);
  }
}
