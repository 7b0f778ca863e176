import type { ServiceBinding } from "../config/wrangler.ts";
import { FreeholdError } from "../errors.ts";
import type { Hook } from "../rpc/hook.ts";
import { createServiceStub } from "../rpc/stub.ts";
import type { Dispatcher } from "./dispatch.ts";
import type { WorkerExport } from "./exports.ts";
import { EntrypointHook } from "./service.ts";

/** A service binding of one version of the code. What it leads to is known once that is loaded. */
export class ServiceLink {
  /** What stands on `env`. */
  readonly stub: object;
  readonly binding: ServiceBinding;
  /** Whether it leads to the Worker itself. A host runs no other. */
  readonly isSelf: boolean;
  readonly #late = new LateHook();

  constructor(binding: ServiceBinding, worker: string) {
    this.binding = binding;
    this.isSelf = binding.service === worker;
    this.stub = this.isSelf ? createServiceStub(this.#late) : missingService(binding);
  }

  bind(hook: Hook): void {
    this.#late.target = hook;
  }
}

/** @throws FreeholdError `ENTRYPOINT_NOT_EXPORTED` */
export function bindServices(
  links: readonly ServiceLink[],
  kinds: ReadonlyMap<string, WorkerExport>,
  dispatcher: Dispatcher,
): void {
  for (const link of links.filter(({ isSelf }) => isSelf)) {
    const { name, entrypoint = "default", props = {} } = link.binding;
    const entry = kinds.get(entrypoint);
    if (entry?.kind !== "handlers" && entry?.kind !== "entrypoint") {
      throw new FreeholdError(
        "ENTRYPOINT_NOT_EXPORTED",
        `The service binding ${name} names ${entrypoint}, which the Worker does not export.`,
        { help: `Export a class ${entrypoint} that extends WorkerEntrypoint.` },
      );
    }
    link.bind(new EntrypointHook(dispatcher, entry, props));
  }
}

/** The stub of a Worker that this host does not run: each use says so. */
function missingService({ name, service }: ServiceBinding): object {
  const refuse = () =>
    Promise.reject(
      new FreeholdError(
        "SERVICE_NOT_FOUND",
        `The service binding ${name} names the Worker ${service}, which does not run here.`,
        { help: "A host runs one Worker: bind to that one, or call the other by its address." },
      ),
    );
  const hook: Hook = { call: refuse, fetch: refuse, dup: () => hook, dispose: () => undefined };
  return createServiceStub(hook);
}

class LateHook implements Hook {
  target: Hook | undefined;

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    return this.#found((target) => target.call(path, args));
  }

  fetch(request: Request): Promise<Response> {
    return this.#found(
      (target) =>
        target.fetch?.(request) ?? Promise.reject(new TypeError("It answers no requests.")),
    );
  }

  dup(): Hook {
    return this;
  }

  dispose(): void {
    // Entrypoints hold nothing between calls.
  }

  #found<T>(use: (target: Hook) => Promise<T>): Promise<T> {
    if (this.target !== undefined) return use(this.target);
    return Promise.reject(
      new FreeholdError("WORKER_LOADING", "The Worker's own services answer once it is loaded.", {
        help: "Use the binding inside of a handler, not at module level.",
      }),
    );
  }
}
