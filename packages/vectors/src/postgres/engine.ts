import type { PoolClient } from "pg";
import type { VectorEngine } from "../engine.ts";
import { vectorsError } from "../errors.ts";
import { byScore, matchOf } from "../match.ts";
import { hasIndex, indexedValues, indexProblem } from "../metadata.ts";
import { SCORING } from "../metric.ts";
import type {
  IndexConfig,
  IndexInfo,
  Match,
  Metadata,
  MetadataIndex,
  Metric,
  Mutation,
  Search,
  StoredVector,
} from "../types.ts";
import { postgresWhere } from "./filter-sql.ts";
import { type PostgresPool, tableOf } from "./pool.ts";

/** The extension's operators and the classes of its index. */
const OPERATORS: Readonly<Record<Metric, { readonly sign: string; readonly type: string }>> = {
  cosine: { sign: "<=>", type: "vector_cosine_ops" },
  euclidean: { sign: "<->", type: "vector_l2_ops" },
  "dot-product": { sign: "<#>", type: "vector_ip_ops" },
};
/** Walks of the graph look at so many neighbours, and go on until a filter has enough. */
const WALK = "SET LOCAL hnsw.ef_search = 200; SET LOCAL hnsw.iterative_scan = strict_order;";
/** From so many vectors on there is a graph: below, comparing with all is exact and fast. */
const GRAPH_FROM = 10_000;
const BATCH = 200;
/** More than asked for are fetched, because scores are calculated anew and equal ones ordered. */
const SPARE = 16;

interface CatalogueRow {
  readonly config: IndexConfig;
  readonly metadata_indexes: MetadataIndex[];
  readonly mutation: string;
  readonly processed_at: string;
  readonly number: string;
}

interface VectorRow {
  readonly key: string;
  readonly id: string;
  readonly namespace: string;
  readonly vector: string;
  readonly metadata: Metadata | null;
}

/** An index in PostgreSQL, by its extension `vector`. */
export class PostgresEngine implements VectorEngine {
  readonly #pool: PostgresPool;
  readonly #name: string;
  readonly #table: string;
  readonly #config: IndexConfig;
  #hasGraph: boolean;

  private constructor(
    pool: PostgresPool,
    name: string,
    { number, config }: CatalogueRow,
    hasGraph: boolean,
  ) {
    this.#pool = pool;
    this.#name = name;
    this.#table = tableOf(number);
    this.#config = config;
    this.#hasGraph = hasGraph;
  }

  /**
   * @param config makes the index where there is none
   * @throws FreeholdError `VECTORS_INDEX_MISSING`, `VECTORS_ENGINE_FAILED`, `VECTORS_LIBRARY_MISSING`
   */
  static async open(
    pool: PostgresPool,
    name: string,
    config: IndexConfig | undefined,
  ): Promise<PostgresEngine> {
    const row = await pool.transaction(async (client) => {
      if (config !== undefined) await make(client, name, config);
      return catalogue(client, name, "");
    });
    const graph = `${tableOf(row.number)}_graph`;
    const [found] = await pool.query("SELECT to_regclass($1) IS NOT NULL AS has", [graph]);
    return new PostgresEngine(pool, name, row, found?.has === true);
  }

  async info(): Promise<IndexInfo> {
    const [row] = await this.#pool.query<CatalogueRow & { n: string }>(
      `SELECT *, (SELECT count(*) FROM ${this.#table}) AS n FROM freehold_vector_indexes WHERE name = $1`,
      [this.#name],
    );
    if (row === undefined) throw missing(this.#name);
    const vectorCount = Number(row.n);
    return {
      ...this.#config,
      vectorCount,
      processedAt: Number(row.processed_at),
      mutation: row.mutation,
      metadataIndexes: row.metadata_indexes,
      graphed: this.#hasGraph ? vectorCount : 0,
    };
  }

  async search(search: Search): Promise<Match[]> {
    const { vector, topK, namespace, conditions } = search;
    const where = postgresWhere(namespace, conditions, 3);
    const { sign } = OPERATORS[this.#config.metric];
    const sql = `SELECT key, id, namespace, vector::text, metadata FROM ${this.#table}
      WHERE ${where.sql} ORDER BY vector ${sign} $1::vector LIMIT $2`;
    const { rows, indexes } = await this.#pool.transaction(async (client) => {
      await client.query(WALK);
      const values = [literal(vector), topK + SPARE, ...where.values];
      const { rows } = await client.query<VectorRow>(sql, values);
      const { metadata_indexes } = await catalogue(client, this.#name, "");
      return { rows, indexes: metadata_indexes };
    });
    const { score } = SCORING[this.#config.metric];
    const scored = rows.map((row) => {
      const stored = vectorOf(row);
      return { key: Number(row.key), stored, score: score(vector, stored.values) };
    });
    scored.sort(byScore(this.#config));
    return scored
      .slice(0, topK)
      .map(({ stored, score }) => matchOf(stored, score, search, this.#config, indexes));
  }

  async fetch(ids: readonly string[]): Promise<StoredVector[]> {
    const rows = await this.#pool.query<VectorRow>(
      `SELECT key, id, namespace, vector::text, metadata FROM ${this.#table} WHERE id = ANY($1)`,
      [ids],
    );
    const found = new Map(rows.map((row) => [row.id, vectorOf(row)]));
    return [...new Set(ids)].flatMap((id) => found.get(id) ?? []);
  }

  insert(vectors: readonly StoredVector[], mutation: Mutation): Promise<void> {
    const firsts = new Map<string, StoredVector>();
    for (const vector of vectors) if (!firsts.has(vector.id)) firsts.set(vector.id, vector);
    return this.#write([...firsts.values()], mutation, "DO NOTHING");
  }

  upsert(vectors: readonly StoredVector[], mutation: Mutation): Promise<void> {
    const lasts = new Map<string, StoredVector>();
    for (const vector of vectors) {
      // The last one of an id counts, and stands where it was given.
      lasts.delete(vector.id);
      lasts.set(vector.id, vector);
    }
    return this.#write(
      [...lasts.values()],
      mutation,
      `(id) DO UPDATE SET key = excluded.key, namespace = excluded.namespace,
       vector = excluded.vector, metadata = excluded.metadata, filterable = excluded.filterable`,
    );
  }

  async delete(ids: readonly string[], mutation: Mutation): Promise<void> {
    await this.#change(mutation, (client) =>
      client.query(`DELETE FROM ${this.#table} WHERE id = ANY($1)`, [ids]),
    );
  }

  async list(cursor: string, limit: number): Promise<string[]> {
    const rows = await this.#pool.query<{ id: string }>(
      `SELECT id FROM ${this.#table} WHERE id > $1 ORDER BY id LIMIT $2`,
      [cursor, limit],
    );
    return rows.map(({ id }) => id);
  }

  async createMetadataIndex(index: MetadataIndex): Promise<void> {
    await this.#reindex((indexes) => {
      if (hasIndex(indexes, index)) return indexes;
      const problem = indexProblem(indexes, index);
      if (problem !== undefined) throw vectorsError(...problem);
      return [...indexes, index];
    });
  }

  async deleteMetadataIndex(property: string): Promise<void> {
    await this.#reindex((indexes) => indexes.filter((one) => one.property !== property));
  }

  async close(): Promise<void> {
    // The connections belong to the pool of all indexes.
  }

  async #write(
    vectors: readonly StoredVector[],
    mutation: Mutation,
    onConflict: string,
  ): Promise<void> {
    const count = await this.#change(mutation, async (client, indexes) => {
      for (let start = 0; start < vectors.length; start += BATCH) {
        const values = vectors
          .slice(start, start + BATCH)
          .flatMap((vector) => this.#valuesOf(vector, indexes));
        const rows = Array.from({ length: values.length / 5 }, (_, row) => {
          const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((column) => `$${row * 5 + column}`);
          return `(${a}, ${b}, ${c}::vector, ${d}::jsonb, ${e}::jsonb)`;
        });
        await client.query(
          `INSERT INTO ${this.#table} (id, namespace, vector, metadata, filterable)
           VALUES ${rows.join(", ")} ON CONFLICT ${onConflict}`,
          values,
        );
      }
      if (this.#hasGraph) return 0;
      const { rows } = await client.query<{ n: string }>(
        `SELECT count(*) AS n FROM ${this.#table}`,
      );
      return Number(rows[0]?.n);
    });
    if (!this.#hasGraph && count >= GRAPH_FROM) await this.#makeGraph();
  }

  #valuesOf(
    { id, namespace, values, metadata }: StoredVector,
    indexes: MetadataIndex[],
  ): unknown[] {
    const filterable = filterableOf(metadata, this.#config, indexes);
    const text = metadata === undefined ? null : JSON.stringify(metadata);
    return [id, namespace, literal(values), text, JSON.stringify(filterable)];
  }

  async #makeGraph(): Promise<void> {
    this.#hasGraph = true;
    const { type } = OPERATORS[this.#config.metric];
    await this.#pool.query(
      `CREATE INDEX IF NOT EXISTS ${this.#table}_graph ON ${this.#table} USING hnsw (vector ${type})`,
    );
  }

  /** Writers of one index come one after the other, so that its last mutation is the last. */
  #change<T>(
    mutation: Mutation,
    body: (client: PoolClient, indexes: MetadataIndex[]) => Promise<T>,
  ): Promise<T> {
    return this.#pool.transaction(async (client) => {
      const { metadata_indexes } = await catalogue(client, this.#name, "FOR UPDATE");
      const result = await body(client, metadata_indexes);
      await client.query(
        "UPDATE freehold_vector_indexes SET mutation = $2, processed_at = $3 WHERE name = $1",
        [this.#name, mutation.id, mutation.at],
      );
      return result;
    });
  }

  async #reindex(change: (indexes: MetadataIndex[]) => MetadataIndex[]): Promise<void> {
    await this.#pool.transaction(async (client) => {
      const { metadata_indexes } = await catalogue(client, this.#name, "FOR UPDATE");
      const next = change(metadata_indexes);
      if (next === metadata_indexes) return;
      await client.query(
        "UPDATE freehold_vector_indexes SET metadata_indexes = $2 WHERE name = $1",
        [this.#name, JSON.stringify(next)],
      );
      const { rows } = await client.query<{ key: string; metadata: Metadata | null }>(
        `SELECT key, metadata FROM ${this.#table}`,
      );
      for (const { key, metadata } of rows) {
        const filterable = filterableOf(metadata ?? undefined, this.#config, next);
        await client.query(`UPDATE ${this.#table} SET filterable = $2::jsonb WHERE key = $1`, [
          key,
          JSON.stringify(filterable),
        ]);
      }
    });
  }
}

async function make(client: PoolClient, name: string, config: IndexConfig): Promise<void> {
  const { rows } = await client.query<{ number: string }>(
    `INSERT INTO freehold_vector_indexes (name, config) VALUES ($1, $2)
     ON CONFLICT (name) DO NOTHING RETURNING number`,
    [name, JSON.stringify(config)],
  );
  const number = rows[0]?.number;
  if (number === undefined) return;
  const table = tableOf(number);
  await client.query(`CREATE TABLE ${table} (
    id text COLLATE "C" PRIMARY KEY,
    key bigserial NOT NULL,
    namespace text NOT NULL,
    vector vector(${config.dimensions}) NOT NULL,
    metadata jsonb,
    filterable jsonb NOT NULL
  )`);
  await client.query(`CREATE INDEX ON ${table} (namespace)`);
  await client.query(`CREATE INDEX ON ${table} USING gin (filterable)`);
}

async function catalogue(
  client: PoolClient,
  name: string,
  lock: "" | "FOR UPDATE",
): Promise<CatalogueRow> {
  const { rows } = await client.query<CatalogueRow>(
    `SELECT * FROM freehold_vector_indexes WHERE name = $1 ${lock}`,
    [name],
  );
  const [row] = rows;
  if (row === undefined) throw missing(name);
  return row;
}

function filterableOf(
  metadata: Metadata | undefined,
  config: IndexConfig,
  indexes: readonly MetadataIndex[],
): object {
  const values = indexedValues(metadata, config, indexes);
  return Object.fromEntries(values.map(({ property, value }) => [property, value]));
}

function vectorOf({ id, namespace, vector, metadata }: VectorRow): StoredVector {
  const values = Float32Array.from(JSON.parse(vector) as number[]);
  return { id, namespace, values, metadata: metadata ?? undefined };
}

/** The extension reads and writes vectors as JSON does. */
function literal(values: Float32Array): string {
  return `[${values.join(",")}]`;
}

function missing(name: string): Error {
  return vectorsError(
    "VECTORS_INDEX_MISSING",
    `There is no index ${name}.`,
    "Make it with `freehold vectors create`, or declare it in freehold.config.ts.",
  );
}
