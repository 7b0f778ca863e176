import type { ListedObject } from "../bindings/package-class.ts";
import type { Column } from "../storage/database.ts";
import type { HostDatabase } from "../storage/host-database.ts";

import { keyText, type ObjectKey } from "./key.ts";

const SCHEMA = `CREATE TABLE IF NOT EXISTS objects (
  namespace TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT,
  created INTEGER NOT NULL,
  last_active INTEGER NOT NULL,
  PRIMARY KEY (namespace, id)
) WITHOUT ROWID`;

const INSERT = `INSERT INTO objects VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET name = coalesce(excluded.name, name), last_active = excluded.last_active`;

/**
 * All objects of a host that have storage: namespace, id, name, and when they were made and last used,
 * in milliseconds since the epoch.
 */
export class Catalogue {
  readonly #host: HostDatabase;

  constructor(host: HostDatabase) {
    this.#host = host;
    host.read().run(SCHEMA);
  }

  /**
   * The object has storage from now on.
   *
   * @returns when that is durable; `undefined` when it was known before.
   */
  record(key: ObjectKey, name: string | undefined, now: number): Promise<void> | undefined {
    const { namespace, id } = key;
    const known = this.#row(key);
    if (known !== undefined && (name === undefined || known[0] === name)) return undefined;
    const time = BigInt(now);
    const durable = this.#host.change((database) => {
      database.run(INSERT, namespace, id, name ?? null, time, time);
    }, keyText(key));
    return durable();
  }

  /** The object was used. Reaches the disk some time later. */
  touch({ namespace, id }: ObjectKey, now: number): void {
    this.#host.change((database) => {
      database.run(`UPDATE objects SET last_active = ? WHERE ${KEY}`, BigInt(now), namespace, id);
    });
  }

  /** The object has no storage any more. */
  forget(key: ObjectKey): void {
    const { namespace, id } = key;
    this.#host.change((database) => {
      database.run(`DELETE FROM objects WHERE ${KEY}`, namespace, id);
    }, keyText(key));
  }

  /** No object, or none of a namespace, has storage any more. */
  clear(namespace?: string): void {
    this.#host.change((database) => {
      if (namespace === undefined) database.run("DELETE FROM objects");
      else database.run("DELETE FROM objects WHERE namespace = ?", namespace);
    });
    // It is about many.
    this.#host.read();
  }

  nameOf(key: ObjectKey): string | undefined {
    const name = this.#row(key)?.[0];
    return typeof name === "string" ? name : undefined;
  }

  #row(key: ObjectKey): Column[] | undefined {
    const { namespace, id } = key;
    return this.#host
      .readAbout(keyText(key))
      .get(`SELECT name FROM objects WHERE ${KEY}`, namespace, id);
  }

  /** Objects of a namespace that have a name: the youngest first, after one of them. */
  page(namespace: string, limit: number, after: ListedObject | undefined): ListedObject[] {
    const { created, name: last } = after ?? { created: Number.MAX_SAFE_INTEGER, name: "" };
    const rows = this.#host
      .read()
      .all(PAGE, namespace, BigInt(created), last, BigInt(Math.max(0, Math.floor(limit))));
    return rows.map(([name, made, active]) => ({
      name: String(name),
      created: Number(made),
      lastActive: Number(active),
    }));
  }

  /** All ids of a namespace, in order. */
  list(namespace: string): string[] {
    const rows = this.#host.read().all("SELECT id FROM objects WHERE namespace = ?", namespace);
    return rows.map((row) => String(row[0]));
  }
}

const KEY = "namespace = ? AND id = ?";

const PAGE = `SELECT name, created, last_active FROM objects
  WHERE namespace = ? AND name IS NOT NULL AND (created, name) < (?, ?)
  ORDER BY created DESC, name DESC LIMIT ?`;
