/**
 * What copies of a conversation that tabs hold may no longer bring back: messages that were taken
 * away, and versions of messages that were replaced.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { UIMessage } from "ai";
import { rowsOrNone, type SqlRunner } from "../storage/sql.ts";
import { SUPERSEDED_TABLE } from "./schema.ts";

/** Stands for a message as a whole, in the place of one of its versions. */
const GONE = "";
/** How many are remembered, the latest. */
const MOST = 2000;

/** Remembers it, over restarts. Costs nothing until something was replaced. */
export class Superseded {
  readonly #sql: SqlRunner;
  #mayHave: boolean | undefined;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  /** Messages were taken away, in the caller's transaction; `by` is the connection that asked. */
  gone(ids: readonly string[], by: string | undefined): void {
    if (ids.length === 0) return;
    this.#prepare();
    for (const id of ids.slice(-MOST)) this.#note(id, GONE, by);
    this.#trim();
  }

  /** A message was replaced, in the caller's transaction. */
  replaced(before: UIMessage, by: string | undefined): void {
    this.#prepare();
    this.#note(before.id, versionOf(before), by);
    this.#trim();
  }

  /** A message is there again. */
  returned(id: string): void {
    if (this.#isEmpty()) return;
    rowsOrNone(() =>
      this.#sql("DELETE FROM cf_ai_chat_superseded WHERE id = ? AND version = ?", id, GONE),
    );
  }

  /** Whether a message was taken away by somebody else than `by`, who still has it. */
  isGone(id: string, by: string): boolean {
    return this.#has(id, GONE, by);
  }

  /** Whether a copy is of a version that somebody else than `by` has replaced. */
  isOld(copy: UIMessage, by: string): boolean {
    return !this.#isEmpty() && this.#has(copy.id, versionOf(copy), by);
  }

  #has(id: string, version: string, by: string): boolean {
    if (this.#isEmpty()) return false;
    const [row] = rowsOrNone(() =>
      this.#sql<{ made_by: string | null }>(
        "SELECT made_by FROM cf_ai_chat_superseded WHERE id = ? AND version = ?",
        id,
        version,
      ),
    );
    return row !== undefined && row.made_by !== by;
  }

  #prepare(): void {
    // Each time: a transaction that was undone took the table with it.
    this.#sql(SUPERSEDED_TABLE);
    this.#mayHave = true;
  }

  #note(id: string, version: string, by: string | undefined): void {
    this.#sql(
      "INSERT OR REPLACE INTO cf_ai_chat_superseded (id, version, made_by) VALUES (?, ?, ?)",
      ...[id, version, by ?? null],
    );
  }

  #trim(): void {
    this.#sql(
      `DELETE FROM cf_ai_chat_superseded WHERE rowid <=
        (SELECT max(rowid) FROM cf_ai_chat_superseded) - ?`,
      MOST,
    );
  }

  #isEmpty(): boolean {
    this.#mayHave ??=
      rowsOrNone(() => this.#sql("SELECT 1 FROM cf_ai_chat_superseded LIMIT 1")).length > 0;
    return !this.#mayHave;
  }
}

/** Whether two versions of a message differ in what may be replaced. */
export function differ(one: UIMessage, other: UIMessage): boolean {
  return one !== other && textOf(one) !== textOf(other);
}

/** Tabs put an answer together on their own, so that only its metadata can be told from theirs. */
function textOf({ metadata, parts, role }: UIMessage): string {
  return JSON.stringify(role === "assistant" ? [metadata ?? null] : [metadata ?? null, parts]);
}

function versionOf(message: UIMessage): string {
  return createHash("sha256").update(textOf(message)).digest("base64url");
}
