import type { Clock } from "../clock.ts";
import { agentContext, contextOf } from "../context.ts";
import { FreeholdError } from "../errors.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Random } from "../random.ts";
import type { SqlRunner } from "../storage/sql.ts";
import type { Alarms } from "./alarms.ts";
import type {
  InternalServices,
  LifecycleEvents,
  LifecycleRouteContext,
  LifecycleRoutes,
  LifecycleSockets,
} from "./capability.ts";
import type { CapabilitySet } from "./capability-set.ts";
import type { EventBuffer } from "./event-buffer.ts";
import type { HostHooks, Identity } from "./host.ts";
import type { Startup } from "./startup.ts";

/** What services are made of. */
export interface ServiceParts {
  readonly host: object;
  readonly ctx: DurableObjectState;
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly development: boolean;
  readonly hooks: HostHooks;
  readonly events: EventBuffer;
  readonly jobs: Jobs;
  readonly startup: Startup;
  readonly identity: Identity;
  readonly alarms: Alarms;
  readonly capabilities: CapabilitySet;
  waitUntil(work: Promise<unknown>): void;
}

/**
 * What the capability `id` of an object may use. An object has several of these and may sleep for
 * long, so each keeps nothing but the two references: the rest is made when it is asked for, and can
 * be taken apart (`const { jobs, events } = this.lifecycle`).
 */
class Services implements InternalServices {
  readonly #id: string;
  readonly #parts: ServiceParts;

  constructor(id: string, parts: ServiceParts) {
    this.#id = id;
    this.#parts = parts;
  }

  get host() {
    return this.#parts.host;
  }

  get sql() {
    return this.#parts.sql;
  }

  get clock() {
    return this.#parts.clock;
  }

  get random() {
    return this.#parts.random;
  }

  get development() {
    return this.#parts.development;
  }

  get waitUntil() {
    return this.#parts.waitUntil;
  }

  get name() {
    return this.#parts.identity.name();
  }

  get className() {
    return this.#parts.identity.className;
  }

  get storage() {
    return this.#parts.ctx.storage;
  }

  get sockets(): LifecycleSockets {
    const { ctx, hooks } = this.#parts;
    return (
      hooks.sockets ?? {
        accept: (socket, tags) => ctx.acceptWebSocket(socket, tags),
        get: (tag) => ctx.getWebSockets(tag),
      }
    );
  }

  get ready() {
    const { startup } = this.#parts;
    return async () => startup.ensure();
  }

  get status() {
    const { startup } = this.#parts;
    return () => startup.status;
  }

  get jobs() {
    return this.#parts.jobs.owned(this.#id);
  }

  get trackAlarmWork() {
    const { alarms } = this.#parts;
    return (work: Promise<unknown>) => alarms.track(work);
  }

  get runInHostContext(): InternalServices["runInHostContext"] {
    const { host } = this.#parts;
    return async (body, scope = {}) => agentContext.run(contextOf(host, scope), body);
  }

  get events(): LifecycleEvents {
    const { events } = this.#parts;
    const source = this.#id;
    return { emit: (type, payload) => events.emit({ source, type, payload }) };
  }

  get routes() {
    return routesFor(this.#id, this.#parts);
  }
}

/** What the capability `id` of an object may use. */
export function servicesFor(id: string, parts: ServiceParts): InternalServices {
  return new Services(id, parts);
}

function routesFor(id: string, { capabilities, hooks, startup }: ServiceParts): LifecycleRoutes {
  const envelope = (payload: unknown) => ({
    capability: id,
    source: hooks.routes?.source,
    payload,
  });
  return {
    source: hooks.routes?.source,
    async toRoot(payload) {
      const { routes } = hooks;
      if (routes?.source) return routes.send(undefined, envelope(payload));
      await startup.ensure();
      return receive(capabilities, id, { source: undefined, payload });
    },
    async to(target, payload) {
      if (hooks.routes) return hooks.routes.send(target, envelope(payload));
      throw new FreeholdError("no_route", "Lifecycle has no transport for routed capabilities");
    },
  };
}

/** Hands a message to the capability it is for. @throws FreeholdError `no_route`. */
export function receive(
  capabilities: CapabilitySet,
  id: string,
  context: LifecycleRouteContext,
): unknown {
  const capability = capabilities.find(id);
  if (capability?.onRoute) return capability.onRoute(context);
  throw new FreeholdError(
    "no_route",
    `Lifecycle capability "${id}" cannot receive routed messages`,
  );
}
