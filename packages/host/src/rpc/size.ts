import { rpcErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";

/** Shorter texts are taken for ones whose letters have a byte each: looking would cost more. */
const LOOKED_THROUGH = 1024;
/** What a number that is no small integer costs, and a date. */
const DOUBLE_BYTES = 9;
/** What refers to a part that was met before, and what stands for a stub or a stream. */
const REFERENCE_BYTES = 3;
const SPECIAL_BYTES = 8;
const HEADER_BYTES = 2;
const LARGEST_SMALL = 2 ** 30;
const WIDE = /[^\0-\xff]/;

/**
 * How large a value is in V8's format, in which the contract measures calls, without writing it: the
 * limit on a call is one on these bytes.
 */
export class WireSize {
  bytes = HEADER_BYTES;

  /** @throws Error past the limit */
  check(): void {
    const { rpcBytes } = currentLimits();
    if (this.bytes > rpcBytes) throw rpcErrors.tooLarge(this.bytes, rpcBytes);
  }

  primitive(value: unknown): void {
    if (typeof value === "string") this.text(value);
    else if (typeof value === "number") this.number(value);
    else if (typeof value === "bigint") this.bytes += 2 + 8 * Math.ceil(bitsOf(value) / 64);
    else this.bytes += 1;
  }

  text(value: string): void {
    const { length } = value;
    if (length < LOOKED_THROUGH) this.bytes += 1 + varint(length) + length;
    else this.block(isWide(value) ? 2 * length : length);
  }

  number(value: number): void {
    const isSmall = Number.isInteger(value) && Math.abs(value) < LARGEST_SMALL;
    this.bytes += isSmall && !Object.is(value, -0) ? 1 + varint(2 * Math.abs(value)) : DOUBLE_BYTES;
  }

  date(): void {
    this.bytes += DOUBLE_BYTES;
  }

  /** A list, map, set or record of so many parts, without them. */
  group(parts: number): void {
    this.bytes += 2 + varint(parts);
  }

  /** A list has its length at both ends. */
  list(length: number): void {
    this.bytes += 3 + 2 * varint(length);
  }

  /** Bytes with their number before them. */
  block(bytes: number): void {
    this.bytes += 1 + varint(bytes) + bytes;
  }

  view(offset: number, bytes: number): void {
    this.bytes += 3 + varint(offset) + varint(bytes);
  }

  /** Its text stands in its stack again. */
  error(message: string): void {
    this.text(message);
    this.text(message);
  }

  reference(): void {
    this.bytes += REFERENCE_BYTES;
  }

  special(): void {
    this.bytes += SPECIAL_BYTES;
  }
}

function varint(value: number): number {
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  return value < 2 ** 28 ? 4 : 5;
}

function isWide(text: string): boolean {
  return Buffer.byteLength(text) !== text.length && WIDE.test(text);
}

function bitsOf(value: bigint): number {
  return 4 * value.toString(16).length;
}
