import { z } from "zod";
import { type AnswerHead, type Format, type StreamWriter, schemaProblems } from "./format.ts";
import { type Content, type Finish, type ModelMessage, slices, type Usage } from "./script.ts";

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part).min(1)]);
const call = z.looseObject({
  id: z.string().min(1),
  type: z.literal("function"),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
});
const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer", "user"]), content }),
  z
    .looseObject({
      role: z.literal("assistant"),
      content: content.nullish(),
      tool_calls: z.array(call).min(1).optional(),
    })
    .refine((each) => each.content || each.tool_calls, "neither content nor tool_calls"),
  z.looseObject({ role: z.literal("tool"), content, tool_call_id: z.string().min(1) }),
]);
const tool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string().regex(/^[\w-]{1,64}$/),
    parameters: z.looseObject({ type: z.literal("object") }),
  }),
});
const request = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).optional(),
  tools: z.array(tool).min(1).optional(),
  max_tokens: z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
});

const FINISH = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
} as const satisfies Record<Finish, string>;

/** Chat completions, as OpenAI's interface and the many like it have them. */
export const openai: Format = {
  path: /^\/v1\/chat\/completions$/,

  problems(body, headers) {
    const key = /^Bearer \S+$/.test(headers.authorization ?? "");
    return [...(key ? [] : ["authorization: no bearer key"]), ...schemaProblems(request, body)];
  },

  read(body) {
    const { messages, model, stream, tools = [] } = request.parse(body);
    const isSystem = ({ role }: { role: string }) => role === "system" || role === "developer";
    return {
      model,
      system: messages.filter(isSystem).map(textOf).join("\n"),
      messages: messages.filter((each) => !isSystem(each)).map(readMessage),
      tools: tools.map((each) => each.function.name),
      isStream: stream === true,
    };
  },

  stream: (head) => new OpenAIWriter(head),

  whole({ created, id, model, usage }, contents, finish) {
    const calls = contents.filter((each) => each.kind === "tool").map(callOf);
    const answer = {
      role: "assistant",
      content: joined(contents, "text") || null,
      ...(contents.some(({ kind }) => kind === "reasoning")
        ? { reasoning_content: joined(contents, "reasoning") }
        : {}),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
    const choices = [{ index: 0, message: answer, finish_reason: FINISH[finish] }];
    return { id, object: "chat.completion", created, model, choices, usage: usageOf(usage) };
  },

  error: (status, message) => ({ error: errorOf(message, status) }),
};

function readMessage(each: z.infer<typeof message>): ModelMessage {
  const text = textOf(each);
  if (each.role === "tool") {
    return { role: "tool", text, calls: [], results: [{ id: each.tool_call_id, text }] };
  }
  if (each.role !== "assistant") return { role: "user", text, calls: [], results: [] };
  const calls = (each.tool_calls ?? []).map(({ function: { arguments: json, name }, id }) => ({
    id,
    name,
    input: parsed(json),
  }));
  return { role: "assistant", text, calls, results: [] };
}

function textOf(each: z.infer<typeof message>): string {
  if (typeof each.content === "string") return each.content;
  return (each.content ?? []).map(({ text = "" }) => text).join("");
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function joined(contents: readonly Content[], kind: "text" | "reasoning"): string {
  return contents.map((each) => (each.kind === kind ? each.text : "")).join("");
}

function callOf({ id, json, name }: Extract<Content, { kind: "tool" }>) {
  return { id, type: "function", function: { name, arguments: json } };
}

function usageOf({ input, output }: Usage) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function errorOf(message: string, code: number | null) {
  return { message, type: code === 429 ? "rate_limit_error" : "server_error", param: null, code };
}

class OpenAIWriter implements StreamWriter {
  readonly #head: AnswerHead;
  #calls = 0;

  constructor(head: AnswerHead) {
    this.#head = head;
  }

  begin() {
    return [this.#chunk({ role: "assistant", content: "" })];
  }

  add(each: Content) {
    if (each.kind === "text") return [this.#chunk({ content: each.text })];
    if (each.kind === "reasoning") return [this.#chunk({ reasoning_content: each.text })];
    const index = this.#calls++;
    const begun = callOf({ ...each, json: "" });
    const pieces = slices(each.json).map((text) => ({ index, function: { arguments: text } }));
    return [{ index, ...begun }, ...pieces].map((piece) => this.#chunk({ tool_calls: [piece] }));
  }

  fail(text: string) {
    return [event({ error: errorOf(text, null) })];
  }

  end(finish: Finish) {
    const options = this.#head.body.stream_options as { include_usage?: boolean } | undefined;
    const usage = { choices: [], usage: usageOf(this.#head.usage) };
    return [
      this.#chunk({}, FINISH[finish]),
      ...(options?.include_usage ? [event({ ...this.#frame(), ...usage })] : []),
      "data: [DONE]\n\n",
    ];
  }

  #frame() {
    const { created, id, model } = this.#head;
    return { id, object: "chat.completion.chunk", created, model };
  }

  #chunk(delta: object, finish_reason: string | null = null): string {
    return event({ ...this.#frame(), choices: [{ index: 0, delta, finish_reason }] });
  }
}

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
