import { Index, ScalarKind } from "usearch";
import type { Metric } from "../types.ts";
import { METRIC_KINDS } from "./metric-kinds.ts";

/**
 * The numbers that the graph is built of; the scores of what is found are calculated anew from the whole
 * ones. Angles and products bear short numbers well (`bf16`: eight bits, and the reach of `f32`). Between
 * vectors that are far from zero and close to each other, distances do not.
 */
const NUMBERS: Readonly<Record<Metric, ScalarKind>> = {
  cosine: ScalarKind.BF16,
  "dot-product": ScalarKind.BF16,
  euclidean: ScalarKind.F32,
};
const CONNECTIVITY = 16;
const EXPANSION_ADD = 128;
const EXPANSION_SEARCH = 128;
const THREADS = 1;

/** The graph (HNSW) over the vectors of an index: what makes a search not look at all of them. */
export class Graph {
  readonly #index: Index;
  #size = 0;

  constructor(dimensions: number, metric: Metric) {
    this.#index = new Index({
      dimensions,
      metric: METRIC_KINDS[metric],
      quantization: NUMBERS[metric],
      connectivity: CONNECTIVITY,
      expansion_add: EXPANSION_ADD,
      expansion_search: EXPANSION_SEARCH,
      multi: false,
    });
  }

  /** Those that it holds, taken-out ones apart. */
  get size(): number {
    return this.#size;
  }

  /** @param values one vector after the other */
  add(keys: readonly number[], values: Float32Array): void {
    this.#index.add(BigUint64Array.from(keys, BigInt), values, THREADS);
    this.#size += keys.length;
  }

  has(key: number): boolean {
    return this.#index.contains(BigInt(key)) === true;
  }

  delete(key: number): void {
    if (!this.has(key)) return;
    this.#index.remove(BigInt(key));
    this.#size--;
  }

  nearest(vector: Float32Array, count: number): number[] {
    if (this.#size === 0) return [];
    const { keys } = this.#index.search(vector, Math.min(count, this.#size), THREADS);
    return numbersOf(keys);
  }

  save(path: string): void {
    this.#index.save(path);
  }

  load(path: string): void {
    this.#index.load(path);
    this.#size = this.#index.size();
  }
}

/** Numbers below 2^53, read as halves of 32 bits: a BigInt for each costs more than all of the rest. */
function numbersOf(keys: BigUint64Array): number[] {
  const halves = new Uint32Array(keys.buffer, keys.byteOffset, keys.length * 2);
  return Array.from({ length: keys.length }, (_, index) => {
    return halves[index * 2]! + halves[index * 2 + 1]! * 2 ** 32;
  });
}
