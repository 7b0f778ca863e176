import type { HostDatabase } from "../storage/host-database.ts";
import type { ClassPlan, ClassState } from "./plan.ts";

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS classes (
    worker TEXT NOT NULL,
    class TEXT NOT NULL,
    namespace TEXT NOT NULL UNIQUE,
    storage TEXT NOT NULL,
    PRIMARY KEY (worker, class)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS migrations (worker TEXT PRIMARY KEY, tag TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS erasures (namespace TEXT PRIMARY KEY) WITHOUT ROWID`,
] as const;

/** Which classes have storage in a data directory, and what is left to be erased of others. */
export class ClassRegistry {
  readonly #host: HostDatabase;

  constructor(host: HostDatabase) {
    this.#host = host;
    for (const statement of SCHEMA) host.read().run(statement);
  }

  stateOf(worker: string): ClassState {
    const database = this.#host.read();
    const rows = database.all(
      "SELECT class, namespace, storage FROM classes WHERE worker = ?",
      worker,
    );
    const tag = database.get("SELECT tag FROM migrations WHERE worker = ?", worker)?.[0];
    return {
      tag: typeof tag === "string" ? tag : undefined,
      classes: rows.map(([className, namespace, storage]) => ({
        className: String(className),
        namespace: String(namespace),
        storage: storage === "key-value" ? "key-value" : "sqlite",
      })),
    };
  }

  /**
   * Stores what was planned. Before anything is erased it is on disk that it has to be, so that a
   * crash leaves no part of a deleted class to come back.
   *
   * @param erase removes everything of a namespace; called again after a crash.
   */
  apply(worker: string, { state, erased }: ClassPlan, erase: (namespace: string) => void): void {
    this.#host.change((database) => {
      database.run("DELETE FROM classes WHERE worker = ?", worker);
      for (const { className, namespace, storage } of state.classes) {
        const values = [worker, className, namespace, storage] as const;
        database.run("INSERT INTO classes VALUES (?, ?, ?, ?)", ...values);
      }
      if (state.tag !== undefined) {
        database.run("INSERT OR REPLACE INTO migrations VALUES (?, ?)", worker, state.tag);
      }
      for (const namespace of erased) {
        database.run("INSERT OR IGNORE INTO erasures VALUES (?)", namespace);
      }
    });
    const pending = this.#host.read().all("SELECT namespace FROM erasures");
    if (pending.length === 0) return;
    // Folding the log into the file syncs both.
    this.#host.read().checkpoint();
    for (const [namespace] of pending) erase(String(namespace));
    this.#host.change((database) => database.run("DELETE FROM erasures"));
  }
}
