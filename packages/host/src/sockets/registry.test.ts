import { describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import type { Channel } from "./channel.ts";
import { joinChannels } from "./memory-channel.ts";
import type { SocketEvent, SocketOwner } from "./object-sockets.ts";
import { WebSocketPair, WebSocketRequestResponsePair } from "./pair.ts";
import { createSocketRegistry } from "./registry.ts";
import { connectionOf, type WebSocket } from "./web-socket.ts";

type GlobalSocket = globalThis.WebSocket;

/** An object that records its events; its handlers settle when the test says so. */
function recordingOwner() {
  const events: (SocketEvent & { readonly socket: GlobalSocket })[] = [];
  const settle: (() => void)[] = [];
  let gate: Promise<void> | undefined;
  const owner: SocketOwner = {
    deliver(event, socket) {
      events.push({ ...event, socket: socket() });
      return new Promise((resolve) => {
        settle.push(resolve);
      });
    },
    gate: () => gate,
  };
  return {
    owner,
    events,
    settleAll: async () => {
      for (const resolve of settle.splice(0)) resolve();
      await Promise.resolve();
    },
    setGate: (promise: Promise<void> | undefined) => {
      gate = promise;
    },
  };
}

const key = { namespace: "w-Room", id: "0".repeat(64) };

function setUp() {
  const recorded = recordingOwner();
  const registry = createSocketRegistry(systemClock);
  const sockets = registry.of(key, recorded.owner);
  /** The client's end, listening, and the socket that the object accepts. */
  const open = (tags: readonly string[] = []) => {
    const { 0: client, 1: server } = new WebSocketPair();
    const seen: string[] = [];
    sockets.accept(server as unknown as GlobalSocket, tags);
    client.accept({ allowHalfOpen: true });
    client.addEventListener("message", (event) => seen.push(`${(event as MessageEvent).data}`));
    client.addEventListener("close", (event) => {
      const { code, reason } = event as CloseEvent;
      seen.push(`close ${code} ${reason}`);
    });
    return { client, server, seen };
  };
  return { ...recorded, registry, sockets, open };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe("hibernatable sockets", () => {
  test("are the same objects while the activation lives and new ones after", () => {
    const { sockets, events, open } = setUp();
    const { client, server } = open(["id"]);
    client.send("a");
    expect(events[0]?.socket).toBe(server);
    expect(sockets.list()).toEqual([server]);
    server.serializeAttachment({ user: 1 });
    Object.assign(server, { custom: 1 });
    sockets.hibernate();
    client.send("b");
    const renewed = events[1]?.socket as unknown as WebSocket;
    expect(renewed).not.toBe(server);
    expect(Object.keys(renewed)).toEqual([]);
    expect(sockets.list("id")).toEqual([renewed]);
    expect(renewed.deserializeAttachment()).toEqual({ user: 1 });
    expect(sockets.tags(renewed as unknown as GlobalSocket)).toEqual(["id"]);
  });

  test("what an ended activation sends is dropped", async () => {
    const { sockets, open } = setUp();
    const { server, seen } = open();
    sockets.hibernate();
    server.send("ghost");
    server.close(4000);
    await turn();
    expect(seen).toEqual([]);
  });

  test("messages are strings or array buffers", () => {
    const { events, open } = setUp();
    const { client } = open();
    client.send("text");
    client.send(new Uint8Array([1, 2]));
    expect(events.map((event) => event.type === "message" && event.data)).toEqual([
      "text",
      new Uint8Array([1, 2]).buffer,
    ]);
  });

  test("a Close is answered when the handler has settled, unless it answered", async () => {
    const { sockets, events, open, settleAll } = setUp();
    const silent = open();
    const talkative = open();
    silent.client.close(4001, "bye");
    talkative.client.close(4001, "bye");
    expect(events).toMatchObject([
      { type: "close", code: 4001, reason: "bye", wasClean: true },
      { type: "close", code: 4001, reason: "bye", wasClean: true },
    ]);
    expect(events[0]?.socket.readyState).toBe(2);
    expect(sockets.size).toBe(2);
    events[1]?.socket.close(4005, "mine");
    await turn();
    expect(silent.seen).toEqual([]);
    await settleAll();
    await turn();
    expect(silent.seen).toEqual(["close 4001 bye"]);
    expect(talkative.seen).toEqual(["close 4005 mine"]);
    expect(sockets.size).toBe(0);
  });

  test("frames wait for the output gate, in order", async () => {
    const { open, setGate } = setUp();
    const { server, seen } = open();
    const gate = Promise.withResolvers<void>();
    setGate(gate.promise);
    server.send("one");
    setGate(undefined);
    server.send("two");
    server.close(4000, "end");
    await turn();
    expect(seen).toEqual([]);
    expect(server.bufferedAmount).toBe(6);
    gate.resolve();
    await turn();
    await turn();
    expect(seen).toEqual(["one", "two", "close 4000 end"]);
  });

  test("frames behind a gate that fails never leave", async () => {
    const { open, setGate } = setUp();
    const { server, seen } = open();
    const gate = Promise.withResolvers<void>();
    setGate(gate.promise);
    server.send("secret");
    gate.reject(new Error("disk"));
    await turn();
    expect(seen).toEqual(["close 1006 WebSocket disconnected without sending Close frame."]);
  });

  test("automatic answers do not wake the object", async () => {
    const { sockets, events, open } = setUp();
    sockets.setAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    const { client, server, seen } = open();
    const socket = server as unknown as GlobalSocket;
    expect(sockets.getAutoResponseTimestamp(socket)).toBe(null);
    client.send("ping");
    client.send("ping ");
    await turn();
    expect(seen).toEqual(["pong"]);
    expect(events.map((event) => event.type === "message" && event.data)).toEqual(["ping "]);
    expect(sockets.getAutoResponseTimestamp(socket)).toBeInstanceOf(Date);
    sockets.setAutoResponse(undefined);
    expect(sockets.getAutoResponse()).toBe(null);
    expect(() => sockets.setAutoResponse({ request: "a", response: "b" })).toThrow(TypeError);
  });

  test("newest first without a tag, in order of acceptance with one", () => {
    const { sockets, open } = setUp();
    const all = [open(["a"]), open(["b"]), open(["a"])].map(({ server }) => server);
    expect(sockets.list()).toEqual([...all].reverse());
    expect(sockets.list("a")).toEqual([all[0], all[2]]);
    expect(sockets.list("c")).toEqual([]);
  });

  test("a reset takes all sockets down with no Close frame", async () => {
    const { sockets, open, events } = setUp();
    const { seen } = open(["x"]);
    sockets.terminateAll();
    await turn();
    expect(seen).toEqual(["close 1006 WebSocket disconnected without sending Close frame."]);
    expect([sockets.size, sockets.list("x"), events]).toEqual([0, [], []]);
  });

  test("the end of the host closes with 1001 and asks no object", async () => {
    const { registry, events, open } = setUp();
    const { client, seen } = open();
    client.addEventListener("close", () => client.close());
    await registry.close();
    await turn();
    expect(seen).toEqual(["close 1001 "]);
    expect(events).toEqual([]);
  });
});

describe("acceptWebSocket", () => {
  const attempt = (prepare: (pair: WebSocketPair) => void, tags: readonly string[] = []) => {
    const { sockets } = setUp();
    const pair = new WebSocketPair();
    prepare(pair);
    sockets.accept(pair[1] as unknown as GlobalSocket, tags);
  };

  test("refuses what is taken", () => {
    expect(() => attempt((pair) => pair[1].accept())).toThrow(
      new Error(
        "Cannot call `acceptWebSocket()` if the WebSocket was already accepted via `accept()`",
      ),
    );
    expect(() => attempt((pair) => pair[0].accept())).toThrow(/its pair has already been accepted/);
    const { sockets } = setUp();
    expect(() => sockets.accept({} as GlobalSocket, [])).toThrow(TypeError);
    const { server } = setUp().open();
    expect(() => server.accept()).toThrow(
      new TypeError("Can't accept() WebSocket after enabling hibernation."),
    );
  });

  test("limits tags", () => {
    const nothing = () => undefined;
    const eleven = Array.from({ length: 11 }, (_, index) => `tag ${index}`);
    expect(() => attempt(nothing, eleven)).toThrow(
      new Error("a Hibernatable WebSocket cannot have more than 10 tags"),
    );
    const long = "a".repeat(257);
    expect(() => attempt(nothing, [long])).toThrow(
      new Error(`"${long}" is longer than the max tag length (256 characters).`),
    );
    const { sockets, open } = setUp();
    const { server } = open(["a", "a", ""]);
    expect(sockets.tags(server as unknown as GlobalSocket)).toEqual(["a", ""]);
    const { 0: end } = new WebSocketPair();
    expect(() => sockets.tags(end as unknown as GlobalSocket)).toThrow(/you must call/);
    end.accept();
    expect(() => sockets.tags(end as unknown as GlobalSocket)).toThrow(/only hibernatable/);
  });

  test("limits event timeouts", () => {
    const { sockets } = setUp();
    sockets.setEventTimeout(5);
    expect(sockets.getEventTimeout()).toBe(5);
    sockets.setEventTimeout(0);
    expect(sockets.getEventTimeout()).toBe(null);
    expect(() => sockets.setEventTimeout(604_800_001)).toThrow(/604800000/);
    expect(() => sockets.setEventTimeout(-1)).toThrow(TypeError);
  });
});

test("a peer that sends faster than handlers finish is held back", async () => {
  const { sockets, settleAll, events } = setUp();
  const calls: string[] = [];
  const { 0: client, 1: server } = new WebSocketPair();
  sockets.accept(server as unknown as GlobalSocket, []);
  let send: (data: string | Uint8Array) => void = () => undefined;
  joinChannels(connectionOf(client)?.channel as Channel, {
    bufferedBytes: 0,
    send: () => undefined,
    close: () => undefined,
    terminate: () => undefined,
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
    listen: (listener) => {
      if (listener) send = (data) => listener.message(data);
    },
  });
  const large = new Uint8Array(20 * 1024 * 1024);
  for (let sent = 0; sent < 4; sent += 1) send(large);
  expect([events.length, calls]).toEqual([4, ["pause"]]);
  await settleAll();
  await turn();
  expect(calls).toEqual(["pause", "resume"]);
});
