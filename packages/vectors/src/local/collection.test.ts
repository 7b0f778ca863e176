import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseFilter } from "../filter.ts";
import { ReferenceIndex } from "../testing/reference.ts";
import { Clusters, mutation, search, seeded, vector } from "../testing/vectors.ts";
import type { IndexConfig, Metric, Search, StoredVector } from "../types.ts";
import { Collection } from "./collection.ts";

const DIMENSIONS = 24;
const CLUSTERS = 60;
const CONFIG: IndexConfig = { dimensions: DIMENSIONS, metric: "cosine", filterable: "all" };
const METRICS: readonly Metric[] = ["cosine", "euclidean", "dot-product"];
const GRAPH_FROM = 2000;
const SIZE = 4000;
const BATCH = 1000;
const QUESTIONS = 50;

describe("an index with a graph", { timeout: 300_000 }, () => {
  const folders: string[] = [];
  const open: Collection[] = [];
  const file = () => {
    const folder = mkdtempSync(join(tmpdir(), "freehold-vectors-"));
    folders.push(folder);
    return join(folder, "index.sqlite");
  };
  const opened = (path: string, config = CONFIG, graphFrom = GRAPH_FROM) => {
    const collection = new Collection(path, config, graphFrom);
    open.push(collection);
    return collection;
  };
  afterEach(() => {
    for (const collection of open.splice(0)) collection.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it("finds nearly all that comparing with all finds, filtered or not", () => {
    const { collection, reference, clusters } = filled(opened(file()), 7);
    catchUp(collection);
    expect(collection.info().graphed).toBe(SIZE);
    const ask = (filter: object | undefined, namespace?: string) =>
      recall(collection, reference, clusters, { conditions: parseFilter(filter), namespace });
    expect(ask(undefined)).toBeGreaterThanOrEqual(0.95);
    expect(ask({ half: true })).toBeGreaterThanOrEqual(0.9);
    expect(ask({ tenth: { $gte: 1, $lt: 2 } })).toBeGreaterThanOrEqual(0.9);
    expect(ask({ cluster: { $in: [3, 4] } })).toBe(1);
    expect(ask(undefined, "third")).toBeGreaterThanOrEqual(0.9);
    expect(ask({ half: true }, "rest")).toBeGreaterThanOrEqual(0.9);
  });

  it.each(METRICS)("finds large numbers by %s", (metric) => {
    const collection = opened(file(), { dimensions: 4, metric, filterable: "all" }, 100);
    const reference = new ReferenceIndex({ dimensions: 4, metric });
    const far = Array.from({ length: 400 }, (_, index) => {
      const angle = (index / 400) * 2 * Math.PI;
      return vector(`v${index}`, [1e6 * Math.cos(angle), 1e6 * Math.sin(angle), 0, 0]);
    });
    collection.write(far, mutation(), false);
    reference.write(far, false);
    catchUp(collection);
    expect(collection.info().graphed).toBe(400);
    for (const index of [0, 7, 200, 399]) {
      const asked = search(far[index]?.values ?? [], { topK: 3 });
      const found = collection.search(asked).map(({ id }) => id);
      expect(found).toEqual(reference.search(asked).map(({ id }) => id));
    }
  });

  it("finds distances that are small beside what they are between", () => {
    const config: IndexConfig = { dimensions: 4, metric: "euclidean", filterable: "all" };
    const collection = opened(file(), config, 100);
    const close = Array.from({ length: 400 }, (_, index) =>
      vector(`v${index}`, [1e6 + index, 1e6, -1e6, 0]),
    );
    collection.write(close, mutation(), false);
    catchUp(collection);
    const found = collection.search(search([1e6 + 200, 1e6, -1e6, 0], { topK: 3 }));
    expect(found.map(({ id }) => id)).toEqual(["v200", "v199", "v201"]);
  });

  it("tells copies apart that differ by little", () => {
    const collection = opened(file(), CONFIG, 100);
    const reference = new ReferenceIndex(CONFIG);
    const originals = new Clusters(19, DIMENSIONS, CLUSTERS);
    const [first, second] = [originals.next(0), originals.next(1)];
    const noise = seeded(23);
    const copy = (of: Float32Array) => of.map((value) => value + (noise() - 0.5) / 20);
    const copies = Array.from({ length: BATCH }, (_, index) =>
      vector(`v${index}`, copy(index % 2 === 0 ? first : second)),
    );
    collection.write(copies, mutation(), false);
    reference.write(copies, false);
    catchUp(collection);
    const questions = { next: () => copy(first) };
    expect(recall(collection, reference, questions)).toBeGreaterThanOrEqual(0.95);
  });

  it.each([0, SIZE])("reads a question inside of other numbers, graph from %i", (from) => {
    const { collection, clusters } = filled(opened(file(), CONFIG, from), 29);
    catchUp(collection);
    const asked = clusters.next();
    const around = new Float32Array(DIMENSIONS * 3);
    around.set(asked, DIMENSIONS);
    const inside = around.subarray(DIMENSIONS, DIMENSIONS * 2);
    expect(collection.search({ ...search([]), vector: inside })).toEqual(
      collection.search(search(asked)),
    );
  });

  it("finds what is not in the graph yet, and not what is gone", () => {
    const { collection, clusters } = filled(opened(file()), 11);
    catchUp(collection);
    const fresh = clusters.next(1);
    collection.write([vector("fresh", fresh)], mutation(), false);
    expect(collection.search(search(fresh, { topK: 1 }))[0]?.id).toBe("fresh");
    collection.delete(["fresh"], mutation());
    expect(collection.search(search(fresh, { topK: 1 }))[0]?.id).not.toBe("fresh");
  });

  it("takes the graph up again where it was saved", () => {
    const path = file();
    const { collection, reference, clusters } = filled(opened(path), 13);
    catchUp(collection);
    collection.delete(["v1", "v2"], mutation());
    collection.close();
    const again = opened(path);
    expect(again.info().graphed).toBe(SIZE - 2);
    expect(again.isBehind).toBe(false);
    reference.delete(["v1", "v2"]);
    again.write([vector("v1", clusters.next())], mutation(), true);
    again.delete(["v3"], mutation());
    // As a process that is killed leaves it: the graph of before, with what came and went since.
    const after = opened(path);
    expect(after.info().graphed).toBe(SIZE - 3);
    expect(after.isBehind).toBe(true);
    catchUp(after);
    expect(after.info().graphed).toBe(SIZE - 2);
    reference.delete(["v3"]);
    expect(recall(after, reference, clusters)).toBeGreaterThanOrEqual(0.95);
  });

  it("builds the graph anew when its file is torn", () => {
    const path = file();
    const { collection } = filled(opened(path), 17);
    catchUp(collection);
    collection.close();
    const { size } = statSync(`${path}.graph`);
    writeFileSync(`${path}.graph`, Buffer.alloc(size, 7));
    const again = opened(path);
    expect(again.info()).toMatchObject({ graphed: 0, vectorCount: SIZE });
    catchUp(again);
    expect(again.info().graphed).toBe(SIZE);
  });
});

function filled(collection: Collection, seed: number) {
  const clusters = new Clusters(seed, DIMENSIONS, CLUSTERS);
  const reference = new ReferenceIndex(CONFIG);
  for (let start = 0; start < SIZE; start += BATCH) {
    const vectors: StoredVector[] = Array.from({ length: BATCH }, (_, index) => {
      const number = start + index;
      const metadata = {
        half: number % 2 === 0,
        tenth: number % 10,
        cluster: number % CLUSTERS,
      };
      const namespace = number % 3 === 0 ? "third" : "rest";
      return vector(`v${number}`, clusters.next(number % CLUSTERS), metadata, namespace);
    });
    collection.write(vectors, mutation(), false);
    reference.write(vectors, false);
  }
  return { collection, reference, clusters };
}

function catchUp(collection: Collection): void {
  while (collection.isBehind) collection.step();
}

function recall(
  collection: Collection,
  reference: ReferenceIndex,
  clusters: Pick<Clusters, "next">,
  options: Partial<Pick<Search, "conditions" | "namespace">> = {},
): number {
  let [found, all] = [0, 0];
  for (let question = 0; question < QUESTIONS; question++) {
    const asked = search(clusters.next(), { topK: 10, ...options });
    const ids = new Set(collection.search(asked).map(({ id }) => id));
    const expected = reference.search(asked);
    all += expected.length;
    found += expected.filter(({ id }) => ids.has(id)).length;
  }
  return found / all;
}
