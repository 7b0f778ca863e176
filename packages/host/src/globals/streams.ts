/** A transform that passes bytes on as they are. */
export class IdentityTransformStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    super({ transform: (chunk, controller) => controller.enqueue(bytesOf(chunk)) });
  }
}

/** A transform that passes on exactly `expectedLength` bytes, and fails otherwise. */
export class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(expectedLength: number | bigint) {
    const expected = Number(expectedLength);
    let seen = 0;
    super({
      transform(chunk, controller) {
        const bytes = bytesOf(chunk);
        seen += bytes.byteLength;
        if (seen > expected) {
          throw new TypeError("Attempt to write too many bytes through a FixedLengthStream.");
        }
        controller.enqueue(bytes);
      },
      flush() {
        if (seen < expected) {
          throw new TypeError("FixedLengthStream did not see all expected bytes before close().");
        }
      },
    });
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  throw new TypeError(
    "This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side.",
  );
}
