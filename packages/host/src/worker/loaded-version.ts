import { loopbackClass } from "../bindings/durable-objects.ts";
import type { Clock } from "../clock.ts";
import { invocation } from "../context.ts";
import type { WorkerLoader } from "../host.ts";
import type { NamespaceParts } from "../objects/namespace.ts";
import { Dispatcher } from "./dispatch.ts";
import { WorkerEvent } from "./execution-context.ts";
import { classifyExports, objectClassOf, type WorkerExport } from "./exports.ts";
import { loopbackEntrypoint } from "./service.ts";
import { closeSlot, nextVersionNumber, openSlot } from "./slots.ts";
import type { ObjectClass, WorkerVersion } from "./version.ts";

export interface LoadOptions {
  readonly loader: WorkerLoader;
  readonly env: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  /** Classes that bindings name: each must be exported. */
  readonly boundClasses: readonly string[];
  /** The parts of a class's namespace, when it has durable storage. */
  namespaceParts(className: string): NamespaceParts | undefined;
  readonly report: (error: unknown) => void;
}

/** One load of the user's code, with what runs its events. */
export class LoadedVersion implements WorkerVersion {
  readonly number: number;
  readonly env: Readonly<Record<string, unknown>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dispatcher: Dispatcher;
  readonly #kinds: ReadonlyMap<string, WorkerExport>;

  private constructor(
    number: number,
    options: LoadOptions,
    exports: Readonly<Record<string, unknown>>,
    dispatcher: Dispatcher,
    kinds: ReadonlyMap<string, WorkerExport>,
  ) {
    this.number = number;
    this.env = options.env;
    this.exports = exports;
    this.dispatcher = dispatcher;
    this.#kinds = kinds;
  }

  /**
   * Loads the code and checks that it exports what the bindings name.
   *
   * @throws FreeholdError `CLASS_NOT_EXPORTED`, and what the loader throws
   */
  static async load(options: LoadOptions): Promise<LoadedVersion> {
    const { env, clock, report } = options;
    const number = nextVersionNumber();
    const exports: Record<string, unknown> = {};
    openSlot(number, { env, exports });
    try {
      // Code at module level already sees `env`; what it waits for ends with the load.
      const scope = new WorkerEvent({ env, exports, clock, report, waitUntil: () => undefined });
      const module = await invocation.run(scope, () => options.loader(number));
      const kinds = classifyExports(module);
      for (const className of options.boundClasses) objectClassOf(kinds, className);
      const dispatcher = new Dispatcher({ env, exports, clock, report });
      Object.assign(exports, loopbacks(kinds, dispatcher, options));
      return new LoadedVersion(number, options, exports, dispatcher, kinds);
    } catch (error) {
      closeSlot(number);
      throw error;
    }
  }

  /** The default export, when it handles events. */
  get main(): WorkerExport | undefined {
    return this.#kinds.get("default");
  }

  objectClass(className: string): ObjectClass {
    return objectClassOf(this.#kinds, className);
  }

  /** Resolves when none of its events runs any more. */
  idle(): Promise<void> {
    return this.dispatcher.idle();
  }

  retire(): void {
    closeSlot(this.number);
  }
}

function loopbacks(
  kinds: ReadonlyMap<string, WorkerExport>,
  dispatcher: Dispatcher,
  options: LoadOptions,
): Record<string, object> {
  const made: Record<string, object> = {};
  for (const [name, kind] of kinds) {
    if (kind.kind === "object") made[name] = loopbackClass(name, options.namespaceParts(name));
    else if (kind.kind !== "workflow") made[name] = loopbackEntrypoint(dispatcher, kind);
  }
  return made;
}
