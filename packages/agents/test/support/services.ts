import { agentContext, contextOf } from "../../src/context.ts";
import { JobAlarm } from "../../src/jobs/alarm.ts";
import type { JobHandler } from "../../src/jobs/job.ts";
import { Jobs } from "../../src/jobs/jobs.ts";
import { JobStore } from "../../src/jobs/store.ts";
import {
  type InternalServices,
  installServices,
  type LifecycleCapability,
  type LifecycleRouteAddress,
  type LifecycleStatus,
} from "../../src/lifecycle/capability.ts";
import { DEFAULT_RETRY } from "../../src/retry/options.ts";
import { FakeSocket, fixedRandom, memorySql, TestAlarm, TestClock } from "./fakes.ts";

/** What a test of one capability may start from. */
export interface TestServicesOptions {
  readonly memory?: ReturnType<typeof memorySql>;
  readonly clock?: TestClock;
  readonly host?: object;
  readonly address?: LifecycleRouteAddress;
}

/**
 * What a lifecycle offers a capability, without a lifecycle: a real database in memory, real jobs, a
 * clock that stands still, sockets that only remember. `install` gives it to a capability.
 */
export function testServices(options: TestServicesOptions = {}) {
  const { memory = memorySql(), clock = new TestClock(), host = { name: "host" } } = options;
  const random = fixedRandom();
  const slot = new TestAlarm();
  const sql = memory.reopen();
  const store = new JobStore(sql);
  const alarm = new JobAlarm(slot, store, clock);
  const events: [type: string, payload: unknown][] = [];
  const handlers = new Map<string, JobHandler>();
  const sockets: FakeSocket[] = [];
  const kv = new Map<string, unknown>();
  const background: Promise<unknown>[] = [];
  const world = { status: "started" as LifecycleStatus, development: false };
  const routed: unknown[] = [];
  const jobs = new Jobs({
    ...{ clock, random, store, alarm },
    emit: (type, payload) => void events.push([type, payload]),
    handlerOf: (owner) => handlers.get(owner),
    retryDefaults: () => DEFAULT_RETRY,
    stopped: () => alarm.disabled,
  });
  const route = async (...message: unknown[]) => void routed.push(message);
  const services = (id: string): InternalServices => ({
    ...{ host, clock, random, sql, name: "mine", className: "TestHost" },
    get development() {
      return world.development;
    },
    waitUntil: (work) => void background.push(work),
    storage: {
      kv: {
        get: (key: string) => kv.get(key),
        put: (key: string, value: unknown) => void kv.set(key, value),
      },
    } as unknown as DurableObjectStorage,
    sockets: {
      accept: (socket) => void sockets.push(socket as unknown as FakeSocket),
      get: (tag) => FakeSocket.tagged(sockets, tag),
    },
    ready: async () => {
      world.status = "started";
    },
    status: () => world.status,
    jobs: jobs.owned(id),
    trackAlarmWork: () => false,
    runInHostContext: async (body, scope = {}) => agentContext.run(contextOf(host, scope), body),
    events: { emit: (type, payload) => void events.push([type, payload]) },
    routes: {
      source: options.address,
      toRoot: (payload) => route("root", payload),
      to: (target, payload) => route(target, payload),
    },
  });
  function install<Installed extends LifecycleCapability>(capability: Installed): Installed {
    const { capabilityId: id } = capability;
    installServices(capability, services(id));
    if ("onJob" in capability) handlers.set(id, capability as unknown as JobHandler);
    return capability;
  }
  return {
    ...{ memory, clock, host, slot, store, alarm, events, sockets, kv, background, world, routed },
    ...{ jobs, handlers, install, runDue: () => jobs.runDue() },
  };
}
