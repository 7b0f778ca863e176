import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BindingContext, createLogger, systemClock, systemRandom } from "@freehold/host";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HostedVectors, hostVectors, type VectorSettings } from "../src/index.ts";

/** The Vectorize binding, operator by operator and limit by limit. Source: `platform.md` 5.1 to 5.3. */

type Index = ReturnType<typeof open>;
let dataDirectory: string;
let hosted: HostedVectors;
let index: Index;

function open(settings: VectorSettings = {}, indexName = "notes") {
  hosted = hostVectors([{ binding: "NOTES", indexName }], settings);
  const context = {
    ...{ clock: systemClock, random: systemRandom, dataDirectory },
    log: createLogger({ now: () => 0, write: () => undefined }),
    outside: <T>(work: () => Promise<T>) => work(),
  } as unknown as BindingContext;
  return hosted.bindings[0]?.create(context) as VectorizeLike;
}
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "freehold-vectors-"));
});
afterEach(async () => {
  await hosted.bindings[0]?.close?.();
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** What a program knows of the binding. */
interface VectorizeLike {
  insert(vectors: unknown): Promise<{ mutationId: string }>;
  upsert(vectors: unknown): Promise<{ mutationId: string }>;
  deleteByIds(ids: unknown): Promise<{ mutationId: string }>;
  getByIds(ids: unknown): Promise<readonly { id: string; values: readonly number[] }[]>;
  query(vector: unknown, options?: unknown): Promise<Matches>;
  queryById(id: string, options?: unknown): Promise<Matches>;
  describe(): Promise<{ vectorCount: number; dimensions: number }>;
}
interface Matches {
  readonly matches: readonly Record<string, unknown>[];
  readonly count: number;
}

describe("filters", () => {
  const VECTORS = [
    { id: "bee", metadata: { kind: "insect", legs: 6, flies: true, seen: { year: 2020 } } },
    { id: "ant", metadata: { kind: "insect", legs: 6, flies: false, seen: { year: 2024 } } },
    { id: "owl", metadata: { kind: "bird", legs: 2, flies: true } },
    { id: "eel", metadata: { kind: "fish", legs: 0 } },
    { id: "rock" },
  ];
  beforeEach(async () => {
    index = open();
    await index.insert(VECTORS.map((one, n) => ({ ...one, values: [n, 1] })));
  });

  it.each<[object, string[]]>([
    [{ kind: "insect" }, ["bee", "ant"]],
    [{ legs: 6 }, ["bee", "ant"]],
    [{ flies: true }, ["bee", "owl"]],
    [{ kind: null }, ["rock"]],
    [{ kind: { $eq: "bird" } }, ["owl"]],
    [{ flies: { $eq: null } }, ["eel", "rock"]],
    [{ kind: { $ne: "insect" } }, ["owl", "eel", "rock"]],
    [{ kind: { $ne: null } }, ["bee", "ant", "owl", "eel"]],
    [{ legs: { $lt: 2 } }, ["eel"]],
    [{ legs: { $lte: 2 } }, ["owl", "eel"]],
    [{ legs: { $gt: 2 } }, ["bee", "ant"]],
    [{ legs: { $gte: 2 } }, ["bee", "ant", "owl"]],
    [{ legs: { $gt: 0, $lte: 2 } }, ["owl"]],
    [{ legs: { $gte: 0, $lt: 6 } }, ["owl", "eel"]],
    [{ kind: { $gt: "bird", $lt: "insect" } }, ["eel"]],
    [{ kind: { $in: ["bird", "fish", "tree"] } }, ["owl", "eel"]],
    [{ legs: { $in: [0, 2] } }, ["owl", "eel"]],
    [{ kind: { $nin: ["insect", "bird"] } }, ["eel", "rock"]],
    [{ "seen.year": { $gte: 2021 } }, ["ant"]],
    [{ kind: "insect", flies: false }, ["ant"]],
    [{ legs: "6" }, []],
  ])("%j", async (filter, ids) => {
    const { matches, count } = await index.query([0, 1], { topK: 50, filter });
    expect(matches.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(count).toBe(ids.length);
  });
});

describe("options of a query", () => {
  beforeEach(async () => {
    const notes = { dimensions: 2, metadataIndexes: { topic: "string" } } as const;
    index = open({ indexes: { notes } });
    const metadata = { topic: "bees", more: { deep: true } };
    await index.insert([
      { id: "a", values: [1, 0], metadata },
      ...Array.from({ length: 9 }, (_, n) => ({ id: `b${n}`, values: [0, n + 1], namespace: "n" })),
    ]);
  });

  it.each([
    ["an array", [1, 0]],
    ["32 bits", Float32Array.of(1, 0)],
    ["64 bits", Float64Array.of(1, 0)],
  ])("take a vector as %s", async (_, vector) => {
    expect((await index.query(vector, { topK: 1 })).matches).toEqual([{ id: "a", score: 1 }]);
  });

  it("topK is 5 by default", async () => {
    expect((await index.query([1, 0])).count).toBe(5);
    expect((await index.query([1, 0], { topK: 7 })).count).toBe(7);
  });

  it("a namespace is searched alone, all of them without one", async () => {
    expect((await index.query([1, 0], { topK: 20 })).count).toBe(10);
    const { matches } = await index.query([1, 0], { topK: 20, namespace: "n" });
    expect(matches).toHaveLength(9);
    expect(matches.every(({ namespace }) => namespace === "n")).toBe(true);
    expect((await index.query([1, 0], { namespace: "nobody's" })).count).toBe(0);
  });

  const whole = { topic: "bees", more: { deep: true } };
  it.each([
    [undefined, undefined],
    [false, undefined],
    ["none", undefined],
    ["indexed", { topic: "bees" }],
    ["all", whole],
    [true, whole],
  ])("returnMetadata: %j", async (returnMetadata, metadata) => {
    const { matches } = await index.query([1, 0], { topK: 1, returnMetadata });
    expect(matches).toEqual([{ id: "a", score: 1, ...(metadata && { metadata }) }]);
  });

  it("returnValues", async () => {
    const { matches } = await index.queryById("a", { topK: 1, returnValues: true });
    expect(matches).toEqual([{ id: "a", score: 1, values: [1, 0] }]);
  });
});

describe("limits", () => {
  const one = (more: object) => [{ id: "a", values: [1, 2], ...more }];
  /** `{"t":"…"}` of so many bytes. */
  const metadataOf = (bytes: number) => ({ t: "x".repeat(bytes - '{"t":""}'.length) });
  const filterOf = (bytes: number) => ({ k: "x".repeat(bytes - '{"k":""}'.length) });
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ id: `v${n}`, values: [n, 1] }));

  it.each<[string, (size: number) => Promise<unknown>, number]>([
    ["bytes of an id", (size) => index.insert(one({ id: "x".repeat(size) })), 64],
    ["bytes of a namespace", (size) => index.insert(one({ namespace: "x".repeat(size) })), 64],
    ["bytes of metadata", (size) => index.insert(one({ metadata: metadataOf(size) })), 10_240],
    ["vectors of an insert", (size) => index.insert(many(size)), 1000],
    ["vectors of an upsert", (size) => index.upsert(many(size)), 1000],
    ["ids of getByIds", (size) => index.getByIds(many(size).map(({ id }) => id)), 1000],
    ["ids of deleteByIds", (size) => index.deleteByIds(many(size).map(({ id }) => id)), 1000],
    ["matches", (size) => index.query([1, 2], { topK: size }), 100],
    ["matches with values", (size) => index.query([1, 2], { topK: size, returnValues: true }), 50],
    [
      "matches with all metadata",
      (size) => index.query([1, 2], { topK: size, returnMetadata: "all" }),
      50,
    ],
    ["bytes of a filter", (size) => index.query([1, 2], { filter: filterOf(size) }), 2047],
    [
      "characters of a filter's key",
      (size) => index.query([1, 2], { filter: { ["k".repeat(size)]: 1 } }),
      512,
    ],
  ])("%s", async (_, ask, most) => {
    index = open();
    await index.insert([{ id: "first", values: [1, 2] }]);
    await expect(ask(most)).resolves.toBeDefined();
    await expect(ask(most + 1)).rejects.toThrow(/^VECTOR_[A-Z]+_ERROR \(code = \d+\): /);
  });

  it("dimensions", async () => {
    index = open();
    const values = Array.from({ length: 1536 }, (_, n) => n);
    await expect(index.insert([{ id: "a", values: [...values, 1] }])).rejects.toThrow(
      "expected 1 to 1536 dimensions, and got 1537",
    );
    await index.insert([{ id: "a", values }]);
    expect((await index.describe()).dimensions).toBe(1536);
  });

  it("bytes of an index's name", async () => {
    index = open({}, "x".repeat(64));
    await index.insert([{ id: "a", values: [1] }]);
    await hosted.bindings[0]?.close?.();
    index = open({}, "x".repeat(65));
    await expect(index.insert([{ id: "a", values: [1] }])).rejects.toThrow(
      "cannot be the name of an index",
    );
  });

  it("of a text the first 64 bytes are compared", async () => {
    index = open();
    await index.insert(one({ metadata: { t: `${"x".repeat(64)}a` } }));
    const filter = { t: `${"x".repeat(64)}b` };
    expect((await index.query([1, 2], { filter })).count).toBe(1);
  });
});

describe("writes", () => {
  it("insert keeps what is there, upsert replaces all of it, delete forgets it", async () => {
    index = open();
    await index.insert([{ id: "a", values: [1, 0], namespace: "n", metadata: { old: 1 } }]);
    await index.insert([{ id: "a", values: [0, 1], metadata: { new: 1 } }]);
    expect(await index.getByIds(["a"])).toEqual([
      { id: "a", values: [1, 0], namespace: "n", metadata: { old: 1 } },
    ]);
    await index.upsert([{ id: "a", values: [0, 1], metadata: { new: 1 } }]);
    expect(await index.getByIds(["a"])).toEqual([
      { id: "a", values: [0, 1], metadata: { new: 1 } },
    ]);
    await index.deleteByIds(["a", "nobody"]);
    expect(await index.getByIds(["a"])).toEqual([]);
  });

  it("each has an id of its own, which describe has once it is done", async () => {
    index = open();
    const vectors = [{ id: "a", values: [1, 0] }];
    const writes = [
      () => index.insert(vectors),
      () => index.upsert(vectors),
      () => index.deleteByIds(["a"]),
    ];
    const ids = new Set<string>();
    for (const write of writes) {
      const { mutationId } = await write();
      ids.add(mutationId);
      expect(await index.describe()).toMatchObject({ processedUpToMutation: mutationId });
    }
    expect(ids.size).toBe(3);
  });
});
