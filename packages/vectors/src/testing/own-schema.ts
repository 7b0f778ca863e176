import pg from "pg";
import { startPostgres, type TestPostgres } from "./postgres.ts";

/**
 * A PostgreSQL server as `startPostgres` gives it. One that was named by the environment is somebody's:
 * all that a test makes there is in a schema of its own, which is gone afterwards.
 */
export async function startOwnSchema(): Promise<TestPostgres> {
  const server = await startPostgres();
  if (server.connectionString !== process.env.FREEHOLD_TEST_POSTGRES) return server;
  const schema = `freehold_test_${process.pid}`;
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await run(`CREATE EXTENSION IF NOT EXISTS vector; CREATE SCHEMA ${schema}`);
  const url = new URL(server.connectionString);
  url.searchParams.set("options", `-c search_path=${schema},public`);
  return {
    connectionString: url.href.replaceAll("+", "%20"),
    close: async () => {
      await run(`DROP SCHEMA ${schema} CASCADE`);
      await server.close();
    },
  };
}
