import "./testing/dom.ts";
import { act, cleanup, configure, render, renderHook, waitFor } from "@testing-library/react";
import { Component, createElement, type ReactNode, StrictMode, Suspense, useEffect } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ScriptedConnection, ScriptedServer } from "../client/testing/scripted-server.ts";
import { type UseAgentOptions, useAgent } from "./use-agent.ts";

type Counter = { count: number };

configure({ asyncUtilTimeout: 20_000 });

let server: ScriptedServer;

beforeEach(async () => {
  server = await ScriptedServer.start();
});

afterEach(async () => {
  cleanup();
  await server.stop();
  vi.restoreAllMocks();
});

function options(more: Partial<UseAgentOptions<Counter>> = {}): UseAgentOptions<Counter> {
  const delays = { minReconnectionDelay: 5, maxReconnectionDelay: 5 };
  return { host: server.host, agent: "CounterAgent", name: "a", ...delays, ...more };
}

function mount(first: Partial<UseAgentOptions<Counter>> = {}) {
  return renderHook((props: Partial<UseAgentOptions<Counter>>) => useAgent(options(props)), {
    initialProps: first,
  });
}

function Caller({ results }: { results: unknown[] }) {
  const { call } = useAgent(options());
  useEffect(() => {
    call("hello", []).then(
      (value) => results.push(value),
      (error: Error) => results.push(error.message),
    );
  }, [call, results]);
  return null;
}

type UserProps = Partial<UseAgentOptions<Counter>> & {
  onUse?: (agent: { reconnect(): void }) => void;
};

function User({ onUse, ...props }: UserProps) {
  const agent = useAgent(options(props));
  onUse?.(agent);
  return "connected";
}

class Boundary extends Component<{ children: ReactNode }, { message: string }> {
  override state = { message: "" };
  static getDerivedStateFromError(error: Error) {
    return { message: error.message };
  }
  override render() {
    return this.state.message || this.props.children;
  }
}

async function reply(connection: ScriptedConnection, index: number, result: unknown) {
  const { id } = await connection.frame(index);
  connection.send({ type: "rpc", id, success: true, done: true, result });
}

describe("useAgent", () => {
  it("renders the state as it changes, and says who it talks to", async () => {
    const { result } = mount();
    expect(result.current.agent).toBe("counter-agent");
    expect(result.current.state).toBeUndefined();
    const connection = await server.connection();
    expect(connection.url.pathname).toBe("/agents/counter-agent/a");
    await act(async () => {
      connection.identity("A", "real-class", { count: 1 });
      await result.current.ready;
    });
    expect(result.current).toMatchObject({
      state: { count: 1 },
      identified: true,
      name: "A",
      agent: "real-class",
      path: [{ agent: "CounterAgent", name: "a" }],
    });
    act(() => result.current.setState({ count: 5 }));
    expect(result.current.state).toEqual({ count: 5 });
    expect(await connection.frame(0)).toEqual({ state: { count: 5 }, type: "cf_agent_state" });
  });

  it("works in strict mode, with calls from an effect, over one connection", async () => {
    const results: unknown[] = [];
    render(createElement(StrictMode, null, createElement(Caller, { results })));
    const connection = await server.connection();
    await reply(connection, 0, "one");
    await reply(connection, 1, "two");
    await waitFor(() => expect(results).toEqual(["one", "two"]));
  });

  it("keeps call, stub and setState for as long as the address stays", async () => {
    const { result, rerender } = mount();
    const { call, stub, setState } = result.current;
    rerender({ onMessage: () => undefined, query: { token: "2" } });
    expect(result.current).toMatchObject({ call, setState });
    expect(result.current.stub).toBe(stub);
    let connection = await server.connection();
    if (!connection.url.searchParams.has("token")) connection = await server.connection();
    expect(connection.url.searchParams.get("token")).toBe("2");
    const value = call("hello");
    await reply(connection, 0, "from a stale reference");
    expect(await value).toBe("from a stale reference");
  });

  it("starts afresh at a new address: waiting calls are refused, nothing of the old is shown", async () => {
    const { result, rerender } = mount({
      onIdentityChange: () => expect.unreachable(),
      minReconnectionDelay: 60_000,
      maxReconnectionDelay: 60_000,
      minUptime: 0,
    });
    const first = await server.connection();
    await act(async () => {
      first.identity("a", "counter-agent", { count: 1 });
      await result.current.ready;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    first.terminate();
    await waitFor(() => expect(result.current.identified).toBe(false));
    expect(result.current.state).toEqual({ count: 1 });
    const waiting = result.current.call("add");
    const refused = expect(waiting).rejects.toThrow(
      "Call discarded: the agent address changed before the request could be sent",
    );
    const stale = result.current.call;
    rerender({ name: "b", minReconnectionDelay: 6 });
    await refused;
    expect(result.current).toMatchObject({ name: "b", state: undefined, identified: false });
    await expect(stale("add")).rejects.toThrow("Call discarded");
    let second = await server.connection();
    while (second.url.pathname !== "/agents/counter-agent/b") second = await server.connection();
    await act(async () => {
      second.identity("b", "counter-agent", { count: 2 });
      await result.current.ready;
    });
    expect(result.current.state).toEqual({ count: 2 });
  });

  it("walks to a sub-agent, names encoded", async () => {
    const { result } = mount({ sub: [{ agent: "ChatRoom", name: "c 1" }], path: "extra" });
    const { url } = await server.connection();
    expect(url.pathname).toBe("/agents/counter-agent/a/sub/chat-room/c%201/extra");
    expect(result.current).toMatchObject({ agent: "chat-room", name: "c 1" });
  });

  it("hands on what is not a protocol frame, and only that", async () => {
    const seen: unknown[] = [];
    const onMcpUpdate = vi.fn();
    mount({ onMessage: (event) => seen.push(event.data), onMcpUpdate });
    const connection = await server.connection();
    connection.identity("a", "counter-agent", { count: 1 });
    connection.send({ type: "cf_agent_mcp_servers", mcp: { servers: {} } });
    connection.send("not json");
    connection.send({ type: "mine" });
    await waitFor(() => expect(seen).toEqual(["not json", '{"type":"mine"}']));
    expect(onMcpUpdate).toHaveBeenCalledExactlyOnceWith({ servers: {} });
  });

  it("stops for good at a terminal close, and tells the component", async () => {
    const onConnectionError = vi.fn();
    const { result } = mount({ onConnectionError });
    const connection = await server.connection();
    await act(async () => connection.close(4401, "no entry"));
    await waitFor(() => expect(result.current.connectionError?.code).toBe(4401));
    expect(onConnectionError).toHaveBeenCalledOnce();
    await expect(result.current.call("add")).rejects.toThrow("Connection closed");
  });

  it("is silent while disabled and delivers what waited when enabled", async () => {
    const { result, rerender } = mount({ enabled: false });
    const waiting = result.current.call("add");
    rerender({ enabled: true });
    const connection = await server.connection();
    await reply(connection, 0, 1);
    expect(await waiting).toBe(1);
  });

  it("ends waiting calls when the component leaves", async () => {
    const { result, unmount } = mount({ enabled: false });
    const waiting = expect(result.current.call("add")).rejects.toThrow("Connection closed");
    unmount();
    await waiting;
  });

  it("ends sent calls when its socket is replaced, and keeps those that waited", async () => {
    const { result, rerender } = mount({ query: { token: "1" } });
    const first = await server.connection();
    await act(async () => {
      first.identity("a", "counter-agent");
      await result.current.ready;
    });
    const sent = expect(result.current.call("pay")).rejects.toMatchObject({
      message: "Connection closed",
      code: "connection_lost",
      transmitted: true,
    });
    await first.frame(0);
    rerender({ query: { token: "2" } });
    const waiting = result.current.call("look");
    await sent;
    expect(result.current.identified).toBe(false);
    const second = await server.connection();
    await reply(second, 0, "seen");
    expect(await waiting).toBe("seen");
    expect(second.received).toHaveLength(1);
  });

  it("has one `ready` until a connection is", async () => {
    const { result } = mount();
    const { ready } = result.current;
    (await server.connection()).terminate();
    const again = await server.connection();
    expect(result.current.ready).toBe(ready);
    await act(async () => {
      again.identity("a", "counter-agent");
      await ready;
    });
    expect(result.current.identified).toBe(true);
    await act(async () => again.terminate());
    await waitFor(() => expect(result.current.ready).not.toBe(ready));
  });

  it("tells when another instance answers after a reconnect, or warns", async () => {
    const onIdentityChange = vi.fn();
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const { result, rerender } = mount({ onIdentityChange });
    const names = ["a", "b", "c"];
    for (const name of names) {
      const connection = await server.connection();
      await act(async () => {
        connection.identity(name, "counter-agent");
        await result.current.ready;
      });
      expect(result.current.name).toBe(name);
      if (name === "b") rerender({});
      await act(async () => connection.terminate());
    }
    expect(onIdentityChange).toHaveBeenCalledExactlyOnceWith(
      "a",
      "b",
      "counter-agent",
      "counter-agent",
    );
    expect(warn.mock.calls.flat().join()).toContain("Identity changed on reconnect");
  });

  it("returns after a random time, at once when chance will have it", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    renderHook(() => useAgent({ host: server.host, agent: "CounterAgent" }));
    await act(async () => (await server.connection()).terminate());
    await server.connection();
  });

  it("takes patches of the state when it asks for them", async () => {
    const { result } = mount({ stateSync: "patch" });
    const connection = await server.connection();
    expect(connection.url.searchParams.get("__agents_state")).toBe("patch");
    await act(async () => {
      connection.send({ type: "cf_agent_state", state: { count: 1 }, version: 1 });
      const patch = [{ op: "replace", path: "/count", value: 2 }];
      connection.send({ type: "cf_agent_state_patch", from: 1, version: 2, patch });
    });
    await waitFor(() => expect(result.current.state).toEqual({ count: 2 }));
    act(() => result.current.setState({ count: 3 }));
    connection.send({ type: "cf_agent_state", state: { count: 2 }, version: 3 });
    expect(await connection.frame(1)).toEqual({ type: "cf_agent_state_patch", enabled: true });
  });

  it("knows its HTTP address before it is connected, without the connection's id", () => {
    const { result } = mount({ enabled: false, query: { token: "t t", none: null } });
    expect(result.current.getHttpUrl()).toBe(
      `http://${server.host}/agents/counter-agent/a?token=t+t`,
    );
  });
});

describe("an asynchronous query", () => {
  async function mountWithin(query: () => Promise<Record<string, string | null>>, key: string) {
    const user = createElement(User, { query, queryDeps: [key] });
    const fallback = createElement(Suspense, { fallback: "loading" }, user);
    const view = await act(async () => render(createElement(Boundary, null, fallback)));
    const text = () => (view.container as unknown as { textContent: string }).textContent;
    return { text, unmount: view.unmount };
  }

  it("suspends until it resolves, then connects with the answer", async () => {
    const answer = Promise.withResolvers<Record<string, string>>();
    const { text } = await mountWithin(() => answer.promise, "suspends");
    expect(text()).toBe("loading");
    await act(async () => answer.resolve({ token: "t1" }));
    expect(text()).toBe("connected");
    expect((await server.connection()).url.searchParams.get("token")).toBe("t1");
  });

  it("is asked once for two users, and anew before a reconnect", async () => {
    const query = vi.fn(async () => ({ token: `t${query.mock.calls.length}` }));
    const one = await mountWithin(query, "shared");
    const two = await mountWithin(query, "shared");
    await act(async () => undefined);
    expect(query).toHaveBeenCalledOnce();
    two.unmount();
    const connection = await server.connection();
    expect(connection.url.searchParams.get("token")).toBe("t1");
    await act(async () => connection.terminate());
    let again = await server.connection();
    while (again.url.searchParams.get("token") !== "t2") again = await server.connection();
    expect(one.text()).toBe("connected");
    expect(query).toHaveBeenCalledTimes(2);
  });

  it("is not asked more often than attempts are due, and gives up with them", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const host = server.host;
    await server.stop();
    const query = vi.fn(async () => ({ token: `t${query.mock.calls.length}` }));
    const onConnectionError = vi.fn();
    const due = { minReconnectionDelay: 15, maxReconnectionDelay: 15, maxRetries: 3 };
    const props = { host, query, queryDeps: ["storm"], onConnectionError, ...due };
    const user = createElement(User, props);
    await act(async () => render(createElement(Suspense, { fallback: "loading" }, user)));
    await waitFor(() => expect(onConnectionError).toHaveBeenCalledOnce());
    expect(query).toHaveBeenCalledTimes(4);
    server = await ScriptedServer.start();
  });

  it("is asked anew at once when the application reconnects", async () => {
    const query = vi.fn(async () => ({ token: `t${query.mock.calls.length}` }));
    let agent: Pick<ReturnType<typeof useAgent>, "reconnect"> | undefined;
    const slow = { minReconnectionDelay: 60_000, maxReconnectionDelay: 60_000 };
    const props = { query, queryDeps: ["restart"], onUse: (used: typeof agent) => (agent = used) };
    const user = createElement(User, { ...props, ...slow });
    await act(async () => render(createElement(Suspense, { fallback: "loading" }, user)));
    expect((await server.connection()).url.searchParams.get("token")).toBe("t1");
    await act(async () => agent?.reconnect());
    let again = await server.connection();
    while (again.url.searchParams.get("token") === "t1") again = await server.connection();
    expect(again.url.searchParams.get("token")).toBe("t2");
  });

  it("is asked anew when its answer is old", async () => {
    const query = vi.fn(async () => ({ token: `t${query.mock.calls.length}` }));
    const user = createElement(User, { query, queryDeps: ["old"], cacheTtl: 20 });
    await act(async () => render(createElement(Suspense, { fallback: "loading" }, user)));
    await waitFor(() => expect(query.mock.calls.length).toBeGreaterThan(1));
    let connection = await server.connection();
    while (connection.url.searchParams.get("token") === "t1")
      connection = await server.connection();
  });

  it("shows a failure at the boundary and asks again next time", async () => {
    vi.spyOn(console, "error").mockReturnValue(undefined);
    const query = vi.fn(async () => {
      throw new Error("no token");
    });
    const { text } = await mountWithin(query, "fails");
    await waitFor(() => expect(text()).toBe("no token"));
    const asked = query.mock.calls.length;
    await mountWithin(query, "fails");
    await waitFor(() => expect(query.mock.calls.length).toBeGreaterThan(asked));
  });
});
