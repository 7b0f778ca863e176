import type { Found } from "../protocol.ts";

/** Characters before and behind what was found. */
const AROUND = 32;

/** What was said in each conversation of a list. */
export class SearchIndex {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS texts (id TEXT PRIMARY KEY, text TEXT, folded TEXT)");
  }

  /** Whether this is another text than before. */
  put(id: string, text: string): boolean {
    const before = this.#sql.exec("SELECT text FROM texts WHERE id = ?", id).toArray()[0]?.text;
    if (before === text) return false;
    this.#sql.exec("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", id, text, fold(text));
    return true;
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM texts WHERE id = ?", id);
  }

  /** Conversations in which the words stand, in any case, as they stand. */
  search(words: string): Found[] {
    const wanted = fold(words.trim());
    if (wanted === "") return [];
    const rows = this.#sql.exec<{ id: string; text: string; at: number }>(
      "SELECT id, text, instr(folded, ?) AS at FROM texts WHERE instr(folded, ?) > 0 LIMIT 100",
      wanted,
      wanted,
    );
    return rows.toArray().map(({ id, text, at }) => ({
      id,
      excerpt: excerptOf(text, at - 1, wanted.length),
    }));
  }
}

function excerptOf(text: string, at: number, length: number): string {
  const start = Math.max(0, at - AROUND);
  const end = at + length + AROUND;
  const words = text.slice(start, end).replace(/\s+/g, " ");
  return `${start > 0 ? "…" : ""}${words}${end < text.length ? "…" : ""}`;
}

function fold(text: string): string {
  return text.toLowerCase();
}
