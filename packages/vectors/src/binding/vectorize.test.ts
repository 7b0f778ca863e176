import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BindingContext, createLogger, systemClock, systemRandom } from "@freehold/host";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VectorIndexes, VectorSettings } from "../indexes.ts";
import { type HostedVectors, hostVectors } from "./bindings.ts";
import type { Vectorize } from "./vectorize.ts";

describe("env.VECTORIZE", () => {
  let dataDirectory: string;
  let hosted: HostedVectors;
  let outside: number;

  const start = (settings: VectorSettings = {}, indexName = "notes"): Vectorize => {
    hosted = hostVectors([{ binding: "NOTES", indexName }], settings);
    outside = 0;
    const context = {
      clock: systemClock,
      random: systemRandom,
      log: createLogger({ now: () => 0, write: () => undefined }),
      dataDirectory,
      outside: <T>(work: () => Promise<T>) => {
        outside++;
        return work();
      },
    } as unknown as BindingContext;
    return hosted.bindings[0]?.create(context) as Vectorize;
  };
  const indexes = (): VectorIndexes => hosted.indexes();

  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), "freehold-vectors-"));
  });
  afterEach(async () => {
    await hosted.bindings[0]?.close?.();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  it("comes into being with its first vector, and finds it at once", async () => {
    const index = start();
    expect(await index.query([1, 0])).toEqual({ matches: [], count: 0 });
    expect(await index.getByIds(["a"])).toEqual([]);
    await expect(index.describe()).rejects.toThrow(/^INDEX_GET_ERROR \(code = 40097\): /);
    const { mutationId } = await index.upsert([
      { id: "a", values: [1, 0], metadata: { topic: "bees" } },
      { id: "b", values: Float64Array.of(0, 1), namespace: "garden" },
    ]);
    expect(mutationId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(await index.query([1, 0], { topK: 1, returnMetadata: true })).toEqual({
      matches: [{ id: "a", score: 1, metadata: { topic: "bees" } }],
      count: 1,
    });
    expect(await index.query([1, 0], { namespace: "garden", returnValues: true })).toEqual({
      matches: [{ id: "b", score: 0, values: [0, 1], namespace: "garden" }],
      count: 1,
    });
    expect(await index.queryById("b", { filter: { topic: { $ne: "bees" } } })).toEqual({
      matches: [{ id: "b", score: 1, namespace: "garden" }],
      count: 1,
    });
    const question = Float32Array.of(1, 0);
    const asked = index.query(question, { topK: 1 });
    question.set([0, 1]);
    expect(await asked).toEqual({ matches: [{ id: "a", score: 1 }], count: 1 });
    const description = await index.describe();
    expect(description).toMatchObject({
      vectorCount: 2,
      dimensions: 2,
      processedUpToMutation: mutationId,
    });
    expect(Date.parse(description.processedUpToDatetime)).toBeGreaterThan(0);
    expect(outside).toBeGreaterThan(5);
  });

  it("is what it was declared as, and says when it is something else", async () => {
    const declared = {
      dimensions: 2,
      metric: "euclidean",
      metadataIndexes: { n: "number" },
    } as const;
    const index = start({ indexes: { notes: declared } });
    expect(await index.describe()).toMatchObject({ vectorCount: 0, dimensions: 2 });
    await index.insert([{ id: "a", values: [3, 4], metadata: { n: 1, other: "x" } }]);
    expect(await index.query([0, 0], { filter: { n: 1 }, returnMetadata: "indexed" })).toEqual({
      matches: [{ id: "a", score: 5, metadata: { n: 1 } }],
      count: 1,
    });
    expect((await index.query([0, 0], { filter: { other: "x" } })).count).toBe(0);
    await hosted.bindings[0]?.close?.();
    const other = start({ indexes: { notes: { ...declared, dimensions: 3 } } });
    await expect(other.query([1, 2, 3])).rejects.toThrow(
      "VECTOR_QUERY_ERROR (code = 40098): The index notes has 2 dimensions and the metric euclidean; 3 and euclidean are declared.",
    );
  });

  it("keeps float32 values and takes 1,000 vectors at once", async () => {
    const index = start();
    const many = Array.from({ length: 1000 }, (_, n) => ({ id: `v${n}`, values: [n / 10, 1] }));
    await index.insert(many);
    expect(await index.getByIds(["v3"])).toEqual([{ id: "v3", values: [Math.fround(0.3), 1] }]);
    await index.upsert([{ id: "half \ud800", values: [1, 1] }]);
    expect(await index.getByIds(["half \ud800"])).toMatchObject([{ id: "half \ufffd" }]);
    await index.deleteByIds(["half \ud800"]);
    await expect(index.insert([...many, { id: "one", values: [1, 1] }])).rejects.toThrow(
      "VECTOR_INSERT_ERROR (code = 40095): at most 1000 vectors can be written at once, and got 1001",
    );
    const { mutationId } = await index.deleteByIds(["v3", "v4"]);
    expect(await index.describe()).toMatchObject({
      vectorCount: 998,
      processedUpToMutation: mutationId,
    });
  });

  it.each<[string, (index: Vectorize) => Promise<unknown>, RegExp]>([
    [
      "vectors of another size",
      (index) => index.upsert([{ id: "b", values: [1] }]),
      /^VECTOR_UPSERT_ERROR \(code = 40012\): invalid vector for id="b", expected 2 dimensions, and got 1 dimensions$/,
    ],
    [
      "a question of another size",
      (index) => index.query([1, 2, 3]),
      /^VECTOR_QUERY_ERROR \(code = 40006\): invalid query vector, expected 2 dimensions, and got 3 dimensions$/,
    ],
    [
      "what is not a number",
      (index) => index.insert([{ id: "b", values: [1, Number.NaN] }]),
      /^VECTOR_INSERT_ERROR \(code = 40012\): .*NaN at 1$/,
    ],
    [
      "what is too large for 32 bits",
      (index) => index.insert([{ id: "b", values: [1, 1e300] }]),
      /code = 40012/,
    ],
    ["an empty id", (index) => index.insert([{ id: "", values: [1, 2] }]), /code = 40091/],
    [
      "a long id",
      (index) => index.getByIds(["x".repeat(65)]),
      /^VECTOR_GET_ERROR \(code = 40091\): id too long; max is 64 bytes, got 65 bytes$/,
    ],
    [
      "a long namespace",
      (index) => index.query([1, 2], { namespace: "é".repeat(33) }),
      /code = 40092/,
    ],
    [
      "large metadata",
      (index) => index.insert([{ id: "b", values: [1, 2], metadata: { a: "x".repeat(11_000) } }]),
      /code = 40093/,
    ],
    [
      "metadata with a dollar",
      (index) => index.insert([{ id: "b", values: [1, 2], metadata: { $a: 1 } }]),
      /code = 40093/,
    ],
    [
      "metadata that goes round",
      (index) => index.insert([{ id: "b", values: [1, 2], metadata: round() }]),
      /code = 40093/,
    ],
    [
      "a wrong filter",
      (index) => index.query([1, 2], { filter: { a: { $like: 1 } } }),
      /code = 40094/,
    ],
    [
      "too many matches",
      (index) => index.query([1, 2], { topK: 101 }),
      /topK too large; max is 100, got 101$/,
    ],
    [
      "too many whole matches",
      (index) => index.query([1, 2], { topK: 51, returnValues: true }),
      /max is 50 when values/,
    ],
    ["half a match", (index) => index.query([1, 2], { topK: 1.5 }), /code = 40096/],
    [
      "an unknown level",
      (index) => index.query([1, 2], { returnMetadata: "some" }),
      /^Invalid returnMetadata option. Expected: true, false, "none", "indexed" or "all"; got: some$/,
    ],
    ["an unknown vector", (index) => index.queryById("nobody"), /code = 40097/],
    ["no list", (index) => index.insert("x"), /code = 40090/],
    ["no ids", (index) => index.deleteByIds([]), /^VECTOR_DELETE_ERROR \(code = 40090\)/],
  ])("refuses %s, and loses nothing", async (_, ask, words) => {
    const index = start();
    await index.insert([{ id: "a", values: [1, 2] }]);
    await expect(ask(index)).rejects.toThrow(words);
    expect((await index.describe()).vectorCount).toBe(1);
  });

  it("does not take a name for a path", async () => {
    const index = start({}, "../notes");
    await expect(index.insert([{ id: "a", values: [1] }])).rejects.toThrow(
      '"../notes" cannot be the name of an index.',
    );
  });

  it("lists, makes and deletes indexes", async () => {
    const index = start({ indexes: { declared: { dimensions: 3 } } });
    await index.insert([{ id: "a", values: [1, 2] }]);
    await indexes().create("made", { dimensions: 4, metric: "dot-product" });
    await expect(
      indexes().create("made", { dimensions: 4, metric: "cosine" }),
    ).rejects.toMatchObject({ code: "VECTORS_INDEX_EXISTS" });
    expect((await indexes().list()).map(({ name, dimensions }) => [name, dimensions])).toEqual([
      ["declared", 3],
      ["made", 4],
      ["notes", 2],
    ]);
    expect(await indexes().delete("made")).toBe(true);
    expect(await indexes().delete("made")).toBe(false);
    expect(await index.getByIds(["a"])).toHaveLength(1);
  });
});

function round(): object {
  const metadata: Record<string, unknown> = {};
  metadata.self = metadata;
  return metadata;
}
