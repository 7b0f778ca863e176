import { FreeholdError } from "../errors.ts";

/** The exports of a built-in module, for one version of the code or for code that belongs to none. */
export type BuiltInModule = (version: number | undefined) => Readonly<Record<string, unknown>>;

/**
 * The `cloudflare:*` modules of this process. Modules that Node loads for us have no way to our own
 * variables except a global one.
 */
const REGISTRY = Symbol.for("freehold.built-in-modules");

interface Registry {
  readonly modules: Map<string, BuiltInModule>;
}

function registry(): Registry {
  const found: unknown = Reflect.get(globalThis, REGISTRY);
  if (found) return found as Registry;
  const made: Registry = { modules: new Map() };
  Object.defineProperty(globalThis, REGISTRY, { value: made });
  return made;
}

/** Says what a `cloudflare:*` module holds. */
export function provideModule(specifier: string, module: BuiltInModule): void {
  registry().modules.set(specifier, module);
}

/**
 * The source of a module that re-exports a built-in one, for Node's loader.
 *
 * @throws FreeholdError `MODULE_UNSUPPORTED`
 */
export function builtInSource(specifier: string, version: number | undefined): string {
  const module = registry().modules.get(specifier);
  if (!module) {
    const known = [...registry().modules.keys()].join(", ");
    throw new FreeholdError("MODULE_UNSUPPORTED", `There is no module "${specifier}".`, {
      help: `Use one of ${known}.`,
    });
  }
  const names = Object.keys(module(version)).filter((name) => name !== "default");
  return [
    `const { modules } = globalThis[Symbol.for("freehold.built-in-modules")];`,
    `const { ${names.join(", ")} } = modules.get(${JSON.stringify(specifier)})(${version});`,
    `export { ${names.join(", ")} };`,
  ].join("\n");
}
