import type { ClassRecord } from "./classes/plan.ts";
import { FreeholdError } from "./errors.ts";
import type { ObjectAddress } from "./objects/directory.ts";
import type { NamespaceParts } from "./objects/namespace.ts";
import type { Random } from "./random.ts";

/** The namespaces of a host's Worker: one for each class with storage. */
export class Namespaces {
  readonly #byClass: ReadonlyMap<string, ClassRecord>;
  readonly #byNamespace: ReadonlyMap<string, ClassRecord>;
  readonly #packages: ReadonlySet<string>;
  readonly #random: Random;
  readonly #handle: (address: ObjectAddress) => ReturnType<NamespaceParts["directory"]["handle"]>;

  /** @param packages classes that belong to packages: their namespaces are not for the Worker */
  constructor(
    classes: readonly ClassRecord[],
    packages: readonly ClassRecord[],
    random: Random,
    handle: (address: ObjectAddress) => ReturnType<NamespaceParts["directory"]["handle"]>,
  ) {
    const all = [...classes, ...packages];
    this.#byClass = new Map(all.map((record) => [record.className, record]));
    this.#byNamespace = new Map(all.map((record) => [record.namespace, record]));
    this.#packages = new Set(packages.map(({ className }) => className));
    this.#random = random;
    this.#handle = handle;
  }

  /** Whether a class has storage: it stands in a migration, in `exports` or in a binding. */
  isDurable(className: string): boolean {
    return this.#byClass.has(className) && !this.#packages.has(className);
  }

  /** @throws FreeholdError `CLASS_WITHOUT_STORAGE` */
  parts(className: string): NamespaceParts {
    const record = this.#byClass.get(className) ?? unknown(className);
    return {
      directory: { handle: this.#handle },
      namespace: record.namespace,
      className,
      random: this.#random,
    };
  }

  /**
   * The class of a namespace.
   *
   * @throws FreeholdError `CLASS_WITHOUT_STORAGE`
   */
  classOf(namespace: string): string {
    return (this.#byNamespace.get(namespace) ?? unknown(namespace)).className;
  }
}

function unknown(name: string): never {
  throw new FreeholdError("CLASS_WITHOUT_STORAGE", `No class with storage belongs to ${name}.`, {
    help: "Name the class in a binding or a migration of the Worker's configuration.",
  });
}
