/**
 * What clients say of a call, as changes of its part.
 *
 * @module
 */

import type { PartFields } from "./parts.ts";
import { isInterruptedPart } from "./repair.ts";

/** A change of the part of one call, when the part is in one of the states it is meant for. */
export type ToolPartUpdate = {
  toolCallId: string;
  /** States in which the change is looked for; in a final one it changes nothing. */
  matchStates: string[];
  /** The part as it is afterwards; the same one when nothing changes. */
  apply: (part: Record<string, unknown>) => Record<string, unknown>;
};

const FINAL: ReadonlySet<unknown> = new Set(["output-available", "output-error", "output-denied"]);
const FINAL_STATES = ["output-available", "output-error", "output-denied"];
const DENIED = "Tool execution denied by user";

/**
 * The parts with a change, and the index of the part it is for; null when there is no such part.
 * The parts are the same ones when the call has been settled before.
 *
 * @example
 * ```ts
 * const done = applyToolUpdate(message.parts, toolResultUpdate("call-1", { city: "Lisbon" }));
 * ```
 */
export function applyToolUpdate(
  parts: Array<Record<string, unknown>>,
  update: ToolPartUpdate,
): { parts: Array<Record<string, unknown>>; index: number } | null {
  const index = parts.findIndex(
    (part) =>
      part.toolCallId === update.toolCallId && update.matchStates.includes(String(part.state)),
  );
  const part = parts[index];
  if (!part) return null;
  const changed = update.apply(part);
  return { parts: changed === part ? parts : parts.with(index, changed), index };
}

/** The result of a tool that a client ran, or with `overrideState` that it failed or was refused. */
export function toolResultUpdate(
  toolCallId: string,
  output: unknown,
  overrideState?: "output-error",
  errorText?: string,
): ToolPartUpdate {
  const result =
    overrideState === "output-error"
      ? { state: "output-error", errorText: errorText ?? DENIED }
      : { state: "output-available", output, preliminary: false };
  return {
    toolCallId,
    matchStates: ["input-available", "approval-requested", "approval-responded", ...FINAL_STATES],
    apply: (part) => (FINAL.has(part.state) ? part : { ...part, ...result }),
  };
}

/**
 * The same change, also for a call that was mended before its result came, where `isMeant` allows it:
 * the conversation went on without the result, and has it from then on.
 */
export function evenIfMended(
  update: ToolPartUpdate,
  isMeant: (part: Record<string, unknown>) => boolean,
): ToolPartUpdate {
  return {
    ...update,
    apply(part) {
      if (!isInterruptedPart(part) || !isMeant(part)) return update.apply(part);
      const { errorText: _errorText, ...open } = part;
      return update.apply({ ...open, state: "input-available" });
    },
  };
}

/** Nobody has answered a call in time. */
export function overdueUpdate(toolCallId: string, timeoutMs: number): ToolPartUpdate {
  const errorText = `The tool call timed out: no result came within ${timeoutMs} milliseconds.`;
  return {
    toolCallId,
    matchStates: ["input-available"],
    apply: (part) => ({ ...part, state: "output-error", errorText }),
  };
}

/** A person's word on a call. `reason` is told to the model. */
export function toolApprovalUpdate(
  toolCallId: string,
  approved: boolean,
  reason?: string,
): ToolPartUpdate {
  return {
    toolCallId,
    matchStates: ["input-available", "approval-requested"],
    apply(part) {
      const before = fields(part.approval);
      const why = reason === undefined ? {} : { reason };
      const approval = { ...before, id: before.id ?? toolCallId, approved, ...why };
      return { ...part, state: approved ? "approval-responded" : "output-denied", approval };
    },
  };
}

/**
 * A result that the stream of a later message brings for a call of an earlier one. A preliminary
 * one may be replaced, a final one not.
 */
export function crossMessageToolResultUpdate(
  toolCallId: string,
  updateType: "output-available" | "output-error",
  output?: unknown,
  errorText?: string,
  preliminary?: boolean,
): ToolPartUpdate {
  const result =
    updateType === "output-error"
      ? { state: updateType, errorText }
      : { state: updateType, output, ...(preliminary === undefined ? {} : { preliminary }) };
  return {
    toolCallId,
    matchStates: [
      ...["input-streaming", "input-available", "approval-requested", "approval-responded"],
      ...FINAL_STATES,
    ],
    apply: (part) =>
      FINAL.has(part.state) && part.preliminary !== true ? part : { ...part, ...result },
  };
}

/**
 * The result of work that paused and went on: it takes the place of the output that said so, which
 * names the work by `executionId`.
 */
export function pausedExecutionUpdate(
  toolCallId: string,
  executionId: string,
  output: unknown,
): ToolPartUpdate {
  return {
    toolCallId,
    matchStates: ["output-available"],
    apply: (part) => (fields(part.output).executionId === executionId ? { ...part, output } : part),
  };
}

function fields(value: unknown): PartFields {
  return typeof value === "object" && value !== null ? (value as PartFields) : {};
}
