/**
 * What each chunk of an answer means: for the message, for those who watch, and for what was stored
 * before. Pure.
 *
 * @module
 */

import type { UIMessage, UIMessageChunk } from "ai";
import { type Assembly, applyChunk, finishMetadata, startAssembly } from "./assembly.ts";
import type { ReplyChunk } from "./reply-chunks.ts";

type Parts = UIMessage["parts"];
type Fields = Readonly<Record<string, unknown>>;

/** An answer under way. Immutable. */
export interface Reply {
  readonly assembly: Assembly;
  /** It goes on with an earlier answer. */
  readonly continuation: boolean;
  /** The next text goes on with the last one, which was cut off. */
  readonly joinsText: boolean;
  /** The next reasoning does. */
  readonly joinsReasoning: boolean;
}

/** What a chunk leads to. */
export interface Taken {
  readonly reply: Reply;
  /** The chunk's text as it is sent; undefined for one that is not. */
  readonly text: string | undefined;
  /** The result of a call that an earlier message made. */
  readonly elsewhere?: UIMessageChunk;
  /** A person is asked: what was said so far is stored at once. */
  readonly checkpoint?: true;
}

const TERMINAL: ReadonlySet<unknown> = new Set([
  "output-available",
  "output-error",
  "output-denied",
]);

/** A new answer. */
export function newReply(id: string): Reply {
  const assembly = startAssembly(id);
  return { assembly, continuation: false, joinsText: false, joinsReasoning: false };
}

/** An answer that goes on with `message`. */
export function continuedReply(message: UIMessage): Reply {
  const last = message.parts.at(-1);
  const isCut = (part: Parts[number] | undefined) =>
    (part?.type === "text" || part?.type === "reasoning") && part.state === "streaming";
  const text = message.parts.findLast(({ type }) => type === "text");
  return {
    assembly: { message, open: {} },
    continuation: true,
    joinsText: isCut(text),
    joinsReasoning: isCut(last),
  };
}

/** The answer with its message replaced: what clients said of its calls. */
export function withMessage(reply: Reply, message: UIMessage): Reply {
  return { ...reply, assembly: { ...reply.assembly, message } };
}

/** Takes one chunk, which is no `error`. */
export function takeChunk(reply: Reply, { chunk, text }: ReplyChunk): Taken {
  switch (chunk.type) {
    case "text-delta":
    case "reasoning-delta":
    case "text-end":
    case "reasoning-end":
      return { reply: applied(reply, chunk), text };
    case "start":
      return started(reply, chunk);
    case "finish":
      return { reply: applied(reply, chunk), text: finished(chunk, text) };
    case "text-start":
      if (reply.joinsText) return { reply: joined(reply), text: undefined };
      return { reply: applied(reply, chunk), text };
    case "reasoning-start":
      if (reply.joinsReasoning) return { reply: joined(reply), text };
      return { reply: applied(reply, chunk), text };
    default:
      return chunk.type.startsWith("tool-")
        ? ofTool(reply, chunk, text)
        : other(reply, chunk, text);
  }
}

/**
 * Whether a chunk only repeats what is known of a call: providers send the calls of the last answer
 * again when they go on with it.
 */
function isReplayChunk(parts: Parts, chunk: { readonly type: string }): boolean {
  const { toolCallId, type } = chunk as { readonly toolCallId?: unknown; readonly type: string };
  if (toolCallId === undefined) return false;
  const part = parts.find((one) => (one as Fields).toolCallId === toolCallId) as Fields | undefined;
  if (!part) return false;
  if (type === "tool-input-start") return true;
  if (type === "tool-input-delta" || type === "tool-input-available") {
    return part.state !== "input-streaming";
  }
  if (type !== "tool-approval-request" && type !== "tool-output-denied") return false;
  return TERMINAL.has(part.state) || part.state === "approval-responded";
}

function applied(reply: Reply, chunk: UIMessageChunk): Reply {
  return { ...reply, assembly: applyChunk(reply.assembly, chunk) };
}

function joined(reply: Reply): Reply {
  return { ...reply, joinsText: false, joinsReasoning: false };
}

/** What goes on with an answer does not rename it; a new one is always named. */
function started(reply: Reply, chunk: Extract<UIMessageChunk, { type: "start" }>): Taken {
  const { messageId, ...rest } = chunk;
  const { message } = reply.assembly;
  const isNamed = typeof messageId === "string" && messageId !== "";
  const id = isNamed ? messageId : message.id;
  const named = reply.continuation ? rest : { ...rest, messageId: id };
  return { reply: applied(reply, named), text: JSON.stringify(named) };
}

/** Why the model stopped is said in the metadata as well, beside what is there. */
function finished(chunk: Extract<UIMessageChunk, { type: "finish" }>, text: string): string {
  if (chunk.finishReason === undefined) return text;
  return JSON.stringify({ ...chunk, messageMetadata: finishMetadata(chunk) });
}

function ofTool(reply: Reply, chunk: UIMessageChunk, text: string): Taken {
  const { parts } = reply.assembly.message;
  if (isReplayChunk(parts, chunk)) return { reply, text: undefined };
  const next = applied(reply, chunk);
  if (chunk.type === "tool-approval-request") return { reply: next, text, checkpoint: true };
  if (chunk.type !== "tool-output-available" && chunk.type !== "tool-output-error") {
    return { reply: next, text };
  }
  const isHere = parts.some((part) => (part as Fields).toolCallId === chunk.toolCallId);
  return isHere ? { reply: next, text } : { reply: next, text, elsewhere: chunk };
}

/** Once something else was said, what comes does not go on with what was cut off. */
function other(reply: Reply, chunk: UIMessageChunk, text: string): Taken {
  return { reply: applied(reply, chunk), text };
}
