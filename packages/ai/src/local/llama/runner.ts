import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InferenceUpstreamError } from "../../ai-errors.ts";
import { aiError } from "../../errors.ts";
import type { ChatInput } from "../../tasks/chat-input.ts";
import type { ChatPart } from "../../tasks/chat-output.ts";
import { libraryFile } from "../library.ts";
import { progressOf, statOf } from "../progress.ts";
import type { LocalContext } from "../runner.ts";
import type { Place, Shelf } from "../shelf.ts";
import { beginsAsGguf } from "./header.ts";
import type { Llama, LlamaLibrary } from "./library.ts";
import { LoadedLlama } from "./model.ts";

const NAME = "node-llama-cpp";
/** The most that a chat may be long, in tokens; a model that was taught less takes less. */
const MOST_CONTEXT = 8192;

interface Opened {
  readonly library: LlamaLibrary;
  readonly llama: Llama;
}

/** GGUF files, through the project's `node-llama-cpp`: nothing is downloaded or compiled. */
export class LlamaRunner {
  readonly #files: Readonly<Record<string, string>>;
  readonly #context: LocalContext;
  readonly #shelf: Shelf;
  readonly #places = new Map<string, Place<LoadedLlama>>();
  #opened: Promise<Opened> | undefined;

  constructor(files: Readonly<Record<string, string>>, context: LocalContext, shelf: Shelf) {
    this.#files = files;
    this.#context = context;
    this.#shelf = shelf;
  }

  /** @throws FreeholdError `AI_LIBRARY_MISSING`, `AI_MODEL_UNKNOWN`, `AI_MODEL_TOO_LARGE`, `AI_MODEL_FAILED` */
  async *chat(
    name: string,
    input: ChatInput,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ChatPart> {
    if (!Object.hasOwn(this.#files, name)) {
      throw new InferenceUpstreamError(
        "NO_SUCH_MODEL",
        `No such model ${name}: no GGUF file is given for it, and other models of this process do not chat.`,
      );
    }
    const { model, release } = await this.#place(name).borrow(signal);
    try {
      yield* model.chat(input, signal);
    } finally {
      release();
    }
  }

  /** After the models have left the shelf. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await opened?.llama.dispose();
  }

  #place(name: string): Place<LoadedLlama> {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const path = resolve(this.#context.project, this.#files[name] ?? name);
    const place = this.#shelf.place({
      name: `llama/${name}`,
      size: async () => (await statOf(name, path, "file")).size,
      load: (size) => this.#load(name, path, size),
    });
    this.#places.set(name, place);
    return place;
  }

  async #load(name: string, path: string, size: number): Promise<LoadedLlama> {
    const { library, llama } = await this.#open();
    if (!(await beginsAsGguf(path))) {
      throw failed(`The model ${name} cannot be loaded from ${path}: it is not a GGUF file.`);
    }
    const progress = progressOf(`llama/${name}`, size, this.#context);
    const { random, threads } = this.#context;
    try {
      const model = await llama.loadModel({ modelPath: path, onLoadProgress: progress.at });
      const context = await model
        .createContext({ contextSize: { max: MOST_CONTEXT }, sequences: 1, threads })
        .catch(async (error: unknown) => {
          await model.dispose();
          throw error;
        });
      progress.done();
      return new LoadedLlama({ library, llama, model, context, random });
    } catch (cause) {
      throw failed(`The model ${name} cannot be loaded from ${path}: ${messageOf(cause)}`, cause);
    }
  }

  #open(): Promise<Opened> {
    if (this.#opened === undefined) {
      const opened = this.#start();
      this.#opened = opened;
      opened.catch(() => {
        // The library may be installed by the next time.
        if (this.#opened === opened) this.#opened = undefined;
      });
    }
    return this.#opened;
  }

  async #start(): Promise<Opened> {
    const { project, threads, log } = this.#context;
    const file = libraryFile(NAME, project);
    const library = (await import(pathToFileURL(file).href)) as LlamaLibrary;
    try {
      const llama = await library.getLlama({
        ...{ build: "never", skipDownload: true, maxThreads: threads },
        logger: (level, message) => {
          const isBad = level === "error" || level === "fatal";
          log[isBad ? "warn" : "debug"](`${NAME}: ${message.trim()}`);
        },
      });
      return { library, llama };
    } catch (cause) {
      throw failed(`\`${NAME}\` does not start: ${messageOf(cause)}`, cause);
    }
  }
}

function failed(message: string, cause?: unknown): Error {
  return aiError(
    "AI_MODEL_FAILED",
    message,
    `See that the file is a whole GGUF model, that memory suffices, and that the package of \`${NAME}\` for this platform is installed; nothing is downloaded or compiled.`,
    cause,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
