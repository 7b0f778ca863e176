/**
 * What a chat that runs as a tool says where its author does not say it: its input as a message, its
 * output, and what a conversation is told of runs in the background.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type {
  AgentToolLifecycleResult,
  AgentToolMilestone,
  AgentToolRunInfo,
} from "../../agent-tools/types.ts";

/** Words that runs end with; they equal those of the published package. */
export const ChildWords = {
  SKIPPED: "Agent tool run was skipped because the chat was cleared.",
  LOST: "Agent tool run was interrupted before the child could finish.",
} as const;

/** Where words about detached runs come from, when the run does not say. */
const DETACHED_SOURCE = "detached-agent-tool";

/** A text as it is, anything else as JSON. */
export function inputMessage(input: unknown, runId: string): UIMessage {
  const text = typeof input === "string" ? input : (JSON.stringify(input, null, 2) ?? "");
  return { id: `agent-tool-${runId}-input`, role: "user", parts: [{ type: "text", text }] };
}

/** The text of the last answer that has one. */
export function latestAnswerText(messages: readonly UIMessage[]): string | undefined {
  for (const { parts, role } of messages.toReversed()) {
    if (role !== "assistant") continue;
    const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
    if (text !== "") return text;
  }
  return undefined;
}

/** An output in a few words for people and models. */
export function summaryOf(output: unknown, messages: readonly UIMessage[]): string {
  if (typeof output === "string") return output;
  return latestAnswerText(messages) ?? (output === undefined ? "" : JSON.stringify(output));
}

/** What a conversation is told of the end of a run in the background. */
export function completionText(run: AgentToolRunInfo, result: AgentToolLifecycleResult): string {
  const { error, status, summary } = result;
  const name = run.display?.name ?? run.agentType;
  if (status === "completed") return `${name} has finished in the background.\n\n${summary ?? ""}`;
  return `${name} has ended in the background as ${status}${error ? `: ${error}` : "."}`;
}

/** What a conversation is told of a milestone. */
export function milestoneText(run: AgentToolRunInfo, { name, data }: AgentToolMilestone): string {
  const title = run.display?.name ?? run.agentType;
  const details = data === undefined ? "" : `\n\n${JSON.stringify(data)}`;
  return `${title} has reached "${name}".${details}`;
}

/** The message by which a conversation is told of a run in the background. */
export function noticeMessage(
  run: AgentToolRunInfo,
  about: { readonly id: string; readonly role: "user" | "assistant"; readonly text: string },
  what: Readonly<Record<string, unknown>>,
): UIMessage {
  const { id, role, text } = about;
  const { agentType, notifySource: source = DETACHED_SOURCE, runId } = run;
  const metadata = { source, runId, agentType, ...what };
  return { id, role, metadata, parts: [{ type: "text", text }] };
}
