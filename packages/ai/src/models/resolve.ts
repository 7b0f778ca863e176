import type { SecretOf } from "../gateway/keys.ts";
import type { ModelProvider, ModelSettings } from "./settings.ts";
import type { Task } from "./task.ts";

/** Where a model's work is done. */
export type Target =
  | {
      readonly kind: "provider";
      readonly name: string;
      readonly provider: ModelProvider;
      readonly model: string;
    }
  | { readonly kind: "llama" | "transformers"; readonly name: string }
  | { readonly kind: "offline" };

/** A provider that an environment variable points to. */
interface Detected {
  readonly name: string;
  readonly variable: string;
  readonly provider: ModelProvider;
  /** The model for each task that names of the service stand for. Empty: the endpoint's first. */
  readonly models: Readonly<Partial<Record<Task, string>>>;
}

/** In the order in which they are taken. */
const DETECTED: readonly Detected[] = [
  {
    name: "endpoint",
    variable: "OPENAI_BASE_URL",
    provider: { type: "openai-compatible", secret: "OPENAI_API_KEY" },
    models: { chat: "", vision: "", embedding: "" },
  },
  {
    name: "openai",
    variable: "OPENAI_API_KEY",
    provider: { type: "openai", secret: "OPENAI_API_KEY" },
    models: {
      chat: "gpt-5.4-mini",
      vision: "gpt-5.4-mini",
      embedding: "text-embedding-3-small",
      transcription: "whisper-1",
      speech: "tts-1",
      image: "gpt-image-1",
    },
  },
  {
    name: "anthropic",
    variable: "ANTHROPIC_API_KEY",
    provider: { type: "anthropic", secret: "ANTHROPIC_API_KEY" },
    models: { chat: "claude-sonnet-5-5", vision: "claude-sonnet-5-5" },
  },
  {
    name: "google",
    variable: "GOOGLE_GENERATIVE_AI_API_KEY",
    provider: { type: "google", secret: "GOOGLE_GENERATIVE_AI_API_KEY" },
    models: {
      chat: "gemini-flash-latest",
      vision: "gemini-flash-latest",
      embedding: "gemini-embedding-001",
    },
  },
  {
    name: "ollama",
    variable: "OLLAMA_HOST",
    provider: { type: "openai-compatible" },
    models: { chat: "", vision: "", embedding: "" },
  },
];

/** Tasks that are a chat with a certain prompt. */
const AS_CHAT: Readonly<Partial<Record<Task, Task>>> = {
  translation: "chat",
  summarization: "chat",
  classification: "chat",
  vision: "vision",
};

/**
 * Where a name's work is done: what the settings say it stands for; else the provider whose name it
 * begins with; else what the environment has keys for; else the offline models.
 */
export function resolveModel(
  model: string,
  task: Task,
  settings: ModelSettings,
  secretOf: SecretOf,
): Target {
  const alias = aliasOf(model, settings.aliases ?? {});
  const named = alias ?? model;
  if (named === "offline") return { kind: "offline" };
  const own = namedTarget(named, settings, secretOf);
  if (own !== undefined) return own;
  const isServices = named.startsWith("@");
  const needed = AS_CHAT[task] ?? task;
  for (const detected of DETECTED) {
    const value = secretOf(detected.variable);
    const usual = detected.models[needed];
    if (!isServices || value === undefined || value === "" || usual === undefined) continue;
    const { name } = detected;
    return { kind: "provider", name, provider: detectedProvider(detected, value), model: usual };
  }
  return { kind: "offline" };
}

/** `undefined` where the name does not say where it belongs. */
function namedTarget(
  named: string,
  { providers = {}, local = {} }: ModelSettings,
  secretOf: SecretOf,
): Target | undefined {
  const slash = named.indexOf("/");
  if (slash < 1 || named.startsWith("@")) return undefined;
  const [first, rest] = [named.slice(0, slash), named.slice(slash + 1)];
  if (first === "llama" && Object.hasOwn(local.llama ?? {}, rest)) {
    return { kind: "llama", name: rest };
  }
  if (first === "transformers" && Object.hasOwn(local.transformers ?? {}, rest)) {
    return { kind: "transformers", name: rest };
  }
  const provider = Object.hasOwn(providers, first) ? providers[first] : undefined;
  if (provider !== undefined) return { kind: "provider", name: first, provider, model: rest };
  const detected = DETECTED.find(({ name }) => name === first);
  const value = detected && secretOf(detected.variable);
  if (detected === undefined || value === undefined || value === "") return undefined;
  return {
    kind: "provider",
    name: first,
    provider: detectedProvider(detected, value),
    model: rest,
  };
}

function detectedProvider({ name, provider }: Detected, value: string): ModelProvider {
  if (name === "endpoint") return { ...provider, baseUrl: value };
  return name === "ollama" ? { ...provider, baseUrl: ollamaUrl(value) } : provider;
}

/** `OLLAMA_HOST` may lack its scheme and port, as Ollama itself allows. */
function ollamaUrl(host: string): string {
  const whole = /^https?:\/\//.test(host) ? host : `http://${host}`;
  const url = URL.parse(whole);
  if (url === null) return whole;
  if (url.port === "" && !/:\d+$/.test(host)) url.port = "11434";
  return `${url.origin}/v1`;
}

/** What the settings say that a name stands for, the longest pattern first. */
export function aliasOf(
  model: string,
  aliases: Readonly<Record<string, string>>,
): string | undefined {
  if (Object.hasOwn(aliases, model)) return aliases[model];
  const fitting = Object.keys(aliases)
    .filter((name) => name.endsWith("*") && model.startsWith(name.slice(0, -1)))
    .sort((a, b) => b.length - a.length);
  return fitting[0] === undefined ? undefined : aliases[fitting[0]];
}
