import { foreignClass } from "../bindings/durable-objects.ts";
import { loaderErrors } from "../contract-errors.ts";
import type { Logger } from "../log.ts";
import { createServiceStub } from "../rpc/stub.ts";
import { refuseConstruction } from "../storage/shape.ts";
import type { CellPool } from "./cell-pool.ts";
import { type LoadedWorkerCode, readCode, readLimits, readProps } from "./code.ts";
import { LoadedEntrypoint } from "./entrypoint.ts";
import { LoadedClass } from "./loaded-class.ts";
import { LoadedWorker, type Selection } from "./loaded-worker.ts";

/** How long the process of a Worker stays without use: of one that has an id, and of one that has not. */
const IDLE_MS = 30_000;
const IDLE_UNNAMED_MS = 2000;

/**
 * `env.LOADER`: Workers whose code the program brings along. Each runs in a process of its own, which
 * has no access to the machine.
 *
 * @example
 * ```ts
 * const worker = env.LOADER.load({
 *   compatibilityDate: "2026-06-11",
 *   mainModule: "main.js",
 *   modules: { "main.js": "export default { fetch: () => new Response('hello') }" },
 *   globalOutbound: null,
 * });
 * const response = await worker.getEntrypoint().fetch("http://worker/");
 * ```
 */
export class WorkerLoader {
  readonly #pool: CellPool;
  readonly #log: Logger;
  readonly #byId = new Map<string, LoadedWorker>();

  constructor(pool: CellPool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  /**
   * The Worker of an id. Its code is asked for once; with `null` as the id it is a fresh Worker.
   *
   * @throws TypeError for wrong arguments
   */
  get(...args: readonly unknown[]): WorkerStub {
    const [id, getCode] = args;
    if (typeof getCode !== "function") {
      throw loaderErrors.wrongArgument("WorkerLoader.get", 2, "function");
    }
    const name = id === null || id === undefined ? undefined : String(id);
    const known = name === undefined ? undefined : this.#byId.get(name);
    if (known !== undefined) return new WorkerStub(known);
    const asked = Promise.resolve().then(async () =>
      readCode(await Reflect.apply(getCode, undefined, [])),
    );
    const worker = this.#worker(asked, name === undefined ? IDLE_UNNAMED_MS : IDLE_MS);
    if (name !== undefined) this.#byId.set(name, worker);
    return new WorkerStub(worker);
  }

  /**
   * A fresh Worker.
   *
   * @throws TypeError, Error, DOMException for code that cannot be one
   */
  load(...args: readonly unknown[]): WorkerStub {
    const [code] = args;
    const isAbsent = args.length > 0 && (code === undefined || code === null);
    if (!isAbsent && typeof code !== "object") {
      throw loaderErrors.wrongArgument("WorkerLoader.load", 1, "WorkerCode");
    }
    return new WorkerStub(this.#worker(Promise.resolve(readCode(code)), IDLE_UNNAMED_MS));
  }

  get [Symbol.toStringTag](): string {
    return "WorkerLoader";
  }

  #worker(code: Promise<LoadedWorkerCode>, idleMs: number): LoadedWorker {
    code.then(
      ({ hasTails }) => {
        if (hasTails) this.#log.warn("`tails` of a loaded Worker have no effect on this host.");
      },
      () => undefined,
    );
    return new LoadedWorker(this.#pool, code, idleMs);
  }
}
refuseConstruction(WorkerLoader);

/** A loaded Worker, as programs hold it. */
class WorkerStub {
  readonly #worker: LoadedWorker;

  constructor(worker: LoadedWorker) {
    this.#worker = worker;
  }

  /**
   * A stub of an entrypoint; the default one without a name.
   *
   * @param args a name, and `{ props, limits }`
   * @throws TypeError for wrong arguments
   */
  getEntrypoint(...args: readonly unknown[]): object {
    const selection = selectionOf(args, "getEntrypoint");
    return createServiceStub(new LoadedEntrypoint(this.#worker, selection));
  }

  /**
   * A class of objects, for `ctx.facets.get`; the default export without a name.
   *
   * @param args a name, and `{ props, limits }`
   * @throws TypeError for wrong arguments
   */
  getDurableObjectClass(...args: readonly unknown[]): object {
    const selection = selectionOf(args, "getDurableObjectClass");
    const foreign = new LoadedClass(this.#worker.forObjects, selection);
    return foreignClass(selection.name ?? "default", selection.props, foreign);
  }

  get [Symbol.toStringTag](): string {
    return "WorkerStub";
  }
}

function selectionOf([name, options]: readonly unknown[], method: string): Selection {
  const props = readProps(options, method);
  const limits: unknown = options ? Reflect.get(options, "limits") : undefined;
  const isDefault = name === undefined || name === null || name === "default";
  const { cpuMs } = readLimits(limits, "EntrypointOptions");
  return { name: isDefault ? undefined : String(name), props, cpuMs };
}
