import { estimateMessage, isTool } from "./estimate.ts";
import {
  type CompactionFunction,
  isCompactionMessage,
  type SessionMessage,
  type SessionMessagePart,
} from "./types.ts";

/** Options of {@link createCompactFunction}. */
export interface CompactOptions {
  /** Asks the model; gets a prompt, gives its text. */
  summarize: (prompt: string) => Promise<string>;
  /** Tokens of newest messages that stay as they are. Default 20000. */
  keepRecentTokens?: number;
}

const DEFAULT_KEEP = 20_000;
/** Messages at the beginning, and at the end, that always stay as they are. */
const HEAD = 3;
const MIN_TAIL = 2;
/** Length of a summary, in tokens: this share of what it stands for, and at least so many. */
const SUMMARY_SHARE = 0.2;
const MIN_SUMMARY = 100;
/** Characters of a tool's input and output that the model is shown. */
const MAX_TOOL_TEXT = 500;

/**
 * A compaction that keeps the first messages and the newest, and has a model summarise what lies
 * between; later ones go on from the summary before. A call of a tool stays with its result.
 *
 * @example
 * session
 *   .onCompaction(createCompactFunction({ summarize: (prompt) => ask(model, prompt) }))
 *   .compactAfter(80_000);
 */
export function createCompactFunction({
  keepRecentTokens = DEFAULT_KEEP,
  summarize,
}: CompactOptions): CompactionFunction {
  return async (messages) => {
    const end = tailStart(messages, keepRecentTokens);
    const middle = messages
      .slice(headEnd(messages), end)
      .filter((one) => !isCompactionMessage(one));
    const [first, last] = [middle[0], middle.at(-1)];
    if (!first || !last) return null;
    const earlier = messages.slice(0, end).filter(isCompactionMessage).map(textOf);
    const summary = await summarize(promptFor(middle, earlier));
    if (summary.trim() === "") return null;
    return { fromMessageId: first.id, toMessageId: last.id, summary };
  };
}

/**
 * How many messages at the beginning stay. What comes after an earlier summary does not, since the new
 * summary takes that one's place and everything behind it.
 */
function headEnd(messages: readonly SessionMessage[]): number {
  const summary = messages.findIndex(isCompactionMessage);
  if (summary >= 0 && summary < HEAD) return summary + 1;
  let end = HEAD;
  while (end < messages.length && belongTogether(messages[end - 1], messages[end])) end++;
  return end;
}

/** Where the newest messages begin that stay. */
function tailStart(messages: readonly SessionMessage[], keep: number): number {
  let start = messages.length;
  let tokens = 0;
  while (start > 0) {
    tokens += estimateMessage(messages[start - 1] as SessionMessage);
    if (tokens > keep && messages.length - start >= MIN_TAIL) break;
    start--;
  }
  while (start > 0 && belongTogether(messages[start - 1], messages[start])) start--;
  return start;
}

/** Whether two neighbours are about the same call of a tool. */
function belongTogether(a: SessionMessage | undefined, b: SessionMessage | undefined): boolean {
  const calls = new Set(a?.parts.map(({ toolCallId }) => toolCallId).filter(Boolean));
  return b?.parts.some(({ toolCallId }) => calls.has(toolCallId)) ?? false;
}

function promptFor(messages: readonly SessionMessage[], earlier: readonly string[]): string {
  const turns = messages.map(turnOf).join("\n\n---\n\n");
  const share = messages.reduce((sum, message) => sum + estimateMessage(message), 0);
  const target = Math.max(MIN_SUMMARY, Math.floor(share * SUMMARY_SHARE));
  const [before, after] =
    earlier.length > 0
      ? [
          `You are updating a conversation summary. A previous summary exists below. New conversation turns have occurred since then and need to be incorporated.

PREVIOUS SUMMARY:
${earlier.join("\n\n")}

NEW TURNS TO INCORPORATE:`,
          "Update the summary. PRESERVE existing information that is still relevant. ADD new information. Remove information only if it is clearly obsolete.",
        ]
      : [
          `Create a concise summary of this conversation that preserves the important information for future context.

CONVERSATION TO SUMMARIZE:`,
          "Use this structure:",
        ];
  return `${before}
${turns}

${after}

## Topic
[What the conversation is about]

## Key Points
[Important information, decisions, and conclusions from the conversation]

## Current State
[Where things stand now — what has been done, what is in progress]

## Open Items
[Unresolved questions, pending tasks, or next steps discussed]

Target ~${target} tokens. Be factual — only include information that was explicitly discussed in the conversation. Do NOT invent file paths, commands, or details that were not mentioned. Write only the summary body.`;
}

function turnOf(message: SessionMessage): string {
  const tools = message.parts.filter(isTool).map(toolText);
  return [`[${message.role}]`, textOf(message), ...tools].join("\n");
}

function textOf({ parts }: SessionMessage): string {
  return parts
    .filter(({ text, type }) => type === "text" && typeof text === "string")
    .map(({ text }) => text)
    .join("\n");
}

function toolText(part: SessionMessagePart): string {
  const named = part.type.replace(/^(?:tool-|dynamic-tool)/, "");
  const name = part.toolName ?? (named || "unknown");
  return [`[Tool: ${name}]`, shown("Input", part.input), shown("Output", part.output)]
    .filter((line) => line !== undefined)
    .join("\n");
}

function shown(label: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return `${label}: ${(JSON.stringify(value) ?? "").slice(0, MAX_TOOL_TEXT)}`;
}
