import type { Context } from "@opentelemetry/api";
import { type Fields, fields, list, text } from "./read.ts";
import { openSpan } from "./span.ts";

/** What a person decided on a tool's call. */
export interface Decision {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly approved: boolean;
}

/** Decisions by the id of the tool's call. */
export type Decisions = ReadonlyMap<string, Decision>;

type State = "requested" | "approved" | "denied";

/**
 * Records a moment in the life of an approval: a tool's span with the moment below it, both ended at
 * once. Nothing stays open while a person thinks.
 */
export function recordApproval(
  parent: Context,
  toolName: string,
  toolCallId: string,
  state: State,
): void {
  const tool = openSpan("execute_tool", toolName, toolAttributes(toolName, toolCallId), { parent });
  approvalSpan(tool.context, toolName, toolCallId, state);
  tool.end();
}

/** Records a moment of an approval below the tool's own span. */
export function approvalSpan(
  parent: Context,
  toolName: string,
  toolCallId: string,
  state: State,
): void {
  const attributes = {
    ...toolAttributes(toolName, toolCallId),
    "cloudflare.agents.operation.name": "tool.approval",
    "cloudflare.agents.tool.approval.state": state,
  };
  openSpan("tool_approval", toolName, attributes, { parent }).end();
}

/** Which tool, and which call of it. */
export function toolAttributes(toolName: string, toolCallId: string | undefined) {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": toolName,
    "gen_ai.tool.call.id": toolCallId,
    "cloudflare.agents.integration.name": "ai-sdk",
    "cloudflare.agents.operation.name": "tool.execute",
  };
}

/** The tool that a part of an answer asks permission for. */
export function approvalRequest(
  part: unknown,
): { toolName: string; toolCallId: string } | undefined {
  const told = fields(part);
  if (told.type !== "tool-approval-request") return undefined;
  const call = fields(told.toolCall);
  const toolCallId = text(call.toolCallId) ?? text(told.toolCallId);
  return toolCallId ? { toolCallId, toolName: text(call.toolName) ?? "unknown" } : undefined;
}

/** The decisions in the last message: those before it belong to earlier calls. */
export function decisionsOf(messages: unknown): Decisions {
  const all = list(messages);
  const last = parts(all.at(-1));
  const responses = last.filter(({ type }) => type === "tool-approval-response");
  if (responses.length === 0) return new Map();
  const told = all.flatMap(parts);
  const decisions = responses.flatMap(({ approvalId, approved }) => {
    const asked = told.find(
      (part) => part.type === "tool-approval-request" && part.approvalId === approvalId,
    );
    const toolCallId = text(asked?.toolCallId) ?? text(fields(asked?.toolCall).toolCallId);
    if (toolCallId === undefined) return [];
    const call = told.find((part) => part.type === "tool-call" && part.toolCallId === toolCallId);
    const toolName = text(call?.toolName) ?? "unknown";
    return [{ toolCallId, toolName, approved: approved === true }];
  });
  return new Map(decisions.map((decision) => [decision.toolCallId, decision]));
}

function parts(message: unknown): readonly Fields[] {
  return list(fields(message).content).map(fields);
}
