import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BindingContext } from "@freehold/host";
import type { Vectorize } from "@freehold/vectors";

/**
 * An index of generated vectors behind HTTP: `vectors.ts <ours|peer> <port> <data> <packages>`.
 * `/build?n=&d=` fills it; `/query?n=&d=&count=` asks, and compares with the exact answers; `filtered=1`
 * asks ours under a filter that half of the vectors pass.
 */

const CLUSTERS = 500;
const BATCH = 1000;
const NEIGHBOURS = 10;
/** Queries before those that are measured: code becomes fast by being run. */
const WARM_UP = 200;
/** Queries on their way at a time, as of several agents. The peer holds its caller up for each. */
const IN_FLIGHT = 8;
/** Of the packages that were installed for the other side. */
const [HNSW, BRUTE] = ["hnswlib-node", "sqlite-vec"];
const [side = "ours", port = "0", data = "", packages = ""] = process.argv.slice(2);

interface Subject {
  add(first: number, vectors: readonly Float32Array[]): Promise<void>;
  /** Resolves when every vector is in the index proper. */
  ready(): Promise<void>;
  query(vector: readonly number[], isFiltered: boolean): Promise<readonly number[]>;
  /** Compares with all vectors, without an index, where the side has a way to. */
  brute?(vector: Float32Array): readonly number[];
}

/** Numbers that look like chance and are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function* clustered(seed: number, dimensions: number): Generator<Float32Array, never> {
  const centres = seeded(1);
  const all = Array.from({ length: CLUSTERS }, () =>
    Float32Array.from({ length: dimensions }, () => centres() - 0.5),
  );
  const random = seeded(seed);
  for (;;) {
    const centre = all[Math.floor(random() * CLUSTERS)]!;
    yield centre.map((value) => value + (random() - 0.5) * 0.8);
  }
}

/** The binding as a Worker has it in `env`: arguments checked, a thread asked, matches as objects. */
async function ours(dimensions: number): Promise<Subject> {
  const { hostVectors } = await import("@freehold/vectors");
  const { createLogger, systemClock, systemRandom } = await import("@freehold/host");
  const vectors = hostVectors([{ binding: "INDEX", indexName: "bench" }]);
  const context = {
    clock: systemClock,
    random: systemRandom,
    log: createLogger({ now: () => 0, level: "error" }),
    dataDirectory: data,
    // No object has written anything that a call would have to wait for.
    outside: <T>(work: () => Promise<T>) => work(),
  };
  const index = vectors.bindings[0]!.create(context as unknown as BindingContext) as Vectorize;
  const indexes = vectors.indexes();
  await indexes.create("bench", { dimensions, metric: "cosine", filterable: "all" });
  return {
    add: async (first, added) => {
      await index.insert(
        added.map((values, offset) => ({
          id: String(first + offset),
          values,
          metadata: { even: (first + offset) % 2 === 0 },
        })),
      );
    },
    ready: async () => {
      for (;;) {
        const info = await indexes.use("bench", (engine) => engine.info());
        if (info === undefined || info.graphed >= info.vectorCount) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    query: async (vector, isFiltered) => {
      const filter = isFiltered ? { filter: { even: true } } : {};
      const { matches } = await index.query(vector, { topK: NEIGHBOURS, ...filter });
      return matches.map(({ id }) => Number(id));
    },
  };
}

interface HnswIndex {
  initIndex(options: { maxElements: number; m: number; efConstruction: number }): void;
  setEf(ef: number): void;
  addPoint(point: number[], label: number): void;
  searchKnn(point: readonly number[], count: number): { readonly neighbors: number[] };
}

async function peer(dimensions: number, count: number): Promise<Subject> {
  const require = createRequire(join(packages, "package.json"));
  const hnsw = require(HNSW) as {
    HierarchicalNSW: new (space: string, dimensions: number) => HnswIndex;
  };
  const index = new hnsw.HierarchicalNSW("cosine", dimensions);
  // What our graph has: 16 neighbours, 128 looked at while building and while searching.
  index.initIndex({ maxElements: count, m: 16, efConstruction: 128 });
  index.setEf(128);
  const database = new DatabaseSync(":memory:", { allowExtension: true });
  database.loadExtension((require(BRUTE) as { getLoadablePath(): string }).getLoadablePath());
  database.exec(
    `CREATE VIRTUAL TABLE v USING vec0(vector float[${dimensions}] distance_metric=cosine)`,
  );
  const insert = database.prepare("INSERT INTO v (rowid, vector) VALUES (?, ?)");
  const nearest = database.prepare(
    "SELECT rowid FROM v WHERE vector MATCH ? ORDER BY distance LIMIT ?",
  );
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  let stored: (readonly [number, Float32Array])[] = [];
  return {
    add: async (first, vectors) => {
      for (const [offset, vector] of vectors.entries()) {
        index.addPoint(Array.from(vector), first + offset);
      }
      // The other table is not part of what is measured while building.
      stored.push(...vectors.map((vector, offset) => [first + offset, vector] as const));
    },
    ready: async () => undefined,
    query: async (vector) => index.searchKnn(vector, NEIGHBOURS).neighbors,
    brute: (vector) => {
      if (stored.length > 0) {
        database.exec("BEGIN");
        for (const [label, values] of stored) insert.run(BigInt(label), bytes(values));
        database.exec("COMMIT");
        stored = [];
      }
      return nearest.all(bytes(vector), NEIGHBOURS).map(({ rowid }) => Number(rowid));
    },
  };
}

let subject: Subject | undefined;

async function build(count: number, dimensions: number): Promise<object> {
  subject = side === "ours" ? await ours(dimensions) : await peer(dimensions, count);
  const vectors = clustered(7, dimensions);
  let elapsed = 0;
  for (let first = 0; first < count; first += BATCH) {
    const batch = Array.from(
      { length: Math.min(BATCH, count - first) },
      () => vectors.next().value,
    );
    const start = performance.now();
    await subject.add(first, batch);
    elapsed += performance.now() - start;
    // Others may ask in between.
    await new Promise(setImmediate);
  }
  const start = performance.now();
  await subject.ready();
  return { build_s: (elapsed + performance.now() - start) / 1000 };
}

async function query(
  stored: number,
  dimensions: number,
  count: number,
  isFiltered: boolean,
): Promise<object> {
  if (subject === undefined) throw new Error("build first");
  const questions = clustered(11, dimensions);
  const asked = Array.from({ length: count }, () => questions.next().value);
  // As models answer them, and as both sides take them.
  const given = asked.map((vector) => Array.from(vector));
  for (const vector of given.slice(0, WARM_UP)) await subject.query(vector, isFiltered);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const answers = await askAll(given, IN_FLIGHT, isFiltered);
  const elapsed = performance.now() - start;
  const used = process.cpuUsage(cpu);
  const alone = performance.now();
  await askAll(given, 1, isFiltered);
  const elapsedAlone = performance.now() - alone;
  const compared = Math.min(count, 200);
  const exact = await exactAnswers(stored, dimensions, asked.slice(0, compared), isFiltered);
  const found = exact.reduce((sum, truth, index) => {
    const answer = new Set(answers[index]);
    return sum + truth.filter((label) => answer.has(label)).length;
  }, 0);
  return {
    queries_per_s: (count * 1000) / elapsed,
    alone_per_s: (count * 1000) / elapsedAlone,
    cpu_us: (used.user + used.system) / count,
    recall10: found / (compared * NEIGHBOURS),
    ...brute(asked),
  };
}

/** Asks all, so many at a time. */
async function askAll(
  given: readonly (readonly number[])[],
  inFlight: number,
  isFiltered: boolean,
): Promise<readonly (readonly number[])[]> {
  const answers: (readonly number[])[] = [];
  let next = 0;
  const lane = async () => {
    while (next < given.length && subject !== undefined) {
      const index = next++;
      answers[index] = await subject.query(given[index]!, isFiltered);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return answers;
}

function brute(asked: readonly Float32Array[]): object {
  if (subject?.brute === undefined) return {};
  subject.brute(asked[0]!);
  const some = asked.slice(0, 20);
  const start = performance.now();
  for (const vector of some) subject.brute(vector);
  return { brute_queries_per_s: (some.length * 1000) / (performance.now() - start) };
}

/** Compares with each vector, generated once more. */
async function exactAnswers(
  stored: number,
  dimensions: number,
  asked: readonly Float32Array[],
  isFiltered: boolean,
): Promise<number[][]> {
  const { exactSearch, MetricKind } = ownLibrary();
  const vectors = clustered(7, dimensions);
  const labels: number[] = [];
  const all = new Float32Array(stored * dimensions);
  for (let label = 0; label < stored; label++) {
    const vector = vectors.next().value;
    if (isFiltered && label % 2 === 1) continue;
    all.set(vector, labels.length * dimensions);
    labels.push(label);
  }
  const used = all.subarray(0, labels.length * dimensions);
  return asked.map((vector) => {
    const { keys } = exactSearch(used, vector, dimensions, NEIGHBOURS, MetricKind.Cos, 1);
    return Array.from(keys, (row) => labels[Number(row)]!);
  });
}

/** The library of our own index, which also compares exactly. */
function ownLibrary() {
  const from = new URL("../../../packages/vectors/package.json", import.meta.url);
  return createRequire(from)("usearch") as {
    readonly MetricKind: { readonly Cos: string };
    exactSearch(...given: readonly unknown[]): {
      readonly keys: BigUint64Array;
      readonly distances: Float32Array;
    };
  };
}

const server = createServer((incoming, outgoing) => {
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://bench");
  const number = (name: string) => Number(searchParams.get(name));
  const answer = async () => {
    if (pathname === "/build") return build(number("n"), number("d"));
    if (pathname !== "/query") return {};
    return query(number("n"), number("d"), number("count"), number("filtered") === 1);
  };
  answer().then(
    (value) => outgoing.end(JSON.stringify(value)),
    (error: unknown) => {
      console.error(error);
      outgoing.writeHead(500).end();
    },
  );
});
server.requestTimeout = 0;
server.listen(Number(port), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
