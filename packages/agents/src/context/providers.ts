import { FreeholdError } from "../errors.ts";
import { CONTEXT_BLOCKS_TABLE, CONTEXT_SEARCH_TABLE, DROP_LEGACY_ENTRIES } from "./schema.ts";
import type { SearchProvider, WritableContextProvider } from "./types.ts";

/** What runs SQL; an `Agent` does. */
export interface SqlProvider {
  sql<T = Record<string, string | number | boolean | null>>(
    strings: TemplateStringsArray,
    ...values: (string | number | boolean | null)[]
  ): T[];
}

/** Entries that a search gives at most. */
const MAX_FOUND = 10;

/**
 * A block's text in the agent's own database.
 *
 * @example
 * const context = new ContextBlocks([
 *   { label: "memory", provider: new AgentContextProvider(this) },
 * ]);
 */
export class AgentContextProvider implements WritableContextProvider {
  readonly #agent: SqlProvider;
  #label: string;

  /** @param label Default: the label of the block. */
  constructor(agent: SqlProvider, label = "") {
    this.#agent = agent;
    this.#label = label;
  }

  init(label: string): void {
    this.#label ||= label;
  }

  async get(): Promise<string | null> {
    this.#createTable();
    const [row] = this.#agent.sql<{ content: string }>`
      SELECT content FROM cf_agents_context_blocks WHERE label = ${this.#label}`;
    return row?.content ?? null;
  }

  async set(content: string): Promise<void> {
    checkText("content", content);
    this.#createTable();
    this.#agent.sql`
      INSERT INTO cf_agents_context_blocks (label, content) VALUES (${this.#label}, ${content})
      ON CONFLICT (label) DO UPDATE SET content = excluded.content,
        updated_at = CURRENT_TIMESTAMP`;
  }

  /** Each time: a transaction that was rolled back may have taken the table with it. */
  #createTable(): void {
    run(this.#agent, CONTEXT_BLOCKS_TABLE);
  }
}

/**
 * A block's entries in a full-text index of the agent's own database.
 *
 * @example
 * const context = new ContextBlocks([
 *   { label: "knowledge", provider: new AgentSearchProvider(this) },
 * ]);
 */
export class AgentSearchProvider implements SearchProvider {
  readonly #agent: SqlProvider;
  #label = "";

  constructor(agent: SqlProvider) {
    this.#agent = agent;
  }

  init(label: string): void {
    this.#label = label;
  }

  /** How many entries there are. */
  async get(): Promise<string | null> {
    this.#createTable();
    const [row] = this.#agent.sql<{ count: number }>`
      SELECT COUNT(*) AS count FROM cf_agents_search_fts WHERE label = ${this.#label}`;
    return row?.count ? `${row.count} entries indexed.` : null;
  }

  /** The entries with all words of the query, the best ten first. */
  async search(query: string): Promise<string | null> {
    checkText("query", query);
    const words = query.split(/\s+/).filter((word) => word !== "");
    if (words.length === 0) return null;
    this.#createTable();
    const match = words.map((word) => `"${word.replaceAll('"', '""')}"`).join(" ");
    const found = this.#agent.sql<{ key: string; content: string }>`
      SELECT key, content FROM cf_agents_search_fts
      WHERE cf_agents_search_fts MATCH ${match} AND label = ${this.#label}
      ORDER BY rank LIMIT ${MAX_FOUND}`;
    if (found.length === 0) return null;
    return found.map(({ content, key }) => `[${key}]\n${content}`).join("\n\n");
  }

  async set(key: string, content: string): Promise<void> {
    checkText("key", key);
    checkText("content", content);
    this.#createTable();
    this.#agent.sql`
      DELETE FROM cf_agents_search_fts WHERE label = ${this.#label} AND key = ${key}`;
    this.#agent.sql`
      INSERT INTO cf_agents_search_fts (label, key, content)
      VALUES (${this.#label}, ${key}, ${content})`;
  }

  /** Each time: a transaction that was rolled back may have taken the table with it. */
  #createTable(): void {
    run(this.#agent, CONTEXT_SEARCH_TABLE);
    run(this.#agent, DROP_LEGACY_ENTRIES);
  }
}

/** Runs a statement that is no template. */
function run(agent: SqlProvider, statement: string): void {
  agent.sql(Object.assign([statement], { raw: [statement] }));
}

function checkText(what: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new FreeholdError("invalid_context", `The ${what} of a context block must be a text`);
}
