import { InferenceUpstreamError } from "../ai-errors.ts";
import type { ToolCall } from "./chat-input.ts";

/** A part of what a model says, as it says it. */
export type ChatPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reasoning"; readonly text: string }
  | { readonly kind: "call"; readonly call: ToolCall }
  | { readonly kind: "end"; readonly finish: Finish; readonly usage: Usage };

export type Finish = "stop" | "length" | "tool_calls" | "content_filter";

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** In whose form an answer is given: the service's own, or OpenAI's. */
export type Shape = "native" | "openai";

/** What an answer in OpenAI's form says of itself. */
export interface Head {
  readonly id: string;
  readonly model: string;
  /** In seconds since 1970. */
  readonly created: number;
}

/**
 * All parts together, as one answer.
 *
 * @param isJson whether JSON was asked for: the service's own form then has the value itself
 * @throws InferenceUpstreamError 5024 where the model said something else
 */
export async function wholeAnswer(
  parts: AsyncIterable<ChatPart>,
  shape: Shape,
  head: Head,
  isJson: boolean,
): Promise<object> {
  const texts = { text: "", reasoning: "" };
  const calls: ToolCall[] = [];
  let end: Extract<ChatPart, { kind: "end" }> | undefined;
  for await (const part of parts) {
    if (part.kind === "text" || part.kind === "reasoning") texts[part.kind] += part.text;
    else if (part.kind === "call") calls.push(part.call);
    else end = part;
  }
  const usage = end?.usage ?? NOTHING_USED;
  if (shape === "native") {
    // A model that calls a tool has not answered yet.
    const isValue = isJson && (texts.text !== "" || calls.length === 0);
    return {
      response: isValue ? parsedJson(texts.text) : texts.text,
      ...(calls.length > 0 && { tool_calls: calls.map(nativeCall) }),
      usage,
    };
  }
  return {
    ...{ id: head.id, object: "chat.completion", created: head.created, model: head.model },
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: texts.text === "" && calls.length > 0 ? null : texts.text,
          ...(texts.reasoning !== "" && { reasoning_content: texts.reasoning }),
          ...(calls.length > 0 && { tool_calls: calls.map(openaiCall) }),
        },
        finish_reason: end?.finish ?? "stop",
      },
    ],
    usage,
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InferenceUpstreamError("NO_JSON", "JSON Mode couldn't be met", error);
  }
}

/** The answer as server-sent events, each as soon as its part is there. */
export async function* eventsOf(
  parts: AsyncIterable<ChatPart>,
  shape: Shape,
  head: Head,
): AsyncGenerator<string> {
  let calls = 0;
  for await (const part of parts) {
    yield event(shape === "native" ? nativeChunk(part) : openaiChunk(part, head, calls));
    if (part.kind === "call") calls += 1;
  }
  yield "data: [DONE]\n\n";
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function nativeChunk(part: ChatPart): object {
  switch (part.kind) {
    case "text":
      return { response: part.text };
    case "reasoning":
      return { response: "", reasoning_content: part.text };
    case "call":
      return { response: "", tool_calls: [nativeCall(part.call)] };
    case "end":
      return { response: "", finish_reason: part.finish, usage: part.usage };
  }
}

function openaiChunk(part: ChatPart, { id, model, created }: Head, calls: number): object {
  const chunk = (delta: object, finish: Finish | null = null) => ({
    ...{ id, object: "chat.completion.chunk", created, model },
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  switch (part.kind) {
    case "text":
      return chunk({ content: part.text });
    case "reasoning":
      return chunk({ reasoning_content: part.text });
    case "call":
      return chunk({ tool_calls: [{ index: calls, ...openaiCall(part.call) }] });
    case "end":
      return { ...chunk({}, part.finish), usage: part.usage };
  }
}

/** The id is more than the service gives: with it, results find their calls. */
function nativeCall({ id, name, arguments: input }: ToolCall): object {
  return { id, name, arguments: input };
}

function openaiCall({ id, name, arguments: input }: ToolCall) {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
}

export function usageOf(input: number, output: number): Usage {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

const NOTHING_USED: Usage = usageOf(0, 0);
