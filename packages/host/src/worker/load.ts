import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { FreeholdError } from "../errors.ts";
import type { WorkerLoader, WorkerModule } from "../host.ts";
import { type HookOptions, installHooks, nativeImport, withVersion } from "../modules/hooks.ts";

/**
 * Loads a Worker from a file: JavaScript, or TypeScript that Node can strip. Each call of the loader
 * loads the file, and what it imports by relative paths, anew.
 *
 * @param file path of the entry.
 * @throws FreeholdError (the loader) `MODULE_NOT_FOUND`, `WORKER_FAILED_TO_LOAD`
 *
 * @example
 * ```ts
 * const host = await createHost({ worker: loadModule("dist/worker.js"), config, dataDirectory: ".freehold" });
 * ```
 */
export function loadModule(file: string, options: HookOptions = {}): WorkerLoader {
  const path = resolve(file);
  return async (version) => {
    if (!existsSync(path)) {
      throw new FreeholdError("MODULE_NOT_FOUND", `There is no ${path}.`, {
        help: "Correct `main` in the configuration of the Worker.",
      });
    }
    installHooks(options);
    return importWorker(withVersion(pathToFileURL(path).href, version), path);
  };
}

async function importWorker(url: string, path: string): Promise<WorkerModule> {
  try {
    return await nativeImport(url);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FreeholdError("WORKER_FAILED_TO_LOAD", `${path} failed to load: ${reason}`, {
      help: "Correct the module; the cause has the place.",
      cause,
    });
  }
}
