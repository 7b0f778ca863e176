import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BindingContext, createLogger, systemClock, systemRandom } from "@freehold/host";
import { generateText, streamText, tool } from "ai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkersAI } from "workers-ai-provider";
import { anthropic } from "workers-ai-provider/anthropic";
import { openai } from "workers-ai-provider/openai";
import { z } from "zod";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import type { Ai } from "../binding/ai.ts";
import { type HostedAi, hostAi } from "../binding/bindings.ts";

/** Models of others by their authors' names, as the published provider asks for them. */

let model: ModelServer;
let hosted: HostedAi;
let folder: string;
let ai: Ai;
let secrets: Record<string, string>;

beforeEach(async () => {
  model = await startModelServer();
  folder = mkdtempSync(join(tmpdir(), "freehold-ai-"));
  secrets = { OPENAI_API_KEY: "open", ANTHROPIC_API_KEY: "anth" };
  hosted = hostAi("AI", {
    secretOf: (name) => secrets[name],
    models: {
      providers: {
        openai: { type: "openai", baseUrl: model.url, secret: "OPENAI_API_KEY" },
        anthropic: { type: "anthropic", baseUrl: model.url, secret: "ANTHROPIC_API_KEY" },
      },
    },
    gateway: {
      providers: {
        openai: { baseUrl: model.url },
        anthropic: { baseUrl: model.url.replace(/\/v1$/, "") },
        groq: { baseUrl: model.url, keys: "ELSEWHERE" },
        grok: { baseUrl: model.url.replace(/\/v1$/, ""), keys: "ELSEWHERE" },
        "custom-mine": { baseUrl: model.url, keys: "ELSEWHERE" },
      },
      gateways: {
        default: {
          cacheTtl: 60,
          routes: {
            support: {
              elements: [
                { id: "start", type: "start", outputs: { next: { elementId: "small" } } },
                {
                  id: "small",
                  type: "model",
                  properties: { provider: "openai", model: "small" },
                },
              ],
            },
          },
        },
      },
    },
  });
  ai = hosted.bindings[0]?.create({
    ...{ clock: systemClock, random: systemRandom, dataDirectory: folder },
    log: createLogger({ now: () => 0, level: "error" }),
    outside: <T>(work: () => Promise<T>) => work(),
  } as unknown as BindingContext) as Ai;
});
afterEach(async () => {
  await hosted.bindings[0]?.close?.();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

const weather = tool({
  description: "Weather",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `rain in ${city}`,
});
const tools = { weather };

describe("models by their authors' names", () => {
  it.each([
    ["openai/small", {}],
    ["openai/small", { transport: "gateway" }],
    ["anthropic/small", {}],
    ["anthropic/small", { transport: "gateway" }],
    ["dynamic/support", {}],
  ])("answer, stream and call tools: %s, %j", async (name, settings) => {
    const workersai = createWorkersAI({
      ...{ binding: ai as never, gateway: { id: "default" } },
      providers: [openai, anthropic],
    });
    const chat = workersai(name as never, settings as never);
    model.add("It rains.", ["It ", "pours."], [{ tool: "weather", input: { city: "Oslo" } }]);
    const asked = { model: chat, maxOutputTokens: 50, maxRetries: 0 };
    const whole = await generateText({ ...asked, prompt: "a" });
    expect(whole.text).toBe("It rains.");
    expect(whole.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(await streamText({ ...asked, prompt: "b" }).text).toBe("It pours.");
    const called = await generateText({ ...asked, prompt: "c", tools });
    expect(called.toolCalls).toMatchObject([{ toolName: "weather", input: { city: "Oslo" } }]);
    expect((await generateText({ ...asked, prompt: "a" })).text).toBe("It rains.");
    expect(model.problems).toEqual([]);
    expect(model.requests.map((request) => request.model)).toEqual(["small", "small", "small"]);
    const { headers, format } = model.requests[0] ?? {};
    const key = format === "anthropic" ? headers?.["x-api-key"] : headers?.authorization;
    expect(key).toBe(format === "anthropic" ? "anth" : "Bearer open");
  });

  it.each([
    ["groq/llama", "groq"],
    ["xai/grok-4", "grok"],
    ["custom-mine/large", "custom-mine"],
  ])("go to the provider that only the gateway has a key for: %s", async (name, provider) => {
    const messages = [{ role: "user", content: "Weather?" }];
    const ask = () => ai.run(name, { messages }, { gateway: { id: "default" } });
    expect(await ask()).toMatchObject({
      choices: [{ message: { content: expect.stringContaining("offline model") } }],
    });
    secrets.ELSEWHERE = "elsewhere";
    model.add("It rains.");
    // Another question: the first answer is kept.
    messages.push({ role: "user", content: "And now?" });
    expect(await ask()).toMatchObject({ choices: [{ message: { content: "It rains." } }] });
    expect(model.requests[0]).toMatchObject({ model: name.replace(/^.*\//, "") });
    expect(model.requests[0]?.headers.authorization).toBe("Bearer elsewhere");
    expect(await ai.gateway("default").getLog(ai.aiGatewayLogId ?? "")).toMatchObject({ provider });
  });

  it("of Anthropic answer in OpenAI's form to who asks in it", async () => {
    model.add("It rains.");
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Weather?" },
    ];
    const gateway = { id: "default" };
    expect(
      await ai.run("anthropic/small", { messages, max_tokens: 50 }, { gateway }),
    ).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { content: "It rains." } }],
    });
    expect(model.requests[0]).toMatchObject({ format: "anthropic", system: "Be brief." });
  });

  it("of a dynamic route go through the default gateway where none is named", async () => {
    model.add("It rains.");
    expect(
      await ai.run("dynamic/support", { messages: [{ role: "user", content: "a" }] }),
    ).toMatchObject({ choices: [{ message: { content: "It rains." } }] });
    expect(await ai.gateway("default").getLog(ai.aiGatewayLogId ?? "")).toMatchObject({
      ...{ provider: "openai", model: "small" },
    });
  });

  it("keep the codes of errors through a gateway", async () => {
    const gateway = { id: "default" };
    const drawn = ai.run("@cf/myshell-ai/melotts", { prompt: 5 }, { gateway });
    await expect(drawn).rejects.toThrow(/^5006: /);
    const alias = ai.run("@cf/deepgram/nova-3", { audio: "!!" }, { gateway });
    await expect(alias).rejects.toThrow(/^5004: /);
    model.add({ status: 400, message: "too long" });
    const long = ai.run("dynamic/support", { prompt: "a" }, { gateway });
    await expect(long).rejects.toThrow(/^5006: /);
  });
});
