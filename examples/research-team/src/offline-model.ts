import type {
  LanguageModelV4,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import { simulateReadableStream } from "ai";
import type { Duty } from "./model.ts";

/** Milliseconds between two words, at least: time enough to kill the server half-way. */
const WORD_PAUSE = 60;

const SENTENCES: Readonly<Record<Duty, (prompt: string) => string>> = {
  plan: (question) =>
    ["What does it ask", "What is known of it", "What is still open about it"]
      .map((part) => `${part}: “${question}”`)
      .join("\n"),
  research: () =>
    "I am a stand-in with fixed sentences, not a language model, so I know nothing about this. With a model, findings would stand here, word by word as they are written. While I am at it, end the server, with `kill -9` if you like, and start it again. I begin anew then; colleagues who have handed in are not asked again.",
  write: (prompt) => {
    const [question = "", ...notes] = prompt.split("\n\n---\n\n");
    return `**There is no answer yet**, because no language model is set up. ${notes.length} researchers handed in their notes on “${question}”, all of them made of fixed sentences. Put \`OPENAI_API_KEY\` into \`.dev.vars\`, and ask again.`;
  },
};

/** A stand-in for a language model, for when there is none. */
export function offlineModel(duty: Duty): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "freehold",
    modelId: "fixed-sentences",
    supportedUrls: {},
    async doGenerate() {
      throw new Error("The stand-in only streams.");
    },
    async doStream({ prompt }) {
      const asked = lastSentence(prompt);
      const words = SENTENCES[duty](asked).match(/\s*\S+/g) ?? [];
      const chunks: LanguageModelV4StreamPart[] = [
        { type: "stream-start", warnings: [] },
        { type: "text-start", id: "words" },
        ...words.map((delta) => ({ type: "text-delta", id: "words", delta }) as const),
        { type: "text-end", id: "words" },
        { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: NOTHING },
      ];
      // Some researchers are slower than others.
      const chunkDelayInMs = duty === "plan" ? null : WORD_PAUSE * (1 + (asked.length % 5) / 2);
      return { stream: simulateReadableStream({ chunks, chunkDelayInMs }) };
    },
  };
}

function lastSentence(prompt: LanguageModelV4Prompt): string {
  const message = prompt.findLast(({ role }) => role === "user");
  if (message?.role !== "user") return "";
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** Fixed sentences count no tokens. */
const NOTHING = {
  inputTokens: {
    total: undefined,
    noCache: undefined,
    cacheRead: undefined,
    cacheWrite: undefined,
  },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};
