/**
 * What an interrupted stream had said, put back together and stored.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { toolPartHasSettledResult } from "../tools/repair.ts";
import { StreamAccumulator } from "./accumulator.ts";
import { applyChunkToParts, type MessagePart, type StreamChunkData } from "./message-builder.ts";

/** Where messages are stored. */
export interface OrphanPersistStore<M extends { id: string } = UIMessage> {
  getMessage(id: string): M | null | Promise<M | null>;
  /** `parentId` counts for stores that keep a tree: the latest message when it is absent. */
  appendMessage(message: M, parentId?: string | null): void | Promise<void>;
  updateMessage(message: M): void | Promise<void>;
}

/** How a message is stored. */
export interface PersistReconstructedOrphanOptions<TMessage extends UIMessage = UIMessage> {
  store: OrphanPersistStore<TMessage>;
  /** Id of the message when the stream does not name it. */
  fallbackId: string;
  /** The message as it is stored; null for not at all. */
  prepare: (message: TMessage) => TMessage | null;
  /** The message in the place of a stored one with its id. */
  merge: (existing: TMessage, incoming: TMessage) => TMessage;
}

/**
 * A stored message with what its stream said and it does not have yet. Its own parts stay: they may
 * hold what clients said of tools, which no stream tells.
 */
export function reconcileOrphanPartial(existing: UIMessage, incoming: UIMessage): UIMessage {
  const callOf = (part: MessagePart): unknown => Reflect.get(part, "toolCallId");
  const known = new Set<unknown>(existing.parts.map(callOf).filter((id) => id !== undefined));
  const parts = [...existing.parts, ...incoming.parts.filter((part) => !known.has(callOf(part)))];
  const metadata = merged(existing.metadata, incoming.metadata);
  return { ...incoming, parts, ...(metadata === undefined ? {} : { metadata }) };
}

function merged(existing: unknown, incoming: unknown): object | undefined {
  if (existing === undefined && incoming === undefined) return undefined;
  return { ...(existing as object | undefined), ...(incoming as object | undefined) };
}

/** Builds the message of a stream and stores it; whether there was anything to store. */
export async function persistReconstructedOrphan<TMessage extends UIMessage = UIMessage>(
  chunks: ReadonlyArray<{ body: string }>,
  options: PersistReconstructedOrphanOptions<TMessage>,
): Promise<boolean> {
  const { fallbackId, merge, prepare, store } = options;
  const built = new StreamAccumulator({ messageId: fallbackId });
  for (const { body } of chunks) {
    const chunk = chunkOf(body);
    if (chunk) built.applyChunk(chunk);
  }
  if (built.parts.length === 0) return false;
  const message = prepare(built.toMessage() as TMessage);
  if (!message) return false;
  const existing = await store.getMessage(message.id);
  if (existing) await store.updateMessage(merge(existing, message));
  else await store.appendMessage(message);
  return true;
}

/** What an interrupted turn had said. */
export interface RecoveryPartial {
  text: string;
  parts: unknown[];
  /** Tools have run: their results cannot be had again. */
  hasSettledToolResults: boolean;
}

/** How chunks are read of one kind of stream. */
export interface ChatRecoveryCodec {
  toRecoveryPartial(bodies: string[]): RecoveryPartial;
  /** Whether chunks of a type always count as progress: something new has begun, or a tool has run. */
  isProgressChunk(type: string | undefined): boolean;
  /** Whether they go on with something: that counts now and then. */
  isStreamingContentChunk(type: string | undefined): boolean;
}

/** Whether parts hold the result of a tool. */
export function partialHasSettledToolResults(parts: MessagePart[]): boolean {
  return parts.some((part) => {
    const record = part as unknown as Record<string, unknown>;
    return typeof record.toolCallId === "string" && toolPartHasSettledResult(record);
  });
}

const PROGRESS: ReadonlySet<unknown> = new Set([
  ...["text-start", "reasoning-start", "tool-input-available"],
  ...["tool-output-available", "tool-output-error", "tool-output-denied"],
]);
const CONTENT: ReadonlySet<unknown> = new Set([
  ...["text-delta", "reasoning-delta", "tool-input-delta"],
]);

/** Reads the chunks of the AI SDK. */
export const aiSdkRecoveryCodec = {
  toRecoveryPartial(bodies: string[]) {
    const parts: MessagePart[] = [];
    for (const body of bodies) {
      const chunk = chunkOf(body);
      if (chunk) applyChunkToParts(parts, chunk);
    }
    const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
    return { text, parts, hasSettledToolResults: partialHasSettledToolResults(parts) };
  },
  isProgressChunk: (type: string | undefined) => PROGRESS.has(type),
  isStreamingContentChunk: (type: string | undefined) => CONTENT.has(type),
} satisfies ChatRecoveryCodec;

function chunkOf(body: string): StreamChunkData | undefined {
  try {
    const chunk: unknown = JSON.parse(body);
    const isOne = typeof (chunk as { type?: unknown } | null)?.type === "string";
    return isOne ? (chunk as StreamChunkData) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
