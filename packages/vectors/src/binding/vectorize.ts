import type { BindingContext } from "@freehold/host";
import {
  checkDimensions,
  checkId,
  checkIds,
  checkQuestion,
  checkQuestionDimensions,
  checkSearchOptions,
  checkVectors,
} from "../checks.ts";
import type { VectorEngine } from "../engine.ts";
import { BadVector, Code, type Operation, vectorError } from "../errors.ts";
import type { VectorIndexes } from "../indexes.ts";
import type { IndexConfig, Match, Metadata, Mutation, StoredVector } from "../types.ts";

/** A vector as a program sees it. */
export interface Vector {
  readonly id: string;
  readonly values: number[];
  readonly namespace?: string;
  readonly metadata?: Metadata;
}

export interface VectorMatch extends Omit<Vector, "values"> {
  readonly score: number;
  readonly values?: number[];
}

export interface VectorMatches {
  /** Best first. */
  readonly matches: VectorMatch[];
  readonly count: number;
}

/** What an index says of itself. */
export interface Description {
  readonly vectorCount: number;
  readonly dimensions: number;
  /** ISO 8601. */
  readonly processedUpToDatetime: string;
  /** The id of the last mutation that searches see. */
  readonly processedUpToMutation: string;
}

/** Called by tests that erase all that is stored. */
const ERASE: unique symbol = Symbol.for("freehold.erase") as never;

/**
 * A Vectorize binding: what `env.NAME` is. What a promise of a write says done is durable and is found
 * by the next query, which the service promises only within seconds.
 *
 * @example
 * ```ts
 * await env.NOTES.upsert([{ id: "1", values, metadata: { topic: "bees" } }]);
 * const { matches } = await env.NOTES.query(question, { topK: 3, filter: { topic: "bees" } });
 * ```
 */
export class Vectorize {
  readonly #name: string;
  readonly #indexes: VectorIndexes;
  readonly #context: BindingContext;

  constructor(name: string, indexes: VectorIndexes, context: BindingContext) {
    this.#name = name;
    this.#indexes = indexes;
    this.#context = context;
  }

  /** Deletes the vectors of all indexes in the data directory. */
  [ERASE](): Promise<void> {
    return this.#context.outside(() => this.#indexes.erase());
  }

  describe(): Promise<Description> {
    return this.#call("INDEX_GET", async () => {
      const info = await this.#indexes.use(this.#name, (engine) => engine.info());
      if (info === undefined) throw missing(this.#name);
      const { vectorCount, dimensions, processedAt, mutation } = info;
      return {
        vectorCount,
        dimensions,
        processedUpToDatetime: new Date(processedAt).toISOString(),
        processedUpToMutation: mutation,
      };
    });
  }

  /** The nearest vectors. None, from an index that has no vector yet. */
  query(vector: unknown, options?: unknown): Promise<VectorMatches> {
    return this.#call("VECTOR_QUERY", async () => {
      const checked = { ...checkSearchOptions(options), vector: checkQuestion(vector) };
      return this.#search((engine, dimensions) => {
        checkQuestionDimensions(checked.vector, dimensions);
        return engine.search(checked);
      });
    });
  }

  /** The vectors nearest to one that is stored, which is the first of them. */
  queryById(id: unknown, options?: unknown): Promise<VectorMatches> {
    return this.#call("VECTOR_QUERY", async () => {
      const checked = checkSearchOptions(options);
      const asked = checkId(id);
      return this.#search(async (engine) => {
        const [stored] = await engine.fetch([asked]);
        if (stored === undefined) {
          throw new BadVector(Code.MISSING, `there is no vector with id="${asked}"`);
        }
        return engine.search({ ...checked, vector: stored.values });
      });
    });
  }

  /** Writes vectors whose ids are new; those that are there stay as they are. */
  insert(vectors: unknown): Promise<{ mutationId: string }> {
    return this.#write("VECTOR_INSERT", vectors, (engine, checked, mutation) =>
      engine.insert(checked, mutation),
    );
  }

  /** Writes vectors, whole, in place of those with the same ids. */
  upsert(vectors: unknown): Promise<{ mutationId: string }> {
    return this.#write("VECTOR_UPSERT", vectors, (engine, checked, mutation) =>
      engine.upsert(checked, mutation),
    );
  }

  deleteByIds(ids: unknown): Promise<{ mutationId: string }> {
    return this.#call("VECTOR_DELETE", async () => {
      const checked = checkIds(ids);
      const mutation = this.#mutation();
      await this.#indexes.use(this.#name, (engine) => engine.delete(checked, mutation));
      return { mutationId: mutation.id };
    });
  }

  getByIds(ids: unknown): Promise<Vector[]> {
    return this.#call("VECTOR_GET", async () => {
      const checked = checkIds(ids);
      const found = await this.#indexes.use(this.#name, (engine) => engine.fetch(checked));
      return (found ?? []).map(shownVector);
    });
  }

  async #search(
    ask: (engine: VectorEngine, dimensions: number) => Promise<readonly Match[]>,
  ): Promise<VectorMatches> {
    const matches = ((await this.#indexes.use(this.#name, ask)) ?? []).map(shownMatch);
    return { matches, count: matches.length };
  }

  #write(
    operation: Operation,
    vectors: unknown,
    write: (
      engine: VectorEngine,
      checked: readonly StoredVector[],
      mutation: Mutation,
    ) => Promise<void>,
  ): Promise<{ mutationId: string }> {
    return this.#call(operation, async () => {
      // The first vector tells what an index becomes that nobody declared.
      const checked = checkVectors(vectors);
      const mutation = this.#mutation();
      await this.#indexes.use(
        this.#name,
        async (engine, dimensions) => {
          checkDimensions(checked, dimensions);
          await write(engine, checked, mutation);
        },
        inferred(checked),
      );
      return { mutationId: mutation.id };
    });
  }

  #mutation(): Mutation {
    const { clock, random } = this.#context;
    return { id: uuid(random.bytes(16)), at: clock.now() };
  }

  /** Arguments are read at once: what a program changes in them later does not count. */
  async #call<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#context.outside(work);
    } catch (error) {
      throw told(operation, error);
    }
  }
}

function told(operation: Operation, error: unknown): Error {
  if (error instanceof BadVector) return vectorError(operation, error.code, error.message);
  const message = error instanceof Error ? error.message : String(error);
  // The client of the service complains of this option before it sends anything.
  if (message.startsWith("Invalid returnMetadata option.")) return new Error(message);
  return vectorError(operation, Code.ENGINE, message, error);
}

function missing(name: string): BadVector {
  return new BadVector(
    Code.MISSING,
    `there is no index ${name} yet: it comes into being with its first vector, or with a declaration`,
  );
}

function inferred([first]: readonly StoredVector[]): IndexConfig {
  return { dimensions: first?.values.length ?? 1, metric: "cosine", filterable: "all" };
}

function shownVector({ id, values, namespace, metadata }: StoredVector): Vector {
  return {
    id,
    values: Array.from(values),
    ...(namespace !== "" && { namespace }),
    ...(metadata !== undefined && { metadata }),
  };
}

function shownMatch({ id, score, namespace, values, metadata }: Match): VectorMatch {
  return {
    id,
    score,
    ...(values && { values: Array.from(values) }),
    ...(namespace !== "" && { namespace }),
    ...(metadata !== undefined && { metadata }),
  };
}

/** Version 4, from 16 random bytes. Source: RFC 9562, 5.4. */
function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes);
  hex[6] = ((hex[6] ?? 0) & 0x0f) | 0x40;
  hex[8] = ((hex[8] ?? 0) & 0x3f) | 0x80;
  return hex.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
