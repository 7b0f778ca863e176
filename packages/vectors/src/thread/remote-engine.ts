import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { VectorEngine } from "../engine.ts";
import { vectorsError } from "../errors.ts";
import type {
  IndexConfig,
  IndexInfo,
  Match,
  MetadataIndex,
  Mutation,
  Search,
  StoredVector,
} from "../types.ts";
import type { Answer, ThreadStart, Verb } from "./protocol.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * An index in the host's own data: a SQLite file and a graph, in a thread of their own, so that neither
 * a search nor the building of the graph holds the event loop.
 */
export class RemoteEngine implements VectorEngine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #end: Error | undefined;
  #closing: Promise<void> | undefined;

  /** @param path of the index's file; its folder exists */
  constructor(path: string, config?: IndexConfig) {
    const workerData: ThreadStart = { path, config };
    this.#worker = new Worker(threadFile(), { workerData, name: "freehold-vectors" });
    this.#worker.on("message", (answer: Answer) => this.#settle(answer));
    this.#worker.on("error", (error: unknown) => this.#ended(error));
    this.#worker.on("exit", () => this.#ended(undefined));
    this.#worker.unref();
  }

  info(): Promise<IndexInfo> {
    return this.#ask("info");
  }

  search(search: Search): Promise<Match[]> {
    return this.#ask("search", search);
  }

  fetch(ids: readonly string[]): Promise<StoredVector[]> {
    return this.#ask("fetch", ids);
  }

  insert(vectors: readonly StoredVector[], mutation: Mutation): Promise<void> {
    return this.#ask("write", vectors, mutation, false);
  }

  upsert(vectors: readonly StoredVector[], mutation: Mutation): Promise<void> {
    return this.#ask("write", vectors, mutation, true);
  }

  delete(ids: readonly string[], mutation: Mutation): Promise<void> {
    return this.#ask("delete", ids, mutation);
  }

  list(cursor: string, limit: number): Promise<string[]> {
    return this.#ask("list", cursor, limit);
  }

  createMetadataIndex(index: MetadataIndex): Promise<void> {
    return this.#ask("createMetadataIndex", index);
  }

  deleteMetadataIndex(property: string): Promise<void> {
    return this.#ask("deleteMetadataIndex", property);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#end !== undefined) return;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    await this.#ask("close").catch(() => undefined);
    // The graph may be on its way to the disk: the process waits for it.
    this.#worker.ref();
    await exited;
  }

  #ask<T>(verb: Verb, ...given: readonly unknown[]): Promise<T> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#last;
    // A process that waits for an answer stays; one that only has an index open need not.
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      this.#worker.postMessage({ id, verb, given });
    });
  }

  #settle({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(failed(error.message, error.code, error.help));
  }

  #ended(cause: unknown): void {
    this.#end ??= failed("The thread of the index has ended.", undefined, undefined, cause);
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

function failed(message: string, code?: string, help?: string, cause?: unknown): Error {
  return vectorsError(
    code ?? "VECTORS_ENGINE_FAILED",
    message,
    help ?? "Look at the disk and the log; what was acknowledged is stored.",
    cause,
  );
}

/** The module of the thread: beside this one in the sources, and in a folder of its own once built. */
function threadFile(): string {
  const here = import.meta.url;
  const file = here.endsWith(".ts") ? "./main.ts" : "./thread/main.js";
  return fileURLToPath(new URL(file, here));
}
