import type { WorkerModule, WranglerConfig } from "freehold/runtime";
import { BARE_CONFIG } from "./bare-config.ts";
import { startTestWorker, type WorkerTestOptions } from "./start-worker.ts";

/** A Worker that a test file starts itself, without the plugin. */
export interface WorkerInTest extends WorkerTestOptions {
  /** Loads its module. `cloudflare:*` can be imported from there on. */
  readonly load: () => Promise<WorkerModule>;
  /** Bindings of its Durable Objects: the class of each name. */
  readonly objects?: Readonly<Record<string, string>>;
  /** Bindings of its workflows: the class of each name. */
  readonly workflows?: Readonly<Record<string, string>>;
  /** Files that are served, as `assets` of a configuration. Paths are absolute. */
  readonly assets?: WranglerConfig["assets"];
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Bindings that send e-mail. What they send, `sentEmails()` tells. */
  readonly sendEmail?: WranglerConfig["sendEmail"];
  /** Names of bindings that load Workers, as `worker_loaders` of a configuration. */
  readonly loaders?: readonly string[];
}

/** A Worker that runs. It ends with `stop()`, or where an `await using` of it ends. */
export interface RunningTestWorker extends AsyncDisposable {
  readonly env: Readonly<Record<string, unknown>>;
  /** `exports` of `cloudflare:workers`. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** A request from outside. */
  fetch(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

/**
 * Starts a Worker in this process, with storage of its own, in test files that the plugin does not
 * serve. `clock`, `listen` and the helpers of `cloudflare:test` work with the one started last.
 *
 * @throws FreeholdError as a host does that cannot start
 * @example
 * ```ts
 * await using worker = await startWorker({
 *   load: () => import("./worker.ts"),
 *   objects: { COUNTER: "Counter" },
 * });
 * await clock.advance("1d");
 * ```
 */
export async function startWorker(options: WorkerInTest): Promise<RunningTestWorker> {
  const { load, objects = {}, workflows = {}, assets, ...others } = options;
  const { vars = {}, sendEmail, loaders = [], ...rest } = others;
  const { host, stop } = await startTestWorker({
    ...rest,
    root: process.cwd(),
    load,
    config: {
      ...BARE_CONFIG,
      vars,
      ...(sendEmail && { sendEmail }),
      assets,
      workerLoaders: loaders,
      workflows: Object.entries(workflows).map(([binding, className]) => ({
        ...{ binding, className, name: binding.toLowerCase() },
      })),
      durableObjects: Object.entries(objects).map(([name, className]) => ({ name, className })),
      durableClasses: [...new Set(Object.values(objects))],
    },
  });
  return {
    env: host.env,
    exports: host.exports,
    fetch: (request) => host.fetch(request),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
