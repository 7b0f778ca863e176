import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { hostLimits } from "../limits.ts";
import { WebSocketPair } from "../sockets/pair.ts";
import type { WebSocket } from "../sockets/web-socket.ts";
import { settled, setUp, TestObject } from "./test-kit.ts";

let log: string[] = [];

class Test extends TestObject {
  made = Math.random();
  async block(ms: number) {
    await this.ctx.blockConcurrencyWhile(() => new Promise((resolve) => setTimeout(resolve, ms)));
  }
  which() {
    return this.made;
  }
  length(value: Uint8Array) {
    return value.byteLength;
  }
  waitFor(ms: number) {
    this.ctx.waitUntil(new Promise((resolve) => setTimeout(resolve, ms)));
  }
  accept(ms: number) {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    (this.ctx as unknown as EventTimeouts).setHibernatableWebSocketEventTimeout(ms);
    clients.push(client);
  }
  async webSocketMessage(_socket: WebSocket, message: string) {
    log.push(`${message} begins`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    log.push(`${message} ends`);
  }
  async readWhileBlocked(stream: ReadableStream<Uint8Array>) {
    const reading = this.#read(stream);
    await this.block(50);
    log.push("unblocked");
    await reading;
  }
  async #read(stream: ReadableStream<Uint8Array>) {
    for await (const chunk of stream) log.push(`chunk ${chunk.length}`);
  }
  async fetchWhileBlocked(url: string) {
    const fetching = fetch(url).then(() => log.push("answer"));
    await this.block(50);
    log.push("unblocked");
    await fetching;
  }
}

interface EventTimeouts {
  setHibernatableWebSocketEventTimeout(ms: number): void;
}

const clients: WebSocket[] = [];

beforeAll(installGlobals);

describe("too many calls", () => {
  test("are 50,001 by default", async () => {
    const { stub, clock } = setUp({ Test });
    const target = stub();
    const blocking = target.block!(50);
    await settled();
    let refused = 0;
    const calls = Array.from({ length: 50_001 }, () =>
      target.which!().then(undefined, () => {
        refused += 1;
      }),
    );
    await settled();
    expect(refused).toBe(1);
    await clock.advance(50);
    await Promise.all([blocking, ...calls]);
    expect(refused).toBe(1);
  });

  test("are turned away while those that wait are served", async () => {
    const { stub, clock } = setUp({ Test }, { limits: hostLimits({ queuedCalls: 3 }) });
    const target = stub();
    const blocking = target.block!(50);
    await settled();
    const calls = Array.from({ length: 5 }, () =>
      target.which!().then(
        () => "served",
        (error: unknown) => error,
      ),
    );
    await clock.advance(50);
    await blocking;
    const outcomes = await Promise.all(calls);
    expect(outcomes.slice(0, 3)).toEqual(["served", "served", "served"]);
    for (const error of outcomes.slice(3)) {
      expect(error).toMatchObject({
        message: "Durable Object is overloaded. Too many requests queued.",
        overloaded: true,
      });
      expect(error).not.toHaveProperty("remote");
    }
    expect(typeof (await target.which!())).toBe("number");
  });
});

describe("too much data that waits", () => {
  test("is turned away, but never a call that is alone", async () => {
    const { stub, clock } = setUp({ Test }, { limits: hostLimits({ queuedBytes: 10_000 }) });
    const target = stub();
    expect(await target.length!(new Uint8Array(50_000))).toBe(50_000);
    const blocking = target.block!(50);
    await settled();
    const sizes = [50_000, 2000, 10, 2000];
    const calls = sizes.map((size) =>
      target.length!(new Uint8Array(size)).then(undefined, (error: unknown) => error),
    );
    await clock.advance(50);
    await blocking;
    const [first, second, third, fourth] = await Promise.all(calls);
    expect([first, third]).toEqual([50_000, 10]);
    for (const error of [second, fourth]) {
      expect(error).toMatchObject({
        message: "Durable Object is overloaded. Too much data queued.",
        overloaded: true,
      });
      expect(error).not.toHaveProperty("remote");
      expect(error).not.toHaveProperty("durableObjectReset");
    }
    expect(await target.length!(new Uint8Array(9000))).toBe(9000);
  });
});

describe("waitUntil", () => {
  test("keeps an object for 15 minutes and no longer", async () => {
    const { stub, clock } = setUp({ Test });
    const target = stub();
    const first = await target.which!();
    await target.waitFor!(60 * 60_000);
    await clock.advance(15 * 60_000 + 60_000);
    expect(await target.which!()).toBe(first);
    await clock.advance(71_000);
    expect(await target.which!()).not.toBe(first);
  });
});

describe("an event of a hibernatable socket", () => {
  test("may take as long as the object says; then nothing of it goes on", async () => {
    log = [];
    const { stub, clock } = setUp({ Test });
    await stub().accept!(150);
    const client = clients.at(-1)!;
    client.accept();
    client.send("short");
    await clock.advance(100);
    expect(log).toEqual(["short begins", "short ends"]);
    await stub().accept!(50);
    client.send("long");
    await clock.advance(500);
    expect(log.slice(2)).toEqual(["long begins"]);
    expect(typeof (await stub().which!())).toBe("number");
    expect(client.readyState).toBe(1);
  });
});

describe("what comes from streams and the network", () => {
  test("is read behind the input gate", async () => {
    log = [];
    const { stub, clock } = setUp({ Test });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const call = stub().readWhileBlocked!(readable);
    await settled();
    const writer = writable.getWriter();
    void writer.write(new Uint8Array(3));
    void writer.close();
    await settled();
    expect(log).toEqual([]);
    await clock.advance(50);
    await call;
    expect(log).toEqual(["unblocked", "chunk 3"]);
  });

  test("is answered behind the input gate", async () => {
    log = [];
    const server = createServer((_request, response) => response.end("fine"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { stub, clock } = setUp({ Test });
    const call = stub().fetchWhileBlocked!(`http://127.0.0.1:${port}/`);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(log).toEqual([]);
    await clock.advance(50);
    await call;
    expect(log).toEqual(["unblocked", "answer"]);
    await new Promise((resolve) => server.close(resolve));
  });
});
