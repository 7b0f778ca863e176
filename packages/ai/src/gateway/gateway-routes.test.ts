import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import { GatewayKit, type GatewayKitSettings, refused, saidBy } from "./testing/gateway-kit.ts";

/** Dynamic routes by HTTP. Source: `platform.md` 4.3. */

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

describe("dynamic routes", () => {
  const models = {
    large: {
      id: "large",
      type: "model",
      properties: { provider: "groq", model: "large" },
      outputs: { fallback: { elementId: "small" } },
    },
    small: { id: "small", type: "model", properties: { provider: "openai", model: "small" } },
  } as const;
  const ask = (headers: Record<string, string> = {}) =>
    kit.chat("hello", headers, { model: "dynamic/support" }, "compat/chat/completions");

  it("choose by what the request says, and fall back", async () => {
    start({
      routes: {
        support: {
          elements: [
            { id: "start", type: "start", outputs: { next: { elementId: "plan" } } },
            {
              id: "plan",
              type: "conditional",
              properties: {
                condition: {
                  $or: [{ "metadata.plan": { $in: ["pro"] } }, { "headers.x-tier": "gold" }],
                },
              },
              outputs: { true: { elementId: "large" }, false: { elementId: "small" } },
            },
            models.large,
            models.small,
          ],
        },
      },
    });
    model.add("a", "b", "c", { status: 500 }, "d");
    const named = (response: Response) => [
      response.headers.get("cf-aig-provider"),
      response.headers.get("cf-aig-model"),
    ];
    expect(named(await ask())).toEqual(["openai", "small"]);
    expect(named(await ask({ "cf-aig-metadata": '{"plan":"pro"}' }))).toEqual(["groq", "large"]);
    expect(named(await ask({ "x-tier": "gold" }))).toEqual(["groq", "large"]);
    const fallen = await ask({ "x-tier": "gold" });
    expect([...named(fallen), fallen.headers.get("cf-aig-step")]).toEqual(["openai", "small", "1"]);
    expect(model.requests.map((request) => request.model)).toEqual([
      "small",
      "large",
      "large",
      "large",
      "small",
    ]);
  });

  it("share by chance, and count", async () => {
    start({
      routes: {
        support: {
          elements: [
            { id: "start", type: "start", outputs: { next: { elementId: "share" } } },
            {
              id: "share",
              type: "percentage",
              outputs: { "0%": { elementId: "small" }, else: { elementId: "limit" } },
            },
            {
              id: "limit",
              type: "rate_limit",
              properties: { limitType: "count", key: "metadata.user", limit: 1, interval: 60 },
              outputs: { success: { elementId: "large" }, fallback: { elementId: "small" } },
            },
            models.large,
            models.small,
          ],
        },
      },
    });
    model.add("a", "b", "c");
    const user = (name: string) => ({ "cf-aig-metadata": JSON.stringify({ user: name }) });
    const served = async (name: string) => (await ask(user(name))).headers.get("cf-aig-model");
    expect([await served("ann"), await served("ann"), await served("bob")]).toEqual([
      "large",
      "small",
      "large",
    ]);
  });

  it("count what was paid", async () => {
    start(
      {
        routes: {
          support: {
            elements: [
              { id: "start", type: "start", outputs: { next: { elementId: "limit" } } },
              {
                id: "limit",
                type: "rate_limit",
                properties: { limitType: "cost", limit: 0.5, interval: 3600 },
                outputs: { success: { elementId: "large" }, fallback: { elementId: "small" } },
              },
              models.large,
              models.small,
            ],
          },
        },
      },
      { prices: { "groq/large": { input: 60_000, output: 0 } } },
    );
    model.add("a", "b");
    const first = await ask();
    await first.text();
    expect(first.headers.get("cf-aig-model")).toBe("large");
    expect((await ask()).headers.get("cf-aig-model")).toBe("small");
  });

  it("limit a model's time and try it again, by the element's own settings", async () => {
    const properties = { provider: "groq", model: "large", timeout: 700, retries: 1 };
    const route = {
      elements: [
        { id: "start", type: "start", outputs: { next: { elementId: "large" } } },
        { ...models.large, properties },
        models.small,
      ],
    } as const;
    start({ routes: { support: route } });
    kit.holdTimers();
    kit.ringAtOnce((delayMs) => delayMs !== 700);
    model.add({ status: 500, times: 2 }, "small's");
    const response = await ask();
    expect(response.headers.get("cf-aig-model")).toBe("small");
    expect(model.requests.map((request) => request.model)).toEqual(["large", "large", "small"]);
    expect(kit.waits).toEqual([700, 500]);
  });

  it("can be a step of the universal endpoint", async () => {
    const elements = [
      { id: "start", type: "start", outputs: { next: { elementId: "large" } } },
      models.large,
      models.small,
    ] as const;
    start({ routes: { support: { elements } } });
    model.add({ status: 500 }, { status: 500 }, "third");
    const query = { messages: [{ role: "user", content: "hello" }] };
    const step = (name: string) => ({
      provider: "compat",
      endpoint: "chat/completions",
      headers: { Authorization: "Bearer mine" },
      query: { ...query, model: name },
    });
    const body = JSON.stringify([step("dynamic/support"), step("openai/third")]);
    const response = await fetch(await kit.url(), { method: "POST", body });
    expect([response.headers.get("cf-aig-step"), response.headers.get("cf-aig-model")]).toEqual([
      "2",
      "third",
    ]);
    expect(await saidBy(response)).toBe("third");
  });

  it("are named when they do not exist", async () => {
    start();
    expect(await refused(await ask())).toEqual({ status: 400, code: 2031 });
  });
});
