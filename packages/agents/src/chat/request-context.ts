/**
 * What came with the last request besides its messages, kept for the turns the server starts, and
 * which tools clients run.
 *
 * @module
 */

import { rowsOrNone, type SqlRunner } from "../storage/sql.ts";
import { ContextKey, REQUEST_CONTEXT_TABLE } from "./schema.ts";
import type { ClientToolSchema } from "./types.ts";

/** Further fields, and the client's tools. Undefined when the request had none. */
export interface RequestExtras {
  readonly body?: Record<string, unknown> | undefined;
  readonly clientTools?: ClientToolSchema[] | undefined;
}

/** The extras of the last request, in memory and in the database. */
export class RequestContext {
  readonly #sql: SqlRunner;
  #extras: RequestExtras = {};
  #observed: ReadonlySet<string> = new Set();

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  get extras(): RequestExtras {
    return this.#extras;
  }

  /** Names of tools whose calls were left to clients by answers that ended well. */
  get observedTools(): ReadonlySet<string> {
    return this.#observed;
  }

  /** Reads what an earlier life of the agent stored; what cannot be read counts as absent. */
  load(): void {
    const rows = rowsOrNone(() =>
      this.#sql<{ key: string; value: string }>(
        "SELECT key, value FROM cf_ai_chat_request_context",
      ),
    );
    const stored = new Map(rows.map(({ key, value }) => [key, parseJson(value)]));
    this.#extras = {
      body: stored.get(ContextKey.BODY) as RequestExtras["body"],
      clientTools: stored.get(ContextKey.CLIENT_TOOLS) as RequestExtras["clientTools"],
    };
    const observed = stored.get(ContextKey.OBSERVED_TOOLS);
    this.#observed = new Set(Array.isArray(observed) ? observed : []);
  }

  /** Remembers tools that clients run. Costs nothing when they are known. */
  observe(names: readonly string[]): void {
    const all = new Set([...this.#observed, ...names]);
    if (all.size === this.#observed.size) return;
    this.#store(ContextKey.OBSERVED_TOOLS, undefined, [...all]);
    this.#observed = all;
  }

  /** Forgets everything. */
  clear(): void {
    this.save({});
    const before = this.#observed.size > 0 ? true : undefined;
    this.#store(ContextKey.OBSERVED_TOOLS, before, undefined);
    this.#observed = new Set();
  }

  /** Replaces the extras; absent ones are forgotten. Costs nothing when there were and are none. */
  save(extras: RequestExtras): void {
    const before = this.#extras;
    this.#store(ContextKey.BODY, before.body, extras.body);
    this.#store(ContextKey.CLIENT_TOOLS, before.clientTools, extras.clientTools);
    this.#extras = extras;
  }

  #store(key: string, before: unknown, value: unknown): void {
    if (before === undefined && value === undefined) return;
    this.#sql(REQUEST_CONTEXT_TABLE);
    if (value === undefined) {
      this.#sql("DELETE FROM cf_ai_chat_request_context WHERE key = ?", key);
      return;
    }
    const json = JSON.stringify(value);
    this.#sql(
      "INSERT OR REPLACE INTO cf_ai_chat_request_context (key, value) VALUES (?, ?)",
      key,
      json,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
