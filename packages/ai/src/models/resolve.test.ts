import { describe, expect, it } from "vitest";
import { resolveModel } from "./resolve.ts";
import { checkModels, type ModelSettings } from "./settings.ts";
import { taskOf } from "./task.ts";

const CHAT = "@cf/meta/llama-3.1-8b-instruct";

function resolved(
  model: string,
  settings: ModelSettings = {},
  secrets: Record<string, string> = {},
) {
  return resolveModel(model, taskOf(model, { prompt: "" }), settings, (name) => secrets[name]);
}

describe("resolveModel", () => {
  it("is offline with nothing to go by", () => {
    expect(resolved(CHAT)).toEqual({ kind: "offline" });
    expect(resolved("openai/gpt-5.4")).toEqual({ kind: "offline" });
  });

  it.each([
    [{ OPENAI_API_KEY: "k" }, "openai", "gpt-5.4-mini"],
    [{ ANTHROPIC_API_KEY: "k" }, "anthropic", "claude-sonnet-5-5"],
    [{ GOOGLE_GENERATIVE_AI_API_KEY: "k" }, "google", "gemini-flash-latest"],
    [{ OLLAMA_HOST: "127.0.0.1" }, "ollama", ""],
    [{ OPENAI_BASE_URL: "http://x/v1", OPENAI_API_KEY: "k" }, "endpoint", ""],
  ])("takes the provider that the environment has: %j", (secrets, name, model) => {
    expect(resolved(CHAT, {}, secrets)).toMatchObject({ kind: "provider", name, model });
  });

  it("goes on to a provider that has such models", () => {
    const secrets = { ANTHROPIC_API_KEY: "k", GOOGLE_GENERATIVE_AI_API_KEY: "k" };
    expect(resolved("@cf/baai/bge-base-en-v1.5", {}, secrets)).toMatchObject({ name: "google" });
    expect(resolved("@cf/openai/whisper", {}, secrets)).toEqual({ kind: "offline" });
  });

  it("takes Ollama's address as Ollama does", () => {
    const base = (OLLAMA_HOST: string) => resolved(CHAT, {}, { OLLAMA_HOST });
    expect(base("box")).toMatchObject({ provider: { baseUrl: "http://box:11434/v1" } });
    expect(base("https://box:80/")).toMatchObject({ provider: { baseUrl: "https://box:80/v1" } });
  });

  it("does what the settings say before all else, the longest name first", () => {
    const settings: ModelSettings = {
      aliases: {
        "@cf/*": "mine/large",
        "@cf/meta/*": "llama/small",
        "@cf/baai/bge-small-en-v1.5": "offline",
      },
      providers: { mine: { type: "openai-compatible", baseUrl: "http://mine/v1" } },
      local: { llama: { small: "./small.gguf" } },
    };
    const secrets = { OPENAI_API_KEY: "k" };
    expect(resolved(CHAT, settings, secrets)).toEqual({ kind: "llama", name: "small" });
    expect(resolved("@cf/qwen/x", settings, secrets)).toMatchObject({
      name: "mine",
      model: "large",
    });
    expect(resolved("@cf/baai/bge-small-en-v1.5", settings, secrets)).toEqual({ kind: "offline" });
    expect(resolved("mine/other/model", settings, secrets)).toMatchObject({ model: "other/model" });
    expect(resolved("openai/gpt-5.4", settings, secrets)).toMatchObject({
      name: "openai",
      model: "gpt-5.4",
    });
  });

  it.each([
    [{ alias: {} }, "no use for `alias`"],
    [{ aliases: { a: "model" } }, "the alias a"],
    [{ providers: { a: { type: "x" } } }, "no known `type`"],
    [{ providers: { a: { type: "openai-compatible" } } }, "needs a `baseUrl`"],
    [{ local: { gguf: {} } }, "no use for `local.gguf`"],
    [{ local: { memoryMib: 0 } }, "`local.memoryMib`"],
    [{ local: { llama: { a: {} } } }, "llama/a"],
    [{ local: { transformers: { a: { task: "x", path: "." } } } }, "no known `task`"],
    [{ local: { transformers: { a: { task: "speech" } } } }, "needs a `path`"],
  ])("refuses settings that are wrong: %j", (settings, words) => {
    expect(() => checkModels(settings as ModelSettings)).toThrow(words);
  });
});
