import { setFixedLength } from "../http/fixed-length.ts";

const OF_BYTES =
  "This TransformStream is being used as a byte stream, but received an object of " +
  "non-ArrayBuffer/ArrayBufferView type on its writable side.";

/**
 * A transform that passes bytes on as they are. A write resolves when its bytes are read.
 *
 * @example
 * ```ts
 * const { readable, writable } = new IdentityTransformStream();
 * ```
 */
export class IdentityTransformStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(strategy: QueuingStrategy<Uint8Array> = {}, checks: ByteChecks = {}) {
    super(
      {
        transform(chunk, controller) {
          const bytes = bytesOf(chunk);
          checks.seen?.(bytes.byteLength);
          // An empty chunk would end a read for nothing.
          if (bytes.byteLength > 0) controller.enqueue(bytes);
        },
        flush: () => checks.done?.(),
      },
      strategy,
      { highWaterMark: 0 },
    );
  }

  get [Symbol.toStringTag](): string {
    return "IdentityTransformStream";
  }
}

/** What a stream checks of what goes through. Either may throw. */
interface ByteChecks {
  seen?(bytes: number): void;
  done?(): void;
}

/**
 * A transform that passes on exactly `expectedLength` bytes, and fails otherwise. A response made of
 * its readable side says how long it is.
 *
 * @throws TypeError when the length is no whole number from 0 to 2^53.
 */
export class FixedLengthStream extends IdentityTransformStream {
  constructor(...parameters: [length: number | bigint, strategy?: QueuingStrategy<Uint8Array>]) {
    const expected = checkedLength(parameters);
    let seen = 0;
    super(parameters[1], {
      seen(bytes) {
        seen += bytes;
        if (seen > expected) {
          throw new TypeError("Attempt to write too many bytes through a FixedLengthStream.");
        }
      },
      done() {
        if (seen < expected) {
          throw new TypeError("FixedLengthStream did not see all expected bytes before close().");
        }
      },
    });
    setFixedLength(this.readable, expected);
  }

  override get [Symbol.toStringTag](): string {
    return "FixedLengthStream";
  }
}

function checkedLength(parameters: readonly unknown[]): number {
  if (parameters.length === 0 || parameters[0] === undefined) {
    throw new TypeError(
      "Failed to construct 'FixedLengthStream': constructor parameter 1 is not of type 'bigint'.",
    );
  }
  const length = Number(parameters[0]);
  if (!Number.isInteger(length)) {
    throw new TypeError("The value cannot be converted because it is not an integer.");
  }
  if (length < 0) {
    throw new TypeError(
      "The value cannot be converted because it is negative and this API expects a positive bigint.",
    );
  }
  if (length > Number.MAX_SAFE_INTEGER) {
    throw new TypeError("FixedLengthStream requires an integer expected length less than 2^53.");
  }
  return length;
}

/** Bytes, or a string's; as a Worker's byte streams take them. */
export function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  throw new TypeError(OF_BYTES);
}
