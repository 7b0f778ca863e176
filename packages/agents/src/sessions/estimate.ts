import { estimateTokens } from "../tokens.ts";
import type { SessionMessage, SessionMessagePart } from "./types.ts";

/** Tokens of a message's frame. */
const TOKENS_PER_MESSAGE = 4;
/** Tokens of an image, whatever its size. */
const TOKENS_PER_IMAGE = 1600;
const BYTES_PER_TOKEN = 4;
const DATA_URL = /^data:[^,]*?(;base64)?,/;

/** About how many tokens a message costs a model. It decides when to compact, and nothing else. */
export function estimateMessage({ parts }: SessionMessage): number {
  return parts.reduce((sum, part) => sum + estimatePart(part), TOKENS_PER_MESSAGE);
}

function estimatePart(part: SessionMessagePart): number {
  return estimateText(part) + estimateFile(part);
}

function estimateText(part: SessionMessagePart): number {
  if (typeof part.text === "string") return estimateTokens(part.text);
  if (!isTool(part)) return 0;
  return [part.input, part.output ?? part.result]
    .filter((value) => value !== undefined && value !== null)
    .map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "")))
    .reduce((sum, text) => sum + estimateTokens(text), 0);
}

function estimateFile({ mediaType, type, url }: SessionMessagePart): number {
  if (type !== "file" || typeof url !== "string") return 0;
  const [head, base64] = DATA_URL.exec(url) ?? [];
  if (head === undefined) return 0;
  if (mediaType?.startsWith("image/")) return TOKENS_PER_IMAGE;
  const characters = url.length - head.length;
  const bytes = base64 ? Math.floor((characters * 3) / 4) : characters;
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** Whether a part is a call of a tool. */
export function isTool({ type }: SessionMessagePart): boolean {
  return type.startsWith("tool-") || type === "dynamic-tool";
}
