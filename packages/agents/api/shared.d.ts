import {
  ChatTransport,
  UIMessage,
  UIMessageChunk,
} from "ai";
import {
  DurableObject,
} from "cloudflare:workers";
import {
  PartyFetchOptions,
  PartySocketOptions,
} from "partysocket";
type ImmutablePrimitive = undefined | null | boolean | string | number;
type Immutable<T> = T extends ImmutablePrimitive ? T : T extends Array<infer U> ? ReadonlyArray<Immutable<U>> : T extends Map<infer K, infer V> ? ReadonlyMap<Immutable<K>, Immutable<V>> : T extends Set<infer M> ? ReadonlySet<Immutable<M>> : ImmutableObject<T>;
type ImmutableObject<T> = { readonly [K in keyof T]: Immutable<T[K]>; };
/** A payload delivered on a connection: text, or bytes. */
type WSMessage = ArrayBuffer | ArrayBufferView | string;
/** A connection's state as read: deeply read-only, `null` when none was set. */
type ConnectionState<T> = ImmutableObject<T> | null;
/** Computes a connection's next state from the present one. */
type ConnectionSetStateFn<T> = (previous: ConnectionState<T>) => T;
/** What came with a new connection. */
type ConnectionContext = {
  /** The upgrade request. */
  request: Request;
};
/** One client's WebSocket. It survives hibernation with its id, tags and state. */
type Connection<TState = unknown> = WebSocket & {
  /** The client's `_pk` query parameter, or a generated identifier. */
  id: string;
  /** URL of the upgrade request. */
  uri: string | null;
  /** State kept with the socket (at most 16 KiB with tags and URL); see `setState`. */
  state: ConnectionState<TState>;
  /** Replaces the state, or computes it from the present one; returns what is now stored. */
  setState(state: TState | ConnectionSetStateFn<TState> | null): ConnectionState<TState>;
  /** The id, then what `getConnectionTags` returned. */
  tags: readonly string[];
};
/** How often and how slowly failed work is tried again. */
interface RetryOptions {
  /** Attempts, the first included. Default 3. */
  maxAttempts?: number;
  /** Base of the exponential back-off in milliseconds. Default 100. */
  baseDelayMs?: number;
  /** Longest wait in milliseconds. Default 3000. */
  maxDelayMs?: number;
}
/** {@link RetryOptions} with every field set. */
type RetryPolicy = Required<RetryOptions>;
/** Fills what `options` leaves open. */
declare function resolveRetry(options: RetryOptions | undefined, defaults: RetryPolicy): RetryPolicy;
/**
 * Checks options at the moment they are given, also against the defaults that fill them.
 *
 * @param label Prefix of the messages: `retry`, or `routingRetry`.
 * @throws FreeholdError `invalid_retry_options`.
 */
declare function validateRetry(options: RetryOptions, defaults?: RetryPolicy, label?: string): void;
/** A piece of durable work. */
interface Job$1 {
  readonly id: string;
  /** Who runs it: a capability's id, or `host`. */
  readonly owner: string;
  /** Name by which the owner knows what to run. */
  readonly fn: string;
  /** Due time in milliseconds since the Unix epoch. */
  readonly time: number;
  /** Anything JSON can carry. */
  readonly payload: unknown;
  readonly retry: RetryOptions | undefined;
  /** Not run while an earlier run is still going. */
  readonly singleflight: boolean;
  /** While it is pending no other job wakes the object. */
  readonly exclusive: boolean;
  /** Part of a recovery that may use up all memory each time. */
  readonly recoveryLoop: boolean;
  /** Seconds since the Unix epoch. */
  readonly createdAt: number;
}
/** A job to be stored. */
interface JobInput {
  readonly fn: string;
  /** Due time in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly payload?: unknown;
  /** Default: generated. Pushing an existing id of the same owner replaces that job. */
  readonly id?: string;
  readonly retry?: RetryOptions | undefined;
  readonly singleflight?: boolean;
  /** Seconds after which a run counts as hung. Default 30. */
  readonly hungTimeoutSeconds?: number;
  readonly exclusive?: boolean;
  readonly recoveryLoop?: boolean;
}
/** What an owner is told when its job is due. */
interface JobContext {
  readonly job: Job$1;
  /** Attempt within this wake-up, from 1. */
  readonly attempt: number;
}
/**
 * What becomes of a job that ran: undefined deletes it, `rescheduleAt` (milliseconds) keeps it for
 * later, `"yield"` keeps it due. A push or re-timing of the same job during the run wins over this.
 */
type JobOutcome = undefined | void | "yield" | {
  readonly rescheduleAt: number;
};
/** Jobs of one owner. */
interface OwnedJobs {
  /** @throws FreeholdError `invalid_job`. */
  push(input: JobInput): Promise<Job$1>;
  cancel(id: string): Promise<boolean>;
  reschedule(id: string, time: number): Promise<boolean>;
  get(id: string): Job$1 | undefined;
  /** By due time; all, or those for one `fn`. */
  list(fn?: string): Job$1[];
  /** Sets the object's alarm anew from what is stored: repairs a lost alarm. */
  rearm(): Promise<void>;
}
/** An event of type `Type`, as subscribers see it. */
interface BaseEvent<Type extends string, Payload> {
  type: Type;
  /** Class name of the agent. */
  agent?: string;
  /** Name of the instance. */
  name?: string;
  payload: Payload;
  /** Milliseconds since the Unix epoch. */
  timestamp: number;
}
type Job = {
  callback: string;
  id: string;
};
type JobRetry = Job & {
  attempt: number;
  maxAttempts: number;
};
type JobError = Job & {
  error: string;
  attempts: number;
};
/** Each event type and its payload. Packages that emit more of them extend this interface. */
interface EventPayloads {
  "state:update": Record<string, never>;
  rpc: {
    method: string;
    streaming?: boolean;
  };
  "rpc:error": {
    method: string;
    error: string;
  };
  connect: {
    connectionId: string;
  };
  disconnect: {
    connectionId: string;
    code: number;
    reason: string;
  };
  destroy: Record<string, never>;
  "schedule:create": Job;
  "schedule:execute": Job;
  "schedule:cancel": Job;
  "schedule:retry": JobRetry;
  "schedule:error": JobError;
  "queue:create": Job;
  "queue:retry": JobRetry;
  "queue:error": JobError;
  "job:slow_dispatch": {
    capability: string;
    fn: string;
    id: string;
    thresholdMs: number;
  };
  "job:backlog_warning": {
    capability: string;
    count: number;
  };
}
/** Any event. */
type ObservabilityEvent = { [Type in keyof EventPayloads]: BaseEvent<Type, EventPayloads[Type]>; }[keyof EventPayloads];
/** Tells subscribers of an event of this agent. */
type Emit = <Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]) => void;
/** Receives every event of an agent; set `observability` on the agent to take its place. */
interface Observability {
  emit(event: ObservabilityEvent): void;
}
/** Time, as the SDK sees it. Every room that waits or stamps takes one of these. */
interface Clock {
  /** Milliseconds since the Unix epoch. MUST follow the clock of the host that runs the object. */
  now(): number;
  /** Resolves after `milliseconds`; MUST NOT resolve earlier. */
  sleep(milliseconds: number): Promise<void>;
  /** Calls `callback` once after `milliseconds`, unless the returned function was called before. */
  after(milliseconds: number, callback: () => void): () => void;
}
/** Chance, as the SDK sees it. */
interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A URL-safe identifier of `length` characters (default 21). */
  id(length?: number): string;
}
/** What retrying needs from the world. */
interface RetryPorts {
  readonly clock: Clock;
  readonly random: Random;
}
/** Hooks of one retried piece of work. */
interface RetryHooks {
  /** Whether the failure is worth another attempt; the number is that of the next attempt. */
  shouldRetry?: ((error: unknown, nextAttempt: number) => boolean) | undefined;
  /** Called before the wait that precedes attempt `nextAttempt`. */
  onRetry?: ((error: unknown, nextAttempt: number, delayMs: number) => void) | undefined;
}
/**
 * Milliseconds to wait after failed attempt `attempt` (from 1): full jitter below
 * `min(base * 2^attempt, max)`.
 */
declare function backoffDelay(attempt: number, policy: RetryPolicy, fraction: number): number;
/** Runs `work` until it succeeds or the policy is used up; then throws the last failure unchanged. */
declare function retry<T>(work: (attempt: number) => T | Promise<T>, policy: RetryPolicy, ports: RetryPorts, hooks?: RetryHooks): Promise<T>;
/** A value that can be bound to a statement. */
type SqlValue = string | number | boolean | null;
/** Runs a statement on the agent's own database, at once; `?` are bound in order. */
type SqlRunner = <Row = Record<string, SqlValue>>(query: string, ...values: SqlValue[]) => Row[];
/** Earliest times among all jobs, in milliseconds; null where there are none. */
interface NextTimes {
  /** Earliest exclusive job. */
  readonly exclusiveAt: number | null;
  /** Earliest job that may run; a running single-flight one counts from when it would be hung. */
  readonly readyAt: number | null;
}
/** What is stored of a job's present run. */
interface RunMark {
  readonly singleflight: boolean;
  readonly running: boolean;
  /** Milliseconds; null when a run was marked without its start. */
  readonly startedAt: number | null;
  readonly hungTimeoutSeconds: number;
}
/** A job with what is known of its present run. */
interface StoredJob {
  readonly job: Job$1;
  readonly mark: RunMark;
}
/** The jobs table. It is created by the first job; reading before that finds nothing. */
declare class JobStore {
  #private;
  constructor(sql: SqlRunner);
  /** Stores a job, in place of one with the same id; `createdAt` in seconds. */
  put(id: string, owner: string, input: JobInput, createdAt: number): void;
  /** @throws FreeholdError `job_corrupt` when the row's JSON cannot be read. */
  get(id: string): StoredJob | undefined;
  /** Whose job this is and when it is due (milliseconds); undefined when there is none. */
  head(id: string): {
    readonly owner: string;
    readonly time: number;
  } | undefined;
  /** An owner's jobs by due time, all or those for one `fn`; unreadable ones are left out. */
  list(owner: string, fn?: string): Job$1[];
  /** What is due, by due time. */
  due(now: number): {
    id: string;
    owner: string;
  }[];
  nextTimes(): NextTimes;
  delete(id: string): void;
  /** Sets the due time; the job no longer counts as running. */
  retime(id: string, time: number): void;
  markRunning(id: string, now: number): void;
  clearRunning(id: string): void;
}
/** The object's one alarm, as the platform keeps it. */
interface AlarmSlot {
  get(): Promise<number | null>;
  /** Milliseconds since the Unix epoch; replaces what was set. */
  set(time: number): Promise<void>;
  delete(): Promise<void>;
}
/** Keeps the object's one alarm at the earliest job. */
declare class JobAlarm {
  #private;
  constructor(slot: AlarmSlot, store: JobStore, clock: Clock);
  /** Makes sure the object wakes at `time` or before. Cheap when an earlier alarm is set. */
  atLatest(time: number): Promise<void>;
  /** A job due at `time` is gone or was moved. Cheap when an earlier alarm stands. */
  released(time: number): Promise<void>;
  /** Sets the alarm to what the stored jobs need. */
  rearm(): Promise<void>;
  /** At start: sets the alarm again if it was lost while jobs are stored. Writes nothing otherwise. */
  repair(): Promise<void>;
  /** The alarm fired: until `leave`, a fallback stands in case this run dies. */
  enter(): Promise<void>;
  /** The run ended. After a failure the fallback stays: the platform repeats the alarm itself. */
  leave(failed: boolean): Promise<void>;
}
/** Runs the jobs of one owner. */
interface JobHandler {
  run(context: JobContext): JobOutcome | Promise<JobOutcome>;
  /** The job failed in every attempt; what is returned is its outcome. */
  failed?(context: JobContext, error: unknown): JobOutcome | Promise<JobOutcome>;
}
/** What the job room needs. */
interface JobPorts extends RetryPorts {
  readonly store: JobStore;
  readonly alarm: JobAlarm;
  readonly emit: Emit;
  /** Policy of jobs that bring none; read when a job runs. */
  retryDefaults(): RetryPolicy;
  /** True once the object is being destroyed: nothing may be stored any more. */
  stopped(): boolean;
}
/** All durable work of one object: stores it, and runs what is due, one at a time. */
declare class Jobs {
  #private;
  constructor(ports: JobPorts);
  /** Names who runs an owner's jobs. */
  handle(owner: string, handler: JobHandler): void;
  /** An owner's own view. */
  owned(owner: string): OwnedJobs;
  /**
   * Runs what is due, by due time. Each job is read again before it runs, so what an earlier one
   * cancelled does not run. Rejects for a failure of the platform: the job is kept.
   */
  runDue(): Promise<void>;
}
/**
 * Everything that crosses the wire: frame types and texts, header and query names, close codes.
 * The names and the key order equal those of the published `agents` 0.32, so that either client
 * talks to either server. This module is free of platform imports: clients use it as well.
 */
/** The `type` of each protocol frame. */
declare const MessageType: {
  readonly CF_AGENT_MCP_SERVERS: "cf_agent_mcp_servers";
  readonly CF_MCP_AGENT_EVENT: "cf_mcp_agent_event";
  readonly CF_AGENT_STATE: "cf_agent_state";
  readonly CF_AGENT_STATE_ERROR: "cf_agent_state_error";
  readonly CF_AGENT_IDENTITY: "cf_agent_identity";
  readonly CF_AGENT_SESSION: "cf_agent_session";
  readonly CF_AGENT_SESSION_ERROR: "cf_agent_session_error";
  readonly RPC: "rpc";
};
/** One of the values of {@link MessageType}. */
type MessageType = (typeof MessageType)[keyof typeof MessageType];
/** A call from a client. Keys that are not listed are ignored. */
type RPCRequest = {
  type: "rpc";
  id: string;
  method: string;
  args: unknown[];
};
/** An answer to a call; `done: false` marks a chunk of a streaming one. */
type RPCResponse = {
  type: typeof MessageType.RPC;
  id: string;
} & ({
  success: true;
  result: unknown;
  done?: false;
} | {
  success: true;
  result: unknown;
  done: true;
} | {
  success: false;
  error: string;
});
/** The whole state, from either side. */
type StateUpdateMessage = {
  type: typeof MessageType.CF_AGENT_STATE;
  state: unknown;
};
/** The servers an agent is connected to by the Model Context Protocol. */
type MCPServersState = {
  servers: Record<string, unknown>;
  tools: unknown[];
  prompts: unknown[];
  resources: unknown[];
};
/** Carries {@link MCPServersState}; sent at connect even when empty, and on each change. */
type MCPServerMessage = {
  type: typeof MessageType.CF_AGENT_MCP_SERVERS;
  mcp: MCPServersState;
};
/** A JSON text frame from a client that is an object, already parsed. */
type ClientFrame = Readonly<Record<string, unknown>>;
type Awaitable$1<T> = T | Promise<T>;
/**
 * A feature that takes part in an agent's events before the agent's own hooks: the chat room is one.
 * Capabilities are asked in the order in which they were added.
 */
interface Capability {
  /** Owner of this capability's jobs; unique within an agent. */
  readonly id: string;
  /** Runs at every start, before the agent's `onStart`. A failure fails the start. */
  onStart?(props: unknown): Awaitable$1<void>;
  /** The first `Response` answers the request. Not asked for WebSocket upgrades. */
  onRequest?(request: Request): Awaitable$1<Response | undefined>;
  /** A connection was accepted; runs before the protocol frames are sent to it. */
  onAccept?(connection: Connection, context: ConnectionContext): Awaitable$1<void>;
  /** Runs after the protocol frames, before the agent's `onConnect`. */
  onConnect?(connection: Connection, context: ConnectionContext): Awaitable$1<void>;
  /**
   * A message that is neither a call nor a state update. `frame` is the parsed object of a JSON
   * text, so that nobody parses twice. Returning true keeps it from the agent's `onMessage`.
   */
  onMessage?(connection: Connection, message: WSMessage, frame: ClientFrame | undefined): Awaitable$1<boolean>;
  /** Runs before the agent's `onClose`. */
  onClose?(connection: Connection, code: number, reason: string): Awaitable$1<void>;
  /** Runs a job this capability pushed. */
  onJob?(context: JobContext): Awaitable$1<JobOutcome>;
  /** A job of this capability failed for good; what is returned is its outcome. */
  onJobError?(context: JobContext, error: unknown): Awaitable$1<JobOutcome>;
  /** The agent is being destroyed; runs in reverse order. */
  dispose?(): Awaitable$1<void>;
}
/** What starting needs. */
interface StartupHost {
  /** Runs `body` while no other event of the object is delivered. */
  block(body: () => Promise<void>): Promise<void>;
  /** Everything that happens at a start; may fail, and is then run again by the next event. */
  start(props: unknown): Promise<void>;
}
/** Where an agent stands. */
type StartStatus = "zero" | "starting" | "started";
/** Starts an agent once, at its first event. */
declare class Startup {
  #private;
  constructor(host: StartupHost);
  get status(): StartStatus;
  /**
   * Returns undefined when the agent has started, so that the common case costs nothing; otherwise
   * a promise of the start, shared by everyone who asks meanwhile. Inside the start itself it is
   * undefined too: what runs there must not wait for its own end.
   */
  ensure(props?: unknown): Promise<void> | undefined;
}
/** An agent's life, as capabilities and subclasses see it. */
declare class Lifecycle {
  #private;
  constructor(startup: Startup, jobs: Jobs, capabilities: Capability[]);
  /**
   * Adds a feature; call it in the constructor.
   *
   * @throws FreeholdError `capability_too_late`, `capability_duplicate`.
   */
  use(capability: Capability): this;
  /** Durable work of a capability. */
  jobs(owner: string): OwnedJobs;
  /** Resolves when the agent has started; rejects when its start fails. */
  start(props?: unknown): Promise<void>;
  get status(): StartStatus;
}
/** What a class says in `static options`. A subclass's object replaces its parent's as a whole. */
interface AgentStaticOptions {
  /** Send the identity frame to new connections. Default true. */
  sendIdentityOnConnect?: boolean;
  /** Seconds after which a running interval counts as lost. Default 30. */
  hungScheduleTimeoutSeconds?: number;
  /** Longest time between wake-ups while `keepAlive` is held, in milliseconds. Default 30000. */
  keepAliveIntervalMs?: number;
  /** Retries of schedules, queue items and `retry`. Default 3 attempts, 100 ms, at most 3000 ms. */
  retry?: RetryOptions;
  fiberRecoveryHookTimeoutMs?: number;
  fiberRecoveryScanDeadlineMs?: number;
  fiberRecoveryMaxAgeMs?: number;
  agentToolReattachNoProgressTimeoutMs?: number;
  agentToolReattachMaxWindowMs?: number;
  detachedMaxBudgetMs?: number;
  detachedNoProgressBudgetMs?: number;
  maxAlarmMemoryLimitStrikes?: number;
  /** Accepted for older code and ignored: every socket hibernates. */
  hibernate?: boolean;
}
/** The value of each option that a class leaves out. */
declare const DEFAULT_AGENT_STATIC_OPTIONS: {
  readonly sendIdentityOnConnect: true;
  readonly hungScheduleTimeoutSeconds: 30;
  readonly keepAliveIntervalMs: 30000;
  readonly retry: Required<RetryOptions>;
  readonly fiberRecoveryHookTimeoutMs: 10000;
  readonly fiberRecoveryScanDeadlineMs: 10000;
  readonly fiberRecoveryMaxAgeMs: 86400000;
  readonly agentToolReattachNoProgressTimeoutMs: 120000;
  readonly agentToolReattachMaxWindowMs: number;
  readonly detachedMaxBudgetMs: 86400000;
  readonly detachedNoProgressBudgetMs: 3600000;
  readonly maxAlarmMemoryLimitStrikes: 3;
};
/** Work that waits for its turn. */
type QueueItem<T = unknown> = {
  id: string;
  /** Name of the agent's method that runs. */
  callback: string;
  payload: T;
  /** Seconds since the Unix epoch. */
  createdAt: number;
  retry?: RetryOptions;
};
/** Options of `queue`. */
type QueuePushOptions = {
  /** Pushing an id that waits already replaces that item and keeps its place. */
  id?: string;
  retry?: RetryOptions;
};
/** What `@callable()` says of a method. */
type CallableMetadata = {
  /** What the method does, for people and models. */
  description?: string;
  /** The method takes a {@link StreamingResponse} first and answers in chunks. */
  streaming?: boolean;
};
/**
 * Lets clients call a method. A subclass that overrides the method has to say so again.
 *
 * @example
 * class Counter extends Agent<Env, { count: number }> {
 *   initialState = { count: 0 };
 *
 *   @callable({ description: "Adds one" })
 *   increment() {
 *     this.setState({ count: this.state.count + 1 });
 *     return this.state.count;
 *   }
 * }
 */
declare function callable(metadata?: CallableMetadata): <This, Args extends unknown[], Return>(target: (this: This, ...args: Args) => Return, _context: ClassMethodDecoratorContext) => (this: This, ...args: Args) => Return;
/** @deprecated Renamed to {@link callable}. */
declare function unstable_callable(metadata?: CallableMetadata): <This, Args extends unknown[], Return>(target: (this: This, ...args: Args) => Return, _context: ClassMethodDecoratorContext) => (this: This, ...args: Args) => Return;
/** Durable work at a time. `time` is the next run, in whole seconds since the Unix epoch. */
type Schedule<T = string> = {
  id: string;
  /** Name of the agent's method that runs. */
  callback: string;
  payload: T;
  retry?: RetryOptions;
} & ({
  type: "scheduled";
  time: number;
} | {
  type: "delayed";
  time: number;
  delayInSeconds: number;
} | {
  type: "cron";
  time: number;
  cron: string;
} | {
  type: "interval";
  time: number;
  intervalSeconds: number;
});
/** The four kinds of schedule. */
type ScheduleType = Schedule["type"];
/** Options of `schedule`. */
type ScheduleOptions = {
  retry?: RetryOptions;
  /**
   * Return an equal schedule that exists instead of adding one. Default: true for cron and
   * intervals, false for the others.
   */
  idempotent?: boolean;
};
/** Filters; all that are given must match. The time range includes both ends. */
type ScheduleCriteria = {
  id?: string;
  type?: ScheduleType;
  timeRange?: {
    start?: Date;
    end?: Date;
  };
};
/** The context a Durable Object is constructed with. */
type AgentContext = DurableObjectState;
/** One step of the way from the outermost agent to this one. */
interface AgentPathStep {
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
declare class Agent<Env extends Cloudflare.Env = Cloudflare.Env, State = unknown, Props extends object = object> extends DurableObject<Env> {
  #private;
  /** Options of the class; see {@link AgentStaticOptions}. */
  static options: AgentStaticOptions;
  /** The state of a new agent, stored when the state is first read. */
  initialState: State;
  /** Receives the agent's events; undefined turns them off. */
  observability?: Observability | undefined;
  /** Start, capabilities and their jobs. */
  readonly lifecycle: Lifecycle;
  constructor(ctx: AgentContext, env: Env);
  /** The instance's name. @throws FreeholdError `agent_unnamed`. */
  get name(): string;
  /** The object's identifier, unique among all classes. */
  get sessionAffinity(): string;
  /** The agents this one lives in, outermost first. */
  get parentPath(): ReadonlyArray<AgentPathStep>;
  /** `parentPath` and this agent. */
  get selfPath(): ReadonlyArray<AgentPathStep>;
  /** Runs at every start, before any event is handled. `props` only when the router gave some. */
  onStart(_props?: Props): void | Promise<void>;
  /** Answers an HTTP request. Default: 404. */
  onRequest(_request: Request): Response | Promise<Response>;
  /** A client connected; its first frames were sent. */
  onConnect(_connection: Connection, _context: ConnectionContext): void | Promise<void>;
  /** A message that is not the protocol's own. */
  onMessage(_connection: Connection, _message: WSMessage): void | Promise<void>;
  /** A connection closed. */
  onClose(_connection: Connection, _code: number, _reason: string, _wasClean: boolean): void | Promise<void>;
  /** An error in a hook or on a socket. Default: logs and throws it again; returning handles it. */
  onError(connection: Connection, error: unknown): void | Promise<void>;
  onError(error: unknown): void | Promise<void>;
  /** Runs after the due work of every alarm. */
  onAlarm(): void | Promise<void>;
  /** Tags of a new connection, for `getConnections(tag)`: at most 9, of at most 256 characters. */
  getConnectionTags(_connection: Connection, _context: ConnectionContext): string[] | Promise<string[]>;
  /** Whether a new connection may not change the state. */
  shouldConnectionBeReadonly(_connection: Connection, _context: ConnectionContext): boolean;
  /** Whether a new connection gets identity, state and MCP frames. Calls work either way. */
  shouldSendProtocolMessages(_connection: Connection, _context: ConnectionContext): boolean;
  /** Throw to refuse a new state; nothing is stored or sent then. */
  validateStateChange(_nextState: State, _source: Connection | "server"): void;
  /** The state changed, was stored and was sent. */
  onStateChanged(_state: State | undefined, _source: Connection | "server"): void;
  /** @deprecated Renamed to `onStateChanged`. */
  onStateUpdate(_state: State | undefined, _source: Connection | "server"): void;
  /** @deprecated Agents do not render. */
  render(): void;
  /** The state; undefined when there is none and no `initialState`. */
  get state(): State;
  /**
   * Replaces the state: validates, stores, sends it to the connections, then calls `onStateChanged`.
   *
   * @throws FreeholdError `connection_readonly`, `state_not_serializable`; what validation throws.
   */
  setState(state: State): void;
  /** Runs a statement on the agent's database; values are bound, never spliced. @throws SqlError */
  sql<T = Record<string, SqlValue>>(strings: TemplateStringsArray, ...values: SqlValue[]): T[];
  /** Sends to every connection except those with an id in `without`. */
  broadcast(message: WSMessage, without?: string[]): void;
  /** The open connection with this id. */
  getConnection<TState = unknown>(id: string): Connection<TState> | undefined;
  /** The open connections, all or those with a tag. */
  getConnections<TState = unknown>(tag?: string): Iterable<Connection<TState>>;
  /** Lets a connection change the state, or not; from its next message on. */
  setConnectionReadonly(connection: Connection, readonly?: boolean): void;
  /** Whether a connection may not change the state. */
  isConnectionReadonly(connection: Connection): boolean;
  /** Whether a connection gets protocol frames. */
  isConnectionProtocolEnabled(connection: Connection): boolean;
  /** @internal Reads one of the SDK's own values of a connection. */
  _unsafe_getConnectionFlag(connection: Connection, key: string): unknown;
  /** @internal Stores one of the SDK's own values of a connection; undefined removes it. */
  _unsafe_setConnectionFlag(connection: Connection, key: string, value: unknown): void;
  /** @internal Sends a frame to the connections that take protocol frames. */
  protected _broadcastProtocol(frame: string, without?: readonly string[]): void;
  /** The methods that clients may call, inherited ones included. */
  getCallableMethods(): Map<string, CallableMetadata>;
  /** Runs a method at a moment, after seconds, or by a cron expression. Survives restarts. */
  schedule<T = string>(when: Date | string | number, callback: keyof this, payload?: T, options?: ScheduleOptions): Promise<Schedule<T>>;
  /** Runs a method again and again, `intervalSeconds` after each end. */
  scheduleEvery<T = string>(intervalSeconds: number, callback: keyof this, payload?: T, options?: {
    retry?: RetryOptions;
    _idempotent?: boolean;
  }): Promise<Schedule<T>>;
  /** @deprecated Use `getScheduleById`. */
  getSchedule<T = string>(id: string): Schedule<T> | undefined;
  /** @deprecated Use `listSchedules`. */
  getSchedules<T = string>(criteria?: ScheduleCriteria): Schedule<T>[];
  /** The schedule with this id. */
  getScheduleById(id: string): Promise<Schedule<unknown> | undefined>;
  /** Schedules by time, all or those that match. */
  listSchedules(criteria?: ScheduleCriteria): Promise<Schedule<unknown>[]>;
  /** Removes a schedule; false when there is none with this id. */
  cancelSchedule(id: string): Promise<boolean>;
  /** Runs a method soon, after everything queued before. Survives restarts. Returns the item's id. */
  queue<T = unknown>(callback: keyof this, payload: T, options?: QueuePushOptions): Promise<string>;
  /** Removes a queued item; false when there is none with this id. */
  dequeue(id: string): Promise<boolean>;
  /** Removes all queued items; returns how many. */
  dequeueAll(): Promise<number>;
  /** Removes the queued items of one method; returns how many. */
  dequeueAllByCallback(callback: string): Promise<number>;
  /** The queued item with this id. */
  getQueue<T = unknown>(id: string): Promise<QueueItem<T> | undefined>;
  /** The queued items whose payload has `value` under `key`. */
  getQueues<T = unknown>(key: string, value: string): Promise<QueueItem<T>[]>;
  /** Keeps the agent awake until the returned function is called. */
  keepAlive(): Promise<() => void>;
  /** Keeps the agent awake while `body` runs. */
  keepAliveWhile<T>(body: () => Promise<T>): Promise<T>;
  /** @internal How many hold the agent awake. */
  get _keepAliveRefs(): number;
  /** Tries `work` again with growing waits. @throws its last failure, unchanged. */
  retry<T>(work: (attempt: number) => Promise<T>, options?: RetryOptions & Pick<RetryHooks, "shouldRetry">): Promise<T>;
  /** Deletes everything the agent stored, closes its connections and ends it. */
  destroy(): Promise<void>;
  /** @internal Resolves when the agent has started. Called by the router before native calls. */
  __unsafe_ensureInitialized(props?: Props): Promise<void>;
  /** Tells subscribers of an event. */
  protected _emit<Type extends keyof EventPayloads>(type: Type, payload?: EventPayloads[Type]): void;
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
  webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void>;
  webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void>;
  webSocketError(socket: WebSocket, error: unknown): Promise<void>;
}
/** How a request ended. `skipped` never ran; `recovering` goes on under another request id. */
type ChatTurnOutcome = "completed" | "error" | "aborted" | "skipped" | "recovering";
/** Why a client asks: a new message, or the last answer once more. */
type ChatTrigger = "submit-message" | "regenerate-message";
/**
 * The part of a connection to an agent that a chat needs.
 *
 * @module
 */
/** An `AgentClient`, what `useAgent` returns, or anything that behaves alike. */
interface AgentConnection {
  /** Sends text. `false` when it was only queued, for when the socket opens. */
  send: (data: string) => unknown;
  addEventListener: (type: string, listener: (event: MessageEvent) => void, options?: {
    signal?: AbortSignal;
  }) => void;
  removeEventListener: (type: string, listener: (event: MessageEvent) => void) => void;
}
/** Options of {@link WebSocketChatTransport}. */
type WebSocketChatTransportOptions<ChatMessage extends UIMessage = UIMessage> = {
  /** The connection. */
  agent: AgentConnection;
  /** Further fields for the body of each request. */
  prepareBody?: (options: {
    messages: ChatMessage[];
    trigger: ChatTrigger;
    messageId?: string;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  /** Receives the id of each request that the transport handles, until the request ends. */
  activeRequestIds?: Set<string>;
  /** Whether aborting a request in the client cancels it on the server. Default false. */
  cancelOnClientAbort?: boolean;
  /** A new message could not be sent yet: it waits for the socket to open. */
  onRequestBuffered?: (messageId: string | undefined) => void;
};
/**
 * A `ChatTransport` for the AI SDK's `useChat`: requests go out, and answers come back, over the
 * agent's WebSocket. One that was cut off can be resumed with `reconnectToStream`.
 *
 * @example
 * ```ts
 * const agent = new AgentClient({ host: "localhost:5173", agent: "Helper", name: "a" });
 * const chat = useChat({ transport: new WebSocketChatTransport({ agent }) });
 * ```
 */
declare class WebSocketChatTransport<ChatMessage extends UIMessage = UIMessage> implements ChatTransport<ChatMessage> {
  #private;
  /** The connection in use. */
  agent: AgentConnection;
  constructor(options: WebSocketChatTransportOptions<ChatMessage>);
  /** The turn this transport last followed and has not seen end; a broken connection keeps it. */
  get activeServerTurnId(): string | null;
  /** Uses another connection; a probe over the old one ends with nothing found. */
  setAgent(agent: AgentConnection): void;
  setCancelOnClientAbort(cancelOnClientAbort: boolean): void;
  /** Tells the server to end the turn under way; false when there is none. */
  cancelActiveServerTurn(): boolean;
  /** Remembers a turn that is shown by other means, so that it can be cancelled. */
  observeServerTurn(requestId: string): void;
  /** A turn that is shown by other means has ended. */
  handleServerTurnCompleted(requestId: string): void;
  /** Whether the question for a stream is open. */
  isAwaitingResume(): boolean;
  /** Ends the open question with nothing found; false when there is none. */
  cancelPendingResume(): boolean;
  /** Asks the open question again, over a connection that opened anew. */
  retryPendingResume(): boolean;
  /** Forgets turns and questions, without cancelling anything on the server. */
  resetResumeState(): void;
  sendMessages(options: {
    chatId: string;
    messages: ChatMessage[];
    abortSignal: AbortSignal | undefined;
    trigger: ChatTrigger;
    messageId?: string | undefined;
    body?: object;
    headers?: Record<string, string> | Headers;
    metadata?: unknown;
  }): Promise<ReadableStream<UIMessageChunk>>;
  /** Resolves with the answer under way, from its beginning, or `null` when there is none. */
  reconnectToStream(options: {
    chatId: string;
    abortSignal?: AbortSignal;
  }): Promise<ReadableStream<UIMessageChunk> | null>;
}
/**
 * Which closes end a connection for good.
 *
 * @module
 */
/** The part of a `CloseEvent` that matters here. */
interface CloseLike {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}
interface ReconnectingSocket {
  shouldReconnect: boolean;
  retryCount: number;
}
/** The connection ended and will not be tried again on its own. */
declare class AgentConnectionError extends Error {
  /** WebSocket close code. */
  readonly code: number;
  /** What the server said, possibly empty. */
  readonly reason: string;
  /** Whether the close handshake was completed. */
  readonly wasClean: boolean;
  constructor(event: CloseLike);
}
/** Whether the server's close code says "do not come back": 1008, or 4000 to 4999. */
declare function isTerminalCloseEvent(event: {
  readonly code: number;
}): boolean;
/**
 * Makes the reconnect decision of a socket, and remembers whether the last close was final.
 *
 * Reconnection ends at a terminal close code, when the application's own predicate declines, or
 * when `maxRetries` attempts were made. A `close()` by the application is no error: the socket has
 * given up by itself before it asks. It asks before it counts the next attempt.
 */
declare function createCloseClassifier(options: {
  socket: () => ReconnectingSocket | null | undefined;
  shouldReconnectOnClose: () => ((event: CloseEvent) => boolean) | undefined;
  maxRetries: () => number | undefined;
}): {
  shouldReconnectOnClose: (event: CloseEvent) => boolean;
  takeFinalClose: () => boolean;
};
/**
 * The wire a connection uses: JSON frames on a WebSocket (`"cf-websocket"`), or a Cap'n Web session
 * (`"capnweb"`), over which methods of the server's `callables` are called natively.
 */
type AgentTransport = "cf-websocket" | "capnweb";
/** What `AgentClient` and `useAgent` have in common. */
interface AgentConnectionOptions<State> {
  /**
   * The wire. Default `"cf-websocket"`, on which an idle agent can sleep; with `"capnweb"` it stays
   * in memory while the connection is open.
   */
  transport?: AgentTransport;
  /** Class of the agent, in any spelling of its name. Ignored in the URL when `basePath` is set. */
  agent: string;
  /** Name of the instance. Default `"default"`. */
  name?: string | null;
  /** Full URL path instead of `agents/<agent>/<name>`; the server routes it itself. */
  basePath?: string;
  /** More path after the instance, without a leading slash. */
  path?: string;
  /** The agent's state changed: by the server (anyone's change), or by this client's `setState`. */
  onStateUpdate?: (state: State, source: "server" | "client") => void;
  /** The server refused this client's state. */
  onStateUpdateError?: (error: string) => void;
  /** The server said who it is, on every connection. */
  onIdentity?: (name: string, agent: string) => void;
  /** Another instance answers than before. Without this callback a warning is printed. */
  onIdentityChange?: (oldName: string, newName: string, oldAgent: string, newAgent: string) => void;
  /** Milliseconds a call without its own `timeout` waits; 0 is for ever. Default 30 000. */
  defaultCallTimeout?: number;
  /** The connection ended and will not come back by itself. */
  onConnectionError?: (error: AgentConnectionError) => void;
  /** Return false to stop reconnecting after this close. Terminal codes stop it in any case. */
  shouldReconnectOnClose?: (event: CloseEvent) => boolean;
}
/** Options of {@link AgentClient}; those of PartySocket pass through. */
type AgentClientOptions<State = unknown> = Omit<PartySocketOptions, "party" | "room" | "path" | "basePath" | "shouldReconnectOnClose"> & AgentConnectionOptions<State>;
/** Options of {@link agentFetch}. */
type AgentClientFetchOptions = Omit<PartyFetchOptions, "party" | "room"> & {
  /** Class of the agent, in any spelling of its name. Ignored when `basePath` is set. */
  agent: string;
  /** Name of the instance. Default `"default"`. */
  name?: string | null;
  /** Full URL path instead of `agents/<agent>/<name>`. */
  basePath?: string;
};
/**
 * Options of one call.
 *
 * @module
 */
/** Milliseconds an ordinary call waits for its answer when nothing else is said. */
declare const DEFAULT_CALL_TIMEOUT_MS = 30000;
/** Callbacks for the chunks of a streaming call. */
interface StreamOptions {
  /** Called with each chunk. */
  onChunk?: (chunk: unknown) => void;
  /** Called once at the end, with the final chunk (`undefined` when there is none). */
  onDone?: (finalChunk: unknown) => void;
  /** Called once when the call fails, with the reason in words. */
  onError?: (error: string) => void;
}
/** Options of `call()`. */
interface CallOptions {
  /**
   * Milliseconds to wait for the answer; `0` waits for ever. Default: the connection's
   * `defaultCallTimeout` (30 s), and no limit for streaming calls.
   */
  timeout?: number;
  /** Where the chunks of a streaming call go. */
  stream?: StreamOptions;
}
/**
 * Brings both accepted shapes to one. Besides `{ timeout, stream }`, the callbacks themselves are
 * accepted (`{ onChunk, onDone, onError }`), as older code passes them.
 *
 * @example
 * ```ts
 * splitCallOptions({ onChunk: console.log }).stream?.onChunk?.("a");
 * ```
 */
declare function splitCallOptions(options: CallOptions | StreamOptions | undefined): {
  stream: StreamOptions | undefined;
  timeout: number | undefined;
};
/**
 * The answer of a streaming method, given to it as first argument. End it with `end` or `error`:
 * the client's call settles only then.
 *
 * @example
 * @callable({ streaming: true })
 * async count(stream: StreamingResponse, to: number) {
 *   for (let n = 1; n <= to; n++) stream.send(n);
 *   stream.end("done");
 * }
 */
declare class StreamingResponse {
  #private;
  constructor(connection: Connection, id: string);
  /** Whether `end` or `error` was called. */
  get isClosed(): boolean;
  /** Sends a chunk. Returns false when the stream or the connection is closed. */
  send(chunk: unknown): boolean;
  /** Ends the stream, with a last value if given. Returns false when it was closed already. */
  end(finalChunk?: unknown): boolean;
  /** Ends the stream with an error. Returns false when it was closed already. */
  error(message: string): boolean;
}
type SerializablePrimitive = undefined | null | string | number | boolean;
type NonSerializable = ((...args: never) => unknown) | (abstract new (...args: never) => unknown) | symbol | bigint | Date | RegExp | Map<unknown, unknown> | Set<unknown> | WeakMap<object, unknown> | WeakSet<object> | Error | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;
/** Values that JSON carries unchanged. */
type SerializableValue = SerializablePrimitive | {
  [key: string]: SerializableValue;
} | SerializableValue[];
/** What a callable method may return. */
type SerializableReturnValue = SerializableValue | void | Promise<SerializableValue> | Promise<void>;
/** Any method. The parameters are `never` so that every function type is assignable. */
type Method = (...args: never[]) => unknown;
type TenDeep = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/** Whether `T` survives JSON. Types deeper than ten levels, and recursive ones, count as yes. */
type Survives<T, Seen = never, Depth extends 0[] = []> = Depth["length"] extends TenDeep["length"] ? true : T extends Seen | SerializablePrimitive ? true : T extends NonSerializable ? false : T extends readonly (infer Item)[] ? Survives<Item, Seen | T, [0, ...Depth]> : T extends object ? unknown extends T ? true : { [K in keyof T]: Survives<T[K], Seen | T, [0, ...Depth]>; } extends { [K in keyof T]: true; } ? true : false : true;
type EachSurvives<Args> = Args extends [infer First, ...infer Rest] ? Survives<First> extends true ? EachSurvives<Rest> : false : true;
type ResultSurvives<T> = T extends void ? true : T extends Promise<infer Value> ? Survives<Value> : Survives<T>;
type IsUnknown<T> = [unknown] extends [T] ? ([T] extends [unknown] ? true : false) : false;
type Awaitable<T> = T extends Promise<infer Value> ? Value : T;
/** The parameters a client passes: a leading `StreamingResponse` is the server's own. */
type ClientParameters<T = Method> = T extends ((...args: infer Args) => unknown) ? Args extends [StreamingResponse, ...infer Rest] ? Rest : Args : never;
/** `T` if a client can call it, else `never`. */
type RPCMethod<T = Method> = T extends Method ? T extends ((...args: infer Args) => infer Result) ? EachSurvives<ClientParameters<T>> extends true ? Args extends [StreamingResponse, ...unknown[]] ? T : ResultSurvives<Result> extends true ? T : IsUnknown<Awaitable<Result>> extends true ? T : never : never : never : never;
type AllOptional<Args> = Args extends [infer First, ...infer Rest] ? undefined extends First ? AllOptional<Rest> : false : true;
/** The methods of `T` that a client can call. */
type RPCMethods<T> = { [K in keyof T as T[K] extends RPCMethod<T[K]> ? K : never]: RPCMethod<T[K]>; };
type BaseMembers = keyof Agent<any, any>;
/** The callable methods of an agent, without those every agent inherits. */
type AgentMethods<T> = Omit<RPCMethods<T>, BaseMembers>;
type OptionalParametersMethod<T> = AllOptional<ClientParameters<T>> extends true ? T : never;
/** Methods that can be called without arguments. */
type OptionalAgentMethods<T> = { [K in keyof AgentMethods<T> as AgentMethods<T>[K] extends OptionalParametersMethod<AgentMethods<T>[K]> ? K : never]: OptionalParametersMethod<AgentMethods<T>[K]>; };
/** Methods with at least one required argument. */
type RequiredAgentMethods<T> = Omit<AgentMethods<T>, keyof OptionalAgentMethods<T>>;
type ReturnOf<T> = T extends ((...args: never[]) => infer Result) ? Result : never;
/** What calling method `K` returns to a client: always a promise. */
type AgentPromiseReturnType<T, K extends keyof AgentMethods<T>> = ReturnOf<AgentMethods<T>[K]> extends Promise<unknown> ? ReturnOf<AgentMethods<T>[K]> : Promise<ReturnOf<AgentMethods<T>[K]>>;
/** The agent as an object of asynchronous methods. */
type AgentStub<T> = { [K in keyof AgentMethods<T>]: (...args: ClientParameters<AgentMethods<T>[K]>) => AgentPromiseReturnType<AgentMethods<T>, K>; };
/** A stub of an agent whose class is not known here. */
type UntypedAgentStub = Record<string, (...args: any[]) => any>;
type OptionalArgumentsCall<T> = <K extends keyof OptionalAgentMethods<T>>(method: K, args?: ClientParameters<OptionalAgentMethods<T>[K]>, options?: CallOptions | StreamOptions) => AgentPromiseReturnType<T, K>;
type RequiredArgumentsCall<T> = <K extends keyof RequiredAgentMethods<T>>(method: K, args: ClientParameters<RequiredAgentMethods<T>[K]>, options?: CallOptions | StreamOptions) => AgentPromiseReturnType<T, K>;
/** `call` with the names, parameters and results of `T`'s methods. */
type TypedCall<T> = OptionalArgumentsCall<T> & RequiredArgumentsCall<T>;
/** `call` by method name alone. */
interface UntypedCall {
  <T extends SerializableReturnValue>(method: string, args?: SerializableValue[], options?: CallOptions | StreamOptions): Promise<T>;
  <T = unknown>(method: string, args?: unknown[], options?: CallOptions | StreamOptions): Promise<T>;
}
/** Typed where the class is known, else by name. */
type AgentClientCall<T> = keyof AgentMethods<T> extends never ? UntypedCall : TypedCall<T>;
/** Typed where the class is known, else by name. */
type AgentClientStub<T> = keyof AgentMethods<T> extends never ? UntypedAgentStub : AgentStub<T>;
/** What a {@link FreeholdError} carries besides its message. */
interface FreeholdErrorOptions {
  /** What went wrong underneath. */
  cause?: unknown;
  /** One sentence: what the reader can do about it. */
  help?: string;
}
/**
 * Base of every error this package raises by itself.
 *
 * @example
 * try {
 *   await this.schedule(-1, "remind");
 * } catch (error) {
 *   if (error instanceof FreeholdError) console.error(error.code, error.help);
 * }
 */
declare class FreeholdError extends Error {
  /** Stable, machine-readable name of the failure, in snake_case. */
  readonly code: string;
  /** One sentence: what the reader can do about it. Empty when there is nothing to add. */
  readonly help: string;
  constructor(code: string, message: string, options?: FreeholdErrorOptions);
}
/** A statement given to `this.sql` failed. `query` is its text with `?` for each value. */
declare class SqlError extends FreeholdError {
  /** The statement that failed, with placeholders. */
  readonly query: string;
  constructor(query: string, cause: unknown);
}
/**
 * Wraps `call` so that `stub.method(a, b)` becomes `call("method", [a, b])`. Symbols and the keys
 * that `await`, `JSON.stringify` and consoles probe read as `undefined` and cause no call.
 *
 * @example
 * ```ts
 * const stub = createStubProxy<{ add(a: number, b: number): Promise<number> }>((method, args) =>
 *   client.call(method, args),
 * );
 * await stub.add(1, 2);
 * ```
 */
declare function createStubProxy<T = UntypedAgentStub>(call: (method: string, args: unknown[]) => unknown): T;
/**
 * Which failures are the platform's. They are told by exact fragments of its messages, or by the
 * flags it sets on errors; an application error that merely mentions an upgrade is not one.
 */
/** The object was reset because newer code is deployed: only a fresh start can succeed. */
declare function isDurableObjectCodeUpdateReset(error: unknown): boolean;
/** The object was reset by an internal failure of its storage. */
declare function isDurableObjectStorageReset(error: unknown): boolean;
/** The object was reset because it used too much memory; the same work would do so again. */
declare function isDurableObjectMemoryLimitReset(error: unknown): boolean;
/** The platform itself says that the operation may be repeated. */
declare function isErrorRetryable(error: unknown): boolean;
/** A failure of the platform that goes away by itself: the same work should be run again later. */
declare function isPlatformTransientError(error: unknown): boolean;
/** A failure of the platform: work that failed so must be kept. */
declare function isPlatformFailure(error: unknown): boolean;
/** What is told before a routing retry. */
interface RoutingRetryEvent {
  error: unknown;
  /** The attempt that failed, from 1. */
  attempt: number;
  maxAttempts: number;
  delayMs: number;
  name: string;
  className?: string;
}
/** How failures of the platform between router and agent are tried again. */
interface RoutingRetryOptions {
  /** Default 3, the first attempt included. */
  maxAttempts?: number;
  /** Default 100 milliseconds. */
  baseDelayMs?: number;
  /** Default 800 milliseconds. */
  maxDelayMs?: number;
  /** Called before each wait; its own failure is only logged. */
  onRetry?: (event: RoutingRetryEvent) => void | Promise<void>;
}
/** Where an object lives. */
interface Placement {
  jurisdiction?: DurableObjectJurisdiction;
  locationHint?: DurableObjectLocationHint;
}
/** Which agent a request is for. */
interface AgentRouteMatch<Env = Cloudflare.Env> {
  /** The binding's name in `env`. */
  className: Extract<keyof Env, string>;
  /** The instance's name. */
  name: string;
}
type HookResult = Response | Request | undefined | void;
/** Options of {@link routeAgentRequest}. */
interface AgentOptions<Env = Cloudflare.Env, Props extends object = object> extends Placement {
  /** Path before binding and name. Default `agents`; may have several segments. */
  prefix?: string;
  /** Given to the agent's `onStart` when this request starts it. Must fit into JSON. */
  props?: Props;
  /** True: any origin. Headers: exactly those. Default: no cross-origin use. */
  cors?: boolean | HeadersInit;
  /** How failures of the platform are tried again; false to do so never. */
  routingRetry?: false | RoutingRetryOptions;
  /**
   * True: the agent's name is the decoded one, so that `/agents/room/a%20b` is the agent that
   * `getAgentByName(env.Room, "a b")` gives. Default false, as in the published package: the name is
   * what stands in the URL, here `a%20b`, and existing agents keep theirs.
   */
  decodeName?: boolean;
  /** Before a WebSocket upgrade: a response refuses it, a request takes its place. */
  onBeforeConnect?: (request: Request, route: AgentRouteMatch<Env>) => HookResult | Promise<HookResult>;
  /** Before an HTTP request: a response answers it, a request takes its place. */
  onBeforeRequest?: (request: Request, route: AgentRouteMatch<Env>) => HookResult | Promise<HookResult>;
}
/**
 * Sends `/agents/{binding}/{name}` requests, HTTP and WebSocket, to the agent. Returns null for any
 * other path, and status 400 for a binding that does not exist or a name that no agent can have;
 * why, stands in the log, and in development in the answer.
 *
 * A binding is written in kebab case: `ChatRoom` is `chat-room`, `AIAgent` is `a-i-agent` or
 * `ai-agent`.
 *
 * @throws FreeholdError `invalid_props`, `invalid_hook_result`, `invalid_retry_options`; and what
 *   the platform throws after the retries.
 *
 * @example
 * export default {
 *   async fetch(request: Request, env: Env) {
 *     return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
 *   },
 * };
 */
declare function routeAgentRequest<Env>(request: Request, env: Env, options?: AgentOptions<Env>): Promise<Response | null>;
/** Options of {@link getAgentByName}. */
type AgentGetOptions<Env, Props extends object = object> = Pick<AgentOptions<Env, Props>, "jurisdiction" | "locationHint" | "props" | "routingRetry">;
/** @deprecated Use `DurableObjectNamespace`. */
type AgentNamespace<Agentic extends Agent<Cloudflare.Env>> = DurableObjectNamespace<Agentic>;
/**
 * The stub of a named agent that has started: its public methods can be called. Rejects with the
 * error of its `onStart` when that fails.
 *
 * The name is taken as it is. A request that `routeAgentRequest` sends has the name that stands in
 * the URL, percent-encoded, unless its option `decodeName` is set.
 *
 * @throws FreeholdError `invalid_agent_name` (no text, or above 1024 bytes), `namespace_missing`,
 *   `invalid_retry_options`.
 *
 * @example
 * const room = await getAgentByName(env.Room, "lobby");
 * await room.announce("hello");
 */
declare function getAgentByName<Env extends Cloudflare.Env = Cloudflare.Env, T extends Agent<Env> = Agent<Env>, Props extends object = object>(namespace: DurableObjectNamespace<T>, name: string, options?: AgentGetOptions<Env, Props>): Promise<DurableObjectStub<T>>;
/**
 * The form of a class or binding name in a URL: `MyAgent` → `my-agent`, `LOUD_AGENT` →
 * `loud-agent`. Each capital starts a word, so `AIAgent` becomes `a-i-agent`.
 */
declare function camelCaseToKebabCase(name: string): string;
export {
  Agent,
  AgentClientCall,
  AgentClientFetchOptions,
  AgentClientOptions,
  AgentClientStub,
  AgentConnection,
  AgentConnectionError,
  AgentConnectionOptions,
  AgentContext,
  AgentGetOptions,
  AgentMethods,
  AgentNamespace,
  AgentOptions,
  AgentPathStep,
  AgentPromiseReturnType,
  AgentRouteMatch,
  AgentStaticOptions,
  AgentStub,
  AgentTransport,
  backoffDelay,
  callable,
  CallableMetadata,
  CallOptions,
  camelCaseToKebabCase,
  Capability,
  ChatTrigger,
  ChatTurnOutcome,
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  createCloseClassifier,
  createStubProxy,
  DEFAULT_AGENT_STATIC_OPTIONS,
  DEFAULT_CALL_TIMEOUT_MS,
  EventPayloads,
  FreeholdError,
  FreeholdErrorOptions,
  getAgentByName,
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isErrorRetryable,
  isPlatformFailure,
  isPlatformTransientError,
  isTerminalCloseEvent,
  MCPServerMessage,
  MCPServersState,
  MessageType,
  Observability,
  ObservabilityEvent,
  OptionalAgentMethods,
  QueueItem,
  RequiredAgentMethods,
  resolveRetry,
  retry,
  RetryHooks,
  RetryOptions,
  RetryPolicy,
  RetryPorts,
  routeAgentRequest,
  RoutingRetryEvent,
  RoutingRetryOptions,
  RPCMethods,
  RPCRequest,
  RPCResponse,
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
  splitCallOptions,
  SqlError,
  StateUpdateMessage,
  StreamingResponse,
  StreamOptions,
  TypedCall,
  unstable_callable,
  UntypedAgentStub,
  validateRetry,
  WebSocketChatTransport,
  WebSocketChatTransportOptions,
  WSMessage,
};