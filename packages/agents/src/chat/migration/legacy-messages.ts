/**
 * Messages as versions before AI SDK 5 wrote them, made into today's.
 *
 * @module
 */

import type { UIMessage } from "ai";

type Fields = Readonly<Record<string, unknown>>;

/** A message of any version. */
export type InputMessage = {
  id?: string;
  role?: string;
  content?: unknown;
  reasoning?: string;
  toolInvocations?: unknown[];
  parts?: unknown[];
  [key: string]: unknown;
};

const TOOL_STATES: Readonly<Record<string, string>> = {
  "partial-call": "input-streaming",
  call: "input-available",
  result: "output-available",
  error: "output-error",
};

/** Whether a message has today's form: parts. */
export function isUIMessage(message: unknown): message is UIMessage {
  return isFields(message) && Array.isArray(message.parts);
}

/**
 * A message in today's form. One that has parts only gets inputs of tools that models can read; of
 * others, reasoning, calls, files and text become parts. Without an id it is `msg-<index>`.
 *
 * @example
 * ```ts
 * autoTransformMessage({ id: "1", role: "user", content: "hi" });
 * // { id: "1", role: "user", parts: [{ type: "text", text: "hi" }] }
 * ```
 */
export function autoTransformMessage(message: UIMessage | InputMessage, index = 0): UIMessage {
  if (isUIMessage(message)) return withReadableInputs(message);
  const { content, reasoning, toolInvocations, parts: _parts, id, role, ...rest } = message;
  const parts = [
    ...(typeof reasoning === "string" && reasoning !== ""
      ? [{ type: "reasoning", text: reasoning }]
      : []),
    ...(Array.isArray(toolInvocations) ? toolInvocations.flatMap(toolPart) : []),
  ];
  const others = Array.isArray(content) ? content.flatMap(contentPart) : textPart(content);
  return {
    ...rest,
    id: typeof id === "string" && id !== "" ? id : `msg-${index}`,
    role: role === "data" ? "system" : (role ?? "user"),
    parts: [...parts, ...others],
  } as unknown as UIMessage;
}

/** Messages in today's form. */
export function autoTransformMessages(messages: unknown[]): UIMessage[] {
  return messages.map((message, index) => autoTransformMessage(message as InputMessage, index));
}

function textPart(content: unknown): Fields[] {
  return typeof content === "string" && content !== "" ? [{ type: "text", text: content }] : [];
}

function contentPart(item: unknown): Fields[] {
  if (!isFields(item)) return [];
  if (item.type === "file") return [filePart(item)];
  if (typeof item.text !== "string") return [];
  return [{ type: item.type === "reasoning" ? "reasoning" : "text", text: item.text }];
}

function filePart({ data, url, mimeType, mediaType, filename }: Fields): Fields {
  const type = mediaType ?? mimeType ?? "application/octet-stream";
  const address = url ?? (typeof data === "string" ? `data:${type};base64,${data}` : "");
  return { type: "file", mediaType: type, url: address, ...(filename ? { filename } : {}) };
}

function toolPart(invocation: unknown): Fields[] {
  if (!isFields(invocation)) return [];
  const { toolCallId, toolName, args, result, state } = invocation;
  const name = typeof toolName === "string" ? toolName : "unknown";
  return [
    {
      type: `tool-${name}`,
      toolCallId,
      state: TOOL_STATES[String(state)] ?? "input-available",
      input: readableInput(args),
      output: result ?? null,
    },
  ];
}

function withReadableInputs(message: UIMessage): UIMessage {
  const parts = message.parts.map((part) => {
    const { input, state, toolCallId } = part as Fields;
    if (typeof toolCallId !== "string" || state === "input-streaming") return part;
    if (input === undefined || isFields(input)) return part;
    return { ...part, input: readableInput(input) } as typeof part;
  });
  return parts.every((part, index) => part === message.parts[index])
    ? message
    : { ...message, parts };
}

/** Models take objects as inputs. */
function readableInput(input: unknown): Fields {
  if (isFields(input)) return input;
  if (typeof input !== "string" || !input.trimStart().startsWith("{")) return {};
  try {
    const value: unknown = JSON.parse(input);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
