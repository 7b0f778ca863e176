import type { Clock } from "../clock.ts";
import { agentContext, contextOf } from "../context.ts";
import { FreeholdError } from "../errors.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Random } from "../random.ts";
import type { SqlRunner } from "../storage/sql.ts";
import type { Alarms } from "./alarms.ts";
import type { InternalServices, LifecycleRouteContext, LifecycleRoutes } from "./capability.ts";
import type { CapabilitySet } from "./capability-set.ts";
import type { EventBuffer } from "./event-buffer.ts";
import type { HostHooks } from "./host.ts";
import type { Identity } from "./parts.ts";
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

/** What the capability `id` of an object may use. */
export function servicesFor(id: string, parts: ServiceParts): InternalServices {
  const { alarms, ctx, events, host, identity, jobs, startup } = parts;
  return {
    ...{ host, sql: parts.sql, clock: parts.clock, random: parts.random },
    development: parts.development,
    waitUntil: parts.waitUntil,
    get name() {
      return identity.name();
    },
    className: identity.className,
    storage: ctx.storage,
    sockets: {
      accept: (socket, tags) => ctx.acceptWebSocket(socket, tags),
      get: (tag) => ctx.getWebSockets(tag),
    },
    ready: async () => startup.ensure(),
    status: () => startup.status,
    jobs: jobs.owned(id),
    trackAlarmWork: (work) => alarms.track(work),
    runInHostContext: async (body, scope = {}) => agentContext.run(contextOf(host, scope), body),
    events: { emit: (type, payload) => events.emit({ source: id, type, payload }) },
    routes: routesFor(id, parts),
  };
}

function routesFor(id: string, { capabilities, hooks, startup }: ServiceParts): LifecycleRoutes {
  const envelope = (payload: unknown) => ({
    capability: id,
    source: hooks.routes?.source,
    payload,
  });
  return {
    get source() {
      return hooks.routes?.source;
    },
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
