import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOwnSchema } from "../testing/own-schema.ts";
import type { TestPostgres } from "../testing/postgres.ts";
import { PostgresPool } from "./pool.ts";

let server: TestPostgres;
let between: Server;
let pool: PostgresPool;
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = await startOwnSchema();
  const url = new URL(server.connectionString);
  const { port, hostname } = url;
  between = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  between.listen(0, "127.0.0.1");
  await once(between, "listening");
  url.hostname = "127.0.0.1";
  url.port = String((between.address() as AddressInfo).port);
  pool = new PostgresPool(url.href);
});
afterAll(async () => {
  await pool?.close();
  between?.close();
  await server?.close();
});

/** As when the server is killed or the network breaks. */
async function breakConnections(): Promise<void> {
  const closed = [...sockets].map((socket) => once(socket, "close"));
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
}

test("a connection that breaks in use fails what was asked over it, and nothing else", async () => {
  expect(await pool.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  const transaction = pool.transaction(async (client) => {
    await client.query("CREATE TABLE halfway (number integer)");
    await breakConnections();
    await client.query("INSERT INTO halfway VALUES (1)");
  });
  await expect(transaction).rejects.toThrow();
  expect(await pool.query("SELECT to_regclass('halfway') AS made")).toEqual([{ made: null }]);
});

test("a connection that breaks while idle is replaced", async () => {
  await pool.query("SELECT 1");
  await breakConnections();
  await expect.poll(() => pool.query("SELECT 2 AS two").catch(() => undefined)).toBeDefined();
});
