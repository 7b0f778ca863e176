import { exactSearch } from "usearch";
import { cosineOf, dot, SCORING } from "../metric.ts";
import type { Metric, StoredVector } from "../types.ts";
import { METRIC_KINDS } from "./metric-kinds.ts";

const FIRST_ROWS = 256;
/** Rows that one exact search compares at a time, when they are picked out of the whole. */
const PICKED_ROWS = 4096;

/** What the answer to a search says of a vector in any case. */
export type Named = Pick<StoredVector, "id" | "namespace">;

/** A vector by its number, and how near it is to a question. */
export interface Scored {
  readonly key: number;
  readonly score: number;
}

/**
 * All vectors of an index in memory, one after the other, without gaps: the last one moves to where
 * one is taken out. Their names stand beside them, so that most searches need no database.
 */
export class Matrix {
  readonly dimensions: number;
  readonly #metric: Metric;
  #values: Float32Array;
  readonly #keys: number[] = [];
  readonly #names: Named[] = [];
  /** Of the vectors' lengths. */
  readonly #squares: number[] = [];
  readonly #rows = new Map<number, number>();

  constructor(dimensions: number, metric: Metric) {
    this.dimensions = dimensions;
    this.#metric = metric;
    this.#values = new Float32Array(FIRST_ROWS * dimensions);
  }

  get size(): number {
    return this.#keys.length;
  }

  has(key: number): boolean {
    return this.#rows.has(key);
  }

  keys(): readonly number[] {
    return this.#keys;
  }

  /** A view, good until the next change. */
  row(key: number): Float32Array | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : this.#at(row);
  }

  name(key: number): Named | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : this.#names[row];
  }

  add(key: number, { id, namespace, values }: Named & Pick<StoredVector, "values">): void {
    const row = this.#keys.length;
    if ((row + 1) * this.dimensions > this.#values.length) this.#grow();
    this.#values.set(values, row * this.dimensions);
    this.#keys.push(key);
    this.#names.push({ id, namespace });
    this.#squares.push(dot(values, values));
    this.#rows.set(key, row);
  }

  delete(key: number): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    const last = this.#keys.length - 1;
    const moved = this.#keys.pop();
    const name = this.#names.pop();
    const square = this.#squares.pop();
    if (row !== last && moved !== undefined && name !== undefined && square !== undefined) {
      this.#values.copyWithin(
        row * this.dimensions,
        last * this.dimensions,
        (last + 1) * this.dimensions,
      );
      this.#keys[row] = moved;
      this.#names[row] = name;
      this.#squares[row] = square;
      this.#rows.set(moved, row);
    }
    this.#rows.delete(key);
  }

  /** Scores by the whole numbers, in the order of `keys`; those that are gone are left out. */
  scores(keys: readonly number[], question: Float32Array): Scored[] {
    const { score } = SCORING[this.#metric];
    const square = dot(question, question);
    const found: Scored[] = [];
    for (const key of keys) {
      const row = this.#rows.get(key);
      if (row === undefined) continue;
      const vector = this.#at(row);
      // The same number as by `score`, with a third of the work.
      const isCosine = this.#metric === "cosine";
      const one = isCosine
        ? cosineOf(dot(question, vector), square, this.#squares[row] ?? 0)
        : score(question, vector);
      found.push({ key, score: one });
    }
    return found;
  }

  /** The nearest of all. */
  nearest(vector: Float32Array, count: number): number[] {
    const rows = this.size;
    const all = this.#values.subarray(0, rows * this.dimensions);
    return this.#search(all, rows, vector, count).map(([row]) => this.#keys[row] ?? 0);
  }

  /** The nearest of some. */
  nearestOf(keys: readonly number[], vector: Float32Array, count: number): number[] {
    const found: (readonly [key: number, distance: number])[] = [];
    for (let start = 0; start < keys.length; start += PICKED_ROWS) {
      const part = keys.slice(start, start + PICKED_ROWS).filter((key) => this.#rows.has(key));
      const picked = new Float32Array(part.length * this.dimensions);
      part.forEach((key, index) => {
        picked.set(this.#at(this.#rows.get(key) ?? 0), index * this.dimensions);
      });
      for (const [row, distance] of this.#search(picked, part.length, vector, count)) {
        found.push([part[row] ?? 0, distance]);
      }
    }
    found.sort(([, a], [, b]) => a - b);
    return found.slice(0, count).map(([key]) => key);
  }

  #search(
    values: Float32Array,
    rows: number,
    vector: Float32Array,
    count: number,
  ): (readonly [row: number, distance: number])[] {
    if (rows === 0) return [];
    const kind = METRIC_KINDS[this.#metric];
    const most = Math.min(count, rows);
    // The library reads from the beginning of a buffer, whatever part of it is given.
    const question = vector.byteOffset === 0 ? vector : vector.slice();
    const { keys, distances } = exactSearch(values, question, this.dimensions, most, kind, 1);
    return Array.from(keys, (row, index) => [Number(row), distances[index] ?? 0] as const);
  }

  #at(row: number): Float32Array {
    return this.#values.subarray(row * this.dimensions, (row + 1) * this.dimensions);
  }

  #grow(): void {
    const larger = new Float32Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
  }
}
