import { systemClock } from "../clock.ts";
import { type FiberLease, Fibers } from "../fibers/fibers.ts";
import { FiberRecovery } from "../fibers/recovery.ts";
import { FiberStore } from "../fibers/store.ts";
import type { KeepAlive } from "../jobs/keep-alive.ts";
import { servicesOf } from "../lifecycle/capability.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { Emit } from "../observability/events.ts";
import { systemRandom } from "../random.ts";
import { type TaskResolver, Tasks } from "../tasks/tasks.ts";
import { type AgentHooks, askOnError, type InternalRecoveryHook } from "./hooks.ts";
import type { ResolvedOptions } from "./options.ts";

/** What durable work of an agent is made of. */
export interface DurableParts {
  readonly options: ResolvedOptions;
  readonly emit: Emit;
  readonly lifecycle: Lifecycle<object, object>;
  readonly keepAlive: KeepAlive;
  /** Only for an agent inside another. */
  readonly lease: FiberLease | undefined;
}

/** Work that goes on after its process has ended. */
export interface DurableRooms {
  readonly tasks: Tasks;
  readonly fibers: Fibers;
  readonly recovery: FiberRecovery;
}

/** Installs tasks, whose definitions are the agent's own, and makes fibers. */
export function createDurable(agent: AgentHooks, parts: DurableParts): DurableRooms {
  const { emit, keepAlive, lease, lifecycle, options } = parts;
  const onError = async (error: unknown) => void (await askOnError(agent, error));
  const resolver: TaskResolver = (name) => {
    const definitions = agent.taskDefinitions ?? {};
    const handler = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (typeof handler !== "function") return undefined;
    return (input, step) => handler.call(definitions, input as never, step);
  };
  const tasks = new Tasks({ onError }, resolver);
  lifecycle.use(tasks);
  const store = new FiberStore(servicesOf(tasks).sql);
  const shared = { clock: systemClock, emit, store };
  const fibers = new Fibers({
    ...{ ...shared, random: systemRandom, lease, hold: () => keepAlive.acquire() },
  });
  const internal = agent as unknown as InternalRecoveryHook;
  const recovery = new FiberRecovery({
    ...{ ...shared, fibers, limits: options, jobs: () => lifecycle.jobs },
    recoverInternally: (context) => internal._handleInternalFiberRecovery(context),
    recover: async (context) => agent.onFiberRecovered(context),
  });
  return { tasks, fibers, recovery };
}
