import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import type { Route } from "./rules/route.ts";
import type { GatewaySettings } from "./settings.ts";
import {
  aiSdkClient,
  anthropicClient,
  langchainClient,
  type MakeClient,
  openaiClient,
  ownModels,
  workersAiClient,
} from "./testing/clients.ts";
import { GatewayKit } from "./testing/gateway-kit.ts";

/** What users do with their clients, with each of the published ones. */

let model: ModelServer;
let kit: GatewayKit;
beforeEach(async () => {
  model = await startModelServer();
});
afterEach(async () => {
  await kit[Symbol.asyncDispose]();
  await model.close();
});

interface Row {
  readonly name: string;
  readonly make: () => MakeClient;
  /** How the client falls back to another model; `undefined`: its interface has no way to ask for it. */
  readonly fallsBackBy: string | undefined;
}

const ROUTE = "dynamic/support";
const CLIENTS: readonly Row[] = [
  {
    name: "openai, at the provider's own path",
    make: () => openaiClient("openai", "small"),
    fallsBackBy: undefined,
  },
  {
    name: "openai, at /compat",
    make: () => openaiClient("compat", "openai/small"),
    fallsBackBy: ROUTE,
  },
  { name: "@anthropic-ai/sdk", make: () => anthropicClient, fallsBackBy: undefined },
  { name: "@langchain/openai", make: () => langchainClient, fallsBackBy: ROUTE },
  { name: "the AI SDK", make: () => aiSdkClient, fallsBackBy: ROUTE },
  {
    name: "workers-ai-provider",
    make: () => workersAiClient(model.url),
    fallsBackBy: "openai/small",
  },
];

const support: Route = {
  elements: [
    { id: "start", type: "start", outputs: { next: { elementId: "small" } } },
    {
      id: "small",
      type: "model",
      properties: { provider: "openai", model: "small" },
      outputs: { fallback: { elementId: "other" } },
    },
    { id: "other", type: "model", properties: { provider: "groq", model: "other" } },
  ],
};

const lastLog = () => kit.gateways.store.logs("default", 1)[0];
function started(make: Row["make"], settings: GatewaySettings, name?: string) {
  const secret = { groq: { baseUrl: model.url, keys: "OPENAI_API_KEY" } };
  const routed = { routes: { support }, ...settings };
  kit = new GatewayKit(model.url, routed, { providers: secret }, ownModels(model.url));
  return make()(kit, name);
}

describe.each(CLIENTS)("$name", ({ make }) => {
  const start = (settings: GatewaySettings = {}) => started(make, settings);

  it("chats", async () => {
    const client = await start();
    model.add("It rains.");
    expect(await client.say("Weather?")).toBe("It rains.");
    expect(model.problems).toEqual([]);
    await expect.poll(lastLog).toMatchObject({ success: true, tokensIn: 10, tokensOut: 5 });
  });

  it("gets a stream as it comes", async () => {
    const client = await start();
    const more = Promise.withResolvers<void>();
    model.add(["It ", { until: more.promise }, "rains."]);
    let text = "";
    for await (const part of client.stream("Weather?")) {
      text += part;
      // The rest is not even said before the beginning is here.
      if (text === "It ") more.resolve();
    }
    expect(text).toBe("It rains.");
  });

  it("is told which tool to call", async () => {
    const client = await start();
    model.add([{ tool: "weather", input: { city: "Oslo" } }]);
    expect(await client.call("Weather?")).toEqual({ name: "weather", input: { city: "Oslo" } });
    expect(model.requests[0]?.tools).toEqual(["weather"]);
  });

  it("sees the provider's errors, whole and streamed", async () => {
    const client = await start();
    model.add({ status: 400, message: "too long", times: 2 });
    await expect(client.say("Weather?")).rejects.toThrow(/too long/);
    await expect(Array.fromAsync(client.stream("Weather?"))).rejects.toThrow(/too long/);
    expect(lastLog()).toMatchObject({ success: false, statusCode: 400 });
  });

  it("is told that a provider is late", async () => {
    const client = await start({ timeoutMs: 1000 });
    kit.holdTimers();
    const silent = Promise.withResolvers<void>();
    model.add([{ until: silent.promise }, "late"]);
    const asked = client.say("Weather?");
    const failed = expect(asked).rejects.toThrow(/504|did not answer in time|Gateway Timeout/);
    const request = await model.request(1);
    kit.ring();
    await failed;
    expect(await request.ended).toBe("abandoned");
    silent.resolve();
  });

  it("goes away by itself, which ends the provider's work", async () => {
    const client = await start();
    const never = Promise.withResolvers<void>();
    model.add(["first", { until: never.promise }]);
    const leaving = new AbortController();
    const reading = (async () => {
      for await (const part of client.stream("Weather?", leaving.signal)) {
        if (part === "first") leaving.abort();
      }
    })();
    await reading.catch((error: unknown) => expect(String(error)).toMatch(/abort/i));
    expect(await (await model.request(1)).ended).toBe("abandoned");
    never.resolve();
  });

  it("is answered from the cache, streams as streams", async () => {
    const client = await start({ cacheTtl: 60 });
    model.add("It rains.", ["It ", "pours."]);
    expect(await client.say("Weather?")).toBe("It rains.");
    await expect.poll(lastLog).toMatchObject({ cached: false });
    expect(await client.say("Weather?")).toBe("It rains.");
    await expect.poll(lastLog).toMatchObject({ cached: true, cost: 0 });
    const streamed = async () => (await Array.fromAsync(client.stream("Rain?"))).join("");
    expect(await streamed()).toBe("It pours.");
    await expect.poll(lastLog).toMatchObject({ cached: false });
    expect(await streamed()).toBe("It pours.");
    expect(model.requests).toHaveLength(2);
  });

  it("is told of a rate limit and of a spent budget", async () => {
    const client = await start({ rateLimit: { limit: 1, interval: 60 } });
    model.add("It rains.");
    expect(await client.say("Weather?")).toBe("It rains.");
    await expect(client.say("Rain?")).rejects.toThrow(/429|Rate limited|Too Many/);
    await kit[Symbol.asyncDispose]();
    const other = await start({ budgets: [{ interval: 3600, tokens: 15 }] });
    model.add("It rains.");
    expect(await other.say("Weather?")).toBe("It rains.");
    await expect.poll(lastLog).toBeDefined();
    await expect(other.say("Rain?")).rejects.toThrow(/429|Budget spent|Too Many/);
  });

  it("is tried again as the gateway says, and sees nothing of it", async () => {
    const client = await start({ retries: { maxAttempts: 2, delayMs: 1 } });
    model.add({ status: 503 }, "It rains.");
    expect(await client.say("Weather?")).toBe("It rains.");
  });
});

describe("falls back to another model where its interface can name one", () => {
  it.each(CLIENTS.filter(({ fallsBackBy }) => fallsBackBy !== undefined))(
    "$name",
    async ({ make, fallsBackBy }) => {
      const client = await started(make, {}, fallsBackBy);
      model.add({ status: 500 }, "It rains.", { status: 500 }, ["It ", "pours."]);
      expect(await client.say("Weather?")).toBe("It rains.");
      expect((await Array.fromAsync(client.stream("Rain?"))).join("")).toBe("It pours.");
      const asked = model.requests.map((request) => request.model);
      expect(asked).toEqual(["small", "other", "small", "other"]);
      await expect.poll(lastLog).toMatchObject({ provider: "groq", step: 1 });
    },
  );
});
