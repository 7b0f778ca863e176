/**
 * Messages from the chunks of a stream, built in place: for code that keeps a list of parts. Inside,
 * chats use the pure reducer of `assembly.ts`, of which this is a face.
 *
 * @module
 */

import type { UIMessage, UIMessageChunk } from "ai";
import { type Assembly, applyChunk } from "../assembly.ts";

/** The parts of a message. */
export type MessageParts = UIMessage["parts"];
/** A part of a message. */
export type MessagePart = MessageParts[number];

/** A chunk of a stream, read. */
export type StreamChunkData = { type: string; [key: string]: unknown } & Partial<{
  id: string;
  delta: string;
  text: string;
  mediaType: string;
  url: string;
  sourceId: string;
  title: string;
  filename: string;
  toolCallId: string;
  toolName: string;
  input: unknown;
  inputTextDelta: string;
  output: unknown;
  state: string;
  errorText: string;
  preliminary: boolean;
  approvalId: string;
  approvalDescriptor: unknown;
  providerMetadata: Record<string, unknown>;
  providerExecuted: boolean;
  data: unknown;
  transient: boolean;
  messageId: string;
  messageMetadata: unknown;
}>;

/** Chunks that say something of the message or the stream, and change no part. */
const NOT_PARTS: ReadonlySet<string> = new Set([
  ...["start", "finish", "finish-step", "message-metadata", "error", "abort"],
]);
const KNOWN =
  /^(?:(?:text|reasoning)-(?:start|delta|end)|tool-.+|data-.+|(?:start|reset)-step|step-start|file|reasoning-file|source-(?:url|document)|custom|steering-message)$/;
const SETTLED: ReadonlySet<unknown> = new Set([
  ...["output-available", "output-error", "output-denied"],
]);
const APPROVAL: ReadonlySet<unknown> = new Set(["approval-requested", "approval-responded"]);

/** Which parts of a list are open, between two chunks. */
const open = new WeakMap<MessageParts, Assembly["open"]>();

/**
 * Applies a chunk to a list of parts, which it changes; whether it is one that parts are made of.
 *
 * @example
 * ```ts
 * const parts: UIMessage["parts"] = [];
 * for (const chunk of chunks) applyChunkToParts(parts, chunk);
 * ```
 */
export function applyChunkToParts(parts: MessagePart[], chunk: StreamChunkData): boolean {
  if (NOT_PARTS.has(chunk.type) || !KNOWN.test(chunk.type)) return false;
  const type = chunk.type === "step-start" ? "start-step" : chunk.type;
  const before: Assembly = {
    message: { id: "", role: "assistant", parts },
    open: open.get(parts) ?? {},
  };
  const after = applyChunk(before, { ...chunk, type } as unknown as UIMessageChunk);
  open.set(parts, after.open);
  if (after.message.parts !== parts) parts.splice(0, parts.length, ...after.message.parts);
  return true;
}

/**
 * Whether a chunk tells again what the parts are past, so that sending it on would take clients
 * back: a call that is known already, or a question that was answered.
 */
export function isReplayChunk(parts: MessagePart[], chunk: StreamChunkData): boolean {
  const state = stateOf(parts, chunk.toolCallId);
  if (state === undefined) return false;
  switch (chunk.type) {
    case "tool-input-start":
      return true;
    case "tool-input-delta":
    case "tool-input-available":
      return state !== "input-streaming";
    case "tool-approval-request":
    case "tool-output-denied":
      return SETTLED.has(state) || state === "approval-responded";
    default:
      return false;
  }
}

/** Whether a chunk brings the input of a call about which a person has been asked already. */
export function isLateToolInputChunk(parts: MessagePart[], chunk: StreamChunkData): boolean {
  return chunk.type === "tool-input-available" && APPROVAL.has(stateOf(parts, chunk.toolCallId));
}

/** Adds such an input to its call, which stays as it is otherwise; whether anything changed. */
export function applyLateToolInput(parts: MessagePart[], chunk: StreamChunkData): boolean {
  if (!isLateToolInputChunk(parts, chunk)) return false;
  const at = parts.findIndex((part) => callOf(part) === chunk.toolCallId);
  const part = parts[at] as unknown as Record<string, unknown>;
  const isWhole = part.input !== undefined && part.input !== null && part.rawInput === undefined;
  if (isWhole || chunk.input === undefined) return false;
  const { rawInput: _raw, ...rest } = part;
  parts[at] = { ...rest, input: chunk.input } as unknown as MessagePart;
  return true;
}

/**
 * What clients are sent of such an input: the input, then the question again, because the input alone
 * would take the question away. Nothing once the question is answered.
 */
export function lateToolInputForwardChunks(
  parts: MessagePart[],
  chunk: StreamChunkData,
  approvalRequest?: StreamChunkData,
): StreamChunkData[] {
  if (stateOf(parts, chunk.toolCallId) !== "approval-requested") return [];
  const part = parts.find((each) => callOf(each) === chunk.toolCallId) as unknown as {
    approval?: { id?: string };
  };
  const { toolCallId } = chunk;
  const asked = approvalRequest ?? {
    ...{ type: "tool-approval-request", ...(toolCallId === undefined ? {} : { toolCallId }) },
    ...(part.approval?.id === undefined ? {} : { approvalId: part.approval.id }),
  };
  return [chunk, asked];
}

function callOf(part: MessagePart): unknown {
  return Reflect.get(part, "toolCallId");
}

function stateOf(parts: MessagePart[], toolCallId: unknown): unknown {
  if (toolCallId === undefined) return undefined;
  const part = parts.find((each) => callOf(each) === toolCallId);
  return part && Reflect.get(part, "state");
}
