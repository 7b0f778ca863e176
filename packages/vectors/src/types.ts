/** How far two vectors are apart. Fixed when an index is made. */
export type Metric = "cosine" | "euclidean" | "dot-product";

/** A scalar that metadata can be filtered by. */
export type Scalar = string | number | boolean;

export type PropertyType = "string" | "number" | "boolean";

/** What an index is: fixed for its life. */
export interface IndexConfig {
  /** Numbers in each vector, 1 to 1,536. */
  readonly dimensions: number;
  readonly metric: Metric;
  /**
   * `listed`: only properties with a metadata index can be filtered by, as on Cloudflare. `all`: every
   * scalar of the metadata can; the default of an index that nobody declared.
   */
  readonly filterable?: "listed" | "all";
}

export type Metadata = Readonly<Record<string, unknown>>;

/** A vector as engines store it. */
export interface StoredVector {
  /** At most 64 bytes. */
  readonly id: string;
  readonly values: Float32Array;
  /** Empty: in no namespace. */
  readonly namespace: string;
  readonly metadata: Metadata | undefined;
}

export type Comparison = "eq" | "ne" | "lt" | "lte" | "gt" | "gte";

/** One thing that a filter asks of a property. All of a filter's conditions hold together. */
export type Condition =
  | {
      readonly property: string;
      readonly operator: Comparison;
      readonly value: Scalar | null;
    }
  | {
      readonly property: string;
      readonly operator: "in" | "nin";
      readonly values: readonly Scalar[];
    };

/** A query, checked. */
export interface Search {
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
export interface Match {
  readonly id: string;
  readonly score: number;
  readonly namespace: string;
  readonly values?: Float32Array;
  readonly metadata?: Metadata;
}

export interface IndexInfo extends IndexConfig {
  readonly vectorCount: number;
  /** Time of the last mutation, in ms since 1970; 0 before the first. */
  readonly processedAt: number;
  /** The last mutation; empty before the first. */
  readonly mutation: string;
  readonly metadataIndexes: readonly MetadataIndex[];
  /** Vectors that the graph holds; 0 where searches are exact. */
  readonly graphed: number;
}

export interface MetadataIndex {
  readonly property: string;
  readonly type: PropertyType;
}

/** What a write is known by afterwards. */
export interface Mutation {
  /** A UUID. */
  readonly id: string;
  /** In ms since 1970. */
  readonly at: number;
}
