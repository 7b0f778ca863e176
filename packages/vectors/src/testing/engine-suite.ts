import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { VectorEngine } from "../engine.ts";
import { parseFilter } from "../filter.ts";
import type { IndexConfig, Metric, StoredVector } from "../types.ts";
import { ReferenceIndex } from "./reference.ts";
import { mutation, search, vector } from "./vectors.ts";

/** An engine under test, and how to open its index once more. */
export interface EngineUnderTest {
  /** Opens an index, which is made by the first call. */
  open(name: string, config?: IndexConfig): Promise<VectorEngine>;
}

const TWO: IndexConfig = { dimensions: 2, metric: "cosine", filterable: "listed" };
const METRICS: readonly Metric[] = ["cosine", "euclidean", "dot-product"];

/** What every {@link VectorEngine} passes. */
export function describeEngine(title: string, under: () => EngineUnderTest): void {
  const open: VectorEngine[] = [];
  let names = 0;
  const named = () => `index-${++names}`;
  const opened = async (name: string, config: IndexConfig = TWO) => {
    const engine = await under().open(name, config);
    open.push(engine);
    return engine;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((engine) => engine.close()));
  });

  describe(title, () => {
    it("keeps what it was given, over a close", async () => {
      const name = named();
      const engine = await opened(name);
      const given = vector("a", [0.25, -1.5], { topic: "bees", deep: { year: 2026 } }, "garden");
      const written = mutation();
      await engine.insert([given, vector("b", [1, 0])], written);
      await engine.close();
      const again = await opened(name);
      expect(await again.fetch(["b", "a", "nobody", "a"])).toEqual([vector("b", [1, 0]), given]);
      expect(await again.info()).toMatchObject({
        ...TWO,
        vectorCount: 2,
        mutation: written.id,
        processedAt: written.at,
      });
    });

    it("leaves a vector alone that is inserted again, and replaces all of one that is upserted", async () => {
      const engine = await opened(named());
      await engine.insert([vector("a", [1, 0], { a: 1 }, "one")], mutation());
      await engine.insert(
        [vector("a", [0, 1]), vector("b", [0, 1]), vector("b", [1, 1])],
        mutation(),
      );
      expect(await engine.fetch(["a", "b"])).toEqual([
        vector("a", [1, 0], { a: 1 }, "one"),
        vector("b", [0, 1]),
      ]);
      await engine.upsert([vector("a", [0.5, 0]), vector("a", [0, 0.5], { b: 2 })], mutation());
      expect(await engine.fetch(["a"])).toEqual([vector("a", [0, 0.5], { b: 2 })]);
      expect((await engine.info()).vectorCount).toBe(2);
    });

    it("forgets what is deleted", async () => {
      const engine = await opened(named());
      await engine.insert(
        ["a", "b", "c"].map((id, index) => vector(id, [1, index])),
        mutation(),
      );
      await engine.delete(["a", "nobody"], mutation());
      expect((await engine.search(search([1, 0]))).map(({ id }) => id)).toEqual(["b", "c"]);
      expect(await engine.fetch(["a"])).toEqual([]);
      expect((await engine.info()).vectorCount).toBe(2);
    });

    it("lists ids page by page", async () => {
      const engine = await opened(named());
      await engine.insert(
        ["c", "a", "B", "é"].map((id) => vector(id, [1, 1])),
        mutation(),
      );
      expect(await engine.list("", 3)).toEqual(["B", "a", "c"]);
      expect(await engine.list("c", 3)).toEqual(["é"]);
    });

    const SCORES: Readonly<Record<Metric, readonly (readonly [string, number])[]>> = {
      cosine: [
        ["x", 1],
        ["xy", Math.SQRT1_2],
        ["y", 0],
      ],
      euclidean: [
        ["x", 1],
        ["xy", 1],
        ["y", Math.SQRT2],
      ],
      "dot-product": [
        ["x", -2],
        ["xy", -1],
        ["y", 0],
      ],
    };
    it.each(METRICS)("scores by %s, best first", async (metric) => {
      const engine = await opened(named(), { ...TWO, metric });
      const given = [vector("y", [0, 1]), vector("x", [2, 0]), vector("xy", [1, 1])];
      await engine.insert(given, mutation());
      const found = await engine.search(search([1, 0]));
      expect(found.map(({ id }) => id)).toEqual(SCORES[metric].map(([id]) => id));
      for (const [index, [, score]] of SCORES[metric].entries()) {
        expect(found[index]?.score).toBeCloseTo(score, 12);
      }
    });

    it("answers values and metadata when asked for them", async () => {
      const engine = await opened(named());
      await engine.createMetadataIndex({ property: "topic", type: "string" });
      await engine.insert([vector("a", [1, 0], { topic: "bees", more: true }, "n")], mutation());
      const base = { id: "a", score: 1, namespace: "n" };
      const one = async (options: Parameters<typeof search>[1]) =>
        (await engine.search(search([1, 0], options)))[0];
      expect(await one({})).toEqual(base);
      expect(await one({ returnMetadata: "indexed" })).toEqual({
        ...base,
        metadata: { topic: "bees" },
      });
      expect(await one({ returnMetadata: "all", returnValues: true })).toEqual({
        ...base,
        values: Float32Array.of(1, 0),
        metadata: { topic: "bees", more: true },
      });
    });

    it("filters only by indexed properties, those of earlier vectors included", async () => {
      const engine = await opened(named());
      const ids = async (filter: object) =>
        (await engine.search(search([1, 0], { conditions: parseFilter(filter) }))).map(
          ({ id }) => id,
        );
      await engine.insert([vector("a", [1, 0], { topic: "bees", n: "text" })], mutation());
      expect(await ids({ topic: "bees" })).toEqual([]);
      await engine.createMetadataIndex({ property: "topic", type: "string" });
      await engine.createMetadataIndex({ property: "n", type: "number" });
      await engine.createMetadataIndex({ property: "n", type: "number" });
      expect(await ids({ topic: "bees" })).toEqual(["a"]);
      expect(await ids({ n: "text" })).toEqual([]);
      await expect(engine.createMetadataIndex({ property: "n", type: "string" })).rejects.toThrow(
        '"n" is indexed already, as a number.',
      );
      await engine.deleteMetadataIndex("topic");
      expect(await ids({ topic: "bees" })).toEqual([]);
      expect((await engine.info()).metadataIndexes).toEqual([{ property: "n", type: "number" }]);
    });

    it("takes ten metadata indexes and not eleven", async () => {
      const engine = await opened(named());
      for (let index = 0; index < 10; index++) {
        await engine.createMetadataIndex({ property: `p${index}`, type: "string" });
      }
      await expect(
        engine.createMetadataIndex({ property: "p10", type: "string" }),
      ).rejects.toMatchObject({ code: "VECTORS_CONFIG_INVALID" });
    });

    it("does random writes and filtered searches as the simplest index does", async () => {
      const run = async (metric: Metric, steps: readonly Step[]) => {
        const config: IndexConfig = { dimensions: 3, metric, filterable: "all" };
        const engine = await opened(named(), config);
        const reference = new ReferenceIndex(config);
        for (const step of steps) await compare(engine, reference, step);
        expect((await engine.info()).vectorCount).toBe(reference.ids.length);
        await engine.close();
      };
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...METRICS), fc.array(anyStep, { maxLength: 25 }), run),
        { numRuns: 25 },
      );
    }, 120_000);
  });
}

type Step =
  | {
      readonly kind: "write";
      readonly vectors: readonly StoredVector[];
      readonly replaces: boolean;
    }
  | { readonly kind: "delete"; readonly ids: readonly string[] }
  | {
      readonly kind: "search";
      readonly values: readonly number[];
      readonly filter: object | undefined;
      readonly namespace: string | undefined;
    };

async function compare(engine: VectorEngine, reference: ReferenceIndex, step: Step): Promise<void> {
  if (step.kind === "write") {
    await (step.replaces
      ? engine.upsert(step.vectors, mutation())
      : engine.insert(step.vectors, mutation()));
    reference.write(step.vectors, step.replaces);
  } else if (step.kind === "delete") {
    await engine.delete(step.ids, mutation());
    reference.delete(step.ids);
  } else {
    const { namespace } = step;
    const asked = search(step.values, { conditions: parseFilter(step.filter), namespace });
    const found = (await engine.search(asked)).map(({ id, score }) => ({ id, score }));
    expect(found).toEqual(reference.search(asked));
  }
}

const anyId = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
/** Eighths: sums of their products are exact, so that scores are equal where they should be. */
const anyValues = fc.array(
  fc.integer({ min: -16, max: 16 }).map((value) => value / 8),
  { minLength: 3, maxLength: 3 },
);
const anyScalar = fc.constantFrom<string | number | boolean>(
  "",
  "bees",
  "Bees",
  "béés",
  "x".repeat(80),
  `${"x".repeat(63)}é`,
  -1,
  0,
  2.5,
  7,
  true,
  false,
);
const anyMetadata = fc.option(
  fc.record(
    { p: anyScalar, q: anyScalar, deep: fc.record({ r: anyScalar }), list: fc.constant(["bees"]) },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);
const anyNamespace = fc.constantFrom("", "one", "two");
const anyVector = fc
  .tuple(anyId, anyValues, anyMetadata, anyNamespace)
  .map(([id, values, metadata, namespace]) => vector(id, values, metadata, namespace));
const anyProperty = fc.constantFrom("p", "q", "deep.r", "list", "nothing");
const anyCondition = fc.oneof(
  fc.option(anyScalar),
  fc
    .tuple(fc.constantFrom("$eq", "$ne"), fc.option(anyScalar))
    .map((pair) => Object.fromEntries([pair])),
  fc
    .tuple(fc.constantFrom("$lt", "$lte", "$gt", "$gte"), anyScalar)
    .map((pair) => Object.fromEntries([pair])),
  fc.tuple(anyScalar, anyScalar).map(([$gte, $lt]) => ({ $gte, $lt })),
  fc
    .tuple(fc.constantFrom("$in", "$nin"), fc.array(anyScalar, { minLength: 1, maxLength: 3 }))
    .map((pair) => Object.fromEntries([pair])),
);
const anyFilter = fc.option(fc.dictionary(anyProperty, anyCondition, { minKeys: 1, maxKeys: 2 }), {
  nil: undefined,
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    vectors: fc.array(anyVector, { minLength: 1, maxLength: 5 }),
    replaces: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("delete" as const),
    ids: fc.array(anyId, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant("search" as const),
    values: anyValues,
    filter: anyFilter,
    namespace: fc.option(anyNamespace, { nil: undefined }),
  }),
);
