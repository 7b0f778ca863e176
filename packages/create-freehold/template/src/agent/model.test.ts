import { APICallError } from "ai";
import { afterEach, describe, expect, it, vi } from "vitest";
import { chooseModel, describeModel, type ModelSettings } from "./model.ts";
import { explain } from "./model-errors.ts";

const situation = { now: new Date(0), timeZone: "UTC" };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("one line of settings", () => {
  it.each<[ModelSettings, string, string]>([
    [{ OPENAI_API_KEY: "sk-1" }, "openai.responses", "gpt-5.4-mini"],
    [{ ANTHROPIC_API_KEY: "sk-ant-1" }, "anthropic.messages", "claude-sonnet-5-5"],
    [{ GOOGLE_GENERATIVE_AI_API_KEY: "1" }, "google.generative-ai", "gemini-flash-latest"],
    [{ OLLAMA_MODEL: "llama3.2" }, "endpoint.chat", "llama3.2"],
    [{ OPENAI_BASE_URL: "http://models.test/v1", MODEL: "small" }, "endpoint.chat", "small"],
    [{ OPENAI_API_KEY: "sk-1", MODEL: "gpt-5" }, "openai.responses", "gpt-5"],
    [{}, "freehold", "offline-rules"],
  ])("%j chooses %s", async (settings, provider, modelId) => {
    expect(await chooseModel(settings, situation)).toMatchObject({ provider, modelId });
  });

  it("asks an endpoint for its models when none is named", async () => {
    const asked: unknown[] = [];
    vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
      asked.push([url, new Headers(init?.headers).get("authorization")]);
      return Response.json({ data: [{ id: "local-7b" }] });
    });
    const settings = { OPENAI_BASE_URL: "http://models.test/v1/", OPENAI_API_KEY: "sk-1" };
    expect(await chooseModel(settings, situation)).toMatchObject({ modelId: "local-7b" });
    expect(asked).toEqual([["http://models.test/v1/models", "Bearer sk-1"]]);
  });

  it("is told to the page without the key", () => {
    const info = describeModel({ OPENAI_API_KEY: "sk-secret" });
    expect(info).toEqual({ kind: "model", provider: "OpenAI", name: "gpt-5.4-mini" });
    expect(describeModel({}).kind).toBe("offline");
  });
});

describe("what went wrong", () => {
  const key = "sk-proj-abcdefghijklmnop";
  const settings = { OPENAI_API_KEY: key };
  const failure = (statusCode: number | undefined, message = "no") =>
    new APICallError({
      message,
      url: "http://models.test",
      requestBodyValues: {},
      ...(statusCode === undefined ? {} : { statusCode }),
    });

  it.each([
    [
      failure(401, `Incorrect API key provided: ${key}`),
      /does not accept the key\. Check OPENAI_API_KEY/,
    ],
    [failure(400, "API key not valid. Please pass a valid API key."), /does not accept the key/],
    [failure(404), /does not know the model/],
    [failure(429), /limit is reached/],
    [
      failure(500, `at sk-proj-abcdef***: overloaded, ${key}`),
      /error \(500\): at \[key\].*overloaded, \[key\]/,
    ],
    [failure(undefined), /cannot be reached/],
    [new Error("Division by zero."), /^Division by zero\.$/],
  ])("is said in words, never with the key: %s", (error, words) => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const said = explain(error, settings);
    expect(said).toMatch(words);
    expect(`${said} ${printed.mock.calls.join(" ")}`).not.toContain("abcdef");
  });

  it("asks whether Ollama runs", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(explain(failure(undefined), { OLLAMA_MODEL: "x" })).toMatch(/Is `ollama serve` running/);
  });
});
