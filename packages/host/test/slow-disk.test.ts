import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket as Client, WebSocketServer } from "ws";
import { prepareHost } from "../src/create-host.ts";
import type { Binding } from "../src/index.ts";
import { RunningHost } from "../src/running-host.ts";
import { breathe, SlowFiles, until } from "../src/storage/testing/slow-files.ts";
import { testConfig } from "./fixtures/config.ts";

/*
 * Nothing that an object does can be seen by anybody before what it wrote is on the disk. The disk
 * belongs to the test: it takes as long as the test wants, or fails.
 */

let directory: string;
let files: SlowFiles;
let host: RunningHost;
let url: string;
let outside: Server;
let target: string;
/** Requests and sockets that reached the outside. */
const arrived: string[] = [];
/** What other objects, services and bindings heard. */
const seen: string[] = [];
const clients: Client[] = [];

const mail: Binding = {
  name: "MAIL",
  create: ({ outside: leave }) => ({
    send: (text: string) =>
      leave(async () => {
        seen.push(text);
        return text;
      }),
  }),
};

beforeEach(async () => {
  (globalThis as Record<string, unknown>).seenBySlowDisk = seen;
  seen.length = 0;
  arrived.length = 0;
  directory = mkdtempSync(join(tmpdir(), "freehold-slow-disk-"));
  files = new SlowFiles();
  outside = createServer((request, response) => {
    arrived.push(String(request.url));
    response.end("ok");
  });
  const sockets = new WebSocketServer({ server: outside });
  sockets.on("connection", (socket) => {
    arrived.push("socket");
    socket.on("error", () => socket.terminate());
  });
  outside.listen(0, "127.0.0.1");
  await once(outside, "listening");
  target = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/outside`;
  host = await RunningHost.start({
    ...prepareHost({
      worker: async () => ({ ...(await import("./slow-disk/worker.ts")) }),
      config: {
        ...testConfig,
        services: [{ name: "GREETER", service: testConfig.name, entrypoint: "Greeter" }],
      },
      bindings: [mail],
      dataDirectory: directory,
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    }),
    files,
    drainMs: 0,
  });
  ({ url } = await host.listen({ port: 0 }));
  // File, catalogue and names are durable: from here on only the log is in question.
  expect(await (await fetch(`${url}/warm`)).text()).toBe("warm");
  await until(() => files.waiting.length === 0 && files.inFlight === 0);
});

afterEach(async () => {
  files.release();
  for (const client of clients.splice(0)) client.terminate();
  await host.close();
  outside.closeAllConnections();
  outside.close();
  rmSync(directory, { recursive: true, force: true });
});

const ignore = () => undefined;

/** Notes what comes of something, and when. */
function watch<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const state: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(state, { value }),
    (error: unknown) => Object.assign(state, { error }),
  );
  return state;
}

const textOf = async (path: string) => (await fetch(`${url}${path}`)).text();

/** The object has written, its log is being synced, and everything that could leave has had its time. */
async function untilHeld(): Promise<void> {
  await until(() => files.waiting.length > 0);
  await breathe(60);
}

async function connected(path: string): Promise<{ frames: string[]; client: Client }> {
  const client = new Client(`${url.replace("http", "ws")}${path}`);
  clients.push(client);
  const frames: string[] = [];
  client.on("message", (data) => frames.push(String(data)));
  client.on("close", (code, reason) => frames.push(`${code} ${reason}`));
  client.on("error", () => undefined);
  await once(client, "open");
  return { frames, client };
}

describe("what the caller sees waits for the disk", () => {
  test.each([
    ["an answer", "/respond", "written"],
    ["the answer to a read behind somebody's write", "/read", "read"],
    ["the result of a call", "/rpc", "result"],
    ["the error of a call", "/rpc-error", "after the write"],
  ])("%s", async (_, path, text) => {
    files.held = true;
    const first = path === "/read" ? watch(textOf("/respond")) : undefined;
    if (first !== undefined) await untilHeld();
    const answer = watch(textOf(path));
    await untilHeld();
    expect([answer, first ?? {}]).toEqual([{}, {}]);
    files.release();
    await until(() => "value" in answer);
    expect(answer).toEqual({ value: text });
  });

  test("an error that the Worker passes on", async () => {
    files.held = true;
    const answer = watch(fetch(`${url}/throw`).then(({ status }) => status));
    await untilHeld();
    expect(answer).toEqual({});
    files.release();
    await until(() => "value" in answer);
    expect(answer).toEqual({ value: 500 });
  });

  test("each chunk of a body", async () => {
    files.held = true;
    const response = await fetch(`${url}/stream`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toBe("one");
    const second = watch(read());
    await untilHeld();
    expect(second).toEqual({});
    files.release();
    await until(() => "value" in second);
    expect(second).toEqual({ value: "two" });
  });

  test.each([
    ["a frame of a hibernatable socket", "/hibernatable", "hello", "frame"],
    ["a frame of a standard socket", "/standard", "hello", "frame"],
    ["the end of a socket", "/hibernatable", "close", "4000 closed"],
  ])("%s", async (_, path, message, frame) => {
    const { frames, client } = await connected(path);
    files.held = true;
    client.send(message);
    await untilHeld();
    expect(frames).toEqual([]);
    files.release();
    await vi.waitFor(() => expect(frames).toEqual([frame]));
  });
});

describe("what others see waits for the disk", () => {
  test.each([
    ["a request to the outside", "/fetch", arrived, "/outside"],
    ["a socket to the outside", "/socket", arrived, "socket"],
    ["what a binding sends", "/mail", seen, "mail"],
    ["a call of a service", "/service", seen, "service"],
    ["a call of another object", "/object", seen, "object"],
    ["what an alarm does", "/alarm", seen, "alarm"],
  ])("%s", async (_, path, where, what) => {
    files.held = true;
    expect(await textOf(`${path}?target=${target}`)).toBe("later");
    await untilHeld();
    expect(where.filter((each) => each === what)).toEqual([]);
    files.release();
    await vi.waitFor(() => expect(where).toContain(what));
  });
});

describe("a disk that fails lets nothing out", () => {
  test.each(["/respond", "/rpc", "/rpc-error", "/throw"])("to the caller of %s", async (path) => {
    files.held = true;
    const answer = watch(fetch(`${url}${path}`).then(async (it) => [it.status, await it.text()]));
    await untilHeld();
    files.refuse();
    files.release();
    await until(() => "value" in answer);
    const [status, text] = answer.value as [number, string];
    expect(`${status} ${text}`).not.toMatch(/written|result|after the write/);
    // The object is lost until the host starts again; what it may know is not told.
    expect((await fetch(`${url}/read`)).status).toBe(500);
  });

  test("to a socket", async () => {
    const { frames, client } = await connected("/hibernatable");
    files.held = true;
    client.send("hello");
    await untilHeld();
    files.refuse();
    files.release();
    await breathe(60);
    expect(frames).not.toContain("frame");
  });

  test.each([
    ["/fetch", arrived, "/outside"],
    ["/socket", arrived, "socket"],
    ["/mail", seen, "mail"],
    ["/service", seen, "service"],
    ["/object", seen, "object"],
  ])("to those that %s would reach", async (path, where, what) => {
    files.held = true;
    await textOf(`${path}?target=${target}`);
    await untilHeld();
    files.refuse();
    files.release();
    await breathe(60);
    expect(where).not.toContain(what);
  });
});
