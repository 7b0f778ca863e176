import type { DurableObject } from "cloudflare:workers";
import type { AgentTools } from "../agent-tools/agent-tools.ts";
import { systemClock } from "../clock.ts";
import type { Connection } from "../connections/types.ts";
import { agentContext, withinAgent } from "../context.ts";
import { FreeholdError } from "../errors.ts";
import type { Fibers } from "../fibers/fibers.ts";
import { HOUSEKEEPING_FN } from "../fibers/recovery.ts";
import type { CallbackResolver } from "../jobs/callbacks.ts";
import type { JobResult, LifecycleJobContext } from "../jobs/job.ts";
import { KEEP_ALIVE_FN, KeepAlive } from "../jobs/keep-alive.ts";
import type { LifecycleEvent } from "../lifecycle/capability.ts";
import { HostHooks } from "../lifecycle/host.ts";
import { Lifecycle } from "../lifecycle/lifecycle.ts";
import { endLife } from "../lifecycle/parts.ts";
import { genericObservability } from "../observability/channels.ts";
import type { Emit, ObservabilityEvent } from "../observability/events.ts";
import { Queue } from "../queue/queue.ts";
import { agentCalls, type CallTable } from "../rpc/call-table.ts";
import { Scheduler } from "../schedules/scheduler.ts";
import { AGENT_TOOL_RUNS_TABLE_NAME, ConnectionFlag } from "../schema.ts";
import { type ChangeHook, changeHookOf, fieldHookOf, tellOfLateRefusal } from "../state/hooks.ts";
import { State } from "../state/state.ts";
import { type SqlRunner, sqlRunner } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";
import type { SubAgents } from "../sub-agents/sub-agents.ts";
import type { Tasks } from "../tasks/tasks.ts";
import { WebSockets } from "../websockets/websockets.ts";
import { EMPTY_MCP_FRAME, ErrorText } from "../wire.ts";
import { DESTROY_FN, Destruction } from "./destruction.ts";
import { createDurable } from "./durable.ts";
import { type AgentHooks, askOnError, settleOrThrow } from "./hooks.ts";
import { type AgentStaticOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { createRelations } from "./relations.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { createTools } from "./tools.ts";
import { LazyWorkflowRooms, type WorkflowRooms } from "./workflow-rooms.ts";
import { wrapMethods } from "./wrap.ts";

/** Everything an agent delegates to. */
export interface Rooms<Env extends object, Props extends object> {
  readonly sql: SqlRunner;
  readonly options: ResolvedOptions;
  readonly emit: Emit;
  readonly lifecycle: Lifecycle<Env, Props>;
  readonly state: State;
  readonly sockets: WebSockets;
  readonly scheduler: Scheduler;
  readonly queue: Queue;
  readonly calls: CallTable;
  readonly keepAlive: KeepAlive;
  readonly destruction: Destruction;
  readonly tasks: Tasks;
  readonly fibers: Fibers;
  readonly relations: SubAgents;
  readonly workflows: WorkflowRooms;
  /** The agents that the agent has run as tools; made when first asked for. */
  tools(): AgentTools;
}

/** The jobs that the SDK itself pushes for an agent, by name. */
type HostJobs = Readonly<Record<string, (() => JobResult) | undefined>>;

/** Builds the rooms of one agent. `base` is the prototype whose methods the framework enters. */
export function createRooms<Env extends object, Props extends object>(
  agent: AgentHooks & DurableObject<Env>,
  ctx: DurableObjectState,
  base: object,
): Rooms<Env, Props> {
  wrapMethods(Object.getPrototypeOf(agent) as object, base);
  const sql = sqlRunner(ctx.storage.sql);
  const agentClass = agent.constructor as { name: string; options?: AgentStaticOptions };
  const options = resolveOptions(agentClass.options);
  const emit: Emit = (type, payload) => {
    const at = { agent: agentClass.name, name: lifecycle.name, timestamp: systemClock.now() };
    try {
      agent.observability?.emit({ type, payload, ...at } as ObservabilityEvent);
    } catch (error) {
      // An observer's failure is not the failure of what it observes.
      console.error(`The observability of ${agentClass.name} failed at "${type}":`, error);
    }
  };
  const hostJobs: HostJobs = {
    [KEEP_ALIVE_FN]: () => keepAlive.beat(),
    [DESTROY_FN]: async () => void (await destruction.destroy()),
    // What it wakes the object for is done after every alarm's jobs.
    [HOUSEKEEPING_FN]: () => undefined,
  };
  const recover = () => {
    workflows.wake();
    return recovery.look();
  };
  const relations = createRelations(agent, ctx, () => ({
    lifecycle: lifecycle as Lifecycle<object, object>,
    ...{ sockets, cleanups: [scheduler, queue, tasks], recovery },
    keepAliveIntervalMs: options.keepAliveIntervalMs,
  }));
  let made: AgentTools | undefined;
  const tools = () => {
    made ??= createTools(agent as unknown as ToolRunner, ctx, {
      ...{ sql, emit, options, scheduler, keepAlive },
      broadcast: (frame, without) => sockets._connections.broadcastProtocol(frame, without),
    });
    return made;
  };
  const usedTools = () => made ?? (wasThere(sql, AGENT_TOOL_RUNS_TABLE_NAME) ? tools() : undefined);
  const resume = () => usedTools()?.recover();
  const parts = { hostJobs, recover, resume, relations };
  const hooks = new AgentHostHooks(agent, options, emit, parts);
  const lifecycle = new Lifecycle<Env, Props>(agent, options, hooks);
  const keepAlive = new KeepAlive({
    clock: systemClock,
    jobs: lifecycle.jobs,
    interval: () => options.keepAliveIntervalMs,
  });
  const destruction = new Destruction({
    ...{ clock: systemClock, emit, storage: ctx.storage, jobs: () => lifecycle.jobs },
    disableAlarms: () => lifecycle.disableAlarms(),
    dispose: () => lifecycle.dispose(),
    abort: (reason) => endLife(ctx, reason),
  });
  const calls = agentCalls(agent);
  const state: State = createState(agent, ctx, base, emit, () => sockets);
  const joined = (connection: Connection) => {
    const replayed = usedTools()?.replay(connection);
    if (replayed) ctx.waitUntil(replayed);
  };
  const sockets = createSockets(agent, options, { emit, state, calls, joined });
  const { scheduler, queue } = createWork(agent, options);
  lifecycle.use(relations).use(scheduler).use(queue).use(state).use(sockets);
  const { fibers, recovery, tasks } = createDurable(agent, {
    ...{ options, emit, keepAlive, lease: relations.fiberLease },
    lifecycle: lifecycle as Lifecycle<object, object>,
  });
  const workflows = new LazyWorkflowRooms(agent, {
    ...{ sql, emit, relations, lifecycle, id: ctx.id, env: agentEnvironment(agent) },
  });
  return {
    ...{ sql, options, emit, lifecycle, state, sockets },
    ...{ scheduler, queue, calls, keepAlive, destruction },
    ...{ tasks, fibers, relations, tools, workflows },
  };
}

/** What an agent's life leads to besides its own hooks. */
interface HookParts {
  readonly hostJobs: HostJobs;
  readonly relations: SubAgents;
  /** Looks for fibers that earlier lives of the agent left. */
  recover(): Promise<void>;
  /** Takes up runs of tools that earlier lives of the agent left. */
  resume(): void;
}

/** The bindings of an agent; protected on the class. */
function agentEnvironment(agent: object): unknown {
  return (agent as { readonly env?: unknown }).env;
}

/** How the lifecycle calls an agent: its errors are shown to `onError`. */
class AgentHostHooks extends HostHooks {
  readonly #agent: AgentHooks;
  readonly #options: ResolvedOptions;
  readonly #emit: Emit;
  readonly #parts: HookParts;

  constructor(agent: AgentHooks, options: ResolvedOptions, emit: Emit, parts: HookParts) {
    super(agent);
    this.#parts = parts;
    this.#agent = agent;
    this.#options = options;
    this.#emit = emit;
  }

  override get routes() {
    return this.#parts.relations.transport;
  }

  override get sockets() {
    return this.#parts.relations.facetSide?.sockets;
  }

  override get alarmSlot() {
    return this.#parts.relations.facetSide?.alarmSlot;
  }

  override get retryDefaults() {
    return this.#options.retry;
  }

  override onStart(props: unknown) {
    return this.within(() => startAgent(this.#agent, this.#parts, props));
  }

  override async onAlarm() {
    await super.onAlarm();
    await this.within(this.#parts.recover);
  }

  override onRequest(request: Request) {
    return this.within(() => answer(this.#agent, request), request);
  }

  override onJob(context: LifecycleJobContext) {
    const { fn } = context.job;
    const { hostJobs } = this.#parts;
    const own = Object.hasOwn(hostJobs, fn) ? hostJobs[fn] : undefined;
    return own ? this.within(own) : super.onJob(context);
  }

  override emit({ payload, type }: LifecycleEvent) {
    this.#emit(type as never, payload as never);
  }
}

/** A failing `onStart` fails the start, unless `onError` deals with it: then the agent has started. */
async function startAgent(
  agent: AgentHooks,
  { recover, resume }: HookParts,
  props: unknown,
): Promise<void> {
  try {
    await recover();
    await agent.onStart(props);
  } catch (error) {
    await settleOrThrow(agent, error);
  }
  resume();
}

/** A failing `onRequest` fails, whatever `onError` does: there is no other answer. */
async function answer(agent: AgentHooks, request: Request): Promise<Response> {
  try {
    return await agent.onRequest(request);
  } catch (error) {
    await settleOrThrow(agent, error);
    throw error;
  }
}

function createState(
  agent: AgentHooks,
  ctx: DurableObjectState,
  base: object,
  emit: Emit,
  sockets: () => WebSockets,
): State {
  const changeHook = changeHookOf(agent, base);
  return new State(
    {},
    {
      initial: () => agent.initialState,
      validate(next, source) {
        const judged: unknown = withinAgent(agent, () => agent.validateStateChange(next, source));
        if (judged instanceof Promise) tellOfLateRefusal(agent, judged);
      },
      changed(next, json, source) {
        sockets()._broadcastState(json, source);
        emit("state:update", {});
        const hook = changeHook ?? fieldHookOf(agent);
        // What nobody waits for needs no timer that bounds it.
        if (hook) ctx.waitUntil(withinAgent(agent, () => tellChange(hook)));
        async function tellChange(hook: NonNullable<ChangeHook>): Promise<void> {
          try {
            await agent[hook](next, source);
          } catch (error) {
            // Whoever set the state goes on first: its change stands, whatever the hook did.
            await Promise.resolve();
            await askOnError(agent, error);
          }
        }
      },
    },
  );
}

/** What an agent's connections lead to. */
interface SocketParts {
  readonly emit: Emit;
  readonly state: State;
  readonly calls: CallTable;
  /** A connection that takes protocol frames was let in. */
  joined(connection: Connection): void;
}

function createSockets(
  agent: AgentHooks,
  options: ResolvedOptions,
  { calls, emit, joined, state }: SocketParts,
): WebSockets {
  const sockets: WebSockets = new WebSockets(
    {
      state,
      protocol: (connection, context) => agent.shouldSendProtocolMessages(connection, context),
      readonly: (connection, context) => agent.shouldConnectionBeReadonly(connection, context),
      getConnectionTags: (connection, context) => agent.getConnectionTags(connection, context),
      handlers: {
        async onConnect(connection, context) {
          if (sockets.isProtocolEnabled(connection)) connection.send(EMPTY_MCP_FRAME);
          emit("connect", { connectionId: connection.id });
          if (sockets.isProtocolEnabled(connection)) joined(connection);
          await agent.onConnect(connection, context);
        },
        onMessage: (connection, message) => agent.onMessage(connection, message),
        async onClose(connection, code, reason, wasClean) {
          emit("disconnect", { connectionId: connection.id, code, reason });
          await agent.onClose(connection, code, reason, wasClean);
        },
        onError: (connection, error) => agent.onError(connection, error),
      },
    },
    {
      calls,
      limits: options,
      sendsIdentity: options.sendIdentityOnConnect,
      settle: (error) => settleOrThrow(agent, error),
    },
  );
  return sockets;
}

/** Callbacks of schedules and queue are the agent's methods. */
function createWork(agent: AgentHooks, options: ResolvedOptions) {
  const methods: CallbackResolver = {
    has: (name) => typeof Reflect.get(agent, name) === "function",
    call: (name, ...args) => (Reflect.get(agent, name) as Method).apply(agent, args),
  };
  const onError = async (error: unknown) => void (await askOnError(agent, error));
  const { hungScheduleTimeoutSeconds, retry } = options;
  const scheduler = new Scheduler({ retry, hungScheduleTimeoutSeconds, onError }, methods);
  const unknown = (name: string) => `this.${name} is not a function`;
  return { scheduler, queue: new Queue({ retry, onError }, { ...methods, unknown }) };
}

type Method = (...args: unknown[]) => unknown;

/** Refuses a change of state by code that runs for a read-only connection of this agent. */
export function refuseReadonly(agent: object, { _connections }: WebSockets): void {
  const context = agentContext.getStore();
  if (context?.agent !== agent || !context.connection) return;
  if (_connections.of(context.connection)?.flag(ConnectionFlag.READONLY)) {
    throw new FreeholdError("connection_readonly", ErrorText.CONNECTION_READONLY);
  }
}

/** What an agent reports events to unless it says otherwise. */
export const defaultObservability = genericObservability;
