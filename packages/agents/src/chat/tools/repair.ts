/**
 * Calls that nobody will answer any more, mended before the model sees them.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { isToolPart, type MessagePart, type PartFields } from "./parts.ts";

const INTERRUPTED = "The tool call was interrupted before a result was recorded.";
const TERMINAL: ReadonlySet<unknown> = new Set([
  "output-available",
  "output-error",
  "output-denied",
]);

/** What is mended, and how. */
export interface RepairInterruptedToolPartsOptions {
  /** The part in the place of one that was interrupted. */
  repairPart: (part: MessagePart) => MessagePart;
  /** Whether a call has its result. Default {@link toolPartHasSettledResult}. */
  isSettled?: (record: Record<string, unknown>) => boolean;
  /** Default {@link normalizeToolInput}. */
  normalizeInput?: (input: unknown) => { input: unknown; changed: boolean };
  /** Whether a call without a result was interrupted, and does not just wait. Default: always. */
  shouldRepair?: (part: MessagePart) => boolean;
  /**
   * Also mend calls that a person allowed and that never ran, where the conversation has gone on:
   * those of the last message will still run. Default false.
   */
  repairApprovalResponded?: boolean;
}

/** What was mended. */
export interface RepairInterruptedToolPartsResult {
  /** The same list when nothing was. */
  messages: UIMessage[];
  removedToolCalls: number;
  normalizedInputs: number;
  toolCallIds: string[];
}

/** Whether a call has a result, or an end of another kind. */
export function toolPartHasSettledResult(record: Record<string, unknown>): boolean {
  if (TERMINAL.has(record.state)) return true;
  return record.output !== undefined || record.result !== undefined;
}

/**
 * An input as an object, which is what providers ask for: a string of JSON is read, and what is no
 * object becomes an empty one.
 */
export function normalizeToolInput(raw: unknown): { input: unknown; changed: boolean } {
  if (isObject(raw)) return { input: raw, changed: false };
  if (typeof raw !== "string" || !raw.trimStart().startsWith("{")) {
    return { input: {}, changed: true };
  }
  try {
    const parsed: unknown = JSON.parse(raw);
    return { input: isObject(parsed) ? parsed : {}, changed: true };
  } catch {
    return { input: {}, changed: true };
  }
}

/** The part in the place of one that was interrupted: a failed call, which every provider accepts. */
export function interruptedPart(part: MessagePart): MessagePart {
  const { output: _output, ...rest } = part as unknown as PartFields;
  return { ...rest, state: "output-error", errorText: INTERRUPTED } as unknown as MessagePart;
}

/** Whether a part stands in the place of a call that was interrupted. */
export function isInterruptedPart(part: PartFields): boolean {
  return part.state === "output-error" && part.errorText === INTERRUPTED;
}

/** Mends the calls in the answers of a conversation. */
export function repairInterruptedToolParts(
  messages: UIMessage[],
  options: RepairInterruptedToolPartsOptions,
): RepairInterruptedToolPartsResult {
  const toolCallIds: string[] = [];
  let normalizedInputs = 0;
  const repaired = messages.map((message, index) => {
    if (message.role !== "assistant") return message;
    const isLast = index === messages.length - 1;
    const parts = message.parts.map((part) => {
      if (!isToolPart(part)) return part;
      const normal = withInput(part, options.normalizeInput ?? normalizeToolInput);
      if (normal !== part) normalizedInputs++;
      if (!isInterrupted(part, isLast, options)) return normal;
      const mended = movedPast(part) ?? options.repairPart(normal);
      if (mended !== normal) toolCallIds.push(part.toolCallId);
      return mended;
    });
    return parts.some((part, index) => part !== message.parts[index])
      ? { ...message, parts }
      : message;
  });
  const changed = toolCallIds.length > 0 || normalizedInputs > 0;
  return {
    messages: changed ? repaired : messages,
    removedToolCalls: toolCallIds.length,
    normalizedInputs,
    toolCallIds,
  };
}

/** A call that a person refused; what was allowed counts as interrupted. */
function movedPast(part: MessagePart & PartFields): MessagePart | undefined {
  if (part.state !== "approval-responded") return undefined;
  const isRefused = (part.approval as { approved?: unknown } | undefined)?.approved === false;
  return isRefused ? ({ ...part, state: "output-denied" } as unknown as MessagePart) : undefined;
}

function isInterrupted(
  part: MessagePart & PartFields,
  isLast: boolean,
  options: RepairInterruptedToolPartsOptions,
): boolean {
  const { isSettled = toolPartHasSettledResult, shouldRepair, repairApprovalResponded } = options;
  if (isSettled(part)) return false;
  if (part.state === "approval-responded") return repairApprovalResponded === true && !isLast;
  return shouldRepair?.(part) ?? true;
}

function withInput(
  part: MessagePart,
  normalize: (input: unknown) => { input: unknown; changed: boolean },
): MessagePart {
  const { input, changed } = normalize((part as PartFields).input);
  return changed ? ({ ...part, input } as MessagePart) : part;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
