/** Where a block's text comes from. With `get` alone the block can only be read. */
export interface ContextProvider {
  /** The text; null when there is none. */
  get(): Promise<string | null>;
  /** Told the block's label before it is first used. */
  init?(label: string): void;
}

/** A provider whose block a model can write. */
export interface WritableContextProvider extends ContextProvider {
  set(content: string): Promise<void>;
}

/** A provider of entries by key: `get` sums them up, a model searches them. */
export interface SearchProvider extends ContextProvider {
  /** What was found, as text; null when there is nothing. */
  search(query: string): Promise<string | null>;
  /** Stores an entry in the place of one with the same key. */
  set?(key: string, content: string): Promise<void>;
}

/** What a block is. */
export interface ContextConfig {
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
export interface ContextBlock {
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

export function isSearchProvider(
  provider: ContextProvider | undefined,
): provider is SearchProvider {
  return typeof (provider as SearchProvider | undefined)?.search === "function";
}

export function isWritable(provider: ContextProvider | undefined): boolean {
  return typeof (provider as WritableContextProvider | undefined)?.set === "function";
}
