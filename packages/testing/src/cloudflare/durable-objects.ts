import type { TestObject } from "freehold/runtime";
import { testErrors } from "../contract-errors.ts";
import { runningWorker } from "../running.ts";
import { objectOf } from "./arguments.ts";

/** How long an eviction waits for what runs in the object. */
const EVICTION_PATIENCE_MS = 30_000;

export interface EvictOptions {
  /** What becomes of hibernatable sockets: they stay open (the default), or are disconnected. */
  readonly webSockets?: "hibernate" | "close";
}

interface AlarmStorage {
  getAlarm(): Promise<number | null>;
  deleteAlarm(): Promise<void>;
}

/** `ctx` of an object. */
export type TestedState = Parameters<Parameters<TestObject["run"]>[0]>[1];

/** Runs a callback inside an object, with the instance itself and its `ctx`. */
export async function runInDurableObject<R, Instance extends object = object>(
  stub: unknown,
  callback: (instance: Instance, state: TestedState) => R | PromiseLike<R>,
): Promise<R> {
  const object = objectOf("runInDurableObject", stub);
  if (typeof callback !== "function") {
    throw testErrors.wrongArgument("runInDurableObject", 2, "function");
  }
  return object.run((instance, state) => callback(instance as Instance, state));
}

/** Runs the alarm of an object now, when it has one. Tells whether it had. */
export async function runDurableObjectAlarm(stub: unknown): Promise<boolean> {
  return objectOf("runDurableObjectAlarm", stub).run(async (instance, state) => {
    const storage = state.storage as AlarmStorage;
    if ((await storage.getAlarm()) === null) return false;
    await storage.deleteAlarm();
    const handler: unknown = Reflect.get(instance, "alarm");
    if (typeof handler === "function") await Reflect.apply(handler, instance, []);
    return true;
  });
}

/** Takes an object out of memory: its storage stays, and its sockets unless told otherwise. */
export async function evictDurableObject(stub: unknown, options?: EvictOptions): Promise<void> {
  const object = objectOf("evictDurableObject", stub);
  if (runningWorker().keptClasses.has(object.className)) throw testErrors.evictionPrevented();
  const outcome = await object.evict(patiently(options, "evict", 2));
  if (outcome === "asleep") throw testErrors.notRunning();
  if (outcome === "busy") throw testErrors.evictionTimedOut();
}

/** Takes every object that is in memory out of it. */
export async function evictAllDurableObjects(options?: EvictOptions): Promise<void> {
  const { host, keptClasses } = runningWorker();
  const outcomes = await host.evictAll({
    ...patiently(options, "evictAllDurableObjects", 1),
    except: keptClasses,
  });
  if (outcomes.includes("busy")) throw testErrors.evictionTimedOut();
}

/** Resets every object at once, as when its process had crashed. What they have stored stays. */
export async function abortAllDurableObjects(): Promise<void> {
  await runningWorker().host.abortAll(testErrors.aborted());
}

/** Deletes everything that is stored or was sent, and resets every object. */
export async function reset(): Promise<void> {
  const { host, emails } = runningWorker();
  await host.reset(new Error("Application called reset()."));
  for (const binding of Object.values(host.env)) await eraseBinding(binding);
  emails.clear();
}

/** What bindings keep besides objects, they erase themselves. */
const ERASE = Symbol.for("freehold.erase");

async function eraseBinding(binding: unknown): Promise<void> {
  if (typeof binding !== "object" || binding === null) return;
  const erase: unknown = Reflect.get(binding, ERASE);
  if (typeof erase === "function") await Reflect.apply(erase, binding, []);
}

/** The ids of the objects of a namespace that have storage. They carry no names. */
export async function listDurableObjectIds(namespace: unknown): Promise<readonly object[]> {
  const ids = runningWorker().host.listIds(namespace);
  if (ids === undefined) {
    throw testErrors.wrongArgument("listDurableObjectIds", 1, "DurableObjectNamespace");
  }
  return ids;
}

function patiently(options: EvictOptions | undefined, name: string, position: number) {
  if (options !== undefined && (typeof options !== "object" || options === null)) {
    throw testErrors.wrongEvictOptions(name, position);
  }
  const webSockets = options?.webSockets ?? "hibernate";
  if (webSockets !== "hibernate" && webSockets !== "close") throw testErrors.wrongSocketFate();
  return { patienceMs: EVICTION_PATIENCE_MS, disconnect: webSockets === "close" };
}
