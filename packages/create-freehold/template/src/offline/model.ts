import type {
  LanguageModelV4,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolResultPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { type Question, reply, type Situation } from "./rules.ts";

/** Milliseconds between two words. */
const WORD_PAUSE = 30;

/**
 * A stand-in for a language model, for when there is none: it follows the rules of `rules.ts`, and
 * speaks the interface that every model of the AI SDK speaks.
 */
export function offlineModel(situation: Situation, wordPause = WORD_PAUSE): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "freehold",
    modelId: "offline-rules",
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const content = answer(prompt, situation);
      return { content, finishReason: reasonFor(content), usage: NOTHING, warnings: [] };
    },
    async doStream({ prompt, abortSignal }) {
      const content = answer(prompt, situation);
      return { stream: toStream(parts(content, wordPause, abortSignal)) };
    },
  };
}

/** A turn has one step, or two when a tool is called: the call, then the words. */
function answer(prompt: LanguageModelV4Prompt, situation: Situation): LanguageModelV4Content[] {
  const { reasoning, call, text } = reply({ ...lastQuestion(prompt), ...situation });
  const words = (output: unknown) => (typeof text === "function" ? text(output) : text);
  const result = resultIn(prompt);
  if (result) return [{ type: "text", text: problemIn(result) ?? words(givenBy(result)) }];
  const thoughts = reasoning === undefined ? [] : [{ type: "reasoning" as const, text: reasoning }];
  if (!call) return [...thoughts, { type: "text", text: words(undefined) }];
  const input = JSON.stringify(call.input);
  const toolCallId = crypto.randomUUID();
  return [...thoughts, { type: "tool-call", toolCallId, toolName: call.tool, input }];
}

function lastQuestion(prompt: LanguageModelV4Prompt): Pick<Question, "text" | "files"> {
  const message = prompt.findLast(({ role }) => role === "user");
  if (message?.role !== "user") return { text: "", files: [] };
  const files = message.content.flatMap((part) =>
    part.type === "file" ? [{ mediaType: part.mediaType, bytes: bytesOf(part.data) }] : [],
  );
  const text = message.content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
  return { text, files };
}

function bytesOf(data: { type: string; data?: unknown }): number {
  if (data.data instanceof Uint8Array) return data.data.length;
  return typeof data.data === "string" ? Math.floor((data.data.length * 3) / 4) : 0;
}

/** What the tool gave that was called for the last question. */
function resultIn(prompt: LanguageModelV4Prompt): LanguageModelV4ToolResultPart | undefined {
  const message = prompt.at(-1);
  if (message?.role !== "tool") return undefined;
  return message.content.find((part) => part.type === "tool-result");
}

function problemIn({ output }: LanguageModelV4ToolResultPart): string | undefined {
  if (isRefusal(output)) return "Then I leave it.";
  if (output.type === "error-text") {
    return `That did not work: ${output.value.replace(/^Error: /, "")}`;
  }
  return output.type === "error-json" ? "That did not work." : undefined;
}

/** The person did not agree; depending on the way it came, that is a text only. */
function isRefusal(output: LanguageModelV4ToolResultPart["output"]): boolean {
  if (output.type === "execution-denied") return true;
  return output.type === "error-text" && /\bdenied\b/.test(output.value);
}

function givenBy({ output }: LanguageModelV4ToolResultPart): unknown {
  return output.type === "json" || output.type === "text" ? output.value : undefined;
}

async function* parts(
  content: readonly LanguageModelV4Content[],
  wordPause: number,
  abortSignal: AbortSignal | undefined,
): AsyncGenerator<LanguageModelV4StreamPart> {
  yield { type: "stream-start", warnings: [] };
  for (const [index, part] of content.entries()) {
    const id = `${index}`;
    if (part.type === "tool-call") yield part;
    if (part.type !== "text" && part.type !== "reasoning") continue;
    yield { type: `${part.type}-start`, id };
    for (const delta of part.text.match(/\s*\S+|\s+$/g) ?? []) {
      yield { type: `${part.type}-delta`, id, delta };
      await pause(wordPause, abortSignal);
    }
    yield { type: `${part.type}-end`, id };
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

function reasonFor(content: readonly LanguageModelV4Content[]): LanguageModelV4FinishReason {
  const calls = content.some(({ type }) => type === "tool-call");
  return { unified: calls ? "tool-calls" : "stop", raw: undefined };
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
      abortSignal?.removeEventListener("abort", abort);
      reject(abortSignal?.reason);
    }
  });
}
