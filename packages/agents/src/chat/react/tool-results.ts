/**
 * Results that this page knows before the transcript does: pure functions over messages.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { isSettled, type ToolPart, toolPart } from "./tools.ts";

/** What changes in a tool's part; by the call's id. */
export type ToolResults = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** A tool's output or failure, as the application gives it. */
export type ToolOutput = {
  readonly output?: unknown;
  readonly state?: "output-available" | "output-error" | undefined;
  readonly errorText?: string | undefined;
};

/** What an output changes in the part of its call, as the server will store it. */
export function outputChange({ output, state, errorText }: ToolOutput) {
  return state === "output-error"
    ? { state, errorText: errorText ?? "Tool execution denied by user" }
    : { state: "output-available", output, preliminary: false };
}

/** What a decision changes in the part of its call, as the server will store it. */
export function approvalChange(id: string, approved: boolean, reason?: string) {
  const approval = { id, approved, ...(reason === undefined ? {} : { reason }) };
  return { state: approved ? "approval-responded" : "output-denied", approval };
}

/** The results that a message holds, of those calls that `before` shows as open. */
export function resultsOf(message: UIMessage): ToolResults {
  const known = message.parts.map(toolPart).filter((part) => part !== undefined);
  return new Map(
    known
      .filter((part) => isSettled(part) || part.state === "approval-responded")
      .map((part) => [part.toolCallId, part as unknown as Readonly<Record<string, unknown>>]),
  );
}

/** The messages with results put in where a call is still open. The same list when nothing changes. */
export function withResults<M extends UIMessage>(messages: M[], results: ToolResults): M[] {
  if (results.size === 0) return messages;
  let changed = false;
  const next = messages.map((message) => {
    if (!message.parts.some((part) => isOpenFor(toolPart(part), results))) return message;
    changed = true;
    const parts = message.parts.map((part) => {
      const open = toolPart(part);
      if (!open || !isOpenFor(open, results)) return part;
      const change = results.get(open.toolCallId);
      return { ...part, ...change, type: part.type } as typeof part;
    });
    return { ...message, parts };
  });
  return changed ? next : messages;
}

function isOpenFor(part: ToolPart | undefined, results: ToolResults): part is ToolPart {
  if (!part || isSettled(part)) return false;
  const result = results.get(part.toolCallId);
  if (!result || part.state === "input-streaming") return false;
  return part.state !== "approval-responded" || result.state !== "approval-responded";
}
