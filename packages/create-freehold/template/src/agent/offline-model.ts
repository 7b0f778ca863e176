import type {
  LanguageModelV4,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { reply, type Situation } from "./offline-rules.ts";

/** Milliseconds between two words. */
const WORD_PAUSE = 35;

/**
 * A stand-in for a language model, for when there is none: it follows the rules of
 * `offline-rules.ts`, and speaks the interface that every model of the AI SDK speaks.
 */
export function offlineModel(situation: Situation, wordPause = WORD_PAUSE): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "freehold",
    modelId: "offline-rules",
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const content = answer(prompt, situation);
      return { content: [content], finishReason: reasonFor(content), usage: NOTHING, warnings: [] };
    },
    async doStream({ prompt, abortSignal }) {
      const content = answer(prompt, situation);
      return { stream: toStream(parts(content, wordPause, abortSignal)) };
    },
  };
}

/** A turn has one step, or two when a tool is called: the call, then the words. */
function answer(prompt: LanguageModelV4Prompt, situation: Situation): LanguageModelV4Content {
  const { text, call } = reply(lastSentence(prompt), situation);
  const result = prompt.at(-1);
  if (result?.role === "tool") return { type: "text", text: failureIn(result) ?? text };
  if (!call) return { type: "text", text };
  return {
    type: "tool-call",
    toolCallId: crypto.randomUUID(),
    toolName: call.tool,
    input: JSON.stringify(call.input),
  };
}

function lastSentence(prompt: LanguageModelV4Prompt): string {
  const message = prompt.findLast(({ role }) => role === "user");
  if (message?.role !== "user") return "";
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
}

function failureIn(message: LanguageModelV4Prompt[number] & { role: "tool" }): string | undefined {
  for (const part of message.content) {
    if (part.type === "tool-result" && part.output.type === "error-text") {
      return `That did not work: ${part.output.value.replace(/^Error: /, "")}`;
    }
  }
  return undefined;
}

async function* parts(
  content: LanguageModelV4Content,
  wordPause: number,
  abortSignal: AbortSignal | undefined,
): AsyncGenerator<LanguageModelV4StreamPart> {
  yield { type: "stream-start", warnings: [] };
  if (content.type === "text") {
    const id = "words";
    yield { type: "text-start", id };
    for (const delta of content.text.match(/\s*\S+|\s+$/g) ?? []) {
      yield { type: "text-delta", id, delta };
      await pause(wordPause, abortSignal);
    }
    yield { type: "text-end", id };
  } else if (content.type === "tool-call") {
    yield content;
  }
  yield { type: "finish", finishReason: reasonFor(content), usage: NOTHING };
}

function toStream<T>(source: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream<T>({
    async pull(controller) {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await source.return(undefined);
    },
  });
}

function reasonFor(content: LanguageModelV4Content): LanguageModelV4FinishReason {
  return { unified: content.type === "tool-call" ? "tool-calls" : "stop", raw: undefined };
}

/** Rules count no tokens. */
const NOTHING: LanguageModelV4Usage = {
  inputTokens: {
    total: undefined,
    noCache: undefined,
    cacheRead: undefined,
    cacheWrite: undefined,
  },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

function pause(milliseconds: number, abortSignal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    abortSignal?.addEventListener("abort", abort);
    if (abortSignal?.aborted) abort();
    function done() {
      abortSignal?.removeEventListener("abort", abort);
      resolve();
    }
    function abort() {
      clearTimeout(timer);
      reject(abortSignal?.reason);
    }
  });
}
