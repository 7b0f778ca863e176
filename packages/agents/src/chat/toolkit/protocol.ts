/**
 * The chat's frames by name and by shape, for code that speaks them by hand.
 *
 * @module
 */

import type { JSONSchema7, UIMessage } from "ai";
import { ChatMessageType, type ChatTurnOutcome, type ResumeNoneReason } from "../wire.ts";

/** The `type` of each frame. */
export const CHAT_MESSAGE_TYPES = {
  CHAT_MESSAGES: "cf_agent_chat_messages",
  USE_CHAT_REQUEST: "cf_agent_use_chat_request",
  USE_CHAT_RESPONSE: "cf_agent_use_chat_response",
  CHAT_CLEAR: "cf_agent_chat_clear",
  CHAT_REQUEST_CANCEL: "cf_agent_chat_request_cancel",
  STREAM_RESUMING: "cf_agent_stream_resuming",
  STREAM_RESUME_ACK: "cf_agent_stream_resume_ack",
  STREAM_RESUME_REQUEST: "cf_agent_stream_resume_request",
  STREAM_RESUME_NONE: "cf_agent_stream_resume_none",
  STREAM_PENDING: "cf_agent_stream_pending",
  TOOL_RESULT: "cf_agent_tool_result",
  TOOL_APPROVAL: "cf_agent_tool_approval",
  MESSAGE_UPDATED: "cf_agent_message_updated",
  CHAT_RECOVERING: "cf_agent_chat_recovering",
} as const;

/** The same values under the names that chat agents' authors know. */
export const MessageType = {
  ...ChatMessageType,
  CF_AGENT_TOOL_RESULT: "cf_agent_tool_result",
  CF_AGENT_TOOL_APPROVAL: "cf_agent_tool_approval",
} as const;
/** One of the values of {@link MessageType}. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Why a client is told that there is nothing to resume. */
export const STREAM_RESUME_NONE_REASONS = {
  IDLE: "idle",
  CONTINUATION_OWNED: "continuation-owned",
} as const satisfies Record<string, ResumeNoneReason>;
/** One of the values of {@link STREAM_RESUME_NONE_REASONS}. */
export type StreamResumeNoneReason = ResumeNoneReason;

type Types = typeof MessageType;
type ClientTools = Array<{ name: string; description?: string; parameters?: JSONSchema7 }>;

/** A frame that the server sends. Flags that do not apply are absent. */
export type OutgoingMessage<ChatMessage extends UIMessage = UIMessage> =
  | { type: Types["CF_AGENT_CHAT_CLEAR"] }
  | {
      type: Types["CF_AGENT_CHAT_MESSAGES"];
      messages: readonly ChatMessage[];
      /** Sent because the client has just connected. */
      connect?: boolean;
    }
  | {
      type: Types["CF_AGENT_USE_CHAT_RESPONSE"];
      id: string;
      /** One chunk as JSON; plain words when `error`; empty at the end. */
      body: string;
      done: boolean;
      error?: boolean;
      continuation?: boolean;
      replay?: boolean;
      replayComplete?: boolean;
      /** Index of the chunk within the request, from 0. */
      seq?: number;
      messageIds?: string[];
      outcome?: ChatTurnOutcome;
    }
  | { type: Types["CF_AGENT_STREAM_RESUMING"]; id: string; probeId?: string }
  | { type: Types["CF_AGENT_MESSAGE_UPDATED"]; message: ChatMessage }
  | {
      type: Types["CF_AGENT_STREAM_RESUME_NONE"];
      reason?: StreamResumeNoneReason;
      probeId?: string;
    }
  | { type: Types["CF_AGENT_STREAM_PENDING"]; id?: string; probeId?: string }
  | { type: Types["CF_AGENT_CHAT_RECOVERING"]; recovering: boolean; id?: string };

/** A frame that a client sends. */
export type IncomingMessage<ChatMessage extends UIMessage = UIMessage> =
  | { type: Types["CF_AGENT_CHAT_CLEAR"] }
  | {
      type: Types["CF_AGENT_USE_CHAT_REQUEST"];
      id: string;
      init: Pick<RequestInit, "method" | "headers" | "body" | "redirect" | "integrity">;
    }
  | { type: Types["CF_AGENT_CHAT_MESSAGES"]; messages: ChatMessage[] }
  | { type: Types["CF_AGENT_CHAT_REQUEST_CANCEL"]; id: string }
  | { type: Types["CF_AGENT_STREAM_RESUME_ACK"]; id: string }
  | { type: Types["CF_AGENT_STREAM_RESUME_REQUEST"]; probeId?: string }
  | {
      type: Types["CF_AGENT_TOOL_RESULT"];
      toolCallId: string;
      toolName: string;
      output: unknown;
      state?: "output-available" | "output-error";
      errorText?: string;
      autoContinue?: boolean;
      clientTools?: ClientTools;
    }
  | {
      type: Types["CF_AGENT_TOOL_APPROVAL"];
      toolCallId: string;
      approved: boolean;
      autoContinue?: boolean;
    };

/** A client's frame, read. */
export type ChatProtocolEvent =
  | {
      type: "chat-request";
      id: string;
      init: { method?: string; body?: string; [key: string]: unknown };
    }
  | { type: "clear" }
  | { type: "cancel"; id: string }
  | {
      type: "tool-result";
      toolCallId: string;
      toolName: string;
      output: unknown;
      state?: string;
      errorText?: string;
      autoContinue?: boolean;
      clientTools?: Array<{ name: string; description?: string; parameters?: unknown }>;
    }
  | { type: "tool-approval"; toolCallId: string; approved: boolean; autoContinue?: boolean }
  | { type: "stream-resume-request"; probeId?: string }
  | { type: "stream-resume-ack"; id: string }
  | { type: "messages"; messages: unknown[] };

type Fields = Readonly<Record<string, unknown>>;

/** Reads a client's frame; null for any other text. Keys that are absent or ill-typed are left out. */
export function parseProtocolMessage(raw: string): ChatProtocolEvent | null {
  const frame = fieldsOf(raw);
  if (!frame) return null;
  const id = String(frame.id ?? "");
  switch (frame.type) {
    case MessageType.CF_AGENT_USE_CHAT_REQUEST:
      return { type: "chat-request", id, init: isFields(frame.init) ? { ...frame.init } : {} };
    case MessageType.CF_AGENT_CHAT_CLEAR:
      return { type: "clear" };
    case MessageType.CF_AGENT_CHAT_REQUEST_CANCEL:
      return { type: "cancel", id };
    case MessageType.CF_AGENT_STREAM_RESUME_REQUEST:
      return { type: "stream-resume-request", ...text(frame, "probeId") };
    case MessageType.CF_AGENT_STREAM_RESUME_ACK:
      return { type: "stream-resume-ack", id };
    case MessageType.CF_AGENT_CHAT_MESSAGES:
      return Array.isArray(frame.messages) ? { type: "messages", messages: frame.messages } : null;
    case MessageType.CF_AGENT_TOOL_RESULT:
      return toolResult(frame);
    case MessageType.CF_AGENT_TOOL_APPROVAL:
      return {
        type: "tool-approval",
        toolCallId: String(frame.toolCallId ?? ""),
        approved: frame.approved === true,
        ...flag(frame, "autoContinue"),
      };
    default:
      return null;
  }
}

function toolResult(frame: Fields): ChatProtocolEvent {
  const { clientTools, output, toolCallId, toolName } = frame;
  return {
    ...{ type: "tool-result", output },
    toolCallId: String(toolCallId ?? ""),
    toolName: typeof toolName === "string" ? toolName : "",
    ...text(frame, "state"),
    ...text(frame, "errorText"),
    ...flag(frame, "autoContinue"),
    ...(Array.isArray(clientTools) ? { clientTools } : {}),
  };
}

/** Ids of the user messages that a request's messages end with; undefined when there is none. */
export function originMessageIds(messages: unknown): string[] | undefined {
  if (!Array.isArray(messages)) return undefined;
  const from = messages.findLastIndex((message) => !isFields(message) || message.role !== "user");
  const ids = messages.slice(from + 1).map((message: Fields) => message.id);
  const known = ids.filter((id) => typeof id === "string");
  return known.length > 0 ? known : undefined;
}

/** A frame with `messageIds`, when it is a last one and has none. */
export function withOriginMessageIds<T extends object>(
  frame: T,
  messageIds: string[] | undefined,
): T {
  const { done, error, messageIds: known } = frame as Fields;
  const isLast = done === true || error === true;
  return messageIds && isLast && known === undefined ? { ...frame, messageIds } : frame;
}

/** An agent's `sql`, as those who only need that of it take it. */
export type SqlTaggedTemplate = <T = Record<string, unknown>>(
  strings: TemplateStringsArray,
  ...values: (string | number | boolean | null)[]
) => T[];

/** What an answer came with, besides its words. */
export type ReplyAttachment = { type: string } & Record<string, unknown>;

/** What a text can be sent to. */
export interface ChatConnection {
  readonly id: string;
  send(message: string): void;
}

/** Sends unless the socket has closed; whether it was sent. Any other error is thrown. */
export function sendIfOpen(connection: ChatConnection, message: string): boolean {
  try {
    connection.send(message);
    return true;
  } catch (error) {
    if (error instanceof TypeError && /after close/i.test(error.message)) return false;
    throw error;
  }
}

function fieldsOf(raw: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text<Key extends string>(frame: Fields, key: Key): { [K in Key]?: string } {
  const value = frame[key];
  return (typeof value === "string" ? { [key]: value } : {}) as { [K in Key]?: string };
}

function flag<Key extends string>(frame: Fields, key: Key): { [K in Key]?: boolean } {
  const value = frame[key];
  return (typeof value === "boolean" ? { [key]: value } : {}) as { [K in Key]?: boolean };
}
