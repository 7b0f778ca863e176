import { beforeEach, describe, expect, test, vi } from "vitest";
import { FakeSocket } from "../../test/support/fakes.ts";
import { wrapMethods } from "../agent/wrap.ts";
import { provisionalConnection } from "../connections/connection.ts";
import { agentContext, contextOf, currentContext } from "../context.ts";
import { agentCalls } from "./call-table.ts";
import { callable, callableMethods } from "./callable.ts";
import { RpcDispatcher } from "./dispatch.ts";
import type { StreamingResponse } from "./streaming.ts";

class Base {
  framework() {
    return "not wrapped";
  }
}

class Parent extends Base {
  @callable({ description: "says hello" })
  hello(name: string) {
    return `hello ${name}`;
  }

  @callable()
  hidden() {
    return "parent's";
  }

  @callable()
  where() {
    return currentContext();
  }

  @callable({ streaming: true })
  stream(stream: StreamingResponse, what: string) {
    stream.send(1);
    if (what === "fail") throw new Error("broke");
    stream.end();
    stream.end("twice");
  }

  @callable({ streaming: true })
  async forgets(stream: StreamingResponse) {
    stream.send("all I have to say");
  }

  @callable({ streaming: true })
  async waits(stream: StreamingResponse, seen: AbortSignal[]) {
    seen.push(stream.signal);
    await new Promise((resolve) => stream.signal.addEventListener("abort", resolve));
    seen.push(stream.signal);
    stream.send("never sent");
  }

  @callable()
  async chunks(cancelled: unknown[]) {
    let count = 0;
    return new ReadableStream({
      pull(controller) {
        count++;
        if (count === 3 && cancelled.length === 0) controller.close();
        else controller.enqueue(count);
      },
      cancel: (reason) => void cancelled.push(reason),
    });
  }

  @callable()
  async fail(how: unknown) {
    throw how === "text" ? "text" : new Error("failed");
  }

  @callable()
  cycle() {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    return loop;
  }
}

let touched = 0;

class Child extends Parent {
  // No decorator: the override hides the method from clients.
  override hidden() {
    return "child's";
  }

  get dangerous() {
    touched++;
    return () => "never";
  }

  _private() {
    return currentContext().agent;
  }
}

wrapMethods(Child.prototype, Base.prototype);

const events: unknown[] = [];
let socket: FakeSocket;
let agent: Child;

beforeEach(() => {
  events.length = 0;
  socket = new FakeSocket();
  agent = new Child();
  vi.spyOn(console, "error").mockReturnValue();
});

const connect = () => provisionalConnection(socket.asWebSocket, { id: "c", tags: ["c"] }, agent);
const dispatcher = (limits = {}) =>
  new RpcDispatcher(agentCalls(agent), (...event) => void events.push(event), limits);

async function call(method: string, ...args: unknown[]) {
  const record = connect();
  const rpc = dispatcher();
  await rpc.dispatch(record, { type: "rpc", id: "1", method, args });
  return socket.sent;
}

describe("a call", () => {
  test("is answered with the result, and absent results are absent", async () => {
    expect(await call("hello", "you")).toEqual([
      '{"done":true,"id":"1","result":"hello you","success":true,"type":"rpc"}',
    ]);
    expect(events).toEqual([["rpc", { method: "hello" }]]);
  });

  test.each([
    ["nope", "Method nope does not exist", "method_missing"],
    ["hidden", "Method hidden is not callable", "method_not_callable"],
    ["framework", "Method framework is not callable", "method_not_callable"],
    ["constructor", "Method constructor is not callable", "method_not_callable"],
    ["__proto__", "Method __proto__ does not exist", "method_missing"],
    ["dangerous", "Method dangerous does not exist", "method_missing"],
  ])("of %s is refused: %s", async (method, error, code) => {
    const refusal = { error, id: "1", success: false, type: "rpc", name: "FreeholdError", code };
    expect(await call(method)).toEqual([JSON.stringify(refusal)]);
    expect(touched).toBe(0);
  });

  test.each([
    ["fail", [], "failed"],
    ["fail", ["text"], "Unknown error occurred"],
  ])("that fails (%s %j) is answered with: %s", async (method, args, error) => {
    expect(await call(method, ...args)).toEqual([
      JSON.stringify({ error, id: "1", success: false, type: "rpc" }),
    ]);
    expect(events).toEqual([["rpc:error", { method, error }]]);
  });

  test("whose result JSON cannot carry is answered with an error", async () => {
    expect(JSON.parse((await call("cycle"))[0] as string)).toMatchObject({
      success: false,
      id: "1",
    });
  });

  test("whose client is gone is answered nobody, without a failure", async () => {
    socket.readyState = 3;
    expect(await call("hello", "you")).toEqual([]);
  });
});

describe("a stream", () => {
  test("sends chunks and one end", async () => {
    expect(await call("stream", "")).toEqual([
      '{"done":false,"id":"1","result":1,"success":true,"type":"rpc"}',
      '{"done":true,"id":"1","success":true,"type":"rpc"}',
    ]);
  });

  test("that fails ends with the error", async () => {
    expect((await call("stream", "fail"))[1]).toBe(
      '{"error":"broke","id":"1","success":false,"type":"rpc"}',
    );
    expect(events).toContainEqual(["rpc:error", { method: "stream", error: "broke" }]);
  });
});

describe("a call and its connection", () => {
  test("a streaming method that returns without an end has ended", async () => {
    expect(await call("forgets")).toEqual([
      '{"done":false,"id":"1","result":"all I have to say","success":true,"type":"rpc"}',
      '{"done":true,"id":"1","success":true,"type":"rpc"}',
    ]);
  });

  test("a stream that a method returns is sent in chunks, and cancelled with the caller", async () => {
    const done = { id: "1", success: true, type: "rpc" };
    expect((await call("chunks", [])).map((text) => JSON.parse(text as string))).toEqual([
      { ...done, done: false, result: 1 },
      { ...done, done: false, result: 2 },
      { ...done, done: true },
    ]);
    const [rpc, record] = [dispatcher(), connect()];
    const cancelled: unknown[] = [];
    socket.send = () => rpc.closed(record);
    await rpc.dispatch(record, { type: "rpc", id: "2", method: "chunks", args: [cancelled] });
    expect(cancelled).toMatchObject([{ code: "connection_closed" }]);
  });

  test("a closed connection aborts what streams to it", async () => {
    const [rpc, record] = [dispatcher(), connect()];
    const seen: AbortSignal[] = [];
    const args = [seen];
    const running = rpc.dispatch(record, { type: "rpc", id: "1", method: "waits", args });
    expect(seen[0]?.aborted).toBe(false);
    rpc.closed(record);
    await running;
    expect([seen[1]?.aborted, socket.sent]).toEqual([true, []]);
  });

  test("no more calls run at once than are allowed", async () => {
    const [rpc, record] = [dispatcher({ maxConcurrentCalls: 1 }), connect()];
    const first = rpc.dispatch(record, { type: "rpc", id: "1", method: "waits", args: [[]] });
    await rpc.dispatch(record, { type: "rpc", id: "2", method: "hello", args: [] });
    expect(JSON.parse(socket.sent[0] as string)).toMatchObject({ id: "2", code: "too_many_calls" });
    rpc.closed(record);
    await first;
    await rpc.dispatch(record, { type: "rpc", id: "3", method: "hello", args: ["x"] });
    expect(JSON.parse(socket.sent[1] as string)).toMatchObject({ id: "3", success: true });
  });
});

describe("the context of a method", () => {
  test("has the agent alone when it is called from outside or by another agent", () => {
    const other = contextOf({}, { request: new Request("http://x") });
    expect(agent.where()).toMatchObject({ agent, request: undefined });
    expect(agentContext.run(other, () => agent.where())).toMatchObject({
      agent,
      request: undefined,
    });
    expect(agent._private()).toBeUndefined();
  });

  test("is kept inside the same agent", () => {
    const request = new Request("http://x");
    const context = contextOf(agent, { request });
    expect(agentContext.run(context, () => agent.where())).toMatchObject({ agent, request });
  });
});

test("the callable methods have their descriptions", () => {
  const methods = callableMethods(Child.prototype);
  expect([...methods.keys()].sort()).toEqual([
    "chunks",
    "cycle",
    "fail",
    "forgets",
    "hello",
    "stream",
    "waits",
    "where",
  ]);
  expect(methods.get("hello")?.metadata).toEqual({ description: "says hello" });
});
