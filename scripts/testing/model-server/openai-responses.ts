import { z } from "zod";
import { type AnswerHead, type Format, type StreamWriter, schemaProblems } from "./format.ts";
import { type Content, type Finish, type ModelMessage, slices, type Usage } from "./script.ts";

const id = z.string().min(1).optional();
const part = z.looseObject({
  type: z.enum(["input_text", "input_image", "input_file", "output_text", "refusal"]),
  text: z.string().optional(),
});
const content = z.union([z.string(), z.array(part).min(1)]);
const message = z.looseObject({
  type: z.literal("message").optional(),
  role: z.enum(["system", "developer", "user", "assistant"]),
  content,
  id,
});
const call = z.looseObject({
  type: z.literal("function_call"),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string(),
  id,
});
const result = z.looseObject({
  type: z.literal("function_call_output"),
  call_id: z.string().min(1),
  output: content,
});
const summary = z.array(z.looseObject({ type: z.literal("summary_text"), text: z.string() }));
const thought = z.looseObject({ type: z.literal("reasoning"), summary, id });
const reference = z.looseObject({ type: z.literal("item_reference"), id: z.string().min(1) });
const item = z.union([call, result, thought, reference, message]);
const tool = z.looseObject({
  type: z.literal("function"),
  name: z.string().regex(/^[\w-]{1,64}$/),
  parameters: z.looseObject({ type: z.literal("object") }),
});
const request = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(item).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().optional(),
  tools: z.array(tool).optional(),
  max_output_tokens: z.int().min(16).optional(),
});

type Item = z.infer<typeof item>;
type Request = z.infer<typeof request>;

/** An item that was said, and the thought that it came with: the two go together from then on. */
interface Said {
  readonly item: Item;
  readonly thought: string | undefined;
}

/** Responses, as OpenAI's own interface has them. What was said may be named by its id later. */
export function openaiResponses(): Format {
  const said = new Map<string, Said>();
  const find = (each: Item): Item =>
    each.type === "item_reference" ? (said.get(each.id)?.item ?? each) : each;

  return {
    path: /^\/v1\/responses$/,

    problems(body, headers) {
      const key = /^Bearer \S+$/.test(headers.authorization ?? "");
      const wrong = [
        ...(key ? [] : ["authorization: no bearer key"]),
        ...schemaProblems(request, body),
      ];
      return wrong.length > 0 ? wrong : referenceProblems(itemsOf(request.parse(body)), said);
    },

    read(body) {
      const parsed = request.parse(body);
      const items = itemsOf(parsed).map(find);
      const isSystem = (each: Item): each is z.infer<typeof message> =>
        "role" in each && (each.role === "system" || each.role === "developer");
      const system = [parsed.instructions ?? "", ...items.filter(isSystem).map(textOf)];
      return {
        model: parsed.model,
        system: system.filter((each) => each !== "").join("\n"),
        messages: joined(items.filter((each) => !isSystem(each)).flatMap(readItem)),
        tools: (parsed.tools ?? []).map(({ name }) => name),
        isStream: parsed.stream === true,
      };
    },

    stream: (head) => new ResponsesWriter(head, said),

    whole(head, contents, finish) {
      const writer = new ResponsesWriter(head, said);
      for (const each of contents) writer.add(each);
      writer.end(finish);
      return writer.whole(finish);
    },

    error: (status, text) => ({ error: errorOf(text, status) }),
  };
}

function itemsOf({ input }: Request): Item[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : input;
}

/** Ids of things that were never said, and things that were torn from their thought. */
function referenceProblems(items: readonly Item[], said: ReadonlyMap<string, Said>): string[] {
  const named = items.flatMap((each) =>
    "id" in each && typeof each.id === "string" ? each.id : [],
  );
  return named.flatMap((name) => {
    const known = said.get(name);
    if (!known) return `input: Item with id '${name}' not found.`;
    const { item: each, thought: needed } = known;
    if (needed === undefined || named.includes(needed)) return [];
    const type = each.type ?? "message";
    return `input: Item '${name}' of type '${type}' was provided without its required 'reasoning' item: '${needed}'.`;
  });
}

function readItem(each: Item): ModelMessage[] {
  const none = { text: "", calls: [], results: [] };
  if (each.type === "reasoning" || each.type === "item_reference") return [];
  if (each.type === "function_call") {
    const called = { id: each.call_id, name: each.name, input: parsed(each.arguments) };
    return [{ ...none, role: "assistant", calls: [called] }];
  }
  if (each.type === "function_call_output") {
    const text = plain(each.output);
    return [{ ...none, role: "tool", text, results: [{ id: each.call_id, text }] }];
  }
  return [{ ...none, role: each.role === "assistant" ? "assistant" : "user", text: textOf(each) }];
}

/** What the model said in several items is one message of it. */
function joined(messages: readonly ModelMessage[]): ModelMessage[] {
  const all: ModelMessage[] = [];
  for (const each of messages) {
    const last = all.at(-1);
    if (last?.role !== "assistant" || each.role !== "assistant") all.push(each);
    else {
      const calls = [...last.calls, ...each.calls];
      all[all.length - 1] = { ...last, text: last.text + each.text, calls };
    }
  }
  return all;
}

const textOf = (each: z.infer<typeof message>) => plain(each.content);

function plain(said: z.infer<typeof content>): string {
  return typeof said === "string" ? said : said.map(({ text = "" }) => text).join("");
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function errorOf(message: string, status: number) {
  const type = status === 429 ? "rate_limit_exceeded" : status < 500 ? "invalid" : "server_error";
  return { message, type, param: null, code: status === 429 ? type : null };
}

function usageOf({ input, output }: Usage) {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}

/** An item under way. */
interface Open {
  readonly kind: Content["kind"];
  readonly id: string;
  text: string;
}

class ResponsesWriter implements StreamWriter {
  readonly #head: AnswerHead;
  readonly #said: Map<string, Said>;
  readonly #output: object[] = [];
  #open: Open | undefined;
  #thought: string | undefined;
  #number = 0;

  constructor(head: AnswerHead, said: Map<string, Said>) {
    this.#head = head;
    this.#said = said;
  }

  begin() {
    const response = this.#response("in_progress");
    return [
      this.#event("response.created", { response }),
      this.#event("response.in_progress", { response }),
    ];
  }

  add(each: Content) {
    if (each.kind === "tool") return [...this.#close(), ...this.#call(each)];
    const begun = this.#open?.kind === each.kind ? [] : this.#begin(each.kind);
    const open = this.#open;
    if (open) open.text += each.text;
    const at = this.#at(open?.id ?? "");
    const delta =
      each.kind === "text"
        ? this.#event("response.output_text.delta", { ...at, content_index: 0, delta: each.text })
        : this.#event("response.reasoning_summary_text.delta", {
            ...{ ...at, summary_index: 0, delta: each.text },
          });
    return [...begun, delta];
  }

  fail(text: string) {
    const error = { code: "server_error", message: text, param: null };
    return [this.#event("error", error)];
  }

  end(finish: Finish) {
    const closed = this.#close();
    const response = this.whole(finish);
    return [...closed, this.#event(`response.${response.status}`, { response })];
  }

  /** All that was said, once it has ended. */
  whole(finish: Finish) {
    const reasons: Partial<Record<Finish, string>> = {
      length: "max_output_tokens",
      "content-filter": "content_filter",
    };
    const reason = reasons[finish];
    if (reason === undefined) return this.#response("completed");
    return { ...this.#response("incomplete"), incomplete_details: { reason } };
  }

  #begin(kind: "text" | "reasoning"): string[] {
    const before = this.#close();
    const id = this.#itemId(kind === "text" ? "msg" : "rs");
    this.#open = { kind, id, text: "" };
    const at = this.#at(id);
    const added = (each: object) =>
      this.#event("response.output_item.added", { output_index: at.output_index, item: each });
    if (kind === "reasoning") {
      const empty = { type: "summary_text", text: "" };
      return [
        ...before,
        added({ id, type: "reasoning", summary: [] }),
        this.#event("response.reasoning_summary_part.added", {
          ...{ ...at, summary_index: 0, part: empty },
        }),
      ];
    }
    const item = { id, type: "message", status: "in_progress", role: "assistant", content: [] };
    const empty = { type: "output_text", annotations: [], text: "" };
    return [
      ...before,
      added(item),
      this.#event("response.content_part.added", { ...at, content_index: 0, part: empty }),
    ];
  }

  /** Ends the item under way. */
  #close(): string[] {
    const open = this.#open;
    if (!open) return [];
    this.#open = undefined;
    const { id, text } = open;
    const at = this.#at(id);
    if (open.kind === "reasoning") {
      const part = { type: "summary_text" as const, text };
      const events = [
        this.#event("response.reasoning_summary_text.done", { ...at, summary_index: 0, text }),
        this.#event("response.reasoning_summary_part.done", { ...at, summary_index: 0, part }),
      ];
      const done = this.#done({ id, type: "reasoning", summary: [part] });
      this.#thought = id;
      return [...events, done];
    }
    const part = { type: "output_text" as const, annotations: [], text };
    return [
      this.#event("response.output_text.done", { ...at, content_index: 0, text }),
      this.#event("response.content_part.done", { ...at, content_index: 0, part }),
      this.#done({ id, type: "message", status: "completed", role: "assistant", content: [part] }),
    ];
  }

  #call({ id: call_id, json, name }: Extract<Content, { kind: "tool" }>): string[] {
    const id = this.#itemId("fc");
    const at = this.#at(id);
    const called = { id, type: "function_call" as const, status: "in_progress", call_id, name };
    const { output_index } = at;
    const item = { ...called, arguments: "" };
    return [
      this.#event("response.output_item.added", { output_index, item }),
      ...slices(json).map((delta) =>
        this.#event("response.function_call_arguments.delta", { ...at, delta }),
      ),
      this.#event("response.function_call_arguments.done", { ...at, arguments: json }),
      this.#done({ ...called, status: "completed", arguments: json }),
    ];
  }

  #done(each: Item & { readonly id: string }): string {
    const event = this.#event("response.output_item.done", {
      output_index: this.#output.length,
      item: each,
    });
    this.#output.push(each);
    this.#said.set(each.id, { item: each, thought: this.#thought });
    return event;
  }

  #itemId(kind: string): string {
    return `${kind}_${this.#head.id}_${this.#output.length}`;
  }

  #at(item_id: string) {
    return { item_id, output_index: this.#output.length };
  }

  #response(status: string) {
    const { created, id, model, usage } = this.#head;
    return {
      ...{ id, object: "response", created_at: created, status, model, output: this.#output },
      ...{ error: null, incomplete_details: null },
      usage: status === "in_progress" ? null : usageOf(usage),
    };
  }

  #event(type: string, data: object): string {
    const sequence_number = this.#number++;
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...data })}\n\n`;
  }
}
