/** Streams whose length is known before they are read. */
const lengths = new WeakMap<ReadableStream, number>();

/** Says that a stream gives exactly so many bytes, or fails. */
export function setFixedLength(stream: ReadableStream, length: number): void {
  lengths.set(stream, length);
}

/** In bytes; `undefined` when nobody has said. */
export function fixedLengthOf(stream: ReadableStream): number | undefined {
  return lengths.get(stream);
}
