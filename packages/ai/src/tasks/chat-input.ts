import { InferenceUpstreamError } from "../ai-errors.ts";

/** A tool that a model may call. */
export interface ChatTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** A picture in a message: bytes in base64, or an address. */
export interface Picture {
  readonly data: string;
  readonly mediaType: string | undefined;
}

export type ChatMessage =
  | { readonly role: "system"; readonly text: string }
  | { readonly role: "user"; readonly text: string; readonly pictures: readonly Picture[] }
  | { readonly role: "assistant"; readonly text: string; readonly calls: readonly ToolCall[] }
  | {
      readonly role: "tool";
      readonly text: string;
      readonly callId: string;
      readonly name: string;
    };

/** A chat as models of every kind take it. */
export interface ChatInput {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  readonly toolChoice: "auto" | "none" | "required" | { readonly name: string };
  readonly isStream: boolean;
  /** A schema, `true` for any JSON, `undefined` for text. */
  readonly json: Readonly<Record<string, unknown>> | true | undefined;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly topK: number | undefined;
  readonly seed: number | undefined;
  readonly frequencyPenalty: number | undefined;
  readonly presencePenalty: number | undefined;
  readonly stop: readonly string[];
  readonly reasoningEffort: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** A message may be long; a million of them are a mistake. */
const MOST_MESSAGES = 10_000;
const DATA_URL = /^data:([^;,]*)(?:;[^,]*)?,(.*)$/s;

/**
 * Reads what `run` is given for a chat, in the service's own form and in OpenAI's. Source:
 * `platform.md` 6.2.
 *
 * @throws InferenceUpstreamError 5006
 */
export function readChat(inputs: Json): ChatInput {
  return {
    messages: messagesOf(inputs),
    tools: toolsOf(inputs.tools ?? inputs.functions),
    toolChoice: choiceOf(inputs.tool_choice),
    isStream: inputs.stream === true,
    json: formatOf(inputs.response_format),
    maxTokens: number(inputs.max_completion_tokens ?? inputs.max_tokens),
    temperature: number(inputs.temperature),
    topP: number(inputs.top_p),
    topK: number(inputs.top_k),
    seed: number(inputs.seed),
    frequencyPenalty: number(inputs.frequency_penalty),
    presencePenalty: number(inputs.presence_penalty),
    stop: [inputs.stop].flat().filter((text) => typeof text === "string"),
    reasoningEffort:
      typeof inputs.reasoning_effort === "string" ? inputs.reasoning_effort : undefined,
  };
}

function messagesOf(inputs: Json): ChatMessage[] {
  const { messages, prompt } = inputs;
  const picture = pictureOf(inputs.image);
  const pictures = picture === undefined ? [] : [picture];
  if (Array.isArray(messages)) {
    if (messages.length === 0) throw bad("messages must not be empty");
    if (messages.length > MOST_MESSAGES) throw bad(`at most ${MOST_MESSAGES} messages are taken`);
    const names = new Map<string, string>();
    return messages.map((message, index) =>
      messageOf(message, index === messages.length - 1 ? pictures : [], names),
    );
  }
  if (typeof prompt === "string") return [{ role: "user", text: prompt, pictures }];
  throw bad("either `prompt` or `messages` must be given");
}

function messageOf(
  message: unknown,
  pictures: readonly Picture[],
  names: Map<string, string>,
): ChatMessage {
  if (!isObject(message)) throw bad("a message must be an object");
  const { role, content } = message;
  const text = textOf(content);
  switch (role) {
    case "system":
    case "developer":
      return { role: "system", text };
    case "user":
      return { role: "user", text, pictures: [...picturesOf(content), ...pictures] };
    case "assistant": {
      const calls = callsOf(message.tool_calls);
      for (const { id, name } of calls) names.set(id, name);
      return { role: "assistant", text, calls };
    }
    case "tool": {
      const callId = String(message.tool_call_id ?? message.name ?? "");
      const name = typeof message.name === "string" ? message.name : names.get(callId);
      return { role: "tool", text, callId, name: name ?? "tool" };
    }
    default:
      throw bad(`a message has the role ${JSON.stringify(role)}`);
  }
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (content === null || content === undefined) return "";
  if (!Array.isArray(content)) throw bad("the content of a message must be a text or parts");
  return content
    .filter(isObject)
    .flatMap(({ type, text }) => (type === "text" && typeof text === "string" ? [text] : []))
    .join("\n");
}

function picturesOf(content: unknown): Picture[] {
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).flatMap(({ type, image_url: image }) => {
    const url = isObject(image) ? image.url : image;
    const picture = type === "image_url" ? pictureOf(url) : undefined;
    return picture === undefined ? [] : [picture];
  });
}

/** An address, a data URL, bytes in base64, or an array of bytes. */
function pictureOf(given: unknown): Picture | undefined {
  if (Array.isArray(given) || given instanceof Uint8Array) {
    const bytes = Buffer.from(given as Uint8Array);
    return { data: bytes.toString("base64"), mediaType: undefined };
  }
  if (typeof given !== "string" || given === "") return undefined;
  const [, mediaType, data] = DATA_URL.exec(given) ?? [];
  return data === undefined ? { data: given, mediaType: undefined } : { data, mediaType };
}

function callsOf(given: unknown): ToolCall[] {
  if (!Array.isArray(given)) return [];
  return given.filter(isObject).map((call, index) => {
    const fn = isObject(call.function) ? call.function : call;
    const name = typeof fn.name === "string" ? fn.name : "";
    const id = typeof call.id === "string" ? call.id : `${name}-${index}`;
    return { id, name, arguments: parsed(fn.arguments) };
  });
}

function toolsOf(given: unknown): ChatTool[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw bad("tools must be an array");
  return given.map((tool) => {
    const fn = isObject(tool) && isObject(tool.function) ? tool.function : tool;
    if (!isObject(fn) || typeof fn.name !== "string") throw bad("a tool must have a name");
    const { name, description, parameters } = fn;
    return {
      name,
      description: typeof description === "string" ? description : "",
      parameters: isObject(parameters) ? parameters : { type: "object", properties: {} },
    };
  });
}

function choiceOf(given: unknown): ChatInput["toolChoice"] {
  if (given === "none" || given === "required") return given;
  if (given === "any") return "required";
  const fn = isObject(given) ? (isObject(given.function) ? given.function : given) : undefined;
  return typeof fn?.name === "string" ? { name: fn.name } : "auto";
}

function formatOf(given: unknown): ChatInput["json"] {
  if (!isObject(given)) return undefined;
  if (given.type === "json_object") return true;
  if (given.type !== "json_schema") return undefined;
  const { json_schema: schema } = given;
  if (!isObject(schema)) throw bad("response_format needs a json_schema");
  // OpenAI wraps it once more, with a name.
  return isObject(schema.schema) ? schema.schema : schema;
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value ?? {};
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(text: string): InferenceUpstreamError {
  return new InferenceUpstreamError("BAD_INPUT", text);
}
