import type { IndexInfo, Match, MetadataIndex, Mutation, Search, StoredVector } from "./types.ts";

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
export interface VectorEngine {
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
