/**
 * A message that grows with a stream, and its place in a conversation.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { applyChunkToParts, type StreamChunkData } from "./message-builder.ts";

/** How it begins. */
export interface StreamAccumulatorOptions {
  messageId: string;
  /** It goes on with the last answer of the conversation it is merged into. */
  continuation?: boolean;
  /** What it goes on with; without, that is found when it is merged. */
  existingParts?: UIMessage["parts"];
  existingMetadata?: Record<string, unknown>;
}

type Metadata = Record<string, unknown>;

/** What a chunk asks its reader to do, beyond what it does to the message. */
export type ChunkAction =
  | { type: "start"; messageId?: string; metadata?: Metadata }
  | { type: "finish"; finishReason?: string; metadata?: Metadata }
  | { type: "message-metadata"; metadata: Metadata }
  | { type: "tool-approval-request"; toolCallId: string }
  | {
      type: "cross-message-tool-update";
      updateType: "output-available" | "output-error";
      toolCallId: string;
      output?: unknown;
      errorText?: string;
      preliminary?: boolean;
    }
  | { type: "error"; error: string };

/** What became of a chunk. */
export interface ChunkResult {
  handled: boolean;
  action?: ChunkAction;
}

/**
 * Builds one message from the chunks of a stream.
 *
 * @example
 * ```ts
 * const answer = new StreamAccumulator({ messageId: "m1" });
 * for (const chunk of chunks) answer.applyChunk(chunk);
 * messages = answer.mergeInto(messages);
 * ```
 */
export class StreamAccumulator {
  messageId: string;
  readonly parts: UIMessage["parts"];
  metadata?: Record<string, unknown>;
  readonly #isContinuation: boolean;
  /** Chunks of a continuation that does not know yet what it goes on with. */
  #waiting: StreamChunkData[] | undefined;

  constructor(options: StreamAccumulatorOptions) {
    const { continuation = false, existingMetadata, existingParts, messageId } = options;
    this.messageId = messageId;
    this.parts = existingParts ? [...existingParts] : [];
    if (existingMetadata) this.metadata = { ...existingMetadata };
    this.#isContinuation = continuation;
    this.#waiting = continuation && !existingParts ? [] : undefined;
  }

  applyChunk(chunk: StreamChunkData): ChunkResult {
    switch (chunk.type) {
      case "start":
        return { handled: true, action: this.#start(chunk) };
      case "finish":
        return { handled: true, action: this.#finish(chunk) };
      case "message-metadata":
        this.#merge(chunk.messageMetadata);
        return {
          handled: true,
          action: { type: "message-metadata", metadata: { ...asMetadata(chunk.messageMetadata) } },
        };
      case "finish-step":
        return { handled: true };
      case "error":
        return { handled: true, action: { type: "error", error: chunk.errorText ?? "" } };
      default:
        return this.#part(chunk);
    }
  }

  /** The message as it is now. */
  toMessage(): UIMessage {
    const { messageId: id, metadata, parts } = this;
    return { id, role: "assistant", parts: [...parts], ...(metadata ? { metadata } : {}) };
  }

  /** A conversation with the message in the place of the one it goes on with, or at the end. */
  mergeInto(messages: UIMessage[]): UIMessage[] {
    const at = this.#placeIn(messages);
    this.#adopt(messages[at]);
    return at === -1 ? [...messages, this.toMessage()] : messages.with(at, this.toMessage());
  }

  #placeIn(messages: readonly UIMessage[]): number {
    const known = messages.findIndex(({ id }) => id === this.messageId);
    if (known !== -1 || !this.#isContinuation) return known;
    return messages.findLastIndex(({ role }) => role === "assistant");
  }

  #adopt(message: UIMessage | undefined): void {
    const waiting = this.#waiting;
    if (!waiting || !this.#isContinuation) return;
    this.#waiting = undefined;
    if (message) {
      this.messageId = message.id;
      this.parts.unshift(...message.parts);
      const metadata = { ...asMetadata(message.metadata), ...this.metadata };
      if (Object.keys(metadata).length > 0) this.metadata = metadata;
    }
    for (const chunk of waiting) applyChunkToParts(this.parts, chunk);
  }

  #start({ messageId, messageMetadata }: StreamChunkData): ChunkAction {
    if (messageId !== undefined && !this.#isContinuation) this.messageId = messageId;
    this.#merge(messageMetadata);
    return {
      type: "start",
      ...(messageId === undefined ? {} : { messageId }),
      ...(messageMetadata === undefined ? {} : { metadata: { ...asMetadata(messageMetadata) } }),
    };
  }

  #finish({ finishReason, messageMetadata }: StreamChunkData): ChunkAction {
    this.#merge(messageMetadata);
    return {
      type: "finish",
      ...(typeof finishReason === "string" ? { finishReason } : {}),
      ...(messageMetadata === undefined ? {} : { metadata: { ...asMetadata(messageMetadata) } }),
    };
  }

  #part(chunk: StreamChunkData): ChunkResult {
    const other = this.#elsewhere(chunk);
    if (other) return { handled: true, action: other };
    if (this.#waiting) {
      this.#waiting.push(chunk);
      return { handled: true };
    }
    const handled = applyChunkToParts(this.parts, chunk);
    const { toolCallId } = chunk;
    if (chunk.type !== "tool-approval-request" || toolCallId === undefined) return { handled };
    return { handled, action: { type: "tool-approval-request", toolCallId } };
  }

  /** A result for a call that is not in this message. */
  #elsewhere({ errorText, output, preliminary, toolCallId, type }: StreamChunkData) {
    const isResult = type === "tool-output-available" || type === "tool-output-error";
    if (!isResult || toolCallId === undefined || this.#knows(toolCallId)) return undefined;
    const updateType: "output-available" | "output-error" =
      type === "tool-output-error" ? "output-error" : "output-available";
    return {
      ...{ type: "cross-message-tool-update" as const, updateType, toolCallId },
      ...(output === undefined ? {} : { output }),
      ...(errorText === undefined ? {} : { errorText }),
      ...(preliminary === undefined ? {} : { preliminary }),
    };
  }

  #knows(toolCallId: string): boolean {
    const made = this.#waiting?.some((chunk) => chunk.toolCallId === toolCallId) ?? false;
    return made || this.parts.some((part) => Reflect.get(part, "toolCallId") === toolCallId);
  }

  #merge(metadata: unknown): void {
    if (metadata === undefined || metadata === null) return;
    this.metadata = { ...this.metadata, ...asMetadata(metadata) };
  }
}

/** What a client knows of a stream that it did not ask for. */
export type BroadcastStreamState =
  | { status: "idle" }
  | { status: "observing"; streamId: string; accumulator: StreamAccumulator };

/** What it hears. */
export type BroadcastStreamEvent =
  | {
      type: "response";
      streamId: string;
      /** Id of the message if the stream does not name it. */
      messageId: string;
      chunkData?: unknown;
      done?: boolean;
      error?: boolean;
      replay?: boolean;
      replayComplete?: boolean;
      continuation?: boolean;
      /** @deprecated Not needed: what a continuation goes on with is found in `messagesUpdate`. */
      currentMessages?: UIMessage[];
    }
  | { type: "resume-fallback"; streamId: string; messageId: string }
  | { type: "clear" };

/** What follows. */
export interface BroadcastTransitionResult {
  state: BroadcastStreamState;
  /** The conversation after it; absent when nothing is to be shown. */
  messagesUpdate?: (prev: UIMessage[]) => UIMessage[];
  isStreaming: boolean;
}

/**
 * The next state of a client that watches a stream, and what it shows. What is replayed is shown when
 * all of it is there.
 */
export function broadcastTransition(
  state: BroadcastStreamState,
  event: BroadcastStreamEvent,
): BroadcastTransitionResult {
  if (event.type === "clear") return { state: { status: "idle" }, isStreaming: false };
  if (event.type === "resume-fallback") {
    const { messageId, streamId } = event;
    const accumulator = new StreamAccumulator({ messageId });
    return { state: { status: "observing", streamId, accumulator }, isStreaming: true };
  }
  const accumulator = accumulatorFor(state, event);
  const chunk = event.error ? undefined : (event.chunkData as StreamChunkData | undefined);
  if (chunk) accumulator.applyChunk(chunk);
  const shows = event.done || event.replayComplete || (chunk !== undefined && !event.replay);
  const messagesUpdate = (prev: UIMessage[]) => accumulator.mergeInto(prev);
  const isEmpty = accumulator.toMessage().parts.length === 0 && !event.continuation;
  return {
    state: event.done
      ? { status: "idle" }
      : { status: "observing", streamId: event.streamId, accumulator },
    isStreaming: !event.done,
    ...(shows && !isEmpty ? { messagesUpdate } : {}),
  };
}

function accumulatorFor(
  state: BroadcastStreamState,
  event: Extract<BroadcastStreamEvent, { type: "response" }>,
): StreamAccumulator {
  const { chunkData, continuation = false, messageId, replay, streamId } = event;
  const begins = replay && (chunkData as StreamChunkData | undefined)?.type === "start";
  if (state.status === "observing" && state.streamId === streamId && !begins) {
    return state.accumulator;
  }
  return new StreamAccumulator({ messageId, continuation });
}

function asMetadata(value: unknown): Metadata {
  return typeof value === "object" && value !== null ? (value as Metadata) : {};
}

/** A chunk, as a reader of texts takes it. */
export interface TextSegmentChunk {
  delta?: unknown;
  text?: unknown;
  type?: unknown;
}

/** A piece of text, or a place where the texts on both sides do not belong together. */
export type TextSegmentEvent = { type: "text"; text: string } | { type: "boundary" };

/** The texts of a stream, with a boundary wherever something else stands between two of them. */
export class TextSegmentJoiner {
  #isOpen = false;

  pushChunk(chunk: TextSegmentChunk): TextSegmentEvent[] {
    if (chunk.type === "text-delta") {
      const text = typeof chunk.delta === "string" ? chunk.delta : chunk.text;
      if (typeof text !== "string" || text === "") return [];
      this.#isOpen = true;
      return [{ type: "text", text }];
    }
    if (!this.#isOpen || chunk.type === "message-metadata") return [];
    this.#isOpen = false;
    return [{ type: "boundary" }];
  }
}
