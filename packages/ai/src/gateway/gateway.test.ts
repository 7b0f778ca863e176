import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import type { GatewaySettings } from "./settings.ts";
import { GatewayKit, type GatewayKitSettings, refused, saidBy } from "./testing/gateway-kit.ts";

/** Each feature of the service's gateway, by HTTP. Source: `platform.md` 4.3. */

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

describe("caching", () => {
  it("answers what was asked before, until it is too old", async () => {
    start({ cacheTtl: 60 });
    model.add("one", "two", "three");
    const first = await kit.chat("same");
    expect([first.headers.get("cf-aig-cache-status"), await saidBy(first)]).toEqual([
      "MISS",
      "one",
    ]);
    const second = await kit.chat("same");
    expect([second.headers.get("cf-aig-cache-status"), await saidBy(second)]).toEqual([
      "HIT",
      "one",
    ]);
    expect(kit.log(second)).toMatchObject({ cached: true, cost: 0, success: true });
    expect(await saidBy(await kit.chat("other"))).toBe("two");
    kit.advance(61_000);
    expect(await saidBy(await kit.chat("same"))).toBe("three");
  });

  it("keeps apart what other keys asked, skips when told, and takes a key of the client's", async () => {
    start({ cacheTtl: 60 });
    model.add("one", "two", "three", "four");
    expect(await saidBy(await kit.chat("same"))).toBe("one");
    expect(await saidBy(await kit.chat("same", { authorization: "Bearer other" }))).toBe("two");
    const skipped = await kit.chat("same", { "cf-aig-skip-cache": "true" });
    expect([skipped.headers.get("cf-aig-cache-status"), await saidBy(skipped)]).toEqual([
      null,
      "three",
    ]);
    const keyed = { "cf-aig-cache-key": "mine" };
    expect(await saidBy(await kit.chat("a", keyed))).toBe("four");
    expect(await saidBy(await kit.chat("b", keyed))).toBe("four");
  });

  it("is off unless a request asks for it, by a time or by a key", async () => {
    start();
    model.add("one", "two", "three", "four");
    expect((await kit.chat("same")).headers.has("cf-aig-cache-status")).toBe(false);
    expect(await saidBy(await kit.chat("same"))).toBe("two");
    const old = { "cf-cache-ttl": "100" };
    expect(await saidBy(await kit.chat("same", old))).toBe("three");
    expect(await saidBy(await kit.chat("same", old))).toBe("three");
    const keyed = { "cf-aig-cache-key": "mine" };
    expect(await saidBy(await kit.chat("a", keyed))).toBe("four");
    kit.advance(299_000);
    expect(await saidBy(await kit.chat("a", keyed))).toBe("four");
  });

  it("replays a stream as a stream, and keeps none that broke off", async () => {
    start({ cacheTtl: 60 });
    model.add(["It ", { cut: true }], ["It ", "rains."]);
    const asked = { stream: true };
    await expect((await kit.chat("same", {}, asked)).text()).rejects.toThrow();
    const streamed = await (await kit.chat("same", {}, asked)).text();
    const again = await kit.chat("same", {}, asked);
    expect(again.headers.get("cf-aig-cache-status")).toBe("HIT");
    expect(again.headers.get("content-type")).toContain("text/event-stream");
    expect(await again.text()).toBe(streamed);
  });

  it("keeps no errors", async () => {
    start({ cacheTtl: 60 });
    model.add({ status: 500 }, "fine");
    expect((await kit.chat("same")).status).toBe(500);
    expect(await saidBy(await kit.chat("same"))).toBe("fine");
  });
});

describe("rate limits", () => {
  it("slides", async () => {
    start({ rateLimit: { limit: 2, interval: 10 } });
    model.add("1", "2", "3");
    await kit.chat("a");
    kit.advance(6000);
    await kit.chat("b");
    expect(await refused(await kit.chat("c"))).toEqual({ status: 429, code: 2003 });
    kit.advance(4500);
    expect((await kit.chat("d")).status).toBe(200);
    expect((await kit.chat("e")).status).toBe(429);
  });

  it("has windows that the clock aligns", async () => {
    start({ rateLimit: { limit: 1, interval: 3600, technique: "fixed" } });
    model.add("1", "2");
    expect((await kit.chat("a")).status).toBe(200);
    expect((await kit.chat("b")).status).toBe(429);
    kit.advance(3_600_000);
    expect((await kit.chat("c")).status).toBe(200);
  });
});

describe("retries and time-outs", () => {
  it("tries again what may pass, as often as allowed", async () => {
    start({ retries: { maxAttempts: 3, delayMs: 1, backoff: "exponential" } });
    model.add({ status: 500 }, { status: 429 }, "third");
    const response = await kit.chat("a");
    expect(await saidBy(response)).toBe("third");
    expect(kit.log(response)).toMatchObject({ attempts: 3, success: true });
    model.add({ status: 503, times: 3 });
    expect((await kit.chat("b")).status).toBe(503);
    expect(model.requests).toHaveLength(6);
  });

  it("does not try again what is the client's mistake", async () => {
    start({ retries: { maxAttempts: 5, delayMs: 1 } });
    model.add({ status: 400 });
    expect((await kit.chat("a")).status).toBe(400);
    expect(model.requests).toHaveLength(1);
  });

  it("is told by headers", async () => {
    start();
    model.add({ status: 500 }, "second");
    const headers = { "cf-aig-max-attempts": "2", "cf-aig-retry-delay": "1" };
    expect(await saidBy(await kit.chat("a", headers))).toBe("second");
  });

  it("gives up on a provider that says nothing, and not on a stream that has begun", async () => {
    start({ timeoutMs: 1000 });
    kit.holdTimers();
    const silent = Promise.withResolvers<void>();
    model.add([{ until: silent.promise }, "late"]);
    const late = kit.chat("a");
    await model.request(1);
    kit.ring();
    expect(await refused(await late)).toEqual({ status: 504, code: 2014 });
    silent.resolve();
    const slow = Promise.withResolvers<void>();
    model.add(["It ", { until: slow.promise }, "rains."]);
    const response = await kit.chat("b", {}, { stream: true });
    kit.ring();
    slow.resolve();
    expect(await response.text()).toContain("rains.");
  });

  it("says when a provider cannot be reached", async () => {
    start();
    const response = await kit.chat("a", {}, {}, "custom-dead/chat");
    expect(await refused(response)).toEqual({ status: 502, code: 2010 });
    expect(kit.log(response)).toMatchObject({ statusCode: 502, success: false });
  });
});

describe("fallback", () => {
  const universal = async (steps: object) =>
    fetch(await kit.url(), { method: "POST", body: JSON.stringify(steps) });
  const query = { model: "small", messages: [{ role: "user", content: "hello" }] };
  const headers = { Authorization: "Bearer mine" };

  it("goes through the steps of the universal endpoint until one answers", async () => {
    start();
    model.add({ status: 401 }, "third");
    const response = await universal([
      { provider: "custom-dead", endpoint: "chat", query },
      { provider: "openai", endpoint: "chat/completions", headers, query },
      { provider: "groq", endpoint: "/chat/completions", headers, query },
    ]);
    expect(response.headers.get("cf-aig-step")).toBe("2");
    expect(await saidBy(response)).toBe("third");
    expect(kit.log(response)).toMatchObject({ provider: "groq", step: 2, model: "small" });
  });

  it("falls back when a step is late, by the step's own limit", async () => {
    start();
    kit.holdTimers();
    const silent = Promise.withResolvers<void>();
    model.add([{ until: silent.promise }, "late"], "second");
    const answered = universal([
      {
        provider: "openai",
        endpoint: "chat/completions",
        headers,
        query,
        config: { requestTimeout: 30 },
      },
      { provider: "openai", endpoint: "chat/completions", headers, query },
    ]);
    await model.request(1);
    kit.ring();
    const response = await answered;
    silent.resolve();
    expect([response.headers.get("cf-aig-step"), await saidBy(response)]).toEqual(["1", "second"]);
  });

  it("answers the last failure when all fail", async () => {
    start();
    model.add({ status: 500, message: "first" }, { status: 418, message: "last" });
    const step = { provider: "openai", endpoint: "chat/completions", headers, query };
    const response = await universal([step, step]);
    expect([response.status, response.headers.get("cf-aig-step")]).toEqual([418, "1"]);
    expect(await response.text()).toContain("last");
  });

  it.each([
    ["nothing", "", 2005],
    ["no steps", "[]", 2005],
    ["half a step", '[{"provider":"openai"}]', 2005],
    ["an unknown provider", '[{"provider":"nobody","endpoint":"x"}]', 2008],
    ["a way up", '[{"provider":"openai","endpoint":"%2e%2e/x"}]', 2005],
  ])("refuses %s", async (_, body, code) => {
    start();
    const response = await fetch(await kit.url(), { method: "POST", body });
    expect((await refused(response)).code).toBe(code);
  });
});

describe("keys", () => {
  it("asks for a gateway key where it is told to, and for a right one", async () => {
    start({ tokens: ["TOKEN"] }, { account: "public" });
    model.add("fine");
    const key = (value: string) => ({ "cf-aig-authorization": `Bearer ${value}` });
    expect(await refused(await kit.chat("a"))).toEqual({ status: 401, code: 2009 });
    expect((await kit.chat("a", key("wrong"))).status).toBe(401);
    expect((await kit.chat("a", key("gateway-token"))).status).toBe(200);
    expect(model.requests[0]?.headers["cf-aig-authorization"]).toBeUndefined();
  });

  it("sends the stored key for a request that shows none, and only for a trusted one", async () => {
    start({ authentication: false, tokens: ["TOKEN"] }, { account: "public" });
    model.add("fine");
    const bare = async (headers: Record<string, string>) =>
      fetch(await kit.url("openai/chat/completions"), {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ model: "small", messages: [{ role: "user", content: "a" }] }),
      });
    expect((await bare({})).status).toBe(400);
    expect(model.problems).toEqual([expect.stringContaining("no bearer key")]);
    expect((await bare({ "cf-aig-authorization": "Bearer gateway-token" })).status).toBe(200);
    expect(model.requests[0]?.headers.authorization).toBe("Bearer stored-key");
  });

  it("chooses among a provider's keys by their alias, and trusts a URL that nobody can guess", async () => {
    start(
      {},
      {
        providers: {
          groq: { baseUrl: model.url, keys: { default: "OPENAI_API_KEY", team: "TOKEN" } },
        },
      },
    );
    model.add("fine");
    const url = await kit.url("groq/chat/completions");
    const headers = { "content-type": "application/json", "cf-aig-byok-alias": "team" };
    const body = JSON.stringify({ model: "small", messages: [{ role: "user", content: "a" }] });
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
    expect(model.requests[0]?.headers.authorization).toBe("Bearer gateway-token");
    const guessed = url.replace(/\/v1\/[0-9a-f]{32}\//, `/v1/${"0".repeat(32)}/`);
    expect((await fetch(guessed, { method: "POST", headers, body })).status).toBe(404);
  });
});

describe("logs, costs and budgets", () => {
  const prices = { "openai/small": { input: 1, output: 10 } };

  it("notes what was asked, answered and paid, without secrets", async () => {
    start({}, { prices });
    model.add({
      steps: ["Your key is sk-abcdefghijklmnopqrstuvwxyz."],
      usage: { input: 100, output: 20 },
    });
    const response = await kit.chat("my token: ghp_abcdefghijklmnopqrstuvwxyz0123456789", {
      "cf-aig-metadata": '{"user":"ann","n":1,"b":true,"o":{},"x":1,"y":2,"z":3}',
      "cf-aig-event-id": "event-1",
    });
    await response.text();
    const log = kit.log(response);
    expect(log).toMatchObject({
      provider: "openai",
      model: "small",
      path: "chat/completions",
      statusCode: 200,
      success: true,
      cached: false,
      tokensIn: 100,
      tokensOut: 20,
      cost: 0.0003,
      customCost: false,
      metadata: { user: "ann", n: 1, b: true, x: 1, y: 2 },
      eventId: "event-1",
      requestComplete: true,
      responseComplete: true,
    });
    expect(response.headers.get("cf-aig-event-id")).toBe("event-1");
    expect(`${log?.request}${log?.response}`).not.toMatch(/sk-abc|ghp_|mine/);
    expect(log?.response).toContain("[redacted]");
  });

  it("counts a stream's tokens in both formats", async () => {
    start();
    model.add(
      { steps: ["a"], usage: { input: 7, output: 3 } },
      { steps: ["b"], usage: { input: 9, output: 4 } },
    );
    const counted = { stream: true, stream_options: { include_usage: true } };
    const openai = await kit.chat("a", {}, counted);
    await openai.text();
    expect(kit.log(openai)).toMatchObject({ tokensIn: 7, tokensOut: 3 });
    const anthropic = await kit.chat(
      "b",
      { "x-api-key": "mine", "anthropic-version": "2023-06-01" },
      { stream: true, max_tokens: 5 },
      "anthropic/v1/messages",
    );
    await anthropic.text();
    expect(kit.log(anthropic)).toMatchObject({ tokensIn: 9, tokensOut: 4 });
  });

  it("takes the client's own cost, and leaves out what it is told to", async () => {
    start({ logs: { collect: false } });
    model.add("a", "b", "c");
    const collect = { "cf-aig-collect-log": "true", "cf-aig-collect-log-payload": "false" };
    const priced = await kit.chat("a", { ...collect, "cf-aig-custom-cost": '{"total_cost":0.5}' });
    await priced.text();
    expect(kit.log(priced)).toMatchObject({ cost: 0.5, customCost: true });
    expect(kit.log(priced)).not.toHaveProperty("request");
    const each = await kit.chat("b", {
      ...collect,
      "cf-aig-custom-cost": '{"per_token_in":0.1,"per_token_out":1}',
    });
    await each.text();
    expect(kit.log(each)?.cost).toBeCloseTo(6);
    const unlogged = await kit.chat("c");
    await unlogged.text();
    expect(kit.log(unlogged)).toBeUndefined();
  });

  it("keeps so many logs, or stops", async () => {
    start({ logs: { keep: 2, strategy: "stop" } });
    model.add({ steps: ["a"], times: 3 });
    for (let n = 0; n < 3; n++) await (await kit.chat("a")).text();
    expect(kit.gateways.store.countLogs("default")).toBe(2);
  });

  const BUDGETS: readonly [string, GatewaySettings["budgets"] & object][] = [
    ["tokens for everybody", [{ interval: 3600, tokens: 15 }]],
    ["money for everybody", [{ interval: 3600, cost: 0.00005 }]],
    ["tokens for each user", [{ per: "metadata.user", interval: 3600, tokens: 15 }]],
  ];
  it.each(BUDGETS)("ends when a budget is spent: %s", async (name, budgets) => {
    start({ budgets }, { prices });
    model.add({ steps: ["a"], times: 4 });
    const ask = (user: string) => kit.chat("a", { "cf-aig-metadata": JSON.stringify({ user }) });
    await (await ask("ann")).text();
    expect(await refused(await ask("ann"))).toEqual({ status: 429, code: 2021 });
    expect((await ask("bob")).status).toBe(name.endsWith("user") ? 200 : 429);
    kit.advance(3_600_000);
    expect((await ask("ann")).status).toBe(200);
  });
});
