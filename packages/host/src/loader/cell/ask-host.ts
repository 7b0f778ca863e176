import { readSync, writeSync } from "node:fs";
import { deserialize } from "node:v8";
import { type FileAnswer, type FileRequest, framed, LENGTH_BYTES } from "../sync-channel.ts";

/** The pipe to the host: see `spawn.ts`. */
const PIPE = 4;

/**
 * Asks the host, and waits for its answer with everything standing still.
 *
 * @throws Error what the host could not do
 */
export function askHost(request: FileRequest): number | boolean | undefined {
  writeAll(framed(request));
  const length = readAll(LENGTH_BYTES).readUInt32LE(0);
  const answer = deserialize(readAll(length)) as FileAnswer;
  if ("failure" in answer) throw new Error(answer.failure);
  return answer.value;
}

function writeAll(bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(PIPE, bytes, written);
}

function readAll(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const count = readSync(PIPE, bytes, read, length - read, null);
    if (count === 0) throw new Error("The host has gone.");
    read += count;
  }
  return bytes;
}
