import type { PendingRestores } from "../journal/history/recovery.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import type { HostDatabase } from "./host-database.ts";

const SCHEMA = `CREATE TABLE IF NOT EXISTS restores (
  namespace TEXT NOT NULL,
  id TEXT NOT NULL,
  bookmark TEXT NOT NULL,
  PRIMARY KEY (namespace, id)
) WITHOUT ROWID`;

/** Which objects are to be brought back when they next start, in the host's own database. */
export class StoredRestores implements PendingRestores {
  readonly #host: HostDatabase;
  readonly #bookmarks = new Map<string, string>();

  constructor(host: HostDatabase) {
    this.#host = host;
    host.read().run(SCHEMA);
    for (const [namespace, id, bookmark] of host.read().all("SELECT * FROM restores")) {
      const key = { namespace: String(namespace), id: String(id) };
      this.#bookmarks.set(keyText(key), String(bookmark));
    }
  }

  get(key: ObjectKey): string | undefined {
    return this.#bookmarks.get(keyText(key));
  }

  async put(key: ObjectKey, bookmark: string): Promise<void> {
    const { namespace, id } = key;
    const durable = this.#host.change((database) => {
      database.run("INSERT OR REPLACE INTO restores VALUES (?, ?, ?)", namespace, id, bookmark);
    });
    await durable();
    this.#bookmarks.set(keyText(key), bookmark);
  }

  async remove(key: ObjectKey): Promise<void> {
    const { namespace, id } = key;
    this.#bookmarks.delete(keyText(key));
    await this.#host.change((database) => {
      database.run("DELETE FROM restores WHERE namespace = ? AND id = ?", namespace, id);
    })();
  }
}

const RECORDINGS = `CREATE TABLE IF NOT EXISTS recordings (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  number INTEGER NOT NULL,
  goes_on INTEGER NOT NULL
) WITHOUT ROWID`;

/** The number of the recording that goes on or begins now; the last one ends when nothing is kept. */
export function countRecordings(host: HostDatabase, isKept: boolean): number {
  const database = host.read();
  database.run(RECORDINGS);
  const [number, goesOn] = (database.get("SELECT number, goes_on FROM recordings") ?? []).map(
    Number,
  );
  if (number === undefined && !isKept) return 0;
  const next = (number ?? 0) + (isKept && goesOn !== 1 ? 1 : 0);
  const values = [BigInt(next), isKept ? 1n : 0n] as const;
  host.change((open) => open.run("INSERT OR REPLACE INTO recordings VALUES (1, ?, ?)", ...values));
  host.read();
  return next;
}
