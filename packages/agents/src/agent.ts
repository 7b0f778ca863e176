import { DEFERRED_MS } from "./agent/destruction.ts";
import { reportedError } from "./agent/hooks.ts";
import { mailOf } from "./agent/mail.ts";
import type { AgentStaticOptions } from "./agent/options.ts";
import { createRooms, defaultObservability, type Rooms, refuseReadonly } from "./agent/rooms.ts";
import { ToolRunner } from "./agent/tool-runner.ts";
import type { WorkflowRooms } from "./agent/workflow-rooms.ts";
import type { AgentTools } from "./agent-tools/agent-tools.ts";
import { systemClock } from "./clock.ts";
import type { Connection, ConnectionContext, WSMessage } from "./connections/types.ts";
import type { AgentEmail } from "./context.ts";
import type { EmailPayload, ReplyOptions, SendEmailOptions } from "./email/types.ts";
import { type CurrentFiber, stashInFiber, withinFiber } from "./fibers/current.ts";
import type { FiberRunOptions } from "./fibers/fibers.ts";
import type {
  DeleteFibersOptions,
  FiberContext,
  FiberInspection,
  FiberRecoveryContext,
  FiberRecoveryResult,
  ListFibersOptions,
  StartFiberOptions,
  StartFiberResult,
} from "./fibers/types.ts";
import type { LifecycleJobContext, LifecycleJobOutcome } from "./jobs/job.ts";
import type { MemoryLimitContext } from "./lifecycle/capability.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import { type AddedMcpServer, mcpUnavailable, noMcpServers } from "./mcp/absent.ts";
import type { EventPayloads, Observability } from "./observability/events.ts";
import { hasPayloadValue } from "./queue/items.ts";
import type { QueueItem, QueuePushOptions } from "./queue/types.ts";
import { systemRandom } from "./random.ts";
import { type RetryOptions, resolveRetry, validateRetry } from "./retry/options.ts";
import { type RetryHooks, retry } from "./retry/retry.ts";
import type { CallableMetadata } from "./rpc/callable.ts";
import type { Scheduler } from "./schedules/scheduler.ts";
import {
  publicOptions,
  type Schedule,
  type ScheduleCriteria,
  type ScheduleOptions,
} from "./schedules/types.ts";
import type { State as StateCapability } from "./state/state.ts";
import { NO_INITIAL_STATE } from "./state/store.ts";
import { type SqlValue, templateQuery } from "./storage/sql.ts";
import type { SubAgents } from "./sub-agents/sub-agents.ts";
import type { Tasks } from "./tasks/tasks.ts";
import type { TaskHandlers } from "./tasks/types.ts";
import type { WebSockets } from "./websockets/websockets.ts";
import { ErrorText, type MCPServersState } from "./wire.ts";

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may do without a return statement
type Nothing = void;

/** The context a Durable Object is constructed with. */
export type AgentContext = DurableObjectState;

/**
 * A stateful agent: one named object with its own database, connections and schedules. Extend it,
 * override the hooks, and export the class from the Worker.
 *
 * @example
 * export class Counter extends Agent<Env, { count: number }> {
 *   initialState = { count: 0 };
 *
 *   @callable()
 *   increment() {
 *     this.setState({ count: this.state.count + 1 });
 *     return this.state.count;
 *   }
 * }
 */
export class Agent<
  Env extends Cloudflare.Env = Cloudflare.Env,
  State = unknown,
  Props extends object = object,
> extends ToolRunner<Env> {
  /** Options of the class; see {@link AgentStaticOptions}. */
  static options: AgentStaticOptions = {};

  /** The state of a new agent, stored when the state is first read. */
  initialState: State = NO_INITIAL_STATE as State;
  /** Receives the agent's events; undefined turns them off. */
  observability?: Observability | undefined = defaultObservability;
  readonly #rooms: Rooms<Env, Props> = createRooms(this, this.ctx, Agent.prototype);
  /** Start, capabilities and their jobs. */
  readonly lifecycle: Lifecycle<Env, Props> = this.#rooms.lifecycle;
  /** Durable work at a time. */
  readonly scheduler: Scheduler = this.#rooms.scheduler;
  /** Durable work in steps, by `taskDefinitions`. */
  readonly tasks: Tasks = this.#rooms.tasks;
  /** Handlers of tasks by name, as a field of the class. */
  declare readonly taskDefinitions?: TaskHandlers;
  /** @internal The state, as the capability that keeps it. */
  readonly _state: StateCapability<unknown> = this.#rooms.state;
  /** @internal The agent's relations to other agents. */
  readonly _relations: SubAgents = this.#rooms.relations;
  /** @internal The agent's workflows. */
  readonly _workflows: WorkflowRooms = this.#rooms.workflows;
  /** @internal The connections, as the capability that keeps them. */
  readonly _webSockets: WebSockets = this.#rooms.sockets;

  // ---- Identity ----

  /** The instance's name. @throws FreeholdError `agent_unnamed`. */
  get name(): string {
    return this.lifecycle.name;
  }

  /** The object's identifier, unique among all classes. */
  get sessionAffinity(): string {
    return this.ctx.id.toString();
  }

  // ---- Hooks: override what you need ----

  /** Runs at every start, before any event is handled. `props` only when the router gave some. */
  onStart(_props?: Props): void | Promise<void> {
    return undefined;
  }

  /** Answers an HTTP request. Default: 404. */
  onRequest(_request: Request): Response | Promise<Response> {
    return new Response(ErrorText.NOT_IMPLEMENTED, { status: 404 });
  }

  /** A client connected; its first frames were sent. */
  onConnect(_connection: Connection, _context: ConnectionContext): void | Promise<void> {
    return undefined;
  }

  /** A message that is not the protocol's own. */
  onMessage(_connection: Connection, _message: WSMessage): void | Promise<void> {
    return undefined;
  }

  /** A connection closed. */
  onClose(
    _connection: Connection,
    _code: number,
    _reason: string,
    _wasClean: boolean,
  ): void | Promise<void> {
    return undefined;
  }

  /** An error in a hook or on a socket. Default: logs and throws it again; returning handles it. */
  onError(connection: Connection, error: unknown): void | Promise<void>;
  onError(error: unknown): void | Promise<void>;
  onError(connectionOrError: unknown, error?: unknown): void | Promise<void> {
    throw reportedError(connectionOrError, error);
  }

  /** Runs after the due work of every alarm. */
  onAlarm(): void | Promise<void> {
    return undefined;
  }

  /**
   * Runs a job that the agent itself pushed with `this.lifecycle.jobs`. Returning nothing ends the
   * job, `{ rescheduleAt }` (milliseconds) puts it off.
   */
  onJob({
    job,
  }: LifecycleJobContext): LifecycleJobOutcome | Nothing | Promise<LifecycleJobOutcome | Nothing> {
    console.warn(`Unknown Agent host job fn "${job.fn}"`);
  }

  /** An alarm used up the memory; the jobs that did were put off or removed already. */
  protected async onAlarmMemoryLimit(_context: MemoryLimitContext): Promise<void> {
    // Nothing to do.
  }

  /** Tags of a new connection, for `getConnections(tag)`: at most 9, of at most 256 characters. */
  getConnectionTags(
    _connection: Connection,
    _context: ConnectionContext,
  ): string[] | Promise<string[]> {
    return [];
  }

  /** Whether a new connection may not change the state. */
  shouldConnectionBeReadonly(_connection: Connection, _context: ConnectionContext): boolean {
    return false;
  }

  /** Whether a new connection gets identity, state and MCP frames. Calls work either way. */
  shouldSendProtocolMessages(_connection: Connection, _context: ConnectionContext): boolean {
    return true;
  }

  /** Throw to refuse a new state; nothing is stored or sent then. */
  validateStateChange(_nextState: State, _source: Connection | "server"): void {
    // Every state is allowed.
  }

  /** The state changed, was stored and was sent. */
  onStateChanged(_state: State | undefined, _source: Connection | "server"): void {
    // Nothing to do.
  }

  /** @deprecated Renamed to `onStateChanged`. */
  onStateUpdate(_state: State | undefined, _source: Connection | "server"): void {
    // Nothing to do.
  }

  /** @deprecated Agents do not render. */
  render(): void {
    throw new Error(ErrorText.NOT_IMPLEMENTED);
  }

  // ---- State ----

  /** The state; undefined when there is none and no `initialState`. */
  get state(): State {
    return this.#rooms.state.get() as State;
  }

  /**
   * Replaces the state: validates, stores, sends it to the connections, then calls `onStateChanged`.
   *
   * @throws FreeholdError `connection_readonly`, `state_not_serializable`; what validation throws.
   */
  setState(state: State): void {
    refuseReadonly(this, this.#rooms.sockets);
    this.#rooms.state.set(state, "server");
  }

  /** Runs a statement on the agent's database; values are bound, never spliced. @throws SqlError */
  sql<T = Record<string, SqlValue>>(strings: TemplateStringsArray, ...values: SqlValue[]): T[] {
    return this.#rooms.sql<T>(templateQuery(strings), ...values);
  }

  // ---- Connections ----

  /** Sends to every connection except those with an id in `without`. */
  broadcast(message: WSMessage, without?: string[]): void {
    this._webSockets._connections.broadcast(message, without);
  }

  /** The open connection with this id. */
  getConnection<TState = unknown>(id: string): Connection<TState> | undefined {
    return this._webSockets.getConnection<TState>(id);
  }

  /** The open connections, all or those with a tag. */
  getConnections<TState = unknown>(tag?: string): Iterable<Connection<TState>> {
    return this._webSockets.getConnections<TState>(tag);
  }

  /** Lets a connection change the state, or not; from its next message on. */
  setConnectionReadonly(connection: Connection, readonly = true): void {
    this._webSockets.setReadonly(connection, readonly);
  }

  /** Whether a connection may not change the state. */
  isConnectionReadonly(connection: Connection): boolean {
    return this._webSockets.isReadonly(connection);
  }

  /** Whether a connection gets protocol frames. */
  isConnectionProtocolEnabled(connection: Connection): boolean {
    return this._webSockets.isProtocolEnabled(connection);
  }

  /** @internal Reads one of the SDK's own values of a connection. */
  _unsafe_getConnectionFlag(connection: Connection, key: string): unknown {
    return this._webSockets._connections.of(connection)?.flag(key);
  }

  /** @internal Stores one of the SDK's own values of a connection; undefined removes it. */
  _unsafe_setConnectionFlag(connection: Connection, key: string, value: unknown): void {
    this._webSockets._connections.of(connection)?.setFlag(key, value);
  }

  /** @internal Sends a frame to the connections that take protocol frames. */
  protected _broadcastProtocol(frame: string, without: readonly string[] = []): void {
    this._webSockets._connections.broadcastProtocol(frame, without);
  }

  /** The methods that clients may call, inherited ones included. */
  getCallableMethods(): Map<string, CallableMetadata> {
    return new Map([...this.#rooms.calls.methods].map(([name, { metadata }]) => [name, metadata]));
  }

  // ---- Work in time ----

  /** Runs a method at a moment (`Date` or ISO 8601), after seconds, or by cron. Survives restarts. */
  schedule<T = string>(
    when: Date | string | number,
    callback: keyof this,
    payload?: T,
    options?: ScheduleOptions,
  ): Promise<Schedule<T>> {
    const added = this.scheduler.set(when, callback as string, payload, options);
    return added as Promise<Schedule<T>>;
  }

  /** Runs a method again and again, `intervalSeconds` after each end. */
  scheduleEvery<T = string>(
    intervalSeconds: number,
    callback: keyof this,
    payload?: T,
    options?: { retry?: RetryOptions; _idempotent?: boolean },
  ): Promise<Schedule<T>> {
    const asked = publicOptions(options);
    const added = this.scheduler.every(intervalSeconds, callback as string, payload, asked);
    return added as Promise<Schedule<T>>;
  }

  /** @deprecated Use `getScheduleById`. */
  getSchedule<T = string>(id: string): Schedule<T> | undefined {
    return this.scheduler.__DO_NOT_USE_WILL_REMOVE__getSchedule<T>(id);
  }

  /** @deprecated Use `listSchedules`. */
  getSchedules<T = string>(criteria?: ScheduleCriteria): Schedule<T>[] {
    return this.scheduler.__DO_NOT_USE_WILL_REMOVE__getSchedules<T>(criteria);
  }

  /** The schedule with this id. */
  getScheduleById(id: string): Promise<Schedule<unknown> | undefined> {
    return this.scheduler.get(id);
  }

  /** Schedules by time, all or those that match. */
  listSchedules(criteria?: ScheduleCriteria): Promise<Schedule<unknown>[]> {
    return this.scheduler.list(criteria);
  }

  /** Removes a schedule; false when there is none with this id. */
  cancelSchedule(id: string): Promise<boolean> {
    return this.scheduler.cancel(id);
  }

  /** Runs a method soon, after everything queued before. Survives restarts. Returns the item's id. */
  async queue<T = unknown>(
    callback: keyof this,
    payload: T,
    options?: QueuePushOptions,
  ): Promise<string> {
    const { id } = await this.#rooms.queue.push(callback as string, payload, options);
    return id;
  }

  /** Removes a queued item; false when there is none with this id. */
  dequeue(id: string): Promise<boolean> {
    return this.#rooms.queue.cancel(id);
  }

  /** Removes all queued items; returns how many. */
  dequeueAll(): Promise<number> {
    return this.#rooms.queue.cancelAll();
  }

  /** Removes the queued items of one method; returns how many. */
  dequeueAllByCallback(callback: string): Promise<number> {
    return this.#rooms.queue.cancelAll(callback);
  }

  /** The queued item with this id. */
  getQueue<T = unknown>(id: string): Promise<QueueItem<T> | undefined> {
    return this.#rooms.queue.get<T>(id);
  }

  /** The queued items whose payload has `value` under `key`. */
  async getQueues<T = unknown>(key: string, value: string): Promise<QueueItem<T>[]> {
    const items = await this.#rooms.queue.list<T>();
    return items.filter((item) => hasPayloadValue(item, key, value));
  }

  /** Keeps the agent awake until the returned function is called. */
  keepAlive(): Promise<() => void> {
    return this.#rooms.keepAlive.acquire();
  }

  /** Keeps the agent awake while `body` runs. */
  keepAliveWhile<T>(body: () => Promise<T>): Promise<T> {
    return this.#rooms.keepAlive.during(body);
  }

  /** @internal The agents that this one has run as tools. */
  get _tools(): AgentTools {
    return this.#rooms.tools();
  }

  /** @internal How many hold the agent awake. */
  get _keepAliveRefs(): number {
    return this.#rooms.keepAlive.references;
  }

  /** Tries `work` again with growing waits. @throws its last failure, unchanged. */
  async retry<T>(
    work: (attempt: number) => Promise<T>,
    options: RetryOptions & Pick<RetryHooks, "shouldRetry"> = {},
  ): Promise<T> {
    validateRetry(options, this.#rooms.options.retry);
    const policy = resolveRetry(options, this.#rooms.options.retry);
    return retry(work, policy, { clock: systemClock, random: systemRandom }, options);
  }

  // ---- E-mail; write a method `onEmail(email: AgentEmail)` to receive it ----

  /** @internal Takes an e-mail from `routeAgentEmail`. */
  async _onEmail(email: EmailPayload): Promise<void> {
    await this.lifecycle.start();
    await mailOf(this, this.#rooms).receive(email);
  }

  /** Answers an e-mail, from the address it was sent to. Rejects with coded errors; see README. */
  replyToEmail(email: AgentEmail, options: ReplyOptions): Promise<void> {
    return mailOf(this, this.#rooms).reply(email, options);
  }

  /** Sends an e-mail through a binding, so that an answer may find this agent. */
  sendEmail(options: SendEmailOptions): Promise<EmailSendResult> {
    return mailOf(this, this.#rooms).send(options);
  }

  // ---- Fibers: work that leaves a mark while it runs ----

  /** Runs `code`; should its process end, `onFiberRecovered` gets what it stashed last. */
  runFiber<T>(name: string, code: (context: FiberContext) => Promise<T>): Promise<T> {
    return this.#rooms.fibers.run(name, code);
  }

  /** Stores a fiber and begins it, without waiting. The same id or key joins the same fiber. */
  startFiber(
    name: string,
    code: (context: FiberContext) => Promise<void>,
    options?: StartFiberOptions,
  ): Promise<StartFiberResult> {
    return this.#rooms.fibers.start(name, code, options);
  }

  /** Stores how far the running fiber is. @throws FreeholdError `no_fiber`. */
  stash(data: unknown): void {
    stashInFiber(data);
  }

  /** The fiber that `startFiber` stored under this id. */
  async inspectFiber(fiberId: string): Promise<FiberInspection | null> {
    return this.#rooms.fibers.inspect(fiberId);
  }

  /** The fiber that was started with this key. */
  async inspectFiberByKey(idempotencyKey: string): Promise<FiberInspection | null> {
    return this.#rooms.fibers.inspectByKey(idempotencyKey);
  }

  /** Fibers, newest first. */
  async listFibers(options?: ListFibersOptions): Promise<FiberInspection[]> {
    return this.#rooms.fibers.list(options);
  }

  /** Ends a fiber that runs, and aborts its signal; false when it does not run. */
  async cancelFiber(fiberId: string, reason?: string): Promise<boolean> {
    return this.#rooms.fibers.cancel(fiberId, reason);
  }

  /** The same, by the key it was started with. */
  async cancelFiberByKey(idempotencyKey: string, reason?: string): Promise<boolean> {
    return this.#rooms.fibers.cancelByKey(idempotencyKey, reason);
  }

  /** Says what became of an interrupted fiber; false when it is not interrupted. */
  async resolveFiber(fiberId: string, result: FiberRecoveryResult): Promise<boolean> {
    return this.#rooms.fibers.resolve(fiberId, result);
  }

  /** Deletes fibers that have ended; returns how many. */
  async deleteFibers(options?: DeleteFibersOptions): Promise<number> {
    return this.#rooms.fibers.delete(options);
  }

  /** A fiber was interrupted; what is returned says what became of it. Default: warns. */
  async onFiberRecovered(context: FiberRecoveryContext): Promise<FiberRecoveryResult | Nothing> {
    console.warn(`[Agent] Fiber "${context.name}" (${context.id}) was interrupted`);
  }

  /** @internal Override to recover fibers of the SDK's own; true when it was one. */
  protected async _handleInternalFiberRecovery(_context: FiberRecoveryContext): Promise<boolean> {
    return false;
  }

  /** @internal Like `runFiber`, with something stored from the start and around what is stashed. */
  protected _runFiberWithStashWrapper<T>(
    name: string,
    code: (context: FiberContext) => Promise<T>,
    options: FiberRunOptions,
  ): Promise<T> {
    return this.#rooms.fibers.run(name, code, options);
  }

  /** @internal Lets `stash` work in code that runs as something else than a fiber. */
  protected _withFiberStash<T>(context: CurrentFiber, body: () => Promise<T>): Promise<T> {
    return withinFiber(context, body);
  }

  // ---- Servers of the Model Context Protocol ----

  /** Not available yet. @throws FreeholdError `mcp_unavailable`. */
  async addMcpServer(
    _serverName: string,
    _urlOrBinding: string | object,
    ..._options: unknown[]
  ): Promise<AddedMcpServer> {
    throw mcpUnavailable();
  }

  /** Not available yet. @throws FreeholdError `mcp_unavailable`. */
  async removeMcpServer(_id: string): Promise<void> {
    throw mcpUnavailable();
  }

  /** The servers this agent is connected to: none yet. */
  getMcpServers(): MCPServersState {
    return noMcpServers();
  }

  // ---- Life ----

  /** Deletes everything the agent stored, closes its connections and ends it. */
  destroy(): Promise<void> {
    const { destruction, relations } = this.#rooms;
    return relations.facet ? relations.destroySelf(0) : destruction.destroy();
  }

  /** @internal Destroys the agent in a second, by its alarm. */
  _cf_scheduleDestroy(): Promise<void> {
    const { destruction, relations } = this.#rooms;
    return relations.facet ? relations.destroySelf(DEFERRED_MS) : destruction.defer();
  }

  /** @internal Resolves when the agent has started. Called by the router before native calls. */
  async __unsafe_ensureInitialized(props?: Props): Promise<void> {
    await this.lifecycle.start(props);
  }

  /** Tells subscribers of an event. */
  protected _emit<Type extends keyof EventPayloads>(
    type: Type,
    payload: EventPayloads[Type] = {} as EventPayloads[Type],
  ): void {
    this.#rooms.emit(type, payload);
  }

  // ---- The platform's entry points ----

  override fetch(request: Request): Promise<Response> {
    return this.lifecycle.fetch(request);
  }

  override alarm(): Promise<void> {
    const { destruction } = this.#rooms;
    return destruction.pending() ? destruction.destroy() : this.lifecycle.alarm();
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.lifecycle.webSocketMessage(socket, message);
  }

  override webSocketClose(
    socket: WebSocket,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Promise<void> {
    return this.lifecycle.webSocketClose(socket, code, reason, wasClean);
  }

  override webSocketError(socket: WebSocket, error: unknown): Promise<void> {
    return this.lifecycle.webSocketError(socket, error);
  }
}
