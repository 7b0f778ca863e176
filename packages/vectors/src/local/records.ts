import { DatabaseSync, type StatementSync } from "node:sqlite";
import { indexedValues } from "../metadata.ts";
import type { IndexConfig, Metadata, MetadataIndex, Mutation, StoredVector } from "../types.ts";
import { Failure } from "./failure.ts";
import { amongSql, type Choice, choiceSql, stored, typeOf } from "./filter-sql.ts";
import { APPLICATION_ID, CONFIG, PROCESSED, SCHEMA } from "./schema.ts";

/** A stored vector with its number. */
export interface KeyedVector extends StoredVector {
  readonly key: number;
}

interface Row {
  readonly key: number;
  readonly id: string;
  readonly namespace: string;
  readonly vector: Uint8Array;
  readonly metadata: string | null;
}

/** The index as it is kept: one SQLite file. Every method that writes is durable when it returns. */
export class Records {
  readonly config: IndexConfig;
  #indexes: readonly MetadataIndex[];
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * @param config makes the index where the file is new
   * @throws Failure `VECTORS_INDEX_MISSING`, `VECTORS_ENGINE_FAILED`
   */
  constructor(path: string, config: IndexConfig | undefined) {
    this.#database = new DatabaseSync(path);
    try {
      // A vector is durable when its write returns: this thread does nothing else meanwhile.
      this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      checkOwner(this.#database, path);
      this.#database.exec(SCHEMA);
      this.config = this.#configOf(config);
      this.#indexes = this.#readIndexes();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get indexes(): readonly MetadataIndex[] {
    return this.#indexes;
  }

  get processed(): Mutation | undefined {
    const row = this.#run("SELECT value FROM config WHERE name = ?").get(PROCESSED);
    return row === undefined ? undefined : (JSON.parse(String(row.value)) as Mutation);
  }

  /** All vectors in order, without their metadata. */
  *all(): Generator<Omit<KeyedVector, "metadata">> {
    const sql =
      "SELECT key, id, namespace, vector FROM vectors JOIN vector_values USING (key) ORDER BY key";
    for (const row of this.#database.prepare(sql).iterate()) {
      const { key, id, namespace, vector } = row as unknown as Omit<Row, "metadata">;
      yield { key, id, namespace, values: floats(vector) };
    }
  }

  byIds(ids: readonly string[]): KeyedVector[] {
    const sql =
      "SELECT * FROM vectors JOIN vector_values USING (key) WHERE id IN (SELECT value FROM json_each(?))";
    return (this.#run(sql).all(JSON.stringify(ids)) as unknown as Row[]).map(vectorOf);
  }

  /** By the vectors' numbers. */
  metadata(keys: readonly number[]): Map<number, Metadata | undefined> {
    const rows = this.#run(
      "SELECT key, metadata FROM vectors WHERE key IN (SELECT value FROM json_each(?))",
    ).all(JSON.stringify(keys)) as unknown as Pick<Row, "key" | "metadata">[];
    return new Map(rows.map(({ key, metadata }) => [key, metadataOf(metadata)]));
  }

  /** At most `limit` numbers of vectors that may be chosen. */
  chosen(choice: Choice, limit: number): number[] {
    const { sql, values } = choiceSql(choice);
    return this.#run(`${sql} LIMIT ?`)
      .all(...values, limit)
      .map(({ key }) => Number(key));
  }

  /** How many may be chosen, counted up to `limit`. */
  countChosen(choice: Choice, limit: number): number {
    const { sql, values } = choiceSql(choice);
    const row = this.#run(`SELECT count(*) AS n FROM (${sql} LIMIT ?)`).get(...values, limit);
    return Number(row?.n);
  }

  /** Those of `keys` that may be chosen. */
  chosenAmong(keys: readonly number[], choice: Choice): Set<number> {
    const { sql, values } = amongSql(choice);
    const rows = this.#run(sql).all(JSON.stringify(keys), ...values);
    return new Set(rows.map(({ key }) => Number(key)));
  }

  ids(cursor: string, limit: number): string[] {
    return this.#run("SELECT id FROM vectors WHERE id > ? ORDER BY id LIMIT ?")
      .all(cursor, limit)
      .map(({ id }) => String(id));
  }

  /**
   * Writes vectors.
   *
   * @param replaces whether vectors that are there give way; they stay otherwise
   * @returns numbers that are gone, and those that came
   */
  write(
    vectors: readonly StoredVector[],
    mutation: Mutation,
    replaces: boolean,
  ): { gone: number[]; came: KeyedVector[] } {
    return this.#transaction(mutation, () => {
      const gone: number[] = [];
      const came = new Map<number, KeyedVector>();
      for (const vector of vectors) {
        const old = this.#run("SELECT key FROM vectors WHERE id = ?").get(vector.id)?.key;
        if (old !== undefined && !replaces) continue;
        if (old !== undefined) {
          this.#forget(Number(old));
          // One that came in the same call never was there for others.
          if (!came.delete(Number(old))) gone.push(Number(old));
        }
        const key = this.#add(vector);
        came.set(key, { key, ...vector });
      }
      return { gone, came: [...came.values()] };
    });
  }

  /** @returns numbers that are gone */
  delete(ids: readonly string[], mutation: Mutation): number[] {
    return this.#transaction(mutation, () => {
      const gone = this.#run("SELECT key FROM vectors WHERE id IN (SELECT value FROM json_each(?))")
        .all(JSON.stringify(ids))
        .map(({ key }) => Number(key));
      for (const key of gone) this.#forget(key);
      return gone;
    });
  }

  addIndex(index: MetadataIndex): void {
    this.#transaction(undefined, () => {
      this.#run("INSERT INTO metadata_indexes (property, type) VALUES (?, ?)").run(
        index.property,
        index.type,
      );
      const rows = this.#database.prepare("SELECT key, metadata FROM vectors").iterate();
      for (const { key, metadata } of rows) {
        this.#note(Number(key), metadataOf(metadata as string | null), [index]);
      }
    });
    this.#indexes = this.#readIndexes();
  }

  dropIndex(property: string): void {
    this.#transaction(undefined, () => {
      for (const table of ["metadata_indexes", "metadata_values"]) {
        this.#run(`DELETE FROM ${table} WHERE property = ?`).run(property);
      }
    });
    this.#indexes = this.#readIndexes();
  }

  /** Numbers that a graph saved earlier may still have. */
  get gone(): number[] {
    return this.#run("SELECT key FROM gone")
      .all()
      .map(({ key }) => Number(key));
  }

  /** The graph on disk has none of those that are gone, or there is no graph. */
  forgetGone(): void {
    this.#run("DELETE FROM gone").run();
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #add({ id, namespace, values, metadata }: StoredVector): number {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const text = metadata === undefined ? null : JSON.stringify(metadata);
    const { lastInsertRowid } = this.#run(
      "INSERT INTO vectors (id, namespace, metadata) VALUES (?, ?, ?)",
    ).run(id, namespace, text);
    const key = Number(lastInsertRowid);
    this.#run("INSERT INTO vector_values VALUES (?, ?)").run(key, bytes);
    this.#note(key, metadata, this.#indexes);
    return key;
  }

  #note(key: number, metadata: Metadata | undefined, indexes: readonly MetadataIndex[]): void {
    const insert = this.#run("INSERT OR IGNORE INTO metadata_values VALUES (?, ?, ?, ?)");
    for (const { property, value } of indexedValues(metadata, this.config, indexes)) {
      insert.run(property, typeOf(value), stored(value), key);
    }
  }

  #forget(key: number): void {
    for (const table of ["metadata_values", "vector_values", "vectors"]) {
      this.#run(`DELETE FROM ${table} WHERE key = ?`).run(key);
    }
    this.#run("INSERT INTO gone VALUES (?)").run(key);
  }

  #transaction<T>(mutation: Mutation | undefined, body: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = body();
      if (mutation !== undefined) this.#configure(PROCESSED, mutation);
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #configOf(given: IndexConfig | undefined): IndexConfig {
    const row = this.#run("SELECT value FROM config WHERE name = ?").get(CONFIG);
    if (row !== undefined) return JSON.parse(String(row.value)) as IndexConfig;
    if (given === undefined) {
      throw new Failure(
        "VECTORS_INDEX_MISSING",
        "There is no such index.",
        "Make it with `freehold vectors create`, or declare it in freehold.config.ts.",
      );
    }
    this.#configure(CONFIG, given);
    return given;
  }

  #configure(name: string, value: object): void {
    this.#run("INSERT OR REPLACE INTO config VALUES (?, ?)").run(name, JSON.stringify(value));
  }

  #readIndexes(): MetadataIndex[] {
    return this.#run(
      "SELECT property, type FROM metadata_indexes",
    ).all() as unknown as MetadataIndex[];
  }

  #run(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function checkOwner(database: DatabaseSync, path: string): void {
  const owner = database.prepare("PRAGMA application_id").get()?.application_id;
  const hasTables = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
  if (owner === APPLICATION_ID) return;
  if (owner === 0 && !hasTables) {
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    return;
  }
  throw new Failure(
    "VECTORS_ENGINE_FAILED",
    `${path} is not the file of an index.`,
    "Move it out of the folder of vectors; nothing in it was changed.",
  );
}

function vectorOf({ key, id, namespace, vector, metadata }: Row): KeyedVector {
  return { key, id, namespace, values: floats(vector), metadata: metadataOf(metadata) };
}

function metadataOf(text: string | null): Metadata | undefined {
  return text === null ? undefined : (JSON.parse(text) as Metadata);
}

/** SQLite's bytes may begin anywhere; floats begin at multiples of four. */
function floats(bytes: Uint8Array): Float32Array {
  if (bytes.byteOffset % 4 === 0) {
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  }
  return new Float32Array(bytes.slice().buffer);
}
