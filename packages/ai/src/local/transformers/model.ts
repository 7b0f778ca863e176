import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { InferenceUpstreamError } from "../../ai-errors.ts";
import type { Loaded } from "../shelf.ts";
import type { Message, Question, ThreadStart } from "../thread/protocol.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A folder's model in memory, in a thread of its own; the thread's end frees its memory. */
export class LoadedTransformers implements Loaded {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #onProgress: (share: number) => void;
  #last = 0;
  #end: Error | undefined;

  private constructor(start: ThreadStart, onProgress: (share: number) => void) {
    this.#onProgress = onProgress;
    this.#worker = new Worker(threadFile(), { workerData: start, name: "freehold-model" });
    this.#worker.on("message", (message: Message) => this.#take(message));
    this.#worker.on("error", (error: unknown) => this.#ended(error));
    this.#worker.on("exit", () => this.#ended(undefined));
  }

  /** Loads a model. @throws Error with what the library says */
  static async load(
    start: ThreadStart,
    onProgress: (share: number) => void,
  ): Promise<LoadedTransformers> {
    const model = new LoadedTransformers(start, onProgress);
    try {
      await model.#ready.promise;
    } catch (error) {
      await model.close();
      throw error;
    }
    // A process that waits for an answer stays; one that only has a model loaded need not.
    model.#worker.unref();
    return model;
  }

  get isUsable(): boolean {
    return this.#end === undefined;
  }

  /** @throws InferenceUpstreamError 3043 */
  ask<T>(question: Question): Promise<T> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#last;
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      this.#worker.postMessage({ id, question });
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(message: Message): void {
    if (message.kind === "progress") this.#onProgress(message.share);
    else if (message.kind === "ready") this.#ready.resolve();
    else if (message.kind === "failed") this.#ready.reject(new Error(message.message));
    else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (this.#waiting.size === 0) this.#worker.unref();
      if (message.kind === "result") waiting?.resolve(message.result);
      else waiting?.reject(new InferenceUpstreamError("UPSTREAM", message.message));
    }
  }

  #ended(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : "its thread has ended";
    this.#end ??= new InferenceUpstreamError("UPSTREAM", `The model has stopped: ${why}.`, cause);
    this.#ready.reject(this.#end);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

/** The module of the thread: in a folder beside this one's in the sources, and below it once built. */
function threadFile(): string {
  const here = import.meta.url;
  const file = here.endsWith(".ts") ? "../thread/main.ts" : "./local/thread/main.js";
  return fileURLToPath(new URL(file, here));
}
