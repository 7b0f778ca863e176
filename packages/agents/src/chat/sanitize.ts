/**
 * What is taken out of a message before it is stored.
 *
 * @module
 */

import type { UIMessage } from "ai";

type Part = UIMessage["parts"][number];
type Fields = Readonly<Record<string, unknown>>;

/** Longest string kept inside input and output of a tool that the provider ran, in code units. */
const MAX_PROVIDER_TOOL_TEXT = 500;
/** Provider tools whose results the model needs verbatim in the next turn. */
const VERBATIM_TOOLS: ReadonlySet<string> = new Set(["web_search", "web_fetch"]);
const METADATA_KEYS = ["providerMetadata", "callProviderMetadata"] as const;

/**
 * A copy without OpenAI item ids and encrypted reasoning (stale in the next turn, and refused then),
 * without blank reasoning, and with long texts of provider-run tools shortened. Other providers'
 * opaque data stays. The same message when there is nothing to take out.
 */
export function sanitizeMessage(message: UIMessage): UIMessage {
  const parts = message.parts.map(sanitizePart).filter((part) => !isBlankReasoning(part));
  const same =
    parts.length === message.parts.length && parts.every((p, i) => p === message.parts[i]);
  return same ? message : { ...message, parts };
}

function sanitizePart(part: Part): Part {
  const stripped = METADATA_KEYS.reduce<Fields>(withoutOpenAiIds, part as unknown as Fields);
  return shortened(stripped) as unknown as Part;
}

function withoutOpenAiIds(part: Fields, key: string): Fields {
  const metadata = part[key];
  if (!isFields(metadata) || !isFields(metadata.openai)) return part;
  const { itemId, reasoningEncryptedContent, ...openai } = metadata.openai;
  if (itemId === undefined && reasoningEncryptedContent === undefined) return part;
  const { openai: _openai, ...others } = metadata;
  const rest = Object.keys(openai).length > 0 ? { ...others, openai } : others;
  if (Object.keys(rest).length > 0) return { ...part, [key]: rest };
  const { [key]: _metadata, ...bare } = part;
  return bare;
}

function isBlankReasoning(part: Part): boolean {
  if (part.type !== "reasoning" || part.text.trim() !== "") return false;
  return Object.keys(part.providerMetadata ?? {}).length === 0;
}

function shortened(part: Fields): Fields {
  if (!part.providerExecuted) return part;
  const name = typeof part.toolName === "string" ? part.toolName : String(part.type).slice(5);
  if (VERBATIM_TOOLS.has(name)) return part;
  const input = shortenTexts(part.input);
  const output = shortenTexts(part.output);
  return input === part.input && output === part.output ? part : { ...part, input, output };
}

function shortenTexts(value: unknown, key = ""): unknown {
  if (typeof value === "string") return key.startsWith("encrypted") ? value : shortenText(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => shortenTexts(item, key));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(
    ([name, item]) => [name, shortenTexts(item, name)] as const,
  );
  return entries.every(([name, item]) => item === value[name])
    ? value
    : Object.fromEntries(entries);
}

function shortenText(text: string): string {
  if (text.length <= MAX_PROVIDER_TOOL_TEXT) return text;
  const note = `… [truncated, original length: ${text.length}]`;
  return text.slice(0, MAX_PROVIDER_TOOL_TEXT - note.length) + note;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
