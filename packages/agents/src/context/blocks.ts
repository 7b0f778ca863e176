import type { ToolSet } from "ai";
import { FreeholdError } from "../errors.ts";
import { estimateTokens } from "../tokens.ts";
import { entryKey } from "./keys.ts";
import { hasSection, joinSections, renderBlock, renderReminder } from "./render.ts";
import { toolsFor } from "./tools.ts";
import {
  type ContextBlock,
  type ContextConfig,
  type ContextProvider,
  isSearchProvider,
  isWritable,
  type SearchProvider,
  type WritableContextProvider,
} from "./types.ts";

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
export class ContextBlocks {
  readonly #promptStore: WritableContextProvider | undefined;
  readonly #defaultProvider: ((label: string) => ContextProvider) | undefined;
  readonly #configs = new Map<string, ContextConfig>();
  readonly #blocks = new Map<string, ContextBlock>();
  readonly #begun = new Set<string>();
  /** The last write of each block: a model may ask for several at once, and none may be lost. */
  readonly #writing = new Map<string, Promise<unknown>>();
  #loading: Promise<void> | undefined;
  #loaded = false;
  #prompt: string | undefined;

  /**
   * @param configs Of two with one label the later counts.
   * @param promptStore Keeps the frozen prompt over lives of the object. Default: it is kept in memory.
   * @param defaultProvider Gives providers to blocks that bring none.
   */
  constructor(
    configs: ContextConfig[],
    promptStore?: WritableContextProvider,
    defaultProvider?: (label: string) => ContextProvider,
  ) {
    this.#promptStore = promptStore;
    this.#defaultProvider = defaultProvider;
    for (const config of configs) this.#configs.set(config.label, this.#withProvider(config));
  }

  /** Reads all blocks. Whatever needs them does so by itself. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    this.#loading ??= this.#loadAll();
    try {
      await this.#loading;
    } finally {
      this.#loading = undefined;
    }
  }

  /**
   * Adds a block. A prompt that was rendered stays as it is.
   *
   * @throws FreeholdError `context_block_exists`
   */
  async addBlock(input: ContextConfig): Promise<ContextBlock> {
    await this.load();
    const config = this.#withProvider(input);
    if (this.#configs.has(config.label)) {
      throw failed("context_block_exists", `Block "${config.label}" already exists`);
    }
    this.#configs.set(config.label, config);
    try {
      return await this.#read(config);
    } catch (error) {
      this.#configs.delete(config.label);
      throw error;
    }
  }

  /** Takes a block away; false when there is none. A prompt that was rendered stays as it is. */
  removeBlock(label: string): boolean {
    this.#blocks.delete(label);
    this.#begun.delete(label);
    return this.#configs.delete(label);
  }

  /** A block that was loaded. */
  getBlock(label: string): ContextBlock | null {
    return this.#blocks.get(label) ?? null;
  }

  /** The blocks that were loaded. */
  getBlocks(): ContextBlock[] {
    return [...this.#configs.keys()]
      .map((label) => this.#blocks.get(label))
      .filter((block) => block !== undefined);
  }

  /**
   * Writes a block's text. A prompt that was rendered stays as it is.
   *
   * @throws FreeholdError `context_block_readonly`, `context_block_keyed`, `context_block_too_long`
   */
  setBlock(label: string, content: string): Promise<ContextBlock> {
    return this.#inOrder(label, () => this.#write(label, content));
  }

  /**
   * Adds a line to a block's text.
   *
   * @throws FreeholdError like {@link setBlock}, and `context_block_missing`
   */
  appendToBlock(label: string, content: string): Promise<ContextBlock> {
    return this.#inOrder(label, () => {
      const block = this.#blocks.get(label);
      if (!block) throw failed("context_block_missing", `Block "${label}" not found`);
      return this.#write(label, block.content ? `${block.content}\n${content}` : content);
    });
  }

  /** The system prompt: rendered the first time, the same text from then on. */
  async freezeSystemPrompt(): Promise<string> {
    return (await this.#frozen()) ?? this.#render();
  }

  /** Reads all blocks again and renders the system prompt anew. */
  async refreshSystemPrompt(): Promise<string> {
    this.#loaded = false;
    return this.#render();
  }

  /**
   * What has changed, of blocks with `whenChanged: "remind"`, since the prompt was frozen: to be sent
   * after everything that the model has cached, and not to be stored. Null when nothing has changed,
   * or nothing is frozen.
   */
  async reminder(): Promise<string | null> {
    const prompt = await this.#frozen();
    if (prompt === undefined) return null;
    const changed: string[] = [];
    for (const config of this.#configs.values()) {
      if (config.whenChanged !== "remind") continue;
      const section = renderBlock(await this.#read(config));
      if (!hasSection(prompt, section)) changed.push(section);
    }
    return changed.length > 0 ? renderReminder(changed) : null;
  }

  /**
   * Tools for a model, by what the blocks can do: `set_context`, `search_context`. Needs the packages
   * `ai` and `zod`.
   */
  async tools(): Promise<ToolSet> {
    await this.load();
    return toolsFor(
      {
        getBlock: (label) => this.getBlock(label),
        set: (label, content) => this.setBlock(label, content),
        append: (label, content) => this.appendToBlock(label, content),
        index: (label, content, title) => this.#index(label, content, title),
        search: (label, query) => this.#searchable(label).search(query),
      },
      this.getBlocks(),
    );
  }

  /** Runs a write of a block when those before it have ended, however they did. */
  async #inOrder<T>(label: string, write: () => Promise<T>): Promise<T> {
    await this.load();
    const written = (this.#writing.get(label) ?? Promise.resolve()).then(write);
    const ended = written.catch(() => undefined);
    this.#writing.set(label, ended);
    try {
      return await written;
    } finally {
      if (this.#writing.get(label) === ended) this.#writing.delete(label);
    }
  }

  async #write(label: string, content: string): Promise<ContextBlock> {
    const config = this.#configs.get(label);
    const provider = config?.provider;
    if (!config || !isWritable(provider)) {
      throw failed("context_block_readonly", `Block "${label}" is readonly`);
    }
    if (isSearchProvider(provider)) {
      const message = `Block "${label}" is a keyed provider. Use setSearchEntry() instead.`;
      throw failed("context_block_keyed", message);
    }
    const tokens = estimateTokens(content);
    if (config.maxTokens && tokens > config.maxTokens) {
      throw failed(
        "context_block_too_long",
        `Block "${label}" exceeds maxTokens: ${tokens} > ${config.maxTokens}`,
      );
    }
    await (provider as WritableContextProvider).set(content);
    return this.#keep(config, content);
  }

  async #index(label: string, content: string, title?: string): Promise<string> {
    const provider = this.#searchable(label);
    if (!provider.set) {
      throw failed("context_block_readonly", `Block "${label}" does not support writes`);
    }
    const key = entryKey(content, title);
    await provider.set(key, content);
    const config = this.#configs.get(label);
    if (config) await this.#read(config);
    return key;
  }

  #searchable(label: string): SearchProvider {
    const provider = this.#configs.get(label)?.provider;
    if (isSearchProvider(provider)) return provider;
    throw failed("context_block_not_searchable", `Block "${label}" is not a search provider`);
  }

  async #frozen(): Promise<string | undefined> {
    if (!this.#promptStore) return this.#prompt;
    return (await this.#promptStore.get()) ?? undefined;
  }

  async #render(): Promise<string> {
    await this.load();
    const sections = this.getBlocks()
      .filter((block) => this.#isShown(block))
      .map(renderBlock);
    const prompt = joinSections(sections);
    if (this.#promptStore) await this.#promptStore.set(prompt);
    this.#prompt = prompt;
    return prompt;
  }

  /** An empty block that can only be read says nothing, unless a reminder may replace it. */
  #isShown({ content, isSearchable, label, writable }: ContextBlock): boolean {
    if (content !== "" || writable || isSearchable) return true;
    return this.#configs.get(label)?.whenChanged === "remind";
  }

  async #loadAll(): Promise<void> {
    for (const config of this.#configs.values()) await this.#read(config);
    this.#loaded = true;
  }

  /** Reads a block from its provider. */
  async #read(config: ContextConfig): Promise<ContextBlock> {
    const { label, provider } = config;
    if (!this.#begun.has(label)) {
      this.#begun.add(label);
      provider?.init?.(label);
    }
    return this.#keep(config, (await provider?.get()) ?? "");
  }

  #keep({ description, label, maxTokens, provider }: ContextConfig, content: string): ContextBlock {
    if (typeof content !== "string") {
      throw failed("invalid_context", `The provider of block "${label}" gave no text`);
    }
    const block: ContextBlock = {
      label,
      ...(description === undefined ? {} : { description }),
      content,
      tokens: estimateTokens(content),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      writable: isWritable(provider),
      isSearchable: isSearchProvider(provider),
    };
    this.#blocks.set(label, block);
    return block;
  }

  #withProvider(config: ContextConfig): ContextConfig {
    const provider = config.provider ?? this.#defaultProvider?.(config.label);
    return provider ? { ...config, provider } : config;
  }
}

function failed(code: string, message: string): FreeholdError {
  return new FreeholdError(code, message);
}
