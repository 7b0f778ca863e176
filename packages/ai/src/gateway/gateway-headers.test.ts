import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import { GatewayKit, type GatewayKitSettings, refused, saidBy } from "./testing/gateway-kit.ts";

/** Each header that a client may set, where no test of a feature shows it. Source: `platform.md` 4.2. */

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

describe("cf-aig-cache-ttl", () => {
  it.each([
    ["1", 60],
    ["90", 90],
    ["9999999", 2_592_000],
  ])("of %s keeps an answer for %i s", async (ttl, seconds) => {
    start();
    model.add("one", "two");
    const headers = { "cf-aig-cache-ttl": ttl };
    expect(await saidBy(await kit.chat("a", headers))).toBe("one");
    kit.advance(seconds * 1000 - 30_000);
    expect(await saidBy(await kit.chat("a", headers))).toBe("one");
    kit.advance(30_001);
    expect(await saidBy(await kit.chat("a", headers))).toBe("two");
  });

  it("of 0 keeps nothing, whatever the gateway does, and nonsense counts as nothing", async () => {
    start({ cacheTtl: 60 });
    model.add("one", "two", "three");
    const none = { "cf-aig-cache-ttl": "0" };
    expect(await saidBy(await kit.chat("a", none))).toBe("one");
    expect(await saidBy(await kit.chat("a", none))).toBe("two");
    const nonsense = { "cf-aig-cache-ttl": "-5" };
    expect(await saidBy(await kit.chat("a", nonsense))).toBe("three");
    expect(await saidBy(await kit.chat("a", nonsense))).toBe("three");
  });
});

describe("cf-aig-skip-cache", () => {
  it("is also read by its old name, and neither reads nor writes", async () => {
    start({ cacheTtl: 60 });
    model.add("one", "two");
    expect(await saidBy(await kit.chat("a", { "cf-skip-cache": "true" }))).toBe("one");
    expect(await saidBy(await kit.chat("a"))).toBe("two");
    expect(await saidBy(await kit.chat("a", { "cf-aig-skip-cache": "false" }))).toBe("two");
  });
});

describe("cf-aig-request-timeout", () => {
  it("limits the time to the first part, and not what comes after it", async () => {
    start();
    kit.holdTimers();
    const silent = Promise.withResolvers<void>();
    model.add([{ until: silent.promise }, "late"]);
    const late = kit.chat("a", { "cf-aig-request-timeout": "250" });
    await model.request(1);
    expect(kit.waits).toEqual([250]);
    kit.ring();
    expect(await refused(await late)).toEqual({ status: 504, code: 2014 });
    silent.resolve();
  });

  it("wins over the gateway's own, and a step's over the request's", async () => {
    start({ timeoutMs: 9000 });
    kit.holdTimers();
    model.add("one", "two", "three");
    await kit.chat("a");
    await kit.chat("a", { "cf-aig-request-timeout": "500" });
    const step = {
      provider: "openai",
      endpoint: "chat/completions",
      headers: { Authorization: "Bearer mine" },
      query: { model: "small", messages: [{ role: "user", content: "a" }] },
      config: { requestTimeout: 70 },
    };
    const headers = { "cf-aig-request-timeout": "500" };
    await fetch(await kit.url(), { method: "POST", headers, body: JSON.stringify([step]) });
    expect(kit.waits).toEqual([9000, 500, 70]);
  });
});

describe("cf-aig-max-attempts, -retry-delay and -backoff", () => {
  it.each([
    ["constant", [40, 40, 40, 40]],
    ["linear", [40, 80, 120, 160]],
    ["exponential", [40, 80, 160, 320]],
  ])("wait by %s", async (backoff, waits) => {
    start();
    kit.holdTimers();
    kit.ringAtOnce();
    model.add({ status: 500, times: 9 });
    const headers = {
      "cf-aig-max-attempts": "9",
      "cf-aig-retry-delay": "40",
      "cf-aig-backoff": backoff,
    };
    expect((await kit.chat("a", headers)).status).toBe(500);
    expect([kit.waits, model.requests.length]).toEqual([waits, 5]);
  });

  it("wait 5 s at most, and the last attempt has all the time it wants", async () => {
    start({ timeoutMs: 1000 });
    kit.holdTimers();
    kit.ringAtOnce((delayMs) => delayMs !== 1000);
    model.add({ status: 500 }, "fine");
    const headers = { "cf-aig-max-attempts": "2", "cf-aig-retry-delay": "60000" };
    expect(await saidBy(await kit.chat("a", headers))).toBe("fine");
    expect(kit.waits).toEqual([1000, 5000]);
  });
});

describe("cf-aig-metadata", () => {
  it.each(["no JSON", "[1]", "null", '{"deep":{"a":1}}'])("of %s is none", async (metadata) => {
    start();
    model.add("fine");
    const response = await kit.chat("a", { "cf-aig-metadata": metadata });
    await response.text();
    expect(kit.log(response)?.metadata).toEqual({});
  });
});

describe("cf-aig-authorization", () => {
  const keyed = { tokens: ["TOKEN"] };

  it("may stand where clients send a provider's key, and goes to no provider", async () => {
    start(keyed, { account: "public" });
    model.add("one", "two");
    const bearer = await kit.chat("a", { authorization: "Bearer gateway-token" });
    expect(await saidBy(bearer)).toBe("one");
    const url = await kit.url("openai/chat/completions");
    const headers = { "content-type": "application/json", "x-api-key": "gateway-token" };
    const body = JSON.stringify({ model: "small", messages: [{ role: "user", content: "a" }] });
    expect(await saidBy(await fetch(url, { method: "POST", headers, body }))).toBe("two");
    for (const { headers } of model.requests) {
      expect(headers.authorization).toBe("Bearer stored-key");
      expect(JSON.stringify(headers)).not.toContain("gateway-token");
    }
    const other = await kit.chat("a", { authorization: "Bearer somebody" });
    expect(await refused(other)).toEqual({ status: 401, code: 2009 });
  });

  it("counts budgets for each key", async () => {
    const budgets = [{ per: "key" as const, interval: 3600, tokens: 15 }];
    start({ tokens: ["TOKEN", "OTHER"], budgets }, { account: "public" });
    kit.secrets.OTHER = "other-token";
    model.add({ steps: ["a"], times: 2 });
    const ask = (key: string) => kit.chat("a", { "cf-aig-authorization": `Bearer ${key}` });
    await (await ask("gateway-token")).text();
    expect(await refused(await ask("gateway-token"))).toEqual({ status: 429, code: 2021 });
    expect((await ask("other-token")).status).toBe(200);
  });
});

describe("cf-aig-zdr and headers of tomorrow", () => {
  it("are taken and reach no provider", async () => {
    start();
    model.add("fine");
    expect((await kit.chat("a", { "cf-aig-zdr": "true", "cf-aig-new": "1" })).status).toBe(200);
    const names = Object.keys(model.requests[0]?.headers ?? {});
    expect(names.filter((name) => name.startsWith("cf-"))).toEqual([]);
  });
});
