import { describe, expect, it, vi } from "vitest";
import { answer, clientSuite, next } from "./testing/clients.ts";
import { ScriptedServer } from "./testing/scripted-server.ts";

const clients = clientSuite();

describe("calls", () => {
  it("sends the published frame and resolves with the result", async () => {
    const { client, connection } = await clients.connected();
    const result = client.call("add", [1, 2]);
    const frame = await connection.frame(0);
    expect(frame).toEqual({ args: [1, 2], id: expect.any(String), method: "add", type: "rpc" });
    await answer(connection, 0, { success: true, done: true, result: 3 });
    expect(await result).toBe(3);
  });

  it("takes an answer without `done` as final, and a void one as undefined", async () => {
    const { client, connection } = await clients.connected();
    const old = client.call("legacy");
    await answer(connection, 0, { success: true, result: "x" });
    expect(await old).toBe("x");
    const nothing = client.stub.nothing!();
    await answer(connection, 1, { success: true, done: true });
    expect(await nothing).toBeUndefined();
  });

  it("rejects with the agent's words", async () => {
    const { client, connection } = await clients.connected();
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
    const { client, connection } = await clients.connected();
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
    const { client, connection } = await clients.connected();
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
    const client = clients.connect();
    const first = client.call("first");
    client.setState({ count: 1 });
    const second = client.call("second");
    const connection = await clients.server.connection();
    await answer(connection, 0, { success: true, done: true, result: 1 });
    expect(await first).toBe(1);
    expect((await connection.frame(1)).type).toBe("cf_agent_state");
    await answer(connection, 2, { success: true, done: true, result: 2 });
    expect(await second).toBe(2);
  });

  it("never repeats a call that was on the wire, but keeps one that was not", async () => {
    const { client, connection } = await clients.connected();
    const onTheWire = client.call("pay");
    onTheWire.catch(() => undefined);
    await connection.frame(0);
    connection.terminate();
    await next(client, "close");
    const waiting = client.call("look");
    await expect(onTheWire).rejects.toThrow("Connection closed");
    const again = await clients.server.connection();
    expect((await again.frame(0)).method).toBe("look");
    await answer(again, 0, { success: true, done: true, result: "seen" });
    expect(await waiting).toBe("seen");
    expect(again.received).toHaveLength(1);
  });

  it("times out by default and by call; 0 and streaming do not", async () => {
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const { client, connection } = await clients.connected({ defaultCallTimeout: 20 });
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
    const client = clients.connect({ startClosed: true });
    const expired = client.call("expired", [], { timeout: 5 });
    client.setState({ count: 1 });
    await expect(expired).rejects.toThrow("timed out after 5ms");
    client.reconnect();
    const connection = await clients.server.connection();
    expect((await connection.frame(0)).type).toBe("cf_agent_state");
    expect(connection.received).toHaveLength(1);
  });

  it("rejects, and sends nothing, when arguments cannot be written as JSON", async () => {
    const { client, connection } = await clients.connected();
    await expect(client.call("add", [1n])).rejects.toThrow(TypeError);
    expect(connection.received).toEqual([]);
  });

  it("ends every call at once when the application closes, without an error", async () => {
    const onConnectionError = vi.fn();
    const { client, connection } = await clients.connected({ onConnectionError });
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
    const { client, connection } = await clients.connected({ onConnectionError });
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
    const { client, connection } = await clients.connected({ shouldReconnectOnClose: () => false });
    connection.close(1012);
    await next(client, "close");
    expect(client.connectionError?.message).toMatch(/^Agent connection closed: /);
    client.reconnect();
    (await clients.server.connection()).identity("a", "counter-agent");
    await client.ready;
    expect(client.connectionError).toBeNull();
  });

  it("stops when the retries are spent", async () => {
    const failed = Promise.withResolvers<void>();
    const { client } = await clients.connected({
      maxRetries: 1,
      onConnectionError: () => failed.resolve(),
    });
    const waiting = client.call("later");
    waiting.catch(() => undefined);
    await clients.server.stop();
    await failed.promise;
    expect(client.connectionError).not.toBeNull();
    await expect(waiting).rejects.toThrow("Connection closed");
    clients.server = await ScriptedServer.start();
  });
});

describe("parameters that are asked for", () => {
  it("are asked for anew at each attempt", async () => {
    let asked = 0;
    clients.connect({ query: async () => ({ token: `t${++asked}` }) });
    const first = await clients.server.connection();
    expect(first.url.searchParams.get("token")).toBe("t1");
    first.terminate();
    expect((await clients.server.connection()).url.searchParams.get("token")).toBe("t2");
  });

  it("are asked for again after a failure", async () => {
    const query = vi.fn(async () => ({ token: "t" }));
    query.mockRejectedValueOnce(new Error("no token yet"));
    const client = clients.connect({ query });
    const call = client.call("hello");
    await answer(await clients.server.connection(), 0, { success: true, done: true, result: "hi" });
    expect(await call).toBe("hi");
    expect(query).toHaveBeenCalledTimes(2);
  });

  it("end the connection when the last attempt to get them fails", async () => {
    const failed = Promise.withResolvers<void>();
    const query = async () => Promise.reject(new Error("signed out"));
    const onConnectionError = () => failed.resolve();
    const client = clients.connect({ query, maxRetries: 1, onConnectionError });
    const unlimited = expect(client.call("hello", [], { timeout: 0 })).rejects.toMatchObject({
      code: "connection_lost",
      transmitted: false,
    });
    await failed.promise;
    await unlimited;
    expect(client.connectionError).toMatchObject({ reason: "query failed: signed out" });
    await expect(client.call("hello")).rejects.toThrow("Connection closed");
  });
});

describe("a call without an answer", () => {
  it("says whether it was sent", async () => {
    const { client, connection } = await clients.connected();
    const sent = client.call("sent");
    sent.catch(() => undefined);
    await connection.frame(0);
    connection.close(4401, "no entry");
    await expect(sent).rejects.toMatchObject({
      name: "AgentCallError",
      code: "connection_lost",
      method: "sent",
      transmitted: true,
    });
    const { connectionError } = client;
    await expect(client.call("unsent")).rejects.toMatchObject({
      code: "connection_lost",
      transmitted: false,
      cause: connectionError,
    });
  });

  it("is refused at once after close(), until reconnect()", async () => {
    const { client } = await clients.connected();
    client.close();
    await expect(client.call("add", [], { timeout: 0 })).rejects.toThrow("Connection closed");
    client.reconnect();
    const call = client.call("add");
    await answer(await clients.server.connection(), 0, { success: true, done: true, result: 1 });
    expect(await call).toBe(1);
  });

  it("is refused at once when the queue is full", async () => {
    const client = clients.connect({ startClosed: true, maxEnqueuedMessages: 1 });
    const first = client.call("first", [], { timeout: 0 });
    first.catch(() => undefined);
    await expect(client.call("second", [], { timeout: 0 })).rejects.toMatchObject({
      code: "call_discarded",
      transmitted: false,
    });
  });

  it("tells a stream that it ended, and keeps its chunks", async () => {
    const { client, connection } = await clients.connected();
    const [onChunk, onError] = [vi.fn(), vi.fn()];
    const stream = client.call("stream", [], { stream: { onChunk, onError } });
    stream.catch(() => undefined);
    await answer(connection, 0, { success: true, done: false, result: 1 });
    await vi.waitFor(() => expect(onChunk).toHaveBeenCalledOnce());
    connection.terminate();
    await expect(stream).rejects.toThrow("Connection closed");
    expect(onError).toHaveBeenCalledExactlyOnceWith("Connection closed");
  });
});
