import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { whole } from "./recording.ts";
import { HttpUpstream } from "./upstream.ts";

/** A provider that closes its kept connections when the second request on one comes. */
async function impatientProvider() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    let asked = 0;
    socket.on("error", () => socket.destroy());
    socket.on("data", () => {
      if (++asked > 1) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}/`, server, connections: () => connections };
}

const upstream = new HttpUpstream();
afterEach(() => upstream.close());

it("asks again over a new connection where a kept one was closed, and only there", async () => {
  const { url, server, connections } = await impatientProvider();
  const ask = async () => {
    const outgoing = {
      url,
      method: "POST",
      headers: { "content-length": "2" },
      body: Buffer.of(7, 7),
    };
    const answer = await upstream.send(outgoing, new AbortController().signal);
    return (await whole(answer.body)).toString();
  };
  expect(await ask()).toBe("fine");
  // The connection is free once the answer has been read.
  await new Promise(setImmediate);
  expect(await ask()).toBe("fine");
  expect(connections()).toBe(2);
  server.close();
  await once(server, "close");
  await expect(ask()).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

it("sends nothing for somebody who has gone away", async () => {
  const gone = AbortSignal.abort(new Error("the client went away"));
  const outgoing = {
    url: "http://127.0.0.1:9/",
    method: "GET",
    headers: {},
    body: Buffer.alloc(0),
  };
  await expect(upstream.send(outgoing, gone)).rejects.toThrow("the client went away");
});
