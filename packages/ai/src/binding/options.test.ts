import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { bindingOf, ownModels } from "../gateway/testing/clients.ts";
import { GatewayKit } from "../gateway/testing/gateway-kit.ts";
import type { Ai } from "./ai.ts";

/** Each input of a chat and each option of `run`. Source: `platform.md` 6.1, 6.2 and 4.4. */

const CHAT = "@cf/meta/llama-3.1-8b-instruct";
let model: ModelServer;
let kit: GatewayKit;
let ai: Ai;
beforeEach(async () => {
  model = await startModelServer();
  start();
});
afterEach(async () => {
  await kit[Symbol.asyncDispose]();
  await model.close();
});
function start(settings: GatewaySettings = {}): void {
  kit = new GatewayKit(model.url, settings, {}, ownModels(model.url));
  ai = bindingOf(kit, model.url);
}
const log = () => ai.gateway("default").getLog(ai.aiGatewayLogId ?? "");

describe("inputs of a chat", () => {
  const prompt = "Weather?";

  it.each<[object, object]>([
    [{ max_tokens: 5 }, { max_tokens: 5 }],
    [{ max_completion_tokens: 6 }, { max_tokens: 6 }],
    [{ temperature: 0.5 }, { temperature: 0.5 }],
    [{ top_p: 0.9 }, { top_p: 0.9 }],
    [{ seed: 7 }, { seed: 7 }],
    [{ frequency_penalty: 1 }, { frequency_penalty: 1 }],
    [{ presence_penalty: -1 }, { presence_penalty: -1 }],
    [{ stop: "end" }, { stop: ["end"] }],
    [{ reasoning_effort: "low" }, { reasoning_effort: "low" }],
    [{ response_format: { type: "json_object" } }, { response_format: { type: "json_object" } }],
  ])("%j reach the provider as %j", async (given, body) => {
    model.add('{"a":1}');
    await ai.run(CHAT, { prompt, ...given });
    expect(model.requests[0]?.body).toMatchObject(body);
  });

  it.each([
    { top_k: 5, repetition_penalty: 1.1, raw: true, lora: "mine" },
    { chat_template_kwargs: { enable_thinking: false }, reasoning_effort: null },
  ])("%j are taken where no provider knows them", async (given) => {
    model.add("fine");
    expect(await ai.run(CHAT, { prompt, ...given })).toMatchObject({ response: "fine" });
  });

  const schema = { type: "object", properties: { mood: { type: "string" } } };
  it.each([
    ["the service's", schema],
    ["OpenAI's", { name: "mood", schema }],
  ])("a schema for the answer, in %s form", async (_, json_schema) => {
    model.add('{"mood":"glad"}');
    const response_format = { type: "json_schema", json_schema };
    expect(await ai.run(CHAT, { prompt, response_format })).toMatchObject({
      response: { mood: "glad" },
    });
    expect(model.requests[0]?.body).toMatchObject({
      response_format: { type: "json_schema", json_schema: { schema } },
    });
  });

  it("JSON that a model does not come to is an error, with a gateway or without", async () => {
    model.add("I would rather not.", "Nor now.");
    const inputs = { prompt, response_format: { type: "json_object" } };
    for (const options of [{}, { gateway: { id: "default" } }]) {
      await expect(ai.run(CHAT, inputs, options)).rejects.toMatchObject({
        ...{ code: 5024, message: "5024: JSON Mode couldn't be met" },
      });
    }
  });

  const parameters = { type: "object", properties: { city: { type: "string" } } };
  const flat = { name: "weather", description: "Weather", parameters };
  it.each([
    ["OpenAI's form", { tools: [{ type: "function", function: flat }] }],
    ["the older form", { tools: [flat] }],
    ["functions", { functions: [flat] }],
  ])("tools in %s", async (_, given) => {
    model.add([{ tool: "weather", input: { city: "Oslo" }, id: "c1" }]);
    const answer = await ai.run(CHAT, { prompt, ...given });
    expect(answer).toMatchObject({
      tool_calls: [{ name: "weather", arguments: { city: "Oslo" } }],
    });
    expect(model.requests[0]?.tools).toEqual(["weather"]);
  });

  it.each([
    ["required", "required"],
    ["any", "required"],
    ["none", "none"],
    [{ type: "function", function: { name: "weather" } }, { function: { name: "weather" } }],
  ])("a choice of tools: %j", async (tool_choice, sent) => {
    model.add(sent === "none" ? "fine" : [{ tool: "weather", input: { city: "Oslo" } }]);
    await ai.run(CHAT, { prompt, tools: [flat], tool_choice });
    const body = model.requests[0]?.body as { tool_choice?: unknown };
    if (typeof sent === "string") expect(body.tool_choice).toBe(sent);
    else expect(body.tool_choice).toMatchObject(sent);
  });

  it("reasoning that a model shows", async () => {
    model.add([{ reasoning: "Hm." }, "It rains."]);
    const stream = await ai.run(CHAT, { prompt, stream: true });
    const text = await new Response(stream as ReadableStream<Uint8Array>).text();
    expect(text).toContain('data: {"response":"","reasoning_content":"Hm."}\n\n');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });
});

describe("options of run", () => {
  it("signal: ends a request that is under way, and begins none that was given up", async () => {
    const never = Promise.withResolvers<void>();
    model.add([{ until: never.promise }, "late"], [{ until: never.promise }, "late"]);
    for (const gateway of [undefined, { id: "default" }]) {
      const leaving = new AbortController();
      const options = { signal: leaving.signal, ...(gateway && { gateway }) };
      const asked = ai.run(CHAT, { prompt: "a" }, options);
      const failed = expect(asked).rejects.toThrow();
      const request = await model.request(model.requests.length + 1);
      leaving.abort();
      await failed;
      expect(await request.ended).toBe("abandoned");
      await expect(ai.run(CHAT, { prompt: "a" }, options)).rejects.toThrow(/abort/);
    }
    expect(model.requests).toHaveLength(2);
    never.resolve();
  });

  it("returnRawResponse: whole, streamed and refused", async () => {
    model.add("fine", ["fi", "ne"], { status: 400, message: "no" }, "fine");
    const raw = (inputs: object, gateway?: { id: string }) =>
      ai.run(
        CHAT,
        { prompt: "a", ...inputs },
        { returnRawResponse: true, ...(gateway && { gateway }) },
      ) as Promise<Response>;
    expect(await (await raw({})).json()).toMatchObject({ response: "fine" });
    const streamed = await raw({ stream: true });
    expect(streamed.headers.get("content-type")).toBe("text/event-stream");
    expect(await streamed.text()).toContain('{"response":"fi"}');
    const refused = await raw({}, { id: "default" });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("no")]);
    const logged = await raw({}, { id: "default" });
    expect(logged.headers.get("cf-aig-log-id")).toBe(ai.aiGatewayLogId);
  });

  it("tags, prefix and rejectIfBusy are taken, and change nothing", async () => {
    model.add("fine");
    const options: object = { tags: ["a"], prefix: "x", rejectIfBusy: true, websocket: false };
    expect(await ai.run(CHAT, { prompt: "a" }, options)).toMatchObject({ response: "fine" });
  });

  it("tells the last request: its id, status and code", async () => {
    model.add("fine", { status: 500, message: "no" });
    await ai.run(CHAT, { prompt: "a" });
    const first = ai.lastRequestId;
    expect([first, ai.lastRequestHttpStatusCode, ai.lastRequestInternalStatusCode]).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      200,
      null,
    ]);
    await expect(ai.run(CHAT, { prompt: "a" })).rejects.toThrow(/^3043: /);
    expect(ai.lastRequestId).not.toBe(first);
    expect([ai.lastRequestHttpStatusCode, ai.lastRequestInternalStatusCode]).toEqual([500, 3043]);
  });
});

describe("options of gateways, which run and gateway(id).run take alike", () => {
  const step = {
    provider: "openai",
    endpoint: "chat/completions",
    headers: { Authorization: "Bearer mine" },
    query: { model: "small", messages: [{ role: "user", content: "a" }] },
  };
  type Options = Record<string, unknown>;
  const ways: readonly [
    string,
    (options: Options, extraHeaders?: Record<string, string>) => Promise<unknown>,
  ][] = [
    [
      "run",
      (options, extraHeaders = {}) =>
        ai.run(CHAT, { prompt: "a" }, { gateway: { id: "default", ...options }, extraHeaders }),
    ],
    [
      "gateway(id).run",
      async (gateway, extraHeaders = {}) => {
        const answer = await ai.gateway("default").run(step, { gateway, extraHeaders });
        return answer.json();
      },
    ],
  ];

  describe.each(ways)("%s", (_, ask) => {
    it("cacheTtl, cacheKey and skipCache", async () => {
      model.add("one", "two", "three");
      await ask({ cacheTtl: 60 });
      await ask({ cacheTtl: 60 });
      expect([model.requests.length, (await log()).cached]).toEqual([1, true]);
      await ask({ cacheTtl: 60, skipCache: true });
      expect(model.requests).toHaveLength(2);
      await ask({ cacheKey: "mine" });
      await ask({ cacheKey: "mine" });
      expect([model.requests.length, (await log()).cached]).toEqual([3, true]);
    });

    it("metadata, eventId and collectLog", async () => {
      model.add("one", "two");
      await ask({ metadata: { user: "ann", big: 5n, none: null }, eventId: "e-1" });
      expect(await log()).toMatchObject({ metadata: { user: "ann", big: 5 }, event_id: "e-1" });
      await ask({ collectLog: false });
      await expect(log()).rejects.toMatchObject({ name: "AiGatewayLogNotFound" });
    });

    it("retries and requestTimeoutMs", async () => {
      kit.holdTimers();
      kit.ringAtOnce((delayMs) => delayMs !== 900);
      model.add({ status: 500 }, { status: 500 }, "third");
      const retries = { maxAttempts: 3, retryDelayMs: 20, backoff: "linear" };
      await ask({ retries, requestTimeoutMs: 900 });
      expect(model.requests).toHaveLength(3);
      expect(kit.waits.filter((delayMs) => delayMs !== 900)).toEqual([20, 40]);
    });

    it("extraHeaders", async () => {
      model.add("one");
      await ask({}, { "CF-AIG-Metadata": '{"user":"ben"}' });
      expect(await log()).toMatchObject({ metadata: { user: "ben" } });
    });
  });

  it("gateway(id).run ends with its signal", async () => {
    const never = Promise.withResolvers<void>();
    model.add([{ until: never.promise }, "late"]);
    const leaving = new AbortController();
    const asked = ai.gateway("default").run(step, { signal: leaving.signal });
    const request = await model.request(1);
    leaving.abort();
    expect(await request.ended).toBe("abandoned");
    await asked.catch((error: unknown) => expect(String(error)).toMatch(/abort/i));
    never.resolve();
  });

  it("getUrl names the gateway, and the provider where one is given", async () => {
    const gateway = ai.gateway("mine");
    expect(await gateway.getUrl()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1\/[0-9a-f]{32}\/mine\/$/);
    expect(await gateway.getUrl("openai")).toMatch(/\/mine\/openai$/);
  });
});
