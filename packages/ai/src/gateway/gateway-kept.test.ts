import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import { bindingOf, ownModels } from "./testing/clients.ts";
import { GatewayKit } from "./testing/gateway-kit.ts";

/** What is kept and what is noted of answers of every kind. Source: `platform.md` 4.3, 4.4. */

let provider: Server;
let model: ModelServer;
let kit: GatewayKit;
let asked: string[];

beforeEach(async () => {
  asked = [];
  model = await startModelServer();
  provider = createServer(async (incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    for await (const _ of incoming);
    const type = decodeURIComponent(incoming.url?.slice(1) ?? "");
    outgoing.writeHead(type === "empty" ? 204 : 200, { "content-type": type });
    outgoing.end(type === "empty" ? undefined : Buffer.of(0, 255, asked.length));
  }).listen(0, "127.0.0.1");
  await once(provider, "listening");
  const { port } = provider.address() as AddressInfo;
  const providers = { "custom-any": { baseUrl: `http://127.0.0.1:${port}` } };
  kit = new GatewayKit(model.url, { cacheTtl: 60 }, { providers }, ownModels(model.url));
});
afterEach(async () => {
  await kit[Symbol.asyncDispose]();
  await model.close();
  provider.closeAllConnections();
  provider.close();
});

const bytesOf = async (response: Response) => [...(await response.bytes())];

describe("the cache", () => {
  it.each([
    ["image/png", 1],
    ["text/plain", 1],
    ["application/json", 1],
    ["audio/mpeg", 2],
    ["application/octet-stream", 2],
    ["empty", 2],
  ])("of %s: the provider is asked %i times for two answers", async (type, times) => {
    const path = `custom-any/${encodeURIComponent(type)}`;
    const first = await bytesOf(await kit.chat("a", {}, {}, path));
    const again = await kit.chat("a", {}, {}, path);
    expect(asked).toHaveLength(times);
    if (times === 1) {
      expect(again.headers.get("content-type")).toBe(type);
      expect(await bytesOf(again)).toEqual(first);
    }
  });

  it("has nothing for who asks while the first is still being answered", async () => {
    const held = Promise.withResolvers<void>();
    model.add([{ until: held.promise }, "one"], [{ until: held.promise }, "two"]);
    const both = [kit.chat("a"), kit.chat("a")];
    await model.request(2);
    held.resolve();
    const states = (await Promise.all(both)).map(({ headers }) =>
      headers.get("cf-aig-cache-status"),
    );
    expect(states).toEqual(["MISS", "MISS"]);
  });

  it("is asked by GET and POST alone, each by itself: what deletes something reaches the provider", async () => {
    const url = await kit.url("custom-any/application%2Fjson");
    for (const method of ["GET", "GET", "DELETE", "DELETE", "POST", "POST"]) {
      await (await fetch(url, { method, headers: { authorization: "Bearer mine" } })).bytes();
    }
    expect(asked).toHaveLength(4);
  });

  it("knows apart provider, path, model, key and body", async () => {
    model.add({ steps: ["a"], times: 6 });
    await kit.chat("a");
    await kit.chat("a", { authorization: "Bearer other" });
    await kit.chat("a", {}, { model: "other" });
    await kit.chat("a", {}, { temperature: 1 });
    await kit.chat("a", {}, {}, "groq/chat/completions");
    await kit.chat("a", {}, { model: "openai/small" }, "compat/chat/completions");
    // By another way to the same place: the same answer.
    expect(model.requests).toHaveLength(5);
    const other = await fetch(
      (await kit.url("openai/chat/completions")).replace("default", "two"),
      {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer mine" },
        body: JSON.stringify({ model: "small", messages: [{ role: "user", content: "a" }] }),
      },
    );
    expect(other.headers.get("cf-aig-cache-status")).toBe("MISS");
  });
});

describe("a log", () => {
  it("has what the service's has, and what was said of it afterwards", async () => {
    const ai = bindingOf(kit, model.url);
    model.add("It rains.");
    const step = {
      provider: "openai",
      endpoint: "chat/completions",
      headers: { Authorization: "Bearer mine" },
      query: { model: "small", messages: [{ role: "user", content: "a" }] },
    };
    const gateway = ai.gateway("default");
    const answer = await gateway.run(step, { gateway: { metadata: { user: "ann" } } });
    const size = (await answer.bytes()).length;
    const id = ai.aiGatewayLogId ?? "";
    expect(await gateway.getLog(id)).toEqual({
      ...{ id, provider: "openai", model: "small", path: "chat/completions", step: 0 },
      ...{ status_code: 200, success: true, cached: false, tokens_in: 10, tokens_out: 5 },
      ...{ request_content_type: "application/json", response_content_type: "application/json" },
      ...{ cost: undefined, custom_cost: false, metadata: { user: "ann" } },
      duration: expect.any(Number),
      request_size: expect.any(Number),
      request_head: expect.stringContaining('"content":"a"'),
      request_head_complete: true,
      response_size: size,
      response_head: expect.stringContaining("It rains."),
      response_head_complete: true,
      ...{ feedback: undefined, score: undefined, event_id: undefined, dlp: undefined },
      guardrails: [],
      created_at: expect.any(Date),
    });
    await gateway.patchLog(id, { feedback: -1, score: 40, metadata: { why: "wet" } });
    await gateway.patchLog(id, { score: null });
    expect(await gateway.getLog(id)).toMatchObject({
      ...{ feedback: -1, score: null, metadata: { why: "wet" } },
    });
    for (const wrong of [{ feedback: 2 }, { score: 101 }, { score: Number.NaN }, { score: "9" }]) {
      await expect(gateway.patchLog(id, wrong as never)).rejects.toMatchObject({
        name: "AiGatewayInternalError",
      });
    }
    for (const asking of [gateway.getLog("none"), gateway.patchLog("none", { feedback: 1 })]) {
      await expect(asking).rejects.toMatchObject({ name: "AiGatewayLogNotFound" });
    }
    await expect(ai.gateway("other").getLog(id)).rejects.toThrow("There is no log");
  });
});
