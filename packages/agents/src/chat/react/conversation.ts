/**
 * What a tab shows while others write too: pure functions over lists of messages.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { getToolCallId } from "./tools.ts";

/** `messages` with one replaced by its id, or added at the end. */
export function withMessage<M extends UIMessage>(messages: readonly M[], message: M): M[] {
  const at = messages.findLastIndex((each) => each.id === message.id);
  return at === -1 ? [...messages, message] : messages.with(at, message);
}

/**
 * `messages` with an update of one of them: found by its id, else by a tool call that both hold. Undefined
 * where it is none of them.
 */
export function findUpdated<M extends UIMessage>(messages: readonly M[], update: M): M | undefined {
  const same = messages.findLast(({ id }) => id === update.id);
  if (same) return same;
  const calls = new Set(update.parts.map(getToolCallId).filter((id) => id !== undefined));
  return messages.findLast(({ parts }) => parts.some((part) => calls.has(getToolCallId(part))));
}

/**
 * The server's transcript, with what this tab knows better: messages waiting to be sent or just sent,
 * and answers under way. Where the transcript has such a message, its place counts and the local text;
 * where it has not, the message stays behind the one that it follows here.
 */
export function mergeSnapshot<M extends UIMessage>(
  local: readonly M[],
  snapshot: readonly M[],
  isPending: (message: M) => boolean,
): M[] {
  let merged = [...snapshot];
  for (const [index, message] of local.entries()) {
    if (!isPending(message)) continue;
    const there = merged.findIndex((each) => each.id === message.id);
    if (there !== -1) {
      merged = merged.with(there, message);
      continue;
    }
    const before = local[index - 1]?.id;
    const at = index === 0 ? 0 : merged.findIndex((each) => each.id === before) + 1;
    merged = merged.toSpliced(at === 0 && index > 0 ? merged.length : at, 0, message);
  }
  return merged;
}

/** The AI SDK 6 adds an answer again when something came after it: the last version counts. */
export function withoutCopies<M extends UIMessage>(messages: M[]): M[] {
  const versions = new Map(messages.map((message) => [message.id, message]));
  return versions.size === messages.length ? messages : [...versions.values()];
}
