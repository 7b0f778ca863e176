import { hash, timingSafeEqual } from "node:crypto";
import { objectErrors } from "../contract-errors.ts";
import type { Random } from "../random.ts";

/** Half of an id: the part that names, followed by a code that binds it to its namespace. */
const HALF_BYTES = 16;
const ID_PATTERN = /^[0-9a-fA-F]{64}$/;
/** Ids of names are kept, because routing asks for the same few again and again. */
const CACHED_NAMES = 4096;

/**
 * The id of an object, as user code holds it.
 *
 * @example
 * ```ts
 * const id = env.ROOM.idFromName("lobby");
 * id.equals(env.ROOM.idFromString(id.toString())); // true
 * ```
 */
export class DurableObjectId {
  /** Always `undefined`: jurisdictions are accepted and have no effect on one machine. */
  declare readonly jurisdiction: string | undefined;
  /** Set for ids made from a name. */
  declare readonly name: string | undefined;
  readonly #hex: string;

  constructor(hex: string, name?: string) {
    this.#hex = hex;
    Object.defineProperties(this, {
      jurisdiction: { value: undefined, enumerable: true },
      name: { value: name, enumerable: true },
    });
  }

  toString(): string {
    return this.#hex;
  }

  /**
   * Compares the bytes; names do not matter.
   *
   * @throws TypeError when `other` is no id
   */
  equals(other: DurableObjectId): boolean {
    if (!isObjectId(other)) throw objectErrors.notAnId();
    return other.#hex === this.#hex;
  }

  static {
    // As a value and not a getter: the engine's own messages read it.
    const tag = { value: "DurableObjectId", configurable: true };
    Object.defineProperty(DurableObjectId.prototype, Symbol.toStringTag, tag);
  }

  static is(value: unknown): value is DurableObjectId {
    return typeof value === "object" && value !== null && #hex in value;
  }
}

/** Whether a value is an id made by this host. */
export function isObjectId(value: unknown): value is DurableObjectId {
  return DurableObjectId.is(value);
}

/** Makes and checks the ids of one namespace, by the algorithm of workerd. */
export class IdFactory {
  /** What HMAC puts before the inner and the outer hash: the key is the same for all ids. */
  readonly #inner: Uint8Array;
  readonly #outer: Uint8Array;
  readonly #random: Random;
  readonly #names = new Map<string, string>();

  /** @param uniqueKey the namespace's unique name on this host */
  constructor(uniqueKey: string, random: Random) {
    const key = hash("sha256", uniqueKey, "buffer");
    this.#inner = padded(key, INNER_PAD);
    this.#outer = padded(key, OUTER_PAD);
    this.#random = random;
  }

  fromName(name: string): DurableObjectId {
    let hex = this.#names.get(name);
    if (hex === undefined) {
      hex = this.#sealed(this.#code(bytesOf(name))).toString("hex");
      if (this.#names.size >= CACHED_NAMES) {
        const oldest = this.#names.keys().next();
        if (!oldest.done) this.#names.delete(oldest.value);
      }
      this.#names.set(name, hex);
    }
    return new DurableObjectId(hex, name);
  }

  /** @throws TypeError when the text is no id, or belongs to another namespace */
  fromString(text: string): DurableObjectId {
    if (!ID_PATTERN.test(text)) throw objectErrors.malformedId();
    const bytes = Buffer.from(text, "hex");
    const expected = this.#sealed(bytes.subarray(0, HALF_BYTES));
    if (!timingSafeEqual(bytes, expected)) throw objectErrors.foreignId();
    return new DurableObjectId(bytes.toString("hex"));
  }

  unique(): DurableObjectId {
    return new DurableObjectId(this.#sealed(this.#random.bytes(HALF_BYTES)).toString("hex"));
  }

  #sealed(half: Uint8Array): Buffer {
    return Buffer.concat([half, this.#code(half)]);
  }

  /** HMAC-SHA-256 (RFC 2104) of two hashes: a key object for each name would cost five times as much. */
  #code(data: string | Uint8Array): Buffer {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    const inner = hash("sha256", Buffer.concat([this.#inner, bytes]), "buffer");
    return hash("sha256", Buffer.concat([this.#outer, inner]), "buffer").subarray(0, HALF_BYTES);
  }
}

const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  for (const [index, byte] of key.entries()) block[index] = pad ^ byte;
  return block;
}

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/** A name as it is hashed: UTF-8, with halves of surrogate pairs written as code points of their own. */
function bytesOf(name: string): string | Uint8Array {
  if (name.isWellFormed()) return name;
  return Buffer.concat(Array.from(name, (letter) => codePointBytes(letter)));
}

function codePointBytes(letter: string): Buffer {
  const code = letter.codePointAt(0) as number;
  if (code < FIRST_SURROGATE || code > LAST_SURROGATE) return Buffer.from(letter);
  return Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
}
