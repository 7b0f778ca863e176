/**
 * What a page says of tools, on the published wire.
 *
 * @module
 */

import { ToolFrameType } from "../tools/frames.ts";
import { type ClientFrame, stringIn } from "../transport/frames.ts";
import type { ClientToolSchema } from "../types.ts";
import type { ToolOutput } from "./tool-results.ts";

/** What goes with every word on a tool. */
interface ToolFrame {
  readonly toolCallId: string;
  /** Whether the agent goes on with the answer. */
  readonly autoContinue: boolean;
}

/** Text of a tool's output. */
export function toolResultFrame(
  result: ToolFrame &
    ToolOutput & {
      readonly toolName: string;
      readonly clientTools?: readonly ClientToolSchema[] | undefined;
    },
): string {
  const { toolCallId, toolName, output, state, errorText, autoContinue, clientTools } = result;
  const type = ToolFrameType.CF_AGENT_TOOL_RESULT;
  const said = { type, toolCallId, toolName, output: output ?? null };
  return JSON.stringify({ ...said, state, errorText, autoContinue, clientTools });
}

/** Text of a person's decision; `reason` is our addition. */
export function toolApprovalFrame(
  decision: ToolFrame & { readonly approved: boolean; readonly reason?: string | undefined },
): string {
  const { toolCallId, approved, autoContinue, reason } = decision;
  const type = ToolFrameType.CF_AGENT_TOOL_APPROVAL;
  return JSON.stringify({ type, toolCallId, approved, autoContinue, reason });
}

/** Text of the question whether a tool is to run here; our addition. */
export function claimRequestFrame(toolCallId: string): string {
  return JSON.stringify({ type: ToolFrameType.CF_AGENT_TOOL_CLAIM, toolCallId });
}

/** The answer to that question, or undefined when the frame is none. */
export function readClaim(
  frame: ClientFrame,
): { readonly toolCallId: string; readonly granted: boolean } | undefined {
  const toolCallId = stringIn(frame, "toolCallId");
  if (frame.type !== ToolFrameType.CF_AGENT_TOOL_CLAIM || toolCallId === undefined)
    return undefined;
  return { toolCallId, granted: frame.granted === true };
}
