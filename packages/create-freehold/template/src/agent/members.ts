/** The visitors who have a conversation in their lists. The first one owns it. */
export class Members {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS members (place INTEGER PRIMARY KEY, visitor TEXT UNIQUE)");
  }

  /** In the order in which they came. */
  get all(): readonly string[] {
    const rows = this.#sql.exec<{ visitor: string }>("SELECT visitor FROM members ORDER BY place");
    return rows.toArray().map(({ visitor }) => visitor);
  }

  get owner(): string | undefined {
    return this.all[0];
  }

  /** Whether the visitor owns the conversation. */
  add(visitor: string): boolean {
    this.#sql.exec("INSERT OR IGNORE INTO members (visitor) VALUES (?)", visitor);
    return this.owner === visitor;
  }

  remove(visitor: string): void {
    this.#sql.exec("DELETE FROM members WHERE visitor = ?", visitor);
  }
}
