/**
 * A client's request for an answer, checked.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { ClientFrame } from "../wire.ts";
import { autoTransformMessage } from "./migration/legacy-messages.ts";
import type { RequestExtras } from "./request-context.ts";
import type { ClientToolSchema } from "./types.ts";
import { type ChatTrigger, isStrings, isUIMessages } from "./wire.ts";

/** What a client asks. */
export interface ChatRequest {
  readonly messages: readonly UIMessage[];
  readonly trigger: ChatTrigger;
  readonly extras: RequestExtras;
  /** The run of user messages at the end. */
  readonly messageIds: readonly string[];
  /** Ids of the messages that it takes back; undefined when it does not say so. */
  readonly replaces?: ReadonlySet<string> | undefined;
}

/** The request in a frame, or in words why there is none. */
export function readRequest(frame: ClientFrame): ChatRequest | string {
  const init = fields(frame.init);
  if (init?.method !== "POST") return "Invalid chat request: the method must be POST";
  const { body } = init;
  if (typeof body !== "string" || body === "") return "Invalid chat request: the body is empty";
  const content = parseFields(body);
  if (!content) return "Invalid chat request: the body is not a JSON object";
  const { messages: given, trigger, clientTools, ...rest } = content;
  const messages = readMessages(given);
  if (!messages) return "Invalid chat request: the messages are malformed";
  return {
    messages,
    trigger: trigger === "regenerate-message" ? trigger : "submit-message",
    extras: {
      body: Object.keys(rest).length > 0 ? rest : undefined,
      clientTools: readTools(clientTools),
    },
    messageIds: messages
      .slice(messages.findLastIndex((message) => message.role !== "user") + 1)
      .map((message) => message.id),
    replaces: isStrings(frame.replaces) ? new Set(frame.replaces) : undefined,
  };
}

/** A client's messages, in today's form; undefined when they are none. */
export function readMessages(given: unknown): UIMessage[] | undefined {
  const messages = Array.isArray(given) ? given.map(ofToday) : given;
  return isUIMessages(messages) ? messages : undefined;
}

/** Clients may hold messages that an older version stored. */
function ofToday(message: unknown, index: number): unknown {
  const legacy = fields(message);
  if (!legacy || !("content" in legacy) || "parts" in legacy) return message;
  return autoTransformMessage(legacy, index);
}

function readTools(value: unknown): ClientToolSchema[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const tools = value.filter((tool) => typeof fields(tool)?.name === "string");
  return tools.length > 0 ? (tools as ClientToolSchema[]) : undefined;
}

function parseFields(text: string): Record<string, unknown> | undefined {
  try {
    return fields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function fields(value: unknown): Record<string, unknown> | undefined {
  const keyed = typeof value === "object" && value !== null && !Array.isArray(value);
  return keyed ? (value as Record<string, unknown>) : undefined;
}
