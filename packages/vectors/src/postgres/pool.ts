import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Pool, PoolClient } from "pg";
import { vectorsError } from "../errors.ts";

const CONNECTIONS = 8;

/** The table that knows the indexes of a database, and where their vectors are. */
const CATALOGUE = `
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS freehold_vector_indexes (
  name text PRIMARY KEY,
  config jsonb NOT NULL,
  metadata_indexes jsonb NOT NULL DEFAULT '[]',
  mutation text NOT NULL DEFAULT '',
  processed_at bigint NOT NULL DEFAULT 0,
  number bigserial UNIQUE
);
`;
/** Two hosts that start together would make the extension and the table at the same time. */
const CATALOGUE_LOCK = 0x46_48_56_31;

/** Connections to one PostgreSQL server, made when first used. */
export class PostgresPool {
  readonly #connectionString: string;
  #pool: Promise<Pool> | undefined;

  constructor(connectionString: string) {
    this.#connectionString = connectionString;
  }

  async query<Row extends object = Record<string, unknown>>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const pool = await this.#connected();
    const { rows } = await pool.query<Row>(sql, [...values]);
    return rows;
  }

  async transaction<T>(body: (client: PoolClient) => Promise<T>): Promise<T> {
    const pool = await this.#connected();
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const result = await body(client);
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((rollback: Error) => {
        broken = rollback;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async indexes(): Promise<string[]> {
    const rows = await this.query<{ name: string }>("SELECT name FROM freehold_vector_indexes");
    return rows.map(({ name }) => name);
  }

  async dropIndex(name: string): Promise<boolean> {
    return this.transaction(async (client) => {
      const { rows } = await client.query<{ number: string }>(
        "DELETE FROM freehold_vector_indexes WHERE name = $1 RETURNING number",
        [name],
      );
      const number = rows[0]?.number;
      if (number === undefined) return false;
      await client.query(`DROP TABLE ${tableOf(number)}`);
      return true;
    });
  }

  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined);
    this.#pool = undefined;
    await pool?.end();
  }

  #connected(): Promise<Pool> {
    if (this.#pool === undefined) {
      const made = this.#connect();
      this.#pool = made;
      made.catch(() => {
        // The server may be there the next time.
        if (this.#pool === made) this.#pool = undefined;
      });
    }
    return this.#pool;
  }

  async #connect(): Promise<Pool> {
    const { Pool } = await library();
    const pool = new Pool({ connectionString: this.#connectionString, max: CONNECTIONS });
    // A connection that breaks is replaced, and what was asked over it fails. The next query tells if the
    // server is gone. The pool listens to those that are idle, and nobody to those that are in use.
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    try {
      const client = await pool.connect();
      try {
        await client.query("SELECT pg_advisory_lock($1)", [CATALOGUE_LOCK]);
        await client.query(CATALOGUE);
        await client.query("SELECT pg_advisory_unlock($1)", [CATALOGUE_LOCK]);
      } finally {
        client.release();
      }
      return pool;
    } catch (cause) {
      await pool.end();
      throw vectorsError(
        "VECTORS_ENGINE_FAILED",
        "The PostgreSQL server for vectors cannot be used.",
        "Check that it runs, that the connection string is right, and that its extension `vector` is installed.",
        cause,
      );
    }
  }
}

/** The name of an index's table: numbers only, so that nothing has to be quoted. */
export function tableOf(number: string | number): string {
  return `freehold_vectors_${Number(number)}`;
}

/** `pg` is the project's: it is looked for from where the project runs, then from here. */
async function library(): Promise<{ Pool: typeof Pool }> {
  for (const base of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      const file = createRequire(base).resolve("pg");
      const module = (await import(pathToFileURL(file).href)) as {
        Pool?: typeof Pool;
        default: { Pool: typeof Pool };
      };
      return { Pool: module.Pool ?? module.default.Pool };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw vectorsError(
    "VECTORS_LIBRARY_MISSING",
    "Vectors in PostgreSQL need the package `pg`, which is not installed.",
    "Install it in your project: `npm install pg`.",
  );
}
