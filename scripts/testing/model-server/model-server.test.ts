import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, isStepCount, streamText, type ToolSet, tool } from "ai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type ModelServer, type ScriptEntry, startModelServer } from "./index.ts";

let model: ModelServer;

beforeEach(async () => {
  model = await startModelServer();
});
afterEach(() => model.close());

const providers = {
  openai: () =>
    createOpenAICompatible({
      ...{ name: "scripted", baseURL: model.url, apiKey: "key" },
      includeUsage: true,
    })("small"),
  "openai-responses": () => createOpenAI({ baseURL: model.url, apiKey: "key" })("gpt-small"),
  anthropic: () => createAnthropic({ baseURL: model.url, apiKey: "key" })("claude-small"),
  google: () => createGoogle({ baseURL: model.url, apiKey: "key" })("gemini-small"),
} as const;

/** With a limit, without which the SDK warns of a model that it does not know. */
const of = (format: keyof typeof providers) => ({
  model: providers[format](),
  maxOutputTokens: 100,
});

const tools = {
  weather: tool({
    description: "The weather",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `rain in ${city}`,
  }),
} satisfies ToolSet;

const formats = ["openai", "openai-responses", "anthropic", "google"] as const;

describe.each(formats)("in the format of %s", (format) => {
  /** What the AI SDK makes of an answer, event by event. */
  async function stream(script: ScriptEntry, options: { tools?: ToolSet; prompt?: string } = {}) {
    model.add(script);
    const errors: unknown[] = [];
    const result = streamText({
      ...{ ...of(format), prompt: "hello", maxRetries: 0, ...options },
      stopWhen: isStepCount(3),
      onError: ({ error }) => void errors.push(error),
    });
    const texts: string[] = [];
    let finish: string | undefined;
    try {
      for await (const part of result.stream) {
        if (part.type === "text-delta") texts.push(part.text);
        if (part.type === "finish") finish = part.finishReason;
      }
    } catch (error) {
      errors.push(error);
    }
    return { texts, finish, errors, result };
  }

  test("streams texts one by one, with usage and the reason of the end", async () => {
    const usage = { input: 7, output: 3 };
    const said = await stream({ steps: ["Hello ", { wait: 2 }, { text: "wörld 👋" }], usage });
    expect(said).toMatchObject({ texts: ["Hello ", "wörld 👋"], finish: "stop", errors: [] });
    const total = await said.result.usage;
    expect([total.inputTokens, total.outputTokens]).toEqual([7, 3]);
    expect(model.problems).toEqual([]);
    expect(model.left).toBe(0);
    const [request] = model.requests;
    expect(request).toMatchObject({ format, prompt: "hello", isStream: true, tools: [] });
    expect(await request?.ended).toBe("sent");
  });

  test.each([1, 2, 3, 17])("reads the same in pieces of %i bytes", async (pieces) => {
    const said = await stream({ steps: ["wörld ", "👋"], pieces });
    expect(said).toMatchObject({ texts: ["wörld ", "👋"], finish: "stop", errors: [] });
  });

  test("streams thoughts beside texts", async () => {
    const { result, texts } = await stream([{ reasoning: "Hm, " }, { reasoning: "so." }, "Yes."]);
    expect(texts).toEqual(["Yes."]);
    expect(await result.reasoningText).toBe("Hm, so.");
  });

  test("calls tools, and gets their results with the next request", async () => {
    model.add([
      "Let me see. ",
      { tool: "weather", input: { city: "Tromsø" } },
      { tool: "weather", input: { city: "Bergen" } },
    ]);
    const { finish, texts } = await stream("It rains.", { tools });
    expect(texts).toEqual(["Let me see. ", "It rains."]);
    expect(finish).toBe("stop");
    expect(model.problems).toEqual([]);
    expect(model.requests[0]?.tools).toEqual(["weather"]);
    const { messages = [], prompt } = model.requests[1] ?? {};
    expect(prompt).toBe("hello");
    expect(messages.flatMap(({ calls }) => calls)).toEqual([
      { id: "call_1", name: "weather", input: { city: "Tromsø" } },
      { id: "call_2", name: "weather", input: { city: "Bergen" } },
    ]);
    expect(messages.flatMap(({ results }) => results)).toEqual([
      { id: "call_1", text: "rain in Tromsø" },
      { id: "call_2", text: "rain in Bergen" },
    ]);
  });

  test("answers as a whole where nothing is streamed", async () => {
    model.add([{ reasoning: "Hm." }, { tool: "weather", input: { city: "Oslo" } }], "It rains.");
    const prompt = "hello";
    const said = await generateText({
      ...{ ...of(format), system: "Be short.", prompt, tools, maxRetries: 0 },
      stopWhen: isStepCount(3),
    });
    expect([said.text, said.finishReason]).toEqual(["It rains.", "stop"]);
    expect(said.steps[0]?.reasoningText).toBe("Hm.");
    expect(model.requests.map(({ isStream, system }) => [isStream, system])).toEqual([
      [false, "Be short."],
      [false, "Be short."],
    ]);
    expect(model.problems).toEqual([]);
  });

  test("gives the turn that fits, in whatever order requests come", async () => {
    model.add({ when: "one", steps: ["first"], times: 2 }, { when: /two$/, steps: ["second"] });
    const ask = async (prompt: string) =>
      (await generateText({ ...of(format), prompt, maxRetries: 0 })).text;
    expect(await Promise.all([ask("number two"), ask("one"), ask("one more")])).toEqual([
      "second",
      "first",
      "first",
    ]);
    expect(model.left).toBe(0);
    await expect(ask("three")).rejects.toThrow('the script has no turn for "three"');
    expect(model.problems).toHaveLength(1);
    expect(model.requests).toHaveLength(3);
  });

  test("makes an answer of what is asked, as often as it is", async () => {
    const echo = ({ prompt }: { prompt: string }) => [`You said ${prompt}.`];
    model.add({ steps: echo, times: Number.POSITIVE_INFINITY });
    for (const prompt of ["one", "two"]) {
      const { text } = await generateText({ ...of(format), prompt, maxRetries: 0 });
      expect(text).toBe(`You said ${prompt}.`);
    }
  });

  test("fails by status, and the SDK tries again", async () => {
    const headers = { "retry-after-ms": "1" };
    model.add({ status: 429, message: "slow down", headers }, { status: 500, headers }, "At last.");
    const { text } = await generateText({ ...of(format), prompt: "hello" });
    expect(text).toBe("At last.");
    expect(model.requests).toHaveLength(3);
    model.add({ status: 401, message: "who are you" });
    const refused = generateText({ ...of(format), prompt: "hello" });
    await expect(refused).rejects.toThrow("who are you");
  });

  test("fails in the middle of its answer", async () => {
    const failed = await stream(["Half ", { fail: "overloaded" }, "never"]);
    expect(failed.texts).toEqual(["Half "]);
    expect(JSON.stringify(failed.errors) + String(failed.errors)).toContain("overloaded");
  });

  test("breaks off, sends nonsense, or ends without an end", async () => {
    const cut = await stream(["Half ", { cut: true }, "never"]);
    expect([cut.texts, cut.errors.length]).toEqual([["Half "], 1]);
    const nonsense = await stream(["Half ", { raw: "data: {no json\n\n" }, "and on"]);
    expect(nonsense.texts[0]).toBe("Half ");
    expect(nonsense.errors.length).toBeGreaterThan(0);
    const silent = await stream({ steps: ["Half "], finish: "none" });
    expect(silent.texts).toEqual(["Half "]);
    expect(silent.finish).not.toBe("stop");
    expect(await model.requests[0]?.ended).toBe("abandoned");
  });

  test.each([["length"], ["content-filter"]] as const)("ends by %s", async (finish) => {
    expect((await stream({ steps: ["Half"], finish })).finish).toBe(finish);
  });

  test("waits where it is told to, and notices that its reader has gone", async () => {
    const gate = Promise.withResolvers<void>();
    model.add(["Half ", { until: gate.promise }, "done"]);
    const leave = new AbortController();
    const { textStream } = streamText({
      ...{ ...of(format), prompt: "hello", abortSignal: leave.signal },
      onError: () => undefined,
    });
    const reader = textStream[Symbol.asyncIterator]();
    expect((await reader.next()).value).toBe("Half ");
    const request = await model.request(1);
    leave.abort();
    expect(await request.ended).toBe("abandoned");
    gate.resolve();
    const next = model.request(2);
    await stream(["again"]);
    expect((await next).number).toBe(2);
  });
});

describe("a request that the real ones refuse", () => {
  const user = { role: "user", content: "hello" };
  const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
  const use = { type: "tool_use", id: "a", name: "f", input: {} };
  const asks = { role: "assistant", content: [use] };
  const openai = { model: "m", messages: [user] };
  const anthropic = { ...openai, max_tokens: 5 };
  const called = { role: "assistant", content: null, tool_calls: [call] };
  const result = (id: string) => ({ role: "tool", tool_call_id: id, content: "1" });
  const responses = { model: "m", input: [user] };
  const functionCall = { type: "function_call", call_id: "a", name: "f", arguments: "{}" };
  const output = { type: "function_call_output", call_id: "a", output: "1" };
  const contents = [{ role: "user", parts: [{ text: "hello" }] }];
  const modelCall = { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] };
  const functionResponse = { name: "f", response: { content: 1 } };
  const modelResult = { role: "user", parts: [{ functionResponse }] };
  const gemini = "/models/m:streamGenerateContent?alt=sse";

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${model.url}${path}`, {
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", authorization: "Bearer key" },
        ...{ "x-api-key": "key", "anthropic-version": "2023-06-01", "x-goog-api-key": "key" },
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  test.each<[string, string, unknown, Record<string, string>?]>([
    ["nothing here", "/models", openai],
    ["no JSON", "/chat/completions", "{"],
    ["no JSON", "/chat/completions", [openai]],
    ["content-type", "/chat/completions", openai, { "content-type": "text/plain" }],
    ["no bearer key", "/chat/completions", openai, { authorization: "key" }],
    ["model", "/chat/completions", { ...openai, model: "" }],
    ["messages", "/chat/completions", { ...openai, messages: [] }],
    ["messages.0.role", "/chat/completions", { ...openai, messages: [{ ...user, role: "me" }] }],
    ["neither content", "/chat/completions", { ...openai, messages: [{ role: "assistant" }] }],
    ["without result", "/chat/completions", { ...openai, messages: [user, called] }],
    ["without result", "/chat/completions", { ...openai, messages: [user, called, user] }],
    ["answers no call", "/chat/completions", { ...openai, messages: [user, result("b")] }],
    ["tools.0.function", "/chat/completions", { ...openai, tools: [{ type: "function" }] }],
    ["temperature", "/chat/completions", { ...openai, temperature: 3 }],
    ["anthropic-version", "/messages", anthropic, { "anthropic-version": "" }],
    ["x-api-key", "/messages", anthropic, { "x-api-key": "", authorization: "" }],
    ["max_tokens", "/messages", openai],
    ["not the user's", "/messages", { ...anthropic, messages: [asks] }],
    ["without result", "/messages", { ...anthropic, messages: [user, asks, user] }],
    ["messages.0.content", "/messages", { ...anthropic, messages: [{ ...user, content: "" }] }],
    ["tools.0.input_schema", "/messages", { ...anthropic, tools: [{ name: "f" }] }],
    ["no bearer key", "/responses", responses, { authorization: "" }],
    ["input", "/responses", { ...responses, input: [] }],
    ["max_output_tokens", "/responses", { ...responses, max_output_tokens: 5 }],
    [
      "tools.0.parameters",
      "/responses",
      { ...responses, tools: [{ type: "function", name: "f" }] },
    ],
    ["without result", "/responses", { ...responses, input: [user, functionCall] }],
    ["answers no call", "/responses", { ...responses, input: [user, output] }],
    ["not found", "/responses", { ...responses, input: [user, { ...functionCall, id: "fc_1" }] }],
    ["x-goog-api-key", gemini, { contents }, { "x-goog-api-key": "" }],
    ["nothing here", "/models/m:streamGenerateContent", { contents }],
    ["contents.0.role", gemini, { contents: [{ role: "assistant", parts: [{ text: "" }] }] }],
    ["not the user's", gemini, { contents: [modelCall, modelResult] }],
    ["no data", gemini, { contents: [{ role: "user", parts: [{}] }] }],
    ["without result", gemini, { contents: [...contents, modelCall, ...contents] }],
    ["answers no call", gemini, { contents: [...contents, modelResult] }],
    ["tools.0.functionDeclarations", gemini, { contents, tools: [{ functionDeclarations: [{}] }] }],
  ])("for %s on %s", async (problem, path, body, headers) => {
    model.add("never");
    const response = await post(path, body, headers);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(problem.split("\n")[0]?.slice(0, 20));
    expect(model.problems.join()).toContain(problem);
    expect([model.requests.length, model.left]).toEqual([0, 1]);
  });

  test("and one that they take", async () => {
    model.add("yes", "yes");
    const messages = [user, called, result("a"), user];
    expect((await post("/chat/completions", { ...openai, messages })).status).toBe(200);
    const answer = { role: "user", content: [{ type: "tool_result", tool_use_id: "a" }] };
    const body = { ...anthropic, messages: [user, asks, answer] };
    expect((await post("/messages", body)).status).toBe(200);
    model.add("yes", "yes");
    const input = [user, functionCall, output, user];
    expect((await post("/responses", { model: "m", input })).status).toBe(200);
    const parts = [...contents, modelCall, modelResult, ...contents];
    expect((await post(gemini, { contents: parts })).status).toBe(200);
    expect(model.problems).toEqual([]);
  });

  test("for a call that was torn from the thought that it came with", async () => {
    model.add([{ reasoning: "Hm." }, { tool: "f", input: {}, id: "a" }], "yes");
    const said = (await (await post("/responses", responses)).json()) as {
      output: { id: string }[];
    };
    const [thought, call] = said.output.map(({ id }) => ({ type: "item_reference", id }));
    const torn = await post("/responses", { model: "m", input: [user, call, output] });
    expect(await torn.text()).toContain("without its required 'reasoning' item");
    const whole = await post("/responses", { model: "m", input: [user, thought, call, output] });
    expect(await whole.json()).toMatchObject({ status: "completed" });
  });
});
