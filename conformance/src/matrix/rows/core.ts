import assert from "node:assert/strict";
import { call, connectTo, eventually } from "../agent.ts";
import type { Row } from "../cell.ts";
import { startProxy } from "../proxy.ts";

const connect: Row = {
  name: "connect",
  async run(cell) {
    const seen: unknown[] = [];
    using agent = await connectTo(cell, {
      onIdentity: (name: string, kind: string) => seen.push([name, kind]),
    });
    await eventually("the initial state", () => agent.states.length > 0);
    assert.deepEqual(seen, [[cell.name, "matrix-agent"]]);
    assert.deepEqual(agent.states, [[{ count: 0, by: "nobody" }, "server"]]);
    assert.equal(agent.client.identified, true);
  },
};

const stateFromClient: Row = {
  name: "state-from-client",
  async run(cell) {
    using sender = await connectTo(cell);
    using watcher = await connectTo(cell);
    await eventually("the initial states", () => sender.states.length && watcher.states.length);
    sender.client.setState({ count: 7, by: "client" });
    await eventually("the new state", () => watcher.states.length === 2);
    assert.deepEqual(watcher.states[1], [{ count: 7, by: "client" }, "server"]);
    assert.deepEqual(sender.states[1], [{ count: 7, by: "client" }, "client"]);
    assert.equal(await call(sender.client, "increment", "server"), 8);
  },
};

const stateFromServer: Row = {
  name: "state-from-server",
  async run(cell) {
    using first = await connectTo(cell);
    using second = await connectTo(cell);
    await eventually("the initial states", () => first.states.length && second.states.length);
    assert.equal(await call(first.client, "increment", "rpc"), 1);
    for (const { states } of [first, second]) {
      await eventually("the new state", () => states.length === 2);
      assert.deepEqual(states[1], [{ count: 1, by: "rpc" }, "server"]);
    }
  },
};

const stateRefused: Row = {
  name: "state-refused",
  async run(cell) {
    const errors: string[] = [];
    using agent = await connectTo(cell, {
      onStateUpdateError: (error: string) => errors.push(error),
    });
    agent.client.setState({ count: -1, by: "client" });
    await eventually("the refusal", () => errors.length > 0);
    assert.equal(await call(agent.client, "increment", "rpc"), 1);
  },
};

const rpcUnary: Row = {
  name: "rpc-unary",
  async run(cell) {
    using agent = await connectTo(cell);
    assert.equal(await call(agent.client, "add", 2, 3), 5);
    const stub = agent.client.stub as unknown as { add(a: number, b: number): Promise<number> };
    assert.deepEqual(await Promise.all([stub.add(1, 1), stub.add(2, 2)]), [2, 4]);
  },
};

const rpcError: Row = {
  name: "rpc-error",
  async run(cell) {
    using agent = await connectTo(cell);
    await assert.rejects(call(agent.client, "fail", "on purpose"), /^Error: on purpose$/);
    await assert.rejects(call(agent.client, "hidden"), /Method hidden is not callable/);
    await assert.rejects(call(agent.client, "nothing"), /Method nothing does not exist/);
    assert.equal(await call(agent.client, "add", 1, 1), 2);
  },
};

const rpcStreaming: Row = {
  name: "rpc-streaming",
  async run(cell) {
    using agent = await connectTo(cell);
    const chunks: unknown[] = [];
    const last: unknown[] = [];
    const open = agent.client.call as (...parameters: unknown[]) => Promise<unknown>;
    const stream = {
      onChunk: (chunk: unknown) => chunks.push(chunk),
      onDone: (value: unknown) => last.push(value),
    };
    await open("countTo", [3], { stream });
    assert.deepEqual(chunks, [1, 2, 3]);
    assert.deepEqual(last, ["done"]);
  },
};

const schedule: Row = {
  name: "schedule",
  async run(cell) {
    using agent = await connectTo(cell);
    const started = Date.now();
    assert.equal(await call(agent.client, "remind", 2, "tea"), "onReminder");
    const reminder = await eventually("the reminder", () =>
      agent.messages.find((message) => message.includes('"reminder"')),
    );
    assert.deepEqual(JSON.parse(reminder), { type: "reminder", what: "tea" });
    // Due times are whole seconds, rounded down.
    assert.ok(Date.now() - started > 900, "the reminder came too early");
  },
};

const messages: Row = {
  name: "messages",
  async run(cell) {
    using agent = await connectTo(cell);
    for (const frame of ["not JSON", '{"type":"of its own"}', "[1,", "null"]) {
      agent.client.send(frame);
      await eventually(`the echo of ${frame}`, () => agent.messages.includes(`echo ${frame}`));
    }
    assert.equal(await call(agent.client, "add", 1, 1), 2);
  },
};

const reconnect: Row = {
  name: "reconnect",
  async run(cell) {
    await using proxy = await startProxy(cell.url);
    using agent = await connectTo({ ...cell, url: new URL(`http://${proxy.host}`) });
    assert.equal(await call(agent.client, "increment", "before"), 1);
    await eventually("the state", () => agent.states.length === 2);
    proxy.cut();
    await eventually("the state after the cut", () => agent.states.length === 3);
    assert.deepEqual(agent.states[2], [{ count: 1, by: "before" }, "server"]);
    assert.equal(await call(agent.client, "increment", "after"), 2);
  },
};

export const coreRows: readonly Row[] = [
  connect,
  stateFromClient,
  stateFromServer,
  stateRefused,
  rpcUnary,
  rpcError,
  rpcStreaming,
  schedule,
  messages,
  reconnect,
];
