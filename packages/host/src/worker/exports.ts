import { FreeholdError } from "../errors.ts";
import type { WorkerModule } from "../host.ts";
import { brands, classHasBrand } from "../rpc/brands.ts";
import type { ObjectClass } from "./version.ts";

/** What an export of the user's module is. */
export type WorkerExport =
  | { readonly kind: "object"; readonly objectClass: ObjectClass }
  | { readonly kind: "entrypoint"; readonly entrypointClass: EntrypointClass }
  | { readonly kind: "workflow"; readonly workflowClass: EntrypointClass }
  | { readonly kind: "handlers"; readonly handlers: Handlers };

/** A class that extends `WorkerEntrypoint` or `WorkflowEntrypoint`. */
export type EntrypointClass = new (ctx: object, env: object) => object;

/** `export default { fetch, scheduled, … }` */
export type Handlers = Readonly<Record<string, unknown>>;

/**
 * Sorts the exports of a module: functions are classes of objects, unless they extend another class of
 * the platform, and objects are handlers. Anything else is the user's own.
 */
export function classifyExports(module: WorkerModule): ReadonlyMap<string, WorkerExport> {
  const found = new Map<string, WorkerExport>();
  for (const [name, value] of Object.entries(module)) {
    const kind = classify(name, value);
    if (kind) found.set(name, kind);
  }
  return found;
}

function classify(name: string, value: unknown): WorkerExport | undefined {
  if (classHasBrand(value, brands.workerEntrypoint)) {
    return { kind: "entrypoint", entrypointClass: value as EntrypointClass };
  }
  if (classHasBrand(value, brands.workflowEntrypoint)) {
    return { kind: "workflow", workflowClass: value as EntrypointClass };
  }
  if (typeof value === "function") {
    // Without extending DurableObject a class lends no methods, but it answers requests.
    const isObject = name !== "default" || classHasBrand(value, brands.durableObject);
    return isObject ? { kind: "object", objectClass: value as ObjectClass } : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  return { kind: "handlers", handlers: value as Handlers };
}

/** @throws FreeholdError `CLASS_NOT_EXPORTED` */
export function checkWorkflow(exports: ReadonlyMap<string, WorkerExport>, className: string): void {
  const found = exports.get(className);
  if (found?.kind === "workflow") return;
  throw new FreeholdError(
    "CLASS_NOT_EXPORTED",
    found
      ? `The Worker's export ${className} is no class of workflows.`
      : `The Worker does not export a class named ${className}.`,
    { help: `Add \`export class ${className} extends WorkflowEntrypoint\` to the Worker's entry.` },
  );
}

/**
 * The class that a binding names.
 *
 * @throws FreeholdError `CLASS_NOT_EXPORTED`
 */
export function objectClassOf(
  exports: ReadonlyMap<string, WorkerExport>,
  className: string,
): ObjectClass {
  const found = exports.get(className);
  if (found?.kind === "object") return found.objectClass;
  throw new FreeholdError(
    "CLASS_NOT_EXPORTED",
    found
      ? `The Worker's export ${className} is no class of objects.`
      : `The Worker does not export a class named ${className}.`,
    { help: `Add \`export class ${className} extends DurableObject\` to the Worker's entry.` },
  );
}
