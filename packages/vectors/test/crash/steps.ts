import { parseFilter } from "../../src/filter.ts";
import { search, vector } from "../../src/testing/vectors.ts";
import type { IndexConfig, MetadataIndex, Mutation, StoredVector } from "../../src/types.ts";

/** What a child does to an index, a step after the other, and what its parent knows it by. */

export const CONFIG: IndexConfig = { dimensions: 3, metric: "euclidean", filterable: "listed" };
/** There is a graph from here on. */
export const GRAPH_FROM = 8;

export type Step =
  | {
      readonly kind: "insert" | "upsert";
      readonly vectors: readonly StoredVector[];
      readonly mutation: Mutation;
    }
  | { readonly kind: "delete"; readonly ids: readonly string[]; readonly mutation: Mutation }
  | { readonly kind: "index"; readonly index: MetadataIndex }
  | { readonly kind: "unindex"; readonly property: string }
  /** Brings the graph up to date, and saves it. */
  | { readonly kind: "build" }
  /** Closes the index and opens it again. */
  | { readonly kind: "reopen" };

const TOPIC: MetadataIndex = { property: "topic", type: "string" };
const YEAR: MetadataIndex = { property: "year", type: "number" };

/** Every place where something is written: indexes, vectors old and new, the graph and its file. */
export const STEPS: readonly Step[] = [
  { kind: "index", index: TOPIC },
  writes("insert", 1, 0, 6),
  writes("insert", 2, 4, 12),
  { kind: "build" },
  writes("upsert", 3, 0, 2, 5),
  { kind: "delete", ids: ["v3", "v9", "nobody"], mutation: mutation(4) },
  { kind: "index", index: YEAR },
  { kind: "reopen" },
  { kind: "build" },
  writes("upsert", 5, 9, 14, 2),
  { kind: "unindex", property: "topic" },
  { kind: "delete", ids: ["v0", "v10"], mutation: mutation(6) },
  { kind: "build" },
  { kind: "reopen" },
];

/** Questions that look at all that a step can change. */
export const QUESTIONS = [
  {},
  { topic: "even" },
  { topic: { $ne: "even" } },
  { year: { $gte: 2003, $lt: 2009 } },
].flatMap((filter) =>
  [undefined, "one"].map((namespace) =>
    search([1, 2, 3], {
      topK: 50,
      namespace,
      conditions: parseFilter(Object.keys(filter).length === 0 ? undefined : filter),
      returnMetadata: "all",
      returnValues: true,
    }),
  ),
);

function writes(
  kind: "insert" | "upsert",
  number: number,
  from: number,
  to: number,
  shift = 0,
): Step {
  const vectors = Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const metadata = { topic: n % 2 === 0 ? "even" : "odd", year: 2000 + n + shift };
    return vector(`v${n}`, [n + shift, n * n, 1 - n], metadata, n % 3 === 0 ? "one" : "");
  });
  return { kind, vectors, mutation: mutation(number) };
}

function mutation(number: number): Mutation {
  return { id: `mutation-${number}`, at: number };
}
