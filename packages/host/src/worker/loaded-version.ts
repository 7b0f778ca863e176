import { loopbackClass } from "../bindings/durable-objects.ts";
import type { PackageClass } from "../bindings/package-class.ts";
import { packageClassName, packageObjectClass } from "../bindings/package-objects.ts";
import type { Clock } from "../clock.ts";
import { invocation } from "../context.ts";
import type { WorkerLoader, WorkerModule } from "../host.ts";
import type { HostLimits } from "../limits.ts";
import type { NamespaceParts } from "../objects/namespace.ts";
import { Dispatcher } from "./dispatch.ts";
import { checkWorkflow, classifyExports, objectClassOf, type WorkerExport } from "./exports.ts";
import { loopbackEntrypoint } from "./service.ts";
import { bindServices, type ServiceLink } from "./service-links.ts";
import { closeSlot, nextVersionNumber, openSlot } from "./slots.ts";
import type { ObjectClass, WorkerVersion } from "./version.ts";
import { WorkerEvent } from "./worker-event.ts";

export interface LoadOptions {
  readonly loader: WorkerLoader;
  readonly env: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly limits?: HostLimits | undefined;
  /** Classes that bindings name: each must be exported. */
  readonly boundClasses: readonly string[];
  /** Those to the Worker itself lead to this version. */
  readonly services: readonly ServiceLink[];
  /** Bindings that stand for a class of the module: each must be exported. */
  readonly workflows?: readonly WorkflowExport[];
  /** Classes of packages, whose objects run beside this version's. */
  readonly packageClasses?: readonly PackageClass[];
  /** The parts of a class's namespace, when it has durable storage. */
  namespaceParts(className: string): NamespaceParts | undefined;
  readonly report: (error: unknown) => void;
}

/** A binding that stands for a class that extends `WorkflowEntrypoint`. */
export interface WorkflowExport {
  readonly className: string;
  /** What stands on `env`, and on `ctx.exports` under the class's name. */
  readonly binding: unknown;
}

/** One load of the user's code, with what runs its events. */
export class LoadedVersion implements WorkerVersion {
  readonly number: number;
  readonly env: Readonly<Record<string, unknown>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dispatcher: Dispatcher;
  readonly #kinds: ReadonlyMap<string, WorkerExport>;
  readonly #packageClasses: ReadonlyMap<string, ObjectClass>;

  private constructor(
    number: number,
    options: LoadOptions,
    exports: Readonly<Record<string, unknown>>,
    dispatcher: Dispatcher,
    kinds: ReadonlyMap<string, WorkerExport>,
    module: WorkerModule,
  ) {
    this.number = number;
    this.env = options.env;
    this.exports = exports;
    this.dispatcher = dispatcher;
    this.#kinds = kinds;
    const parts = {
      env: this.env,
      exports,
      exported: (name: string) => (kinds.has(name) ? module[name] : undefined),
    };
    this.#packageClasses = new Map(
      (options.packageClasses ?? []).map((packageClass) => [
        packageClassName(packageClass),
        packageObjectClass(packageClass, parts),
      ]),
    );
  }

  /**
   * Loads the code and checks that it exports what the bindings name.
   *
   * @throws FreeholdError `CLASS_NOT_EXPORTED`, `ENTRYPOINT_NOT_EXPORTED`, and what the loader throws
   */
  static async load(options: LoadOptions): Promise<LoadedVersion> {
    const { env, clock, limits, report } = options;
    const number = nextVersionNumber();
    const exports: Record<string, unknown> = {};
    openSlot(number, { env, exports });
    try {
      // Code at module level already sees `env`; what it waits for ends with the load.
      const parts = { env, exports, clock, limits, report, waitUntil: () => undefined };
      const scope = new WorkerEvent(parts, report);
      // What it lends out at module level can be called as long as the version is there.
      scope.hold();
      const module = await invocation.run(scope, () => options.loader(number));
      const kinds = classifyExports(module);
      for (const className of options.boundClasses) objectClassOf(kinds, className);
      for (const { className } of options.workflows ?? []) checkWorkflow(kinds, className);
      const dispatcher = new Dispatcher({ env, exports, clock, limits, report });
      bindServices(options.services, kinds, dispatcher);
      Object.assign(exports, loopbacks(kinds, dispatcher, options));
      return new LoadedVersion(number, options, exports, dispatcher, kinds, module);
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
    return this.#packageClasses.get(className) ?? objectClassOf(this.#kinds, className);
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
  for (const { className, binding } of options.workflows ?? []) {
    made[className] ??= binding as object;
  }
  return made;
}
