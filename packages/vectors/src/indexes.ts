import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Logger, Timer } from "@freehold/host";
import type { VectorEngine } from "./engine.ts";
import { vectorsError } from "./errors.ts";
import { MAX_DIMENSIONS, MAX_NAME_BYTES } from "./limits.ts";
import { PostgresEngine } from "./postgres/engine.ts";
import { PostgresPool } from "./postgres/pool.ts";
import { RemoteEngine } from "./thread/remote-engine.ts";
import type { IndexConfig, IndexInfo, Metric, PropertyType } from "./types.ts";

/** An index as a project declares it in `freehold.config.ts`. */
export interface DeclaredIndex {
  /** 1 to 1,536. */
  readonly dimensions: number;
  /** Default `cosine`. */
  readonly metric?: Metric;
  /**
   * The properties of the metadata that filters may ask for. Default: all of them, which costs some
   * space for each.
   */
  readonly metadataIndexes?: Readonly<Record<string, PropertyType>>;
}

/** How a project keeps its vectors. */
export interface VectorSettings {
  /** Indexes by name. Others come into being with the first vector that is written to them. */
  readonly indexes?: Readonly<Record<string, DeclaredIndex>>;
  /**
   * The connection string of a PostgreSQL server with the extension `vector`, where the vectors live
   * instead of in the data directory. Needs the package `pg`.
   */
  readonly postgres?: string;
}

export interface IndexesOptions extends VectorSettings {
  /** Absolute path of the folder for the indexes' files. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An index in a listing. */
export interface ListedIndex extends IndexInfo {
  readonly name: string;
}

const NAME = /^[a-z0-9][a-z0-9_-]*$/;
const FILE = /^([a-z0-9][a-z0-9_-]*)\.sqlite$/;
const METRICS: ReadonlySet<unknown> = new Set<Metric>(["cosine", "euclidean", "dot-product"]);
const TYPES: ReadonlySet<unknown> = new Set<PropertyType>(["string", "number", "boolean"]);
/** An index that nobody asked for this long leaves memory; its next call takes as long as the first. */
const IDLE_MS = 300_000;

/** An engine, and what is fixed for its life. */
interface Opened {
  readonly engine: VectorEngine;
  readonly dimensions: number;
}

interface Open {
  readonly opened: Promise<Opened>;
  busy: number;
  timer: Timer | undefined;
}

/**
 * The vector indexes of a host, each opened when it is first used and closed when idle.
 *
 * @example
 * ```ts
 * const indexes = new VectorIndexes({ folder, clock: systemClock, log });
 * await indexes.create("notes", { dimensions: 384, metric: "cosine" });
 * await indexes.close();
 * ```
 */
export class VectorIndexes {
  readonly #options: IndexesOptions;
  readonly #pool: PostgresPool | undefined;
  readonly #open = new Map<string, Open>();
  #isClosed = false;

  /** @throws FreeholdError `VECTORS_CONFIG_INVALID`, `VECTORS_NAME_INVALID` */
  constructor(options: IndexesOptions) {
    for (const [name, declared] of Object.entries(options.indexes ?? {})) {
      checkName(name);
      checkDeclared(name, declared);
    }
    this.#options = options;
    this.#pool = options.postgres === undefined ? undefined : new PostgresPool(options.postgres);
  }

  /**
   * Does something with an index.
   *
   * @param made what to make it as, where it neither exists nor is declared
   * @returns `undefined` where there is no such index
   */
  async use<T>(
    name: string,
    work: (engine: VectorEngine, dimensions: number) => Promise<T>,
    made?: IndexConfig,
  ): Promise<T | undefined> {
    checkName(name);
    if (this.#isClosed) throw closedError();
    const open = this.#open.get(name) ?? (await this.#opened(name, made));
    if (open === undefined) return undefined;
    open.busy++;
    open.timer?.cancel();
    try {
      const { engine, dimensions } = await open.opened;
      return await work(engine, dimensions);
    } finally {
      open.busy--;
      this.#rest(name, open);
    }
  }

  /** @throws FreeholdError `VECTORS_INDEX_EXISTS`, `VECTORS_CONFIG_INVALID`, `VECTORS_NAME_INVALID` */
  async create(name: string, config: IndexConfig): Promise<void> {
    checkName(name);
    checkConfig(name, config);
    if (await this.#exists(name)) {
      throw vectorsError(
        "VECTORS_INDEX_EXISTS",
        `There is an index ${name} already.`,
        "Choose another name, or delete that index first.",
      );
    }
    await this.use(name, async () => undefined, config);
  }

  /** @returns whether there was one */
  async delete(name: string): Promise<boolean> {
    checkName(name);
    await this.#shut(name);
    if (this.#pool !== undefined) return this.#pool.dropIndex(name);
    if (!existsSync(this.#file(name))) return false;
    for (const suffix of ["", "-wal", "-shm", ".graph", ".graph.seal", ".graph.next"]) {
      rmSync(this.#file(name) + suffix, { force: true });
    }
    return true;
  }

  /** Deletes all indexes in the folder; those of a server are others' too, and stay. */
  async erase(): Promise<void> {
    if (this.#pool !== undefined) return;
    const names = new Set([...(await this.#stored()), ...this.#open.keys()]);
    await Promise.all([...names].map((name) => this.delete(name)));
  }

  async list(): Promise<ListedIndex[]> {
    const declared = Object.keys(this.#options.indexes ?? {});
    const names = [...new Set([...(await this.#stored()), ...declared])].sort();
    const found: ListedIndex[] = [];
    for (const name of names) {
      const info = await this.use(name, (engine) => engine.info());
      if (info !== undefined) found.push({ name, ...info });
    }
    return found;
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open.keys()].map((name) => this.#shut(name)));
    await this.#pool?.close();
  }

  async #opened(name: string, made: IndexConfig | undefined): Promise<Open | undefined> {
    const declared = this.#options.indexes?.[name];
    const config = declared === undefined ? made : configOf(declared);
    if (config === undefined && !(await this.#exists(name))) return undefined;
    // Somebody else may have opened it meanwhile.
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const opened = this.#start(name, config, declared);
    const open: Open = { opened, busy: 0, timer: undefined };
    this.#open.set(name, open);
    opened.catch(() => this.#open.delete(name));
    return open;
  }

  async #start(
    name: string,
    config: IndexConfig | undefined,
    declared: DeclaredIndex | undefined,
  ): Promise<Opened> {
    if (config !== undefined) checkConfig(name, config);
    const engine =
      this.#pool === undefined
        ? this.#local(name, config)
        : await PostgresEngine.open(this.#pool, name, config);
    try {
      const info = await engine.info();
      if (declared !== undefined) await this.#declare(name, engine, info, declared);
      return { engine, dimensions: info.dimensions };
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  #local(name: string, config: IndexConfig | undefined): VectorEngine {
    mkdirSync(this.#options.folder, { recursive: true });
    return new RemoteEngine(this.#file(name), config);
  }

  /** What is declared comes to be; what it contradicts is not changed. */
  async #declare(
    name: string,
    engine: VectorEngine,
    info: IndexInfo,
    declared: DeclaredIndex,
  ): Promise<void> {
    const { dimensions, metric } = configOf(declared);
    if (info.dimensions !== dimensions || info.metric !== metric) {
      throw vectorsError(
        "VECTORS_INDEX_DIFFERS",
        `The index ${name} has ${info.dimensions} dimensions and the metric ${info.metric}; ${dimensions} and ${metric} are declared.`,
        "An index cannot be changed: declare it as it is, or delete it and write its vectors anew.",
      );
    }
    for (const [property, type] of Object.entries(declared.metadataIndexes ?? {})) {
      const has = info.metadataIndexes.some((one) => one.property === property);
      if (!has) await engine.createMetadataIndex({ property, type });
    }
  }

  #rest(name: string, open: Open): void {
    if (open.busy > 0 || this.#isClosed) return;
    open.timer?.cancel();
    open.timer = this.#options.clock.setTimer(() => {
      if (open.busy > 0) return;
      this.#shut(name).catch((error: unknown) => {
        this.#options.log.warn("A vector index could not be closed.", { index: name, error });
      });
    }, IDLE_MS);
  }

  async #shut(name: string): Promise<void> {
    const open = this.#open.get(name);
    if (open === undefined) return;
    this.#open.delete(name);
    open.timer?.cancel();
    const opened = await open.opened.catch(() => undefined);
    await opened?.engine.close();
  }

  async #exists(name: string): Promise<boolean> {
    return this.#pool === undefined
      ? existsSync(this.#file(name))
      : (await this.#pool.indexes()).includes(name);
  }

  async #stored(): Promise<readonly string[]> {
    if (this.#pool !== undefined) return this.#pool.indexes();
    if (!existsSync(this.#options.folder)) return [];
    return readdirSync(this.#options.folder).flatMap((file) => FILE.exec(file)?.[1] ?? []);
  }

  #file(name: string): string {
    return join(this.#options.folder, `${name}.sqlite`);
  }
}

function configOf({ dimensions, metric = "cosine", metadataIndexes }: DeclaredIndex): IndexConfig {
  return { dimensions, metric, filterable: metadataIndexes === undefined ? "all" : "listed" };
}

/** @throws FreeholdError `VECTORS_NAME_INVALID` */
function checkName(name: string): void {
  if (NAME.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES) return;
  throw vectorsError(
    "VECTORS_NAME_INVALID",
    `${JSON.stringify(name)} cannot be the name of an index.`,
    `Use at most ${MAX_NAME_BYTES} small letters, digits, - and _, a letter or digit first.`,
  );
}

function checkConfig(name: string, { dimensions, metric }: IndexConfig): void {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    throw invalid(name, `dimensions must be a whole number from 1 to ${MAX_DIMENSIONS}`);
  }
  if (!METRICS.has(metric)) throw invalid(name, `the metric must be ${[...METRICS].join(", ")}`);
}

function checkDeclared(name: string, declared: DeclaredIndex): void {
  if (typeof declared !== "object" || declared === null)
    throw invalid(name, "it must be an object");
  checkConfig(name, configOf(declared));
  for (const [property, type] of Object.entries(declared.metadataIndexes ?? {})) {
    if (!TYPES.has(type)) {
      throw invalid(name, `the type of ${property} must be ${[...TYPES].join(", ")}`);
    }
  }
}

function invalid(name: string, what: string): Error {
  return vectorsError(
    "VECTORS_CONFIG_INVALID",
    `The index ${name} is not declared well: ${what}.`,
    "See docs/vectors.md for what an index can be.",
  );
}

function closedError(): Error {
  return vectorsError(
    "VECTORS_ENGINE_FAILED",
    "The host of the index has closed.",
    "Await what is asked of an index before the host closes.",
  );
}
