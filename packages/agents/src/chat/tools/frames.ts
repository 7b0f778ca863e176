/**
 * What clients say of tools: results and approvals, checked.
 *
 * @module
 */

import type { ClientFrame } from "../../wire.ts";
import type { ClientToolSchema } from "../types.ts";

/** The `type` of the frames that clients send of tools. */
export const ToolFrameType = {
  CF_AGENT_TOOL_RESULT: "cf_agent_tool_result",
  CF_AGENT_TOOL_APPROVAL: "cf_agent_tool_approval",
  /**
   * A tab asks whether it may run a client's tool, and the server says so; ours alone. The other
   * server does not answer: a tab takes silence for consent.
   */
  CF_AGENT_TOOL_CLAIM: "cf_agent_tool_claim",
} as const;

const TYPES: ReadonlySet<unknown> = new Set(Object.values(ToolFrameType));

/** The result of a tool that a client ran. */
export interface ToolResult {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output: unknown;
  readonly state: "output-available" | "output-error";
  readonly errorText: string | undefined;
  readonly autoContinue: boolean;
  readonly clientTools: ClientToolSchema[] | undefined;
}

/** A person's word on a call that needs one. */
export interface ToolApproval {
  readonly toolCallId: string;
  readonly approved: boolean;
  /** Why; ours alone. */
  readonly reason: string | undefined;
  readonly autoContinue: boolean;
}

/** Whether a frame is one of tools. */
export function isToolFrame(frame: ClientFrame): boolean {
  return TYPES.has(frame.type);
}

/** A result as it came, or undefined when it names no call. */
export function readToolResult(frame: ClientFrame): ToolResult | undefined {
  const { toolCallId, toolName, output, state, errorText, clientTools } = frame;
  if (typeof toolCallId !== "string" || toolCallId === "") return undefined;
  return {
    toolCallId,
    toolName: typeof toolName === "string" ? toolName : "",
    output,
    state: state === "output-error" ? "output-error" : "output-available",
    errorText: typeof errorText === "string" ? errorText : undefined,
    autoContinue: frame.autoContinue === true,
    clientTools: readClientTools(clientTools),
  };
}

/** An approval as it came, or undefined when it names no call or decides nothing. */
export function readToolApproval(frame: ClientFrame): ToolApproval | undefined {
  const { toolCallId, approved, reason } = frame;
  if (typeof toolCallId !== "string" || toolCallId === "") return undefined;
  if (typeof approved !== "boolean") return undefined;
  return {
    toolCallId,
    approved,
    reason: typeof reason === "string" && reason !== "" ? reason : undefined,
    autoContinue: frame.autoContinue === true,
  };
}

/** The call that a frame is about. */
export function readToolCallId({ toolCallId }: ClientFrame): string | undefined {
  return typeof toolCallId === "string" && toolCallId !== "" ? toolCallId : undefined;
}

/** Text of the answer to a claim: whether the call is this tab's to run. */
export function claimFrame(toolCallId: string, granted: boolean): string {
  return JSON.stringify({ type: ToolFrameType.CF_AGENT_TOOL_CLAIM, toolCallId, granted });
}

/** Descriptions of a client's tools; undefined when there is none. */
function readClientTools(value: unknown): ClientToolSchema[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const tools = value.filter(
    (tool) => typeof tool === "object" && tool !== null && typeof tool.name === "string",
  );
  return tools.length > 0 ? tools : undefined;
}
