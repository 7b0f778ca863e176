import type { ProviderSettings } from "./settings.ts";

type Auth = NonNullable<ProviderSettings["auth"]>;

/** Where a provider is and how it is spoken to. */
export interface Provider {
  readonly name: string;
  /** Without a slash at its end. What a client names after the provider is put behind it. */
  readonly baseUrl: string;
  readonly auth: Auth;
  /** Names of secrets with keys, by alias. */
  readonly keys: Readonly<Record<string, string>>;
  /** Where the provider speaks as OpenAI does: what `/compat/…` is put behind. */
  readonly compatUrl: string;
}

interface Known {
  readonly baseUrl: string;
  readonly auth?: Auth;
  /** Behind the base URL. Default nothing. */
  readonly compat?: string;
  readonly secret: string;
}

/** Providers by the service's names. Addresses are those that the providers document. */
const KNOWN: Readonly<Record<string, Known>> = {
  openai: { baseUrl: "https://api.openai.com/v1", secret: "OPENAI_API_KEY" },
  anthropic: {
    baseUrl: "https://api.anthropic.com",
    auth: "x-api-key",
    compat: "/v1",
    secret: "ANTHROPIC_API_KEY",
  },
  "google-ai-studio": {
    baseUrl: "https://generativelanguage.googleapis.com",
    auth: "x-goog-api-key",
    compat: "/v1beta/openai",
    secret: "GOOGLE_GENERATIVE_AI_API_KEY",
  },
  groq: { baseUrl: "https://api.groq.com/openai/v1", secret: "GROQ_API_KEY" },
  mistral: { baseUrl: "https://api.mistral.ai", compat: "/v1", secret: "MISTRAL_API_KEY" },
  grok: { baseUrl: "https://api.x.ai", compat: "/v1", secret: "XAI_API_KEY" },
  openrouter: { baseUrl: "https://openrouter.ai/api", compat: "/v1", secret: "OPENROUTER_API_KEY" },
  deepseek: { baseUrl: "https://api.deepseek.com", secret: "DEEPSEEK_API_KEY" },
  cerebras: { baseUrl: "https://api.cerebras.ai/v1", secret: "CEREBRAS_API_KEY" },
  "perplexity-ai": { baseUrl: "https://api.perplexity.ai", secret: "PERPLEXITY_API_KEY" },
  cohere: {
    baseUrl: "https://api.cohere.com",
    compat: "/compatibility/v1",
    secret: "COHERE_API_KEY",
  },
  huggingface: {
    baseUrl: "https://router.huggingface.co",
    compat: "/v1",
    secret: "HF_TOKEN",
  },
  replicate: { baseUrl: "https://api.replicate.com/v1", secret: "REPLICATE_API_TOKEN" },
  elevenlabs: { baseUrl: "https://api.elevenlabs.io", secret: "ELEVENLABS_API_KEY" },
  ollama: { baseUrl: "http://127.0.0.1:11434", compat: "/v1", secret: "OLLAMA_API_KEY" },
};

/** Authors of models whose provider has another name here. */
const AUTHORS: Readonly<Record<string, string>> = {
  google: "google-ai-studio",
  perplexity: "perplexity-ai",
  xai: "grok",
};

/** `groq/llama-4` as gateways name it: by the provider that serves its author's models. */
export function gatewayName(model: string): string {
  const slash = model.indexOf("/");
  const author = model.slice(0, Math.max(0, slash));
  const provider = Object.hasOwn(AUTHORS, author) ? AUTHORS[author] : author;
  return `${provider}${model.slice(author.length)}`;
}

/** Models of this host itself. */
export const OWN_PROVIDER = "workers-ai";
const CUSTOM = /^custom-[a-z0-9][a-z0-9-]*$/;

/** `undefined` where the name is not known and its settings do not say where it is. */
export function providerOf(
  name: string,
  settings: Readonly<Record<string, ProviderSettings>>,
): Provider | undefined {
  const own = Object.hasOwn(settings, name) ? settings[name] : undefined;
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  const given = own?.baseUrl ?? known?.baseUrl;
  if (given === undefined || (known === undefined && !CUSTOM.test(name))) return undefined;
  const baseUrl = given.replace(/\/+$/, "");
  return {
    name,
    baseUrl,
    auth: own?.auth ?? known?.auth ?? "bearer",
    keys: keysOf(own?.keys, known?.secret),
    compatUrl: baseUrl + (known?.compat ?? ""),
  };
}

function keysOf(
  given: ProviderSettings["keys"],
  secret: string | undefined,
): Readonly<Record<string, string>> {
  if (typeof given === "string") return { default: given };
  return given ?? (secret === undefined ? {} : { default: secret });
}

/** Headers in which clients send a provider's key. */
export const KEY_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "x-api-key",
  "x-goog-api-key",
  "api-key",
]);

/** The header that shows a key to a provider. Its OpenAI-compatible side takes bearer tokens only. */
export function keyHeader(
  { auth }: Provider,
  key: string,
  isCompat: boolean,
): Readonly<Record<string, string>> {
  return auth === "bearer" || isCompat ? { authorization: `Bearer ${key}` } : { [auth]: key };
}
