import type { Clock, Random } from "@freehold/host";
import { InferenceUpstreamError } from "../ai-errors.ts";
import type { SecretOf } from "../gateway/keys.ts";
import type { Headers } from "../gateway/request-options.ts";
import type { Outgoing } from "../gateway/send/upstream.ts";
import { offlineChat } from "../offline/chat.ts";
import { embedOffline, likeness } from "../offline/features.ts";
import { mediaOf } from "../tasks/bytes.ts";
import { type ChatInput, isObject, readChat } from "../tasks/chat-input.ts";
import { type ChatPart, eventsOf, type Shape, wholeAnswer } from "../tasks/chat-output.ts";
import { providerChat, upstream } from "../tasks/provider-chat.ts";
import { anthropicRequest } from "./anthropic-form.ts";
import type { LocalRunner } from "./local.ts";
import { ProviderModels } from "./providers.ts";
import { aliasOf, resolveModel, type Target } from "./resolve.ts";
import { json, type RunResult } from "./run-result.ts";
import { checkModels, type ModelSettings } from "./settings.ts";
import { dimensionsOf, TASK_NAMES, type Task, taskOf } from "./task.ts";

export interface ModelsOptions {
  readonly settings: ModelSettings;
  readonly secretOf: SecretOf;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes the runner of local models, when one is first used. */
  readonly local?: () => Promise<LocalRunner>;
}

type Inputs = Readonly<Record<string, unknown>>;

/** A model as `models()` lists it. */
export interface ListedModel {
  readonly id: string;
  readonly source: number;
  readonly name: string;
  readonly description: string;
  readonly task: { readonly id: string; readonly name: string; readonly description: string };
  readonly tags: readonly string[];
  readonly properties: readonly { readonly property_id: string; readonly value: string }[];
}

const MOST_TEXTS = 1000;
const DEFAULT_TOP_K = 10;

/**
 * The models of a host: names of the service, of providers and of local files, each done by whatever the
 * settings and the environment have for it.
 *
 * @example
 * ```ts
 * const models = new Models({ settings: {}, secretOf: (name) => process.env[name], clock, random });
 * await models.run("@cf/baai/bge-small-en-v1.5", { text: ["bees", "wasps"] });
 * ```
 */
export class Models {
  readonly #options: ModelsOptions;
  readonly #providers: ProviderModels;
  #local: Promise<LocalRunner> | undefined;

  /** @throws FreeholdError `AI_CONFIG_INVALID` */
  constructor(options: ModelsOptions) {
    checkModels(options.settings);
    this.#options = options;
    this.#providers = new ProviderModels(options.secretOf);
  }

  /**
   * Has a model work.
   *
   * @param shape in whose form a chat is answered. Default: the service's own for its own names
   * @throws InferenceUpstreamError, AiInternalError
   */
  async run(
    model: string,
    inputs: Inputs,
    { signal, shape }: { readonly signal?: AbortSignal; readonly shape?: Shape } = {},
  ): Promise<RunResult> {
    const task = this.#taskOf(model, inputs);
    const target = resolveModel(model, task, this.#options.settings, this.#options.secretOf);
    try {
      return await this.#work({
        model,
        task,
        target,
        inputs,
        signal,
        shape: shapeOf(model, shape),
      });
    } catch (error) {
      throw upstream(error);
    }
  }

  /**
   * A request that a provider takes as it is, where a model is called by its author's name.
   *
   * @param headers names in small letters
   */
  asItIs(model: string, inputs: Inputs, headers: Headers): Outgoing | undefined {
    if (model.startsWith("@")) return undefined;
    const { settings, secretOf } = this.#options;
    const target = resolveModel(model, "chat", settings, secretOf);
    const secret = target.kind === "provider" ? target.provider.secret : undefined;
    return anthropicRequest(target, inputs, headers, secret && secretOf(secret));
  }

  /** Whether nothing is configured for a name that is nobody's here: a gateway may know its author. */
  isUnknown(model: string): boolean {
    const { settings, secretOf } = this.#options;
    const isAlias = aliasOf(model, settings.aliases ?? {}) !== undefined;
    if (isAlias || model.startsWith("@")) return false;
    return resolveModel(model, "chat", settings, secretOf).kind === "offline";
  }

  /** Names that the settings know, and what each stands for. */
  list(search: Inputs = {}): ListedModel[] {
    const { aliases = {}, local = {} } = this.#options.settings;
    const named = Object.entries(aliases).map(([name, to]) => [name, `stands for ${to}`] as const);
    const files = Object.keys(local.llama ?? {}).map(
      (name) => [`llama/${name}`, "a file"] as const,
    );
    const folders = Object.keys(local.transformers ?? {}).map(
      (name) => [`transformers/${name}`, "a folder"] as const,
    );
    const offline = OFFLINE.map((name) => [name, "without a network: rules and features"] as const);
    const wanted = typeof search.search === "string" ? search.search.toLowerCase() : "";
    const task = typeof search.task === "string" ? search.task : undefined;
    return [...named, ...files, ...folders, ...offline]
      .map(([name, description]) => listed(name, description))
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .filter((one) => task === undefined || one.task.name === task || one.task.id === task);
  }

  async close(): Promise<void> {
    const local = await this.#local?.catch(() => undefined);
    this.#local = undefined;
    await local?.close();
  }

  /** A folder's model does what the settings say, where it is called by its own name. */
  #taskOf(model: string, inputs: Inputs): Task {
    const [, name = ""] = /^transformers\/(.+)$/.exec(model) ?? [];
    const { transformers = {} } = this.#options.settings.local ?? {};
    const own = Object.hasOwn(transformers, name) ? transformers[name]?.task : undefined;
    const isRanking = own === "embedding" && "contexts" in inputs;
    return own === undefined || isRanking ? taskOf(model, inputs) : own;
  }

  #work(job: Job): Promise<RunResult> {
    switch (job.task) {
      case "chat":
        return this.#chat(job, readChat(job.inputs));
      case "embedding":
        return this.#embedding(job);
      case "rerank":
        return this.#rerank(job);
      case "transcription":
        return this.#transcription(job);
      case "speech":
        return this.#speech(job);
      case "image":
        return this.#image(job);
      case "vision":
        return this.#vision(job);
      default:
        return this.#asChat(job);
    }
  }

  async #chat(job: Job, input: ChatInput): Promise<RunResult> {
    const gone = new AbortController();
    const signal = job.signal ? AbortSignal.any([job.signal, gone.signal]) : gone.signal;
    const parts = await begun(await this.#parts({ ...job, signal }, input));
    const { clock, random } = this.#options;
    const head = {
      id: `chatcmpl-${Buffer.from(random.bytes(12)).toString("hex")}`,
      model: job.model,
      created: Math.floor(clock.now() / 1000),
    };
    if (input.isStream) {
      const cancel = () => gone.abort(new Error("nobody reads the answer"));
      return { kind: "events", events: eventsOf(parts, job.shape, head), cancel };
    }
    return json(await wholeAnswer(parts, job.shape, head, input.json !== undefined));
  }

  async #parts({ target, signal }: Job, input: ChatInput): Promise<AsyncIterable<ChatPart>> {
    if (target.kind === "offline") return offlineChat(input);
    if (target.kind === "provider") {
      return providerChat(await this.#providers.model(target, "chat"), input, signal);
    }
    return (await this.#runner()).chat(target.name, input, signal);
  }

  async #embedding({ model, target, inputs, signal }: Job): Promise<RunResult> {
    if ("query" in inputs && "contexts" in inputs) {
      return this.#rerank({ model, target, inputs, signal, task: "rerank", shape: "native" });
    }
    const texts = textsOf(inputs.text ?? inputs.input ?? inputs.queries ?? inputs.documents);
    const data = await this.#embed(target, model, texts, signal);
    return json({ shape: [data.length, data[0]?.length ?? 0], data, pooling: "mean" });
  }

  async #embed(
    target: Target,
    model: string,
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (readonly number[])[]> {
    const dimensions = dimensionsOf(model);
    switch (target.kind) {
      case "offline":
        return texts.map((text) => embedOffline(text, dimensions));
      case "transformers":
        return (await this.#runner()).embed(target.name, texts, signal);
      case "llama":
        throw noModel(model, "a GGUF file chats; embeddings come from `transformers`");
      case "provider": {
        const { embedMany } = await import("ai");
        const made = await this.#providers.model(target, "embedding");
        // As many numbers as the name promises: an index was made for them.
        const isServices = model.startsWith("@");
        const providerOptions = {
          ...(isServices && {
            openai: { dimensions },
            google: { outputDimensionality: dimensions },
          }),
        };
        const { embeddings } = await embedMany({
          ...{ model: made, values: [...texts], maxRetries: 0, providerOptions },
          ...(signal && { abortSignal: signal }),
        });
        return embeddings;
      }
    }
  }

  /** By likeness of embeddings: no provider of ours ranks. */
  async #rerank({ model, target, inputs, signal }: Job): Promise<RunResult> {
    const { query, contexts, top_k: most = DEFAULT_TOP_K } = inputs;
    if (typeof query !== "string" || !Array.isArray(contexts)) {
      throw new InferenceUpstreamError("BAD_INPUT", "expected a `query` and `contexts`");
    }
    const texts = contexts.map((context) =>
      isObject(context) && typeof context.text === "string" ? context.text : "",
    );
    const [asked = [], ...others] = await this.#embed(target, model, [query, ...texts], signal);
    const response = others
      .map((one, id) => ({ id, score: likeness(asked, one) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, Number(most));
    return json({ response });
  }

  async #transcription({ model, target, inputs, signal }: Job): Promise<RunResult> {
    const { bytes } = await mediaOf(inputs.audio);
    if (target.kind === "transformers") {
      return json(transcript(await (await this.#runner()).transcribe(target.name, bytes, signal)));
    }
    if (target.kind !== "provider") throw noModel(model, "nothing here hears");
    const { transcribe } = await import("ai");
    const made = await this.#providers.model(target, "transcription");
    const { text, segments } = await transcribe({
      ...{ model: made, audio: bytes, maxRetries: 0 },
      ...(signal && { abortSignal: signal }),
    });
    return json({
      ...transcript(text),
      segments: segments.map(({ startSecond, endSecond, text }) => ({
        ...{ start: startSecond, end: endSecond, text },
      })),
    });
  }

  async #speech({ model, target, inputs, signal }: Job): Promise<RunResult> {
    const text = textsOf(inputs.text ?? inputs.prompt)[0] ?? "";
    if (target.kind === "transformers") {
      const bytes = await (await this.#runner()).speak(target.name, text, signal);
      return sound(model, bytes, "audio/wav");
    }
    if (target.kind !== "provider") throw noModel(model, "nothing here speaks");
    const { generateSpeech } = await import("ai");
    const made = await this.#providers.model(target, "speech");
    const voice = inputs.speaker ?? inputs.voice;
    const { audio } = await generateSpeech({
      ...{ model: made, text, maxRetries: 0 },
      ...(typeof voice === "string" && { voice }),
      ...(typeof inputs.lang === "string" && { language: inputs.lang }),
      ...(signal && { abortSignal: signal }),
    });
    return sound(model, audio.uint8Array, audio.mediaType);
  }

  async #image({ model, target, inputs, signal }: Job): Promise<RunResult> {
    if (target.kind !== "provider") throw noModel(model, "nothing here draws");
    const { generateImage } = await import("ai");
    const made = await this.#providers.model(target, "image");
    const { width, height, seed } = inputs;
    const hasSize = typeof width === "number" && typeof height === "number";
    const { image } = await generateImage({
      ...{ model: made, prompt: textsOf(inputs.prompt)[0] ?? "", maxRetries: 0 },
      ...(hasSize && { size: `${width}x${height}` as const }),
      ...(typeof seed === "number" && { seed }),
      ...(signal && { abortSignal: signal }),
    });
    // One family of the service's models answers JSON, the others bytes.
    if (/flux/.test(model)) return json({ image: image.base64 });
    return { kind: "bytes", mediaType: image.mediaType, bytes: image.uint8Array };
  }

  async #vision(job: Job): Promise<RunResult> {
    const { model, target, inputs } = job;
    const { bytes, mediaType } = await mediaOf(inputs.image);
    if (target.kind === "transformers") {
      return json({
        description: await (await this.#runner()).describe(target.name, bytes, job.signal),
      });
    }
    if (target.kind === "offline") throw noModel(model, "nothing here sees");
    const prompt = typeof inputs.prompt === "string" ? inputs.prompt : "Describe this picture.";
    const picture = { data: Buffer.from(bytes).toString("base64"), mediaType };
    const asked = readChat({ ...inputs, image: undefined, prompt, stream: false });
    const withPicture: ChatInput = {
      ...asked,
      messages: [{ role: "user", text: prompt, pictures: [picture] }],
    };
    return json({ description: await this.#text({ ...job, task: "chat" }, withPicture) });
  }

  /** Translations, summaries and classes, by asking a chat for them. */
  async #asChat(job: Job): Promise<RunResult> {
    const { model, target, inputs, task } = job;
    if (target.kind === "offline") throw noModel(model, `nothing here does ${TASK_NAMES[task]}`);
    const text = textsOf(inputs.text ?? inputs.input_text)[0] ?? "";
    const ask = (instruction: string, format?: object) =>
      this.#text(
        { ...job, task: "chat" },
        readChat({
          messages: [
            { role: "system", content: instruction },
            { role: "user", content: text },
          ],
          ...(format && { response_format: format }),
        }),
      );
    if (task === "translation") {
      const { source_lang: from = "any language", target_lang: to = "English" } = inputs;
      return json({
        translated_text: await ask(
          `Translate from ${from} to ${to}. Answer the translation alone.`,
        ),
      });
    }
    if (task === "summarization") {
      return json({
        summary: await ask("Summarize in a few sentences. Answer the summary alone."),
      });
    }
    const schema = {
      type: "object",
      properties: { positive: { type: "number" } },
      required: ["positive"],
    };
    const answer = await ask("How positive is this, from 0 to 1?", {
      type: "json_schema",
      json_schema: schema,
    });
    const { positive } = JSON.parse(answer) as { positive: number };
    return json([
      { label: "NEGATIVE", score: 1 - positive },
      { label: "POSITIVE", score: positive },
    ]);
  }

  async #text(job: Job, input: ChatInput): Promise<string> {
    let text = "";
    for await (const part of await this.#parts(job, input))
      if (part.kind === "text") text += part.text;
    return text.trim();
  }

  #runner(): Promise<LocalRunner> {
    const { local } = this.#options;
    if (local === undefined) throw new Error("This host runs no models of its own.");
    this.#local ??= local();
    return this.#local;
  }
}

/** One call of a model. */
interface Job {
  readonly model: string;
  readonly task: Task;
  readonly target: Target;
  readonly inputs: Inputs;
  readonly signal: AbortSignal | undefined;
  readonly shape: Shape;
}

/** What works with nothing configured. */
const OFFLINE = [
  "@cf/meta/llama-3.1-8b-instruct",
  "@cf/baai/bge-small-en-v1.5",
  "@cf/baai/bge-base-en-v1.5",
  "@cf/baai/bge-large-en-v1.5",
  "@cf/baai/bge-reranker-base",
] as const;

function shapeOf(model: string, shape: Shape | undefined): Shape {
  return shape ?? (model.startsWith("@") ? "native" : "openai");
}

/** Waits for the first part: a request that fails at once fails before an answer has begun. */
async function begun(parts: AsyncIterable<ChatPart>): Promise<AsyncIterable<ChatPart>> {
  const iterator = parts[Symbol.asyncIterator]();
  let first: IteratorResult<ChatPart> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const held = first;
        first = undefined;
        return held ?? iterator.next();
      },
      return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
    }),
  };
}

function textsOf(given: unknown): string[] {
  const texts = Array.isArray(given) ? given : [given];
  if (
    texts.length === 0 ||
    texts.length > MOST_TEXTS ||
    !texts.every((one) => typeof one === "string")
  ) {
    throw new InferenceUpstreamError("BAD_INPUT", `expected a text, or 1 to ${MOST_TEXTS} of them`);
  }
  return texts;
}

function transcript(text: string) {
  return { text, word_count: text.split(/\s+/).filter((word) => word !== "").length };
}

function sound(model: string, bytes: Uint8Array, mediaType: string): RunResult {
  return /melotts/.test(model)
    ? json({ audio: Buffer.from(bytes).toString("base64") })
    : { kind: "bytes", mediaType, bytes };
}

function noModel(model: string, why: string): InferenceUpstreamError {
  return new InferenceUpstreamError(
    "NO_SUCH_MODEL",
    `No such model ${model}: ${why}. Name a provider's model for it under \`models.aliases\` of freehold.config.ts, or set a provider's key.`,
  );
}

function listed(name: string, description: string): ListedModel {
  const task = TASK_NAMES[taskOf(name, {})];
  return {
    ...{ id: name, source: 1, name, description },
    task: { id: task.toLowerCase().replaceAll(" ", "-"), name: task, description: task },
    tags: [],
    properties: [],
  };
}
