import { runOutside } from "../context.ts";
import { loaderErrors } from "../contract-errors.ts";
import type { ForeignClass, ForeignFacet, ForeignStore } from "../facets/foreign.ts";
import { brands } from "../rpc/brands.ts";
import { send } from "../rpc/exchange.ts";
import type { Hook } from "../rpc/hook.ts";
import { createServiceStub } from "../rpc/stub.ts";
import { LentStorage } from "./lent-storage.ts";
import { type LoadedWorker, limitOf, type RunningWorker, type Selection } from "./loaded-worker.ts";
import type { ObjectStart } from "./wire.ts";

/** A class of objects of a loaded Worker, for facets. */
export class LoadedClass implements ForeignClass {
  readonly #worker: LoadedWorker;
  readonly #selection: Selection;

  constructor(worker: LoadedWorker, selection: Selection) {
    this.#worker = worker;
    this.#selection = selection;
  }

  async ready(): Promise<void> {
    await runOutside(() => this.#reach());
  }

  async open(facet: ForeignFacet): Promise<ForeignStore> {
    const running = await runOutside(() => this.#reach());
    const file = await facet.lend();
    const storage = new LentStorage(file, (reason) => facet.broken(reason));
    const limitMs = limitOf(running, this.#selection);
    const lost = (reason: Error) => runOutside(() => facet.broken(reason));
    const object = new LoadedObject(running, storage, limitMs, lost);
    await runOutside(() => object.start(this.#startOf(facet, file.path), storage));
    return object;
  }

  async #reach(): Promise<RunningWorker> {
    const running = await this.#worker.reach();
    const { name } = this.#selection;
    if (running.exports.get(name ?? "default") === "object") return running;
    throw loaderErrors.noClass(name);
  }

  #startOf({ id, label, objectId, limits }: ForeignFacet, path: string): ObjectStart {
    const { name = "default", props } = this.#selection;
    const named = typeof id === "string" ? { text: id } : { hex: id.toString(), name: id.name };
    return { className: name, props, id: named, label, path, objectId, limits };
  }
}

/** An instance in a cell. */
class LoadedObject implements ForeignStore {
  readonly api = {};
  readonly alarm = null;
  readonly isInTransaction = false;
  readonly instance: object;
  readonly #running: RunningWorker;
  readonly #storage: LentStorage;
  readonly #cpuMs: number;
  readonly #number: number;
  readonly #letGo: () => void;
  #ending: Promise<void> | undefined;

  constructor(
    running: RunningWorker,
    storage: LentStorage,
    cpuMs: number,
    lost: (reason: Error) => void,
  ) {
    this.#running = running;
    this.#storage = storage;
    this.#cpuMs = cpuMs;
    const { cell } = running;
    [this.#number, this.#letGo] = cell.hold(
      (request) => storage.answer(request),
      (reason) => {
        if (this.#ending === undefined) lost(reason);
      },
    );
    this.instance = instanceOf(new ObjectHook((name, args) => this.#call(name, args)));
  }

  start(start: ObjectStart, storage: LentStorage): Promise<void> {
    return this.#call("startObject", [start, storage]);
  }

  image(): never {
    throw new Error("The image of an object elsewhere comes later.");
  }

  imageLater(): Promise<Uint8Array | undefined> {
    return runOutside(() => this.#call<Uint8Array | undefined>("imageOfObject", []));
  }

  commit(): void {
    // It commits where it is.
  }

  durable(): undefined {
    return undefined;
  }

  beginAlarm(): void {
    // Facets have no alarms.
  }

  endAlarm(): void {
    // Facets have no alarms.
  }

  break(reason: unknown): void {
    void this.#end(reason instanceof Error ? reason : new Error(String(reason)));
  }

  async close(): Promise<void> {
    await this.#end(null);
    await this.#storage.release();
    this.#letGo();
  }

  /** Its file is closed when that has settled. */
  #end(reason: Error | null): Promise<void> {
    this.#ending ??= runOutside(() => this.#endThere(reason));
    return this.#ending;
  }

  async #endThere(reason: Error | null): Promise<void> {
    const { cell } = this.#running;
    try {
      if (!cell.hasEnded) return await this.#call<void>("endObject", [reason]);
    } catch {
      cell.end();
    }
    await cell.ended;
  }

  #call<T>(name: string, args: readonly unknown[]): Promise<T> {
    return this.#running.cell.call(name, [this.#number, ...args], this.#cpuMs);
  }
}

type CallObject = <T>(name: string, args: readonly unknown[]) => Promise<T>;

/** The instance, as the host's side of the facet calls it. */
class ObjectHook implements Hook {
  readonly #call: CallObject;

  constructor(call: CallObject) {
    this.#call = call;
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    return send(args, async (received) => {
      received.arrive();
      try {
        const parts = received.args === undefined ? [] : [received.args];
        return await this.#call("callObject", [path, ...parts]);
      } finally {
        received.dispose();
      }
    });
  }

  fetch(request: Request): Promise<Response> {
    return this.#call("respondObject", [request]);
  }

  dup(): Hook {
    return this;
  }

  dispose(): void {
    // It lasts as long as the facet.
  }
}

/** Its class, which is not here, extends `DurableObject`: calls may pass. */
function instanceOf(hook: Hook): object {
  return new Proxy(createServiceStub(hook), {
    has: (stub, key) => key === brands.durableObject || Reflect.has(stub, key),
  });
}
