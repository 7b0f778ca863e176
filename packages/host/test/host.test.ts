import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket as Client } from "ws";
import { createHost, type Host, type HostOptions, type Logger, loadModule } from "../src/index.ts";
import { TestClock } from "../src/test-clock.ts";
import { testConfig } from "./fixtures/config.ts";

const WORKER = fileURLToPath(new URL("./fixtures/worker.ts", import.meta.url));

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-host-"));
  cleanUp.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function start(options: Partial<HostOptions> = {}) {
  const logged: string[] = [];
  const note = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    logged.push(`${message} ${fields.error ?? ""}`);
  };
  const log: Logger = { debug: note, info: note, warn: note, error: note };
  const dataDirectory = options.dataDirectory ?? (await temporaryDirectory());
  const host: Host = await createHost({
    worker: loadModule(WORKER),
    config: testConfig,
    log,
    durability: "memory",
    ...options,
    dataDirectory,
  });
  cleanUp.push(() => host.close());
  const { url, port } = await host.listen({ port: 0 });
  return { host, url, port, logged, dataDirectory };
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** A client that collects what it receives. */
async function open(port: number, path: string) {
  const client = new Client(`ws://127.0.0.1:${port}${path}`);
  const frames: string[] = [];
  client.on("message", (data) => frames.push(String(data)));
  await once(client, "open");
  return { client, frames, parsed: () => frames.map((frame) => JSON.parse(frame)) };
}

describe("a host", () => {
  test("says what helps where it cannot listen", async () => {
    const { host, port } = await start();
    const refusal = { code: "LISTEN_FAILED" };
    await expect(host.listen({ port })).rejects.toMatchObject({
      ...refusal,
      help: expect.stringContaining("another port"),
    });
    // Kept for examples in documents: no machine has it.
    await expect(host.listen({ port: 0, hostname: "192.0.2.1" })).rejects.toMatchObject({
      ...refusal,
      help: expect.stringContaining("127.0.0.1"),
    });
  });

  test("serves an object with SQL over HTTP, and remembers", async () => {
    const { host, url, dataDirectory } = await start({ durability: "strict" });
    expect(await json(`${url}/room/a/b?c`)).toEqual({ value: 1, name: "a", path: "/room/a/b" });
    expect(await json(`${url}/increment/a?by=4`)).toBe(5);
    await host.close();
    const again = await start({ dataDirectory });
    expect(await json(`${again.url}/increment/a`)).toBe(6);
  });

  test("gives modules and handlers the same env, and loopback exports", async () => {
    const { url } = await start();
    expect(await json(`${url}/env`)).toEqual({
      keys: ["GREETING", "LIMIT", "ROOM"],
      same: 3,
      greeting: "Hello",
      agent: "Cloudflare-Workers",
    });
    expect(await json(`${url}/exports`)).toEqual({
      keys: ["Greeter", "Room", "default"],
      plain: "Hello nobody",
      props: "Hello Ada",
      room: 2,
    });
  });

  test("answers 500 with no detail, and with detail in development", async () => {
    const { url, logged } = await start();
    for (const path of ["/throw", "/object-throws", "/bad-101", "/not-a-response"]) {
      const response = await fetch(`${url}${path}`);
      expect([response.status, await response.text()]).toEqual([500, "Internal Server Error\n"]);
    }
    expect(logged).toHaveLength(4);
    const development = await start({ development: true });
    const text = await (await fetch(`${development.url}/throw`)).text();
    expect(text).toMatch(/^Error: worker failed\n {4}at .*worker\.ts/s);
  });

  test("lets the Worker hold an object's socket itself", async () => {
    const { url } = await start();
    expect(await json(`${url}/socket-in-worker`)).toEqual({
      text: "from the worker",
      count: 1,
      instance: "same",
      stored: 1,
    });
  });

  test("hibernates objects and keeps their sockets, tags and attachments", async () => {
    const clock = new TestClock();
    const { port } = await start({ clock });
    const { client, frames, parsed } = await open(port, "/room/h?tag=me");
    client.send("one");
    client.send(Buffer.from([1, 2, 3]));
    await vi.waitFor(() => expect(frames).toHaveLength(2));
    await clock.advance(11_000);
    client.send("after");
    await vi.waitFor(() => expect(frames).toHaveLength(3));
    expect(parsed()).toEqual([
      { text: "one", count: 1, instance: "same", stored: 1 },
      { text: "3 bytes", count: 2, instance: "same", stored: 2 },
      { text: "after", count: 3, instance: "new", stored: 3 },
    ]);
    client.close(4001, "bye");
    expect((await once(client, "close"))[0]).toBe(4001);
  });

  test("tells an object how a client left", async () => {
    const { port, url } = await start();
    const closing = await open(port, "/room/leave");
    closing.client.close(4000, "done");
    const dropping = await open(port, "/room/leave");
    dropping.client.terminate();
    await vi.waitFor(async () =>
      expect(((await json(`${url}/reminders/leave`)) as string[]).sort()).toEqual([
        "closed 1006 WebSocket disconnected without sending Close frame.",
        "closed 4000 done",
      ]),
    );
  });

  test("runs alarms by its clock, and wakes hibernated objects for them", async () => {
    const clock = new TestClock();
    const { port, url } = await start({ clock });
    const { frames } = await open(port, "/room/alarmed");
    await fetch(`${url}/remind/alarmed?in=60000`);
    await clock.advance(59_000);
    expect(frames).toEqual([]);
    await clock.advance(2000);
    await vi.waitFor(() => expect(frames).toEqual(["alarm"]));
    expect(await json(`${url}/reminders/alarmed`)).toEqual(["alarm of alarmed"]);
  });

  test("fires an alarm that came due while it was down", async () => {
    const clock = new TestClock();
    const { host, url, dataDirectory } = await start({ clock, durability: "strict" });
    await fetch(`${url}/remind/late?in=60000`);
    await host.close();
    await clock.advance(3_600_000);
    const again = await start({ clock, dataDirectory });
    await vi.waitFor(async () => {
      await clock.advance(10);
      expect(await json(`${again.url}/reminders/late`)).toEqual(["alarm of late"]);
    });
  });

  test("swaps the code while sockets stay open", async () => {
    const { host, port, url } = await start({ development: true });
    const { client, frames, parsed } = await open(port, "/room/swap");
    client.send("old code");
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    await host.reload();
    client.send("new code");
    await vi.waitFor(() => expect(frames).toHaveLength(2));
    expect(parsed().map(({ instance, stored }) => [instance, stored])).toEqual([
      ["same", 1],
      ["new", 2],
    ]);
    await expect(host.reload(async () => ({}))).rejects.toMatchObject({
      code: "CLASS_NOT_EXPORTED",
    });
    expect(await json(`${url}/increment/swap`)).toBe(3);
    client.terminate();
  });

  test("closes in order: sockets with 1001, requests refused, a second call harmless", async () => {
    const { host, port, url } = await start();
    const { client } = await open(port, "/room/end");
    const closed = once(client, "close");
    await Promise.all([host.close(), host.close()]);
    expect((await closed)[0]).toBe(1001);
    await expect(fetch(url)).rejects.toThrow();
    await expect(host.fetch(new Request("http://x/"))).rejects.toMatchObject({
      code: "HOST_CLOSED",
    });
  });

  test("refuses a Worker that lacks what its bindings name, and frees its directory", async () => {
    const dataDirectory = await temporaryDirectory();
    const attempt = (worker: HostOptions["worker"]) =>
      createHost({ worker, config: testConfig, dataDirectory });
    await expect(attempt(async () => ({ default: {} }))).rejects.toMatchObject({
      code: "CLASS_NOT_EXPORTED",
    });
    await expect(attempt(async () => ({ Room: "no class" }))).rejects.toMatchObject({
      code: "CLASS_NOT_EXPORTED",
      message: "The Worker does not export a class named Room.",
    });
    await expect(attempt(loadModule("/nowhere/worker.js"))).rejects.toMatchObject({
      code: "MODULE_NOT_FOUND",
    });
    await start({ dataDirectory });
  });
});

describe("hostile input", () => {
  test("names of any shape stay names, and no file leaves the data directory", async () => {
    const { url, dataDirectory } = await start({ durability: "strict" });
    const names = [
      "..",
      "../../escape",
      "a/b",
      "\0",
      "x".repeat(4000),
      "CON",
      "-rf",
      "é\u{1F600}",
      "\u202e",
      "'; DROP TABLE counter; --",
      " ",
    ];
    for (const name of names) {
      const response = await fetch(`${url}/increment/?name=${encodeURIComponent(name)}`);
      expect([name, await response.json()]).toEqual([name, 1]);
    }
    // A lone surrogate has no encoding; what stands for it is an ordinary name, or no name at all.
    expect(await json(`${url}/increment/?name=%ed%a0%80`)).toBe(1);
    expect((await fetch(`${url}/increment/%ed%a0%80`)).status).toBe(500);
    expect((await fetch(`${url}/increment/%`)).status).toBe(500);
    expect(await json(`${url}/increment/a`)).toBe(1);
    const files = await readdir(dataDirectory, { recursive: true });
    for (const file of files) {
      expect(file).toMatch(
        /^(host\.|objects$|objects\/test-Room(\/[0-9a-f]{2}(\/[0-9a-f]{64}\.sqlite(-wal|-shm)?)?)?$)/,
      );
    }
  });

  test("frames of any shape reach the object or end the socket, never the host", async () => {
    const { port, url } = await start();
    const { client, frames } = await open(port, "/room/frames");
    client.send("");
    client.send("\0\u{10FFFF}");
    client.send(Buffer.alloc(0));
    await vi.waitFor(() => expect(frames).toHaveLength(3));
    client.terminate();
    const large = await open(port, "/room/large");
    large.client.on("error", () => undefined);
    large.client.send(Buffer.alloc(32 * 1024 * 1024 + 1));
    expect((await once(large.client, "close"))[0]).toBe(1009);
    expect(await json(`${url}/reminders/large`)).toEqual([
      "error WebSocket protocol error; protocolError.statusCode = 1009; protocolError.description = Message is too large",
    ]);
    expect(await json(`${url}/increment/other`)).toBe(1);
  });
});
