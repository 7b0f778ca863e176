/**
 * Tool parts of messages: what they are called and where they stand.
 *
 * @module
 */

import type { UIMessage } from "ai";

/** A part of a message. */
export type MessagePart = UIMessage["parts"][number];

/** The fields of a part of any kind. */
export type PartFields = Record<string, unknown>;

const SETTLED: ReadonlySet<unknown> = new Set([
  "output-available",
  "output-error",
  "output-denied",
  "approval-responded",
]);

/** Whether a part is a call of a tool. */
export function isToolPart(part: unknown): part is PartFields & { readonly toolCallId: string } {
  if (typeof part !== "object" || part === null) return false;
  const { type, toolCallId } = part as PartFields;
  if (typeof toolCallId !== "string" || typeof type !== "string") return false;
  return type.startsWith("tool-") || type === "dynamic-tool";
}

/** Name of the tool a part calls. */
export function toolNameOf(part: PartFields): string {
  const { type, toolName } = part;
  if (type === "dynamic-tool" || !String(type).startsWith("tool-")) {
    return typeof toolName === "string" ? toolName : "";
  }
  return String(type).slice("tool-".length);
}

/** Whether a call waits for somebody: for a result, or for a person's word. */
export function isOpenCall(part: unknown): boolean {
  if (!isToolPart(part)) return false;
  return part.state === "input-available" || part.state === "approval-requested";
}

/** Names of the tools that a client has described. */
export function clientResolvableToolNames(
  tools: ReadonlyArray<{ name?: string } | null | undefined> | undefined,
): Set<string> {
  const names = (tools ?? []).map((tool) => tool?.name);
  return new Set(names.filter((name): name is string => typeof name === "string" && name !== ""));
}

/** Whether a call waits for a client: for a person's word, or for a result of a client's tool. */
export function partAwaitsClientInteraction(part: unknown, clientResolvable: Set<string>): boolean {
  if (!isToolPart(part)) return false;
  if (part.state === "approval-requested") return true;
  return part.state === "input-available" && clientResolvable.has(toolNameOf(part));
}

/**
 * Names of the tools whose calls an answer that has ended well leaves open: its own tools have run by
 * then, so these are a client's.
 */
export function namesOfOpenCalls(parts: readonly unknown[]): string[] {
  return parts.flatMap((part) =>
    isToolPart(part) && part.state === "input-available" && part.providerExecuted !== true
      ? [toolNameOf(part)]
      : [],
  );
}

/**
 * Whether, of the calls in the last answer, one is settled and another still waits: the model is
 * asked again only when it can be told of all of them.
 */
export function hasIncompleteToolBatch(
  messages: ReadonlyArray<{ role: string; parts: ReadonlyArray<unknown> }>,
): boolean {
  const last = messages.findLast((message) => message.role === "assistant");
  if (!last) return false;
  const isSettled = (part: unknown) => isToolPart(part) && SETTLED.has(part.state);
  return last.parts.some(isOpenCall) && last.parts.some(isSettled);
}
