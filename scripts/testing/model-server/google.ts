import { z } from "zod";
import { type AnswerHead, type Format, type StreamWriter, schemaProblems } from "./format.ts";
import type { Content, Finish, ModelMessage, Usage } from "./script.ts";

const part = z
  .looseObject({
    text: z.string().optional(),
    thought: z.boolean().optional(),
    thoughtSignature: z.string().min(1).optional(),
    inlineData: z.looseObject({ mimeType: z.string().min(1), data: z.base64() }).optional(),
    functionCall: z
      .looseObject({
        id: z.string().optional(),
        name: z.string().min(1),
        args: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
    functionResponse: z
      .looseObject({
        id: z.string().optional(),
        name: z.string().min(1),
        response: z.record(z.string(), z.unknown()),
      })
      .optional(),
  })
  .refine(
    (each) => ["text", "inlineData", "functionCall", "functionResponse"].some((key) => key in each),
    "the part holds no data",
  );
const content = z.looseObject({ role: z.enum(["user", "model"]), parts: z.array(part).min(1) });
const tool = z.looseObject({
  functionDeclarations: z
    .array(z.looseObject({ name: z.string().regex(/^[A-Za-z_][\w.-]{0,63}$/) }))
    .optional(),
});
const request = z.looseObject({
  contents: z
    .array(content)
    .min(1)
    .refine(([first]) => first?.role === "user", "the first message is not the user's"),
  systemInstruction: z.looseObject({ parts: z.array(part) }).optional(),
  generationConfig: z.looseObject({ maxOutputTokens: z.int().positive().optional() }).optional(),
  tools: z.array(tool).optional(),
});

const FINISH = {
  stop: "STOP",
  length: "MAX_TOKENS",
  // There is no other word for it: what is called stands in the parts.
  "tool-calls": "STOP",
  "content-filter": "SAFETY",
} as const satisfies Record<Finish, string>;

const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  503: "UNAVAILABLE",
};

/** The model and the method of a request stand in its path. */
const PATH = /^\/v1(?:beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent\?alt=sse)$/;

/** `generateContent`, as Google's interface for Gemini has it. */
export const google: Format = {
  path: PATH,

  problems(body, headers) {
    const key = headers["x-goog-api-key"] ? [] : ["x-goog-api-key: missing"];
    return [...key, ...schemaProblems(request, body)];
  },

  read(body, path) {
    const { contents, systemInstruction, tools = [] } = request.parse(body);
    const [, model = "", method] = PATH.exec(path) ?? [];
    return {
      model,
      system: (systemInstruction?.parts ?? []).map(({ text = "" }) => text).join("\n"),
      messages: readContents(contents),
      tools: tools.flatMap(({ functionDeclarations = [] }) =>
        functionDeclarations.map(({ name }) => name),
      ),
      isStream: method !== "generateContent",
    };
  },

  stream: (head) => new GoogleWriter(head),

  whole: (head, contents, finish) => answerOf(head, contents.map(partOf), finish),

  error: (code, message) => errorOf(code, message),
};

/** Calls and results without an id belong together in the order in which they come. */
function readContents(contents: readonly z.infer<typeof content>[]): ModelMessage[] {
  const waiting: { readonly name: string; readonly id: string }[] = [];
  let calls = 0;
  return contents.map(({ parts, role }) => ({
    role: role === "model" ? "assistant" : "user",
    text: parts.map(({ text = "", thought }) => (thought ? "" : text)).join(""),
    calls: parts.flatMap(({ functionCall: call }) => {
      if (!call) return [];
      calls += 1;
      const id = call.id ?? `call_${calls}`;
      waiting.push({ name: call.name, id });
      return { id, name: call.name, input: call.args ?? {} };
    }),
    results: parts.flatMap(({ functionResponse: result }) => {
      if (!result) return [];
      const index = waiting.findIndex(({ id, name }) =>
        result.id === undefined ? name === result.name : id === result.id,
      );
      const [call] = index < 0 ? [] : waiting.splice(index, 1);
      return { id: call?.id ?? result.id ?? result.name, text: resultText(result.response) };
    }),
  }));
}

function resultText(response: Readonly<Record<string, unknown>>): string {
  const { content: said = response } = response;
  return typeof said === "string" ? said : JSON.stringify(said);
}

function partOf(each: Content): object {
  if (each.kind === "text") return { text: each.text };
  if (each.kind === "reasoning") return { text: each.text, thought: true };
  const { id, json, name } = each;
  return { functionCall: { id, name, args: JSON.parse(json) as object }, thoughtSignature: "sig" };
}

function answerOf(
  { id, model, usage }: AnswerHead,
  parts: readonly object[],
  finish?: Finish,
): object {
  const ended = finish ? { finishReason: FINISH[finish] } : {};
  const candidate = { content: { role: "model", parts }, ...ended, index: 0 };
  return {
    candidates: [candidate],
    usageMetadata: usageOf(usage),
    modelVersion: model,
    responseId: id,
  };
}

function usageOf({ input, output }: Usage) {
  return {
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output,
  };
}

function errorOf(code: number, message: string): object {
  return { error: { code, message, status: STATUSES[code] ?? "INTERNAL" } };
}

class GoogleWriter implements StreamWriter {
  readonly #head: AnswerHead;

  constructor(head: AnswerHead) {
    this.#head = head;
  }

  /** Nothing comes before the first part. */
  begin() {
    return [];
  }

  add(each: Content) {
    return [event(answerOf(this.#head, [partOf(each)]))];
  }

  fail(message: string) {
    return [event(errorOf(503, message))];
  }

  end(finish: Finish) {
    return [event(answerOf(this.#head, [{ text: "" }], finish))];
  }
}

const event = (data: object) => `data: ${JSON.stringify(data)}\r\n\r\n`;
