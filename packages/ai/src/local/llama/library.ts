/**
 * What we use of `node-llama-cpp` 3, in our own words: the package is the project's, not ours. Source:
 * its declarations.
 *
 * @module
 */

export interface LlamaLibrary {
  getLlama(options: {
    readonly build: "never";
    readonly skipDownload: boolean;
    readonly maxThreads: number;
    readonly gpu?: false;
    readonly logger: (level: string, message: string) => void;
  }): Promise<Llama>;
  readonly LlamaChat: new (options: {
    readonly contextSequence: LlamaSequence;
    readonly chatWrapper: ChatWrapper;
  }) => LlamaChat;
  resolveChatWrapper(model: LlamaModel): ChatWrapper;
  LlamaText(text: string): unknown;
}

export interface Llama {
  loadModel(options: {
    readonly modelPath: string;
    readonly onLoadProgress: (share: number) => void;
  }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: object): Promise<Grammar>;
  getGrammarFor(type: "json"): Promise<Grammar>;
  dispose(): Promise<void>;
}

/** Opaque. */
export interface Grammar {
  readonly grammar: string;
}

export interface LlamaModel {
  readonly tokenizer: object;
  createContext(options: {
    readonly contextSize: { readonly max: number };
    readonly sequences: number;
    readonly threads: number;
  }): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaSequence {
  readonly tokenMeter: { readonly usedOutputTokens: number };
}

/** Renders a chat as the model was taught to read it. */
export interface ChatWrapper {
  generateContextState(options: {
    readonly chatHistory: readonly HistoryItem[];
    readonly availableFunctions?: Functions;
  }): ContextState;
}

export interface ContextState {
  readonly contextText: { tokenize(tokenizer: object): readonly unknown[] };
  readonly noPrefixTrigger?: unknown;
}

export type HistoryItem =
  | { readonly type: "system" | "user"; readonly text: string }
  | { readonly type: "model"; readonly response: (string | HistoryCall)[] };

export interface HistoryCall {
  readonly type: "functionCall";
  readonly name: string;
  readonly params: unknown;
  readonly result: unknown;
}

export type Functions = Readonly<
  Record<string, { readonly description: string; readonly params: object }>
>;

export interface GenerateOptions {
  readonly signal: AbortSignal;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly customStopTriggers: readonly string[];
  readonly repeatPenalty: false | Readonly<Record<string, number>>;
  readonly budgets?: { readonly thoughtTokens: number };
  readonly grammar?: Grammar;
  readonly functions?: Functions;
  readonly onFunctionCall?: (call: {
    readonly functionName: string;
    readonly params: unknown;
  }) => void;
  readonly onResponseChunk: (chunk: {
    readonly type?: "segment" | undefined;
    readonly segmentType?: string | undefined;
    readonly text: string;
  }) => void;
}

export interface LlamaChat {
  generateResponse(
    history: readonly HistoryItem[],
    options: GenerateOptions,
  ): Promise<{ readonly metadata: { readonly stopReason: string } }>;
  dispose(options: { readonly disposeSequence: boolean }): void;
}
