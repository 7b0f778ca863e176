import type {
  LanguageModelV4,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import { simulateReadableStream } from "ai";

/** Milliseconds between two words: time enough to reload the page half-way. */
const WORD_PAUSE = 40;

type Message = LanguageModelV4Prompt[number];
type Content = LanguageModelV4StreamPart[];

/**
 * What speaks in these examples: a few rules, so that no key is needed. To let a language model speak,
 * return one of the AI SDK's here.
 */
export function model(): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "freehold",
    modelId: "a-few-rules",
    supportedUrls: {},
    async doGenerate() {
      throw new Error("These rules only stream.");
    },
    async doStream({ prompt, tools = [] }) {
      const content = answer(
        prompt,
        tools.map(({ name }) => name),
      );
      const calls = content.some(({ type }) => type === "tool-call");
      const unified = calls ? "tool-calls" : "stop";
      const chunks: Content = [
        { type: "stream-start", warnings: [] },
        ...content,
        { type: "finish", finishReason: { unified, raw: undefined }, usage: NOTHING },
      ];
      return { stream: simulateReadableStream({ chunks, chunkDelayInMs: WORD_PAUSE }) };
    },
  };
}

/** The result of a tool is told; a question that a tool can answer is passed to it; else it is counted. */
function answer(prompt: LanguageModelV4Prompt, tools: readonly string[]): Content {
  const last = prompt.at(-1);
  if (last?.role === "tool") return words(toolWords(last));
  const asked = textOf(prompt.findLast(({ role }) => role === "user"));
  const [, city] = /weather in (\w+)/.exec(asked) ?? [];
  const [, amount] = /pay (\d+)/.exec(asked) ?? [];
  if (city && tools.includes("weather")) return call("weather", { city });
  if (asked.includes("time zone") && tools.includes("timeZone")) return call("timeZone", {});
  if (amount && tools.includes("pay")) return call("pay", { amount: Number(amount) });
  const [, count = "3"] = /count to (\d+)/.exec(asked) ?? [];
  const numbers = Array.from({ length: Number(count) }, (_, at) => `${at + 1}`);
  return words(`You said “${asked}”. I count: ${numbers.join(" ")}. Done.`);
}

function textOf(message: Message | undefined): string {
  if (message?.role !== "user") return "";
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function toolWords({ content }: Extract<Message, { role: "tool" }>): string {
  const results = content.flatMap((part) => (part.type === "tool-result" ? [part.output] : []));
  return results
    .map((output) => {
      const isDenied = output.type === "execution-denied" || output.type === "error-text";
      if (isDenied) return "Then I leave it.";
      return `It says: ${"value" in output ? String(output.value) : ""}.`;
    })
    .join(" ");
}

function words(said: string): Content {
  const deltas = said.match(/\s*\S+/g) ?? [];
  return [
    { type: "text-start", id: "words" },
    ...deltas.map((delta) => ({ type: "text-delta", id: "words", delta }) as const),
    { type: "text-end", id: "words" },
  ];
}

function call(toolName: string, input: object): Content {
  const toolCallId = crypto.randomUUID();
  return [{ type: "tool-call", toolCallId, toolName, input: JSON.stringify(input) }];
}

/** Rules count no tokens. */
const NOTHING = {
  inputTokens: {
    total: undefined,
    noCache: undefined,
    cacheRead: undefined,
    cacheWrite: undefined,
  },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};
