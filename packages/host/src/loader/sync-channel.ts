import type { Duplex } from "node:stream";
import { deserialize, serialize } from "node:v8";

/** What a cell asks of its host while it stands still: something of the file of one of its objects. */
export interface FileRequest {
  /** The object, by the number that the host gave it. */
  readonly object: number;
  readonly ask: FileQuestion;
  /** Of a commit, where the question is about one. */
  readonly sequence: number;
}

const QUESTIONS = [
  ...(["exists", "logSize", "isBlank", "removeBlank", "create", "remove"] as const),
  ...(["committed", "isDurable", "mayCheckpoint", "mayClose", "closed", "beforeFold"] as const),
  "failed",
] as const;

export type FileQuestion = (typeof QUESTIONS)[number];

export type FileAnswer =
  | { readonly value: number | boolean | undefined }
  | { readonly failure: string };

/** Lengths go ahead of messages, in four bytes. */
export const LENGTH_BYTES = 4;
const MAX_REQUEST_BYTES = 4096;

/**
 * Answers the questions of a cell, which is not trusted.
 *
 * @param onBroken the cell sent what it must not send
 */
export function answerQuestions(
  pipe: Duplex,
  answer: (request: FileRequest) => FileAnswer,
  onBroken: () => void,
): void {
  let received: Buffer = Buffer.alloc(0);
  const next = (): FileRequest | undefined => {
    if (received.length < LENGTH_BYTES) return undefined;
    const length = received.readUInt32LE(0);
    if (length > MAX_REQUEST_BYTES) throw new RangeError("The question is too long.");
    if (received.length < LENGTH_BYTES + length) return undefined;
    const message = received.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
    received = received.subarray(LENGTH_BYTES + length);
    return readRequest(deserialize(message));
  };
  pipe.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    try {
      for (let request = next(); request !== undefined; request = next()) {
        pipe.write(framed(answer(request)));
      }
    } catch {
      onBroken();
    }
  });
  // The end of the process is heard elsewhere.
  pipe.on("error", () => undefined);
}

/** A message as it goes over the pipe. */
export function framed(message: object): Buffer {
  const bytes = serialize(message);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function readRequest(message: unknown): FileRequest {
  const { object, ask, sequence } = message as Readonly<Record<string, unknown>>;
  const isKnown = QUESTIONS.includes(ask as FileQuestion);
  if (!isKnown || !Number.isSafeInteger(object) || !Number.isSafeInteger(sequence)) {
    throw new TypeError("The question is none.");
  }
  return { object: object as number, ask: ask as FileQuestion, sequence: sequence as number };
}
