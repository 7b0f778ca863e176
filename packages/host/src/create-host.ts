import { resolve } from "node:path";
import { systemClock } from "./clock.ts";
import { FreeholdError } from "./errors.ts";
import { compatibilityFlags } from "./globals/compatibility.ts";
import { installGlobals, showFlags } from "./globals/install.ts";
import { installVirtualTime } from "./globals/virtual-time.ts";
import type { Host, HostOptions } from "./host.ts";
import { hostLimits } from "./limits.ts";
import { workerLoaderBindings } from "./loader/binding.ts";
import { createLogger } from "./log.ts";
import { installHooks } from "./modules/hooks.ts";
import { systemRandom } from "./random.ts";
import { setErrorProperties } from "./rpc/errors.ts";
import { RunningHost, type StartOptions } from "./running-host.ts";
import { setSocketDefaults, socketDefaultsOf } from "./sockets/web-socket.ts";

/**
 * Starts a host: opens the data directory, loads the Worker, wakes what is overdue.
 *
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `CLASS_NOT_EXPORTED`, `WORKER_FAILED_TO_LOAD` and
 *   the other errors of the loader, `ASSETS_UNREADABLE`, `LIMIT_INVALID`
 *
 * @example
 * ```ts
 * const { config } = await readWranglerConfig("wrangler.jsonc");
 * const host = await createHost({
 *   worker: loadModule("src/worker.ts"),
 *   config,
 *   dataDirectory: ".freehold",
 * });
 * console.log((await host.listen({ port: 8787 })).url);
 * process.once("SIGTERM", () => host.close());
 * ```
 */
export async function createHost(options: HostOptions): Promise<Host> {
  return RunningHost.start(prepareHost(options));
}

/** Gives the process what a host needs, and the options their defaults. */
export function prepareHost(options: HostOptions): StartOptions {
  check(options);
  const clock = options.clock ?? systemClock;
  installGlobals();
  installHooks();
  const { compatibilityDate, compatibilityFlags: wanted } = options.config;
  const flags = compatibilityFlags(compatibilityDate, wanted);
  setSocketDefaults(socketDefaultsOf(flags));
  setErrorProperties(flags.enhanced_error_serialization === true);
  showFlags(flags);
  if (clock !== systemClock) installVirtualTime();
  return {
    ...options,
    bindings: [
      ...workerLoaderBindings(options.config.workerLoaders ?? []),
      ...(options.bindings ?? []),
    ],
    clock,
    limits: hostLimits(options.limits),
    dataDirectory: resolve(options.dataDirectory),
    random: options.random ?? systemRandom,
    log: options.log ?? createLogger({ now: () => systemClock.now() }),
  };
}

function check({ worker, dataDirectory }: HostOptions): void {
  if (typeof worker === "function" && typeof dataDirectory === "string" && dataDirectory !== "") {
    return;
  }
  throw new FreeholdError(
    "OPTIONS_INVALID",
    "A host needs `worker`, a function, and `dataDirectory`, a path.",
    {
      help: "Pass `loadModule(file)` as `worker`.",
    },
  );
}
