import { systemClock } from "../clock.ts";
import { JobAlarm } from "../jobs/alarm.ts";
import type { JobHandler } from "../jobs/job.ts";
import { Jobs } from "../jobs/jobs.ts";
import { JobStore } from "../jobs/store.ts";
import type { Emit } from "../observability/events.ts";
import { systemRandom } from "../random.ts";
import { JobOwner } from "../schema.ts";
import { sqlRunner } from "../storage/sql.ts";
import { facetOf } from "../sub-agents/facet.ts";
import { Alarms } from "./alarms.ts";
import type { InternalServices } from "./capability.ts";
import { CapabilitySet } from "./capability-set.ts";
import { isDevelopment } from "./development.ts";
import { EventBuffer } from "./event-buffer.ts";
import type { HostHooks, Identity } from "./host.ts";
import { DEFAULT_MEMORY_LIMIT_STRIKES, MemoryLimitBreaker } from "./memory-limit.ts";
import { instanceName } from "./name.ts";
import { PropsMemory } from "./props-memory.ts";
import { Requests } from "./requests.ts";
import { servicesFor } from "./services.ts";
import { SocketEvents } from "./socket-events.ts";
import { Startup } from "./startup.ts";

/** Configuration of a lifecycle. */
export type LifecycleOptions = {
  /**
   * Alarms in a row that may end at the memory limit before the work that does it is removed
   * instead of put off. Default 3.
   */
  readonly maxAlarmMemoryLimitStrikes?: number;
  /**
   * Keep the props of the last start that brought some, and give them to every start without.
   * Default false: such a start has none.
   */
  readonly durableProps?: boolean;
};

/** Where the events of the lifecycle itself come from. */
const SOURCE = "lifecycle";

/** What a lifecycle is made of. */
export type LifecycleParts = ReturnType<typeof createParts>;

/** Puts a lifecycle's parts together for one object. */
export function createParts(host: object, options: LifecycleOptions, hooks: HostHooks) {
  const { ctx, env } = host as { ctx: DurableObjectState; env: unknown };
  const identity = identityOf(host, ctx);
  const events = new EventBuffer((event) => hooks.emit(event, identity));
  const emit: Emit = (type, payload) => events.emit({ source: SOURCE, type, payload });
  const capabilities = new CapabilitySet();
  const ports = { clock: systemClock, random: systemRandom, emit };
  const sql = sqlRunner(ctx.storage.sql);
  const store = new JobStore(sql);
  const alarm = new JobAlarm(hooks.alarmSlot ?? alarmSlot(ctx.storage), store, systemClock);
  const jobs = new Jobs({
    ...{ ...ports, store, alarm },
    handlerOf: (owner) => handlerOf(owner, hooks, capabilities),
    retryDefaults: () => hooks.retryDefaults,
    stopped: () => alarm.disabled,
  });
  const memory = options.durableProps ? new PropsMemory(ctx.storage.kv) : undefined;
  const startup = new Startup({
    block: (body) => ctx.blockConcurrencyWhile(body),
    start: (props) => start(memory ? memory.complete(props) : props),
  });
  const breaker = new MemoryLimitBreaker({
    ...ports,
    limit: options.maxAlarmMemoryLimitStrikes ?? DEFAULT_MEMORY_LIMIT_STRIKES,
    kv: ctx.storage.kv,
    jobs: store,
    rearm: () => alarm.rearm(),
    policies: () => [
      ...capabilities
        .having("onMemoryLimit")
        .map((capability) => capability.onMemoryLimit.bind(capability)),
      (context) => hooks.onAlarmMemoryLimit(context),
    ],
    reset: async () => {
      await ctx.storage.sync();
      endLife(ctx, "Durable Object was reset after its alarm exceeded its memory limit.");
    },
  });
  const waitUntil = (work: Promise<unknown>) => ctx.waitUntil(work);
  const alarms = new Alarms({ hooks, startup, jobs, alarm, breaker, waitUntil });
  const development = isDevelopment(env);
  const entrance = { hooks, startup, capabilities, development, label: identity.label };
  const requests = new Requests({ ...entrance, ending: () => alarm.disabled });
  const socketEvents = new SocketEvents(entrance);
  const { clock, random } = ports;
  const shared = {
    ...{ host, ctx, sql, clock, random, development, hooks, events, jobs, startup, identity },
    ...{ alarms, waitUntil, capabilities },
  };
  const services = (id: string): InternalServices => servicesFor(id, shared);

  async function start(props: unknown): Promise<void> {
    identity.name();
    events.hold();
    let succeeded = false;
    try {
      for (const capability of capabilities.having("onStart")) {
        await capability.onStart({ props: props as object | undefined });
      }
      await hooks.onStart(props);
      await alarm.repair();
      succeeded = true;
    } finally {
      events.release(succeeded);
    }
  }
  return { ...shared, alarm, requests, socketEvents, services, emit };
}

function identityOf(host: object, ctx: DurableObjectState): Identity {
  const className = host.constructor.name;
  let known: string | undefined;
  return {
    className,
    name() {
      known ??= instanceName(ctx, className);
      return known;
    },
    label: () => `${className}:${facetOf(ctx)?.name ?? ctx.id.name ?? "<unnamed>"}`,
  };
}

function handlerOf(
  owner: string,
  hooks: HostHooks,
  capabilities: CapabilitySet,
): JobHandler | undefined {
  if (owner === JobOwner.HOST) return hooks.runsJobs ? hooks : undefined;
  const capability = capabilities.find(owner);
  return capability?.onJob ? (capability as JobHandler) : undefined;
}

function alarmSlot(storage: DurableObjectStorage) {
  return {
    get: () => storage.getAlarm(),
    set: (time: number) => storage.setAlarm(time),
    delete: () => storage.deleteAlarm(),
  };
}

/**
 * Ends this life of an object, without a repetition of the alarm that led to it. It also stops the
 * code that calls, by an error that no runtime reports: nothing is to be done after it.
 */
export function endLife(ctx: DurableObjectState, reason: string): void {
  (ctx.abort as (reason: string, options: { retryAlarm: boolean }) => void)(reason, {
    retryAlarm: false,
  });
}
