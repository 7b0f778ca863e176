import { systemClock } from "../clock.ts";
import { Connections } from "../connections/connections.ts";
import { agentContext, contextOf } from "../context.ts";
import { FreeholdError } from "../errors.ts";
import { JobAlarm } from "../jobs/alarm.ts";
import { Jobs } from "../jobs/jobs.ts";
import { KeepAlive } from "../jobs/keep-alive.ts";
import { JobStore } from "../jobs/store.ts";
import { genericObservability } from "../observability/channels.ts";
import type { Emit, ObservabilityEvent } from "../observability/events.ts";
import { Queue } from "../queue/queue.ts";
import { systemRandom } from "../random.ts";
import { RpcDispatcher } from "../rpc/dispatch.ts";
import { Schedules } from "../schedule/schedules.ts";
import { ConnectionFlag, JobOwner } from "../schema.ts";
import { changeHookOf } from "../state/hooks.ts";
import { StateStore } from "../state/state.ts";
import { type SqlRunner, sqlRunner } from "../storage/sql.ts";
import { ErrorText, stateFrame } from "../wire.ts";
import type { Capability } from "./capability.ts";
import { Destruction } from "./destruction.ts";
import { isDevelopment } from "./development.ts";
import { type AgentHooks, askOnError } from "./host.ts";
import { Lifecycle } from "./lifecycle.ts";
import { Messages } from "./messages.ts";
import { instanceName } from "./name.ts";
import { type AgentStaticOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { Requests } from "./requests.ts";
import { Startup } from "./startup.ts";
import { Welcome } from "./welcome.ts";
import { wrapMethods } from "./wrap.ts";

/** Everything an agent delegates to. */
export interface Rooms {
  readonly sql: SqlRunner;
  readonly options: ResolvedOptions;
  readonly emit: Emit;
  readonly connections: Connections;
  readonly state: StateStore;
  readonly rpc: RpcDispatcher;
  readonly jobs: Jobs;
  readonly alarm: JobAlarm;
  readonly schedules: Schedules;
  readonly queue: Queue;
  readonly keepAlive: KeepAlive;
  readonly startup: Startup;
  readonly lifecycle: Lifecycle;
  readonly requests: Requests;
  readonly messages: Messages;
  readonly destruction: Destruction;
  name(): string;
}

/** Builds the rooms of one agent. `base` is the prototype whose methods the framework enters. */
export function createRooms(
  agent: AgentHooks,
  ctx: DurableObjectState,
  env: unknown,
  base: object,
): Rooms {
  wrapMethods(Object.getPrototypeOf(agent) as object, base);
  const core = createCore(agent, ctx);
  const state = createState(agent, ctx, base, core);
  const rpc = new RpcDispatcher(agent, core.emit);
  const work = createWork(agent, ctx, core);
  const lifecycle = new Lifecycle(work.startup, work.jobs, core.capabilities);
  const events = createEvents(agent, env, { ...core, ...work, state, rpc });
  return { ...core, ...work, ...events, state, rpc, lifecycle };
}

function createCore(agent: AgentHooks, ctx: DurableObjectState) {
  const agentClass = agent.constructor as { name: string; options?: AgentStaticOptions };
  const className = agentClass.name;
  const capabilities: Capability[] = [];
  const connections = new Connections(
    {
      accept: (socket, tags) => ctx.acceptWebSocket(socket, tags),
      get: (tag) => ctx.getWebSockets(tag),
    },
    agent,
  );
  let known: string | undefined;
  const name = () => {
    known ??= instanceName(ctx, className);
    return known;
  };
  const emit: Emit = (type, payload) => {
    const at = { agent: className, name: name(), timestamp: systemClock.now() };
    agent.observability?.emit({ type, payload, ...at } as ObservabilityEvent);
  };
  const destruction = new Destruction({
    connections,
    capabilities,
    clock: systemClock,
    emit,
    stored: (key) => ctx.storage.kv.get(key),
    store: (key, value) => ctx.storage.kv.put(key, value),
    wipe: () => wipe(ctx.storage),
    abort: (reason) => abort(ctx, reason),
  });
  const sql = sqlRunner(ctx.storage.sql);
  const options = resolveOptions(agentClass.options);
  const label = () => `${className}:${ctx.id.name ?? "<unnamed>"}`;
  return { className, capabilities, connections, name, emit, destruction, sql, options, label };
}

type Core = ReturnType<typeof createCore>;

function createState(
  agent: AgentHooks,
  ctx: DurableObjectState,
  base: object,
  { sql, connections, emit }: Core,
): StateStore {
  const hook = changeHookOf(agent, base);
  return new StateStore({
    sql,
    initial: () => agent.initialState,
    validate: (next, source) => agent.validateStateChange(next, source),
    changed(next, json, source) {
      const without = source === "server" ? [] : [source.id];
      connections.broadcastProtocol(stateFrame(json), without);
      ctx.waitUntil(tellChange());
      async function tellChange(): Promise<void> {
        emit("state:update", {});
        if (!hook) return;
        try {
          await agent[hook](next, source);
        } catch (error) {
          // Whoever set the state goes on first: its change stands, whatever the hook did.
          await Promise.resolve();
          await askOnError(agent, error);
        }
      }
    },
  });
}

function createWork(agent: AgentHooks, ctx: DurableObjectState, core: Core) {
  const { sql, emit, options, destruction, capabilities } = core;
  const ports = { clock: systemClock, random: systemRandom, emit };
  const store = new JobStore(sql);
  const slot = {
    get: () => ctx.storage.getAlarm(),
    set: (time: number) => ctx.storage.setAlarm(time),
    delete: () => ctx.storage.deleteAlarm(),
  };
  const alarm = new JobAlarm(slot, store, systemClock);
  const retryDefaults = () => options.retry;
  const stopped = () => destruction.begun;
  const jobs = new Jobs({ ...ports, store, alarm, retryDefaults, stopped });
  const startup = new Startup({
    block: (body) => ctx.blockConcurrencyWhile(body),
    start: (props) => start(props),
  });
  const callbacks = {
    ...ports,
    retryDefaults,
    hasCallback: (name: string) => typeof Reflect.get(agent, name) === "function",
    invoke: (name: string, ...args: unknown[]) =>
      agentContext.run(contextOf(agent), () => callbackOf(agent, name).apply(agent, args)),
    failed: async (error: unknown) => void (await askOnError(agent, error)),
  };
  const schedules = new Schedules({
    ...callbacks,
    jobs: jobs.owned(JobOwner.SCHEDULER),
    hungTimeoutSeconds: () => options.hungScheduleTimeoutSeconds,
    starting: () => startup.status === "starting",
  });
  const queue = new Queue({ ...callbacks, jobs: jobs.owned(JobOwner.QUEUE) });
  const keepAlive = new KeepAlive({
    ...ports,
    jobs: jobs.owned(JobOwner.HOST),
    interval: () => options.keepAliveIntervalMs,
  });
  jobs.handle(JobOwner.SCHEDULER, schedules);
  jobs.handle(JobOwner.QUEUE, queue);
  jobs.handle(JobOwner.HOST, keepAlive);

  async function start(props: unknown): Promise<void> {
    core.name();
    schedules.startBegins();
    for (const capability of capabilities) await capability.onStart?.(props);
    await agentContext.run(contextOf(agent), () => startAgent(agent, props));
    await alarm.repair();
  }
  return { alarm, jobs, startup, schedules, queue, keepAlive };
}

function createEvents(
  agent: AgentHooks,
  env: unknown,
  parts: Core & ReturnType<typeof createWork> & { state: StateStore; rpc: RpcDispatcher },
) {
  const welcome = new Welcome({
    ...parts,
    hooks: agent,
    sendsIdentity: () => parts.options.sendIdentityOnConnect,
  });
  const development = isDevelopment(env);
  const ports = { ...parts, hooks: agent, welcome, development, random: systemRandom };
  return { requests: new Requests(ports), messages: new Messages(ports) };
}

/** A failing `onStart` is shown to `onError`, and fails the start whatever that does. */
async function startAgent(agent: AgentHooks, props: unknown): Promise<void> {
  try {
    await agent.onStart(props);
  } catch (error) {
    await askOnError(agent, error);
    throw error;
  }
}

function callbackOf(agent: object, name: string): (...args: unknown[]) => unknown {
  const method: unknown = Reflect.get(agent, name);
  if (typeof method === "function") return method as (...args: unknown[]) => unknown;
  throw new FreeholdError("unknown_callback", `this.${name} is not a function`);
}

async function wipe(storage: DurableObjectStorage): Promise<void> {
  await storage.deleteAlarm();
  await storage.deleteAll();
}

function abort(ctx: DurableObjectState, reason: string): void {
  try {
    // Newer runtimes take options: an alarm that destroyed its object must not be repeated.
    (ctx.abort as (reason: string, options: { retryAlarm: boolean }) => void)(reason, {
      retryAlarm: false,
    });
  } catch (error) {
    console.debug("abort ended this life of the object:", error);
  }
}

/** Refuses a change of state by code that runs for a read-only connection of this agent. */
export function refuseReadonly(agent: object, connections: Connections): void {
  const context = agentContext.getStore();
  if (context?.agent !== agent || !context.connection) return;
  if (connections.of(context.connection)?.flag(ConnectionFlag.READONLY)) {
    throw new FreeholdError("connection_readonly", ErrorText.CONNECTION_READONLY);
  }
}

/** What an agent reports events to unless it says otherwise. */
export const defaultObservability = genericObservability;
