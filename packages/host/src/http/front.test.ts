import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { WebSocket as Client } from "ws";
import { WebSocketPair } from "../sockets/pair.ts";
import type { WebSocket } from "../sockets/web-socket.ts";
import { linger } from "./linger.ts";
import type { Request } from "./request.ts";
import { Response } from "./response.ts";
import { raw, serve } from "./test-server.ts";

describe("requests", () => {
  test("carry method, address, headers and body", async () => {
    const { url } = await serve(async (request) =>
      Response.json({
        method: request.method,
        url: request.url,
        type: request.headers.get("content-type"),
        body: await request.text(),
        used: request.bodyUsed,
        cf: typeof request.cf,
      }),
    );
    const response = await fetch(`${url}/a%20b/../c?q=1`, {
      method: "PUT",
      body: "héllo",
      headers: { "content-type": "text/x" },
    });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({
      method: "PUT",
      url: `${url}/c?q=1`,
      type: "text/x",
      body: "héllo",
      used: true,
      cf: "object",
    });
  });

  test("have headers that cannot be changed; a copy's can", async () => {
    const { url } = await serve((request) => {
      const copy = new (request.constructor as typeof Request)(request, {
        headers: request.headers,
      });
      copy.headers.set("x-a", "b");
      expect(() => request.headers.set("x-a", "b")).toThrow(
        new TypeError("Can't modify immutable headers."),
      );
      expect(() => request.headers.delete("host")).toThrow(TypeError);
      return new Response(copy.headers.get("x-a"));
    });
    expect(await (await fetch(url)).text()).toBe("b");
  });

  test("tell who the client is, whatever it says", async () => {
    const { url } = await serve((request) =>
      Response.json(Object.fromEntries(request.headers.entries())),
    );
    const headers = {
      "cf-connecting-ip": "6.6.6.6",
      "cf-ray": "x",
      "x-real-ip": "6.6.6.6",
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-proto": "https",
      "x-custom": "stays",
    };
    const seen = (await (await fetch(url, { headers })).json()) as Record<string, string>;
    expect(seen).toMatchObject({ "cf-connecting-ip": "127.0.0.1", "x-custom": "stays" });
    for (const name of ["cf-ray", "x-real-ip", "x-forwarded-for", "x-forwarded-proto"]) {
      expect(seen).not.toHaveProperty(name);
    }
  });

  test("believe a trusted proxy", async () => {
    const { url } = await serve(
      (request) => new Response(`${request.url} ${request.headers.get("cf-connecting-ip")}`),
      { trustedProxies: ["127.0.0.0/8", "10.0.0.1"] },
    );
    const headers = {
      "x-forwarded-for": "6.6.6.6, 203.0.113.9, 10.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "chat.example",
    };
    expect(await (await fetch(`${url}/x`, { headers })).text()).toBe(
      "https://chat.example/x 203.0.113.9",
    );
  });

  test("stream their bodies, copies and clones included", async () => {
    const { url } = await serve(async (request) => {
      const clone = request.clone();
      const sizes: number[] = [];
      for await (const chunk of request.body as ReadableStream<Uint8Array>)
        sizes.push(chunk.length);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      return Response.json([total, (await clone.arrayBuffer()).byteLength]);
    });
    const body = new Uint8Array(300_000).fill(7);
    expect(await (await fetch(url, { method: "POST", body })).json()).toEqual([300_000, 300_000]);
  });

  test("may be read in part and then cancelled", async () => {
    const { url } = await serve(async (request) => {
      const reader = (request.body as ReadableStream<Uint8Array>).getReader();
      const { value } = await reader.read();
      await reader.cancel();
      return new Response(String((value?.length ?? 0) > 0));
    });
    const body = new Uint8Array(3_000_000);
    expect(await (await fetch(url, { method: "POST", body })).text()).toBe("true");
    expect(await (await fetch(url, { method: "POST", body })).text()).toBe("true");
  });

  test("are told when the client leaves, and so is the body", async () => {
    const left: string[] = [];
    const { url } = await serve((request) => {
      request.signal.addEventListener("abort", () => left.push("signal"));
      return new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
          cancel: () => {
            left.push("body");
          },
        }),
      );
    });
    const controller = new AbortController();
    const response = await fetch(url, { signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    await vi.waitFor(() => expect(left.sort()).toEqual(["body", "signal"]));
  });
});

describe("responses", () => {
  test("keep status, headers and cookies", async () => {
    const { url } = await serve(() => {
      const headers = new Headers({ "x-a": "1", connection: "close", "transfer-encoding": "x" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      return new Response("teapot", { status: 418, statusText: "Short And Stout", headers });
    });
    const response = await fetch(url);
    expect([response.status, response.statusText, await response.text()]).toEqual([
      418,
      "Short And Stout",
      "teapot",
    ]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("content-length")).toBe("6");
    expect(response.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
  });

  test.each(["/passed", "/remade", "/cloned", "/read"])(
    "that another server has compressed are readable: %s",
    async (path) => {
      const bytes = gzipSync("hello hello hello");
      const upstream = createHttpServer((_request, response) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": bytes.length });
        response.end(bytes);
      });
      await once(upstream.listen(0, "127.0.0.1"), "listening");
      const { port } = upstream.address() as AddressInfo;
      const { url } = await serve(async () => {
        const fetched = (await fetch(`http://127.0.0.1:${port}/`)) as unknown as Response;
        if (path === "/passed") return fetched;
        if (path === "/cloned") return fetched.clone();
        const body = path === "/read" ? await fetched.text() : fetched.body;
        return new Response(body, fetched);
      });
      const answer = await fetch(url);
      upstream.close();
      expect([answer.status, await answer.text()]).toEqual([200, "hello hello hello"]);
    },
  );

  test("are encoded as they say only when the Worker has done it", async () => {
    const headers = { "content-encoding": "gzip" };
    const { url } = await serve((request) => {
      const isDone = request.url.endsWith("/done");
      const encodeBody = isDone ? "manual" : "automatic";
      const response = new Response(isDone ? gzipSync("hello") : "hello", { headers, encodeBody });
      return new Response(response.clone().body, response);
    });
    for (const [path, encoding] of [
      ["/done", "gzip"],
      ["/not", null],
    ]) {
      const answer = await fetch(`${url}${path}`);
      expect([answer.headers.get("content-encoding"), await answer.text()]).toEqual([
        encoding,
        "hello",
      ]);
    }
  });

  test("without a body, and to HEAD, are complete", async () => {
    const { url } = await serve((request) =>
      request.url.endsWith("/204") ? new Response(null, { status: 204 }) : new Response("abc"),
    );
    expect((await fetch(`${url}/204`)).status).toBe(204);
    const head = await fetch(url, { method: "HEAD" });
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["3", ""]);
  });

  test("that break while they stream end the connection", async () => {
    const { url, logged } = await serve(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new Uint8Array(10)),
            pull: () => {
              throw new Error("broken source");
            },
          }),
        ),
    );
    const response = await fetch(url);
    await expect(response.text()).rejects.toThrow();
    expect(logged).toEqual(["A response stream failed. Error: broken source"]);
  });

  test("an application that throws answers 500 and says nothing", async () => {
    const { url, logged } = await serve(() => {
      throw new Error("secret detail");
    });
    const response = await fetch(url);
    expect([response.status, response.headers.get("x-freehold-error")]).toEqual([
      500,
      "INTERNAL_ERROR",
    ]);
    expect(await response.text()).toBe("Internal Server Error\n");
    expect(logged).toEqual(["A request failed. Error: secret detail"]);
  });
});

describe("hostile clients", () => {
  test.each([
    ["no HTTP", "\x16\x03\x01\x00\xff\r\n\r\n", "400", "BAD_REQUEST"],
    ["no host", "GET / HTTP/1.1\r\n\r\n", "400", undefined],
    [
      "a bad host",
      "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
      "400",
      "BAD_REQUEST",
    ],
    [
      "a host with a user",
      "GET / HTTP/1.1\r\nHost: u:p@x\r\nConnection: close\r\n\r\n",
      "400",
      "BAD_REQUEST",
    ],
    [
      "huge headers",
      `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(140_000)}\r\n\r\n`,
      "431",
      "HEADERS_TOO_LARGE",
    ],
    [
      "a bad handshake",
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: no\r\n\r\n",
      "400",
      "BAD_REQUEST",
    ],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "400",
      "BAD_REQUEST",
    ],
  ])("get a clear answer to %s", async (_what, request, status, code) => {
    const { port, url } = await serve(() => new Response("fine"));
    const answer = await raw(port, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (code !== undefined) expect(answer).toContain(`x-freehold-error: ${code}`);
    expect(await (await fetch(url)).text()).toBe("fine");
  });

  const upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

  test.each([
    ["headers that are too large", "GET / HTTP/1.1\r\nHost: x\r\nX-A: ", 431],
    ["a length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n", 413],
    [
      "a body that is read",
      "POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
      413,
    ],
    [
      "an answer before its body",
      "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
      403,
    ],
    [
      "a handshake with a body",
      `GET / HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 2000000\r\n\r\n`,
      413,
    ],
    ["a handshake that the Worker refuses", `GET / HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`, 403],
  ])("hear of %s though they send much more first", async (_what, head, status) => {
    const { port } = await serve(
      async (request) => {
        if (request.url.endsWith("/read")) await request.text();
        return new Response("no", { status: 403 });
      },
      { limits: { bodyBytes: 1000 } },
    );
    const heard = await Promise.all(Array.from({ length: 20 }, () => sendOn(port, head)));
    expect(heard).toEqual(heard.map(() => `HTTP/1.1 ${status}`));
  });

  /** Reads only when everything is sent. Answers with how the server's answer begins, or the error. */
  async function sendOn(port: number, head: string): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
    });
    socket.on("error", (error) => {
      heard = error.message;
    });
    socket.pause();
    socket.write(head);
    for (let piece = 0; piece < 20; piece++) {
      socket.write("a".repeat(20_000));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const closed = once(socket, "close");
    socket.end();
    socket.resume();
    await closed;
    return heard.slice(0, "HTTP/1.1 200".length);
  }

  test.each([
    ["go on for ever", 5],
    ["say nothing, and stay", undefined],
  ])("are not waited for when they %s", async (_what, everyMs) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => undefined);
      socket.end("no");
      linger(socket, { mostMs: 200, quietMs: 50 });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => undefined);
    socket.resume();
    const writing = everyMs && setInterval(() => socket.write("a".repeat(20_000)), everyMs);
    // Resolves when the last of its connections is gone.
    server.close();
    await once(server, "close").finally(() => clearInterval(writing));
    socket.destroy();
  });

  test("whose answer came before their body go on with the next request", async () => {
    let reading: Promise<unknown> | undefined;
    const { port } = await serve(async (request) => {
      const reader = request.body?.getReader();
      await reader?.read();
      reading = reader?.read().catch(String);
      return new Response("early");
    });
    const socket = connect(port, "127.0.0.1").setEncoding("latin1");
    let heard = "";
    socket.on("data", (chunk: string) => {
      heard += chunk;
    });
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
    socket.write("a".repeat(1000));
    await vi.waitFor(() => expect(heard).toMatch(/early$/));
    expect(await reading).toContain("after response has been sent");
    socket.write("a".repeat(1_999_000));
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await once(socket, "close");
    expect(heard.match(/early/g)).toHaveLength(2);
  });

  test("that wait for the answer to a handshake hear that the server closes", async () => {
    const asked = Promise.withResolvers<void>();
    const { port, stop } = await serve(() => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const heard = sendOn(port, `GET / HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`);
    await asked.promise;
    await stop();
    expect(await heard).toBe("HTTP/1.1 503");
  });

  test("may name any path", async () => {
    const { port } = await serve((request) => new Response(new URL(request.url).pathname));
    for (const [path, expected] of [
      ["//evil.example/x", "//evil.example/x"],
      ["/../../etc/passwd", "/etc/passwd"],
      ["/%00%2e%2e/", "/%00%2e%2e/"],
      ["http://evil.example/abs?q", "/abs"],
      ["/%ed%a0%80", "/%ed%a0%80"],
    ] as const) {
      const answer = await raw(
        port,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.split("\r\n\r\n")[1]).toBe(expected);
    }
  });

  test("cannot send more than the limit, announced or not", async () => {
    const { url } = await serve(async (request) => new Response(await request.text()), {
      limits: { bodyBytes: 1000 },
    });
    const announced = await fetch(url, { method: "POST", body: "x".repeat(1001) });
    expect([announced.status, announced.headers.get("x-freehold-error")]).toEqual([
      413,
      "BODY_TOO_LARGE",
    ]);
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(600)),
    });
    const streamed = await fetch(url, { method: "POST", body, duplex: "half" }).then(
      ({ status }) => status,
      () => 413,
    );
    expect(streamed).toBe(413);
    expect((await fetch(url, { method: "POST", body: "x".repeat(1000) })).status).toBe(200);
  });
});

describe("sockets", () => {
  const echo = (request: Request): Response => {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.send(`hello ${new URL(request.url).pathname}`);
    server.addEventListener("message", (event) => server.send((event as MessageEvent).data));
    return new Response(null, { status: 101, webSocket: client });
  };

  test("open with what the application answers, and keep frames sent before", async () => {
    const { port } = await serve((request) => {
      const response = echo(request);
      response.headers.set("x-session", "7");
      response.headers.set("sec-websocket-protocol", "v2");
      return response;
    });
    const client = new Client(`ws://127.0.0.1:${port}/room`, ["v1", "v2"]);
    const frames: string[] = [];
    client.on("message", (data) => frames.push(String(data)));
    const [handshake] = await once(client, "upgrade");
    expect(handshake.headers["x-session"]).toBe("7");
    await vi.waitFor(() => expect(frames).toEqual(["hello /room"]));
    expect([client.protocol, client.extensions]).toEqual(["v2", ""]);
    client.send("one");
    client.send("two");
    await vi.waitFor(() => expect(frames).toEqual(["hello /room", "one", "two"]));
    client.close(4001, "bye");
    const [code, reason] = await once(client, "close");
    expect([code, String(reason)]).toEqual([4001, "bye"]);
  });

  test("are refused with the application's own answer", async () => {
    const { port } = await serve(
      () => new Response("no", { status: 403, headers: { "x-a": "1" } }),
    );
    const client = new Client(`ws://127.0.0.1:${port}/`);
    const [, response] = await once(client, "unexpected-response");
    expect([response.statusCode, response.headers["x-a"]]).toEqual([403, "1"]);
    response.setEncoding("utf8");
    expect((await once(response, "data"))[0]).toBe("no");
  });

  test.each([
    ["accepted", (socket: WebSocket) => socket.accept()],
    ["not one at all", () => undefined],
  ])("an end that is %s is an error of the application", async (_what, prepare) => {
    const { port, logged } = await serve(() => {
      const { 0: client } = new WebSocketPair();
      const response = new Response(null, { status: 101, webSocket: client });
      prepare(client);
      return _what === "accepted" ? response : new Response("x");
    });
    const client = new Client(`ws://127.0.0.1:${port}/`);
    const [, response] = await once(client, "unexpected-response");
    expect(response.statusCode).toBe(_what === "accepted" ? 500 : 200);
    expect(logged.length).toBe(_what === "accepted" ? 1 : 0);
    response.destroy();
  });

  test("are refused to pages of other sites that bring cookies", async () => {
    const { port } = await serve(echo, { allowedOrigins: ["https://friend.example"] });
    const attempt = async (headers: Record<string, string>) => {
      const client = new Client(`ws://127.0.0.1:${port}/`, { headers });
      return new Promise((resolve) => {
        client.on("open", () => {
          client.terminate();
          resolve("open");
        });
        client.on("unexpected-response", (_request, response) => {
          response.destroy();
          resolve(`${response.statusCode} ${response.headers["x-freehold-error"]}`);
        });
      });
    };
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect(await attempt({ ...foreign, cookie: "s=1" })).toBe("403 ORIGIN_REFUSED");
    expect(await attempt(foreign)).toBe("open");
    expect(await attempt({ "sec-fetch-site": "same-origin", cookie: "s=1" })).toBe("open");
    expect(await attempt({ ...foreign, origin: "https://friend.example", cookie: "s=1" })).toBe(
      "open",
    );
  });

  test("end with 1009 for a message past 32 MiB", async () => {
    const { port } = await serve(echo);
    const client = new Client(`ws://127.0.0.1:${port}/`);
    await once(client, "open");
    client.on("error", () => undefined);
    const echoed = new Promise<number>((resolve) => {
      client.on("message", (data: Buffer) => data.length > 1000 && resolve(data.length));
    });
    client.send("a".repeat(32 * 1024 * 1024));
    expect(await echoed).toBe(32 * 1024 * 1024);
    client.send(Buffer.alloc(32 * 1024 * 1024 + 1));
    const [code] = await once(client, "close");
    expect(code).toBe(1009);
  });

  test("that do not read are bounded, then closed with 1013", async () => {
    let server: WebSocket | undefined;
    const { port } = await serve(() => {
      const pair = new WebSocketPair();
      server = pair[1];
      server.accept();
      return new Response(null, { status: 101, webSocket: pair[0] });
    });
    const client = new Client(`ws://127.0.0.1:${port}/`);
    await once(client, "open");
    client.pause();
    const megabyte = new Uint8Array(1024 * 1024);
    for (let sent = 0; sent < 200; sent += 1) server?.send(megabyte);
    expect(server?.bufferedAmount).toBeLessThan(70 * 1024 * 1024);
    client.resume();
    const [code] = await once(client, "close");
    expect(code).toBe(1013);
  });

  test("a malformed frame ends only its own socket", async () => {
    const { port } = await serve(echo);
    const handshake = [
      "GET / HTTP/1.1",
      "Host: x",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      "",
      "\xff\xff\xff\xff\xff\xff\xff\xff",
    ].join("\r\n");
    expect(await raw(port, handshake)).toMatch(/^HTTP\/1.1 101/);
    const client = new Client(`ws://127.0.0.1:${port}/alive`);
    const [data] = await once(client, "message");
    expect(String(data)).toBe("hello /alive");
    client.terminate();
  });
});
