import { resolve } from "node:path";
import {
  type Binding,
  createHost,
  type Durability,
  type Host,
  type WorkerLoader,
  type WranglerConfig,
} from "@freehold/host";
import { type FreeholdConfig, readFreeholdConfig } from "../config.ts";

/** How a host is put together for one project. */
export interface RuntimeOptions {
  /** The project's folder. */
  readonly root: string;
  readonly config: WranglerConfig;
  readonly worker: WorkerLoader;
  readonly development: boolean;
  /** Overrides `freehold.config.ts`. */
  readonly dataDirectory?: string | undefined;
  readonly durability?: Durability | undefined;
  /** What else stands on `env`. */
  readonly bindings?: readonly Binding[];
}

/**
 * A host for a project: its `wrangler.jsonc`, its `freehold.config.ts`, its code.
 *
 * @example
 * ```ts
 * const host = await composeHost({ root, config, worker: loadModule(file), development: false });
 * const { url } = await host.listen({ port: 8787 });
 * ```
 */
export async function composeHost(options: RuntimeOptions): Promise<Host> {
  const own: FreeholdConfig = await readFreeholdConfig(options.root);
  const durability = options.durability ?? own.durability;
  return createHost({
    worker: options.worker,
    config: options.config,
    dataDirectory: resolve(options.root, options.dataDirectory ?? own.dataDirectory ?? ".freehold"),
    development: options.development,
    bindings: options.bindings ?? [],
    ...(durability === undefined ? {} : { durability }),
  });
}
