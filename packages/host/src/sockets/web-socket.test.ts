import { once } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { compatibilityFlags } from "../globals/compatibility.ts";
import { WebSocketPair, WebSocketRequestResponsePair } from "./pair.ts";
import { setSocketDefaults, socketDefaultsOf, WebSocket } from "./web-socket.ts";

function record(socket: WebSocket, name: string, log: string[]): void {
  socket.addEventListener("message", (event) => {
    const { data } = event as MessageEvent;
    log.push(`${name} message ${typeof data === "string" ? data : data.constructor.name}`);
  });
  socket.addEventListener("close", (event) => {
    const { code, reason, wasClean } = event as CloseEvent;
    log.push(`${name} close ${code} ${reason} ${wasClean} state ${socket.readyState}`);
  });
}

/** Like a program on workerd, whose trace these expectations are. */
describe("WebSocketPair", () => {
  test("keeps what was sent until the other end accepts, and closes both ends", async () => {
    const log: string[] = [];
    const [one, other] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    one.accept();
    one.send("early");
    one.send(new Uint8Array([1, 2]));
    other.accept();
    record(other, "other", log);
    record(one, "one", log);
    Object.assign(other, { onmessage: () => log.push("handler property") });
    one.send("late");
    log.push("still synchronous");
    await vi.waitFor(() => expect(log).toContain("other message late"));
    one.close(4001, "bye");
    log.push(`state ${one.readyState}`);
    await vi.waitFor(() => expect(log.at(-1)).toMatch("one close"));
    expect(log).toEqual([
      "still synchronous",
      "handler property",
      "other message early",
      "handler property",
      "other message Blob",
      "handler property",
      "other message late",
      "state 2",
      "other close 4001 bye true state 3",
      "one close 4001 bye true state 3",
    ]);
    expect(() => other.send("x")).toThrow(
      new TypeError("Can't call WebSocket send() after close()."),
    );
  });

  test("an end that allows half-open sends on after the peer's Close", async () => {
    const log: string[] = [];
    const { 0: one, 1: other } = new WebSocketPair();
    one.accept();
    other.accept({ allowHalfOpen: true });
    record(one, "one", log);
    record(other, "other", log);
    one.close();
    await vi.waitFor(() => expect(log).toHaveLength(1));
    other.send("still");
    other.close(4002, "r");
    await vi.waitFor(() => expect(log).toHaveLength(3));
    expect(log).toEqual([
      "other close 1005  true state 2",
      "one message still",
      "one close 4002 r true state 3",
    ]);
    expect([one.readyState, other.readyState]).toEqual([3, 3]);
  });

  test("bytes are copied when they are sent", async () => {
    const { 0: one, 1: other } = new WebSocketPair();
    one.accept();
    other.accept();
    other.binaryType = "arraybuffer";
    const received: unknown[] = [];
    other.addEventListener("message", (event) => received.push((event as MessageEvent).data));
    const bytes = new Uint8Array([1, 2, 3]);
    one.send(bytes.subarray(1));
    bytes.fill(9);
    await vi.waitFor(() => expect(received).toEqual([new Uint8Array([2, 3]).buffer]));
  });

  test("is made of extensible objects without properties of their own", () => {
    const pair = new WebSocketPair();
    expect(Object.keys(pair)).toEqual(["0", "1"]);
    expect([...pair]).toEqual([pair[0], pair[1]]);
    const socket = Object.assign(pair[0], { id: "a", state: null, setState: () => undefined });
    expect(Object.keys(socket)).toEqual(["id", "state", "setState"]);
    Reflect.deleteProperty(socket, "state");
    Object.defineProperties(socket, { state: { get: () => 1, configurable: true } });
    expect(socket.state).toBe(1);
    expect([socket.OPEN, WebSocket.READY_STATE_CLOSED, String(socket)]).toEqual([
      1,
      3,
      "[object WebSocket]",
    ]);
  });
});

declare module "./web-socket.ts" {
  interface WebSocket {
    readonly OPEN: 1;
  }
  namespace WebSocket {
    const READY_STATE_CLOSED: 3;
  }
}

describe("an older compatibility date", () => {
  const defaultsAt = (date: string) => socketDefaultsOf(compatibilityFlags(date, []));

  afterEach(() => setSocketDefaults(defaultsAt("2026-06-11")));

  test("has array buffers and answers no Close by itself", async () => {
    setSocketDefaults(defaultsAt("2026-01-01"));
    const log: string[] = [];
    const { 0: one, 1: other } = new WebSocketPair();
    one.accept();
    other.accept();
    record(other, "other", log);
    one.send(new Uint8Array(1));
    one.close(4000, "x");
    await vi.waitFor(() =>
      expect(log).toEqual(["other message ArrayBuffer", "other close 4000 x true state 2"]),
    );
    expect(defaultsAt("2026-03-20")).toEqual({ binaryType: "blob", answersClose: false });
  });
});

describe("rules", () => {
  const fresh = () => new WebSocketPair()[0];
  const accepted = () => {
    const socket = fresh();
    socket.accept();
    return socket;
  };

  test("an end that nobody accepted neither sends nor closes", () => {
    const text =
      "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.";
    expect(() => fresh().send("x")).toThrow(new TypeError(text));
    expect(() => fresh().close()).toThrow(new TypeError(text));
    expect(fresh().readyState).toBe(1);
  });

  test.each([999, 1004, 1005, 1006, 1015, 5000])("refuses the close code %d", (code) => {
    expect(() => accepted().close(code)).toThrow(
      new DOMException(`Invalid WebSocket close code: ${code}.`, "InvalidAccessError"),
    );
  });

  test.each([1000, 1012, 2999, 4999])("takes the close code %d", (code) => {
    const socket = accepted();
    socket.close(code);
    socket.close(code);
    expect(socket.readyState).toBe(2);
  });

  test("reasons need a code and fit into a frame", () => {
    expect(() => accepted().close(undefined, "")).toThrow(/you must also specify a code/);
    expect(() => accepted().close(1000, "é".repeat(62))).toThrow(/123 bytes/);
    accepted().close(1000, "é".repeat(61));
  });

  test("attachments are copies of at most 16,384 bytes", () => {
    const socket = fresh();
    expect(socket.deserializeAttachment()).toBe(null);
    const value = { a: [1] };
    WebSocket.prototype.serializeAttachment.call(socket, value);
    value.a.push(2);
    const first = WebSocket.prototype.deserializeAttachment.call(socket);
    expect(first).toEqual({ a: [1] });
    expect(socket.deserializeAttachment()).not.toBe(first);
    socket.serializeAttachment("x".repeat(16_379));
    expect(() => socket.serializeAttachment("x".repeat(16_380))).toThrow(
      new Error(
        "A WebSocket 'attachment' cannot be larger than 16384 bytes.'attachment' was 16385 bytes.",
      ),
    );
    expect(() => socket.serializeAttachment(() => 1)).toThrow(/could not be cloned/);
    expect(() => WebSocket.prototype.serializeAttachment.call({} as WebSocket, 1)).toThrow(
      TypeError,
    );
  });

  test("pairs of request and response are small", () => {
    const pair = new WebSocketRequestResponsePair("ping", "pong");
    expect([pair.request, pair.response, Object.keys(pair)]).toEqual(["ping", "pong", []]);
    expect(() => new WebSocketRequestResponsePair("a".repeat(2049), "b")).toThrow(
      new RangeError(
        "Request cannot be larger than 2048 bytes. A request of size 2049 was provided.",
      ),
    );
  });

  test.each([
    ["nope", undefined, "The url is invalid."],
    ["ftp://x", undefined, "The url scheme must be ws or wss."],
    ["ws://x/#a", undefined, "The url fragment must be empty."],
    ["ws://x", ["a", "a"], "The protocols header cannot have repeating values."],
    ["ws://x", ["a b"], "One of the protocol header tokens is invalid."],
  ])("new WebSocket(%s, %s) is refused", (url, protocols, text) => {
    expect(() => new WebSocket(url, protocols)).toThrow(
      new DOMException(`WebSocket Constructor: ${text}`, "SyntaxError"),
    );
  });
});

describe("client", () => {
  test("connects, talks and closes", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    try {
      server.on("connection", (peer) => {
        peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));
      });
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      const socket = new WebSocket(`ws://127.0.0.1:${port}/path`, "chat");
      const log: string[] = [];
      record(socket, "client", log);
      expect(socket.readyState).toBe(0);
      expect(() => socket.send("x")).toThrow(TypeError);
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      expect([socket.readyState, socket.protocol, socket.url]).toEqual([
        1,
        "chat",
        `ws://127.0.0.1:${port}/path`,
      ]);
      socket.send("hello");
      socket.send(new Uint8Array(3));
      const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
      await vi.waitFor(() => expect(log).toHaveLength(2));
      socket.close(4000, "done");
      await closed;
      expect(log).toEqual([
        "client message hello",
        "client message Blob",
        "client close 4000 done true state 3",
      ]);
    } finally {
      server.close();
    }
  });

  test("tells of a connection that fails", async () => {
    const socket = new WebSocket("ws://127.0.0.1:1/");
    const log: string[] = [];
    record(socket, "client", log);
    socket.addEventListener("error", (event) => log.push(`error ${Reflect.get(event, "message")}`));
    await new Promise((resolve) => socket.addEventListener("close", resolve));
    expect(log).toEqual([
      "error Uncaught Error: Network connection lost.",
      "client close 1006 Failed to establish websocket connection false state 3",
    ]);
  });
});
