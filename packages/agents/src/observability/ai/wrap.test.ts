import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import * as ai from "ai";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { agentContext, contextOf } from "../../context.ts";
import { wrapAISDK } from "./wrap.ts";

const exporter = new InMemorySpanExporter();

beforeAll(() => {
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
});

const usage = {
  inputTokens: { total: 10, noCache: 6, cacheRead: 4, cacheWrite: undefined },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};
type Reason = "stop" | "tool-calls";
const finish = (unified: Reason) => ({ finishReason: { unified, raw: unified }, usage });
const answer = (text: string) => ({
  content: [{ type: "text" as const, text }],
  ...finish("stop"),
  response: { id: "r1", modelId: "m-2026", headers: { "cf-aig-log-id": "log-1" } },
  warnings: [],
});
const toolCall = (input: unknown, toolCallId = "call-1") => ({
  type: "tool-call" as const,
  toolCallId,
  toolName: "weather",
  input: JSON.stringify(input),
});
const callsTool = (input: unknown) => ({
  content: [toolCall(input)],
  ...finish("tool-calls"),
  warnings: [],
});

function modelOf(...answers: unknown[]) {
  let next = 0;
  return new MockLanguageModelV4({
    provider: "openai.chat",
    modelId: "m",
    doGenerate: async () => {
      const given = answers[next++];
      if (given instanceof Error) throw given;
      return given as never;
    },
    doStream: async () => ({
      stream: simulateReadableStream({
        chunks: answers[next++] as never[],
        chunkDelayInMs: null,
        initialDelayInMs: null,
      }),
    }),
  });
}

const streamed = (...words: string[]) => [
  { type: "stream-start", warnings: [] },
  { type: "response-metadata", id: "r2", modelId: "m-2026" },
  { type: "text-start", id: "t" },
  ...words.map((delta) => ({ type: "text-delta", id: "t", delta })),
  { type: "text-end", id: "t" },
  { type: "finish", ...finish("stop") },
];

const weather = (execute?: (input: { city: string }) => unknown) =>
  ai.tool({
    description: "weather",
    inputSchema: z.object({ city: z.string() }),
    ...(execute ? { execute: execute as never } : {}),
  }) as ai.ToolSet[string];

const spans = () => exporter.getFinishedSpans();
const named = (name: string): ReadableSpan => {
  const found = spans().find((span) => span.name === name);
  if (!found) throw new Error(`no span ${name} in ${spans().map((span) => span.name)}`);
  return found;
};
const parentOf = (span: ReadableSpan) => span.parentSpanContext?.spanId;
const idOf = (span: ReadableSpan) => span.spanContext().spanId;

describe("generateText", () => {
  test("is a span of the agent, with one below it for each call of the model", async () => {
    const { generateText } = wrapAISDK(ai);
    const { text } = await generateText({
      model: modelOf(answer("hello")),
      prompt: "a secret",
      temperature: 0.5,
      stopSequences: ["END"],
      telemetry: { functionId: "booking" },
      maxRetries: 0,
    });
    expect(text).toBe("hello");
    const [operation, chat] = [named("invoke_agent booking"), named("chat m")];
    expect(parentOf(chat)).toBe(idOf(operation));
    expect([operation.kind, chat.kind]).toEqual([SpanKind.INTERNAL, SpanKind.CLIENT]);
    expect(operation.instrumentationScope).toMatchObject({ name: "agents", version: "1" });
    expect(operation.attributes).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "booking",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "m",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 5,
      "cloudflare.agents.operation.name": "generateText",
      "cloudflare.agents.tool.count": 0,
      "cloudflare.agents.usage.total_tokens": 15,
    });
    expect(chat.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.output.type": "text",
      "gen_ai.request.stop_sequences": ["END"],
      "gen_ai.response.id": "r1",
      "gen_ai.response.model": "m-2026",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.cache_read.input_tokens": 4,
      "gen_ai.usage.reasoning.output_tokens": 2,
      "cloudflare.agents.response.finish_reason": "stop",
      "cloudflare.ai_gateway.log.id": "log-1",
      "cloudflare.agents.integration.name": "ai-sdk",
    });
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toMatch(/secret|hello/);
  });

  test("a tool is a span with its arguments and result only when asked for", async () => {
    const run = (options?: object) =>
      wrapAISDK(ai, options).generateText({
        model: modelOf(callsTool({ city: "Rome" }), answer("sunny")),
        prompt: "weather?",
        tools: { weather: weather(async ({ city }) => `${city}: sun`) },
        stopWhen: ai.isStepCount(2),
      });
    expect((await run()).text).toBe("sunny");
    const tool = named("execute_tool weather");
    expect(parentOf(tool)).toBe(idOf(named("invoke_agent")));
    expect(tool.attributes).toMatchObject({
      "gen_ai.tool.name": "weather",
      "gen_ai.tool.call.id": "call-1",
      "gen_ai.tool.type": "function",
    });
    expect(tool.attributes).not.toHaveProperty("gen_ai.tool.call.result");
    expect(named("invoke_agent").attributes["cloudflare.agents.tool.count"]).toBe(1);
    exporter.reset();
    await run({ storeTools: true });
    expect(named("execute_tool weather").attributes).toMatchObject({
      "gen_ai.tool.call.arguments": '{"city":"Rome"}',
      "gen_ai.tool.call.result": '"Rome: sun"',
    });
  });

  test("messages are stored in the schema of the conventions when asked for", async () => {
    await wrapAISDK(ai, { storeMessages: true }).generateText({
      model: modelOf(callsTool({ city: "Rome" })),
      prompt: "weather?",
      tools: { weather: weather() },
    });
    const { attributes } = named("chat m");
    expect(JSON.parse(String(attributes["gen_ai.input.messages"]))).toEqual([
      { role: "user", parts: [{ type: "text", content: "weather?" }] },
    ]);
    const call = { type: "tool_call", id: "call-1", name: "weather", arguments: { city: "Rome" } };
    expect(JSON.parse(String(attributes["gen_ai.output.messages"]))).toEqual([
      { role: "assistant", parts: [call], finish_reason: "tool-calls" },
    ]);
  });

  test("long conversations keep their first two messages and their newest", async () => {
    const messages = Array.from({ length: 60 }, (_, index) => ({
      role: "user" as const,
      content: `${index}:${"x".repeat(1000)}`,
    }));
    await wrapAISDK(ai, { storeMessages: true }).generateText({
      model: modelOf(answer("ok")),
      messages,
    });
    const stored = String(named("chat m").attributes["gen_ai.input.messages"]);
    expect(stored.length).toBeLessThanOrEqual(32_768);
    const kept = (JSON.parse(stored) as { parts: { content: string }[] }[]).map((message) =>
      Number.parseInt(message.parts[0]?.content ?? "", 10),
    );
    expect([kept.slice(0, 2), kept.at(-1), kept[2]]).toEqual([[0, 1], 59, 60 - kept.length + 2]);
  });

  test("a failure names its class and never its message", async () => {
    const failing = wrapAISDK(ai).generateText({
      model: modelOf(new TypeError("with a secret")),
      prompt: "x",
      maxRetries: 0,
    });
    await expect(failing).rejects.toThrow("with a secret");
    for (const { status, attributes } of [named("invoke_agent"), named("chat m")]) {
      expect(status).toEqual({ code: SpanStatusCode.ERROR });
      expect(attributes["error.type"]).toBe("TypeError");
    }
    expect(
      JSON.stringify(spans().map(({ attributes, events }) => [attributes, events])),
    ).not.toMatch(/secret/);
  });

  test("a cancelled call is no failure", async () => {
    const reason = new DOMException("gone", "AbortError");
    const cancelled = wrapAISDK(ai).generateText({
      model: modelOf(reason),
      prompt: "x",
      maxRetries: 0,
    });
    await expect(cancelled).rejects.toThrow("gone");
    expect(named("invoke_agent").status.code).toBe(SpanStatusCode.UNSET);
    expect(named("invoke_agent").attributes["cloudflare.agents.canceled"]).toBe(true);
  });
});

describe("identity", () => {
  test("what is included of the runtime context is told, and nothing else", async () => {
    await wrapAISDK(ai, { includeRuntimeContext: ["tenant", "missing"] }).generateText({
      model: modelOf(answer("ok")),
      prompt: "x",
      runtimeContext: {
        conversationId: "c1",
        requestId: "q1",
        plan: "pro",
        tenant: "t1",
        key: "no",
      },
      telemetry: {
        functionId: "booking",
        includeRuntimeContext: { conversationId: true, requestId: true, plan: true, key: false },
      },
    });
    const { attributes } = named("invoke_agent booking");
    expect(attributes).toMatchObject({
      "gen_ai.conversation.id": "c1",
      "cloudflare.agents.turn.request_id": "q1",
      "cloudflare.agents.metadata.plan": "pro",
      "cloudflare.agents.runtime_context.tenant": "t1",
    });
    expect(JSON.stringify(attributes)).not.toMatch(/"no"|missing/);
  });

  test("version 6 gives it as metadata", async () => {
    const call = {
      model: modelOf(answer("ok")),
      prompt: "x",
      experimental_telemetry: {
        functionId: "ignored",
        metadata: { agentName: "booking", agentId: "a1", "user.id": "u1", tags: ["dropped"] },
      },
    };
    await wrapAISDK(ai).generateText(call as never);
    expect(named("invoke_agent booking").attributes).toMatchObject({
      "gen_ai.agent.id": "a1",
      "user.id": "u1",
    });
    expect(named("invoke_agent booking").attributes).not.toHaveProperty(
      "cloudflare.agents.metadata.tags",
    );
  });

  test("it is the running agent's where the call says nothing", async () => {
    class Booking {
      ctx = { id: { name: "ada", toString: () => "f00d" } };
    }
    await agentContext.run(contextOf(new Booking()), () =>
      wrapAISDK(ai).generateText({ model: modelOf(answer("ok")), prompt: "x" }),
    );
    expect(named("invoke_agent Booking").attributes).toMatchObject({
      "gen_ai.agent.name": "Booking",
      "gen_ai.agent.id": "ada",
      "gen_ai.conversation.id": "f00d",
    });
  });

  test("a name that is too long for a span stays on its attribute", async () => {
    const functionId = "ü".repeat(40);
    const { generateText } = wrapAISDK(ai);
    await generateText({ model: modelOf(answer("ok")), prompt: "x", telemetry: { functionId } });
    expect(named("invoke_agent").attributes["gen_ai.agent.name"]).toBe(functionId);
  });
});

describe("streamText", () => {
  test("spans end with the stream", async () => {
    const { streamText } = wrapAISDK(ai, { storeMessages: true });
    const transformed = vi.fn();
    const result = streamText({
      model: modelOf(streamed("he", "llo")),
      prompt: "x",
      experimental_transform: () =>
        new TransformStream({
          transform(chunk, controller) {
            transformed(chunk.type);
            controller.enqueue(chunk);
          },
        }),
    });
    expect(spans()).toEqual([]);
    expect(await result.text).toBe("hello");
    expect(transformed).toHaveBeenCalledWith("text-delta");
    expect(named("chat m").attributes).toMatchObject({
      "gen_ai.request.stream": true,
      "gen_ai.response.id": "r2",
      "gen_ai.output.messages":
        '[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":"stop"}]',
    });
    expect(named("chat m").attributes["gen_ai.response.time_to_first_chunk"]).toBeTypeOf("number");
    expect(named("invoke_agent").attributes).toMatchObject({
      "gen_ai.usage.output_tokens": 5,
      "cloudflare.agents.response.finish_reason": "stop",
      "cloudflare.agents.operation.name": "streamText",
    });
  });

  test("a reader that leaves early ends the operation as cancelled", async () => {
    const { streamText } = wrapAISDK(ai);
    const result = streamText({ model: modelOf(streamed("a", "b", "c")), prompt: "x" });
    for await (const word of result.textStream) {
      expect(word).toBe("a");
      break;
    }
    await vi.waitFor(() => named("invoke_agent"));
    expect(named("invoke_agent").attributes["cloudflare.agents.canceled"]).toBe(true);
  });

  test("an error within the stream fails both spans", async () => {
    const chunks = [
      { type: "stream-start", warnings: [] },
      { type: "error", error: new RangeError("secret") },
    ];
    const result = wrapAISDK(ai).streamText({
      model: modelOf(chunks),
      prompt: "x",
      onError: () => undefined,
    });
    await result.consumeStream();
    expect(named("chat m").attributes["error.type"]).toBe("RangeError");
    expect(named("invoke_agent").status.code).toBe(SpanStatusCode.ERROR);
  });

  test("tools that yield stay open until they end", async () => {
    async function* report() {
      yield "looking";
      yield "sun";
    }
    const call = [
      { type: "stream-start", warnings: [] },
      toolCall({ city: "Rome" }),
      { type: "finish", ...finish("tool-calls") },
    ];
    const result = wrapAISDK(ai, { storeTools: true }).streamText({
      model: modelOf(call),
      prompt: "x",
      tools: { weather: weather(report) },
    });
    const results: unknown[] = [];
    for await (const part of result.fullStream) {
      if (part.type === "tool-result") results.push(part.output);
    }
    expect(results.at(-1)).toBe("sun");
    expect(named("execute_tool weather").attributes["gen_ai.tool.call.result"]).toBe('"sun"');
    expect(named("invoke_agent").attributes["cloudflare.agents.tool.count"]).toBe(1);
  });
});

describe("approvals", () => {
  const ask = (approved?: boolean) => {
    const request = { type: "tool-approval-request", approvalId: "ap1", toolCallId: "call-1" };
    const call = { ...toolCall({ city: "Rome" }), input: { city: "Rome" } };
    const answered = [
      { role: "assistant", content: [call, request] },
      { role: "tool", content: [{ type: "tool-approval-response", approvalId: "ap1", approved }] },
    ];
    const messages = [{ role: "user", content: "x" }, ...(approved === undefined ? [] : answered)];
    const first = approved === undefined ? callsTool({ city: "Rome" }) : answer("done");
    return wrapAISDK(ai).generateText({
      model: modelOf(first),
      messages: messages as ai.ModelMessage[],
      tools: { weather: { ...weather(async () => "sun"), needsApproval: true } },
    });
  };
  const state = () =>
    named("tool_approval weather").attributes["cloudflare.agents.tool.approval.state"];

  test.each([
    ["requested", undefined],
    ["approved", true],
    ["denied", false],
  ])("a tool that was %s has a moment below its span", async (expected, approved) => {
    await ask(approved);
    expect(state()).toBe(expected);
    expect(parentOf(named("tool_approval weather"))).toBe(idOf(named("execute_tool weather")));
    expect(named("tool_approval weather").attributes["gen_ai.tool.call.id"]).toBe("call-1");
  });
});

describe("objects", () => {
  const schema = z.object({ n: z.number() });

  test("generateObject and streamObject are operations too", async () => {
    const { generateObject, streamObject } = wrapAISDK(ai);
    const once = await generateObject({ model: modelOf(answer('{"n":1}')), schema, prompt: "x" });
    expect(once.object).toEqual({ n: 1 });
    expect(named("invoke_agent").attributes).toMatchObject({
      "gen_ai.output.type": "json",
      "cloudflare.agents.operation.name": "generateObject",
      "gen_ai.usage.input_tokens": 10,
    });
    exporter.reset();
    const told = vi.fn();
    const result = streamObject({
      model: modelOf(streamed('{"n"', ":2}")),
      schema,
      prompt: "x",
      onFinish: told,
    });
    for await (const _partial of result.partialObjectStream);
    expect(await result.object).toEqual({ n: 2 });
    expect(told).toHaveBeenCalledTimes(1);
    expect(named("invoke_agent").attributes["gen_ai.usage.output_tokens"]).toBe(5);
  });
});

test("without a provider nothing is recorded and everything works", async () => {
  trace.disable();
  const { generateText } = wrapAISDK(ai);
  expect((await generateText({ model: modelOf(answer("ok")), prompt: "x" })).text).toBe("ok");
  expect(spans()).toEqual([]);
  expect(wrapAISDK({ other: 1 })).toEqual({ other: 1 });
});
