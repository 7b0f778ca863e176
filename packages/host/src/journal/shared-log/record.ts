import { crc32 } from "node:zlib";
import type { LogPiece } from "../log-file.ts";

/** What was added to the write-ahead log of one object. */
export interface LogPart extends LogPiece {
  /** The object's place in the journal: its namespace, a slash, its id. */
  readonly object: string;
}

const MAGIC = Buffer.from("freehold commits");
const SEQUENCE_AT = MAGIC.length;
const LENGTH_AT = SEQUENCE_AT + 8;
const CHECKSUM_AT = LENGTH_AT + 4;
const HEAD_BYTES = CHECKSUM_AT + 4;
const SALT_BYTES = 8;
/** A log may have more than 4 GiB, after one large commit. */
const PLACE_BYTES = 6;
/** Of a part: how long the name of its object is, its salts, its place and its length. */
const PART_HEAD_BYTES = 2 + SALT_BYTES + PLACE_BYTES + 4;
/** Room for a record of some 15 pages. */
const FIRST_BYTES = 64 * 1024;

/**
 * Builds records, one after the other, in bytes that are used again. What one sync makes durable is a
 * record: a head with a number that rises by one from record to record, and a checksum over all that
 * follows it; then the parts. Integers have their lowest byte first.
 */
export class RecordBuilder {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #end = HEAD_BYTES;

  /** How long the record is by now. */
  get length(): number {
    return this.#end;
  }

  /** Takes a copy of the part. */
  add({ object, salts, at, bytes }: LogPart): void {
    const name = Buffer.byteLength(object);
    const start = this.#end;
    this.#end += PART_HEAD_BYTES + name + bytes.byteLength;
    if (this.#end > this.#bytes.length) this.#grow(start);
    const into = this.#bytes;
    into.writeUInt16LE(name, start);
    into.set(salts, start + 2);
    into.writeUIntLE(at, start + 2 + SALT_BYTES, PLACE_BYTES);
    into.writeUInt32LE(bytes.byteLength, start + 2 + SALT_BYTES + PLACE_BYTES);
    into.write(object, start + PART_HEAD_BYTES);
    into.set(bytes, start + PART_HEAD_BYTES + name);
  }

  /** The record, whole, good until the next part is added: that one begins another. */
  finish(sequence: number): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#end);
    MAGIC.copy(bytes);
    bytes.writeBigUInt64LE(BigInt(sequence), SEQUENCE_AT);
    bytes.writeUInt32LE(bytes.length - HEAD_BYTES, LENGTH_AT);
    bytes.writeUInt32LE(checksum(bytes, 0, bytes.length), CHECKSUM_AT);
    this.#end = HEAD_BYTES;
    return bytes;
  }

  #grow(used: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#end, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, used);
    this.#bytes = larger;
  }
}

export interface LogRecord {
  readonly sequence: number;
  readonly parts: readonly LogPart[];
}

/**
 * The records at the beginning of a file, up to the first that is not whole or does not follow: behind it
 * there is what was never acknowledged, or left of an earlier use of the file.
 */
export function* readRecords(file: Buffer): Iterable<LogRecord> {
  let last: number | undefined;
  for (let at = 0; ; ) {
    const end = endOfRecord(file, at);
    if (end === undefined) return;
    const sequence = Number(file.readBigUInt64LE(at + SEQUENCE_AT));
    if (last !== undefined && sequence !== last + 1) return;
    yield { sequence, parts: [...readParts(file.subarray(at + HEAD_BYTES, end))] };
    last = sequence;
    at = end;
  }
}

/** `undefined` when there is no whole record. */
function endOfRecord(file: Buffer, at: number): number | undefined {
  if (at + HEAD_BYTES > file.length) return undefined;
  if (!file.subarray(at, at + MAGIC.length).equals(MAGIC)) return undefined;
  const end = at + HEAD_BYTES + file.readUInt32LE(at + LENGTH_AT);
  if (end > file.length) return undefined;
  return file.readUInt32LE(at + CHECKSUM_AT) === checksum(file, at, end) ? end : undefined;
}

function* readParts(body: Buffer): Iterable<LogPart> {
  for (let at = 0; at < body.length; ) {
    const name = at + PART_HEAD_BYTES;
    const start = name + body.readUInt16LE(at);
    const end = start + body.readUInt32LE(at + 2 + SALT_BYTES + PLACE_BYTES);
    yield {
      object: body.toString("utf8", name, start),
      salts: body.subarray(at + 2, at + 2 + SALT_BYTES),
      at: body.readUIntLE(at + 2 + SALT_BYTES, PLACE_BYTES),
      bytes: body.subarray(start, end),
    };
    at = end;
  }
}

/** Over a whole record, without the checksum itself. */
function checksum(bytes: Buffer, from: number, end: number): number {
  const head = crc32(bytes.subarray(from, from + CHECKSUM_AT));
  return crc32(bytes.subarray(from + HEAD_BYTES, end), head);
}
