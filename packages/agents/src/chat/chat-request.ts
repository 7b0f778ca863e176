/**
 * A client's request for an answer, checked.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { ClientFrame } from "../wire.ts";
import type { RequestExtras } from "./request-context.ts";
import type { ClientToolSchema } from "./types.ts";
import { type ChatTrigger, isUIMessages } from "./wire.ts";

/** What a client asks. */
export interface ChatRequest {
  readonly messages: readonly UIMessage[];
  readonly trigger: ChatTrigger;
  readonly extras: RequestExtras;
  /** The run of user messages at the end. */
  readonly messageIds: readonly string[];
}

/** The request in a frame, or in words why there is none. */
export function readRequest(frame: ClientFrame): ChatRequest | string {
  const init = fields(frame.init);
  if (init?.method !== "POST") return "Invalid chat request: the method must be POST";
  const { body } = init;
  if (typeof body !== "string" || body === "") return "Invalid chat request: the body is empty";
  const content = parseFields(body);
  if (!content) return "Invalid chat request: the body is not a JSON object";
  const { messages, trigger, clientTools, ...rest } = content;
  if (!isUIMessages(messages)) return "Invalid chat request: the messages are malformed";
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
  };
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
