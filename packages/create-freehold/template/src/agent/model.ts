import type { LanguageModel } from "ai";
import { offlineModel } from "../offline/model.ts";
import type { Situation } from "../offline/rules.ts";
import type { ModelInfo } from "../protocol.ts";

/** One of these in `.dev.vars` chooses the model; without any, the offline model speaks. */
export interface ModelSettings {
  OPENAI_API_KEY?: string;
  ANTHROPIC_API_KEY?: string;
  GOOGLE_GENERATIVE_AI_API_KEY?: string;
  /** A model that Ollama has, like `llama3.2`. */
  OLLAMA_MODEL?: string;
  /** Any endpoint that speaks the OpenAI chat protocol. */
  OPENAI_BASE_URL?: string;

  /** Another model than the provider's default below. */
  MODEL?: string;
  OLLAMA_BASE_URL?: string;
  ANTHROPIC_BASE_URL?: string;
  GOOGLE_GENERATIVE_AI_BASE_URL?: string;
}

/** A way to a model, and the settings that it needs. */
interface Provider {
  readonly provider: string;
  /** The model unless `MODEL` names another; empty when the endpoint is asked what it has. */
  readonly name: string;
  /** The setting to look at when the provider refuses. */
  readonly setting: keyof ModelSettings;
  load(name: string): Promise<LanguageModel>;
}

/** The provider that the settings choose. The packages load only when they are needed. */
function findProvider(env: ModelSettings): Provider | undefined {
  if (env.OPENAI_BASE_URL) {
    return {
      provider: "OpenAI-compatible",
      name: "",
      setting: "OPENAI_BASE_URL",
      load: (name) => compatible(env.OPENAI_BASE_URL ?? "", env.OPENAI_API_KEY, name),
    };
  }
  if (env.OPENAI_API_KEY) {
    return {
      provider: "OpenAI",
      name: "gpt-5.4-mini",
      setting: "OPENAI_API_KEY",
      load: async (name) =>
        (await import("@ai-sdk/openai")).createOpenAI({ apiKey: env.OPENAI_API_KEY ?? "" })(name),
    };
  }
  if (env.ANTHROPIC_API_KEY) {
    const settings = {
      apiKey: env.ANTHROPIC_API_KEY,
      ...(env.ANTHROPIC_BASE_URL ? { baseURL: env.ANTHROPIC_BASE_URL } : {}),
    };
    return {
      provider: "Anthropic",
      name: "claude-sonnet-5-5",
      setting: "ANTHROPIC_API_KEY",
      load: async (name) => (await import("@ai-sdk/anthropic")).createAnthropic(settings)(name),
    };
  }
  if (env.GOOGLE_GENERATIVE_AI_API_KEY) {
    const settings = {
      apiKey: env.GOOGLE_GENERATIVE_AI_API_KEY,
      ...(env.GOOGLE_GENERATIVE_AI_BASE_URL ? { baseURL: env.GOOGLE_GENERATIVE_AI_BASE_URL } : {}),
    };
    return {
      provider: "Google",
      name: "gemini-flash-latest",
      setting: "GOOGLE_GENERATIVE_AI_API_KEY",
      load: async (name) => (await import("@ai-sdk/google")).createGoogle(settings)(name),
    };
  }
  if (env.OLLAMA_MODEL) {
    return {
      provider: "Ollama",
      name: env.OLLAMA_MODEL,
      setting: "OLLAMA_MODEL",
      load: (name) =>
        compatible(env.OLLAMA_BASE_URL || "http://127.0.0.1:11434/v1", undefined, name),
    };
  }
  return undefined;
}

/** The model that speaks. */
export async function chooseModel(
  env: ModelSettings,
  situation: Situation,
): Promise<LanguageModel> {
  const found = findProvider(env);
  return found ? found.load(env.MODEL || found.name) : offlineModel(situation);
}

export function describeModel(env: ModelSettings): ModelInfo {
  const found = findProvider(env);
  if (!found)
    return { kind: "offline", provider: "Offline model", name: "rules, no language model" };
  return { kind: "model", provider: found.provider, name: env.MODEL || found.name };
}

/** The provider's name and the setting that chose it, for messages about what went wrong. */
export function providerOf(env: ModelSettings): Pick<Provider, "provider" | "setting"> | undefined {
  return findProvider(env);
}

async function compatible(
  baseURL: string,
  apiKey: string | undefined,
  name: string,
): Promise<LanguageModel> {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const model = name || (await firstModel(baseURL, apiKey));
  // Local servers need no key, and do not mind one.
  return createOpenAICompatible({ name: "endpoint", baseURL, apiKey: apiKey || "none" })(model);
}

/** The first model that an endpoint says it has. */
async function firstModel(baseURL: string, apiKey: string | undefined): Promise<string> {
  const headers = apiKey ? { authorization: `Bearer ${apiKey}` } : undefined;
  const response = await fetch(`${baseURL.replace(/\/$/, "")}/models`, headers ? { headers } : {});
  const list = response.ok ? ((await response.json()) as { data?: { id?: unknown }[] }) : {};
  const id = list.data?.[0]?.id;
  if (typeof id !== "string") {
    throw new Error("The endpoint does not say which models it has. Put MODEL=… in .dev.vars.");
  }
  return id;
}

/** What a language model is told before the conversation. */
export function instructions({ now, timeZone }: Situation): string {
  return [
    "You are a helpful assistant in a chat. Answer in Markdown, to the point.",
    `It is ${now.toISOString()}; the person's time zone is ${timeZone}.`,
    "Use the tools for weather, the person's time zone, calculations, and for what is to be said later. Never claim to have done something without calling its tool.",
    "For scheduleTask, give dates as ISO 8601 with the offset of the person's time zone, and cron expressions in UTC.",
  ].join("\n\n");
}
