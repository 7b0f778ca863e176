import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { WebSocket as Client } from "ws";
import { hostFetch } from "../globals/fetch.ts";
import { FixedLengthStream } from "../globals/streams.ts";
import { WebSocketPair } from "../sockets/pair.ts";
import type { WebSocket } from "../sockets/web-socket.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import { raw, serve } from "./test-server.ts";

const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, "Host: x", ...headers, "", ""].join("\r\n");

const CLOSE = "Connection: close";

describe("limits", () => {
  const limits = { urlBytes: 100, headers: 10, headBytes: 2000, bodyBytes: 50 };

  test.each([
    ["a long address", get(`/${"a".repeat(100)}`, CLOSE), 414, "URL_TOO_LONG"],
    ["an address just short enough", get(`/${"a".repeat(99)}`, CLOSE), 200, undefined],
    [
      "many headers",
      get("/", CLOSE, ...Array.from({ length: 9 }, () => "A: b")),
      431,
      "HEADERS_TOO_LARGE",
    ],
    [
      "just few enough headers",
      get("/", CLOSE, ...Array.from({ length: 8 }, () => "A: b")),
      200,
      undefined,
    ],
    [
      "thousands of headers",
      get("/", CLOSE, ...Array.from({ length: 400 }, () => "A:")),
      431,
      "HEADERS_TOO_LARGE",
    ],
    ["a large head", get("/", CLOSE, `A: ${"b".repeat(2000)}`), 431, "HEADERS_TOO_LARGE"],
    ["a large body", post("x".repeat(51)), 413, "BODY_TOO_LARGE"],
    ["a body just small enough", post("x".repeat(50)), 200, undefined],
  ])("%s", async (_what, request, status, code) => {
    const { port } = await serve(() => new Response("fine"), { limits });
    const answer = await raw(port, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (code) expect(answer).toContain(`x-freehold-error: ${code}`);
  });

  // `Host` and `Connection` are header lines as well. Node's bound of the head is not to the byte.
  test.each([
    ["urlBytes", get(`/${"a".repeat(16_383)}`, CLOSE), 200],
    ["urlBytes, one more", get(`/${"a".repeat(16_384)}`, CLOSE), 414],
    ["headers", get("/", CLOSE, ...Array.from({ length: 998 }, () => "A: b")), 200],
    ["headers, one more", get("/", CLOSE, ...Array.from({ length: 999 }, () => "A: b")), 431],
    ["headBytes", get("/", CLOSE, `A: ${"b".repeat(128 * 1024 - 100)}`), 200],
    ["headBytes, and more", get("/", CLOSE, `A: ${"b".repeat(128 * 1024 + 100)}`), 431],
    ["bodyBytes", announce(100 * 1024 * 1024), 200],
    ["bodyBytes, one more", announce(100 * 1024 * 1024 + 1), 413],
  ])("by default: %s", async (_what, request, status) => {
    const { port } = await serve(() => new Response("fine"));
    expect(await raw(port, request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  function post(body: string): string {
    return `${announce(body.length)}${body}`;
  }

  function announce(length: number): string {
    return `POST / HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\nContent-Length: ${length}\r\n\r\n`;
  }
});

describe("what one connection carries", () => {
  test("pipelined requests are answered in order, one that is malformed ends it", async () => {
    const { port } = await serve((request) => new Response(new URL(request.url).pathname));
    const answers = await raw(port, `${get("/1")}${get("/2")}${get("/3")}nonsense\r\n\r\n`);
    expect(answers.match(/\n(\/\d|HTTP\/1.1 400)/g)).toEqual(["\n/1", "\n/2", "\n/3"]);
    expect(answers).toContain("/3HTTP/1.1 400 ");
  });

  test.each([
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
    ["a length that is none", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx"],
    [
      "an unknown transfer coding",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ],
    [
      "a hidden transfer coding",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    ],
    [
      "a folded transfer coding",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    ],
    ["a bad chunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"],
    ["a bare line feed", "GET / HTTP/1.1\nHost: x\n\n"],
    ["a header without a name", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"],
    ["a control character", "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n"],
  ])("%s ends it, and what follows is never taken for a request", async (_what, start) => {
    const seen: string[] = [];
    const { port } = await serve(async (request) => {
      seen.push(new URL(request.url).pathname);
      await request.text();
      return new Response("fine");
    });
    const answer = await raw(port, `${start}${get("/smuggled", CLOSE)}`);
    expect(answer).toContain("HTTP/1.1 400 ");
    expect(seen).not.toContain("/smuggled");
  });

  test("a client that waits to be told to go on is, unless its body is too large", async () => {
    const { port } = await serve(async (request) => new Response(await request.text()), {
      limits: { bodyBytes: 10 },
    });
    const send = async (length: number): Promise<string> => {
      const socket = connect(port, "127.0.0.1").setEncoding("latin1");
      let received = "";
      socket.on("data", (chunk: string) => {
        if (chunk.includes("100 Continue")) socket.write("x".repeat(length));
        received += chunk;
      });
      socket.write(
        `POST / HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`,
      );
      await once(socket, "close");
      return received;
    };
    expect(await send(10)).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 [\s\S]*xxxxxxxxxx$/,
    );
    expect(await send(11)).toMatch(/^HTTP\/1.1 413 /);
    expect(await raw(port, get("/", CLOSE, "Expect: miracles"))).toMatch(/^HTTP\/1.1 417 /);
  });

  test("two hosts are one too many", async () => {
    const { port } = await serve(() => new Response("fine"));
    expect(await raw(port, get("/", "HOST: y", CLOSE))).toMatch(/^HTTP\/1.1 400 /);
  });

  test("an upgrade to something else is an ordinary request", async () => {
    const { port } = await serve((request) => new Response(request.headers.get("upgrade")));
    const upgrade = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", CLOSE];
    expect(await raw(port, get("/", ...upgrade))).toMatch(/^HTTP\/1.1 200 [\s\S]*h2c$/);
  });

  test("a handshake with a body is refused", async () => {
    const { port } = await serve(socketResponse);
    const handshake = [
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ];
    for (const body of ["Content-Length: 4", "Transfer-Encoding: chunked"]) {
      const answer = await raw(port, `${get("/", ...handshake, body)}0\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
    }
  });
});

describe("answers", () => {
  const text = (body: string) => new Blob([body]).stream();

  test.each([
    ["HEAD", () => new Response("four"), ["content-length: 4"]],
    ["HEAD", () => new Response(text("four")), []],
    ["GET", () => new Response(null, { status: 204 }), []],
    ["GET", () => new Response(null, { status: 304, headers: { etag: '"a"' } }), ['etag: "a"']],
  ])("to %s with no body leave the connection usable", async (method, make, headers) => {
    const { port } = await serve((request) =>
      request.url.endsWith("/second") ? new Response("second") : make(),
    );
    const first = get("/").replace("GET", method);
    const answers = await raw(port, first + get("/second", CLOSE));
    for (const header of headers) expect(answers).toContain(header);
    const [head, next] = answers.split("\r\n\r\n");
    expect(head).not.toContain("four");
    expect(next).toMatch(/^HTTP\/1.1 200 /);
    expect(answers.endsWith("second")).toBe(true);
  });

  test("of a stream have a length only when it is fixed", async () => {
    const { port } = await serve((request) => {
      if (!request.url.endsWith("/fixed")) {
        return new Response(text("four"), { headers: { "content-length": "3" } });
      }
      const { readable, writable } = new FixedLengthStream(4);
      void text("four").pipeTo(writable);
      return new Response(readable);
    });
    expect(await raw(port, get("/fixed", CLOSE))).toMatch(/content-length: 4\r\n[\s\S]*four$/);
    const other = await raw(port, get("/", CLOSE));
    expect(other).not.toContain("content-length");
    expect(other.toLowerCase()).toContain("transfer-encoding: chunked");
  });
});

describe("a request that is passed on to another server", () => {
  const ways: Record<string, (to: string, request: Request) => Promise<unknown>> = {
    "as a copy": (to, request) => hostFetch(new Request(to, request as never)),
    "as options": (to, request) => hostFetch(to, request as never),
    "in parts": (to, { method, headers, body }) => hostFetch(to, { method, headers, body }),
    "with options": (to, request) =>
      hostFetch(new Request(to, request as never), { headers: request.headers }),
  };

  test.each(Object.keys(ways))("has its method, headers and body: %s", async (way) => {
    const upstream = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method, headers } = request;
      response.end(JSON.stringify([method, String(Buffer.concat(chunks)), headers["x-a"]]));
    });
    await once(upstream.listen(0, "127.0.0.1"), "listening");
    const to = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`;
    const { port } = await serve(async (request) => (await ways[way]?.(to, request)) as Response);
    const fields = ["X-A: 1", "Keep-Alive: timeout=5", "TE: trailers", "Upgrade: h2c", CLOSE];
    const about = (...more: string[]) => get("/", ...fields, ...more).replace("GET", "PUT");
    const answers = [
      await raw(port, `${about("Transfer-Encoding: chunked")}5\r\nhello\r\n0\r\n\r\n`),
      await raw(port, `${about("Content-Length: 5", "Expect: 100-continue")}hello`),
      await raw(port, get("/", ...fields)),
    ];
    upstream.close();
    expect(answers.map((answer) => /\["[A-Z]+.*\]/.exec(answer)?.[0])).toEqual([
      '["PUT","hello","1"]',
      '["PUT","hello","1"]',
      '["GET","","1"]',
    ]);
  });
});

describe("where a request came from", () => {
  test("may be fixed, whatever clients and proxies say", async () => {
    const { port } = await serve((request) => new Response(request.url), {
      publicUrl: "https://chat.example",
      trustedProxies: ["127.0.0.1"],
    });
    const answer = await raw(port, get("/a?b", CLOSE, "X-Forwarded-Host: evil.example"));
    expect(answer.endsWith("https://chat.example/a?b")).toBe(true);
  });

  test.each(["chat.example", "https://chat.example/path", "ftp://x", "https://u@x", ""])(
    "cannot be %s",
    async (publicUrl) => {
      await expect(serve(() => new Response(), { publicUrl })).rejects.toMatchObject({
        code: "PUBLIC_URL_INVALID",
      });
    },
  );

  test("is told by a trusted proxy only in addresses", async () => {
    const { port } = await serve(
      (request) => new Response(request.headers.get("cf-connecting-ip")),
      { trustedProxies: ["127.0.0.1", "10.0.0.0/8"] },
    );
    const from = async (chain: string) =>
      (await raw(port, get("/", CLOSE, `X-Forwarded-For: ${chain}`))).split("\r\n\r\n")[1];
    expect(await from("2001:db8::1, 10.1.2.3")).toBe("2001:db8::1");
    expect(await from("<script>, unknown")).toBe("127.0.0.1");
    expect(await from("203.0.113.1, nonsense, 10.1.2.3")).toBe("203.0.113.1");
  });
});

describe("sockets with limits of their own", () => {
  test("compress when asked to, and bound what comes out", async () => {
    const { port } = await serve(socketResponse, {
      socketCompression: true,
      limits: { messageBytes: 100_000 },
    });
    const client = new Client(`ws://127.0.0.1:${port}/`);
    await once(client, "open");
    expect(client.extensions).toContain("permessage-deflate");
    client.send("x".repeat(100_000));
    const [echoed] = await once(client, "message");
    expect(String(echoed)).toBe("x".repeat(100_000));
    client.send("x".repeat(100_001));
    const [code] = await once(client, "close");
    expect(code).toBe(1009);
    const plain = new Client(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
    await once(plain, "open");
    expect(plain.extensions).toBe("");
    plain.terminate();
  });

  test("close with 1013 when a reader is too slow, and only its own", async () => {
    let slow: WebSocket | undefined;
    const { port } = await serve(
      (request) => {
        if (request.url.endsWith("/echo")) return socketResponse();
        const pair = new WebSocketPair();
        slow = pair[1];
        slow.accept();
        return new Response(null, { status: 101, webSocket: pair[0] });
      },
      { limits: { waitingBytes: 1_000_000 } },
    );
    const reader = new Client(`ws://127.0.0.1:${port}/`);
    const other = new Client(`ws://127.0.0.1:${port}/echo`);
    await Promise.all([once(reader, "open"), once(other, "open")]);
    reader.pause();
    for (let sent = 0; sent < 200; sent += 1) slow?.send(new Uint8Array(100_000));
    expect(slow?.bufferedAmount).toBeLessThan(10_000_000);
    other.send("still here");
    expect(String((await once(other, "message"))[0])).toBe("still here");
    reader.resume();
    const [code] = await once(reader, "close");
    expect(code).toBe(1013);
    other.terminate();
  });

  test("have the subprotocol that the Worker chose, if the client offered it", async () => {
    const { port } = await serve((request) => {
      const response = socketResponse();
      const wanted = new URL(request.url).searchParams.get("choose");
      if (wanted) response.headers.set("sec-websocket-protocol", wanted);
      return response;
    });
    const chosen = async (path: string) => {
      const client = new Client(`ws://127.0.0.1:${port}${path}`, ["a", "b"]);
      client.on("error", () => undefined);
      await vi.waitFor(() => expect(client.readyState).not.toBe(0));
      const { protocol } = client;
      client.terminate();
      return protocol;
    };
    expect(await chosen("/?choose=b")).toBe("b");
    expect(await chosen("/?choose=z")).toBe("");
  });
});

function socketResponse(): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.addEventListener("message", (event) => server.send((event as MessageEvent).data));
  return new Response(null, { status: 101, webSocket: client });
}
