import { InferenceUpstreamError } from "../ai-errors.ts";
import { aiError } from "../errors.ts";
import { Turns } from "./turns.ts";

/** A model in memory. */
export interface Loaded {
  /** False once it has failed for good, and must be loaded anew. */
  readonly isUsable: boolean;
  close(): Promise<void>;
}

/** How a model comes into memory. */
export interface Loading<Model extends Loaded> {
  /** For messages. */
  readonly name: string;
  /** What it will take, in bytes. @throws FreeholdError `AI_MODEL_UNKNOWN` when its files are not there */
  size(): Promise<number>;
  /** @param size as told before */
  load(size: number): Promise<Model>;
}

/** A model in use by one caller. */
export interface Borrowed<Model> {
  readonly model: Model;
  /** Lets the next caller have it; MUST be called. */
  release(): void;
}

const MIB = 1024 * 1024;

/**
 * The models in memory, within a limit. Each is loaded when first used, once, and used by one caller at
 * a time. Where a model needs room, those unused for longest go, after what they are at.
 */
export class Shelf {
  readonly #limit: number;
  readonly #places = new Set<Place<Loaded>>();
  /** Loads come one after the other: they share the room. Held inside a place's turn, never around one
   * of a place that is not loaded, so no two wait for each other. */
  readonly #loads = new Turns();
  #uses = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  place<Model extends Loaded>(loading: Loading<Model>): Place<Model> {
    const place = new Place(loading, {
      load: (of) => this.#load(of),
      nextUse: () => ++this.#uses,
    });
    this.#places.add(place);
    return place;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#places].map((place) => place.unload()));
  }

  async #load<Model extends Loaded>(loading: Loading<Model>): Promise<readonly [Model, number]> {
    const size = await loading.size();
    const end = await this.#loads.take();
    try {
      await this.#makeRoom(loading.name, size);
      return [await loading.load(size), size];
    } finally {
      end();
    }
  }

  async #makeRoom(name: string, size: number): Promise<void> {
    if (size > this.#limit) {
      throw aiError(
        "AI_MODEL_TOO_LARGE",
        `The model ${name} takes ${mib(size)} MiB, and models may take ${mib(this.#limit)} MiB together.`,
        "Raise `models.local.memoryMib` in freehold.config.ts, or take a smaller model.",
      );
    }
    for (;;) {
      const loaded = [...this.#places].filter((place) => place.bytes > 0);
      const taken = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
      if (taken + size <= this.#limit) return;
      loaded.sort((a, b) => a.lastUse - b.lastUse);
      await loaded[0]?.unload();
    }
  }
}

interface Keeper {
  load<Model extends Loaded>(loading: Loading<Model>): Promise<readonly [Model, number]>;
  nextUse(): number;
}

/** Where one model stands, loaded or not. */
export class Place<Model extends Loaded> {
  readonly #loading: Loading<Model>;
  readonly #keeper: Keeper;
  readonly #turns = new Turns();
  #model: Model | undefined;
  /** What the model takes; 0 while it is not loaded. */
  bytes = 0;
  lastUse = 0;

  constructor(loading: Loading<Model>, keeper: Keeper) {
    this.#loading = loading;
    this.#keeper = keeper;
  }

  /**
   * Waits for its turn, and for the model.
   *
   * @throws InferenceUpstreamError 3008 when the signal aborts meanwhile
   */
  async borrow(signal?: AbortSignal): Promise<Borrowed<Model>> {
    const release = await this.#turns.take(signal).catch((error: unknown) => {
      throw abortedOf(error);
    });
    try {
      if (this.#model?.isUsable === false) await this.#drop();
      if (this.#model === undefined) {
        const [model, bytes] = await this.#keeper.load(this.#loading);
        this.#model = model;
        this.bytes = Math.max(bytes, 1);
      }
      this.lastUse = this.#keeper.nextUse();
      if (signal?.aborted) throw abortedOf(signal.reason);
      return { model: this.#model, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** After whoever waits for it now has had it. */
  async unload(): Promise<void> {
    const release = await this.#turns.take();
    try {
      await this.#drop();
    } finally {
      release();
    }
  }

  async #drop(): Promise<void> {
    const model = this.#model;
    this.#model = undefined;
    this.bytes = 0;
    await model?.close();
  }
}

function abortedOf(reason: unknown): InferenceUpstreamError {
  return new InferenceUpstreamError("ABORTED", "The request was aborted.", reason);
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0);
}
