import { fileURLToPath } from "node:url";
import { AgentClient } from "agents/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/workshop.ts", import.meta.url).href);

describe.each(runtimes)("on %s", (_runtime, run) => {
  let worker: RunningWorker;

  beforeAll(async () => {
    worker = await run({
      script: await bundleWorker(fixture),
      objects: { Workshop: "Workshop", Stubborn: "Stubborn" },
    });
  });

  afterAll(() => worker?.stop());

  const connect = (name: string, query = "") =>
    TestSocket.open(`ws://${worker.host}/agents/workshop/${name}?_pk=${query || "me"}`);

  /** Connects and reads the first four messages away. */
  async function join(name: string, query?: string) {
    const socket = await connect(name, query);
    await socket.take(4);
    return socket;
  }

  describe("connecting", () => {
    test("sends identity, state and MCP servers, then what onConnect sends", async () => {
      const socket = await connect("first");
      expect(await socket.next()).toBe(
        '{"type":"cf_agent_identity","name":"first","agent":"workshop","stateFollows":true}',
      );
      expect(await socket.next()).toMatch(
        /^\{"type":"cf_agent_state","state":\{"count":0\},"version":\d+\}$/,
      );
      expect(await socket.next()).toBe(
        '{"mcp":{"prompts":[],"resources":[],"servers":{},"tools":[]},"type":"cf_agent_mcp_servers"}',
      );
      expect(await socket.next()).toBe("hello me");
    });

    test("a connection without the protocol is sent no frames, and may call", async () => {
      const quiet = await connect("quiet", "q&quiet");
      expect(await quiet.next()).toBe("hello q");
      expect(await quiet.call("add", 1)).toEqual([{ done: true, success: true, result: 1 }]);
    });

    test("a failing onConnect closes the socket without a stack", async () => {
      const socket = await connect("refusing", "r&refuse");
      expect(await socket.take(1)).toEqual([{ error: "Internal Server Error" }]);
      const { code, reason } = await socket.closed;
      expect([code, reason]).toEqual([1011, "Uncaught exception during session setup"]);
    });

    test("tags find connections, and a close frame is answered", async () => {
      const [red, blue] = [await join("tags", "r&tag=red"), await join("tags", "b&tag=blue")];
      expect(await blue.call("tell", "red", "only red")).toMatchObject([{ result: 1 }]);
      expect(await red.next()).toBe("only red");
      red.close(4001, "bye");
      const { code } = await red.closed;
      expect(code).toBe(4001);
      expect(await blue.call("tell", "red", "anyone?")).toMatchObject([{ result: 0 }]);
    });
  });

  describe("state", () => {
    test("a client's change goes to the others only, a server's to everyone", async () => {
      const [one, two] = [await join("sync", "one"), await join("sync", "two")];
      one.send('{"type":"cf_agent_state","state":{"count":9}}');
      expect(await two.next()).toMatch(
        /^\{"state":\{"count":9\},"type":"cf_agent_state","version":\d+\}$/,
      );
      const id = "call-1";
      two.send(JSON.stringify({ type: "rpc", id, method: "add", args: [1] }));
      const told = await one.next();
      expect(told).toMatch(/^\{"state":\{"count":10\},"type":"cf_agent_state","version":\d+\}$/);
      expect(await two.next()).toBe(told);
      expect(await two.next()).toBe(
        '{"done":true,"id":"call-1","result":10,"success":true,"type":"rpc"}',
      );
    });

    test("a refused change is told to the sender and changes nothing", async () => {
      const socket = await join("refused");
      socket.send('{"type":"cf_agent_state","state":{"count":-1}}');
      expect(await socket.next()).toBe(
        '{"type":"cf_agent_state_error","error":"State update rejected"}',
      );
      expect(await socket.take(1)).toMatchObject([{ state: { count: 0 } }]);
      expect(await socket.call("add", 0)).toMatchObject([{ result: 0 }]);
    });

    test("a read-only connection may neither send state nor call what sets it", async () => {
      const socket = await join("readonly", "r&readonly");
      socket.send('{"type":"cf_agent_state","state":{"count":5}}');
      expect(await socket.next()).toBe(
        '{"type":"cf_agent_state_error","error":"Connection is readonly"}',
      );
      expect(await socket.take(1)).toMatchObject([{ state: { count: 0 } }]);
      const refusal = { error: "Connection is readonly", code: "connection_readonly" };
      expect(await socket.call("add", 1)).toMatchObject([{ success: false, ...refusal }]);
      expect(await socket.call("keepState", 3)).toMatchObject([{ result: { value: 3 } }]);
      expect(await socket.call("add", 1)).toMatchObject([{ success: false }]);
    });
  });

  describe("calls", () => {
    test("answers results, absent results and failures", async () => {
      const socket = await join("calls");
      expect(await socket.call("nothing")).toEqual([{ done: true, success: true }]);
      expect(await socket.call("fail", "error")).toEqual([{ success: false, error: "it failed" }]);
      expect(await socket.call("fail", "string")).toEqual([
        { success: false, error: "Unknown error occurred" },
      ]);
      expect(await socket.call("fail", "bigint")).toMatchObject([{ success: false }]);
      expect(await socket.call("absent")).toMatchObject([
        { success: false, error: "Method absent does not exist", code: "method_missing" },
      ]);
      expect(await socket.call("hidden")).toMatchObject([
        { success: false, error: "Method hidden is not callable", code: "method_not_callable" },
      ]);
    });

    test("streams chunks and the end, or an error", async () => {
      const socket = await join("streams");
      expect(await socket.call("countTo", 2)).toEqual([
        { done: false, success: true, result: 1 },
        { done: false, success: true, result: 2 },
        { done: true, success: true, result: "counted to 2" },
      ]);
      expect(await socket.call("countTo", 0)).toEqual([
        { success: false, error: "nothing to count" },
      ]);
    });

    test("run in the context of agent and connection; native ones in the agent's alone", async () => {
      const socket = await join("context");
      expect(await socket.call("whoAsks")).toMatchObject([{ result: [true, "me", true] }]);
      const native = await fetch(`${worker.url}/native`);
      expect(await native.json()).toEqual({ name: "native", inContext: true, connected: false });
    });
  });

  describe("messages that are not the protocol's", () => {
    test("reach onMessage as they came, and a failing one leaves the socket open", async () => {
      const socket = await join("messages");
      for (const text of [
        "{not json",
        "[]",
        "",
        '{"type":"rpc","id":1}',
        '{"type":"rpc"}',
        "null",
      ]) {
        socket.send(text);
        expect(await socket.next()).toBe(`text:${text}`);
      }
      socket.send("throw");
      socket.send(new Uint8Array([1, 2, 3]));
      expect(new Uint8Array((await socket.next()) as ArrayBuffer)).toEqual(
        new Uint8Array([1, 2, 3]),
      );
    });
  });

  describe("work in time", () => {
    test("a schedule and a queued item fire", async () => {
      const socket = await join("reminders");
      const [answer] = await socket.call("remind", 1, "tea");
      expect(await socket.take(1)).toEqual([{ fired: "tea", id: answer?.result }]);
      await socket.call("later", "cake");
      expect(await socket.take(1)).toMatchObject([{ fired: "cake" }]);
      expect(await socket.call("fired")).toMatchObject([{ result: ["tea", "cake"] }]);
    });

    test("a destroyed agent closes its sockets and begins anew", async () => {
      const socket = await join("mortal");
      await socket.call("add", 5);
      socket.send(JSON.stringify({ type: "rpc", id: "end", method: "end", args: [] }));
      expect((await socket.closed).code).toBe(1001);
      const reborn = await connect("mortal");
      expect((await reborn.take(2))[1]).toMatchObject({ state: { count: 0 } });
    });
  });

  describe("HTTP", () => {
    const get = (path: string, headers?: HeadersInit) =>
      fetch(worker.url + path, headers ? { headers } : {});

    test("reaches onRequest with the whole URL, names not decoded", async () => {
      const response = await get("/agents/workshop/a%20b/deep/path?x=1");
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(await response.json()).toEqual({
        path: "/agents/workshop/a%20b/deep/path?x=1",
        name: "a%20b",
        count: 0,
      });
    });

    test("answers unknown agents with 400, other paths with what the Worker says", async () => {
      expect((await get("/agents/unknown/x")).status).toBe(400);
      expect((await get("/agents/workshop")).status).toBe(404);
      expect((await get("/elsewhere/workshop/x")).status).toBe(404);
      expect((await get("/agents/workshop/x", { "x-deny": "1" })).status).toBe(403);
      const preflight = await fetch(`${worker.url}/agents/workshop/x`, { method: "OPTIONS" });
      expect(preflight.headers.get("access-control-max-age")).toBe("86400");
    });

    test("an error gives 500 and nothing of the error", async () => {
      const response = await get("/agents/workshop/x/throw");
      expect([response.status, await response.text()]).toEqual([500, "Internal Server Error"]);
    });

    test("internal headers of a client are not believed", async () => {
      const headers = { "x-agents-lifecycle-props": "{broken", "x-cf-agents-subagent-url": "x" };
      expect((await get("/agents/workshop/spoofed", headers)).status).toBe(200);
    });

    test("a start that failed is tried again by the next event", async () => {
      expect((await get("/agents/stubborn/one")).status).toBe(500);
      expect(await (await get("/agents/stubborn/one")).text()).toBe("started");
    });
  });

  describe("development", () => {
    test("shows the stack when the deployment's own variable says so", async () => {
      const script = await bundleWorker(fixture);
      const objects = { Workshop: "Workshop", Stubborn: "Stubborn" };
      const development = await run({ script, objects, variables: { FREEHOLD_DEV: "1" } });
      try {
        const response = await fetch(`${development.url}/agents/workshop/x/throw`);
        expect(await response.text()).toContain("a secret in the message\n");
      } finally {
        await development.stop();
      }
    });
  });

  describe("the published client", () => {
    test("syncs state, calls and streams", async () => {
      const states: unknown[] = [];
      const client = new AgentClient<unknown, { count: number }>({
        agent: "Workshop",
        name: "published",
        host: worker.host,
        onStateUpdate: (state, source) => states.push([source, state]),
      });
      await client.ready;
      expect([client.identified, client.agent, client.name]).toEqual([
        true,
        "workshop",
        "published",
      ]);
      expect(await client.call("add", [2])).toBe(2);
      await expect(client.call("hidden")).rejects.toThrow("Method hidden is not callable");
      const chunks: unknown[] = [];
      const last = await client.call("countTo", [3], {
        stream: { onChunk: (c) => chunks.push(c) },
      });
      expect([chunks, last]).toEqual([[1, 2, 3], "counted to 3"]);
      client.setState({ count: 40 });
      expect(await client.call("add", [2])).toBe(42);
      expect(states).toEqual([
        ["server", { count: 0 }],
        ["server", { count: 2 }],
        ["client", { count: 40 }],
        ["server", { count: 42 }],
      ]);
      client.close();
    });
  });
});
