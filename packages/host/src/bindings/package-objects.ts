import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers";
import type { ClassRecord } from "../classes/plan.ts";
import { FreeholdError } from "../errors.ts";
import type { DurableObjectNamespace } from "../objects/namespace.ts";
import { DurableObjectState } from "../objects/state.ts";
import { brands } from "../rpc/brands.ts";
import type { DurableObjectStorage } from "../storage/durable-object-storage.ts";
import { ExecutionContext } from "../worker/execution-context.ts";
import type { ObjectClass } from "../worker/version.ts";
import type { Binding } from "./binding.ts";
import type {
  ListedObject,
  ListObjectsOptions,
  PackageClass,
  PackageNamespace,
  PackageObjectContext,
  Remote,
} from "./package-class.ts";

/** What an object of a package may use of the version of the user's code that it runs. */
export interface PackageVersion {
  readonly env: object;
  readonly exports: object;
  exported(name: string): unknown;
}

const KIND = /^[a-z]+$/;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;
const PAGE = 100;

/** No class of a module is called like this. */
export function packageClassName({ kind, name }: Pick<PackageClass, "kind" | "name">): string {
  return `${kind}:${name}`;
}

/**
 * The classes of all bindings, each once.
 *
 * @throws FreeholdError `PACKAGE_CLASS_INVALID`
 */
export function packageClasses(bindings: readonly Binding[]): readonly PackageClass[] {
  const found = new Map<string, PackageClass>();
  for (const packageClass of bindings.flatMap(({ classes = [] }) => classes)) {
    const { kind, name } = packageClass;
    if (!KIND.test(kind) || !NAME.test(name)) {
      throw new FreeholdError(
        "PACKAGE_CLASS_INVALID",
        `A class of a package cannot be called "${kind}" and "${name}".`,
        { help: "Use at most 64 letters, digits, dashes and underscores." },
      );
    }
    found.set(packageClassName(packageClass), packageClass);
  }
  return [...found.values()];
}

/** Where their objects live. A Worker's name has no dot, so no class of a module is in the way. */
export function packageRecord(
  worker: string,
  packageClass: Pick<PackageClass, "kind" | "name">,
): ClassRecord {
  const { kind, name } = packageClass;
  return {
    className: packageClassName(packageClass),
    namespace: `${worker}.${kind}.${name}`,
    storage: "sqlite",
  };
}

/** The class as the directory of objects makes instances of it. */
export function packageObjectClass(
  packageClass: PackageClass,
  version: PackageVersion,
): ObjectClass {
  const make = function make(state: DurableObjectState): object {
    const object = packageClass.create(contextOf(state, version));
    // Remote calls reach only objects that are marked.
    Object.defineProperty(object, brands.durableObject, { value: true });
    return object;
  };
  return make as unknown as ObjectClass;
}

function contextOf(state: DurableObjectState, version: PackageVersion): PackageObjectContext {
  const activation = DurableObjectState.activationOf(state);
  const { id } = state;
  const inside = AsyncLocalStorage.snapshot();
  const start = (callback: () => void) => activation.admit(activation.root, () => inside(callback));
  const event = {
    exports: version.exports,
    waitUntil: (promise: unknown) => activation.waitUntil(promise),
    abort: (reason: unknown) => activation.abort(reason, true),
  };
  return {
    name: typeof id === "string" ? id : id.name,
    storage: state.storage as DurableObjectStorage,
    env: version.env,
    exported: (name) => version.exported(name),
    executionContext: () => new ExecutionContext(event, {}),
    keepBusy: () => activation.activity.keepBusy(),
    leave: (how) => {
      activation.leaving = how;
      activation.activity.recheck();
    },
    after: (delayMs, callback) => activation.host.clock.setTimer(() => start(callback), delayMs),
    soon: (callback) => {
      setImmediate(() => start(callback));
    },
    get isOver() {
      return activation.isOver;
    },
    get isDraining() {
      return activation.isDraining;
    },
  };
}

/** The objects of a class, for its package. */
export function packageNamespace<T extends object>(
  namespace: DurableObjectNamespace,
  list: (limit: number, after: ListedObject | undefined) => readonly ListedObject[],
): PackageNamespace<T> {
  return {
    get: (name) => namespace.getByName(name) as Remote<T>,
    list: ({ limit = PAGE, after }: ListObjectsOptions = {}) => list(limit, after),
  };
}
