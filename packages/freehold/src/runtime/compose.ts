import { resolve } from "node:path";
import {
  type Binding,
  createHost,
  type Durability,
  type Host,
  type HostOptions,
  type Logger,
  type WorkerLoader,
  type WranglerConfig,
} from "@freehold/host";
import { workflowBindings } from "@freehold/workflows";
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
  readonly log?: Logger | undefined;
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
  return createHost(await hostOptions(options));
}

/** What the project, its configuration and the caller together make of a host. */
export async function hostOptions(options: RuntimeOptions): Promise<HostOptions> {
  const own: FreeholdConfig = await readFreeholdConfig(options.root);
  const durability = options.durability ?? own.durability;
  const { trustedProxies, publicUrl, allowedOrigins, socketCompression, idle, limits } = own;
  return {
    worker: options.worker,
    config: options.config,
    dataDirectory: resolve(options.root, options.dataDirectory ?? own.dataDirectory ?? ".freehold"),
    development: options.development,
    bindings: [...workflowBindings(options.config.workflows ?? []), ...(options.bindings ?? [])],
    ...(durability === undefined ? {} : { durability }),
    ...(options.log && { log: options.log }),
    ...(trustedProxies && { trustedProxies }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(allowedOrigins && { allowedOrigins }),
    ...(socketCompression !== undefined && { socketCompression }),
    ...(idle && { idle }),
    ...(limits && { limits }),
    ...(own.eventRoutes === undefined ? {} : { eventRoutes: own.eventRoutes }),
  };
}
