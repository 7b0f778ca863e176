import { resolve } from "node:path";
import {
  type Binding,
  createHost,
  type Durability,
  type EmailTransport,
  type Host,
  type HostOptions,
  type Logger,
  type WorkerLoader,
  type WranglerConfig,
} from "@freehold/host";
import type { HostedWorkflows, WorkflowAdmin } from "@freehold/workflows";
import { type FreeholdConfig, readFreeholdConfig } from "../config.ts";
import { emailTransport } from "../email.ts";
import { controlOf, openControlSocket } from "./control-socket.ts";
import { dataControl } from "./data-control.ts";
import { type Platform, platformOf } from "./platform.ts";
import { vectorControl } from "./vector-control.ts";
import { workflowControl } from "./workflow-control.ts";

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
  /** Takes e-mail out of the host, whatever the configuration says. */
  readonly email?: EmailTransport;
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
  const { composed, workflows, platform } = await compose(options);
  const host = await createHost(composed);
  const handle = controlOf({
    data: dataControl(host),
    vectors: vectorControl(platform.vectors),
    workflows: workflowControl(workflows.admin),
  });
  const closeControl = await openControlSocket(composed.dataDirectory, handle).catch(
    (error: unknown) => {
      // The commands are a convenience: a host runs without them.
      composed.log?.warn("Commands cannot reach this host.", { error });
      return async () => undefined;
    },
  );
  const close = host.close.bind(host);
  return Object.assign(host, { close: () => closeControl().then(close) });
}

const HOUR_MS = 3_600_000;

/** What the project, its configuration and the caller together make of a host. */
export async function hostOptions(options: RuntimeOptions): Promise<HostOptions> {
  return (await compose(options)).composed;
}

interface Composition {
  readonly composed: HostOptions;
  readonly workflows: ProjectWorkflows;
  readonly platform: Platform;
}

interface ProjectWorkflows {
  readonly bindings: HostedWorkflows["bindings"];
  admin(): Promise<WorkflowAdmin>;
}

/** The engine is loaded where the Worker has workflows, else when a command asks about them. */
async function workflowsOf({ workflows = [] }: WranglerConfig): Promise<ProjectWorkflows> {
  const load = async () => (await import("@freehold/workflows")).hostWorkflows(workflows);
  if (workflows.length === 0) return { bindings: [], admin: async () => (await load()).admin };
  const { bindings, admin } = await load();
  return { bindings, admin: async () => admin };
}

async function compose(options: RuntimeOptions): Promise<Composition> {
  const own = await readFreeholdConfig(options.root);
  const workflows = await workflowsOf(options.config);
  const platform = await platformOf(options.config, own);
  const bindings = [...workflows.bindings, ...platform.bindings, ...(options.bindings ?? [])];
  return { composed: settled(options, own, bindings), workflows, platform };
}

function settled(
  options: RuntimeOptions,
  own: FreeholdConfig,
  bindings: readonly Binding[],
): HostOptions {
  const durability = options.durability ?? own.durability;
  const email = options.email ?? emailTransport(own.email ?? {}, options.config);
  const { trustedProxies, publicUrl, allowedOrigins, socketCompression, idle, limits } = own;
  return {
    worker: options.worker,
    config: options.config,
    dataDirectory: resolve(options.root, options.dataDirectory ?? own.dataDirectory ?? ".freehold"),
    development: options.development,
    bindings,
    ...(durability === undefined ? {} : { durability }),
    ...(own.recoveryHours && { recoveryMs: own.recoveryHours * HOUR_MS }),
    ...(email && { email }),
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
