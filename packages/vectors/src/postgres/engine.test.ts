import { afterAll, beforeAll } from "vitest";
import { describeEngine } from "../testing/engine-suite.ts";
import { startOwnSchema } from "../testing/own-schema.ts";
import type { TestPostgres } from "../testing/postgres.ts";
import { PostgresEngine } from "./engine.ts";
import { PostgresPool } from "./pool.ts";

let server: TestPostgres;
let pool: PostgresPool;
beforeAll(async () => {
  server = await startOwnSchema();
  pool = new PostgresPool(server.connectionString);
});
afterAll(async () => {
  await pool?.close();
  await server?.close();
});

describeEngine("an index in PostgreSQL", () => ({
  open: (name, config) => PostgresEngine.open(pool, name, config),
}));
