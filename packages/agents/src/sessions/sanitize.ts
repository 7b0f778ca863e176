import type { SessionMessage, SessionMessagePart } from "./types.ts";

type Fields = Readonly<Record<string, unknown>>;

const METADATA_KEYS = ["providerMetadata", "callProviderMetadata"] as const;

/**
 * A message without what makes no sense any more in the next turn: item ids and encrypted reasoning
 * of OpenAI (refused then), and blank reasoning. The same message when there is none of it.
 */
export function sanitizeMessage(message: SessionMessage): SessionMessage {
  const parts = message.parts.map(sanitizePart).filter((part) => !isBlankReasoning(part));
  const same =
    parts.length === message.parts.length && parts.every((p, i) => p === message.parts[i]);
  return same ? message : { ...message, parts };
}

/** A message of a client, without the keys of its metadata that only the server may write. */
export function withoutReserved(message: SessionMessage, keys: readonly string[]): SessionMessage {
  const { metadata, ...rest } = message;
  if (!isFields(metadata) || !keys.some((key) => Object.hasOwn(metadata, key))) return message;
  const left = Object.entries(metadata).filter(([key]) => !keys.includes(key));
  return left.length > 0 ? { ...rest, metadata: Object.fromEntries(left) } : rest;
}

function sanitizePart(part: SessionMessagePart): SessionMessagePart {
  return METADATA_KEYS.reduce<Fields>(
    withoutOpenAiIds,
    part as unknown as Fields,
  ) as unknown as SessionMessagePart;
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

function isBlankReasoning(part: SessionMessagePart): boolean {
  if (part.type !== "reasoning" || (part.text ?? "").trim() !== "") return false;
  const { providerMetadata } = part as { providerMetadata?: unknown };
  return Object.keys(isFields(providerMetadata) ? providerMetadata : {}).length === 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
