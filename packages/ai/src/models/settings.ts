import { aiError } from "../errors.ts";

/** A provider of models: one that the AI SDK has, or any endpoint that speaks as OpenAI does. */
export interface ModelProvider {
  readonly type: "openai" | "anthropic" | "google" | "openai-compatible";
  /** Needed for `openai-compatible`. */
  readonly baseUrl?: string;
  /** Name of the secret or environment variable that holds the key. */
  readonly secret?: string;
}

/** Models that run in this process. */
export interface LocalModels {
  /** GGUF files by name, for `node-llama-cpp`: `{ small: "./models/small.gguf" }`. */
  readonly llama?: Readonly<Record<string, string>>;
  /**
   * Folders with a model in the form of `@huggingface/transformers`, by name and what it does:
   * `{ minilm: { task: "embedding", path: "./models/minilm" } }`.
   */
  readonly transformers?: Readonly<Record<string, TransformersModel>>;
  /** Memory that models may take together, in MiB. The one unused for longest is unloaded. */
  readonly memoryMib?: number;
}

export interface TransformersModel {
  readonly task: "embedding" | "transcription" | "speech" | "vision";
  readonly path: string;
  /** Default `fp32`; whatever the folder has. */
  readonly dtype?: string;
}

/** Which models `env.AI` has. */
export interface ModelSettings {
  /**
   * What names stand for: `{ "@cf/meta/llama-3.1-8b-instruct": "openai/gpt-5.4-mini" }`. `*` at the end
   * stands for any rest; the longest name that fits counts. A value is `<provider>/<model>`,
   * `llama/<name>`, `transformers/<name>` or `offline`.
   */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly providers?: Readonly<Record<string, ModelProvider>>;
  readonly local?: LocalModels;
}

const NAMES: ReadonlySet<string> = new Set<keyof ModelSettings>(["aliases", "local", "providers"]);
const TASKS: readonly unknown[] = ["embedding", "transcription", "speech", "vision"];
const TYPES: readonly unknown[] = ["openai", "anthropic", "google", "openai-compatible"];

/** @throws FreeholdError `AI_CONFIG_INVALID` */
export function checkModels(settings: ModelSettings): void {
  const unknown = Object.keys(settings).find((name) => !NAMES.has(name));
  if (unknown !== undefined) throw invalid(`there is no use for \`${unknown}\``);
  checkLocal(settings.local ?? {});
  for (const [name, target] of Object.entries(settings.aliases ?? {})) {
    const isTarget =
      typeof target === "string" && (target === "offline" || /^[^/]+\/./.test(target));
    if (!isTarget) throw invalid(`the alias ${name} must be "<provider>/<model>" or "offline"`);
  }
  for (const [name, { type, baseUrl }] of Object.entries(settings.providers ?? {})) {
    if (!TYPES.includes(type)) throw invalid(`the provider ${name} has no known \`type\``);
    if (type === "openai-compatible" && baseUrl === undefined) {
      throw invalid(`the provider ${name} needs a \`baseUrl\``);
    }
  }
}

function checkLocal({ llama = {}, transformers = {}, memoryMib = 1, ...rest }: LocalModels): void {
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw invalid(`there is no use for \`local.${unknown}\``);
  if (!(memoryMib > 0)) throw invalid("`local.memoryMib` must be more than 0");
  for (const [name, path] of Object.entries(llama)) {
    if (typeof path !== "string") throw invalid(`the model llama/${name} must be a path`);
  }
  for (const [name, { task, path }] of Object.entries(transformers)) {
    if (!TASKS.includes(task)) throw invalid(`transformers/${name} has no known \`task\``);
    if (typeof path !== "string") throw invalid(`transformers/${name} needs a \`path\``);
  }
}

function invalid(what: string): Error {
  return aiError(
    "AI_CONFIG_INVALID",
    `The settings of the models are not right: ${what}.`,
    "See docs/models.md for what can stand under `models`.",
  );
}
