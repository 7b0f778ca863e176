import type { DurableObject } from "cloudflare:workers";
import { systemClock } from "../clock.ts";
import { agentContext, contextOf } from "../context.ts";
import type { AlarmSlot } from "../jobs/alarm.ts";
import type { LifecycleJobContext, LifecycleJobOutcome } from "../jobs/job.ts";
import { genericObservability } from "../observability/channels.ts";
import type { ObservabilityEvent } from "../observability/events.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../retry/options.ts";
import { ErrorText } from "../wire.ts";
import type {
  Awaitable,
  LifecycleEvent,
  LifecycleRouteAddress,
  LifecycleSockets,
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

/** Who an object is, for capabilities, events and logs. */
export interface Identity {
  readonly className: string;
  /** @throws FreeholdError `agent_unnamed`. */
  name(): string;
  /** `Class:name`. */
  label(): string;
}

/**
 * How a lifecycle calls its host: each hook that the host has, in the host's context. The SDK's own
 * hosts extend this.
 */
export class HostHooks {
  readonly #host: Partial<LifecycleObject>;

  constructor(host: object) {
    this.#host = host as Partial<LifecycleObject>;
  }

  /** How capabilities reach those of other objects; undefined for an object that stands alone. */
  get routes(): RouteTransport | undefined {
    return undefined;
  }

  /** The object's sockets, where they are not the platform's alone. */
  get sockets(): LifecycleSockets | undefined {
    return undefined;
  }

  /** The object's alarm, where it is not the platform's. */
  get alarmSlot(): AlarmSlot | undefined {
    return undefined;
  }

  /** Retries of jobs that bring none. */
  get retryDefaults(): RetryPolicy {
    return DEFAULT_RETRY;
  }

  /** Whether the host runs jobs of its own; else they are dropped. */
  get runsJobs(): boolean {
    return typeof this.#host.onJob === "function";
  }

  onStart(props: unknown): Awaitable<void> {
    return this.within(() => this.#host.onStart?.(props as object));
  }

  onRequest(request: Request): Awaitable<Response> {
    return this.within(() => this.#host.onRequest?.(request) ?? notImplemented(), request);
  }

  onAlarm(): Awaitable<void> {
    return this.within(() => this.#host.onAlarm?.());
  }

  onJob(context: LifecycleJobContext): Awaitable<LifecycleJobOutcome | Nothing> {
    return this.within(() => this.#host.onJob?.(context));
  }

  onAlarmMemoryLimit(context: MemoryLimitContext): Awaitable<void> {
    return this.within(() => this.#host.onAlarmMemoryLimit?.(context));
  }

  /** Tells observers. */
  emit({ payload, source, type }: LifecycleEvent, { className, name }: Identity): void {
    const at = { agent: className, name: name(), timestamp: systemClock.now() };
    genericObservability.emit({ source, type, ...at, payload } as unknown as ObservabilityEvent);
  }

  /** Runs `body` in the host's context. */
  protected within<T>(body: () => T, request?: Request): T {
    return agentContext.run(contextOf(this.#host, request ? { request } : {}), body);
  }
}

function notImplemented(): Response {
  return new Response(ErrorText.NOT_IMPLEMENTED, { status: 404 });
}
