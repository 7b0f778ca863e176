import { AsyncLocalStorage } from "node:async_hooks";
import { type InvocationContext, invocation } from "../context.ts";
import { workerErrors } from "../contract-errors.ts";
import { FreeholdError } from "../errors.ts";
import { brandClass, brands, hasBrand } from "../rpc/brands.ts";
import { RpcStub } from "../rpc/rpc-stub.ts";
import { RpcPromise, RpcProperty, ServiceStub } from "../rpc/stub.ts";
import { tracing } from "./tracing.ts";

/**
 * Base of all objects. Methods of the class can be called through stubs.
 *
 * @example
 * ```ts
 * export class Counter extends DurableObject {
 *   increment() { return ++this.value; }
 *   value = 0;
 * }
 * ```
 */
export class DurableObject {
  protected readonly ctx: unknown;
  protected readonly env: unknown;

  /** @throws TypeError when `ctx` is no state of an object */
  constructor(ctx: unknown, env: unknown) {
    if (!isObject(ctx) || !hasBrand(ctx, brands.objectState)) throw workerErrors.notAState();
    this.ctx = ctx;
    this.env = env;
  }
}
brandClass(DurableObject, brands.durableObject);

/** Base of entrypoints of a Worker: made anew for each event. */
class WorkerEntrypoint {
  protected readonly ctx: unknown;
  protected readonly env: unknown;

  constructor(ctx: unknown, env: unknown) {
    if (!isObject(ctx)) throw workerErrors.notAContext("WorkerEntrypoint");
    this.ctx = ctx;
    this.env = env;
  }
}
brandClass(WorkerEntrypoint, brands.workerEntrypoint);

/** Base of workflows: `run(event, step)` is called for each instance. */
class WorkflowEntrypoint {
  protected readonly ctx: unknown;
  protected readonly env: unknown;

  constructor(ctx: unknown, env: unknown) {
    if (!isObject(ctx)) throw workerErrors.notAContext("WorkflowEntrypoint");
    this.ctx = ctx;
    this.env = env;
  }
}
brandClass(WorkflowEntrypoint, brands.workflowEntrypoint);

/** Base of what crosses a remote call as a stub instead of a copy. */
export class RpcTarget {}
brandClass(RpcTarget, brands.rpcTarget);

/** What a version of the code sees when nothing of it runs: at module level. */
export interface ModuleScope {
  readonly env: object;
  readonly exports: object;
}

/** The `env` and `exports` that `withEnv` and its like have put in place. */
interface Overrides {
  readonly env?: object;
  readonly exports?: object;
}

const overrides = new AsyncLocalStorage<Overrides>();

/** The invocation, when something runs that the host has started. */
function current(): InvocationContext | undefined {
  return invocation.getStore();
}

/** An object that stands for another one, which is looked up with each use. */
function standIn(lookUp: () => object): object {
  return new Proxy(
    {},
    {
      get: (_target, key) => Reflect.get(lookUp(), key),
      has: (_target, key) => Reflect.has(lookUp(), key),
      ownKeys: () => Reflect.ownKeys(lookUp()),
      set: (_target, key, value) => Reflect.set(lookUp(), key, value),
      deleteProperty: (_target, key) => Reflect.deleteProperty(lookUp(), key),
      getOwnPropertyDescriptor(_target, key) {
        const found = Reflect.getOwnPropertyDescriptor(lookUp(), key);
        // A proxy may not show what its own target lacks as fixed.
        return found && { ...found, configurable: true };
      },
    },
  );
}

/** `waitUntil` of the current event. */
function waitUntil(...promise: readonly Promise<unknown>[]): void {
  const [first] = promise;
  if (first === undefined) throw workerErrors.notAPromise("EntrypointsModule");
  const running = current();
  if (running === undefined) {
    throw new Error("waitUntil() can only be called while an event is being handled.");
  }
  running.waitUntil(first);
}

function withEnv<T>(env: unknown, callback: () => T): T {
  return within("withEnv", 2, { env }, callback);
}

function withExports<T>(exports: unknown, callback: () => T): T {
  return within("withExports", 2, { exports }, callback);
}

function withEnvAndExports<T>(env: unknown, exports: unknown, callback: () => T): T {
  return within("withEnvAndExports", 3, { env, exports }, callback);
}

/** What is no object leaves what the event itself has. */
function within<T>(
  name: string,
  position: number,
  given: Readonly<Record<string, unknown>>,
  callback: () => T,
): T {
  if (typeof callback !== "function") throw workerErrors.notACallback(name, position);
  const replaced = Object.entries(given).map(([key, value]) => [
    key,
    isObject(value) ? value : undefined,
  ]);
  return overrides.run({ ...overrides.getStore(), ...Object.fromEntries(replaced) }, callback);
}

/** Would end the whole runtime at once, with all that it holds for others. */
function abortIsolate(_reason: unknown): never {
  throw new FreeholdError("ABORT_ISOLATE_UNSUPPORTED", "This host cannot abort its isolate.", {
    help: "Use `ctx.abort()` to reset one object.",
  });
}

/** Marks how an object is made again from a snapshot. */
const restore: unique symbol = Symbol("cloudflare:workers:restore");

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/**
 * Everything that `cloudflare:workers` exports, for one version of the code.
 *
 * @param scope what `env` and `exports` are outside of events; called with each use
 */
export function workersModule(scope: () => ModuleScope | undefined): Record<string, unknown> {
  const none = Object.freeze({});
  const lookUp = (what: "env" | "exports") => () =>
    overrides.getStore()?.[what] ?? current()?.[what] ?? scope()?.[what] ?? none;
  return {
    DurableObject,
    WorkerEntrypoint,
    WorkflowEntrypoint,
    RpcTarget,
    RpcStub,
    RpcPromise,
    RpcProperty,
    ServiceStub,
    env: standIn(lookUp("env")),
    exports: standIn(lookUp("exports")),
    waitUntil,
    withEnv,
    withExports,
    withEnvAndExports,
    cache: {},
    tracing,
    restore,
    abortIsolate,
  };
}
