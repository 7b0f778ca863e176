import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BindingContext, createLogger, systemClock, systemRandom } from "@freehold/host";
import { embed, generateObject, generateText, isStepCount, rerank, streamText, tool } from "ai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkersAI } from "workers-ai-provider";
import { z } from "zod";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import { likeness } from "../offline/features.ts";
import type { Ai } from "./ai.ts";
import { type AiSettings, type HostedAi, hostAi } from "./bindings.ts";

const CHAT = "@cf/meta/llama-3.1-8b-instruct";
const EMBEDDING = "@cf/baai/bge-small-en-v1.5";

let model: ModelServer;
let folder: string;
let hosted: HostedAi;

function start(settings: Partial<AiSettings> = {}, secrets: Record<string, string> = {}): Ai {
  hosted = hostAi("AI", { secretOf: (name) => secrets[name], ...settings });
  const context = {
    clock: systemClock,
    random: systemRandom,
    log: createLogger({ now: () => 0, level: "error" }),
    dataDirectory: folder,
    outside: <T>(work: () => Promise<T>) => work(),
  } as unknown as BindingContext;
  return hosted.bindings[0]?.create(context) as Ai;
}

/** A provider that speaks as OpenAI does, as `OPENAI_BASE_URL` finds it. */
const real = () =>
  start({ models: { aliases: { "@cf/*": "endpoint/small" } } }, { OPENAI_BASE_URL: model.url });

beforeEach(async () => {
  model = await startModelServer();
  folder = mkdtempSync(join(tmpdir(), "freehold-ai-"));
});
afterEach(async () => {
  await hosted.bindings[0]?.close?.();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

async function read(stream: unknown): Promise<string> {
  return new Response(stream as ReadableStream<Uint8Array>).text();
}

describe("chat with a provider", () => {
  it("answers in the service's form", async () => {
    const ai = real();
    model.add({ steps: ["It rains."], usage: { input: 7, output: 3 } });
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Weather?" },
    ];
    expect(await ai.run(CHAT, { messages, max_tokens: 50, temperature: 0.5 })).toEqual({
      response: "It rains.",
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
    expect(model.requests[0]).toMatchObject({
      system: "Be brief.",
      prompt: "Weather?",
      body: { max_tokens: 50, temperature: 0.5 },
    });
  });

  it("streams events as the service does, calls of tools among them", async () => {
    const ai = real();
    model.add({ steps: ["It ", "rains.", { tool: "weather", input: { city: "Oslo" }, id: "c1" }] });
    const tools = [
      { name: "weather", description: "", parameters: { type: "object", properties: {} } },
    ];
    const stream = await ai.run(CHAT, { prompt: "Weather?", tools, stream: true });
    expect(stream).toBeInstanceOf(ReadableStream);
    const lines = (await read(stream)).split("\n\n").filter((line) => line !== "");
    expect(lines.at(-1)).toBe("data: [DONE]");
    const chunks = lines.slice(0, -1).map((line) => JSON.parse(line.slice("data: ".length)));
    expect(chunks).toEqual([
      { response: "It " },
      { response: "rains." },
      { response: "", tool_calls: [{ id: "c1", name: "weather", arguments: { city: "Oslo" } }] },
      {
        response: "",
        finish_reason: "tool_calls",
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      },
    ]);
  });

  it("speaks OpenAI's form for names of providers", async () => {
    const ai = start({}, { OPENAI_BASE_URL: model.url });
    model.add("It rains.");
    expect(await ai.run("endpoint/small", { prompt: "Weather?" })).toMatchObject({
      object: "chat.completion",
      model: "endpoint/small",
      choices: [{ message: { role: "assistant", content: "It rains." }, finish_reason: "stop" }],
    });
  });

  it("tells errors as the service does, and answers raw where it is asked to", async () => {
    const ai = real();
    model.add({ status: 429, message: "slow down" }, "fine");
    const failed = ai.run(CHAT, { prompt: "a" });
    await expect(failed).rejects.toMatchObject({
      name: "InferenceUpstreamError",
      message: expect.stringMatching(/^3040: .*slow down/),
    });
    expect(ai.lastRequestHttpStatusCode).toBe(429);
    const raw = await ai.run(CHAT, { prompt: "a" }, { returnRawResponse: true });
    expect(await (raw as Response).json()).toMatchObject({ response: "fine" });
    await expect(ai.run(CHAT, {})).rejects.toThrow(/^5006: either `prompt` or `messages`/);
    await expect(ai.run(CHAT, { messages: [{ role: "x" }] })).rejects.toThrow(/^5006: /);
  });

  it("sends pictures, and goes on from results of tools", async () => {
    const ai = real();
    model.add("A bee.", "Rain.");
    const image_url = { url: "data:image/png;base64,aGVsbG8=" };
    const content = [
      { type: "text", text: "What is it?" },
      { type: "image_url", image_url },
    ];
    await ai.run(CHAT, { messages: [{ role: "user", content }] });
    expect(JSON.stringify(model.requests[0]?.body)).toContain("data:image/png;base64,aGVsbG8=");
    const messages = [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c", name: "weather", arguments: { a: 1 } }],
      },
      { role: "tool", tool_call_id: "c", content: "rain" },
    ];
    await ai.run(CHAT, { messages });
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      role: "tool",
      results: [{ id: "c", text: "rain" }],
    });
    expect(model.problems).toEqual([]);
  });

  it("stops the provider when the program goes away", async () => {
    const ai = real();
    const never = Promise.withResolvers<void>();
    model.add(["first", { until: never.promise }]);
    const stream = (await ai.run(CHAT, {
      prompt: "a",
      stream: true,
    })) as ReadableStream<Uint8Array>;
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    expect(await (await model.request(1)).ended).toBe("abandoned");
    never.resolve();
  });
});

describe("through a gateway", () => {
  it("is kept, logged and refused as by HTTP", async () => {
    const ai = real();
    model.add("one", "two");
    const gateway = { id: "default", cacheTtl: 60, metadata: { user: "ann" } };
    const ask = () => ai.run(CHAT, { prompt: "same" }, { gateway });
    expect(await ask()).toMatchObject({ response: "one" });
    expect(await ask()).toMatchObject({ response: "one" });
    const log = await ai.gateway("default").getLog(ai.aiGatewayLogId ?? "");
    expect(log).toMatchObject({
      provider: "workers-ai",
      model: CHAT,
      cached: true,
      success: true,
      metadata: { user: "ann" },
      created_at: expect.any(Date),
    });
    await ai
      .gateway("default")
      .patchLog(log.id, { feedback: 1, score: 90, metadata: { seen: true } });
    expect(await ai.gateway("default").getLog(log.id)).toMatchObject({
      feedback: 1,
      score: 90,
      metadata: { seen: true },
    });
    await expect(ai.gateway("default").getLog("none")).rejects.toMatchObject({
      name: "AiGatewayLogNotFound",
    });
    const stream = await ai.run(CHAT, { prompt: "other", stream: true }, { gateway });
    expect(await read(stream)).toContain('{"response":"two"}');
  });

  it("runs steps, and gives a URL", async () => {
    const ai = start(
      {
        models: { aliases: { "@cf/*": "offline" } },
        gateway: { providers: { openai: { baseUrl: model.url } } },
      },
      { OPENAI_API_KEY: "stored-key" },
    );
    model.add({ status: 500 }, "second", "third");
    const query = { model: "small", messages: [{ role: "user", content: "a" }] };
    const step = { provider: "openai", endpoint: "chat/completions", query };
    const gateway = ai.gateway("default");
    const response = await gateway.run([step, step], { gateway: { eventId: "e" } });
    expect(response.headers.get("cf-aig-step")).toBe("1");
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "second" } }] });
    expect(ai.aiGatewayLogId).toBe(response.headers.get("cf-aig-log-id"));
    expect(model.requests[0]?.headers.authorization).toBe("Bearer stored-key");
    const url = await gateway.getUrl("openai");
    const body = JSON.stringify(query);
    const headers = { "content-type": "application/json" };
    const direct = await fetch(`${url}/chat/completions`, { method: "POST", headers, body });
    expect(await direct.text()).toContain("third");
  });

  it("answers by its own models as the service's REST API, to a client of it too", async () => {
    const ai = real();
    model.add({ steps: ["It rains."], usage: { input: 7, output: 3 } }, "It pours.");
    const url = await ai.gateway("default").getUrl("workers-ai");
    const workersai = createWorkersAI({
      ...{ accountId: "mine", apiKey: "key", gateway: { id: "default" } },
      fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
        fetch(String(input).replace(/^.*\/workers-ai/, url), init),
    });
    const { text } = await generateText({ model: workersai(CHAT as never), prompt: "a" });
    expect(text).toBe("It rains.");
    const direct = await fetch(`${url}/${CHAT}`, {
      ...{ method: "POST", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ prompt: "b" }),
    });
    expect(await direct.json()).toMatchObject({
      ...{ result: { response: "It pours." }, success: true, errors: [], messages: [] },
    });
    const logged = await ai.gateway("default").getLog(direct.headers.get("cf-aig-log-id") ?? "");
    expect(logged).toMatchObject({ tokens_in: 10, tokens_out: 5 });
  });

  it("embeds by its own models in OpenAI's forms, numbers or bytes", async () => {
    const ai = start();
    const url = `${await ai.gateway("default").getUrl("compat")}/embeddings`;
    const embedded = async (more: object) => {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: `workers-ai/${EMBEDDING}`, input: ["bees"], ...more }),
      });
      const { object, data } = (await answer.json()) as { object: string; data: unknown[] };
      expect(object).toBe("list");
      return data[0] as { index: number; embedding: number[] | string };
    };
    const { index, embedding } = await embedded({});
    const packed = (await embedded({ encoding_format: "base64" })).embedding as string;
    const bytes = Uint8Array.from(Buffer.from(packed, "base64"));
    expect([index, [...new Float32Array(bytes.buffer)]]).toEqual([
      0,
      (embedding as number[]).map(Math.fround),
    ]);
  });
});

describe("with nothing configured", () => {
  it("says what it is, streams, calls a tool and fills in JSON", async () => {
    const ai = start();
    expect(await ai.run(CHAT, { prompt: "Hello" })).toMatchObject({
      response: expect.stringContaining("offline model"),
    });
    expect(await read(await ai.run(CHAT, { prompt: "Hello", stream: true }))).toMatch(
      /^data: \{"response":"This"\}\n\ndata: /,
    );
    const weather = {
      name: "get_weather",
      description: "The weather of a city",
      parameters: {
        type: "object",
        properties: { city: { type: "string" }, days: { type: "integer" } },
        required: ["city"],
      },
    };
    const prompt = "What is the weather in Oslo for 3 days?";
    expect(await ai.run(CHAT, { prompt, tools: [weather] })).toMatchObject({
      tool_calls: [{ name: "get_weather", arguments: { city: "Oslo", days: 3 } }],
    });
    expect(await ai.run(CHAT, { prompt: "Sing to me", tools: [weather] })).not.toHaveProperty(
      "tool_calls",
    );
    const json_schema = {
      type: "object",
      properties: { mood: { enum: ["glad", "sad"] }, count: { type: "integer" } },
    };
    const { response } = (await ai.run(CHAT, {
      prompt: "I am sad, 4 times",
      response_format: { type: "json_schema", json_schema },
    })) as { response: object };
    expect(response).toEqual({ mood: "sad", count: 4 });
  });

  it("answers from the texts that it was given, and cites them", async () => {
    const ai = start();
    const messages = [
      {
        role: "system",
        content:
          "You are a helper. Answer from these passages:\n\n[1] Honey bees dance to tell others where flowers are.\n\n[2] Wasps build nests out of paper that they chew.",
      },
      { role: "user", content: "What do wasps build their nests of?" },
    ];
    expect(await ai.run(CHAT, { messages })).toMatchObject({
      response: "Wasps build nests out of paper that they chew. [2]",
    });
  });

  it("embeds and ranks by words and parts of words", async () => {
    const ai = start();
    const text = ["Bees are dancing", "The dance of the bee", "Quarterly tax returns"];
    const { shape, data } = (await ai.run(EMBEDDING, { text })) as {
      shape: number[];
      data: number[][];
    };
    expect(shape).toEqual([3, 384]);
    const [a = [], b = [], c = []] = data;
    expect(likeness(a, a)).toBeCloseTo(1);
    expect(likeness(a, b)).toBeGreaterThan(likeness(a, c) + 0.2);
    const contexts = text.map((one) => ({ text: one }));
    const ranked = await ai.run("@cf/baai/bge-reranker-base", { query: "tax", contexts, top_k: 1 });
    expect(ranked).toMatchObject({ response: [{ id: 2 }] });
  });

  it("says what it cannot do", async () => {
    const ai = start();
    for (const [name, inputs] of [
      ["@cf/openai/whisper", { audio: [1, 2] }],
      ["@cf/black-forest-labs/flux-1-schnell", { prompt: "a bee" }],
      ["@cf/myshell-ai/melotts", { prompt: "hello" }],
      ["@cf/llava-hf/llava-1.5-7b-hf", { image: [1] }],
      ["@cf/meta/m2m100-1.2b", { text: "hello" }],
    ] as const) {
      await expect(ai.run(name, inputs)).rejects.toThrow(
        /^5007: No such model .*`models\.aliases`/,
      );
    }
    await expect(ai.run("@cf/openai/whisper", { audio: "!!" })).rejects.toThrow(/^5004: /);
  });

  it("takes batches, and lists its models", async () => {
    const ai = start();
    const requests = [{ text: "a bee" }, { text: 5 }];
    const queued = await ai.run(EMBEDDING, { requests }, { queueRequest: true });
    expect(queued).toMatchObject({ status: "queued", request_id: expect.any(String) });
    const { request_id } = queued as { request_id: string };
    await expect
      .poll(() => ai.run(EMBEDDING, { request_id }))
      .toMatchObject({
        responses: [
          { id: 0, success: true },
          { id: 1, success: false },
        ],
      });
    expect(
      (await ai.models({ search: "bge-small" })).map(({ name, task }) => [name, task.name]),
    ).toEqual([[EMBEDDING, "Text Embeddings"]]);
  });
});

describe("the published provider for the AI SDK", () => {
  it("chats, streams, calls tools and fills in objects", async () => {
    const workersai = createWorkersAI({ binding: real() as never });
    model.add(
      "It rains.",
      ["It ", "pours."],
      [{ tool: "weather", input: { city: "Oslo" } }],
      "Rain in Oslo.",
      '{"mood":"glad"}',
    );
    const chat = workersai(CHAT as never);
    expect((await generateText({ model: chat, prompt: "a" })).text).toBe("It rains.");
    const streamed = streamText({ model: chat, prompt: "a" });
    expect(await streamed.text).toBe("It pours.");
    expect(await streamed.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    const weather = tool({
      description: "The weather",
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => `rain in ${city}`,
    });
    const called = await generateText({
      ...{ model: chat, prompt: "Weather in Oslo?", tools: { weather } },
      stopWhen: isStepCount(2),
    });
    expect(called.text).toBe("Rain in Oslo.");
    expect(called.steps[0]?.toolCalls).toMatchObject([
      { toolName: "weather", input: { city: "Oslo" } },
    ]);
    const schema = z.object({ mood: z.string() });
    expect((await generateObject({ model: chat, schema, prompt: "a" })).object).toEqual({
      mood: "glad",
    });
    expect(model.problems).toEqual([]);
  });

  it("embeds and ranks, without a network", async () => {
    const workersai = createWorkersAI({ binding: start() as never });
    const { embedding } = await embed({
      model: workersai.textEmbedding(EMBEDDING as never),
      value: "a bee",
    });
    expect(embedding).toHaveLength(384);
    const { ranking } = await rerank({
      model: workersai.reranking("@cf/baai/bge-reranker-base" as never),
      query: "tax",
      documents: ["bees", "tax returns"],
    });
    expect(ranking[0]?.originalIndex).toBe(1);
  });

  it("goes through a gateway", async () => {
    const ai = real();
    model.add("It rains.");
    const workersai = createWorkersAI({ binding: ai as never, gateway: { id: "default" } });
    expect((await generateText({ model: workersai(CHAT as never), prompt: "a" })).text).toBe(
      "It rains.",
    );
    expect(ai.aiGatewayLogId).toMatch(/^[0-9a-f]{32}$/);
  });
});
