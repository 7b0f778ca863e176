import type { WranglerConfig } from "./config/wrangler.ts";
import type { ObjectAddress } from "./objects/directory.ts";
import type { NamespaceParts } from "./objects/namespace.ts";
import type { Random } from "./random.ts";

/** Names of namespaces on this host, one for each class: `<worker>-<class>`. */
export class Namespaces {
  readonly #worker: string;
  readonly #durable: ReadonlySet<string>;
  readonly #random: Random;
  readonly #handle: (address: ObjectAddress) => ReturnType<NamespaceParts["directory"]["handle"]>;

  constructor(
    config: WranglerConfig,
    random: Random,
    handle: (address: ObjectAddress) => ReturnType<NamespaceParts["directory"]["handle"]>,
  ) {
    this.#worker = config.name;
    this.#durable = new Set([
      ...config.durableClasses,
      ...config.durableObjects.map(({ className }) => className),
    ]);
    this.#random = random;
    this.#handle = handle;
  }

  /** Whether a class has storage: it stands in a migration, in `exports` or in a binding. */
  isDurable(className: string): boolean {
    return this.#durable.has(className);
  }

  parts(className: string): NamespaceParts {
    return {
      directory: { handle: this.#handle },
      namespace: this.#nameOf(className),
      className,
      random: this.#random,
    };
  }

  /** The class of a namespace. */
  classOf(namespace: string): string {
    return namespace.slice(this.#worker.length + 1).replaceAll(".", "$");
  }

  /** `$` may stand in the name of a class and not in that of a folder; a dot just the other way. */
  #nameOf(className: string): string {
    return `${this.#worker}-${className.replaceAll("$", ".")}`;
  }
}
