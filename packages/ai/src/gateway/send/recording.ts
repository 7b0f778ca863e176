import { Readable } from "node:stream";

/** Answers that are longer are neither kept nor counted to their end. */
const MOST_BYTES = 25 * 1024 * 1024;

/** What went through: all of it, or its beginning. */
export interface Recorded {
  readonly body: Buffer;
  readonly size: number;
  /** Whether `body` is all of it and the answer came to its own end. */
  readonly isComplete: boolean;
}

/**
 * Listens to a body that somebody else is going to read: no part waits for another, and none is copied.
 * `ended` is called once, however it ends. Nothing flows before there is a reader.
 */
export function recorded(body: Readable, ended: (recorded: Recorded) => void): Readable {
  const parts: Buffer[] = [];
  let size = 0;
  let isCut = false;
  let isOver = false;
  const finish = (isWhole: boolean) => {
    if (isOver) return;
    isOver = true;
    const [only] = parts;
    const all = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    ended({ body: all, size, isComplete: isWhole && !isCut });
  };
  // A stream that was paused by hand does not begin with its first listener.
  body.pause();
  body.on("data", (part: Buffer) => {
    size += part.byteLength;
    isCut ||= size > MOST_BYTES;
    if (!isCut) parts.push(part);
  });
  body.once("end", () => finish(true));
  body.once("close", () => finish(false));
  return body;
}

/** Reads a body to its end. */
export async function whole(body: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export function bodyOf(bytes: Uint8Array): Readable {
  return Readable.from([Buffer.from(bytes)], { objectMode: false });
}
