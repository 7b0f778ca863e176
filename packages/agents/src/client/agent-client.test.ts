import { describe, expect, it, vi } from "vitest";
import { answer, clientSuite } from "./testing/clients.ts";

const clients = clientSuite();

describe("address", () => {
  it("asks for the class in kebab-case, the instance, and a stable connection id", async () => {
    const client = clients.connect({ query: { token: "t", none: null } });
    const { url } = await clients.server.connection();
    expect(url.pathname).toBe("/agents/counter-agent/a");
    expect(url.searchParams.get("_pk")).toBe(client.id);
    expect(url.searchParams.get("token")).toBe("t");
    expect(url.searchParams.has("none")).toBe(false);
  });

  it("takes an empty name for none", async () => {
    expect(clients.connect({ name: "" }).name).toBe("default");
    expect((await clients.server.connection()).url.pathname).toBe("/agents/counter-agent/default");
  });

  it("takes a base path and a path as they are", async () => {
    clients.connect({ basePath: "user", path: "settings" });
    expect((await clients.server.connection()).url.pathname).toBe("/user/settings");
  });
});

describe("identity and state", () => {
  it("is ready only after the announced state was applied, in the published order", async () => {
    const events: unknown[] = [];
    const client = clients.connect({
      onStateUpdate: (state, source) => events.push(["state", state, source]),
      onIdentity: (name, agent) => events.push(["identity", name, agent]),
    });
    void client.ready.then(() => events.push(["ready", client.state]));
    const connection = await clients.server.connection();
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
    const { client } = await clients.connected();
    expect(client.state).toBeUndefined();
  });

  it("applies its own state at once and keeps it when the server only refuses", async () => {
    const onStateUpdate = vi.fn();
    const errors: string[] = [];
    const refused = Promise.withResolvers<void>();
    const { client, connection } = await clients.connected({
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
    // Servers that say what the state still is are believed.
    connection.send({ type: "cf_agent_state", state: { count: 3 }, version: 1 });
    await vi.waitFor(() => expect(client.state).toEqual({ count: 3 }));
  });

  it("tells when another instance answers after a reconnect, before its name changes", async () => {
    const seen: unknown[] = [];
    const { client, connection } = await clients.connected({
      onIdentityChange: (...names) => seen.push([...names, client.name]),
    });
    const before = client.ready;
    connection.close(1012);
    const again = await clients.server.connection();
    again.identity("b", "counter-agent", { count: 1 });
    await vi.waitFor(() => expect(client.name).toBe("b"));
    expect(seen).toEqual([["a", "b", "counter-agent", "counter-agent", "a"]]);
    expect(client.ready).not.toBe(before);
  });

  it("survives a callback that throws: the rest of the work is done", async () => {
    const uncaught = vi.fn();
    const client = clients.connect({
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
    (await clients.server.connection()).identity("a", "c", { count: 1 });
    await client.ready;
    expect(client.state).toEqual({ count: 1 });
    expect(uncaught).toHaveBeenCalledOnce();
    process.removeListener("uncaughtException", uncaught);
  });
});

describe("a connection that breaks before it was ready", () => {
  it("leaves `ready` to the next one", async () => {
    const client = clients.connect();
    const { ready } = client;
    (await clients.server.connection()).terminate();
    (await clients.server.connection()).identity("a", "counter-agent");
    await ready;
    expect(client.identified).toBe(true);
  });
});

describe("state as patches", () => {
  it("is asked for, applied, and asked for whole when a patch is missed", async () => {
    const client = clients.connect({ stateSync: "patch", query: { token: "t" } });
    const connection = await clients.server.connection();
    expect(connection.url.searchParams.get("__agents_state")).toBe("patch");
    expect(connection.url.searchParams.get("token")).toBe("t");
    const type = "cf_agent_state_patch";
    connection.send({ type: "cf_agent_state", state: { count: 1 }, version: 7 });
    const patch = [{ op: "replace", path: "/count", value: 2 }];
    connection.send({ type, from: 7, version: 8, patch });
    await vi.waitFor(() => expect(client.state).toEqual({ count: 2 }));
    connection.send({ type, from: 9, version: 10, patch });
    expect(await connection.frame(0)).toEqual({ type, enabled: true });
    connection.send({ type: "cf_agent_state", state: { count: 5 }, version: 10 });
    await vi.waitFor(() => expect(client.state).toEqual({ count: 5 }));
  });

  it("is not asked for otherwise", async () => {
    clients.connect();
    expect((await clients.server.connection()).url.searchParams.has("__agents_state")).toBe(false);
  });
});

describe("a hostile server", () => {
  it("cannot disturb the client with malformed, foreign or late frames", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const messages: unknown[] = [];
    const { client, connection } = await clients.connected();
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
