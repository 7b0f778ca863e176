import { crc32 } from "node:zlib";
import type { Files } from "../files.ts";

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
 */
export function sealed(image: Uint8Array): Uint8Array {
  const bytes = room(image.byteLength + SEAL_BYTES);
  bytes.set(image);
  MARK.copy(bytes, image.byteLength);
  bytes.writeBigUInt64LE(BigInt(image.byteLength), image.byteLength + 16);
  bytes.writeUInt32LE(crc32(image), image.byteLength + 24);
  bytes.writeUInt32LE(0, image.byteLength + 28);
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
    // Its process may have been killed before it had synced it: what is found later is taken for durable.
    files.syncPathNow(first);
    files.rename(first, path);
    return;
  }
  // With its own file there, it is another name of it. Else its log is of nothing.
  if (bytes !== undefined) files.remove(`${path}-wal`);
  files.remove(first);
}
