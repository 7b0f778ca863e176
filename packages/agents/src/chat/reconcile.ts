/**
 * What a client sends of a conversation it saw some time ago, against what the server knows.
 *
 * @module
 */

import type { UIMessage } from "ai";

type Part = UIMessage["parts"][number];
type ToolPart = Part & {
  readonly toolCallId: string;
  readonly state: string;
};

const STALE_STATES: ReadonlySet<string> = new Set([
  "input-available",
  "approval-requested",
  "approval-responded",
]);
const TERMINAL_STATES: ReadonlySet<string> = new Set([
  "output-available",
  "output-error",
  "output-denied",
]);

/** How much a client's view counts. */
export interface ReconcileOptions {
  /** The agent's own answers stay as they are; only results of open calls are taken. */
  readonly keepsAnswers?: boolean;
}

/**
 * The incoming messages, corrected: results of tools that the server knows win over stale copies,
 * and an assistant message keeps the server's id: the one that made the same tool call, or else one
 * with the same content that no other incoming message claims.
 */
export function reconcileMessages(
  incoming: readonly UIMessage[],
  known: readonly UIMessage[],
  { keepsAnswers = false }: ReconcileOptions = {},
): UIMessage[] {
  const calls = knownCalls(known);
  const claimed = new Set(incoming.map((message) => message.id));
  const twins = new Map<string, string[]>();
  for (const message of known) {
    if (message.role !== "assistant" || claimed.has(message.id) || hasTools(message)) continue;
    const content = JSON.stringify(message.parts);
    twins.set(content, [...(twins.get(content) ?? []), message.id]);
  }
  const ids = new Map(known.map((message) => [message.id, message]));
  const named = (message: UIMessage): UIMessage => {
    const own = keepsAnswers ? ids.get(message.id) : undefined;
    return own?.role === "assistant" ? withResults(own, message) : message;
  };
  return incoming.map((message) => {
    const guarded = keepsAnswers ? ids.get(message.id) : undefined;
    if (guarded && (guarded.role === "system" || guarded.role !== message.role)) return guarded;
    if (message.role !== "assistant") return message;
    const parts = message.parts.map((part) => settledPart(part, calls));
    const changed = parts.some((part, index) => part !== message.parts[index]);
    const current = changed ? { ...message, parts } : message;
    if (ids.has(current.id)) return named(current);
    const id = ownerOf(current, calls) ?? twins.get(JSON.stringify(current.parts))?.shift();
    return id === undefined ? current : named({ ...current, id });
  });
}

/** An answer as it is known, with what a client says of the calls that wait for it. */
function withResults(own: UIMessage, told: UIMessage): UIMessage {
  const calls = knownCalls([told]);
  const parts = own.parts.map((part) => {
    if (!isToolPart(part) || !STALE_STATES.has(part.state)) return part;
    const result = calls.get(part.toolCallId)?.part;
    const isLater =
      result !== undefined &&
      (TERMINAL_STATES.has(result.state) ||
        (result.state === "approval-responded" && part.state === "approval-requested"));
    return isLater ? result : part;
  });
  return parts.every((part, index) => part === own.parts[index]) ? own : { ...own, parts };
}

interface KnownCall {
  readonly messageId: string;
  readonly part: ToolPart;
}

function knownCalls(known: readonly UIMessage[]): ReadonlyMap<string, KnownCall> {
  const calls = new Map<string, KnownCall>();
  for (const message of known) {
    for (const part of message.parts) {
      if (isToolPart(part)) calls.set(part.toolCallId, { messageId: message.id, part });
    }
  }
  return calls;
}

function settledPart(part: Part, calls: ReadonlyMap<string, KnownCall>): Part {
  if (!isToolPart(part) || !STALE_STATES.has(part.state)) return part;
  const known = calls.get(part.toolCallId)?.part;
  return known && TERMINAL_STATES.has(known.state) ? known : part;
}

function ownerOf(message: UIMessage, calls: ReadonlyMap<string, KnownCall>): string | undefined {
  const call = message.parts.find((part) => isToolPart(part) && calls.has(part.toolCallId));
  return call && isToolPart(call) ? calls.get(call.toolCallId)?.messageId : undefined;
}

function hasTools(message: UIMessage): boolean {
  return message.parts.some(isToolPart);
}

function isToolPart(part: Part): part is ToolPart {
  return typeof Reflect.get(part, "toolCallId") === "string";
}
