import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InferenceUpstreamError } from "../../ai-errors.ts";
import { aiError } from "../../errors.ts";
import type { TransformersModel } from "../../models/settings.ts";
import { libraryFile } from "../library.ts";
import { progressOf, statOf } from "../progress.ts";
import type { LocalContext } from "../runner.ts";
import type { Place, Shelf } from "../shelf.ts";
import type { Question, SpokenResult } from "../thread/protocol.ts";
import { LoadedTransformers } from "./model.ts";
import { readWav, writeWav } from "./wav.ts";

const NAME = "@huggingface/transformers";
/** Endings of files by kind of numbers. Source: the library's `dtype` option. */
const ENDINGS: Readonly<Record<string, string>> = {
  fp32: "",
  fp16: "_fp16",
  int8: "_int8",
  uint8: "_uint8",
  q8: "_quantized",
  q4: "_q4",
  q4f16: "_q4f16",
  bnb4: "_bnb4",
};
const MODEL_FILE = /^.+?(_fp16|_int8|_uint8|_quantized|_q4|_q4f16|_bnb4|)\.onnx(_data.*)?$/;

/** Folders with models, through the project's `@huggingface/transformers`: nothing is downloaded. */
export class TransformersRunner {
  readonly #models: Readonly<Record<string, TransformersModel>>;
  readonly #context: LocalContext;
  readonly #shelf: Shelf;
  readonly #places = new Map<string, Place<LoadedTransformers>>();

  /** Every method throws FreeholdError `AI_LIBRARY_MISSING`, `AI_MODEL_UNKNOWN`, `AI_MODEL_TOO_LARGE`, `AI_MODEL_FAILED`. */
  constructor(
    models: Readonly<Record<string, TransformersModel>>,
    context: LocalContext,
    shelf: Shelf,
  ) {
    this.#models = models;
    this.#context = context;
    this.#shelf = shelf;
  }

  /** Unit vectors, means over each text's tokens. */
  embed(
    name: string,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    return this.#ask(name, { task: "embedding", texts }, signal);
  }

  async transcribe(name: string, audio: Uint8Array, signal?: AbortSignal): Promise<string> {
    const { samples, rate } = readWav(audio);
    const question = { task: "transcription", samples, rate } as const;
    return (await this.#ask<string>(name, question, signal)).trim();
  }

  async speak(name: string, text: string, signal?: AbortSignal): Promise<Uint8Array> {
    return writeWav(await this.#ask<SpokenResult>(name, { task: "speech", text }, signal));
  }

  async describe(name: string, picture: Uint8Array, signal?: AbortSignal): Promise<string> {
    return (await this.#ask<string>(name, { task: "vision", picture }, signal)).trim();
  }

  async #ask<T>(name: string, question: Question, signal: AbortSignal | undefined): Promise<T> {
    const settings = Object.hasOwn(this.#models, name) ? this.#models[name] : undefined;
    if (settings === undefined || settings.task !== question.task) {
      const does = settings === undefined ? "is not in the settings" : `is for ${settings.task}`;
      throw new InferenceUpstreamError(
        "NO_SUCH_MODEL",
        `No such model transformers/${name} for ${question.task}: it ${does}.`,
      );
    }
    const { model, release } = await this.#place(name, settings).borrow(signal);
    try {
      return await model.ask<T>(question);
    } finally {
      release();
    }
  }

  #place(name: string, settings: TransformersModel): Place<LoadedTransformers> {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const path = resolve(this.#context.project, settings.path);
    const dtype = settings.dtype ?? "fp32";
    const place = this.#shelf.place({
      name: `transformers/${name}`,
      size: () => sizeOf(name, path, dtype),
      load: (size) => this.#load(name, path, { ...settings, dtype }, size),
    });
    this.#places.set(name, place);
    return place;
  }

  async #load(
    name: string,
    path: string,
    { task, dtype }: Required<TransformersModel>,
    size: number,
  ): Promise<LoadedTransformers> {
    const { project, threads } = this.#context;
    const library = libraryFile(NAME, project);
    const progress = progressOf(`transformers/${name}`, size, this.#context);
    try {
      const start = { library, path, task, dtype, threads };
      const model = await LoadedTransformers.load(start, progress.at);
      progress.done();
      return model;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw aiError(
        "AI_MODEL_FAILED",
        `The model ${name} cannot be loaded from ${path}: ${why}`,
        "See that the folder has the model's config.json, its tokenizer or preprocessor, and onnx/*.onnx for the `dtype` asked for.",
        cause,
      );
    }
  }
}

/** What a model takes: its weights, as far as they are for the kind of numbers that is asked for. */
async function sizeOf(name: string, path: string, dtype: string): Promise<number> {
  await statOf(name, path, "folder");
  const folder = join(path, "onnx");
  await statOf(name, folder, "folder");
  const wanted = ENDINGS[dtype];
  const files = (await readdir(folder)).filter((file) => {
    const ending = MODEL_FILE.exec(file)?.[1];
    return ending !== undefined && (wanted === undefined || ending === wanted);
  });
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
