/**
 * Clients of a scripted server, a new server for each test of a suite.
 *
 * @module
 */

import { afterEach, beforeEach, vi } from "vitest";
import { AgentClient } from "../agent-client.ts";
import type { AgentClientOptions } from "../options.ts";
import { type ScriptedConnection, ScriptedServer } from "./scripted-server.ts";

type Counter = { count: number };
type CounterClient = AgentClient<unknown, Counter>;
type Options = Partial<AgentClientOptions<Counter>>;

/** The server of the running test, and ways to connect to it. */
export interface ClientFixture {
  server: ScriptedServer;
  connect(options?: Options): CounterClient;
  connected(options?: Options): Promise<{ client: CounterClient; connection: ScriptedConnection }>;
}

/** Starts a server before each test of the calling suite, and ends everything after it. */
export function clientSuite(): ClientFixture {
  const clients: CounterClient[] = [];
  let server: ScriptedServer;
  const fixture: ClientFixture = {
    get server() {
      return server;
    },
    set server(next) {
      server = next;
    },
    connect(options = {}) {
      const client: CounterClient = new AgentClient<unknown, Counter>({
        host: server.host,
        agent: "CounterAgent",
        name: "a",
        minReconnectionDelay: 5,
        maxReconnectionDelay: 5,
        ...options,
      });
      clients.push(client);
      return client;
    },
    async connected(options = {}) {
      const client = fixture.connect(options);
      const connection = await server.connection();
      connection.identity("a", "counter-agent");
      await client.ready;
      return { client, connection };
    },
  };
  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.stop();
    vi.restoreAllMocks();
  });
  return fixture;
}

/** The next event of a client. */
export async function next(client: CounterClient, type: "open" | "close"): Promise<unknown> {
  return new Promise((resolve) => client.addEventListener(type, resolve, { once: true }));
}

/** Answers the `index`-th frame that came over a connection. */
export async function answer(
  connection: ScriptedConnection,
  index: number,
  reply: object,
): Promise<void> {
  const { id } = await connection.frame(index);
  connection.send({ type: "rpc", id, ...reply });
}
