import { createHash, type Hash, timingSafeEqual } from "node:crypto";
import { globalErrors } from "../contract-errors.ts";
import { define } from "./define.ts";
import { bytesOf } from "./streams.ts";

/** Names of digests as programs give them, and as Node knows them. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/**
 * `crypto.DigestStream`: a writable stream that keeps nothing but the digest of what is written.
 *
 * @example
 * ```ts
 * const stream = new crypto.DigestStream("SHA-256");
 * await response.body.pipeTo(stream);
 * const digest = await stream.digest; // an ArrayBuffer
 * ```
 */
class DigestStream extends WritableStream<Uint8Array | ArrayBuffer | string> {
  /** Resolves when the stream is closed; rejects when it is aborted. */
  readonly digest: Promise<ArrayBuffer>;
  readonly #written: { bytes: bigint };

  /** @throws DOMException `NotSupportedError` for an unknown algorithm. */
  constructor(algorithm: unknown) {
    const hash = hashOf(algorithm);
    const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>();
    // Nobody has to look at it.
    promise.catch(() => undefined);
    const written = { bytes: 0n };
    super({
      write(chunk, controller) {
        try {
          const bytes = bytesOf(chunk);
          hash.update(bytes);
          written.bytes += BigInt(bytes.byteLength);
        } catch (error) {
          reject(error);
          controller.error(error);
        }
      },
      close: () => resolve(toBuffer(hash)),
      abort: reject,
    });
    this.digest = promise;
    this.#written = written;
  }

  get bytesWritten(): bigint {
    return this.#written.bytes;
  }

  get [Symbol.toStringTag](): string {
    return "DigestStream";
  }
}

/** Adds what Workers' `crypto` has beyond the standard. */
export function extendCrypto(): void {
  define(crypto, "DigestStream", DigestStream);
  const prototype: object = Object.getPrototypeOf(crypto.subtle);
  const digest = crypto.subtle.digest;
  define(prototype, "digest", function (this: object, ...call: Parameters<typeof digest>) {
    const [algorithm, data] = call;
    if (nameOf(algorithm) !== "MD5") return Reflect.apply(digest, this, call);
    return Promise.resolve().then(() => toBuffer(createHash("md5").update(bytesOf(data))));
  });
  if ("timingSafeEqual" in prototype) return;
  define(prototype, "timingSafeEqual", (one: unknown, other: unknown) => {
    const [first, second] = [bufferSource(one, 1), bufferSource(other, 2)];
    if (first.byteLength !== second.byteLength) throw globalErrors.lengthsDiffer();
    return timingSafeEqual(first, second);
  });
}

function hashOf(algorithm: unknown): Hash {
  const name = ALGORITHMS[nameOf(algorithm)];
  if (name === undefined) throw globalErrors.unknownDigest();
  return createHash(name);
}

function nameOf(algorithm: unknown): string {
  const isObject = typeof algorithm === "object" && algorithm !== null;
  return String(isObject ? Reflect.get(algorithm, "name") : algorithm).toUpperCase();
}

function toBuffer(hash: Hash): ArrayBuffer {
  return new Uint8Array(hash.digest()).buffer;
}

function bufferSource(value: unknown, position: number): Uint8Array {
  if (!(value instanceof ArrayBuffer) && !ArrayBuffer.isView(value)) {
    throw globalErrors.notABuffer(position);
  }
  return bytesOf(value);
}
