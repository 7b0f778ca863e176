import type { ObjectKey } from "../objects/key.ts";
import type { HostDatabase } from "./host-database.ts";

const SCHEMA = `CREATE TABLE IF NOT EXISTS facets (
  namespace TEXT NOT NULL,
  id TEXT NOT NULL,
  number INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  name BLOB NOT NULL,
  PRIMARY KEY (namespace, id, parent, name)
) WITHOUT ROWID`;

const OF_OBJECT = "namespace = ? AND id = ?";

/** The number that stands for the object itself, as the parent of its own facets. */
export const ROOT_NUMBER = 0;

/** One facet: its number, which names its file, below which other one, under which name. */
export interface FacetRow {
  readonly number: number;
  readonly parent: number;
  readonly name: string;
}

/** Which facet of which object has which number. Numbers are counted for each object, from one. */
export class FacetIndex {
  readonly #host: HostDatabase;

  constructor(host: HostDatabase) {
    this.#host = host;
    host.read().run(SCHEMA);
  }

  /** All facets of an object that have storage. */
  list({ namespace, id }: ObjectKey): FacetRow[] {
    const sql = `SELECT number, parent, name FROM facets WHERE ${OF_OBJECT} ORDER BY number`;
    const rows = this.#host.read().all(sql, namespace, id);
    return rows.map(([number, parent, name]) => ({
      number: Number(number),
      parent: Number(parent),
      name: Buffer.from(name as Uint8Array).toString("utf8"),
    }));
  }

  /** @returns when that, and every change of the host's database before it, is durable. */
  add({ namespace, id }: ObjectKey, rows: readonly FacetRow[]): Promise<void> | undefined {
    const durable = this.#host.change((database) => {
      for (const { number, parent, name } of rows) {
        const values = [BigInt(number), BigInt(parent), Buffer.from(name, "utf8")] as const;
        database.run(
          "INSERT OR REPLACE INTO facets VALUES (?, ?, ?, ?, ?)",
          namespace,
          id,
          ...values,
        );
      }
    });
    return durable();
  }

  remove({ namespace, id }: ObjectKey, numbers: readonly number[]): void {
    this.#host.change((database) => {
      for (const number of numbers) {
        database.run(
          `DELETE FROM facets WHERE ${OF_OBJECT} AND number = ?`,
          ...[namespace, id, BigInt(number)],
        );
      }
    });
  }

  /** No object, or none of a namespace, has storage any more. */
  clear(namespace?: string): void {
    this.#host.change((database) => {
      if (namespace === undefined) database.run("DELETE FROM facets");
      else database.run("DELETE FROM facets WHERE namespace = ?", namespace);
    });
  }
}
