import type { Metadata, Mutation, Search, StoredVector } from "../types.ts";

/** Numbers that look like chance and are the same for the same seed (mulberry32), in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Vectors around random centres, as embeddings of texts about so many topics lie. */
export class Clusters {
  readonly #next: () => number;
  readonly #centres: readonly Float32Array[];

  constructor(seed: number, dimensions: number, clusters: number) {
    this.#next = seeded(seed);
    this.#centres = Array.from({ length: clusters }, () => this.#vector(dimensions));
  }

  next(cluster?: number): Float32Array {
    const chosen = cluster ?? Math.floor(this.#next() * this.#centres.length);
    const centre = this.#centres[chosen] ?? new Float32Array();
    return centre.map((value) => value + (this.#next() - 0.5) * 0.8);
  }

  #vector(dimensions: number): Float32Array {
    return Float32Array.from({ length: dimensions }, () => this.#next() - 0.5);
  }
}

export function vector(
  id: string,
  values: readonly number[] | Float32Array,
  metadata?: Metadata,
  namespace = "",
): StoredVector {
  return { id, values: Float32Array.from(values), metadata, namespace };
}

export function search(
  values: readonly number[] | Float32Array,
  options: Partial<Omit<Search, "vector">> = {},
): Search {
  return {
    topK: 5,
    namespace: undefined,
    conditions: [],
    returnValues: false,
    returnMetadata: "none",
    ...options,
    vector: Float32Array.from(values),
  };
}

let mutations = 0;
export function mutation(): Mutation {
  mutations++;
  return { id: `mutation-${mutations}`, at: mutations };
}
