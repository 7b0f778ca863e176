import { SqlError } from "../errors.ts";
import type { SqlRunner } from "../storage/sql.ts";
import { SEARCH_TABLE } from "./schema.ts";
import type { SearchResult } from "./types.ts";

/** A message's text, for the index. */
export interface Indexed {
  readonly sessionId: string;
  readonly id: string;
  readonly role: string;
  readonly text: string;
}

/**
 * The full-text index. It is made, with everything stored so far, by the first search of an object,
 * and kept from then on: who never searches does not pay for it.
 */
export class SearchIndex {
  readonly #sql: () => SqlRunner;
  /** Whether there is an index; unknown until the first look. */
  #there: boolean | undefined;

  constructor(sql: () => SqlRunner) {
    this.#sql = sql;
  }

  get exists(): boolean {
    this.#there ??=
      this.#sql()("SELECT 1 FROM sqlite_master WHERE name = 'cf_agents_session_fts'").length > 0;
    return this.#there;
  }

  /** Forgets what was found: a transaction may have been rolled back. */
  forget(): void {
    this.#there = undefined;
  }

  create(all: Iterable<Indexed>): void {
    this.#sql()(SEARCH_TABLE);
    this.#there = true;
    for (const one of all) this.add(one);
  }

  add({ id, role, sessionId, text }: Indexed): void {
    if (!this.exists || text === "") return;
    this.#sql()(
      `INSERT INTO cf_agents_session_fts (id, session_id, role, content) VALUES (?, ?, ?, ?)`,
      ...[id, sessionId, role, text],
    );
  }

  remove(sessionId: string, id: string): void {
    if (!this.exists) return;
    const statement = "DELETE FROM cf_agents_session_fts WHERE id = ? AND session_id = ?";
    this.#sql()(statement, id, sessionId);
  }

  clear(sessionId: string): void {
    if (!this.exists) return;
    this.#sql()("DELETE FROM cf_agents_session_fts WHERE session_id = ?", sessionId);
  }

  /** Messages with the query's words beside each other, the best first. */
  find(sessionId: string, query: string, limit: number): SearchResult[] {
    try {
      return this.#sql()<{ id: string; role: string; content: string }>(
        `SELECT id, role, content FROM cf_agents_session_fts
          WHERE cf_agents_session_fts MATCH ? AND session_id = ? ORDER BY rank LIMIT ?`,
        ...[`"${query.replaceAll('"', '""')}"`, sessionId, limit],
      );
    } catch (error) {
      // A query that the index cannot read finds nothing.
      if (error instanceof SqlError && /fts5|MATCH/.test(error.message)) return [];
      throw error;
    }
  }
}
