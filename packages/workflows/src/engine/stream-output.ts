import type { Journal } from "../journal/journal.ts";
import { stepErrors } from "../wire.ts";
import { EngineError } from "./errors.ts";

/** Chunks are stored in pieces that fit into a row, in bytes. */
const PIECE_BYTES = 512 * 1024;

/** What is kept of a stream besides its chunks. */
export interface StoredStream {
  readonly chunks: number;
  readonly bytes: number;
}

/** A stream that a step returned could not be read to its end. */
export class BrokenStream extends Error {}

/**
 * Reads a stream that a step returned, and stores it. Nothing of it is visible before the step's end
 * is written, so a read that fails half-way leaves no trace but rows that the next attempt replaces.
 *
 * @param isOver nobody wants the result any more
 * @throws BrokenStream when it fails, TypeError when it is locked, EngineError when it does not fit
 */
export async function storeStream(
  journal: Journal,
  label: string,
  attempt: number,
  stream: ReadableStream,
  isOver: () => boolean,
): Promise<StoredStream | undefined> {
  if (stream.locked) throw new TypeError("The ReadableStream has been locked to a reader.");
  journal.dropChunks(label);
  const reader: ReadableStreamDefaultReader<unknown> = stream.getReader();
  let chunks = 0;
  let bytes = 0;
  for (;;) {
    const read = await reader.read().catch((error: unknown) => {
      throw new BrokenStream(error instanceof Error ? error.message : String(error));
    });
    if (isOver()) return undefined;
    if (read.done) return { chunks, bytes };
    for (const piece of pieces(toBytes(read.value))) {
      if (!journal.hasRoom(piece.byteLength)) {
        await reader.cancel();
        throw new EngineError(stepErrors.stateTooLarge(label, journal.maxBytes));
      }
      journal.addChunk(label, attempt, chunks, piece);
      chunks += 1;
      bytes += piece.byteLength;
    }
  }
}

/** The stream again, read from the disk as it is consumed. */
export function readStream(
  journal: Journal,
  label: string,
  attempt: number,
  { chunks }: StoredStream,
): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const chunk = next < chunks ? journal.chunk(label, attempt, next) : undefined;
      next += 1;
      if (chunk !== undefined && chunk.byteLength > 0) controller.enqueue(new Uint8Array(chunk));
      else {
        controller.close();
        // A reader that brought its own buffer waits for it to be given back.
        (controller as ReadableByteStreamController).byobRequest?.respond(0);
      }
    },
  });
}

function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  throw new BrokenStream("A stream that a step returns must hold bytes.");
}

function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) {
    yield bytes.subarray(from, from + PIECE_BYTES);
  }
}
