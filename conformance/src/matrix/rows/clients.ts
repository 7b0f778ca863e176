import assert from "node:assert/strict";
import { call, connectTo, eventually, within } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";
import { startProxy } from "../proxy.ts";

/** A client that has not connected yet. */
function closedClient({ client: { AgentClient }, url, name }: Cell) {
  const where = { agent: "MatrixAgent", name, host: url.host, protocol: "ws" } as const;
  return new AgentClient({ ...where, startClosed: true });
}

const capnweb: Row = {
  name: "capnweb-wire",
  async run(cell) {
    using agent = await connectTo(cell, { transport: "capnweb" });
    using watcher = await connectTo(cell);
    await eventually("the initial states", () => agent.states.length && watcher.states.length);
    agent.client.setState({ count: 4, by: "capnweb" });
    await eventually("the new state", () => watcher.states.length === 2);
    assert.deepEqual(watcher.states[1], [{ count: 4, by: "capnweb" }, "server"]);
    agent.client.send("hello");
    await eventually("the echo", () => agent.messages.includes("echo hello"));
  },
};

const queuedCall: Row = {
  name: "call-before-open",
  async run(cell) {
    const client = closedClient(cell);
    try {
      const early = call(client, "add", 20, 1);
      await assert.rejects(
        (client.call as (...parameters: unknown[]) => Promise<unknown>)("add", [1, 1], {
          timeout: 20,
        }),
        /RPC call to add timed out after 20ms/,
      );
      client.reconnect();
      assert.equal(await early, 21);
    } finally {
      client.close();
    }
  },
};

const lostCall: Row = {
  name: "call-lost",
  async run(cell) {
    await using proxy = await startProxy(cell.url);
    using agent = await connectTo({ ...cell, url: new URL(`http://${proxy.host}`) });
    await eventually("the state", () => agent.states.length === 1);
    const sent = assert.rejects(call(agent.client, "increment", "cut"), /Connection closed/);
    // The frame leaves at once; its answer cannot be back before the next turn of the loop.
    proxy.cut();
    await sent;
    const count = await within(60_000, "the count", call(agent.client, "increment", "after"));
    assert.ok(count === 1 || count === 2, `the lost call ran more than once: ${count}`);
  },
};

export const clientRows: readonly Row[] = [capnweb, queuedCall, lostCall];
