/**
 * What an interrupted turn had said, built from its stream.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { AnswerLog, LoggedAnswer } from "../answer-log.ts";
import { continuedReply, newReply, type Reply, takeChunk } from "../reply.ts";
import { parseChunk } from "../reply-chunks.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What was said. */
export interface Partial {
  readonly streamId: string;
  readonly message: UIMessage;
  /** Chunks of the stream. */
  readonly chunks: number;
  /** Texts of the stream's own text parts, joined. */
  readonly text: string;
  /** Parts that the stream added or changed. */
  readonly parts: UIMessage["parts"];
  /** Whether tools have run: their results cannot be had again. */
  readonly hasResults: boolean;
}

const SETTLED: ReadonlySet<unknown> = new Set([
  "output-available",
  "output-error",
  "output-denied",
]);

/**
 * Builds the message of a stream.
 *
 * @param read gives a stored message: the one that the answer goes on with, or that holds what was
 *   said up to the stream's checkpoint
 */
export function partialOf(
  log: AnswerLog,
  answer: LoggedAnswer,
  read: (id: string) => UIMessage | undefined,
): Partial {
  const texts = [...log.texts(answer)];
  const { checkpoint, continuation, messageId = "", streamId } = answer;
  const isStored = continuation || checkpoint !== undefined;
  const before = isStored && messageId !== "" ? read(messageId) : undefined;
  const first = before ? baseOf(before, continuation) : newReply(messageId);
  const { message } = texts
    .slice(checkpoint ?? 0)
    .flatMap((text) => parseChunk(text).map((chunk) => ({ chunk, text })))
    .reduce<Reply>((reply, chunk) => takeChunk(reply, chunk).reply, first).assembly;
  const kept = new Set<unknown>(continuation ? before?.parts : []);
  const parts = message.parts.filter((part) => !kept.has(part));
  return {
    ...{ streamId, message, parts, chunks: texts.length },
    text: parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
    hasResults: parts.some((part) => SETTLED.has((part as Fields).state)),
  };
}

/** Whether anything was said that is worth keeping. */
export function hasContent({ parts }: Pick<Partial, "parts">): boolean {
  return parts.some((part) => {
    if (part.type === "step-start") return false;
    return part.type !== "text" || part.text !== "";
  });
}

function baseOf(message: UIMessage, continuation: boolean): Reply {
  // A text that went on with the one before has lost its beginning already when it was stored.
  return continuation
    ? { ...continuedReply(message), joinsText: false }
    : { ...newReply(message.id), assembly: { message, open: {} } };
}
