import type { Clock } from "../clock.ts";
import type { Connection, WSMessage } from "../connections/types.ts";
import { FreeholdError } from "../errors.ts";
import type {
  LifecycleJob,
  LifecycleJobContext,
  LifecycleJobOutcome,
  LifecycleJobs,
} from "../jobs/job.ts";
import type { Random } from "../random.ts";
import type { SqlRunner } from "../storage/sql.ts";

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;
// biome-ignore lint/suspicious/noConfusingVoidType: a hook may do without a return statement
type Nothing = void;

/** An opaque place that a routing transport understands: another object, or one inside it. */
export type LifecycleRouteAddress = {
  /** Stable key, for comparing and storing. */
  readonly key: string;
  /** The transport's own text. */
  readonly data: string;
};

/** A message that another object's capability of the same id sent. */
export type LifecycleRouteContext = {
  /** Who sent it; undefined for the outermost object. */
  readonly source: LifecycleRouteAddress | undefined;
  readonly payload: unknown;
};

/** Where an object stands: never started, starting, or started. */
export type LifecycleStatus = "zero" | "starting" | "started";

/** An event of a capability, on its way to observers. */
export type LifecycleEvent = {
  /** Id of the capability, or `host`. */
  readonly source: string;
  readonly type: string;
  readonly payload: unknown;
};

/** Where a capability tells of what it does. */
export type LifecycleEvents = {
  /** Tells observers; during a start, once it has succeeded. */
  readonly emit: (type: string, payload: unknown) => void;
};

/** How a capability reaches its like in other objects. */
export type LifecycleRoutes = {
  /** This object's own address; undefined for the outermost. */
  readonly source: LifecycleRouteAddress | undefined;
  /** Sends to the outermost object; from there, to itself. */
  readonly toRoot: (payload: unknown) => Promise<unknown>;
  /** Sends to another object. @throws FreeholdError `no_route`. */
  readonly to: (target: LifecycleRouteAddress, payload: unknown) => Promise<unknown>;
};

/** What code that runs for a client may ask of its surroundings. */
export type LifecycleHostContextScope = {
  readonly connection?: Connection;
  readonly request?: Request;
};

/** The platform's sockets that survive hibernation. */
export type LifecycleSockets = {
  /** Accepts a socket; from now on its events go to the object. */
  readonly accept: (socket: WebSocket, tags: string[]) => void;
  /** Accepted sockets, all or those with a tag; the same objects until the next wake. */
  readonly get: (tag?: string) => WebSocket[];
};

/** What every installed capability may use. */
export type LifecycleServices = {
  /** The object's name. @throws FreeholdError `agent_unnamed`. */
  readonly name: string;
  /** Name of the object's class. */
  readonly className: string;
  readonly storage: DurableObjectStorage;
  readonly sockets: LifecycleSockets;
  /** Resolves when the object has started; inside its start, at once. */
  readonly ready: () => Promise<void>;
  readonly status: () => LifecycleStatus;
  /** Durable work of this capability; it comes back to `onJob`. */
  readonly jobs: LifecycleJobs;
  /**
   * Keeps work that goes on after `onJob` returned within the alarm's memory-limit breaker. False,
   * and nothing is kept, when no alarm runs.
   */
  readonly trackAlarmWork: (work: Promise<unknown>) => boolean;
  /** Runs a callback of the host's in the host's context. */
  readonly runInHostContext: (
    body: () => unknown,
    scope?: LifecycleHostContextScope,
  ) => Promise<unknown>;
  readonly events: LifecycleEvents;
  readonly routes: LifecycleRoutes;
};

/** What the SDK's own capabilities use besides. */
export type InternalServices = LifecycleServices & {
  /** The object that code runs for; `getCurrentAgent().agent`. */
  readonly host: object;
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether clients may see stacks. */
  readonly development: boolean;
  /** Keeps the object alive until `work` ends. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** What comes with a start. */
export type CapabilityStartContext<Props extends object = object> = {
  /** What the router gave; undefined for most starts. */
  readonly props: Props | undefined;
};

/** What comes with an HTTP request. */
export type CapabilityRequestContext = { readonly request: Request };

/** What comes with a WebSocket upgrade. */
export type CapabilityWebSocketUpgradeContext = { readonly request: Request };

/** What comes with a strike of the memory-limit breaker. */
export type MemoryLimitContext = {
  /** Whether the strikes are used up: the work was removed instead of put off. */
  readonly sealed: boolean;
  /** When the work that was put off comes again, in milliseconds. */
  readonly nextTime?: number;
  /** The job that ran; absent when the limit was hit by something else. */
  readonly executing?: LifecycleJob;
  /** The jobs of recovery loops that were removed. */
  readonly purgedRecoveryLoopJobs?: readonly LifecycleJob[];
};

/**
 * A feature that takes part in an object's life. Hooks run outside the host's context
 * (`getCurrentAgent()` is empty); callbacks of the host's run through `runInHostContext`.
 */
export interface DurableObjectCapability<Props extends object = object> {
  /** Owner of its jobs and routes; unique within an object. */
  readonly capabilityId?: string;
  /** `"catch-all"` is asked last, and there is one for each of request and upgrade at most. */
  readonly claims?: "selective" | "catch-all";
  /** Runs at every start, before the host's `onStart`. A failure fails the start. */
  onStart?(context: CapabilityStartContext<Props>): Awaitable<void>;
  /** The first `Response` answers the request. Not asked for WebSocket upgrades. */
  onRequest?(context: CapabilityRequestContext): Awaitable<Response | undefined | Nothing>;
  /** The first `Response` takes the upgrade; its socket is the capability's own. */
  onWebSocketUpgrade?(
    context: CapabilityWebSocketUpgradeContext,
  ): Awaitable<Response | undefined | Nothing>;
  /** Return true for an event of a socket of one's own. */
  onWebSocketMessage?(socket: WebSocket, message: WSMessage): Awaitable<boolean | Nothing>;
  onWebSocketClose?(
    socket: WebSocket,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Awaitable<boolean | Nothing>;
  onWebSocketError?(socket: WebSocket, error: unknown): Awaitable<boolean | Nothing>;
  /** Runs a job this capability pushed; what it returns decides what becomes of the job. */
  onJob?(context: LifecycleJobContext): Awaitable<LifecycleJobOutcome | Nothing>;
  /** A job of this capability failed for good; what is returned is its outcome. */
  onJobError?(
    context: LifecycleJobContext,
    error: unknown,
  ): Awaitable<LifecycleJobOutcome | Nothing>;
  /** An alarm used up the memory; its jobs were put off or removed already. */
  onMemoryLimit?(context: MemoryLimitContext): Awaitable<void>;
  /** A message of the same capability in another object; what is returned is the answer. */
  onRoute?(context: LifecycleRouteContext): Awaitable<unknown>;
  /** The object is being destroyed; runs in reverse order. */
  dispose?(): Awaitable<void>;
}

let attach: (capability: LifecycleCapability, services: InternalServices) => void;
let read: (capability: LifecycleCapability) => InternalServices;

/**
 * Base of a capability that uses what the lifecycle offers.
 *
 * @example
 * class Heartbeat extends LifecycleCapability {
 *   constructor() {
 *     super("heartbeat");
 *   }
 *
 *   override async onStart() {
 *     await this.lifecycle.jobs.push({ id: "beat", fn: "beat", time: Date.now() + 60_000 });
 *   }
 *
 *   onJob() {
 *     this.lifecycle.events.emit("heartbeat:beat", {});
 *     return { rescheduleAt: Date.now() + 60_000 };
 *   }
 * }
 */
export abstract class LifecycleCapability<Props extends object = object>
  implements DurableObjectCapability<Props>
{
  static {
    attach = (capability, services) => {
      capability.#services = services;
    };
    read = (capability) => {
      if (capability.#services) return capability.#services;
      const { name } = capability.constructor;
      throw new FreeholdError(
        "capability_not_installed",
        `${name} must be installed with Lifecycle.use() before use`,
      );
    };
  }

  /** Owner of its jobs and routes; unique within an object. */
  readonly capabilityId: string;
  readonly claims: "selective" | "catch-all" = "selective";
  #services: InternalServices | undefined;

  protected constructor(capabilityId: string) {
    this.capabilityId = capabilityId;
  }

  /** Runs at every start. */
  onStart(_context: CapabilityStartContext<Props>): void {
    // Nothing to do.
  }

  /** What the lifecycle offers; undefined while the capability is not installed. */
  protected get lifecycleServices(): LifecycleServices | undefined {
    return this.#services;
  }

  /** What the lifecycle offers. @throws FreeholdError `capability_not_installed`. */
  protected get lifecycle(): LifecycleServices {
    return read(this);
  }
}

/** Gives a capability what it may use. */
export function installServices(capability: LifecycleCapability, services: InternalServices): void {
  attach(capability, services);
}

/** What the SDK's own capabilities use. @throws FreeholdError `capability_not_installed`. */
export function servicesOf(capability: LifecycleCapability): InternalServices {
  return read(capability);
}
