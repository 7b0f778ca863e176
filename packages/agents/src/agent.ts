import { DurableObject } from "cloudflare:workers";
import { systemClock } from "./clock.ts";
import type { Connection, ConnectionContext, WSMessage } from "./connections/types.ts";
import { handleAlarm } from "./lifecycle/alarms.ts";
import { reportedError } from "./lifecycle/host.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import type { AgentStaticOptions } from "./lifecycle/options.ts";
import {
  createRooms,
  defaultObservability,
  type Rooms,
  refuseReadonly,
} from "./lifecycle/rooms.ts";
import type { EventPayloads, Observability } from "./observability/events.ts";
import type { QueueItem, QueuePushOptions } from "./queue/queue.ts";
import { systemRandom } from "./random.ts";
import { type RetryOptions, resolveRetry, validateRetry } from "./retry/options.ts";
import { type RetryHooks, retry } from "./retry/retry.ts";
import type { CallableMetadata } from "./rpc/callable.ts";
import {
  publicOptions,
  type Schedule,
  type ScheduleCriteria,
  type ScheduleOptions,
} from "./schedule/types.ts";
import { ConnectionFlag } from "./schema.ts";
import { NO_INITIAL_STATE } from "./state/state.ts";
import { type SqlValue, templateQuery } from "./storage/sql.ts";
import { ErrorText } from "./wire.ts";

/** The context a Durable Object is constructed with. */
export type AgentContext = DurableObjectState;

/** One step of the way from the outermost agent to this one. */
export interface AgentPathStep {
  className: string;
  name: string;
}

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
> extends DurableObject<Env> {
  /** Options of the class; see {@link AgentStaticOptions}. */
  static options: AgentStaticOptions = {};

  /** The state of a new agent, stored when the state is first read. */
  initialState: State = NO_INITIAL_STATE as State;
  /** Receives the agent's events; undefined turns them off. */
  observability?: Observability | undefined = defaultObservability;
  /** Start, capabilities and their jobs. */
  readonly lifecycle: Lifecycle;
  readonly #rooms: Rooms;

  constructor(ctx: AgentContext, env: Env) {
    super(ctx, env);
    this.#rooms = createRooms(this, ctx, env, Agent.prototype);
    this.lifecycle = this.#rooms.lifecycle;
  }

  // ---- Identity ----

  /** The instance's name. @throws FreeholdError `agent_unnamed`. */
  get name(): string {
    return this.#rooms.name();
  }

  /** The object's identifier, unique among all classes. */
  get sessionAffinity(): string {
    return this.ctx.id.toString();
  }

  /** The agents this one lives in, outermost first. */
  get parentPath(): ReadonlyArray<AgentPathStep> {
    return [];
  }

  /** `parentPath` and this agent. */
  get selfPath(): ReadonlyArray<AgentPathStep> {
    return [...this.parentPath, { className: this.constructor.name, name: this.name }];
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
    refuseReadonly(this, this.#rooms.connections);
    this.#rooms.state.set(state, "server");
  }

  /** Runs a statement on the agent's database; values are bound, never spliced. @throws SqlError */
  sql<T = Record<string, SqlValue>>(strings: TemplateStringsArray, ...values: SqlValue[]): T[] {
    return this.#rooms.sql<T>(templateQuery(strings), ...values);
  }

  // ---- Connections ----

  /** Sends to every connection except those with an id in `without`. */
  broadcast(message: WSMessage, without?: string[]): void {
    this.#rooms.connections.broadcast(message, without);
  }

  /** The open connection with this id. */
  getConnection<TState = unknown>(id: string): Connection<TState> | undefined {
    return this.#rooms.connections.find(id) as Connection<TState> | undefined;
  }

  /** The open connections, all or those with a tag. */
  getConnections<TState = unknown>(tag?: string): Iterable<Connection<TState>> {
    return this.#rooms.connections.list(tag) as Iterable<Connection<TState>>;
  }

  /** Lets a connection change the state, or not; from its next message on. */
  setConnectionReadonly(connection: Connection, readonly = true): void {
    this._unsafe_setConnectionFlag(connection, ConnectionFlag.READONLY, readonly || undefined);
  }

  /** Whether a connection may not change the state. */
  isConnectionReadonly(connection: Connection): boolean {
    return this._unsafe_getConnectionFlag(connection, ConnectionFlag.READONLY) === true;
  }

  /** Whether a connection gets protocol frames. */
  isConnectionProtocolEnabled(connection: Connection): boolean {
    return this._unsafe_getConnectionFlag(connection, ConnectionFlag.NO_PROTOCOL) !== true;
  }

  /** @internal Reads one of the SDK's own values of a connection. */
  _unsafe_getConnectionFlag(connection: Connection, key: string): unknown {
    return this.#rooms.connections.of(connection)?.flag(key);
  }

  /** @internal Stores one of the SDK's own values of a connection; undefined removes it. */
  _unsafe_setConnectionFlag(connection: Connection, key: string, value: unknown): void {
    this.#rooms.connections.of(connection)?.setFlag(key, value);
  }

  /** @internal Sends a frame to the connections that take protocol frames. */
  protected _broadcastProtocol(frame: string, without: readonly string[] = []): void {
    this.#rooms.connections.broadcastProtocol(frame, without);
  }

  /** The methods that clients may call, inherited ones included. */
  getCallableMethods(): Map<string, CallableMetadata> {
    return new Map([...this.#rooms.rpc.methods].map(([name, { metadata }]) => [name, metadata]));
  }

  // ---- Work in time ----

  /** Runs a method at a moment, after seconds, or by a cron expression. Survives restarts. */
  schedule<T = string>(
    when: Date | string | number,
    callback: keyof this,
    payload?: T,
    options?: ScheduleOptions,
  ): Promise<Schedule<T>> {
    return this.#rooms.schedules.set(when, callback, payload, options) as Promise<Schedule<T>>;
  }

  /** Runs a method again and again, `intervalSeconds` after each end. */
  scheduleEvery<T = string>(
    intervalSeconds: number,
    callback: keyof this,
    payload?: T,
    options?: { retry?: RetryOptions; _idempotent?: boolean },
  ): Promise<Schedule<T>> {
    const { schedules } = this.#rooms;
    const added = schedules.every(intervalSeconds, callback, payload, publicOptions(options));
    return added as Promise<Schedule<T>>;
  }

  /** @deprecated Use `getScheduleById`. */
  getSchedule<T = string>(id: string): Schedule<T> | undefined {
    return this.#rooms.schedules.get(id) as Schedule<T> | undefined;
  }

  /** @deprecated Use `listSchedules`. */
  getSchedules<T = string>(criteria?: ScheduleCriteria): Schedule<T>[] {
    return this.#rooms.schedules.list(criteria) as Schedule<T>[];
  }

  /** The schedule with this id. */
  async getScheduleById(id: string): Promise<Schedule<unknown> | undefined> {
    return this.#rooms.schedules.get(id);
  }

  /** Schedules by time, all or those that match. */
  async listSchedules(criteria?: ScheduleCriteria): Promise<Schedule<unknown>[]> {
    return this.#rooms.schedules.list(criteria);
  }

  /** Removes a schedule; false when there is none with this id. */
  cancelSchedule(id: string): Promise<boolean> {
    return this.#rooms.schedules.cancel(id);
  }

  /** Runs a method soon, after everything queued before. Survives restarts. Returns the item's id. */
  queue<T = unknown>(
    callback: keyof this,
    payload: T,
    options?: QueuePushOptions,
  ): Promise<string> {
    return this.#rooms.queue.push(callback, payload, options);
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
  async getQueue<T = unknown>(id: string): Promise<QueueItem<T> | undefined> {
    return this.#rooms.queue.get(id) as QueueItem<T> | undefined;
  }

  /** The queued items whose payload has `value` under `key`. */
  async getQueues<T = unknown>(key: string, value: string): Promise<QueueItem<T>[]> {
    return this.#rooms.queue.findByPayload(key, value) as QueueItem<T>[];
  }

  /** Keeps the agent awake until the returned function is called. */
  keepAlive(): Promise<() => void> {
    return this.#rooms.keepAlive.acquire();
  }

  /** Keeps the agent awake while `body` runs. */
  keepAliveWhile<T>(body: () => Promise<T>): Promise<T> {
    return this.#rooms.keepAlive.during(body);
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

  // ---- Life ----

  /** Deletes everything the agent stored, closes its connections and ends it. */
  destroy(): Promise<void> {
    return this.#rooms.destruction.destroy();
  }

  /** @internal Resolves when the agent has started. Called by the router before native calls. */
  async __unsafe_ensureInitialized(props?: Props): Promise<void> {
    await this.#rooms.startup.ensure(props);
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
    return this.#rooms.requests.fetch(request);
  }

  override alarm(): Promise<void> {
    return handleAlarm({ ...this.#rooms, hooks: this });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.#rooms.messages.message(socket, message);
  }

  override webSocketClose(
    socket: WebSocket,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Promise<void> {
    return this.#rooms.messages.close(socket, code, reason, wasClean);
  }

  override webSocketError(socket: WebSocket, error: unknown): Promise<void> {
    return this.#rooms.messages.error(socket, error);
  }
}
