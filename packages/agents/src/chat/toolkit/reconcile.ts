/**
 * What a client sends of a conversation, against what the server knows.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { reconcileMessages as reconcile } from "../reconcile.ts";

/**
 * The messages of a client, corrected by those of the server: results that the server knows win, and
 * an answer that the server has keeps the server's id.
 *
 * @param sanitizeForContentKey makes a message as it is stored, to compare it with stored ones
 */
export function reconcileMessages(
  incoming: UIMessage[],
  serverMessages: readonly UIMessage[],
  sanitizeForContentKey: (message: UIMessage) => UIMessage = (message) => message,
): UIMessage[] {
  const clean = incoming.map(sanitizeForContentKey);
  const reconciled = reconcile(clean, serverMessages);
  return reconciled.map((message, index) => {
    const given = incoming[index];
    const isUntouched = message === clean[index] && given !== undefined;
    if (isUntouched) return given;
    return message.parts === clean[index]?.parts && given ? { ...given, id: message.id } : message;
  });
}

/**
 * A message with the id of the one that made the same call.
 *
 * @deprecated Ids of calls are not unique over turns: use {@link reconcileMessages}.
 */
export function resolveToolMergeId(
  message: UIMessage,
  serverMessages: readonly UIMessage[],
): UIMessage {
  if (message.role !== "assistant") return message;
  const callsOf = ({ parts }: UIMessage) =>
    parts.map((part): unknown => Reflect.get(part, "toolCallId")).filter((id) => id !== undefined);
  const calls = new Set<unknown>(callsOf(message));
  const owner = serverMessages.find((known) => callsOf(known).some((id) => calls.has(id)));
  return owner && owner.id !== message.id ? { ...message, id: owner.id } : message;
}
