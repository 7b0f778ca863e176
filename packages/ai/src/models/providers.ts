import type {
  EmbeddingModel,
  ImageModel,
  LanguageModel,
  SpeechModel,
  TranscriptionModel,
} from "ai";
import { aiError } from "../errors.ts";
import type { SecretOf } from "../gateway/keys.ts";
import type { Target } from "./resolve.ts";
import type { ModelProvider } from "./settings.ts";

type ProviderTarget = Extract<Target, { kind: "provider" }>;

/** The models that a provider of the AI SDK makes; absent where it has none of that kind. */
interface Made {
  readonly chat: (model: string) => LanguageModel;
  readonly embedding?: (model: string) => EmbeddingModel;
  readonly transcription?: (model: string) => TranscriptionModel;
  readonly speech?: (model: string) => SpeechModel;
  readonly image?: (model: string) => ImageModel;
}

export type ModelKind = keyof Made;

/** Models of providers, made once each; the providers' packages load when they are first used. */
export class ProviderModels {
  readonly #secretOf: SecretOf;
  readonly #made = new Map<string, Promise<Made>>();
  readonly #firsts = new Map<string, Promise<string>>();

  constructor(secretOf: SecretOf) {
    this.#secretOf = secretOf;
  }

  /** @throws FreeholdError `AI_KEY_MISSING`, `AI_MODEL_UNKNOWN` */
  async model<Kind extends ModelKind>(
    target: ProviderTarget,
    kind: Kind,
  ): Promise<ReturnType<NonNullable<Made[Kind]>>> {
    const made = await this.#provider(target);
    const make = made[kind];
    if (make === undefined) {
      throw aiError(
        "AI_MODEL_UNKNOWN",
        `The provider ${target.name} has no models for ${kind}.`,
        "Name another provider for this model under `models.aliases` of freehold.config.ts.",
      );
    }
    const name = target.model === "" ? await this.#first(target) : target.model;
    return make(name) as ReturnType<NonNullable<Made[Kind]>>;
  }

  #provider({ name, provider }: ProviderTarget): Promise<Made> {
    const key = `${name} ${JSON.stringify(provider)} ${this.#key(provider) ?? ""}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.#make(name, provider);
    this.#made.set(key, made);
    made.catch(() => this.#made.delete(key));
    return made;
  }

  async #make(name: string, provider: ModelProvider): Promise<Made> {
    const { type, baseUrl: baseURL } = provider;
    const apiKey = this.#key(provider);
    if (apiKey === undefined && type !== "openai-compatible") {
      throw aiError(
        "AI_KEY_MISSING",
        `The provider ${name} has no key.`,
        `Put it into .dev.vars or the environment as ${provider.secret ?? "the provider's `secret`"}.`,
      );
    }
    const options = { ...(apiKey !== undefined && { apiKey }), ...(baseURL && { baseURL }) };
    switch (type) {
      case "openai": {
        const { createOpenAI } = await import("@ai-sdk/openai");
        const openai = createOpenAI(options);
        return {
          // Any server that speaks as OpenAI does has completions; not each has its newer interface.
          chat: (model) => openai.chat(model),
          embedding: (model) => openai.embedding(model),
          transcription: (model) => openai.transcription(model),
          speech: (model) => openai.speech(model),
          image: (model) => openai.image(model),
        };
      }
      case "anthropic": {
        const { createAnthropic } = await import("@ai-sdk/anthropic");
        const anthropic = createAnthropic(options);
        return { chat: (model) => anthropic(model) };
      }
      case "google": {
        const { createGoogle } = await import("@ai-sdk/google");
        const google = createGoogle(options);
        return { chat: (model) => google(model), embedding: (model) => google.embedding(model) };
      }
      case "openai-compatible": {
        const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
        const endpoint = createOpenAICompatible({
          ...{ name, baseURL: baseURL ?? "", includeUsage: true },
          // Local servers need no key, and do not mind one.
          apiKey: apiKey ?? "none",
          // A schema that was given is sent along: "some JSON" is not what was asked for.
          supportsStructuredOutputs: true,
        });
        return {
          chat: (model) => endpoint(model),
          embedding: (model) => endpoint.embeddingModel(model),
          image: (model) => endpoint.imageModel(model),
        };
      }
    }
  }

  /** The first model that an endpoint says it has. */
  #first({ provider }: ProviderTarget): Promise<string> {
    const base = (provider.baseUrl ?? "").replace(/\/$/, "");
    const known = this.#firsts.get(base);
    if (known !== undefined) return known;
    const asked = firstOf(base, this.#key(provider));
    this.#firsts.set(base, asked);
    asked.catch(() => this.#firsts.delete(base));
    return asked;
  }

  #key({ secret }: ModelProvider): string | undefined {
    const value = secret === undefined ? undefined : this.#secretOf(secret);
    return value === "" ? undefined : value;
  }
}

async function firstOf(base: string, key: string | undefined): Promise<string> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${base}/models`, { headers });
  const list = response.ok ? ((await response.json()) as { data?: { id?: unknown }[] }) : {};
  const id = list.data?.[0]?.id;
  if (typeof id === "string") return id;
  throw aiError(
    "AI_MODEL_UNKNOWN",
    `The endpoint ${base} does not say which models it has (status ${response.status}).`,
    "Name a model under `models.aliases` of freehold.config.ts.",
  );
}
