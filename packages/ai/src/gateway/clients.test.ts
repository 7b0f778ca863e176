import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { ChatOpenAI } from "@langchain/openai";
import { streamText } from "ai";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  startModelServer,
} from "../../../../scripts/testing/model-server/index.ts";
import { GatewayKit } from "./testing/gateway-kit.ts";

/** Clients that know nothing of a gateway: they are given another base URL. */

let model: ModelServer;
let kit: GatewayKit;
beforeEach(async () => {
  model = await startModelServer();
  kit = new GatewayKit(model.url);
});
afterEach(async () => {
  await kit[Symbol.asyncDispose]();
  await model.close();
});

const messages = [{ role: "user" as const, content: "hello" }];

describe("openai", () => {
  const client = async (path = "openai", apiKey = "mine") =>
    new OpenAI({ apiKey, baseURL: await kit.url(path), maxRetries: 0 });

  it("gets whole and streamed answers, and calls of tools", async () => {
    const openai = await client();
    model.add("It rains.", ["It ", "pours."], [{ tool: "weather", input: { city: "Oslo" } }]);
    const whole = await openai.chat.completions.create({ model: "small", messages });
    expect(whole.choices[0]?.message.content).toBe("It rains.");
    const stream = await openai.chat.completions.create({ model: "small", messages, stream: true });
    const deltas: string[] = [];
    for await (const { choices } of stream) deltas.push(choices[0]?.delta.content ?? "");
    expect(deltas.filter((delta) => delta !== "")).toEqual(["It ", "pours."]);
    const called = await openai.chat.completions.create({ model: "small", messages });
    expect(called.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: "weather", arguments: '{"city":"Oslo"}' } },
    ]);
    expect(model.requests[0]?.headers.authorization).toBe("Bearer mine");
    expect(model.problems).toEqual([]);
  });

  it("sees the provider's own errors", async () => {
    const openai = await client();
    model.add({ status: 429, message: "slow down", headers: { "retry-after": "7" } });
    const failed = openai.chat.completions.create({ model: "small", messages });
    await expect(failed).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining("slow down"),
    });
    await expect(failed).rejects.toSatisfy(
      (error) =>
        (error as InstanceType<typeof OpenAI.APIError>).headers?.get("retry-after") === "7",
    );
  });

  it("speaks to any provider by the model's name through /compat", async () => {
    const openai = await client("compat");
    model.add("from openai", "from groq");
    for (const [name, said] of [
      ["openai/small", "from openai"],
      ["groq/small", "from groq"],
    ] as const) {
      const answer = await openai.chat.completions.create({ model: name, messages });
      expect(answer.choices[0]?.message.content).toBe(said);
    }
    expect(model.requests.map((request) => request.model)).toEqual(["small", "small"]);
    await expect(
      openai.chat.completions.create({ model: "nobody/small", messages }),
    ).rejects.toMatchObject({ status: 400 });
  });
});

describe("others", () => {
  it("Anthropic's client works", async () => {
    const anthropic = new Anthropic({
      apiKey: "mine",
      baseURL: await kit.url("anthropic"),
      maxRetries: 0,
    });
    model.add("It rains.", ["It ", "pours."]);
    const asked = { model: "claude-small", max_tokens: 50, messages };
    const whole = await anthropic.messages.create(asked);
    expect(whole.content).toMatchObject([{ type: "text", text: "It rains." }]);
    const streamed = await anthropic.messages.stream(asked).finalText();
    expect(streamed).toBe("It pours.");
    expect(model.requests[0]?.headers.authorization).toBe("Bearer mine");
  });

  it("LangChain works", async () => {
    const chat = new ChatOpenAI({
      model: "small",
      apiKey: "mine",
      maxRetries: 0,
      configuration: { baseURL: await kit.url("openai") },
    });
    model.add("It rains.");
    expect((await chat.invoke("hello")).text).toBe("It rains.");
  });

  it("the AI SDK works", async () => {
    const provider = createOpenAICompatible({
      name: "gateway",
      baseURL: await kit.url("compat"),
      apiKey: "mine",
      includeUsage: true,
    });
    model.add({ steps: ["It ", "rains."], usage: { input: 12, output: 3 } });
    const result = streamText({ model: provider("openai/small"), prompt: "hello" });
    expect(await result.text).toBe("It rains.");
    expect(await result.usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
    expect(kit.gateways.store.logs("default", 1)).toMatchObject([{ tokensIn: 12, tokensOut: 3 }]);
  });
});
