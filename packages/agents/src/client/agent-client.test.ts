import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentClient } from "./agent-client.ts";
import type { AgentClientOptions } from "./options.ts";
import { type ScriptedConnection, ScriptedServer } from "./testing/scripted-server.ts";

type Counter = { count: number };

let server: ScriptedServer;
const clients: AgentClient<unknown, Counter>[] = [];

beforeEach(async () => {
  server = await ScriptedServer.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
  vi.restoreAllMocks();
});

function connect(options: Partial<AgentClientOptions<Counter>> = {}) {
  const client = new AgentClient<unknown, Counter>({
    host: server.host,
    agent: "CounterAgent",
    name: "a",
    minReconnectionDelay: 5,
    maxReconnectionDelay: 5,
    ...options,
  });
  clients.push(client);
  return client;
}

async function connected(options: Partial<AgentClientOptions<Counter>> = {}) {
  const client = connect(options);
  const connection = await server.connection();
  connection.identity("a", "counter-agent");
  await client.ready;
  return { client, connection };
}

async function next(client: AgentClient<unknown, Counter>, type: "open" | "close") {
  return new Promise((resolve) => client.addEventListener(type, resolve, { once: true }));
}

async function answer(connection: ScriptedConnection, index: number, reply: object) {
  const { id } = await connection.frame(index);
  connection.send({ type: "rpc", id, ...reply });
}

describe("address", () => {
  it("asks for the class in kebab-case, the instance, and a stable connection id", async () => {
    const client = connect({ query: { token: "t", none: null } });
    const { url } = await server.connection();
    expect(url.pathname).toBe("/agents/counter-agent/a");
    expect(url.searchParams.get("_pk")).toBe(client.id);
    expect(url.searchParams.get("token")).toBe("t");
    expect(url.searchParams.has("none")).toBe(false);
  });

  it("takes a base path and a path as they are", async () => {
    connect({ basePath: "user", path: "settings" });
    expect((await server.connection()).url.pathname).toBe("/user/settings");
  });
});

describe("identity and state", () => {
  it("is ready only after the announced state was applied, in the published order", async () => {
    const events: unknown[] = [];
    const client = connect({
      onStateUpdate: (state, source) => events.push(["state", state, source]),
      onIdentity: (name, agent) => events.push(["identity", name, agent]),
    });
    void client.ready.then(() => events.push(["ready", client.state]));
    const connection = await server.connection();
    connection.send({ type: "cf_agent_identity", name: "A", agent: "c", stateFollows: true });
    connection.send({ type: "user-frame" });
    await new Promise((resolve) => client.addEventListener("message", resolve, { once: true }));
    expect(client.identified).toBe(false);
    connection.send({ type: "cf_agent_state", state: { count: 3 } });
    await client.ready;
    expect(events).toEqual([
      ["state", { count: 3 }, "server"],
      ["identity", "A", "c"],
      ["ready", { count: 3 }],
    ]);
    expect([client.name, client.agent, client.identified]).toEqual(["A", "c", true]);
  });

  it("is ready at once when no state is announced", async () => {
    const { client } = await connected();
    expect(client.state).toBeUndefined();
  });

  it("applies its own state at once and keeps it when the server refuses", async () => {
    const onStateUpdate = vi.fn();
    const errors: string[] = [];
    const refused = Promise.withResolvers<void>();
    const { client, connection } = await connected({
      onStateUpdate,
      onStateUpdateError: (error) => {
        errors.push(error);
        refused.resolve();
      },
    });
    client.setState({ count: 9 });
    expect(onStateUpdate).toHaveBeenCalledWith({ count: 9 }, "client");
    expect(await connection.frame(0)).toEqual({ state: { count: 9 }, type: "cf_agent_state" });
    connection.send({ type: "cf_agent_state_error", error: "Connection is readonly" });
    await refused.promise;
    expect(errors).toEqual(["Connection is readonly"]);
    expect(client.state).toEqual({ count: 9 });
  });

  it("tells when another instance answers after a reconnect, before its name changes", async () => {
    const seen: unknown[] = [];
    const { client, connection } = await connected({
      onIdentityChange: (...names) => seen.push([...names, client.name]),
    });
    const before = client.ready;
    connection.close(1012);
    const again = await server.connection();
    again.identity("b", "counter-agent", { count: 1 });
    await vi.waitFor(() => expect(client.name).toBe("b"));
    expect(seen).toEqual([["a", "b", "counter-agent", "counter-agent", "a"]]);
    expect(client.ready).not.toBe(before);
  });

  it("survives a callback that throws: the rest of the work is done", async () => {
    const uncaught = vi.fn();
    const client = connect({
      onStateUpdate: () => {
        throw new Error("mine");
      },
    });
    process.once("uncaughtException", uncaught);
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation((report) => {
      try {
        report();
      } catch (error) {
        uncaught(error);
      }
    });
    (await server.connection()).identity("a", "c", { count: 1 });
    await client.ready;
    expect(client.state).toEqual({ count: 1 });
    expect(uncaught).toHaveBeenCalledOnce();
    process.removeListener("uncaughtException", uncaught);
  });
});

describe("calls", () => {
  it("sends the published frame and resolves with the result", async () => {
    const { client, connection } = await connected();
    const result = client.call("add", [1, 2]);
    const frame = await connection.frame(0);
    expect(frame).toEqual({ args: [1, 2], id: expect.any(String), method: "add", type: "rpc" });
    await answer(connection, 0, { success: true, done: true, result: 3 });
    expect(await result).toBe(3);
  });

  it("takes an answer without `done` as final, and a void one as undefined", async () => {
    const { client, connection } = await connected();
    const old = client.call("legacy");
    await answer(connection, 0, { success: true, result: "x" });
    expect(await old).toBe("x");
    const nothing = client.stub.nothing!();
    await answer(connection, 1, { success: true, done: true });
    expect(await nothing).toBeUndefined();
  });

  it("rejects with the agent's words", async () => {
    const { client, connection } = await connected();
    const failed = client.call("add");
    failed.catch(() => undefined);
    await answer(connection, 0, { success: false, error: "Method add is not callable" });
    await expect(failed).rejects.toThrow("Method add is not callable");
    const coded = client.call("pay");
    coded.catch(() => undefined);
    const error = { error: "no money", name: "PaymentError", code: "insufficient_funds" };
    await answer(connection, 1, { success: false, ...error });
    await expect(coded).rejects.toMatchObject({
      message: "no money",
      name: "PaymentError",
      code: "insufficient_funds",
    });
  });

  it("gives chunks in order, then the end; both shapes of options work", async () => {
    const { client, connection } = await connected();
    for (const wrap of [false, true]) {
      const seen: unknown[] = [];
      const stream = {
        onChunk: (chunk: unknown) => seen.push(chunk),
        onDone: (final: unknown) => seen.push(["done", final]),
      };
      const result = client.call("generate", ["hi"], wrap ? { stream } : stream);
      const index = wrap ? 1 : 0;
      await answer(connection, index, { success: true, done: false, result: "a" });
      await answer(connection, index, { success: true, done: false, result: "b" });
      await answer(connection, index, { success: true, done: true, result: { n: 2 } });
      expect(await result).toEqual({ n: 2 });
      expect(seen).toEqual(["a", "b", ["done", { n: 2 }]]);
    }
  });

  it("keeps the chunks before an error, and says why it ended", async () => {
    const { client, connection } = await connected();
    const chunks: unknown[] = [];
    const onError = vi.fn();
    const result = client.call("generate", [], { onChunk: (chunk) => chunks.push(chunk), onError });
    result.catch(() => undefined);
    await answer(connection, 0, { success: true, done: false, result: 1 });
    await answer(connection, 0, { success: false, error: "boom" });
    await expect(result).rejects.toThrow("boom");
    expect(chunks).toEqual([1]);
    expect(onError).toHaveBeenCalledExactlyOnceWith("boom");
  });

  it("waits for the connection, and sends in the order things were said", async () => {
    const client = connect();
    const first = client.call("first");
    client.setState({ count: 1 });
    const second = client.call("second");
    const connection = await server.connection();
    await answer(connection, 0, { success: true, done: true, result: 1 });
    expect(await first).toBe(1);
    expect((await connection.frame(1)).type).toBe("cf_agent_state");
    await answer(connection, 2, { success: true, done: true, result: 2 });
    expect(await second).toBe(2);
  });

  it("never repeats a call that was on the wire, but keeps one that was not", async () => {
    const { client, connection } = await connected();
    const onTheWire = client.call("pay");
    onTheWire.catch(() => undefined);
    await connection.frame(0);
    connection.terminate();
    await next(client, "close");
    const waiting = client.call("look");
    await expect(onTheWire).rejects.toThrow("Connection closed");
    const again = await server.connection();
    expect((await again.frame(0)).method).toBe("look");
    await answer(again, 0, { success: true, done: true, result: "seen" });
    expect(await waiting).toBe("seen");
    expect(again.received).toHaveLength(1);
  });

  it("times out by default and by call; 0 and streaming do not", async () => {
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const { client, connection } = await connected({ defaultCallTimeout: 20 });
    const onError = vi.fn();
    const byDefault = client.call("slow");
    const unlimited = client.call("patient", [], { timeout: 0 });
    const streaming = client.call("stream", [], { onChunk: () => undefined });
    const limited = client.call("stream", [], { timeout: 10, stream: { onError } });
    await expect(limited).rejects.toThrow("RPC call to stream timed out after 10ms");
    expect(onError).toHaveBeenCalledExactlyOnceWith("RPC call to stream timed out after 10ms");
    await expect(byDefault).rejects.toThrow("RPC call to slow timed out after 20ms");
    await answer(connection, 1, { success: true, done: true, result: "late but fine" });
    await answer(connection, 2, { success: true, done: true, result: "end" });
    expect(await unlimited).toBe("late but fine");
    expect(await streaming).toBe("end");
  });

  it("does not send a call that timed out while it waited for the connection", async () => {
    const client = connect({ startClosed: true });
    const expired = client.call("expired", [], { timeout: 5 });
    client.setState({ count: 1 });
    await expect(expired).rejects.toThrow("timed out after 5ms");
    client.reconnect();
    const connection = await server.connection();
    expect((await connection.frame(0)).type).toBe("cf_agent_state");
    expect(connection.received).toHaveLength(1);
  });

  it("rejects, and sends nothing, when arguments cannot be written as JSON", async () => {
    const { client, connection } = await connected();
    await expect(client.call("add", [1n])).rejects.toThrow(TypeError);
    expect(connection.received).toEqual([]);
  });

  it("ends every call at once when the application closes, without an error", async () => {
    const onConnectionError = vi.fn();
    const { client, connection } = await connected({ onConnectionError });
    const call = client.call("add");
    call.catch(() => undefined);
    await connection.frame(0);
    client.close();
    await expect(call).rejects.toThrow("Connection closed");
    expect(onConnectionError).not.toHaveBeenCalled();
    expect(client.connectionError).toBeNull();
  });
});

describe("final closes", () => {
  it.each([1008, 4000, 4401, 4999])("stops at code %i and says so", async (code) => {
    const onConnectionError = vi.fn();
    const { client, connection } = await connected({ onConnectionError });
    const open = client.call("pending");
    open.catch(() => undefined);
    await connection.frame(0);
    connection.close(code, "no entry");
    await next(client, "close");
    expect(onConnectionError).toHaveBeenCalledExactlyOnceWith(client.connectionError);
    expect(client.connectionError).toMatchObject({
      name: "AgentConnectionError",
      message: "Agent connection closed: no entry",
      code,
      reason: "no entry",
    });
    await expect(open).rejects.toThrow("Connection closed");
    await expect(client.call("more")).rejects.toThrow("Connection closed");
    expect(client.shouldReconnect).toBe(false);
  });

  it("stops when the application's predicate declines, and comes back on reconnect()", async () => {
    const { client, connection } = await connected({ shouldReconnectOnClose: () => false });
    connection.close(1012);
    await next(client, "close");
    expect(client.connectionError?.message).toMatch(/^Agent connection closed: /);
    client.reconnect();
    (await server.connection()).identity("a", "counter-agent");
    await client.ready;
    expect(client.connectionError).toBeNull();
  });

  it("stops when the retries are spent", async () => {
    const failed = Promise.withResolvers<void>();
    const { client } = await connected({
      maxRetries: 1,
      onConnectionError: () => failed.resolve(),
    });
    const waiting = client.call("later");
    waiting.catch(() => undefined);
    await server.stop();
    await failed.promise;
    expect(client.connectionError).not.toBeNull();
    await expect(waiting).rejects.toThrow("Connection closed");
    server = await ScriptedServer.start();
  });
});

describe("a hostile server", () => {
  it("cannot disturb the client with malformed, foreign or late frames", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const messages: unknown[] = [];
    const { client, connection } = await connected();
    client.addEventListener("message", (event) => messages.push(event.data));
    const hostile = [
      "",
      "{",
      "null",
      "[]",
      '"text"',
      "42",
      '{"type":"cf_agent_state"}',
      '{"type":"cf_agent_identity","name":7,"agent":null}',
      '{"type":"rpc"}',
      '{"type":"rpc","id":5,"success":true}',
      '{"type":"rpc","id":"nobody","success":true,"done":true,"result":1}',
      '{"type":"rpc","id":"__proto__","success":false}',
      '{"type":"toString"}',
      `{"__proto__":{"x":1},"type":"cf_agent_mcp_servers"}`,
      "\u0000\ufffd",
    ];
    for (const frame of hostile) connection.send(frame);
    connection.sendBinary(new Uint8Array([1, 2, 3]));
    const call = client.call("alive");
    await answer(connection, 0, { success: true, done: true, result: "yes" });
    expect(await call).toBe("yes");
    await answer(connection, 0, { success: true, done: true, result: "again" });
    await vi.waitFor(() => expect(messages).toHaveLength(hostile.length + 3));
    expect(client.state).toBeUndefined();
    expect(client.name).toBe("a");
    const warnings = warn.mock.calls.map(([text]) => String(text));
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatch(
      /^\[AgentClient\] Discarded an RPC response with no matching pending call \(id "nobody"\)/,
    );
  });
});
