/**
 * What a tab shows while others write too: pure functions over lists of messages.
 *
 * @module
 */

import type { UIMessage, UIMessageChunk } from "ai";
import { type Assembly, applyChunk, startAssembly } from "../assembly.ts";

/** An answer this tab watches, by the request it belongs to. */
export interface Watched {
  readonly requestId: string;
  readonly assembly: Assembly;
}

/**
 * Takes a chunk of an answer that another tab, or the agent itself, asked for.
 *
 * @param fallbackId id of the message, should the answer never name it
 */
export function watchChunk(
  watched: Watched | null,
  requestId: string,
  chunk: UIMessageChunk,
  fallbackId: string,
): Watched {
  const same = watched?.requestId === requestId;
  const assembly = same ? watched.assembly : startAssembly(fallbackId);
  return { requestId, assembly: applyChunk(assembly, chunk) };
}

/** `messages` with one replaced by its id, or added at the end. */
export function withMessage<M extends UIMessage>(messages: readonly M[], message: M): M[] {
  const at = messages.findLastIndex((each) => each.id === message.id);
  return at === -1 ? [...messages, message] : messages.with(at, message);
}

/**
 * The server's transcript, with what this tab shows and the server has not stored yet: messages
 * waiting to be sent, and the answer under way. Each stays behind the message it follows here.
 */
export function mergeSnapshot<M extends UIMessage>(
  local: readonly M[],
  snapshot: readonly M[],
  isPending: (message: M) => boolean,
): M[] {
  let merged = [...snapshot];
  for (const [index, message] of local.entries()) {
    if (!isPending(message) || merged.some((each) => each.id === message.id)) continue;
    const before = local[index - 1]?.id;
    const at = index === 0 ? 0 : merged.findIndex((each) => each.id === before) + 1;
    merged = merged.toSpliced(at === 0 && index > 0 ? merged.length : at, 0, message);
  }
  return merged;
}
