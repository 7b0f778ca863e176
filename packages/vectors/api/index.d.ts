import {
  Binding,
  BindingContext,
  Clock,
  Logger,
} from "@freehold/host";
/** How far two vectors are apart. Fixed when an index is made. */
type Metric = "cosine" | "euclidean" | "dot-product";
/** A scalar that metadata can be filtered by. */
type Scalar = string | number | boolean;
type PropertyType = "string" | "number" | "boolean";
/** What an index is: fixed for its life. */
interface IndexConfig {
  /** Numbers in each vector, 1 to 1,536. */
  readonly dimensions: number;
  readonly metric: Metric;
  /**
   * `listed`: only properties with a metadata index can be filtered by, as on Cloudflare. `all`: every
   * scalar of the metadata can; the default of an index that nobody declared.
   */
  readonly filterable?: "listed" | "all";
}
type Metadata = Readonly<Record<string, unknown>>;
/** A vector as engines store it. */
interface StoredVector {
  /** At most 64 bytes. */
  readonly id: string;
  readonly values: Float32Array;
  /** Empty: in no namespace. */
  readonly namespace: string;
  readonly metadata: Metadata | undefined;
}
type Comparison = "eq" | "ne" | "lt" | "lte" | "gt" | "gte";
/** One thing that a filter asks of a property. All of a filter's conditions hold together. */
type Condition = {
  readonly property: string;
  readonly operator: Comparison;
  readonly value: Scalar | null;
} | {
  readonly property: string;
  readonly operator: "in" | "nin";
  readonly values: readonly Scalar[];
};
/** A query, checked. */
interface Search {
  readonly vector: Float32Array;
  /** How many matches at most, 1 to 100. */
  readonly topK: number;
  /** `undefined`: all namespaces. */
  readonly namespace: string | undefined;
  readonly conditions: readonly Condition[];
  /** The id of a stored vector that is itself the question; it may be among the answers. */
  readonly returnValues: boolean;
  readonly returnMetadata: "all" | "indexed" | "none";
}
/** A match, best first. Its score is that of the index's metric. */
interface Match {
  readonly id: string;
  readonly score: number;
  readonly namespace: string;
  readonly values?: Float32Array;
  readonly metadata?: Metadata;
}
interface IndexInfo extends IndexConfig {
  readonly vectorCount: number;
  /** Time of the last mutation, in ms since 1970; 0 before the first. */
  readonly processedAt: number;
  /** The last mutation; empty before the first. */
  readonly mutation: string;
  readonly metadataIndexes: readonly MetadataIndex[];
  /** Vectors that the graph holds; 0 where searches are exact. */
  readonly graphed: number;
}
interface MetadataIndex {
  readonly property: string;
  readonly type: PropertyType;
}
/** What a write is known by afterwards. */
interface Mutation {
  /** A UUID. */
  readonly id: string;
  /** In ms since 1970. */
  readonly at: number;
}
/**
 * Where the vectors of one index live. `testing/engine-suite.ts` is what every engine passes.
 *
 * - What a promise of a write says done MUST be durable, and MUST be in the answers of every later
 *   call, searches included.
 * - A write MUST be whole or not at all.
 * - `insert` MUST leave a vector alone whose id is there; `upsert` MUST replace all of it.
 * - `search` MUST answer the best matches that hold all conditions, best first, in a stable order. It
 *   MAY miss some of them (at most one in twenty, one in ten under a filter) where an index is too
 *   large to compare with every vector.
 * - Arguments are checked already: an engine MUST NOT check again what `checks.ts` does.
 * - `close` MUST be safe to call twice; nothing MUST be called afterwards.
 */
interface VectorEngine {
  info(): Promise<IndexInfo>;
  search(search: Search): Promise<readonly Match[]>;
  /** Those that are there, in the order asked for; an id asked for twice is answered once. */
  fetch(ids: readonly string[]): Promise<readonly StoredVector[]>;
  insert(vectors: readonly StoredVector[], mutation: Mutation): Promise<void>;
  upsert(vectors: readonly StoredVector[], mutation: Mutation): Promise<void>;
  delete(ids: readonly string[], mutation: Mutation): Promise<void>;
  /** Ids in order, after `cursor`. */
  list(cursor: string, limit: number): Promise<readonly string[]>;
  /** Makes a property filterable, for the vectors that are there as well. */
  createMetadataIndex(index: MetadataIndex): Promise<void>;
  deleteMetadataIndex(property: string): Promise<void>;
  close(): Promise<void>;
}
/** An index as a project declares it in `freehold.config.ts`. */
interface DeclaredIndex {
  /** 1 to 1,536. */
  readonly dimensions: number;
  /** Default `cosine`. */
  readonly metric?: Metric;
  /**
   * The properties of the metadata that filters may ask for. Default: all of them, which costs some
   * space for each.
   */
  readonly metadataIndexes?: Readonly<Record<string, PropertyType>>;
}
/** How a project keeps its vectors. */
interface VectorSettings {
  /** Indexes by name. Others come into being with the first vector that is written to them. */
  readonly indexes?: Readonly<Record<string, DeclaredIndex>>;
  /**
   * The connection string of a PostgreSQL server with the extension `vector`, where the vectors live
   * instead of in the data directory. Needs the package `pg`.
   */
  readonly postgres?: string;
}
interface IndexesOptions extends VectorSettings {
  /** Absolute path of the folder for the indexes' files. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
}
/** An index in a listing. */
interface ListedIndex extends IndexInfo {
  readonly name: string;
}
/**
 * The vector indexes of a host, each opened when it is first used and closed when idle.
 *
 * @example
 * ```ts
 * const indexes = new VectorIndexes({ folder, clock: systemClock, log });
 * await indexes.create("notes", { dimensions: 384, metric: "cosine" });
 * await indexes.close();
 * ```
 */
declare class VectorIndexes {
  #private;
  /** @throws FreeholdError `VECTORS_CONFIG_INVALID`, `VECTORS_NAME_INVALID` */
  constructor(options: IndexesOptions);
  /**
   * Does something with an index.
   *
   * @param made what to make it as, where it neither exists nor is declared
   * @returns `undefined` where there is no such index
   */
  use<T>(name: string, work: (engine: VectorEngine, dimensions: number) => Promise<T>, made?: IndexConfig): Promise<T | undefined>;
  /** @throws FreeholdError `VECTORS_INDEX_EXISTS`, `VECTORS_CONFIG_INVALID`, `VECTORS_NAME_INVALID` */
  create(name: string, config: IndexConfig): Promise<void>;
  /** @returns whether there was one */
  delete(name: string): Promise<boolean>;
  /** Deletes all indexes in the folder; those of a server are others' too, and stay. */
  erase(): Promise<void>;
  list(): Promise<ListedIndex[]>;
  /** Safe to call twice. */
  close(): Promise<void>;
}
/** A Vectorize binding as `wrangler.jsonc` names it. */
interface VectorizeConfig {
  readonly binding: string;
  readonly indexName: string;
}
/** The vectors of one host: its bindings, and what its tools do with them. */
interface HostedVectors {
  readonly bindings: readonly Binding[];
  /** @throws FreeholdError `VECTORS_ENGINE_FAILED` before the host has started */
  readonly indexes: () => VectorIndexes;
}
/**
 * The vector indexes of a host: what `vectorize` of its configuration says.
 *
 * @example
 * ```ts
 * const vectors = hostVectors([{ binding: "NOTES", indexName: "notes" }]);
 * const host = await createHost({ ...options, bindings: vectors.bindings });
 * ```
 */
declare function hostVectors(configs: readonly VectorizeConfig[], settings?: VectorSettings): HostedVectors;
/** A vector as a program sees it. */
interface Vector {
  readonly id: string;
  readonly values: number[];
  readonly namespace?: string;
  readonly metadata?: Metadata;
}
interface VectorMatch extends Omit<Vector, "values"> {
  readonly score: number;
  readonly values?: number[];
}
interface VectorMatches {
  /** Best first. */
  readonly matches: VectorMatch[];
  readonly count: number;
}
/** What an index says of itself. */
interface Description {
  readonly vectorCount: number;
  readonly dimensions: number;
  /** ISO 8601. */
  readonly processedUpToDatetime: string;
  /** The id of the last mutation that searches see. */
  readonly processedUpToMutation: string;
}
/** Called by tests that erase all that is stored. */
declare const ERASE: unique symbol;
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
declare class Vectorize {
  #private;
  constructor(name: string, indexes: VectorIndexes, context: BindingContext);
  /** Deletes the vectors of all indexes in the data directory. */
  [ERASE](): Promise<void>;
  describe(): Promise<Description>;
  /** The nearest vectors. None, from an index that has no vector yet. */
  query(vector: unknown, options?: unknown): Promise<VectorMatches>;
  /** The vectors nearest to one that is stored, which is the first of them. */
  queryById(id: unknown, options?: unknown): Promise<VectorMatches>;
  /** Writes vectors whose ids are new; those that are there stay as they are. */
  insert(vectors: unknown): Promise<{
    mutationId: string;
  }>;
  /** Writes vectors, whole, in place of those with the same ids. */
  upsert(vectors: unknown): Promise<{
    mutationId: string;
  }>;
  deleteByIds(ids: unknown): Promise<{
    mutationId: string;
  }>;
  getByIds(ids: unknown): Promise<Vector[]>;
}
export {
  type DeclaredIndex,
  type Description,
  type HostedVectors,
  hostVectors,
  type IndexConfig,
  type IndexesOptions,
  type IndexInfo,
  type ListedIndex,
  type MetadataIndex,
  type Metric,
  type PropertyType,
  type Vector,
  type VectorEngine,
  VectorIndexes,
  Vectorize,
  type VectorizeConfig,
  type VectorMatch,
  type VectorMatches,
  type VectorSettings,
};