import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import type { GatewaySettings } from "./settings.ts";
import { GatewayKit } from "./testing/gateway-kit.ts";

/** The universal endpoint over WebSockets. Source: `platform.md` 4.1. */

interface Message {
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly response?: unknown;
}

let model: ModelServer;
let kit: GatewayKit;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  model = await startModelServer();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await kit[Symbol.asyncDispose]();
  await model.close();
});
const start = (gateway: GatewaySettings = {}, account?: string) => {
  kit = new GatewayKit(model.url, gateway, account === undefined ? {} : { account });
};

/** A socket, and what comes over it; or the status that it was refused with. */
async function open(protocols: string[] = [], headers: Record<string, string> = {}, path = "") {
  const url = (await kit.url(path)).replace("http:", "ws:");
  const socket = new WebSocket(url, protocols, { headers });
  sockets.push(socket);
  const waiting: ((message: Message) => void)[] = [];
  const come: Message[] = [];
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString()) as Message;
    const first = waiting.shift();
    if (first === undefined) come.push(message);
    else first(message);
  });
  const status = await new Promise<number>((resolve, reject) => {
    socket.once("open", () => resolve(101));
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", reject);
  });
  const next = () =>
    new Promise<Message>((resolve) => {
      const first = come.shift();
      if (first === undefined) waiting.push(resolve);
      else resolve(first);
    });
  const ask = (eventId: string, query: object = {}) =>
    socket.send(
      JSON.stringify({
        type: "universal.create",
        request: {
          eventId,
          provider: "openai",
          endpoint: "chat/completions",
          headers: { Authorization: "Bearer mine" },
          query: { model: "small", messages: [{ role: "user", content: eventId }], ...query },
        },
      }),
    );
  return { socket, status, next, ask };
}

describe("WebSockets", () => {
  it("ask many things over one connection, each answered under its own id", async () => {
    start();
    const more = Promise.withResolvers<void>();
    model.add([{ until: more.promise }, "late"], "early");
    const { next, ask, socket } = await open();
    ask("one");
    await model.request(1);
    ask("two");
    const early = await next();
    expect(early).toMatchObject({
      type: "universal.created",
      metadata: { eventId: "two", step: "0", contentType: "application/json" },
      response: { choices: [{ message: { content: "early" } }] },
    });
    const { logId } = early.metadata;
    expect(kit.gateways.store.log("default", String(logId))).toMatchObject({ eventId: "two" });
    more.resolve();
    expect((await next()).metadata.eventId).toBe("one");
    socket.send("nonsense");
    expect((await next()).type).toBe("universal.error");
  });

  it("get streams as messages, and end them at the provider when they close", async () => {
    start();
    model.add("Hello there");
    const { next, ask, socket } = await open();
    ask("one", { stream: true });
    expect(await next()).toMatchObject({
      type: "universal.created",
      metadata: { eventId: "one", contentType: "text/event-stream" },
    });
    let text = "";
    let message = await next();
    for (; message.type === "universal.stream"; message = await next()) {
      expect(message.metadata).toEqual({ eventId: "one" });
      const { choices } = message.response as { choices: { delta: { content?: string } }[] };
      text += choices[0]?.delta.content ?? "";
    }
    expect([message.type, message.metadata.eventId, text]).toEqual([
      "universal.done",
      "one",
      "Hello there",
    ]);
    const never = Promise.withResolvers<void>();
    model.add(["first", { until: never.promise }]);
    ask("two", { stream: true });
    await next();
    socket.close();
    expect(await (await model.request(2)).ended).toBe("abandoned");
    never.resolve();
  });

  it("say when a provider answers badly", async () => {
    start();
    model.add({ status: 400, message: "no" });
    const { next, ask } = await open();
    ask("one");
    expect((await next()).metadata).toMatchObject({ eventId: "one", status: 400 });
  });

  it("are opened by those who may: by a key as a header or a protocol, not by other sites", async () => {
    start({ tokens: ["TOKEN"] }, "public");
    const { status } = await open();
    expect(status).toBe(401);
    const key = { "cf-aig-authorization": "Bearer gateway-token" };
    expect((await open([], key)).status).toBe(101);
    const inBrowser = await open(["cf-aig-authorization.gateway-token"], {
      origin: "https://app.example",
    });
    expect(inBrowser.status).toBe(101);
    model.add("fine");
    inBrowser.ask("one");
    expect((await inBrowser.next()).type).toBe("universal.created");
    expect((await open([], key, "openai/realtime")).status).toBe(404);
    await kit[Symbol.asyncDispose]();
    start({}, "public");
    expect((await open()).status).toBe(101);
    expect((await open([], { origin: "https://evil.example" })).status).toBe(401);
  });
});
