import type { Metric } from "./types.ts";

/** A pure number for two vectors, and whether more of it is better. */
export interface Scoring {
  score(a: Float32Array, b: Float32Array): number;
  readonly isHigherBetter: boolean;
}

/**
 * Scores as the service gives them. Source: `platform.md` 5.2.
 *
 * - cosine: -1 to 1, 1 is best; 0 where a vector has no length
 * - euclidean: from 0, which is best
 * - dot-product: the negative of it, so less is better
 */
export const SCORING: Readonly<Record<Metric, Scoring>> = {
  cosine: { score: cosine, isHigherBetter: true },
  euclidean: { score: euclidean, isHigherBetter: false },
  "dot-product": { score: (a, b) => -dot(a, b), isHigherBetter: false },
};

/** Four sums side by side: in a single one, each addition waits for the one before. */
export function dot(a: Float32Array, b: Float32Array): number {
  const { length } = a;
  const fours = length - (length % 4);
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let index = 0; index < fours; index += 4) {
    first += a[index]! * b[index]!;
    second += a[index + 1]! * b[index + 1]!;
    third += a[index + 2]! * b[index + 2]!;
    fourth += a[index + 3]! * b[index + 3]!;
  }
  for (let index = fours; index < length; index++) first += a[index]! * b[index]!;
  return first + second + (third + fourth);
}

function cosine(a: Float32Array, b: Float32Array): number {
  return cosineOf(dot(a, b), dot(a, a), dot(b, b));
}

/** @param squares of the lengths, which whoever compares often knows */
export function cosineOf(product: number, squareA: number, squareB: number): number {
  const lengths = Math.sqrt(squareA * squareB);
  return lengths === 0 ? 0 : product / lengths;
}

/** In two sums, see {@link dot}. */
function euclidean(a: Float32Array, b: Float32Array): number {
  const { length } = a;
  let even = 0;
  let odd = 0;
  for (let index = 1; index < length; index += 2) {
    even += (a[index - 1]! - b[index - 1]!) ** 2;
    odd += (a[index]! - b[index]!) ** 2;
  }
  if (length % 2 === 1) even += (a[length - 1]! - b[length - 1]!) ** 2;
  return Math.sqrt(even + odd);
}
