import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { PassThrough, type Writable } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import * as ws from "ws";
import { Response } from "../http/response.ts";
import { serve } from "../http/test-server.ts";
import { forgetFrames, serverFrame } from "./frames.ts";
import { Outbox } from "./outbox.ts";
import { WebSocketPair } from "./pair.ts";

const { WebSocket: Client } = ws;
/** Reads frames. Its types leave it out. */
const Receiver = Reflect.get(ws, "Receiver") as new () => Writable;

/** What `ws` reads from bytes. */
async function read(bytes: Buffer): Promise<[data: Buffer, isBinary: boolean][]> {
  const receiver = new Receiver();
  const messages: [Buffer, boolean][] = [];
  receiver.on("message", (data: Buffer, isBinary: boolean) => messages.push([data, isBinary]));
  new PassThrough().end(bytes).pipe(receiver);
  await once(receiver, "finish");
  return messages;
}

describe("a frame", () => {
  test.each([0, 1, 125, 126, 65_535, 65_536, 100_000])("of %i bytes is read back", async (size) => {
    const bytes = Buffer.alloc(size, "é");
    const text = "é".repeat(Math.floor(size / 2)) + "e".repeat(size % 2);
    expect(await read(serverFrame(bytes))).toEqual([[bytes, true]]);
    expect(await read(serverFrame(text))).toEqual([[Buffer.from(text), false]]);
  });

  test("of any messages in a row is read back, equal ones among them", async () => {
    const message = fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array());
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 8 }), async (messages) => {
        const sent = messages.flatMap((one) => [one, one]);
        const expected = sent.map((one) => [Buffer.from(one), typeof one !== "string"]);
        expect(await read(Buffer.concat(sent.map(serverFrame)))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test("is made once for many peers, and is not kept", () => {
    const text = "to all of you";
    const first = serverFrame(text);
    expect(serverFrame(text)).toBe(first);
    forgetFrames();
    expect(serverFrame(text)).not.toBe(first);
  });
});

describe("an outbox", () => {
  const open: { end(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.end();
  });

  /** Both ends of a connection. */
  async function connection(): Promise<[here: Socket, there: Socket]> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const there = connect((server.address() as { port: number }).port, "127.0.0.1");
    const [here] = (await once(server, "connection")) as [Socket];
    const end = () => {
      for (const socket of [there, here]) socket.destroy();
      server.close();
    };
    open.push({ end });
    return [here, there];
  }

  test("keeps the order of frames, and writes those of one round at once", async () => {
    const [here, there] = await connection();
    const outbox = new Outbox(here);
    const sent = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    for (const text of sent) outbox.send(text);
    expect([outbox.bytes > 0, here.bytesWritten]).toEqual([true, 0]);
    const [chunk] = (await once(there, "data")) as [Buffer];
    expect((await read(chunk)).map(([data]) => String(data))).toEqual(sent);
    expect(outbox.bytes).toBe(0);
  });

  test("does not keep back much, nor anything from an end that comes in the same round", async () => {
    const [here, there] = await connection();
    const outbox = new Outbox(here);
    const large = Buffer.alloc(300_000, 7);
    for (let count = 0; count < 3; count++) {
      outbox.send("small");
      outbox.send(large);
    }
    expect(outbox.bytes).toBe(0);
    outbox.send("last");
    outbox.flush();
    here.end();
    const messages = await read(Buffer.concat(await there.toArray()));
    expect(messages.map(([data]) => data.length)).toEqual([5, 300_000, 5, 300_000, 5, 300_000, 4]);
  });

  test("has nothing to write to on a connection that has ended", async () => {
    const [here] = await connection();
    const outbox = new Outbox(here);
    here.destroy();
    outbox.send("too late");
    outbox.flush();
    expect([outbox.bytes, here.bytesWritten]).toEqual([0, 0]);
  });
});

test("frames leave before the Close that follows them", async () => {
  const { port } = await serve(() => {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.addEventListener("message", () => {
      for (let index = 0; index < 100; index++) server.send(String(index));
      server.close(4000, "done");
    });
    return new Response(null, { status: 101, webSocket: client });
  });
  const client = new Client(`ws://127.0.0.1:${port}/`);
  const frames: string[] = [];
  client.on("message", (data) => frames.push(String(data)));
  await once(client, "open");
  client.send("go");
  const [code, reason] = await once(client, "close");
  expect([frames.length, code, String(reason)]).toEqual([100, 4000, "done"]);
});
