import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

/** A PostgreSQL server with the extension `vector`, in this process, behind a real socket. */
export interface TestPostgres {
  readonly connectionString: string;
  close(): Promise<void>;
}

/** The server that `FREEHOLD_TEST_POSTGRES` names, or one that lives as long as the test. */
export async function startPostgres(): Promise<TestPostgres> {
  const given = process.env.FREEHOLD_TEST_POSTGRES;
  if (given !== undefined && given !== "") {
    return { connectionString: given, close: async () => undefined };
  }
  const database = await PGlite.create({ extensions: { vector } });
  const server = new PGLiteSocketServer({
    db: database,
    host: "127.0.0.1",
    port: 0,
    maxConnections: 32,
  });
  await server.start();
  return {
    connectionString: `postgres://postgres:postgres@${server.getServerConn()}/postgres`,
    close: async () => {
      await server.stop();
      await database.close();
    },
  };
}
