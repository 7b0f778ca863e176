import { AgentClient } from "@freehold/agents/client";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { runOnFreehold } from "./support/freehold.ts";
import { localPath } from "./support/path.ts";

type State = { count: number; note?: string };
type Client = AgentClient<unknown, State>;

const CLIENTS = 3;

let worker: Awaited<ReturnType<typeof runOnFreehold>>;
let agents = 0;

beforeAll(async () => {
  const script = await bundleWorker(localPath("../fixtures/workshop.ts"));
  worker = await runOnFreehold({ script, objects: { Workshop: "Workshop", Stubborn: "Stubborn" } });
});

afterAll(() => worker?.stop());

/** Negative counts are refused by the agent. */
const step = fc.record({
  client: fc.nat(CLIENTS - 1),
  act: fc.constantFrom("write", "write", "write", "call", "drop", "pause"),
  count: fc.integer({ min: -2, max: 9 }),
});
type Step = { readonly client: number; readonly act: string; readonly count: number };

async function act(client: Client, { act, count }: Step): Promise<void> {
  if (act === "write") client.setState({ count, note: `note ${count}` });
  else if (act === "call") client.call("add", [count]).catch(() => undefined);
  else if (act === "drop") client.reconnect();
  else await new Promise((resolve) => setTimeout(resolve, Math.abs(count)));
}

async function withClients(
  stateSync: "whole" | "patch",
  run: (connect: (index?: number) => Client) => Promise<void>,
): Promise<void> {
  const name = `${stateSync}-${++agents}`;
  const clients: Client[] = [];
  const connect = (index = 0) => {
    const client: Client = new AgentClient<unknown, State>({
      host: worker.host,
      agent: "Workshop",
      name,
      stateSync,
      // One of them by the other wire.
      transport: index === CLIENTS - 1 ? "capnweb" : "cf-websocket",
      minReconnectionDelay: 1,
      maxReconnectionDelay: 3,
      // Writes are refused now and then.
      onStateUpdateError: () => undefined,
    });
    clients.push(client);
    return client;
  };
  try {
    await run(connect);
  } finally {
    for (const client of clients) client.close();
  }
}

test("clients that take patches end up with the agent's state, whatever crossed", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) =>
      withClients("patch", async (connect) => {
        const clients = Array.from({ length: CLIENTS }, (_, index) => connect(index));
        await Promise.all(clients.map(({ ready }) => ready));
        for (const each of steps) await act(clients[each.client]!, each);
        await expect
          .poll(async () => {
            const newcomer = connect();
            await newcomer.ready;
            const shown = clients.map(({ state }) => state);
            const isSame = shown.every(
              (it) => JSON.stringify(it) === JSON.stringify(newcomer.state),
            );
            newcomer.close();
            return isSame || { shown, stored: newcomer.state };
          })
          .toBe(true);
      }),
    ),
    { numRuns: 25 },
  );
  warn.mockRestore();
});

test("clients that take whole states agree as soon as one writes while the others are quiet", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) =>
      withClients("whole", async (connect) => {
        const clients = Array.from({ length: CLIENTS }, (_, index) => connect(index));
        await Promise.all(clients.map(({ ready }) => ready));
        for (const each of steps) await act(clients[each.client]!, each);
        // Answers show that what was sent has been dealt with; a second one, that all were told.
        await Promise.all(clients.map(settled));
        await Promise.all(clients.map(settled));
        clients[0]!.setState({ count: 100 });
        await expect
          .poll(() => clients.map(({ state }) => state))
          .toEqual(clients.map(() => ({ count: 100 })));
      }),
    ),
    { numRuns: 15 },
  );
  warn.mockRestore();
});

async function settled(client: Client): Promise<void> {
  await client.ready;
  await client.call("nothing").catch(() => settled(client));
}
