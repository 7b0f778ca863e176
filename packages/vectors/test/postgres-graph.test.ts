import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFilter } from "../src/filter.ts";
import { PostgresEngine } from "../src/postgres/engine.ts";
import { PostgresPool } from "../src/postgres/pool.ts";
import { startOwnSchema } from "../src/testing/own-schema.ts";
import type { TestPostgres } from "../src/testing/postgres.ts";
import { ReferenceIndex } from "../src/testing/reference.ts";
import { Clusters, mutation, search, vector } from "../src/testing/vectors.ts";
import type { IndexConfig, Metric } from "../src/types.ts";

/** Beyond 10,000 vectors PostgreSQL has a graph, too: it has to find what comparing with all finds. */

const SIZE = 10_200;
const BATCH = 1000;
const DIMENSIONS = 8;
const CLUSTERS = 60;
const QUESTIONS = 25;
/** PGlite takes its time: all three where a server is given. */
const METRICS: readonly Metric[] = process.env.FREEHOLD_TEST_POSTGRES
  ? ["cosine", "euclidean", "dot-product"]
  : ["cosine"];

let server: TestPostgres;
let pool: PostgresPool;
beforeAll(async () => {
  server = await startOwnSchema();
  pool = new PostgresPool(server.connectionString);
});
afterAll(async () => {
  for (const metric of METRICS) await pool?.dropIndex(`graph-${metric}`);
  await pool?.close();
  await server?.close();
});

describe("a large index in PostgreSQL", { timeout: 600_000 }, () => {
  test.each(METRICS)(
    "finds by %s what comparing with all finds, filtered or not",
    async (metric) => {
      const config: IndexConfig = { dimensions: DIMENSIONS, metric, filterable: "all" };
      const engine = await PostgresEngine.open(pool, `graph-${metric}`, config);
      const reference = new ReferenceIndex(config);
      const clusters = new Clusters(23, DIMENSIONS, CLUSTERS);
      for (let start = 0; start < SIZE; start += BATCH) {
        const vectors = Array.from({ length: Math.min(BATCH, SIZE - start) }, (_, index) => {
          const n = start + index;
          const metadata = { half: n % 2 === 0, tenth: n % 10, rare: n % 500 };
          return vector(`v${n}`, clusters.next(n % CLUSTERS), metadata);
        });
        await engine.insert(vectors, mutation());
        reference.write(vectors, false);
      }
      expect((await engine.info()).graphed).toBe(SIZE);
      const recall = async (filter: object | undefined) => {
        const conditions = parseFilter(filter);
        let [found, all] = [0, 0];
        for (let question = 0; question < QUESTIONS; question++) {
          const asked = search(clusters.next(), { topK: 10, conditions });
          const ids = new Set((await engine.search(asked)).map(({ id }) => id));
          const expected = reference.search(asked);
          all += expected.length;
          found += expected.filter(({ id }) => ids.has(id)).length;
        }
        return found / all;
      };
      expect(await recall(undefined)).toBeGreaterThanOrEqual(0.95);
      expect(await recall({ half: true })).toBeGreaterThanOrEqual(0.9);
      expect(await recall({ tenth: { $gte: 1, $lt: 2 } })).toBeGreaterThanOrEqual(0.9);
      expect(await recall({ rare: 7 })).toBeGreaterThanOrEqual(0.9);
    },
  );
});
