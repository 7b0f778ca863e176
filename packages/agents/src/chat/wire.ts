/**
 * The chat's frames. Names, keys and key order equal those of the published `@cloudflare/ai-chat`
 * 0.12.2, so that either client talks to either server. Free of platform imports: clients use it.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { ClientFrame } from "../wire.ts";

/** The `type` of each chat frame. */
export const ChatMessageType = {
  CF_AGENT_CHAT_MESSAGES: "cf_agent_chat_messages",
  CF_AGENT_USE_CHAT_REQUEST: "cf_agent_use_chat_request",
  CF_AGENT_USE_CHAT_RESPONSE: "cf_agent_use_chat_response",
  CF_AGENT_CHAT_CLEAR: "cf_agent_chat_clear",
  CF_AGENT_CHAT_REQUEST_CANCEL: "cf_agent_chat_request_cancel",
  CF_AGENT_STREAM_RESUMING: "cf_agent_stream_resuming",
  CF_AGENT_STREAM_RESUME_ACK: "cf_agent_stream_resume_ack",
  CF_AGENT_STREAM_RESUME_REQUEST: "cf_agent_stream_resume_request",
  CF_AGENT_STREAM_RESUME_NONE: "cf_agent_stream_resume_none",
  CF_AGENT_STREAM_PENDING: "cf_agent_stream_pending",
  CF_AGENT_MESSAGE_UPDATED: "cf_agent_message_updated",
  CF_AGENT_CHAT_RECOVERING: "cf_agent_chat_recovering",
} as const;

/** Last segment of the path that serves the stored transcript. */
export const GET_MESSAGES_PATH = "get-messages";

/** How a request ended. `skipped` never ran; `recovering` goes on under another request id. */
export type ChatTurnOutcome = "completed" | "error" | "aborted" | "skipped" | "recovering";

/** Why a client asks: a new message, or the last answer once more. */
export type ChatTrigger = "submit-message" | "regenerate-message";

/** A chunk of an answer, or its end, as it travels. Flags that do not apply are absent. */
export interface ChatResponseFrame {
  readonly id: string;
  /** One AI SDK UI message chunk as JSON; plain words when `error`; empty at the end. */
  readonly body: string;
  readonly done: boolean;
  readonly error?: true | undefined;
  readonly continuation?: true | undefined;
  readonly replay?: true | undefined;
  readonly replayComplete?: true | undefined;
  /** Index of the chunk within its request, from 0; the same live and replayed. */
  readonly seq?: number | undefined;
  /** Only at the end, and not when a streamed turn simply completed. */
  readonly outcome?: ChatTurnOutcome | undefined;
  /** Only at the end: the user messages the request ended with. */
  readonly messageIds?: readonly string[] | undefined;
}

/** Text of a response frame. */
export function responseFrame(frame: ChatResponseFrame): string {
  const { id, body, done, error, continuation, replay, replayComplete, seq } = frame;
  const { outcome, messageIds } = frame;
  return JSON.stringify({
    body,
    done,
    error,
    id,
    type: ChatMessageType.CF_AGENT_USE_CHAT_RESPONSE,
    replay,
    replayComplete,
    seq,
    continuation,
    outcome,
    messageIds,
  });
}

/**
 * Makes the frames of the chunks of one answer: from the JSON of a chunk's text and its `seq`. The
 * texts are those of {@link responseFrame}.
 */
export function chunkFrames(
  id: string,
  continuation: boolean,
): (text: string, seq: number | undefined) => string {
  const type = ChatMessageType.CF_AGENT_USE_CHAT_RESPONSE;
  const head = `,"done":false,"id":${JSON.stringify(id)},"type":"${type}"`;
  const tail = continuation ? ',"continuation":true}' : "}";
  return (text, seq) =>
    seq === undefined
      ? `{"body":${text}${head}${tail}`
      : `{"body":${text}${head},"seq":${seq}${tail}`;
}

/** Text of "a turn is being recovered", or that it no longer is. */
export function recoveringFrame(recovering: boolean, id: string | undefined): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_CHAT_RECOVERING, recovering, id });
}

/** Text of the frame with a transcript. */
export function messagesFrame(messages: readonly UIMessage[]): string {
  return JSON.stringify({ messages, type: ChatMessageType.CF_AGENT_CHAT_MESSAGES });
}

/** Text of the frame with one changed message. */
export function updatedFrame(message: UIMessage): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_MESSAGE_UPDATED, message });
}

/** Text of the frame that empties a transcript; both sides send it. */
export const CLEAR_FRAME = JSON.stringify({ type: ChatMessageType.CF_AGENT_CHAT_CLEAR });

/** Text of the offer to resume a stream; `probeId` when a client asked. */
export function resumingFrame(id: string, probeId?: string): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_STREAM_RESUMING, id, probeId });
}

/** Text of "a turn was accepted and has no stream yet: wait". */
export function pendingFrame(id: string, probeId?: string): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_STREAM_PENDING, id, probeId });
}

/** Why there is nothing to resume: nothing streams, or what streams is another connection's. */
export type ResumeNoneReason = "idle" | "continuation-owned";

/** Text of "there is nothing to resume"; `reason` only when that is certain. */
export function resumeNoneFrame(reason?: ResumeNoneReason, probeId?: string): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_STREAM_RESUME_NONE, reason, probeId });
}

/**
 * Text of a client's request for an answer; `body` is a JSON text. `replaces` is ours alone: ids of the
 * messages that the client takes back by it, so that no others are deleted.
 */
export function requestFrame(id: string, body: string, replaces?: readonly string[]): string {
  const type = ChatMessageType.CF_AGENT_USE_CHAT_REQUEST;
  return JSON.stringify({ type, id, init: { method: "POST", body }, replaces });
}

/** Text of a client's wish to end an answer. */
export function cancelFrame(id: string): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_CHAT_REQUEST_CANCEL, id });
}

/** Text of a client's question whether there is a stream to resume. */
export function resumeRequestFrame(probeId: string): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_STREAM_RESUME_REQUEST, probeId });
}

/** Text of a client's acceptance of the stream of a request. */
export function resumeAckFrame(id: string): string {
  return JSON.stringify({ type: ChatMessageType.CF_AGENT_STREAM_RESUME_ACK, id });
}

/** A response frame as a client reads it, or undefined when the frame is not a well-formed one. */
export function readResponse(frame: ClientFrame): ChatResponseFrame | undefined {
  if (frame.type !== ChatMessageType.CF_AGENT_USE_CHAT_RESPONSE) return undefined;
  const { id, body, done, seq, outcome, messageIds } = frame;
  if (typeof id !== "string") return undefined;
  const flag = (value: unknown): true | undefined => (value === true ? true : undefined);
  return {
    id,
    body: typeof body === "string" ? body : "",
    done: done === true,
    error: flag(frame.error),
    continuation: flag(frame.continuation),
    replay: flag(frame.replay),
    replayComplete: flag(frame.replayComplete),
    seq: typeof seq === "number" ? seq : undefined,
    outcome: isOutcome(outcome) ? outcome : undefined,
    messageIds: isStrings(messageIds) ? messageIds : undefined,
  };
}

/** Whether a value has the shape every stored message needs. */
export function isUIMessage(value: unknown): value is UIMessage {
  if (typeof value !== "object" || value === null) return false;
  const { id, role, parts } = value as Record<string, unknown>;
  return (
    typeof id === "string" &&
    id !== "" &&
    (role === "user" || role === "assistant" || role === "system") &&
    Array.isArray(parts) &&
    parts.every(
      (part) => typeof part === "object" && part !== null && typeof part.type === "string",
    )
  );
}

/** Whether a value is a list of messages. */
export function isUIMessages(value: unknown): value is UIMessage[] {
  return Array.isArray(value) && value.every(isUIMessage);
}

const OUTCOMES: ReadonlySet<unknown> = new Set<ChatTurnOutcome>([
  "completed",
  "error",
  "aborted",
  "skipped",
  "recovering",
]);

function isOutcome(value: unknown): value is ChatTurnOutcome {
  return OUTCOMES.has(value);
}

/** Whether a value is a list of texts. */
export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
