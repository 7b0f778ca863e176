/**
 * Keeping messages small: in a row of a database, and in what a model reads.
 *
 * @module
 */

import type { ModelMessage, UIMessage } from "ai";
import { sanitizeMessage as withoutLeftovers } from "../../sessions/sanitize.ts";
import type { SessionMessage } from "../../sessions/types.ts";

type Fields = Record<string, unknown>;

/** Bytes of JSON above which a message is shortened: below SQLite's limit of 2 MB a row. */
export const ROW_MAX_BYTES = 1_800_000;
/** Most values of a statement on the platform. */
export const MAX_BOUND_PARAMS = 100;
/** Most keys that storage deletes in one call. */
export const KV_DELETE_MAX_KEYS = 128;

const OUTPUT_BUDGET = 1000;
const TEXT_LIMIT = 1000;
const TEXT_KEPT = 500;
const MAX_DEPTH = 8;
const OMITTED = "Tool output omitted because it was too large to preserve structurally.";

/** Bytes of a text in UTF-8. */
export function byteLength(s: string): number {
  let bytes = 0;
  for (let index = 0; index < s.length; index++) {
    const unit = s.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else if (unit < 0xdc00 && (s.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      bytes += 4;
      index++;
    } else bytes += 3;
  }
  return bytes;
}

/**
 * The strings of a tagged template that ends in `IN (?, ?, …)`, for `agent.sql`.
 *
 * @param count at least 1
 * @throws RangeError for less
 * @example
 * ```ts
 * this.sql(buildInClauseStrings("DELETE FROM notes WHERE id IN ", ids.length), ...ids);
 * ```
 */
export function buildInClauseStrings(prefix: string, count: number): TemplateStringsArray {
  if (count < 1) throw new RangeError("An IN clause needs at least one value");
  const between = Array.from({ length: count - 1 }, () => ", ");
  const strings = [`${prefix}(`, ...between, ")"];
  return Object.assign(strings, { raw: strings });
}

/**
 * A message without what makes no sense any more in the next turn: item ids and encrypted reasoning
 * of OpenAI, and blank reasoning. The same message when there is none of it.
 */
export function sanitizeMessage<M extends { parts: readonly object[] }>(message: M): M {
  return withoutLeftovers(message as unknown as SessionMessage) as unknown as M;
}

/** Hooks of {@link enforceRowSizeLimit}. */
export interface EnforceRowSizeLimitOptions {
  /** Told when a message had to be shortened. */
  warn?: (message: string) => void;
}

/**
 * A message that fits into a row: outputs of tools are shortened first, then texts from the oldest
 * on. What was shortened is named in the metadata: `compactedToolOutputs` by the ids of the calls,
 * `compactedTextParts` by the index of the part. The same message when it fits. Chats do not need
 * this: their store splits long messages over several rows.
 */
export function enforceRowSizeLimit(
  message: UIMessage,
  options: EnforceRowSizeLimitOptions = {},
): UIMessage {
  if (sizeOf(message) <= ROW_MAX_BYTES) return message;
  options.warn?.(`Message ${message.id} is ${sizeOf(message)} bytes long and is shortened`);
  const shorter = message.role === "assistant" ? withShortOutputs(message) : message;
  return sizeOf(shorter) <= ROW_MAX_BYTES ? shorter : withShortTexts(shorter);
}

function sizeOf(message: UIMessage): number {
  return byteLength(JSON.stringify(message));
}

function withShortOutputs(message: UIMessage): UIMessage {
  const ids: string[] = [];
  const parts = message.parts.map((part) => {
    const { output, state, toolCallId } = part as unknown as Fields;
    if (state !== "output-available" || typeof toolCallId !== "string") return part;
    const short = truncateToolOutput(output, OUTPUT_BUDGET);
    if (short === output) return part;
    ids.push(toolCallId);
    return { ...part, output: short } as typeof part;
  });
  return ids.length === 0
    ? message
    : { ...message, parts, metadata: noted(message, "compactedToolOutputs", ids) };
}

function withShortTexts(message: UIMessage): UIMessage {
  let current = message;
  const shortened: number[] = [];
  for (const [index, part] of message.parts.entries()) {
    if (sizeOf(current) <= ROW_MAX_BYTES) break;
    if (part.type !== "text" || part.text.length <= TEXT_LIMIT) continue;
    shortened.push(index);
    const { length } = part.text;
    const kept = part.text.slice(0, TEXT_KEPT);
    const text = `[Text truncated for storage (${length} chars). First ${TEXT_KEPT} chars: ${kept}...]`;
    const metadata = noted(message, "compactedTextParts", shortened);
    current = { ...current, metadata, parts: current.parts.with(index, { ...part, text }) };
  }
  const outputs = (message.metadata as Fields | undefined)?.compactedToolOutputs;
  const metadata = outputs === undefined ? {} : { compactedToolOutputs: outputs };
  return { ...current, metadata: { ...(current.metadata as Fields | undefined), ...metadata } };
}

function noted(message: UIMessage, key: string, value: unknown): Fields {
  return { ...(message.metadata as Fields | undefined), [key]: value };
}

/** An output of about so many characters, in the form it had. The same one when it is that short. */
function truncateToolOutput(output: unknown, budget: number): unknown {
  const json = JSON.stringify(output);
  if (json === undefined || json.length <= budget) return output;
  return shortened(output, budget, 0);
}

function shortened(value: unknown, budget: number, depth: number): unknown {
  if (typeof value === "string") return shortText(value, budget);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return { note: OMITTED };
  return Array.isArray(value)
    ? shortList(value, budget, depth)
    : shortFields(value as Fields, budget, depth);
}

function shortText(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const kept = Math.max(0, budget);
  return `${text.slice(0, kept)}... [truncated ${text.length - kept} chars]`;
}

function shortList(list: readonly unknown[], budget: number, depth: number): unknown[] {
  const kept: unknown[] = [];
  let left = budget;
  for (const item of list) {
    if (left <= 0) break;
    const short = shortened(item, left, depth + 1);
    left -= JSON.stringify(short)?.length ?? 0;
    kept.push(short);
  }
  const missing = list.length - kept.length;
  return missing === 0 ? kept : [...kept, `Array output truncated: ${missing} more items`];
}

function shortFields(fields: Fields, budget: number, depth: number): Fields {
  const before = JSON.stringify(fields).length;
  let left = budget;
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (left <= 0) break;
    const short = shortened(value, left, depth + 1);
    left -= key.length + (JSON.stringify(short)?.length ?? 0);
    kept.push([key, short]);
  }
  const short = Object.fromEntries(kept);
  const cut = before - JSON.stringify(short).length;
  return { ...short, __truncated: true, __truncatedChars: Math.max(0, cut) };
}

/** How much of older messages a model reads. */
export interface TruncateOptions {
  /** How many of the last messages stay as they are. Default 4. */
  keepRecent?: number;
  /** Most characters of the output of a tool. Default 500. */
  maxToolOutputChars?: number;
  /** Most characters of a text. Default 10 000. */
  maxTextChars?: number;
  /** Whether outputs are shortened at all. Default true. */
  toolOutputs?: boolean;
}

/** Messages with shorter texts and outputs in all but the last. Outputs that a provider made stay. */
export function truncateOlderMessages(
  messages: SessionMessage[],
  options: TruncateOptions = {},
): SessionMessage[] {
  const { keepRecent = 4, maxToolOutputChars = 500 } = options;
  const { maxTextChars = 10_000, toolOutputs = true } = options;
  const recentFrom = messages.length - keepRecent;
  return messages.map((message, index) => {
    if (index >= recentFrom) return message;
    const parts = message.parts.map((part) => {
      if (part.type === "text" && typeof part.text === "string") {
        const text = shortText(part.text, maxTextChars);
        return text === part.text ? part : { ...part, text };
      }
      const { output, providerExecuted } = part as unknown as Fields;
      if (!toolOutputs || output === undefined || providerExecuted) return part;
      const short = truncateToolOutput(output, maxToolOutputChars);
      return short === output ? part : { ...part, output: short };
    });
    const changed = parts.some((part, at) => part !== message.parts[at]);
    return changed ? { ...message, parts: parts as SessionMessage["parts"] } : message;
  });
}

/** How much of older results a model reads. */
export interface TruncateToolResultsOptions {
  /** How many of the last messages keep their results. Default 4. */
  keepRecent?: number;
  /** Most characters of a result. Default 500. */
  maxToolOutputChars?: number;
}

/**
 * Shortens the results of older messages after `convertToModelMessages`. `messages` are those that
 * were converted: the n-th result of a call belongs to its n-th part in them.
 */
export function truncateOlderToolResults<M extends ModelMessage>(
  modelMessages: M[],
  messages: readonly SessionMessage[],
  options: TruncateToolResultsOptions = {},
): M[] {
  const { keepRecent = 4, maxToolOutputChars = 500 } = options;
  const old = new Map<string, number>();
  for (const { parts } of messages.slice(0, Math.max(0, messages.length - keepRecent))) {
    for (const part of parts as unknown as readonly Fields[]) {
      const { providerExecuted, toolCallId } = part;
      if (typeof toolCallId !== "string" || providerExecuted) continue;
      old.set(toolCallId, (old.get(toolCallId) ?? 0) + 1);
    }
  }
  return modelMessages.map((message) => {
    if (message.role !== "tool" || !Array.isArray(message.content)) return message;
    const content = (message.content as unknown as readonly Fields[]).map((part) => {
      const left = old.get(String(part.toolCallId)) ?? 0;
      if (part.type !== "tool-result" || left === 0) return part;
      old.set(String(part.toolCallId), left - 1);
      const output = shortResult(part.output as Fields, maxToolOutputChars);
      return output === part.output ? part : { ...part, output };
    });
    return { ...message, content } as unknown as M;
  });
}

function shortResult(output: Fields | undefined, budget: number): unknown {
  if (!output || !("value" in output)) return output;
  const value =
    output.type === "content" && Array.isArray(output.value)
      ? output.value.map((part: Fields) => shortContent(part, budget))
      : truncateToolOutput(output.value, budget);
  return value === output.value ? output : { ...output, value };
}

/** Bytes of files and pictures give way to a word. */
function shortContent(part: Fields, budget: number): Fields {
  if (part.type === "text") return { ...part, text: shortText(String(part.text ?? ""), budget) };
  const { data, mediaType } = part;
  if (typeof data !== "string" || data.length <= budget) return part;
  return { type: "text", text: `[${String(mediaType ?? "file")} omitted]` };
}
