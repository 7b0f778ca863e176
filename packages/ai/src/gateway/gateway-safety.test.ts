import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import type { GatewaysOptions } from "./gateways.ts";
import type { CheckInput } from "./rules/checks.ts";
import { GatewayKit, type GatewayKitSettings, refused, saidBy } from "./testing/gateway-kit.ts";

/** What a gateway looks at, what passes it by, and what it lets nobody do. Source: `platform.md` 4.3. */

let model: ModelServer;
let kit: GatewayKit;
beforeEach(async () => {
  model = await startModelServer();
});
afterEach(async () => {
  await kit[Symbol.asyncDispose]();
  await model.close();
});
const start = (...given: GatewayKitSettings) => {
  kit = new GatewayKit(model.url, ...given);
};

describe("guardrails and data loss prevention", () => {
  it("ask a function, before and after", async () => {
    const seen: CheckInput[] = [];
    const check = (input: CheckInput) => {
      seen.push(input);
      if (input.text.includes("bomb")) return { action: "block" as const, categories: ["S9"] };
      return { action: input.text.includes("knife") ? ("flag" as const) : ("pass" as const) };
    };
    start({ guardrails: [{ id: "safety", check }] });
    model.add("It rains.", "a knife", ["a b", "omb"]);
    expect(await refused(await kit.chat("a bomb"))).toEqual({ status: 424, code: 2016 });
    expect(model.requests).toHaveLength(0);
    const fine = await kit.chat("hello", { "cf-aig-metadata": '{"user":"ann"}' });
    expect(await saidBy(fine)).toBe("It rains.");
    expect(seen.map(({ side }) => side)).toEqual(["request", "request", "response"]);
    expect(seen[1]).toMatchObject({
      text: expect.stringContaining("hello"),
      metadata: { user: "ann" },
    });
    const flagged = await kit.chat("hello");
    expect(await saidBy(flagged)).toBe("a knife");
    expect(kit.log(flagged)?.notes).toMatchObject([
      { id: "safety", side: "response", action: "flag" },
    ]);
    // Its pieces are harmless one by one.
    const streamed = await kit.chat("hello", {}, { stream: true });
    expect(await refused(streamed)).toEqual({ status: 424, code: 2017 });
  });

  it("ask an endpoint, and decide what happens when it is down", async () => {
    const server = createServer((incoming, outgoing) => {
      incoming.resume().on("end", () => outgoing.end('{"action":"pass"}'));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const check = { id: "there", check: `http://127.0.0.1:${port}/`, on: ["request"] as const };
    start({ guardrails: [check] });
    model.add("a", "b");
    expect((await kit.chat("a")).status).toBe(200);
    server.closeAllConnections();
    server.close();
    expect(await refused(await kit.chat("a"))).toEqual({ status: 424, code: 2016 });
    await kit[Symbol.asyncDispose]();
    start({ guardrails: [{ ...check, ifDown: "pass" }] });
    expect((await kit.chat("a")).status).toBe(200);
  });

  it("look for secrets and for patterns, flag them or stop them", async () => {
    const names = { id: "names", entries: { project: /Project Falcon/i } };
    start({
      dlp: [
        { id: "keys", profiles: ["secrets"], action: "BLOCK", check: ["REQUEST"] },
        { id: "names", profiles: [names], action: "FLAG" },
        { id: "leak", profiles: ["secrets"], action: "BLOCK", check: ["RESPONSE"] },
      ],
    });
    model.add("About Project Falcon", "sk-abcdefghijklmnopqrstuvwxyz");
    const blocked = await kit.chat("AKIAABCDEFGHIJKLMNOP");
    expect(JSON.parse(blocked.headers.get("cf-aig-dlp") ?? "")).toMatchObject({ action: "BLOCK" });
    expect(await refused(blocked)).toEqual({ status: 424, code: 2029 });
    const flagged = await kit.chat("hello");
    expect(JSON.parse(flagged.headers.get("cf-aig-dlp") ?? "")).toEqual({
      findings: [
        {
          profile: { profile_id: "names", entry_ids: ["project"] },
          policy_ids: ["names"],
          check: "RESPONSE",
        },
      ],
      action: "FLAG",
    });
    expect(await refused(await kit.chat("hello"))).toEqual({ status: 424, code: 2030 });
  });
});

describe("streams", () => {
  it("pass through as they come, and end at the provider when the client goes away", async () => {
    start();
    const more = Promise.withResolvers<void>();
    model.add(["first", { until: more.promise }, "second"]);
    const response = await kit.chat("a", {}, { stream: true });
    const reader = response.body?.getReader();
    let seen = "";
    while (!seen.includes("first"))
      seen += Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(seen).not.toContain("second");
    await reader?.cancel();
    expect(await (await model.request(1)).ended).toBe("abandoned");
    more.resolve();
  });
});

describe("what comes from outside", () => {
  it.each(["openai/../../x", "openai/%2e%2e/x", "openai/..%2fx"])(
    "goes nowhere else: %s",
    async (path) => {
      start();
      const { hostname, port, pathname } = new URL(await kit.url());
      const { request } = await import("node:http");
      const status = await new Promise((resolve, reject) => {
        const asked = request(
          { hostname, port, path: pathname + path, method: "POST" },
          (incoming) => {
            incoming.resume();
            resolve(incoming.statusCode);
          },
        );
        asked.on("error", reject);
        asked.end("{}");
      });
      expect(status).toBe(400);
    },
  );

  it("does not reach providers: addresses, cookies, our own headers", async () => {
    start();
    model.add("fine");
    await kit.chat("a", {
      cookie: "session=1",
      "x-forwarded-for": "10.0.0.1",
      "cf-ray": "1",
      "x-mine": "yes",
    });
    const headers = model.requests[0]?.headers ?? {};
    expect(Object.keys(headers).filter((name) => /^cf-|^cookie|^x-forwarded/.test(name))).toEqual(
      [],
    );
    expect(headers["x-mine"]).toBe("yes");
  });

  it("asks no model of the host's own, whose keys it would use, unless it is trusted", async () => {
    const asked: string[] = [];
    const own: GatewaysOptions["own"] = async ({ url }) => {
      asked.push(url);
      const headers = { "content-type": "application/json" };
      return { status: 200, headers, body: Readable.from([Buffer.from("{}")]) };
    };
    start({ tokens: ["TOKEN"], authentication: false }, { account: "public" }, own);
    const body = { model: "workers-ai/@cf/meta/llama" };
    const step = { provider: "workers-ai", endpoint: "@cf/meta/llama", query: { prompt: "a" } };
    const ways = [
      (headers: Record<string, string>) => kit.chat("a", headers, {}, "workers-ai/@cf/meta/llama"),
      (headers: Record<string, string>) => kit.chat("a", headers, body, "compat/chat/completions"),
      async (headers: Record<string, string>) =>
        fetch(await kit.url(), { method: "POST", headers, body: JSON.stringify([step]) }),
    ];
    for (const ask of ways) {
      expect(await refused(await ask({}))).toEqual({ status: 401, code: 2009 });
      const key = { "cf-aig-authorization": "Bearer gateway-token" };
      expect((await ask(key)).status).toBe(200);
    }
    expect(asked).toHaveLength(ways.length);
  });

  it("is refused when it is no gateway's", async () => {
    start();
    const url = await kit.url();
    const other = url.replace("/default/", `/${"x".repeat(65)}/`);
    expect((await fetch(other, { method: "POST", body: "[]" })).status).toBe(404);
    expect((await fetch(new URL("/v1/other", url))).status).toBe(404);
    expect(await (await fetch(new URL("/healthz", url))).json()).toEqual({ status: "ok" });
    expect((await fetch(`${url}__proto__/x`, { method: "POST", body: "{}" })).status).toBe(400);
  });
});
