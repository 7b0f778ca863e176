import { z } from "zod";
import { type AnswerHead, type Format, type StreamWriter, schemaProblems } from "./format.ts";
import { type Content, type Finish, type ModelMessage, slices } from "./script.ts";

const text = z.looseObject({ type: z.literal("text"), text: z.string().min(1) });
const toolUse = z.looseObject({
  type: z.literal("tool_use"),
  id: z.string().regex(/^[\w-]+$/),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
const toolResult = z.looseObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string().min(1),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
});
const thinking = z.looseObject({
  type: z.literal("thinking"),
  thinking: z.string(),
  signature: z.string().min(1),
});
const other = z.looseObject({ type: z.enum(["image", "document", "redacted_thinking"]) });
const block = z.union([text, toolUse, toolResult, thinking, other]);
const message = z.looseObject({
  role: z.enum(["user", "assistant"]),
  content: z.union([z.string().min(1), z.array(block).min(1)]),
});
const tool = z.looseObject({
  name: z.string().regex(/^[\w-]{1,128}$/),
  input_schema: z.looseObject({ type: z.literal("object") }),
});
const request = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.int().positive(),
  messages: z
    .array(message)
    .min(1)
    .refine(([first]) => first?.role === "user", "the first message is not the user's"),
  system: z.union([z.string(), z.array(text)]).optional(),
  stream: z.boolean().optional(),
  tools: z.array(tool).optional(),
});

const FINISH = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  "content-filter": "refusal",
} as const satisfies Record<Finish, string>;

/** Messages, as Anthropic's interface has them. */
export const anthropic: Format = {
  path: /^\/v1\/messages$/,

  problems(body, headers) {
    // Its own client shows the key as a bearer token, others as a header of its own.
    const isKeyed = headers["x-api-key"] || /^Bearer \S+$/.test(headers.authorization ?? "");
    const missing = [
      ...(isKeyed ? [] : ["x-api-key"]),
      ...(headers["anthropic-version"] ? [] : ["anthropic-version"]),
    ];
    return [...missing.map((name) => `${name}: missing`), ...schemaProblems(request, body)];
  },

  read(body) {
    const { messages, model, stream, system = "", tools = [] } = request.parse(body);
    return {
      model,
      system: typeof system === "string" ? system : system.map((each) => each.text).join("\n"),
      messages: messages.map(readMessage),
      tools: tools.map(({ name }) => name),
      isStream: stream === true,
    };
  },

  stream: (head) => new AnthropicWriter(head),

  whole({ id, model, usage }, contents, finish) {
    const content = merged(contents).map(blockOf);
    const stop = { stop_reason: FINISH[finish], stop_sequence: null };
    const tokens = { input_tokens: usage.input, output_tokens: usage.output };
    return { id, type: "message", role: "assistant", model, content, ...stop, usage: tokens };
  },

  error: (status, text) => errorOf(text, status),
};

function readMessage({ content, role }: z.infer<typeof message>): ModelMessage {
  if (typeof content === "string") return { role, text: content, calls: [], results: [] };
  const texts = content.map((each) => (isText(each) ? each.text : ""));
  const calls = content.filter((each) => each.type === "tool_use") as z.infer<typeof toolUse>[];
  const results = content.filter((each) => each.type === "tool_result") as z.infer<
    typeof toolResult
  >[];
  return {
    role,
    text: texts.join(""),
    calls: calls.map(({ id, input, name }) => ({ id, name, input })),
    results: results.map((each) => ({ id: each.tool_use_id, text: resultText(each.content) })),
  };
}

function isText(each: { type: string }): each is z.infer<typeof text> {
  return each.type === "text";
}

function resultText(content: z.infer<typeof toolResult>["content"] = ""): string {
  if (typeof content === "string") return content;
  return content.map((each) => (isText(each) ? each.text : "")).join("");
}

/** Deltas of one kind that follow each other are one block. */
function merged(contents: readonly Content[]): Content[] {
  const blocks: Content[] = [];
  for (const each of contents) {
    const last = blocks.at(-1);
    if (last && each.kind !== "tool" && last.kind === each.kind) {
      blocks[blocks.length - 1] = { ...last, text: last.text + each.text };
    } else blocks.push(each);
  }
  return blocks;
}

function blockOf(each: Content) {
  if (each.kind === "text") return { type: "text", text: each.text };
  if (each.kind === "reasoning") return { type: "thinking", thinking: each.text, signature: "sig" };
  return { type: "tool_use", id: each.id, name: each.name, input: JSON.parse(each.json) as object };
}

const EMPTY_BLOCK = {
  text: () => ({ type: "text", text: "" }),
  reasoning: () => ({ type: "thinking", thinking: "", signature: "" }),
} as const;

function errorOf(text: string, status: number) {
  const types: Record<number, string> = { 429: "rate_limit_error", 529: "overloaded_error" };
  const type = types[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
  return { type: "error", error: { type, message: text } };
}

class AnthropicWriter implements StreamWriter {
  readonly #head: AnswerHead;
  #index = -1;
  #open: Content["kind"] | undefined;

  constructor(head: AnswerHead) {
    this.#head = head;
  }

  begin() {
    const { id, model, usage } = this.#head;
    const started = {
      ...{ id, type: "message", role: "assistant", model, content: [] },
      ...{ stop_reason: null, stop_sequence: null },
      usage: { input_tokens: usage.input, output_tokens: 1 },
    };
    return [event("message_start", { message: started }), event("ping", {})];
  }

  add(each: Content) {
    if (each.kind === "tool") {
      const { id, json, name } = each;
      return [
        ...this.#start("tool", { type: "tool_use", id, name, input: {} }),
        ...slices(json).map((partial_json) =>
          this.#delta({ type: "input_json_delta", partial_json }),
        ),
      ];
    }
    const begun = this.#open === each.kind ? [] : this.#start(each.kind, EMPTY_BLOCK[each.kind]());
    const delta =
      each.kind === "text"
        ? { type: "text_delta", text: each.text }
        : { type: "thinking_delta", thinking: each.text };
    return [...begun, this.#delta(delta)];
  }

  fail(message: string) {
    return [event("error", errorOf(message, 529))];
  }

  end(finish: Finish) {
    const delta = { stop_reason: FINISH[finish], stop_sequence: null };
    const usage = { output_tokens: this.#head.usage.output };
    return [...this.#stop(), event("message_delta", { delta, usage }), event("message_stop", {})];
  }

  #start(kind: Content["kind"], content_block: object): string[] {
    const before = this.#stop();
    this.#index += 1;
    this.#open = kind;
    return [...before, event("content_block_start", { index: this.#index, content_block })];
  }

  #stop(): string[] {
    const kind = this.#open;
    if (kind === undefined) return [];
    this.#open = undefined;
    const signature = this.#delta({ type: "signature_delta", signature: "sig" });
    const end = event("content_block_stop", { index: this.#index });
    return kind === "reasoning" ? [signature, end] : [end];
  }

  #delta(delta: object): string {
    return event("content_block_delta", { index: this.#index, delta });
  }
}

const event = (type: string, data: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
