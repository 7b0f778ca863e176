import type { Random } from "@freehold/host";
import { InferenceUpstreamError } from "../../ai-errors.ts";
import type { ChatInput } from "../../tasks/chat-input.ts";
import { type ChatPart, type Finish, usageOf } from "../../tasks/chat-output.ts";
import type { Loaded } from "../shelf.ts";
import { functionsOf, grammarSchema, historyOf } from "./history.ts";
import type {
  ChatWrapper,
  Functions,
  GenerateOptions,
  Grammar,
  Llama,
  LlamaContext,
  LlamaLibrary,
  LlamaModel,
} from "./library.ts";
import { Pipe } from "./pipe.ts";

/** The service's own default. */
const TEMPERATURE = 0.6;
const FINISHES: Readonly<Record<string, Finish>> = {
  maxTokens: "length",
  functionCalls: "tool_calls",
};

export interface LoadedParts {
  readonly library: LlamaLibrary;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly random: Random;
}

/** A GGUF file in memory. One chat at a time: what it begins with the last one is not read anew. */
export class LoadedLlama implements Loaded {
  readonly isUsable = true;
  readonly #parts: LoadedParts;
  readonly #sequence;

  constructor(parts: LoadedParts) {
    this.#parts = parts;
    this.#sequence = parts.context.getSequence();
  }

  /** Ends the model's work when nobody reads on. */
  async *chat(input: ChatInput, signal: AbortSignal | undefined): AsyncGenerator<ChatPart> {
    const gone = new AbortController();
    const ended = signal ? AbortSignal.any([signal, gone.signal]) : gone.signal;
    const pipe = new Pipe<ChatPart>();
    const work = this.#generate(input, ended, (part) => pipe.push(part)).then(
      () => pipe.end(),
      (error: unknown) => pipe.fail(ended.aborted ? aborted(error) : error),
    );
    try {
      yield* pipe.read();
    } finally {
      gone.abort(new Error("nobody reads the answer"));
      await work;
    }
  }

  async close(): Promise<void> {
    await this.#parts.context.dispose();
    await this.#parts.model.dispose();
  }

  async #generate(
    input: ChatInput,
    signal: AbortSignal,
    send: (part: ChatPart) => void,
  ): Promise<void> {
    const { library, model, context, random } = this.#parts;
    const functions = functionsOf(input);
    const history = historyOf(input.messages);
    const wrapper = this.#wrapper(functions !== undefined && input.toolChoice !== "auto");
    const { contextText } = wrapper.generateContextState({
      chatHistory: history,
      ...(functions && { availableFunctions: functions }),
    });
    const grammar = await this.#grammar(input);
    const before = this.#sequence.tokenMeter.usedOutputTokens;
    const chat = new library.LlamaChat({ contextSequence: this.#sequence, chatWrapper: wrapper });
    try {
      const { metadata } = await chat.generateResponse(history, {
        ...settingsOf(input, context.contextSize),
        signal,
        ...(grammar && { grammar }),
        ...(functions && callingOf(functions, random, send)),
        onResponseChunk: ({ type, segmentType, text }) => {
          if (text === "") return;
          if (type === undefined) send({ kind: "text", text });
          else if (segmentType === "thought") send({ kind: "reasoning", text });
        },
      });
      const output = this.#sequence.tokenMeter.usedOutputTokens - before;
      send({
        kind: "end",
        finish: FINISHES[metadata.stopReason] ?? "stop",
        usage: usageOf(contextText.tokenize(model.tokenizer).length, output),
      });
    } finally {
      chat.dispose({ disposeSequence: false });
    }
  }

  /** Made for one answer. @param mustCall whether the answer begins as a call */
  #wrapper(mustCall: boolean): ChatWrapper {
    const { library, model } = this.#parts;
    const wrapper = library.resolveChatWrapper(model);
    if (!mustCall) return wrapper;
    const state = wrapper.generateContextState.bind(wrapper);
    wrapper.generateContextState = (options) => ({
      ...state(options),
      noPrefixTrigger: { type: "functionCall", inject: library.LlamaText("") },
    });
    return wrapper;
  }

  async #grammar({ json }: ChatInput): Promise<Grammar | undefined> {
    if (json === undefined) return undefined;
    const { llama } = this.#parts;
    if (json === true) return llama.getGrammarFor("json");
    return llama.createGrammarForJsonSchema(grammarSchema(json));
  }
}

function settingsOf(input: ChatInput, contextSize: number) {
  const { frequencyPenalty, presencePenalty } = input;
  const isPenalised = frequencyPenalty !== undefined || presencePenalty !== undefined;
  return {
    maxTokens: input.maxTokens ?? contextSize,
    temperature: input.temperature ?? TEMPERATURE,
    ...(input.topP !== undefined && { topP: input.topP }),
    ...(input.topK !== undefined && { topK: input.topK }),
    ...(input.seed !== undefined && { seed: input.seed }),
    ...(input.reasoningEffort === "none" && { budgets: { thoughtTokens: 0 } }),
    customStopTriggers: input.stop,
    repeatPenalty: isPenalised && {
      penalty: 1,
      ...(frequencyPenalty !== undefined && { frequencyPenalty }),
      ...(presencePenalty !== undefined && { presencePenalty }),
    },
  } satisfies Partial<GenerateOptions>;
}

function callingOf(functions: Functions, random: Random, send: (part: ChatPart) => void) {
  return {
    functions,
    onFunctionCall: ({ functionName, params }) => {
      const id = `call_${Buffer.from(random.bytes(12)).toString("hex")}`;
      send({ kind: "call", call: { id, name: functionName, arguments: params ?? {} } });
    },
  } satisfies Partial<GenerateOptions>;
}

function aborted(error: unknown): InferenceUpstreamError {
  return new InferenceUpstreamError("ABORTED", "The request was aborted.", error);
}
