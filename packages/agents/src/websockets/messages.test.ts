import { beforeEach, describe, expect, test, vi } from "vitest";
import { FakeSocket } from "../../test/support/fakes.ts";
import { testServices } from "../../test/support/services.ts";
import { Connections } from "../connections/connections.ts";
import { currentContext } from "../context.ts";
import { type InternalServices, LifecycleCapability, servicesOf } from "../lifecycle/capability.ts";
import { RpcDispatcher } from "../rpc/dispatch.ts";
import { ConnectionFlag } from "../schema.ts";
import { Messages } from "./messages.ts";
import type { ConnectionLimits, InternalHandlers, WebSocketsOptions } from "./options.ts";
import { Protocol } from "./protocol.ts";

class Holder extends LifecycleCapability {
  constructor() {
    super("holder");
  }

  get services(): InternalServices {
    return servicesOf(this);
  }
}

interface SetUp {
  handlers?: InternalHandlers[];
  limits?: ConnectionLimits;
  protocol?: WebSocketsOptions["protocol"];
  settle?: (error: unknown) => Promise<void>;
}

function setUp({ handlers = [], limits, protocol: wanted, settle }: SetUp = {}) {
  const world = testServices();
  const { services } = world.install(new Holder());
  const connections = new Connections(services.sockets, services.host);
  let value: unknown = "first";
  const state = {
    get: () => value,
    set: (next: unknown) => {
      value = next;
    },
  };
  const protocol = new Protocol({
    ...{ connections, clock: services.clock, state: state as never, sendsIdentity: true },
    identity: () => ({ name: "n", agent: "a" }),
  });
  const hello = { run: () => "hello", metadata: {} };
  const calls = {
    ...{ target: {}, methods: new Map([["hello", hello]]), hides: () => false },
    ...{ failure: String, unserializable: String },
  };
  const rpc = new RpcDispatcher(calls, () => undefined);
  const options = wanted === undefined ? { state } : { state, protocol: wanted };
  const ports = { services, connections, protocol, rpc, limits, settle };
  const messages = new Messages({ ...ports, options: options as never, handlers: () => handlers });
  const socket = new FakeSocket();
  const record = connections.provisional(socket.asWebSocket, "me", "http://x");
  connections.accept(record, []);
  const frames = () => socket.sent.map((text) => JSON.parse(text as string));
  return { ...world, messages, record, socket, frames, connections, state };
}

beforeEach(() => void vi.spyOn(console, "error").mockReset().mockReturnValue());

describe("a message", () => {
  test("that is a call or about the state never reaches a handler", async () => {
    const onMessage = vi.fn();
    const it = setUp({ handlers: [{ onMessage }] });
    await it.messages.message(it.record, '{"type":"rpc","id":"1","method":"hello","args":[]}');
    await it.messages.message(it.record, '{"type":"cf_agent_state","state":"second"}');
    await it.messages.message(it.record, '{"type":"cf_agent_state_patch","enabled":true}');
    expect(it.frames()).toMatchObject([{ result: "hello" }, { state: "second" }]);
    expect(it.record.flag(ConnectionFlag.STATE_PATCHES)).toBe(true);
    expect(onMessage).not.toHaveBeenCalled();
  });

  test("goes to one handler after the other, parsed, until one claims it", async () => {
    const seen: unknown[] = [];
    const handler = (name: string, claims: boolean): InternalHandlers => ({
      onMessage: (connection, message, frame) => {
        seen.push([name, message, frame, currentContext().connection === connection]);
        return claims;
      },
    });
    const it = setUp({
      handlers: [handler("a", false), {}, handler("b", true), handler("c", true)],
    });
    await it.messages.message(it.record, '{"mine":1}');
    const bytes = new ArrayBuffer(1);
    await it.messages.message(it.record, bytes);
    expect(seen).toEqual([
      ["a", '{"mine":1}', { mine: 1 }, true],
      ["b", '{"mine":1}', { mine: 1 }, true],
      ["a", bytes, undefined, true],
      ["b", bytes, undefined, true],
    ]);
  });

  test("about the state belongs to the host where it sends the protocol itself", async () => {
    const onMessage = vi.fn();
    const it = setUp({ handlers: [{ onMessage }], protocol: false });
    await it.messages.message(it.record, '{"type":"cf_agent_state","state":"second"}');
    expect([it.state.get(), onMessage.mock.calls.length]).toEqual(["first", 1]);
  });

  test("whose handler fails is shown to the host, or fails", async () => {
    const onMessage = () => Promise.reject(new Error("no"));
    const settle = vi.fn(async () => undefined);
    const settled = setUp({ handlers: [{ onMessage }], settle });
    await settled.messages.message(settled.record, "x");
    expect(settle).toHaveBeenCalledExactlyOnceWith(new Error("no"));
    const plain = setUp({ handlers: [{ onMessage }] });
    await expect(plain.messages.message(plain.record, "x")).rejects.toThrow("no");
  });

  test("too many close the connection, and none of them is heard any more", async () => {
    const onMessage = vi.fn();
    const it = setUp({ handlers: [{ onMessage }], limits: { maxMessagesPerSecond: 1 } });
    for (let n = 0; n < 5; n++) await it.messages.message(it.record, "x");
    expect(onMessage).toHaveBeenCalledTimes(2);
    expect(it.socket.closedWith).toEqual([1013, "Too many messages"]);
  });
});

describe("a close", () => {
  test("is told to every handler, and answered with the same code", async () => {
    const closes: unknown[] = [];
    const onClose = (...[{ id }, ...rest]: [{ id: string }, ...unknown[]]) =>
      void closes.push([id, ...rest]);
    const it = setUp({ handlers: [{ onClose }, { onClose }] });
    await it.messages.close(it.record, 4001, "bye", true);
    expect(closes).toEqual([
      ["me", 4001, "bye", true],
      ["me", 4001, "bye", true],
    ]);
    expect(it.socket.closedWith).toEqual([4001, "bye"]);
    it.connections.broadcast("nobody hears");
    expect(it.socket.sent).toEqual([]);
  });

  test.each([1005, 1006, 1015])("with %i, which cannot be sent, is not answered", async (code) => {
    const it = setUp();
    await it.messages.close(it.record, code, "", false);
    expect(it.socket.closedWith).toBeUndefined();
  });

  test("is answered even when a handler fails", async () => {
    const it = setUp({ handlers: [{ onClose: () => Promise.reject(new Error("no")) }] });
    await expect(it.messages.close(it.record, 4001, "", true)).rejects.toThrow("no");
    expect(it.socket.closedWith).toEqual([4001, ""]);
  });
});

test("that a peer is gone is no error; other failures are told", async () => {
  const onError = vi.fn();
  const it = setUp({ handlers: [{ onError }] });
  await it.messages.error(it.record, new Error("odd"));
  it.socket.readyState = 3;
  await it.messages.error(it.record, new Error("Network connection lost."));
  await it.messages.error(it.record, Object.assign(new Error("any"), { retryable: true }));
  expect(onError.mock.calls).toEqual([[it.record.connection, new Error("odd")]]);
});
