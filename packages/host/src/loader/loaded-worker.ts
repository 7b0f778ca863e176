import { systemClock, type Timer } from "../clock.ts";
import { runOutside } from "../context.ts";
import { loaderErrors } from "../contract-errors.ts";
import { hostFetch } from "../globals/fetch.ts";
import { copyError } from "../rpc/errors.ts";
import { createFetcher } from "../worker/service.ts";
import type { Cell } from "./cell.ts";
import type { CellPool } from "./cell-pool.ts";
import type { LoadedWorkerCode } from "./code.ts";
import type { CellCode, ExportKind, StartOutcome } from "./wire.ts";

/** Cloudflare's own limit of a request. */
const DEFAULT_CPU_MS = 30_000;
/** What starting the code may take. The start of the process counts, too. */
const START_CPU_MS = 3000;
/** Stubs that the host holds keep a process for so long. */
const FORGOTTEN_MS = 600_000;

/** An entrypoint or a class of a loaded Worker, as programs ask for it. */
export interface Selection {
  /** `undefined` for the default. */
  readonly name: string | undefined;
  readonly props: object;
  readonly cpuMs: number | undefined;
}

/** A loaded Worker that runs. */
export interface RunningWorker {
  readonly cell: Cell;
  readonly exports: ReadonlyMap<string, ExportKind>;
  readonly cpuMs: number | undefined;
}

/**
 * A loaded Worker: its code, and a process when it is used. The process ends when nothing of it is in
 * use for a while, and the next call starts another.
 */
export class LoadedWorker {
  readonly #pool: CellPool;
  readonly #idleMs: number;
  readonly #code: Promise<LoadedWorkerCode>;
  #running: Promise<RunningWorker> | undefined;
  #cell: Cell | undefined;
  /** The code does not start, or there is none: that is how it stays. */
  #failure: { readonly error: unknown } | undefined;

  readonly #storage: boolean;
  #forObjects: LoadedWorker | undefined;

  /**
   * @param idleMs how long its process stays without use
   * @param storage whether its process is one for objects
   */
  constructor(pool: CellPool, code: Promise<LoadedWorkerCode>, idleMs: number, storage = false) {
    this.#pool = pool;
    this.#idleMs = idleMs;
    this.#code = code;
    this.#storage = storage;
    code.catch(() => undefined);
  }

  /** The same code in another process, one that has SQLite. */
  get forObjects(): LoadedWorker {
    this.#forObjects ??= new LoadedWorker(this.#pool, this.#code, this.#idleMs, true);
    return this.#forObjects;
  }

  /** Its process, which is started when it has none. */
  reach(): Promise<RunningWorker> {
    if (this.#cell?.hasEnded) this.#left(this.#cell);
    this.#running ??= this.#start();
    return this.#running;
  }

  /**
   * Calls a method of an entrypoint, or reads a property.
   *
   * @param args absent for the read of a property
   */
  async call(
    selection: Selection,
    path: readonly string[],
    args: readonly unknown[] | undefined,
  ): Promise<unknown> {
    const { running, name } = await this.#select(selection);
    const parts = args === undefined ? [] : [args];
    const limitMs = limitOf(running, selection);
    return running.cell.call("call", [name, selection.props, path, ...parts], limitMs);
  }

  async fetch(selection: Selection, request: Request): Promise<Response> {
    const { running, name } = await this.#select(selection);
    const limitMs = limitOf(running, selection);
    return running.cell.call<Response>("respond", [name, selection.props, request], limitMs);
  }

  async #select(
    selection: Selection,
  ): Promise<{ readonly running: RunningWorker; readonly name: string }> {
    const running = await this.reach();
    const name = selection.name ?? "default";
    const kind = running.exports.get(name);
    if (kind === "handlers" || kind === "entrypoint") return { running, name };
    throw loaderErrors.noEntrypoint(selection.name);
  }

  async #start(): Promise<RunningWorker> {
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      const code = await this.#code.catch((error: unknown) => this.#fail(error));
      return await runOutside(() => this.#run(code));
    } catch (error) {
      this.#running = undefined;
      throw error instanceof Error ? copyOf(error) : error;
    }
  }

  async #run(code: LoadedWorkerCode): Promise<RunningWorker> {
    const cell = this.#pool.open();
    try {
      const parts = [
        cellCode(code, this.#pool.hasVirtualTime, this.#storage),
        code.env,
        outboundOf(code),
      ];
      const outcome = await cell.call<StartOutcome>("load", parts, START_CPU_MS);
      if (!outcome.started) this.#fail(loaderErrors.failedToStart(String(outcome.failure)));
      else {
        void cell.ended.then(() => this.#left(cell));
        this.#cell = cell;
        this.#endWhenIdle(cell);
        return { cell, exports: new Map(outcome.exports), cpuMs: code.limits.cpuMs };
      }
    } catch (error) {
      cell.end();
      throw error;
    }
  }

  #left(cell: Cell): void {
    if (this.#cell !== cell) return;
    this.#cell = undefined;
    this.#running = undefined;
  }

  #fail(error: unknown): never {
    this.#failure = { error };
    throw error;
  }

  /** Looks now and then: what the process itself still does is known only there. */
  #endWhenIdle(cell: Cell): void {
    let forgotten = 0;
    const look = async (): Promise<void> => {
      if (cell.hasEnded) return;
      forgotten = cell.isBusy ? 0 : forgotten + this.#idleMs;
      const isDone = cell.isQuiet || forgotten >= FORGOTTEN_MS;
      // Asked in any case: one that does not answer any more ends by its limit.
      const isIdle = await cell.call<boolean>("isIdle", [], DEFAULT_CPU_MS);
      if (isDone && isIdle) this.#end(cell);
      else again();
    };
    const again = (): Timer =>
      systemClock.setTimer(() => void look().catch(() => cell.end()), this.#idleMs);
    again();
  }

  #end(cell: Cell): void {
    // Something may have begun while it was asked.
    if (cell.isBusy) this.#endWhenIdle(cell);
    else {
      this.#left(cell);
      cell.end();
    }
  }
}

export function limitOf({ cpuMs }: RunningWorker, selection: Selection): number {
  return Math.min(cpuMs ?? DEFAULT_CPU_MS, selection.cpuMs ?? DEFAULT_CPU_MS);
}

function cellCode(code: LoadedWorkerCode, virtualTime: boolean, storage: boolean): CellCode {
  const { compatibilityDate, mainModule, modules } = code;
  const flags = code.compatibilityFlags;
  const asked = flags.includes("nodejs_compat") || flags.includes("nodejs_compat_v2");
  return {
    ...{ compatibilityDate, compatibilityFlags: flags, mainModule, modules },
    ...{ virtualTime, storage },
    nodeCompat: asked || (compatibilityDate >= NODE_COMPAT_DATE && !flags.includes(NO_NODE_COMPAT)),
  };
}

const NODE_COMPAT_DATE = "2026-08-04";
const NO_NODE_COMPAT = "no_nodejs_compat";

/** Where the global `fetch` of the code leads. */
function outboundOf({ globalOutbound }: LoadedWorkerCode): object | null {
  if (globalOutbound !== undefined) return globalOutbound;
  return createFetcher(async (request) => (await hostFetch(request)) as Response);
}

/** Each caller gets an error of its own. */
function copyOf(error: Error): Error {
  return error instanceof DOMException || "code" in error ? error : copyError(error);
}
