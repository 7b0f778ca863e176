import pg from "pg";
import { PostgresEngine } from "../../src/postgres/engine.ts";
import { PostgresPool } from "../../src/postgres/pool.ts";
import { points, say, watch } from "./kill-at.ts";
import { CONFIG, STEPS, type Step } from "./steps.ts";

/**
 * Does all steps to an index in PostgreSQL, or as many as it lives to.
 *
 * @module
 */

watch(pg.Client.prototype, "query");

const [connectionString = "", name = ""] = process.argv.slice(2);
let pool = new PostgresPool(connectionString);
let engine = await PostgresEngine.open(pool, name, CONFIG);
for (const [number, step] of STEPS.entries()) {
  say({ began: number });
  await take(step);
  say({ done: number });
}
await pool.close();
say({ points: points() });

async function take(step: Step): Promise<void> {
  switch (step.kind) {
    case "insert":
      return engine.insert(step.vectors, step.mutation);
    case "upsert":
      return engine.upsert(step.vectors, step.mutation);
    case "delete":
      return engine.delete(step.ids, step.mutation);
    case "index":
      return engine.createMetadataIndex(step.index);
    case "unindex":
      return engine.deleteMetadataIndex(step.property);
    case "build":
      return;
    case "reopen":
      await pool.close();
      pool = new PostgresPool(connectionString);
      engine = await PostgresEngine.open(pool, name, CONFIG);
  }
}
