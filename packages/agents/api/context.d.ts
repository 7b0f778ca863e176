import {
  ToolSet,
} from "ai";
/** Where a block's text comes from. With `get` alone the block can only be read. */
interface ContextProvider {
  /** The text; null when there is none. */
  get(): Promise<string | null>;
  /** Told the block's label before it is first used. */
  init?(label: string): void;
}
/** A provider whose block a model can write. */
interface WritableContextProvider extends ContextProvider {
  set(content: string): Promise<void>;
}
/** A provider of entries by key: `get` sums them up, a model searches them. */
interface SearchProvider extends ContextProvider {
  /** What was found, as text; null when there is nothing. */
  search(query: string): Promise<string | null>;
  /** Stores an entry in the place of one with the same key. */
  set?(key: string, content: string): Promise<void>;
}
/** What a block is. */
interface ContextConfig {
  /** Its name, for the prompt and the tools. */
  label: string;
  /** Told to the model. */
  description?: string;
  /** Most tokens, by estimate; a write of more is refused. */
  maxTokens?: number;
  /** Where its text comes from. Default: what the host offers, or nothing. */
  provider?: ContextProvider | WritableContextProvider | SearchProvider;
  /**
   * What a model sees of a change after the prompt was frozen: with `"wait"` nothing until the prompt
   * is refreshed, with `"remind"` what `reminder()` gives. Default `"wait"`.
   */
  whenChanged?: "wait" | "remind";
}
/** A block that was loaded. */
interface ContextBlock {
  label: string;
  description?: string;
  content: string;
  /** About how many tokens the content costs. */
  tokens: number;
  maxTokens?: number;
  writable: boolean;
  /** Whether it has entries that can be searched. */
  isSearchable: boolean;
}
/**
 * A system prompt of labelled blocks. Once rendered it stays the same text, so that the model's cache
 * of it stays warm, until it is refreshed.
 *
 * @example
 * const context = new ContextBlocks([
 *   { label: "soul", provider: { get: async () => "You are a helpful assistant." } },
 *   { label: "memory", maxTokens: 1000, provider: new AgentContextProvider(this) },
 * ]);
 * const system = await context.freezeSystemPrompt();
 * const tools = await context.tools();
 */
declare class ContextBlocks {
  #private;
  /**
   * @param configs Of two with one label the later counts.
   * @param promptStore Keeps the frozen prompt over lives of the object. Default: it is kept in memory.
   * @param defaultProvider Gives providers to blocks that bring none.
   */
  constructor(configs: ContextConfig[], promptStore?: WritableContextProvider, defaultProvider?: (label: string) => ContextProvider);
  /** Reads all blocks. Whatever needs them does so by itself. */
  load(): Promise<void>;
  /**
   * Adds a block. A prompt that was rendered stays as it is.
   *
   * @throws FreeholdError `context_block_exists`
   */
  addBlock(input: ContextConfig): Promise<ContextBlock>;
  /** Takes a block away; false when there is none. A prompt that was rendered stays as it is. */
  removeBlock(label: string): boolean;
  /** A block that was loaded. */
  getBlock(label: string): ContextBlock | null;
  /** The blocks that were loaded. */
  getBlocks(): ContextBlock[];
  /**
   * Writes a block's text. A prompt that was rendered stays as it is.
   *
   * @throws FreeholdError `context_block_readonly`, `context_block_keyed`, `context_block_too_long`
   */
  setBlock(label: string, content: string): Promise<ContextBlock>;
  /**
   * Adds a line to a block's text.
   *
   * @throws FreeholdError like {@link setBlock}, and `context_block_missing`
   */
  appendToBlock(label: string, content: string): Promise<ContextBlock>;
  /** The system prompt: rendered the first time, the same text from then on. */
  freezeSystemPrompt(): Promise<string>;
  /** Reads all blocks again and renders the system prompt anew. */
  refreshSystemPrompt(): Promise<string>;
  /**
   * What has changed, of blocks with `whenChanged: "remind"`, since the prompt was frozen: to be sent
   * after everything that the model has cached, and not to be stored. Null when nothing has changed,
   * or nothing is frozen.
   */
  reminder(): Promise<string | null>;
  /**
   * Tools for a model, by what the blocks can do: `set_context`, `search_context`. Needs the packages
   * `ai` and `zod`.
   */
  tools(): Promise<ToolSet>;
}
/** What runs SQL; an `Agent` does. */
interface SqlProvider {
  sql<T = Record<string, string | number | boolean | null>>(strings: TemplateStringsArray, ...values: (string | number | boolean | null)[]): T[];
}
/**
 * A block's text in the agent's own database.
 *
 * @example
 * const context = new ContextBlocks([
 *   { label: "memory", provider: new AgentContextProvider(this) },
 * ]);
 */
declare class AgentContextProvider implements WritableContextProvider {
  #private;
  /** @param label Default: the label of the block. */
  constructor(agent: SqlProvider, label?: string);
  init(label: string): void;
  get(): Promise<string | null>;
  set(content: string): Promise<void>;
}
/**
 * A block's entries in a full-text index of the agent's own database.
 *
 * @example
 * const context = new ContextBlocks([
 *   { label: "knowledge", provider: new AgentSearchProvider(this) },
 * ]);
 */
declare class AgentSearchProvider implements SearchProvider {
  #private;
  constructor(agent: SqlProvider);
  init(label: string): void;
  /** How many entries there are. */
  get(): Promise<string | null>;
  /** The entries with all words of the query, the best ten first. */
  search(query: string): Promise<string | null>;
  set(key: string, content: string): Promise<void>;
}
export {
  AgentContextProvider,
  AgentSearchProvider,
  type ContextBlock,
  ContextBlocks,
  type ContextConfig,
  type ContextProvider,
  type SearchProvider,
  type SqlProvider,
  type WritableContextProvider,
};