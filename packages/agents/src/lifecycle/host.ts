import type { DurableObject } from "cloudflare:workers";
import { agentContext, contextOf } from "../context.ts";
import type { LifecycleJobContext, LifecycleJobOutcome } from "../jobs/job.ts";
import type { RetryPolicy } from "../retry/options.ts";
import { ErrorText } from "../wire.ts";
import type {
  Awaitable,
  LifecycleEvent,
  LifecycleRouteAddress,
  MemoryLimitContext,
} from "./capability.ts";
import type { Lifecycle } from "./lifecycle.ts";

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may do without a return statement
type Nothing = void;

/** A Durable Object with a {@link Lifecycle}, and the hooks that it calls. */
export interface LifecycleObject<Env extends object = Cloudflare.Env, Props extends object = object>
  extends DurableObject<Env> {
  readonly lifecycle: Lifecycle<Env, Props>;
  onStart?(props?: Props): void | Promise<void>;
  onRequest?(request: Request): Response | Promise<Response>;
  onAlarm?(): void | Promise<void>;
  onJob?(context: LifecycleJobContext): Awaitable<LifecycleJobOutcome | Nothing>;
  onAlarmMemoryLimit?(context: MemoryLimitContext): void | Promise<void>;
}

/** How messages of capabilities reach other objects. */
export interface RouteTransport {
  /** This object's own address; undefined for the outermost. */
  readonly source: LifecycleRouteAddress | undefined;
  /** Delivers to `target`; undefined is the outermost object. */
  send(
    target: LifecycleRouteAddress | undefined,
    envelope: LifecycleRouteEnvelope,
  ): Promise<unknown>;
}

/** A capability's message between objects. */
export type LifecycleRouteEnvelope = {
  readonly capability: string;
  readonly source: LifecycleRouteAddress | undefined;
  readonly payload: unknown;
};

/** How a lifecycle calls its host. Each runs the host's own hook in the host's context. */
export interface HostHooks {
  onStart(props: unknown): Awaitable<void>;
  onRequest(request: Request): Awaitable<Response>;
  onAlarm(): Awaitable<void>;
  /** Undefined when the host has none: its jobs are dropped then. */
  readonly onJob?:
    | ((context: LifecycleJobContext) => Awaitable<LifecycleJobOutcome | Nothing>)
    | undefined;
  onAlarmMemoryLimit(context: MemoryLimitContext): Awaitable<void>;
  /** Tells observers; `event.source` is the capability. */
  emit(event: LifecycleEvent): void;
  /** Retries of jobs that bring none. */
  retryDefaults?(): RetryPolicy;
  readonly routes?: RouteTransport;
}

/** The hooks of any Durable Object, each optional, run in its context. */
export function hooksOf(
  host: object,
  emit: (event: LifecycleEvent) => void,
): HostHooks & { readonly routes?: never } {
  const hooks = host as Partial<LifecycleObject>;
  const within = <T>(body: () => T, request?: Request): T =>
    agentContext.run(contextOf(host, request ? { request } : {}), body);
  return {
    emit,
    onStart: (props) => within(() => hooks.onStart?.(props as object)),
    onRequest: (request) => within(() => hooks.onRequest?.(request) ?? notImplemented(), request),
    onAlarm: () => within(() => hooks.onAlarm?.()),
    get onJob() {
      const { onJob } = hooks;
      return onJob && ((context: LifecycleJobContext) => within(() => onJob.call(hooks, context)));
    },
    onAlarmMemoryLimit: (context) => within(() => hooks.onAlarmMemoryLimit?.(context)),
  };
}

function notImplemented(): Response {
  return new Response(ErrorText.NOT_IMPLEMENTED, { status: 404 });
}
