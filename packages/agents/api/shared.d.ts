import {
  ChatTransport,
  JSONSchema7,
  Tool,
  UIMessage,
  UIMessageChunk,
} from "ai";
import {
  DurableObject,
  RpcTarget,
  WorkflowEvent,
  WorkflowSleepDuration,
  WorkflowStep,
} from "cloudflare:workers";
import {
  AsyncLocalStorage,
} from "node:async_hooks";
import {
  PartyFetchOptions,
  PartySocketOptions,
} from "partysocket";
import {
  z,
} from "zod";
/** Time, as the SDK sees it. Every room that waits or stamps takes one of these. */
interface Clock {
  /** Milliseconds since the Unix epoch. MUST follow the clock of the host that runs the object. */
  now(): number;
  /** Resolves after `milliseconds`; MUST NOT resolve earlier. */
  sleep(milliseconds: number): Promise<void>;
  /** Calls `callback` once after `milliseconds`, unless the returned function was called before. */
  after(milliseconds: number, callback: () => void): () => void;
}
/**
 * What the events of chats carry.
 *
 * @module
 */
type Nothing$6 = Record<string, never>;
/** Messages, tools and submissions. */
interface MessageEvents {
  "message:request": Nothing$6;
  "message:response": Nothing$6;
  "message:clear": Nothing$6;
  "message:cancel": {
    requestId: string;
  };
  "message:error": {
    error: string;
  };
  "tool:result": {
    toolCallId: string;
    toolName: string;
  };
  "tool:approval": {
    toolCallId: string;
    approved: boolean;
  };
  "submission:create": {
    submissionId: string;
    requestId?: string;
    idempotencyKey?: string;
  };
  "submission:status": {
    submissionId: string;
    requestId?: string;
    status: string;
  };
  "submission:error": {
    submissionId: string;
    requestId?: string;
    error: string;
  };
}
type Ledger = {
  action: string;
  key: string;
  inputHash: string;
};
type Paused = {
  action: string;
  executionId: string;
};
/** Actions that run once, and those that wait for a person. */
interface ActionEvents {
  "action:ledger:replayed": Ledger;
  "action:ledger:pending": Ledger;
  "action:ledger:conflict": Ledger;
  "action:ledger:serialize_failed": {
    action: string;
    key: string;
  };
  "action:ledger:settled": Ledger;
  "action:ledger:reclaimed": Ledger & {
    ageMs: number;
  };
  "action:ledger:swept": {
    settled: number;
    pending: number;
  };
  "action:pause:created": Paused & {
    toolCallId: string;
  };
  "action:pause:approved": Paused;
  "action:pause:rejected": Paused;
  "action:pause:swept": {
    swept: number;
  };
  "action:reply-attached": {
    action?: string;
    attachmentType: string;
  };
}
/** Channels by which people reach an agent. */
interface ChannelEvents {
  "channel:resolved": {
    channel: string;
    kind: string;
    requestId?: string;
  };
  "channel:delivered": {
    channel: string;
    kind: string;
    turnEnded: boolean;
  };
  "notice:delivered": {
    channel: string;
    kind: string;
    informModel: boolean;
  };
  "notice:failed": {
    channel: string;
    error: string;
  };
}
type Turn = {
  requestId: string;
  trigger: string;
  admission: string;
  continuation?: boolean;
  generation?: number;
};
type Recovery = {
  incidentId: string;
  requestId: string;
  attempt: number;
  maxAttempts: number;
  recoveryKind: "retry" | "continue";
};
/** Turns of a chat, and how they recover. */
interface ChatTurnEvents {
  "chat:request:failed": {
    requestId?: string;
    stage: "parse" | "persist" | "turn" | "stream" | "recovery" | "transcript";
    messagesPersisted?: boolean;
    error: string;
  };
  "chat:turn:start": Turn;
  "chat:turn:finish": Turn & {
    status: string;
    durationMs: number;
    error?: string;
  };
  "chat:recovery:detected": Recovery;
  "chat:recovery:scheduled": Recovery;
  "chat:recovery:attempt": Recovery;
  "chat:recovery:completed": Recovery;
  "chat:recovery:skipped": Recovery & {
    reason?: string;
  };
  "chat:recovery:exhausted": Recovery & {
    reason: string;
  };
  "chat:recovery:failed": Recovery & {
    reason?: string;
  };
  "chat:transcript:repaired": {
    requestId?: string;
    removedToolCalls: number;
    normalizedInputs: number;
    toolCallIds?: string[];
  };
  "chat:onstart:degraded": {
    step: "transcript-hydration" | "scheduled-task-reconcile" | "durable-work-recovery";
    error: string;
  };
  "chat:hydration:windowed": {
    /** Bytes. */
    totalContentBytes: number;
    /** Bytes. */
    budgetBytes: number;
    hydratedMessages: number;
  };
  "chat:media:evicted": {
    messages: number;
    parts: number;
    bytes: number;
    externalizedBytes: number;
  };
  "chat:stream:stalled": {
    requestId: string;
    timeoutMs: number;
  };
  "chat:context:compacted": {
    reason: "proactive" | "reactive";
    shortened: boolean;
    requestId?: string;
    attempt?: number;
  };
}
/**
 * What each event carries, by room. Names and fields are those of the published package, so that an
 * observer written for one reads the other's events.
 *
 * @module
 */
type Nothing$5 = Record<string, never>;
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
/** Agent, connections, calls, schedules and jobs. */
interface AgentEvents {
  "state:update": Nothing$5;
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
  destroy: Nothing$5;
  "schedule:create": Job;
  "schedule:execute": Job;
  "schedule:cancel": Job;
  "schedule:retry": JobRetry;
  "schedule:error": JobError;
  /** Declared by the published package; `job:backlog_warning` took its place. */
  "schedule:duplicate_warning": {
    callback: string;
    count: number;
    type: string;
  };
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
  "alarm:memory_limit_reset": {
    strikes: number;
    limit: number;
    sealed: boolean;
    error: string;
  };
}
type Fiber = {
  fiberId: string;
  fiberName: string;
  managed?: boolean;
};
type Timed = {
  elapsedMs?: number;
};
type Interrupted = {
  recoveryReason: "interrupted";
};
/** Durable execution: fibers. */
interface FiberEvents {
  "fiber:run:started": Fiber;
  "fiber:run:completed": Fiber & Timed;
  "fiber:run:failed": Fiber & Timed & {
    error: string;
  };
  "fiber:run:interrupted": Fiber & Timed & Interrupted;
  "fiber:recovery:detected": Fiber & Timed & Interrupted;
  "fiber:recovery:attempt": Fiber & Interrupted;
  "fiber:recovery:handled": Fiber & Timed & {
    status?: string;
  };
  "fiber:recovery:skipped": Fiber & Timed & {
    reason: string;
  };
  "fiber:recovery:failed": Fiber & Timed & {
    error: string;
    reason?: string;
  };
}
type Run = {
  runId: string;
  definition: string;
};
/** Durable execution: tasks. */
interface TaskEvents {
  "task:accepted": Run & {
    accepted: boolean;
  };
  "task:attempt:started": Run & {
    attempt: number;
  };
  "task:attempt:interrupted": Run & {
    attempt: number;
    step?: string;
  };
  "task:step:started": Run & {
    step: string;
    attempt: number;
  };
  "task:step:retry": Run & {
    step: string;
    attempt: number;
  };
  "task:step:completed": Run & {
    step: string;
    attempt: number;
  };
  "task:waiting": Run & {
    reason: string;
    wakeAt?: number;
  };
  "task:completed": Run;
  "task:failed": Run & {
    error: string;
  };
  "task:cancelled": Run & {
    reason?: string;
  };
  "task:deleted": Run;
}
/** Durable logs of chunks. */
interface StreamEvents {
  "stream:opened": {
    streamId: string;
  };
  "stream:closed": {
    streamId: string;
  };
  "stream:errored": {
    streamId: string;
  };
  "stream:deleted": {
    streamId: string;
  };
}
/** Agents that run as tools of others. */
interface AgentToolEvents {
  "agent_tool:recovery:begin": {
    runCount: number;
    totalTimeoutMs?: number;
  };
  "agent_tool:recovery:row": {
    runId: string;
    agentType: string;
    status: string;
    reason?: string;
    elapsedMs?: number;
  };
  "agent_tool:recovery:deadline": {
    runId: string;
    agentType: string;
    elapsedMs?: number;
  };
  "agent_tool:recovery:reattach": {
    runId: string;
    agentType: string;
    budgetMs: number;
  };
  "agent_tool:recovery:complete": {
    runCount: number;
    elapsedMs?: number;
  };
  "agent_tool:recovery:failed": {
    error: string;
  };
  "agent_tool:detached:delivery_failed": {
    runId: string;
    kind: "finish" | "give_up";
    status: string;
    callback?: string;
    error: string;
  };
  "agent_tool:detached:live_count_warning": {
    liveCount: number;
    threshold: number;
  };
}
type Mail = {
  from: string;
  to: string;
  subject?: string;
};
/** E-mail. */
interface EmailEvents {
  "email:receive": Mail;
  "email:reply": Mail;
  "email:send": {
    from: string;
    to: string | string[];
    subject: string;
  };
}
type Workflow$1 = {
  workflowId: string;
  workflowName?: string;
};
type Decided = {
  workflowId: string;
  reason?: string;
};
/** Workflows. */
interface WorkflowEvents {
  "workflow:start": Workflow$1;
  "workflow:event": {
    workflowId: string;
    eventType?: string;
  };
  "workflow:approved": Decided;
  "workflow:rejected": Decided;
  "workflow:terminated": Workflow$1;
  "workflow:paused": Workflow$1;
  "workflow:resumed": Workflow$1;
  "workflow:restarted": Workflow$1;
}
/** Connections to servers of the Model Context Protocol. */
interface McpEvents {
  "mcp:client:preconnect": {
    serverId: string;
  };
  "mcp:client:connect": {
    url: string;
    transport: string;
    state: string;
    error?: string;
  };
  "mcp:client:authorize": {
    serverId: string;
    authUrl: string;
    clientId?: string;
  };
  "mcp:client:discover": {
    url?: string;
    state?: string;
    error?: string;
    capability?: string;
  };
  "mcp:client:close": {
    url: string;
    transport?: string;
    state: string;
    error?: string;
    phase?: "terminate-session" | "client-close";
  };
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
/** Each event type and its payload. Packages that emit more of them extend this interface. */
interface EventPayloads extends AgentEvents, FiberEvents, TaskEvents, StreamEvents, AgentToolEvents, EmailEvents, WorkflowEvents, McpEvents, MessageEvents, ActionEvents, ChannelEvents, ChatTurnEvents {}
/** Any event. */
type ObservabilityEvent = { [Type in keyof EventPayloads]: BaseEvent<Type, EventPayloads[Type]>; }[keyof EventPayloads];
/** Tells subscribers of an event of this agent. */
type Emit = <Type extends keyof EventPayloads>(type: Type, payload: EventPayloads[Type]) => void;
/** Receives every event of an agent; set `observability` on the agent to take its place. */
interface Observability {
  emit(event: ObservabilityEvent): void;
}
/** Chance, as the SDK sees it. */
interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A URL-safe identifier of `length` characters (default 21). */
  id(length?: number): string;
}
/** A value that can be bound to a statement. */
type SqlValue = string | number | boolean | null;
/** Runs a statement on the agent's own database, at once; `?` are bound in order. */
type SqlRunner = <Row = Record<string, SqlValue>>(query: string, ...values: (SqlValue | Uint8Array)[]) => Row[];
/** The agent that has others run as tools. */
interface AgentToolHost {
  readonly className: string;
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly limits: AgentToolLimits;
  /** How many runs may be under way. */
  readonly maxConcurrent: number;
  /** The agent of a run, which has started. @throws when there is no such class. */
  child(agentType: string, runId: string): Promise<AgentToolChildAdapter>;
  deleteChild(agentType: string, runId: string): Promise<void>;
  /** Sends a frame to clients: to all but those given, or to one. */
  broadcast(frame: string, without: readonly string[]): void;
  hasMethod(name: string): boolean;
  /** Calls a method of the agent, in its context. */
  callMethod(name: string, ...args: unknown[]): Promise<void>;
  onStart(run: AgentToolRunInfo): Promise<void>;
  onFinish(run: AgentToolRunInfo, result: AgentToolLifecycleResult): Promise<void>;
  onProgress(run: AgentToolRunInfo, progress: AgentToolProgressSnapshot): Promise<void>;
  onStreamed(): Promise<void>;
  onMilestone(run: AgentToolRunInfo, milestone: AgentToolMilestone, mode: "react" | "narrate"): Promise<void>;
  /** Runs the delivery of a detached run's end where it fits into the agent's turns. */
  deliver(invoke: () => Promise<void>, serialize: boolean): Promise<void>;
  onError(error: unknown): Promise<void>;
  /** Has the runs reconciled in some seconds. */
  schedule(seconds: number, payload: DetachedReconcilePayload): Promise<void>;
  /** Keeps the agent awake while `work` runs, which nobody waits for. */
  background(work: () => Promise<void>): void;
}
/** How long is waited. All in milliseconds; Infinity for ever. */
interface AgentToolLimits {
  /** For a sign of a run that is taken up again. */
  readonly agentToolReattachNoProgressTimeoutMs: number;
  /** For the end of a run that is taken up again. */
  readonly agentToolReattachMaxWindowMs: number;
  /** For the end of a detached run. */
  readonly detachedMaxBudgetMs: number;
  /** For the next sign of a detached run that gave one. */
  readonly detachedNoProgressBudgetMs: number;
}
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
type LifecycleJob = {
  /** Stays the same when the job is put off. */
  readonly id: string;
  /** Who runs it: a capability's id, or `host`. */
  readonly capability: string;
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
};
/** A job to be stored. */
type LifecycleJobPushOptions = {
  readonly fn: string;
  /** Due time in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly payload?: unknown;
  /** Default: generated. Pushing an existing id of the same owner replaces that job. */
  readonly id?: string;
  readonly retry?: RetryOptions;
  readonly singleflight?: boolean;
  /** Seconds after which a run counts as hung, and as slow. Default 30. */
  readonly hungTimeoutSeconds?: number;
  readonly exclusive?: boolean;
  /** The memory-limit breaker puts off and, in the end, removes this job with its kind. */
  readonly recoveryLoop?: boolean;
};
/** What an owner is told when its job is due. */
type LifecycleJobContext = {
  readonly job: LifecycleJob;
  /** Attempt within this wake-up, from 1. */
  readonly attempt: number;
};
/**
 * What becomes of a job that ran: undefined deletes it, `rescheduleAt` (milliseconds) keeps it for
 * later, `"yield"` keeps it due. A push or re-timing of the same job during the run wins over this.
 */
type LifecycleJobOutcome = undefined | {
  readonly rescheduleAt: number;
} | "yield";
/** Jobs of one owner. */
type LifecycleJobs = {
  /** Stores a job, and wakes the object in time. @throws FreeholdError `invalid_job`. */
  readonly push: (options: LifecycleJobPushOptions) => Promise<LifecycleJob>;
  /** Removes a job; false when there is none with this id. */
  readonly cancel: (id: string) => Promise<boolean>;
  /** Moves a job to another time (milliseconds); false when there is none with this id. */
  readonly reschedule: (id: string, time: number) => Promise<boolean>;
  readonly get: (id: string) => LifecycleJob | undefined;
  /** By due time; all, or those for one `fn`. */
  readonly list: (fn?: string) => LifecycleJob[];
  /** Sets the object's alarm anew from what is stored: repairs a lost alarm. */
  readonly rearm: () => Promise<void>;
};
/** What a fiber's code gets. */
type FiberContext = {
  id: string;
  /** Aborts when the fiber is cancelled. */
  signal: AbortSignal;
  /** Stores how far the work is, in place of what was stored before. */
  stash(data: unknown): void;
  /** Always null: what was stored goes to `onFiberRecovered`. */
  snapshot: unknown | null;
};
/** Where a fiber stands. */
type FiberStatus = "pending" | "running" | "completed" | "aborted" | "interrupted" | "error";
/** Options of `startFiber`. */
type StartFiberOptions = {
  /** Default: generated. A fiber with this id is joined. */
  fiberId?: string;
  /** Fibers that are started with the same key are one fiber. */
  idempotencyKey?: string;
  /** Kept with the fiber. */
  metadata?: Record<string, unknown>;
  /** Wait for the end of the fiber. Default false. */
  waitForCompletion?: boolean;
};
/** A fiber as it stands. Times are milliseconds since the Unix epoch. */
type FiberInspection = {
  fiberId: string;
  name: string;
  idempotencyKey?: string;
  status: FiberStatus;
  snapshot?: unknown;
  error?: string;
  metadata?: Record<string, unknown>;
  createdAt: number;
  startedAt?: number;
  settledAt?: number;
};
/** Says that a fiber is stored. */
type StartFiberResult = FiberInspection & {
  /** False when a fiber of this id or key was there already. */
  accepted: boolean;
};
/** What became of an interrupted fiber. */
type FiberRecoveryResult = {
  status: "completed";
  snapshot?: unknown;
  metadata?: Record<string, unknown>;
} | {
  status: "error";
  error?: unknown;
  snapshot?: unknown;
} | {
  status: "aborted";
  reason?: string;
  snapshot?: unknown;
} | {
  status: "interrupted";
  reason?: string;
  snapshot?: unknown;
};
/** Filters of `listFibers`. */
type ListFibersOptions = {
  status?: FiberStatus | FiberStatus[];
  name?: string;
  /** From 1 to 100. Default 50. */
  limit?: number;
};
/** Which fibers to delete; those that run never are. */
type DeleteFibersOptions = {
  /** Default: completed, aborted and error. */
  status?: FiberStatus | FiberStatus[];
  settledBefore?: Date;
  /** From 1 to 500, oldest first. Default 100. */
  limit?: number;
};
/** An interrupted fiber, as `onFiberRecovered` gets it. */
type FiberRecoveryContext = {
  id: string;
  name: string;
  /** `interrupted`; only of fibers that `startFiber` began. */
  status?: FiberStatus;
  idempotencyKey?: string;
  metadata?: Record<string, unknown> | null;
  /** What was stashed last; null when nothing was. */
  snapshot: unknown | null;
  /** When the fiber began, in milliseconds since the Unix epoch. */
  createdAt: number;
  recoveryReason: "interrupted";
  [key: string]: unknown;
};
/** Tells the object that has the alarm that a fiber runs in this one, and that it no longer does. */
interface FiberLease {
  acquire(fiberId: string): Promise<void>;
  release(fiberId: string): Promise<void>;
}
/** How chat runs fibers. */
interface FiberRunOptions {
  /** Stored with the new run. */
  readonly initialSnapshot?: unknown;
  /** What is stored in place of what is stashed. */
  readonly wrapStash?: (data: unknown) => unknown;
}
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
/** A method that clients may call. */
interface CallableMethod {
  readonly run: (this: unknown, ...args: unknown[]) => unknown;
  readonly metadata: CallableMetadata;
}
/** @deprecated Renamed to {@link callable}. */
declare function unstable_callable(metadata?: CallableMetadata): <This, Args extends unknown[], Return>(target: (this: This, ...args: Args) => Return, _context: ClassMethodDecoratorContext) => (this: This, ...args: Args) => Return;
/** What clients may call, and how failures are put to them. */
interface CallTable {
  /** What the methods run on. */
  readonly target: object;
  /** By name. */
  readonly methods: ReadonlyMap<string, CallableMethod>;
  /** Whether there is a method of this name that clients may not call. */
  hides(name: string): boolean;
  /** Words for what a method threw. */
  failure(thrown: unknown): string;
  /** Words for a result that JSON cannot carry. */
  unserializable(thrown: unknown): string;
}
/**
 * Everything that crosses the wire: frame types and texts, header and query names, close codes.
 * The names and the key order equal those of the published `agents` 0.32, so that either client
 * talks to either server. This module is free of platform imports: clients use it as well.
 */
/** The `type` of each protocol frame. */
declare const MessageType$1: {
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
type MessageType$1 = (typeof MessageType$1)[keyof typeof MessageType$1];
/** Type of the chunk that tells of progress; it is sent and not stored. */
declare const AGENT_TOOL_PROGRESS_PART = "data-agent-progress";
/** Type of the chunk that tells of a milestone. */
declare const AGENT_TOOL_MILESTONE_PART = "data-agent-milestone";
/** Segment of a path that leads from an agent to one inside it: `/sub/{class}/{name}`. */
declare const SUB_PREFIX = "sub";
/** Query parameter by which a client asks for another wire than JSON frames. */
declare const CAPNWEB_TRANSPORT_QUERY = "__agents_transport";
/** Value of {@link CAPNWEB_TRANSPORT_QUERY} that asks for Cap'n Web. */
declare const CAPNWEB_TRANSPORT_VALUE = "capnweb";
/** A call from a client. Keys that are not listed are ignored. */
type RPCRequest = {
  type: "rpc";
  id: string;
  method: string;
  args: unknown[];
};
/** An answer to a call; `done: false` marks a chunk of a streaming one. */
type RPCResponse = {
  type: typeof MessageType$1.RPC;
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
  /** Class of the error, unless it is `Error`. Ours alone. */
  name?: string;
  /** Stable, machine-readable name of the failure, if it has one. Ours alone. */
  code?: string;
});
/** The whole state, from either side. */
type StateUpdateMessage = {
  type: typeof MessageType$1.CF_AGENT_STATE;
  state: unknown;
  /** From the server: grows with every change of one agent, also over restarts. Ours alone. */
  version?: number;
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
  type: typeof MessageType$1.CF_AGENT_MCP_SERVERS;
  mcp: MCPServersState;
};
/** A JSON text frame from a client that is an object, already parsed. */
type ClientFrame = Readonly<Record<string, unknown>>;
type Nothing$4 = void;
/** The part of a `State` that is kept in step over connections. */
type SyncedState = {
  /** The state; undefined when there is none. */
  get(): unknown;
  /** Replaces the state; throws to refuse. */
  set(nextState: never, source: Connection): void;
};
/** What comes in on a connection. */
type WebSocketMessage = WSMessage;
/** What an object does with its connections. Runs in the host's context, with the connection. */
type WebSocketHandlers = {
  /** A connection was accepted, and sent its first frames. A failure closes it. */
  onConnect?(connection: Connection, context: ConnectionContext): void | Promise<void>;
  /** A message that is not the protocol's. Returning true keeps it from later handlers. */
  onMessage?(connection: Connection, message: WebSocketMessage): Nothing$4 | boolean | Promise<Nothing$4 | boolean>;
  /** A connection closed. */
  onClose?(connection: Connection, code: number, reason: string, wasClean: boolean): void | Promise<void>;
  /** A connection failed. */
  onError?(connection: Connection, error: unknown): void | Promise<void>;
};
/** Handlers of the SDK's own parts: told earlier, and given what is parsed already. */
type InternalHandlers = Omit<WebSocketHandlers, "onMessage"> & {
  /** A connection was accepted; runs before the first frames are sent to it. */
  onAccept?(connection: Connection, context: ConnectionContext): void | Promise<void>;
  /** `frame` is the parsed object of a JSON text. */
  onMessage?(connection: Connection, message: WebSocketMessage, frame?: ClientFrame): Nothing$4 | boolean | Promise<Nothing$4 | boolean>;
};
/** How an object takes connections. */
interface WebSocketsOptions {
  /** What the object does with its connections; accepted they are without it too. */
  readonly handlers?: WebSocketHandlers;
  /** Its prototype's methods are what clients may call, over either wire. */
  readonly callables?: RpcTarget;
  /**
   * Whether a connection gets identity and state when it joins, and protocol frames later. Default
   * true. With `false` the host sends these frames itself, and applies those of clients.
   */
  readonly protocol?: boolean | ((connection: Connection, context: ConnectionContext) => boolean);
  /** Whether a connection may not change the state. */
  readonly readonly?: (connection: Connection, context: ConnectionContext) => boolean;
  /** A state to keep in step: call `broadcastState` from its `onChanged`. */
  readonly state?: SyncedState;
  /** Tags of a connection, for `getConnections(tag)`; its id is the first. */
  readonly getConnectionTags?: (connection: Connection, context: ConnectionContext) => string[] | Promise<string[]>;
}
/** How much one connection may ask for; absent for any amount. */
interface ConnectionLimits {
  /** Messages a second, of which twice as many may come at once. More of them close it with 1013. */
  readonly maxMessagesPerSecond?: number | undefined;
  /** Calls that may run at once; more of them fail with `too_many_calls`. */
  readonly maxConcurrentCalls?: number | undefined;
}
/** How the SDK's own hosts differ from what the options can say. */
interface WebSocketsWiring {
  /** What clients may call, in place of `callables`. */
  readonly calls?: CallTable;
  readonly limits?: ConnectionLimits;
  /** Whether new connections get the identity frame. Default true. */
  readonly sendsIdentity?: boolean;
  /** Deals with what a handler threw, or throws it. */
  readonly settle?: (error: unknown) => Promise<void>;
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
  /** Longest time of the SDK's own recovery of one fiber. Default 10000 milliseconds. */
  fiberRecoveryHookTimeoutMs?: number;
  /** Time after which a look at interrupted fibers leaves the rest to the next. Default 10000. */
  fiberRecoveryScanDeadlineMs?: number;
  /**
   * Age at which a fiber of `runFiber` whose recovery fails is given up, in milliseconds. Default a
   * day; 0 never gives up.
   */
  fiberRecoveryMaxAgeMs?: number;
  /** Longest time without a sign of a tool's run that is taken up again. Default 120000 ms. */
  agentToolReattachNoProgressTimeoutMs?: number;
  /** Longest time to follow a tool's run that is taken up again, in milliseconds. Default: any. */
  agentToolReattachMaxWindowMs?: number;
  /** Longest time of a detached run. Default a day, in milliseconds. */
  detachedMaxBudgetMs?: number;
  /** Longest time without a sign of a detached run that gave one. Default an hour, in ms. */
  detachedNoProgressBudgetMs?: number;
  /** Alarms in a row that may end at the memory limit before their work is removed. Default 3. */
  maxAlarmMemoryLimitStrikes?: number;
  /** Keep the props of the last start that brought some for starts without. Default false. */
  durableProps?: boolean;
  /**
   * Messages a second that one connection may send, of which twice as many may come at once. More of
   * them close it with 1013. Default: any number.
   */
  maxMessagesPerSecond?: number;
  /** Calls of one connection that may run at once; more of them fail. Default: any number. */
  maxConcurrentCalls?: number;
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
/** The runs of agents that an agent has run as tools. */
declare class AgentTools {
  #private;
  constructor(host: AgentToolHost);
  /**
   * Has an agent run as a tool. One that was begun before under the same id is joined, or its result
   * returned.
   */
  run(agentType: string, options: RunAgentToolOptions): Promise<RunAgentToolResult | DetachedRunAgentToolResult>;
  /** Cancels a run; does nothing for one that has ended, or that there is not. */
  cancel(runId: string, reason?: unknown): Promise<void>;
  /** Whether there is such a run. */
  has(agentType: string, runId: string): boolean;
  /** Deletes runs with their agents, cancelling those that are under way. */
  clear(options?: {
    olderThan?: number;
    status?: AgentToolRunStatus[];
  }): Promise<void>;
  /** Takes up what earlier lives of the agent left under way. */
  recover(): void;
  /** Looks at detached runs: what has ended is told, what took too long is given up. */
  tick(payload?: DetachedReconcilePayload): Promise<void>;
  /** Tells a client that joins of the runs there are, the latest at most. */
  replay(connection: {
    id: string;
    send(frame: string): void;
  }): Promise<void>;
  /** Whether there are runs at all; cheap. */
  get isUsed(): boolean;
}
/**
 * A class whose agents can live inside another. The Worker exports it under its own name.
 */
type DynamicAgentClass<T extends Agent = Agent> = {
  new (ctx: DurableObjectState, env: never): T;
};
type Promisify<T> = T extends Promise<unknown> ? T : Promise<T>;
/** The methods that an agent's author wrote, as calls from outside. */
type DynamicAgentStub<T extends Agent> = { [K in keyof T as K extends keyof Agent ? never : T[K] extends ((...args: never[]) => unknown) ? K : never]: T[K] extends ((...args: infer A) => infer R) ? (...args: A) => Promisify<R> : never; };
/** A value, or a promise of it. */
type Awaitable$1<T> = T | Promise<T>;
type Nothing$3 = void;
/** An opaque place that a routing transport understands: another object, or one inside it. */
type LifecycleRouteAddress = {
  /** Stable key, for comparing and storing. */
  readonly key: string;
  /** The transport's own text. */
  readonly data: string;
};
/** A message that another object's capability of the same id sent. */
type LifecycleRouteContext = {
  /** Who sent it; undefined for the outermost object. */
  readonly source: LifecycleRouteAddress | undefined;
  readonly payload: unknown;
};
/** Where an object stands: never started, starting, or started. */
type LifecycleStatus = "zero" | "starting" | "started";
/** An event of a capability, on its way to observers. */
type LifecycleEvent = {
  /** Id of the capability, or `host`. */
  readonly source: string;
  readonly type: string;
  readonly payload: unknown;
};
/** Where a capability tells of what it does. */
type LifecycleEvents = {
  /** Tells observers; during a start, once it has succeeded. */
  readonly emit: (type: string, payload: unknown) => void;
};
/** How a capability reaches its like in other objects. */
type LifecycleRoutes = {
  /** This object's own address; undefined for the outermost. */
  readonly source: LifecycleRouteAddress | undefined;
  /** Sends to the outermost object; from there, to itself. */
  readonly toRoot: (payload: unknown) => Promise<unknown>;
  /** Sends to another object. @throws FreeholdError `no_route`. */
  readonly to: (target: LifecycleRouteAddress, payload: unknown) => Promise<unknown>;
};
/** What code that runs for a client may ask of its surroundings. */
type LifecycleHostContextScope = {
  readonly connection?: Connection;
  readonly request?: Request;
};
/** The platform's sockets that survive hibernation. */
type LifecycleSockets = {
  /** Accepts a socket; from now on its events go to the object. */
  readonly accept: (socket: WebSocket, tags: string[]) => void;
  /** Accepted sockets, all or those with a tag; the same objects until the next wake. */
  readonly get: (tag?: string) => WebSocket[];
};
/** What every installed capability may use. */
type LifecycleServices = {
  /** The object's name. @throws FreeholdError `agent_unnamed`. */
  readonly name: string;
  /** Name of the object's class. */
  readonly className: string;
  readonly storage: DurableObjectStorage;
  readonly sockets: LifecycleSockets;
  /** Resolves when the object has started; inside its start, at once. */
  readonly ready: () => Promise<void>;
  readonly status: () => LifecycleStatus;
  /** Durable work of this capability; it comes back to `onJob`. */
  readonly jobs: LifecycleJobs;
  /**
   * Keeps work that goes on after `onJob` returned within the alarm's memory-limit breaker. False,
   * and nothing is kept, when no alarm runs.
   */
  readonly trackAlarmWork: (work: Promise<unknown>) => boolean;
  /** Runs a callback of the host's in the host's context. */
  readonly runInHostContext: (body: () => unknown, scope?: LifecycleHostContextScope) => Promise<unknown>;
  readonly events: LifecycleEvents;
  readonly routes: LifecycleRoutes;
};
/** What the SDK's own capabilities use besides. */
type InternalServices = LifecycleServices & {
  /** The object that code runs for; `getCurrentAgent().agent`. */
  readonly host: object;
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether clients may see stacks. */
  readonly development: boolean;
  /** Keeps the object alive until `work` ends. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};
/** What comes with a start. */
type CapabilityStartContext<Props extends object = object> = {
  /** What the router gave; undefined for most starts. */
  readonly props: Props | undefined;
};
/** What comes with an HTTP request. */
type CapabilityRequestContext = {
  readonly request: Request;
};
/** What comes with a WebSocket upgrade. */
type CapabilityWebSocketUpgradeContext = {
  readonly request: Request;
};
/** What comes with a strike of the memory-limit breaker. */
type MemoryLimitContext = {
  /** Whether the strikes are used up: the work was removed instead of put off. */
  readonly sealed: boolean;
  /** When the work that was put off comes again, in milliseconds. */
  readonly nextTime?: number;
  /** The job that ran; absent when the limit was hit by something else. */
  readonly executing?: LifecycleJob;
  /** The jobs of recovery loops that were removed. */
  readonly purgedRecoveryLoopJobs?: readonly LifecycleJob[];
};
/**
 * A feature that takes part in an object's life. Hooks run outside the host's context
 * (`getCurrentAgent()` is empty); callbacks of the host's run through `runInHostContext`.
 */
interface DurableObjectCapability<Props extends object = object> {
  /** Owner of its jobs and routes; unique within an object. */
  readonly capabilityId?: string;
  /** `"catch-all"` is asked last, and there is one for each of request and upgrade at most. */
  readonly claims?: "selective" | "catch-all";
  /** Runs at every start, before the host's `onStart`. A failure fails the start. */
  onStart?(context: CapabilityStartContext<Props>): Awaitable$1<void>;
  /** The first `Response` answers the request. Not asked for WebSocket upgrades. */
  onRequest?(context: CapabilityRequestContext): Awaitable$1<Response | undefined | Nothing$3>;
  /** The first `Response` takes the upgrade; its socket is the capability's own. */
  onWebSocketUpgrade?(context: CapabilityWebSocketUpgradeContext): Awaitable$1<Response | undefined | Nothing$3>;
  /** Return true for an event of a socket of one's own. */
  onWebSocketMessage?(socket: WebSocket, message: WSMessage): Awaitable$1<boolean | Nothing$3>;
  onWebSocketClose?(socket: WebSocket, code: number, reason: string, wasClean: boolean): Awaitable$1<boolean | Nothing$3>;
  onWebSocketError?(socket: WebSocket, error: unknown): Awaitable$1<boolean | Nothing$3>;
  /** Runs a job this capability pushed; what it returns decides what becomes of the job. */
  onJob?(context: LifecycleJobContext): Awaitable$1<LifecycleJobOutcome | Nothing$3>;
  /** A job of this capability failed for good; what is returned is its outcome. */
  onJobError?(context: LifecycleJobContext, error: unknown): Awaitable$1<LifecycleJobOutcome | Nothing$3>;
  /** An alarm used up the memory; its jobs were put off or removed already. */
  onMemoryLimit?(context: MemoryLimitContext): Awaitable$1<void>;
  /** A message of the same capability in another object; what is returned is the answer. */
  onRoute?(context: LifecycleRouteContext): Awaitable$1<unknown>;
  /** The object is being destroyed; runs in reverse order. */
  dispose?(): Awaitable$1<void>;
}
/**
 * Base of a capability that uses what the lifecycle offers.
 *
 * @example
 * class Heartbeat extends LifecycleCapability {
 *   constructor() {
 *     super("heartbeat");
 *   }
 *
 *   override async onStart() {
 *     await this.lifecycle.jobs.push({ id: "beat", fn: "beat", time: Date.now() + 60_000 });
 *   }
 *
 *   onJob() {
 *     this.lifecycle.events.emit("heartbeat:beat", {});
 *     return { rescheduleAt: Date.now() + 60_000 };
 *   }
 * }
 */
declare abstract class LifecycleCapability<Props extends object = object> implements DurableObjectCapability<Props> {
  #private;
  /** Owner of its jobs and routes; unique within an object. */
  readonly capabilityId: string;
  readonly claims: "selective" | "catch-all";
  protected constructor(capabilityId: string);
  /** Runs at every start. */
  onStart(_context: CapabilityStartContext<Props>): void;
  /** What the lifecycle offers; undefined while the capability is not installed. */
  protected get lifecycleServices(): LifecycleServices | undefined;
  /** What the lifecycle offers. @throws FreeholdError `capability_not_installed`. */
  protected get lifecycle(): LifecycleServices;
}
/** The object's one alarm, as the platform keeps it. */
interface AlarmSlot {
  get(): Promise<number | null>;
  /** Milliseconds since the Unix epoch; replaces what was set. */
  set(time: number): Promise<void>;
  delete(): Promise<void>;
}
/** What retrying needs from the world. */
interface RetryPorts {
  readonly clock: Clock;
  readonly random: Random;
}
/** Hooks of one retried piece of work. */
interface RetryHooks {
  /** Whether the failure is worth another attempt, whose number is given; not asked after the last. */
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
/** Configuration of a lifecycle. */
type LifecycleOptions = {
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
/**
 * The life of a Durable Object: it starts the object once, before its first event, and shares the
 * object's requests, sockets and alarm among capabilities and the object's own hooks.
 *
 * @example
 * export class Room extends DurableObject<Env> {
 *   readonly state = new State({ initialState: { guests: 0 } });
 *   readonly webSockets = new WebSockets({ state: this.state });
 *   readonly lifecycle = Lifecycle.install(this).use(this.state).use(this.webSockets);
 *
 *   onRequest() {
 *     return Response.json(this.state.get());
 *   }
 * }
 */
declare class Lifecycle<Env extends object = Cloudflare.Env, Props extends object = object> {
  #private;
  /** Makes a lifecycle and has it take the object's entry points; call it in the constructor. */
  static install<Env extends object, Props extends object = object>(host: DurableObject<Env>, options?: LifecycleOptions): Lifecycle<Env, Props>;
  /** @param hooks for the SDK's own hosts: replaces how the host's hooks are called */
  constructor(host: DurableObject<Env>, options?: LifecycleOptions, hooks?: HostHooks);
  /** Takes the entry points that the object does not define itself. @throws when called twice. */
  installHandlers(): void;
  /**
   * Adds a feature; call it in the constructor. Features are asked in the order in which they were
   * added, those that claim everything last.
   *
   * @throws FreeholdError `capability_too_late`, `capability_duplicate`, `capability_unreachable`.
   */
  use(capability: DurableObjectCapability<Props>): this;
  /** @internal Takes a message that a capability of another object sent. */
  route({ capability, source, payload }: LifecycleRouteEnvelope): Promise<unknown>;
  /** Runs a statement on the object's database; values are bound. Failures are logged and thrown. */
  sql<T = Record<string, SqlValue>>(strings: TemplateStringsArray, ...values: SqlValue[]): T[];
  /** Answers a request: capabilities first, then the host's `onRequest`. Never rejects. */
  fetch(request: Request): Promise<Response>;
  /** @internal A message came in on an accepted socket. */
  webSocketMessage(socket: WebSocket, message: WSMessage): Promise<void>;
  /** @internal An accepted socket was closed. */
  webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void>;
  /** @internal An accepted socket failed. */
  webSocketError(socket: WebSocket, error: unknown): Promise<void>;
  /**
   * Resolves when the object has started; rejects when its start fails. Native calls do not start an
   * object by themselves. Inside the start it resolves at once.
   */
  start(props?: Props): Promise<void>;
  isStarted(): boolean;
  /** The object's name. @throws FreeholdError `agent_unnamed`. */
  get name(): string;
  /** Durable work of the host itself; it comes back to the host's `onJob`. */
  get jobs(): LifecycleJobs;
  /** Sets the object's alarm anew from the stored jobs. */
  rearmAlarm(): Promise<void>;
  /** Keeps work within the running alarm's memory-limit breaker; false when no alarm runs. */
  trackAlarmWork(work: Promise<unknown>): boolean;
  /** Has every capability let go of what it holds, the last one first. */
  dispose(): Promise<void>;
  /** Deletes the object's alarm; none is set any more. For the end of the object. */
  disableAlarms(): Promise<void>;
  /** Runs the object's alarm: what is due, then the host's `onAlarm`. */
  alarm(): Promise<void>;
}
type Nothing$2 = void;
/** A Durable Object with a {@link Lifecycle}, and the hooks that it calls. */
interface LifecycleObject<Env extends object = Cloudflare.Env, Props extends object = object> extends DurableObject<Env> {
  readonly lifecycle: Lifecycle<Env, Props>;
  onStart?(props?: Props): void | Promise<void>;
  onRequest?(request: Request): Response | Promise<Response>;
  onAlarm?(): void | Promise<void>;
  onJob?(context: LifecycleJobContext): Awaitable$1<LifecycleJobOutcome | Nothing$2>;
  onAlarmMemoryLimit?(context: MemoryLimitContext): void | Promise<void>;
}
/** How messages of capabilities reach other objects. */
interface RouteTransport {
  /** This object's own address; undefined for the outermost. */
  readonly source: LifecycleRouteAddress | undefined;
  /** Delivers to `target`; undefined is the outermost object. */
  send(target: LifecycleRouteAddress | undefined, envelope: LifecycleRouteEnvelope): Promise<unknown>;
}
/** A capability's message between objects. */
type LifecycleRouteEnvelope = {
  readonly capability: string;
  readonly source: LifecycleRouteAddress | undefined;
  readonly payload: unknown;
};
/** Who an object is, for capabilities, events and logs. */
interface Identity$1 {
  readonly className: string;
  /** @throws FreeholdError `agent_unnamed`. */
  name(): string;
  /** `Class:name`. */
  label(): string;
}
/**
 * How a lifecycle calls its host: each hook that the host has, in the host's context. The SDK's own
 * hosts extend this.
 */
declare class HostHooks {
  #private;
  constructor(host: object);
  /** How capabilities reach those of other objects; undefined for an object that stands alone. */
  get routes(): RouteTransport | undefined;
  /** The object's sockets, where they are not the platform's alone. */
  get sockets(): LifecycleSockets | undefined;
  /** The object's alarm, where it is not the platform's. */
  get alarmSlot(): AlarmSlot | undefined;
  /** Retries of jobs that bring none. */
  get retryDefaults(): RetryPolicy;
  /** Whether the host runs jobs of its own; else they are dropped. */
  get runsJobs(): boolean;
  onStart(props: unknown): Awaitable$1<void>;
  onRequest(request: Request): Awaitable$1<Response>;
  onAlarm(): Awaitable$1<void>;
  onJob(context: LifecycleJobContext): Awaitable$1<LifecycleJobOutcome | Nothing$2>;
  onAlarmMemoryLimit(context: MemoryLimitContext): Awaitable$1<void>;
  /** Tells observers. */
  emit({ payload, source, type }: LifecycleEvent, { className, name }: Identity$1): void;
  /** Runs `body` in the host's context. */
  protected within<T>(body: () => T, request?: Request): T;
}
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
/** What adding a server answers once it can be done. */
type AddedMcpServer = {
  id: string;
  state: "ready";
} | {
  id: string;
  state: "authenticating";
  authUrl: string;
};
/** How an authorization ended. */
type AuthorizationResult = {
  serverId: string;
  authSuccess: true;
  authError?: undefined;
} | {
  serverId?: string;
  authSuccess: false;
  authError: string;
};
/** What answers a browser that comes back from an authorization. */
interface AuthorizationCallback {
  successRedirect?: string;
  errorRedirect?: string;
  customHandler?: (result: AuthorizationResult) => Response;
}
/** Listens to something; the answer ends that. */
type Listen = (listener: (event: never) => void) => {
  dispose(): void;
};
/**
 * The servers of an agent that is connected to none: what code asks of them is answered truthfully, and
 * what it prepares for them is taken. Only what needs a server fails.
 *
 * @example
 * ```ts
 * const tools = { ...this.mcp.getAITools(), ...myOwn };
 * ```
 */
declare class AbsentMcp {
  #private;
  readonly mcpConnections: Readonly<Record<string, never>>;
  readonly onServerStateChanged: Listen;
  readonly onObservabilityEvent: Listen;
  /** The tools of all servers, for the AI SDK: none. */
  getAITools(_filter?: object): Record<string, never>;
  listServers(): never[];
  listTools(_filter?: object): never[];
  listPrompts(_filter?: object): never[];
  listResources(_filter?: object): never[];
  listResourceTemplates(_filter?: object): never[];
  /** Resolves when all connections have settled: at once. */
  waitForConnections(_options?: {
    timeout?: number;
  }): Promise<void>;
  /** Agents commonly say this when they start. */
  configureOAuthCallback(config: AuthorizationCallback): void;
  getOAuthCallbackConfig(): AuthorizationCallback | undefined;
  configureElicitationHandlers(_handlers?: object): void;
  /** Whether a browser comes back from the authorization at a server: never. */
  isCallbackRequest(_request: Request): boolean;
  closeAllConnections(): Promise<void>;
  /** @throws FreeholdError `mcp_unavailable` */
  connect(_url: string, _options?: object): Promise<never>;
  /** @throws FreeholdError `mcp_unavailable` */
  registerServer(_id: string, _options: object): Promise<never>;
  /** @throws FreeholdError `mcp_unavailable` */
  connectToServer(_id: string): Promise<never>;
  /** @throws FreeholdError `mcp_unavailable` */
  callTool(_params: object, ..._options: unknown[]): Promise<never>;
}
/** A child that was made and not deleted. */
interface SubAgentEntry {
  className: string;
  name: string;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
}
/** A child as it is stored. */
interface RegisteredChild extends SubAgentEntry {
  /** Name that its identifier is made of; the child's own for those of old versions. */
  readonly identityName: string;
}
/** The children of one agent, in its own database. The table is made by the first child. */
declare class SubAgentRegistry {
  #private;
  constructor(sql: SqlRunner);
  find(className: string, name: string): RegisteredChild | undefined;
  /** In the order in which they were made; all, or those of one class. */
  list(className?: string): SubAgentEntry[];
  add({ className, createdAt, identityName, name }: RegisteredChild, version: string): void;
  remove(className: string, name: string): void;
}
/** One step of the way from the outermost agent to an agent. */
interface AgentPathStep {
  /** Name of the class, as the Worker exports it. */
  className: string;
  /** The agent's own name. */
  name: string;
}
/** The way to an agent, outermost first. */
type AgentPath = readonly AgentPathStep[];
/** What a socket to a sub-agent has stored with it, as the sub-agent needs it. */
interface SocketMeta {
  readonly id: string;
  /** URL of the upgrade request, as the sub-agent saw it. */
  readonly uri: string;
  readonly tags: readonly string[];
  /** The connection's state, with the SDK's own values in it. */
  readonly user: unknown;
  /** A state that is no object, while values of the SDK occupy `user`. */
  readonly value?: unknown;
}
/** A socket to a sub-agent, and the sub-agent's key. */
interface TargetedMeta extends SocketMeta {
  readonly key: string;
}
/** What an agent that lives inside another was told when it was started. */
interface Facet {
  readonly name: string;
  /** The agents it lives in, outermost first. */
  readonly parentPath: AgentPath;
  /** Identifier of the outermost agent. */
  readonly rootId: string;
  /** The open sockets to it and to those inside it, unless it has to ask for them. */
  readonly sockets?: readonly TargetedMeta[];
  /** Whether the outermost agent was still starting: it may not answer until it has started. */
  readonly rootStarting?: boolean;
}
/** What knowing of fibers in nested agents needs. */
interface FacetRunsPorts {
  readonly sql: SqlRunner;
  readonly jobs: LifecycleJobs;
  readonly now: () => number;
  /** Milliseconds from a change to the next look. */
  readonly interval: () => number;
  /**
   * Has an agent recover the fibers that its earlier lives left. Ids of those it still has; undefined
   * when there is no such agent.
   */
  readonly check: (path: AgentPath) => Promise<unknown>;
}
/**
 * The fibers that run in nested agents, as the outermost agent knows of them: it has the alarm by which
 * an agent is woken that nobody asks for anything. What a fiber stored is in the agent it runs in.
 * While there is a row there is a job, both written in one turn.
 */
declare class FacetRuns {
  #private;
  constructor(ports: FacetRunsPorts);
  /** At a start all fibers that are known are of earlier lives: looks after them at once. */
  resume(): Promise<void>;
  add({ data, key }: LifecycleRouteAddress, runId: string): Promise<void>;
  remove(key: string, runId: string): Promise<void>;
  /** Removes what is known of an agent and of those inside it. */
  forget(prefix: string): Promise<void>;
  /** The job: wakes each agent, and comes again while any has fibers; ever later without a change. */
  run(): Promise<LifecycleJobOutcome>;
}
/** What a sub-agent does with sockets that the outermost agent owns. */
type Frame = {
  readonly kind: "send";
  readonly to: readonly string[];
  readonly message: WSMessage;
} | {
  readonly kind: "close";
  readonly to: string;
  readonly code?: number;
  readonly reason?: string;
} | {
  readonly kind: "keep";
  readonly to: string;
  readonly attachment: unknown;
};
/**
 * Frames on their way to the outermost agent, in order: one batch at a time, and in it what came
 * while the batch before was under way.
 */
declare class Outbox {
  #private;
  constructor(deliver: (frames: readonly Frame[]) => Promise<unknown>, waitUntil: (work: Promise<unknown>) => void);
  push(frame: Frame): void;
  /** Sends one message to one more socket; a broadcast is one frame so. */
  send(to: string, message: WSMessage): void;
  /** Resolves when everything pushed so far has arrived. */
  settled(): Promise<void>;
}
/**
 * A sub-agent's end of a socket that the outermost agent owns. It is a WebSocket as far as a
 * connection needs one: what happens on it comes in as events of the object, not of the socket.
 */
declare class FacetSocket {
  #private;
  constructor(key: string, outbox: Outbox, attachment?: unknown);
  get readyState(): number;
  send(message: WSMessage): void;
  close(code?: number, reason?: string): void;
  /** The other side has closed it. */
  ended(): void;
  /** @throws FreeholdError `attachment_too_large`. */
  serializeAttachment(attachment: unknown): void;
  deserializeAttachment(): unknown;
  /** Tags under which the object finds it. */
  isTagged(tag: string): boolean;
  tag(tags: readonly string[]): void;
  addEventListener(): void;
  removeEventListener(): void;
}
/** The sockets of a sub-agent: those that the outermost agent owns, beside the platform's own. */
declare class FacetSockets implements LifecycleSockets {
  #private;
  constructor(platform: LifecycleSockets, outbox: Outbox);
  readonly accept: (socket: WebSocket, tags: string[]) => void;
  readonly get: (tag?: string) => WebSocket[];
  /** A socket that was opened now. */
  add(id: string): FacetSocket;
  /** A socket from before this life of the sub-agent; the same for the same id. */
  restore({ id, tags, uri, user, ...rest }: SocketMeta): FacetSocket;
  find(id: string): FacetSocket | undefined;
  remove(id: string): void;
}
/** A request without a body, as agents hand it on: an upgrade cannot be sent itself. */
interface PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
}
/** What an agent inside another tells the outermost, or asks of it. */
type UpwardMessage = {
  readonly op: "frames";
  readonly frames: readonly Frame[];
} | {
  readonly op: "sockets";
  readonly path: AgentPath;
} | {
  readonly op: "condemn";
  readonly path: AgentPath;
  readonly createdAt: number;
} | {
  readonly op: "buried";
  readonly path: AgentPath;
} | {
  readonly op: "destroy";
  readonly inMilliseconds: number;
} | {
  readonly op: "alarm";
  readonly time: number | null;
} | {
  readonly op: "alarmTime";
} | {
  readonly op: "fiberBegun";
  readonly runId: string;
} | {
  readonly op: "fiberEnded";
  readonly runId: string;
};
/** What the outermost agent tells one inside it, or asks of it. */
type DownwardMessage = {
  readonly op: "gate";
  readonly request: PlainRequest;
} | {
  readonly op: "connect";
  readonly id: string;
  readonly request: PlainRequest;
} | {
  readonly op: "message";
  readonly id: string;
  readonly message: WSMessage;
  /** Given the second time, when the sub-agent did not know the socket. */
  readonly meta?: SocketMeta;
} | {
  readonly op: "close";
  readonly id: string;
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly meta?: SocketMeta | undefined;
} | {
  readonly op: "wake";
} |
/** Asks for the ids of the fibers that are left when those of earlier lives are recovered. */
{
  readonly op: "fibers";
} | {
  readonly op: "delete";
  readonly className: string;
  readonly name: string;
  /** Only the child that was made then (milliseconds); absent for any. */
  readonly createdAt: number | undefined;
};
/** Answer of a gate on the way to a sub-agent. */
type GateAnswer = {
  readonly refused: number;
} |
/** The child that comes next, and what it is asked. */
{
  readonly className: string;
  readonly name: string;
  readonly request: PlainRequest;
} |
/** The request is for the agent itself. */
undefined;
/** What delivers the events of a sub-agent to it. */
interface FacetEvents {
  alarm(): Promise<void>;
  webSocketMessage(socket: WebSocket, message: WSMessage): Promise<void>;
  webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void>;
}
/** What being a sub-agent needs. */
interface FacetPorts {
  readonly facet: Facet;
  readonly events: () => FacetEvents;
  /** Lets a connection in on a socket; rejects when it could not be set up. */
  readonly admit: (socket: WebSocket, request: Request, id: string) => Promise<void>;
  readonly toRoot: (message: UpwardMessage) => Promise<unknown>;
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** The platform's own sockets of the object. */
  readonly platform: LifecycleSockets;
}
/** The side of an agent that lives inside another: its sockets, alarm and leases are the root's. */
declare class FacetSide {
  #private;
  readonly sockets: FacetSockets;
  constructor(ports: FacetPorts, path: AgentPath);
  /** The alarm of the outermost agent, as far as this one needs it. */
  get alarmSlot(): AlarmSlot;
  /** Deals with a message of the outermost agent. */
  serve(message: DownwardMessage): Promise<unknown>;
}
/** What an agent offers the agents it is related to, besides its own methods. */
interface AgentStub$1 {
  fetch(request: Request): Promise<Response>;
  __unsafe_ensureInitialized(): Promise<void>;
  _cf_routeLifecycle(target: LifecycleRouteAddress | undefined, envelope: LifecycleRouteEnvelope): Promise<unknown>;
  _cf_invokeSubAgent(className: string, name: string, method: string, args: unknown[]): Promise<unknown>;
  _cf_invokeSubAgentPath(path: AgentPath, method: string, args: unknown[]): Promise<unknown>;
}
/** The part of the platform's context that is used. */
interface TreeContext {
  readonly id: {
    toString(): string;
  };
  readonly exports?: unknown;
  readonly facets?: unknown;
}
/** What an agent's place among its relations needs. */
interface TreePorts {
  readonly ctx: TreeContext;
  readonly facet: Facet | undefined;
  readonly registry: SubAgentRegistry;
  /** The agent's own step. */
  readonly self: () => AgentPathStep;
  readonly now: () => number;
  /** The open sockets to the agent at `path` and to those inside it; asked when it starts. */
  readonly socketsOf: (path: AgentPath) => Promise<readonly TargetedMeta[]> | readonly TargetedMeta[];
  /** Whether the outermost agent is still starting, as far as this one knows. */
  readonly isRootStarting: () => boolean;
}
/** An agent's place: the way to it, the outermost agent, and its children. */
declare class Tree {
  #private;
  constructor(ports: TreePorts);
  /** The way to this agent, itself included. @throws FreeholdError `agent_unnamed`. */
  get path(): AgentPath;
  /** Names of the Worker's exports. */
  get knownClasses(): readonly string[];
  /** Whether objects of a class may stand alone, instead of inside an agent. */
  standsAlone(className: string): boolean;
  /** The way to a child. */
  pathTo({ className, name }: AgentPathStep): AgentPath;
  /** The outermost agent. */
  root(): AgentStub$1;
  /** The namespace of a class, by its export; undefined when it has none. */
  namespaceOf(className: string): DurableObjectNamespace | undefined;
  /** A child that exists. It is not made sure that it has started. */
  stub(child: RegisteredChild): AgentStub$1;
  /**
   * A child that has started; it is made when there is none.
   *
   * @throws Error for a class that cannot be one, or a name with a NUL. FreeholdError
   *   `invalid_sub_agent_name`. What the child's start throws.
   */
  resolve(className: string, name: string): Promise<AgentStub$1>;
  /** Stops a child; it starts anew when it is needed, with what it stored. */
  abort(child: AgentPathStep, reason: unknown): void;
  /** Deletes a child with everything inside it, and forgets it, in one turn. */
  erase(child: AgentPathStep): void;
}
/** What dealing with children and ancestors needs. */
interface KinPorts {
  /** What the agent was told by the one it lives in; undefined for an outermost agent. */
  readonly facet: Facet | undefined;
  readonly registry: SubAgentRegistry;
  readonly tree: Tree;
  readonly clock: Clock;
  /** Takes a message that is for this agent. */
  readonly receive: (envelope: LifecycleRouteEnvelope) => Promise<unknown>;
  readonly toRoot: (message: UpwardMessage) => Promise<unknown>;
  readonly tell: (target: LifecycleRouteAddress, message: DownwardMessage) => Promise<unknown>;
  /** Removes what the outermost agent keeps of an agent, by its key. */
  readonly forget: (key: string) => Promise<void>;
}
/** An agent's children, and the messages that pass it on their way through the tree. */
declare class Kin {
  #private;
  constructor(ports: KinPorts);
  /** A child that has started; it is made when there is none. */
  resolve({ className, name }: AgentPathStep): Promise<AgentStub$1>;
  /** Stops a child; it starts anew when it is needed, with what it stored. */
  abort(child: AgentPathStep, reason: unknown): void;
  /**
   * Deletes a child with all that is inside it and all that others keep of it. With `createdAt`
   * (milliseconds), only the child that was made then: true when another has taken its place.
   */
  delete(child: AgentPathStep, createdAt?: number): Promise<boolean>;
  /** The same for any agent in the tree; asked of the outermost. */
  deleteAt(path: AgentPath, createdAt: number | undefined): Promise<unknown>;
  /** Calls a method of an agent further inside, by its path from here. */
  invoke(path: AgentPath, method: string, args: unknown[]): Promise<unknown>;
  /** The part of a path below this agent. @throws Error when it leads elsewhere. */
  pathBelow(path: AgentPath): AgentPath;
  /** Hands a capability's message on towards the agent it is for. */
  route(target: LifecycleRouteAddress | undefined, envelope: LifecycleRouteEnvelope): Promise<unknown>;
  /** Sends a capability's message; undefined when the agent it is for is gone. */
  send(target: LifecycleRouteAddress | undefined, envelope: LifecycleRouteEnvelope): Promise<unknown>;
}
/** A socket to a sub-agent. */
interface Target {
  readonly socket: WebSocket;
  readonly id: string;
  /** The sub-agent; empty when there is none any more. */
  readonly path: AgentPath;
  readonly key: string;
}
/** What the outermost agent's sockets to sub-agents need. */
interface RootSocketPorts {
  readonly sockets: LifecycleSockets;
  /** The agent's own path. */
  path(): AgentPath;
  knownClasses(): readonly string[];
}
/**
 * The sockets to sub-agents, which the outermost agent owns. Whose a socket is stands in its
 * attachment, as the URL of its upgrade, beside what the sub-agent keeps with it.
 */
declare class RootSockets {
  #private;
  constructor(ports: RootSocketPorts);
  /** Takes a new socket of the sub-agent that `path` leads to; `url` is that of its upgrade. */
  accept(socket: WebSocket, id: string, url: string, path: AgentPath): Target;
  /** Whose socket this is; undefined for one of the agent's own. */
  of(socket: WebSocket): Target | undefined;
  find(key: string, id: string): Target | undefined;
  forget(target: Target): void;
  /** The open sockets to a sub-agent and to those inside it, as they need them. */
  metas(prefix: string): TargetedMeta[];
  /** What a sub-agent needs to know of its socket. */
  meta({ id, socket }: Target): SocketMeta | undefined;
  /** Does what a sub-agent asks for with its sockets. */
  apply(key: string, frames: readonly Frame[]): void;
  /** Closes the sockets to a sub-agent and to those inside it; what still comes is nobody's. */
  closeWithin(prefix: string, code: number, reason: string): void;
  /** Closes all of them: the agent is being destroyed. */
  closeAll(): void;
}
/** A capability that keeps things of nested agents in the outermost one. */
interface RouteCleanup {
  /** Removes what it keeps of the agent with this key, and of those inside it. */
  __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void>;
}
/** What being the outermost agent needs. */
interface RootPorts {
  readonly jobs: LifecycleJobs;
  readonly now: () => number;
  readonly sockets: RootSockets;
  readonly runs: FacetRuns;
  readonly cleanups: () => readonly RouteCleanup[];
  readonly send: (target: LifecycleRouteAddress, message: DownwardMessage) => Promise<unknown>;
  /** Deletes a child of an agent in the tree; true when a newer one has taken its place. */
  readonly deleteAt: (path: AgentPath, createdAt: number | undefined) => Promise<unknown>;
}
/** What the outermost agent keeps and does for all inside it. */
declare class RootSide {
  #private;
  constructor(ports: RootPorts);
  /** Answers an agent in the tree; the outermost itself has no address. */
  serve(source: LifecycleRouteAddress | undefined, message: UpwardMessage): Promise<unknown>;
  /** Runs one of the jobs. */
  run(fn: string, payload: unknown): Promise<LifecycleJobOutcome>;
  /** Removes everything that is kept of an agent and of those inside it. */
  forget(prefix: string): Promise<void>;
}
/** What passing requests and sockets on to sub-agents needs. */
interface TrafficPorts {
  readonly tree: Pick<Tree, "knownClasses" | "pathTo">;
  /** A child that has started. */
  readonly resolve: (child: AgentPathStep) => Promise<AgentStub$1>;
  readonly sockets: () => RootSockets;
  readonly newId: () => string;
  /** The agent's own hook, in its context. */
  readonly gate: (request: Request, child: AgentPathStep) => Promise<Request | Response | undefined>;
  readonly send: (target: LifecycleRouteAddress, message: DownwardMessage) => Promise<unknown>;
}
/** Passes requests and sockets on to the sub-agents that their URLs name. */
declare class Traffic {
  #private;
  constructor(ports: TrafficPorts);
  /** Answers a request for a sub-agent; undefined for one of the agent's own. Bodies are streamed. */
  answer(request: Request): Promise<Response | undefined>;
  /** Takes an upgrade for a sub-agent; undefined for one of the agent's own. */
  open(request: Request): Promise<Response | undefined>;
  /** A gate on the way of an upgrade to an agent further inside. */
  gate(request: Request): Promise<GateAnswer>;
  /** A message came on a socket of a sub-agent. */
  message(target: Target, message: string | ArrayBuffer | ArrayBufferView): Promise<void>;
  /** A socket of a sub-agent closed. Answers the close frame when that is allowed. */
  close(target: Target, code: number, reason: string, wasClean: boolean): Promise<void>;
}
/** The agent whose relations these are. */
interface SubAgentHost {
  readonly ctx: DurableObjectState;
  /** The agent's class. */
  readonly className: string;
  readonly lifecycle: Pick<Lifecycle, "alarm" | "name" | "route" | "webSocketClose" | "webSocketMessage">;
  /** Capabilities that keep things of nested agents in the outermost one. */
  readonly cleanups: readonly RouteCleanup[];
  /** Milliseconds between two looks at fibers of nested agents. */
  readonly keepAliveIntervalMs: number;
  /** Recovers fibers of earlier lives; ids of those that are left or run. */
  checkFibers(): Promise<readonly string[]>;
  /** The agent's own hook, in its context. */
  gate(request: Request, child: AgentPathStep): Promise<Request | Response | undefined>;
  /** Lets a connection in on a socket. */
  admit(socket: WebSocket, request: Request, id: string): Promise<void>;
}
/**
 * The agents inside an agent, and its own place inside others: their directory, the way messages
 * take from one to another, and what the outermost agent does for all of them.
 */
declare class SubAgents extends LifecycleCapability {
  #private;
  /** What this agent was told by the one it lives in; undefined for an outermost agent. */
  readonly facet: Facet | undefined;
  constructor(host: SubAgentHost);
  /** The agent's place in its tree. */
  get tree(): Tree;
  /** The agent's children, as they are stored. */
  get registry(): SubAgentRegistry;
  /** What the agent does with its children. */
  get kin(): Kin;
  /** What being inside another agent means; undefined for an outermost agent. */
  get facetSide(): FacetSide | undefined;
  /** How capabilities of the agents in the tree reach each other. */
  get transport(): RouteTransport;
  /** Deletes this agent, which lives inside another, now or in some time. */
  destroySelf(inMilliseconds: number): Promise<void>;
  /** How the outermost agent knows of this one's fibers; undefined for an outermost agent. */
  get fiberLease(): FiberLease | undefined;
  onStart(): Promise<void>;
  onRequest({ request }: CapabilityRequestContext): Promise<Response | undefined> | undefined;
  onWebSocketUpgrade({ request }: CapabilityWebSocketUpgradeContext): Promise<Response | undefined> | undefined;
  onWebSocketMessage(socket: WebSocket, message: string | ArrayBuffer | ArrayBufferView): false | Promise<boolean>;
  onWebSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<boolean>;
  onWebSocketError(socket: WebSocket): boolean;
  onJob({ job }: LifecycleJobContext): Promise<LifecycleJobOutcome>;
  onRoute({ payload, source }: LifecycleRouteContext): Promise<unknown>;
  dispose(): void;
  /** @internal Makes the parts; an agent without relations does without them. */
  _parts(): {
    registry: SubAgentRegistry;
    tree: Tree;
    rootSockets: RootSockets;
    kin: Kin;
    rootSide: RootSide;
    runs: FacetRuns;
    traffic: Traffic;
  };
}
/**
 * The agents inside an agent (`this.dynamicAgents`): each has a database and connections of its own,
 * lives where its parent lives, and is reached through it only.
 *
 * @example
 * const searcher = await this.dynamicAgents.get(Searcher, "papers");
 * const found = await searcher.search("durable execution");
 * await this.dynamicAgents.delete(Searcher, "papers");
 */
declare class DynamicAgents {
  #private;
  /** @internal */
  constructor(room: SubAgents);
  /**
   * The child of this class and name, for calls. It is made when there is none; it has started.
   *
   * @throws Error for a class that the Worker does not export under its name, or a name with a NUL;
   *   what the child's `onStart` throws; what the platform throws beyond a depth of four.
   */
  get<T extends Agent>(cls: DynamicAgentClass<T>, name: string): Promise<DynamicAgentStub<T>>;
  /**
   * Stops a child at once; calls that wait fail with `reason`. It starts anew when it is needed, with
   * what it stored.
   */
  abort(cls: DynamicAgentClass, name: string, reason?: unknown): void;
  /**
   * Deletes a child: what it stored, its schedules and queued work, its connections (closed with
   * 1001), and all agents inside it. Does nothing when there is none.
   */
  delete(cls: DynamicAgentClass, name: string): Promise<void>;
  /** Whether there is such a child. */
  has<T extends Agent>(cls: DynamicAgentClass<T>, name: string): boolean;
  has(className: string, name: string): boolean;
  /** The children in the order in which they were made; all, or those of one class. */
  list<T extends Agent>(cls: DynamicAgentClass<T>): SubAgentEntry[];
  list(className?: string): SubAgentEntry[];
}
/** A step of the way to the agent that started a workflow. */
type AgentWorkflowPathStep = AgentPathStep;
/** Which agent started a workflow: one that stands alone, or one inside another. */
type AgentWorkflowOrigin = {
  kind: "agent";
  version: 1;
  /** Name of the agent's namespace in the environment. */
  binding: string;
  /** The agent's name. */
  name: string;
} | {
  kind: "facet";
  version: 1;
  /** Name of the outermost agent's namespace in the environment. */
  rootBinding: string;
  /** The way to the agent, outermost first, itself included. */
  path: AgentWorkflowPathStep[];
};
/** What `run` is called with: the workflow's own parameters are in `payload`. */
type AgentWorkflowEvent<Params = unknown> = WorkflowEvent<Params>;
/** `step`, with ways to tell the agent something: each is a step, so it happens once. */
interface AgentWorkflowStep extends WorkflowStep {
  /** Tells the agent that the work is done: `onWorkflowComplete`. */
  reportComplete<T = unknown>(result?: T): Promise<void>;
  /** Tells the agent that the work failed: `onWorkflowError`. The workflow goes on. */
  reportError(error: Error | string): Promise<void>;
  /** Sends the agent something of your own: `onWorkflowEvent`. */
  sendEvent<T = unknown>(event: T): Promise<void>;
  /** Replaces the agent's state. */
  updateAgentState(state: unknown): Promise<void>;
  /** Replaces some fields of the agent's state. */
  mergeAgentState(partialState: Record<string, unknown>): Promise<void>;
  /** Gives the agent its initial state again. */
  resetAgentState(): Promise<void>;
}
/** What `runWorkflow` adds to the parameters, and takes away again before `run` sees them. */
type AgentWorkflowInternalParams = {
  __agentName: string;
  __agentBinding: string;
  __workflowName: string;
  __agentOrigin?: AgentWorkflowOrigin;
};
/** The parameters of an instance, with what `runWorkflow` adds. */
type AgentWorkflowParams<T = unknown> = T & AgentWorkflowInternalParams;
/** What a workflow tells its agent of. */
type WorkflowCallbackType = "progress" | "complete" | "error" | "event";
/** What everything that a workflow tells has. */
type WorkflowCallbackBase = {
  /** Name of the workflow's binding. */
  workflowName: string;
  /** The instance's id. */
  workflowId: string;
  type: WorkflowCallbackType;
  /** When it was sent, in milliseconds since the Unix epoch. */
  timestamp: number;
};
/** Progress, unless a workflow has a type of its own for it. */
type DefaultProgress = {
  /** The present step. */
  step?: string;
  status?: "pending" | "running" | "complete" | "error";
  message?: string;
  /** From 0 to 1. */
  percent?: number;
  [key: string]: unknown;
};
type WorkflowProgressCallback<P = DefaultProgress> = WorkflowCallbackBase & {
  type: "progress";
  progress: P;
};
type WorkflowCompleteCallback = WorkflowCallbackBase & {
  type: "complete";
  result?: unknown;
};
type WorkflowErrorCallback = WorkflowCallbackBase & {
  type: "error";
  /** The error's message. */
  error: string;
  /** The error's class, where there was an error. */
  errorName?: string;
};
type WorkflowEventCallback = WorkflowCallbackBase & {
  type: "event";
  event: unknown;
};
/** What a workflow tells its agent. */
type WorkflowCallback<P = DefaultProgress> = WorkflowProgressCallback<P> | WorkflowCompleteCallback | WorkflowErrorCallback | WorkflowEventCallback;
/** How an instance stands. */
type WorkflowStatus = InstanceStatus["status"];
/** A row of `cf_agents_workflows`. Times are seconds since the Unix epoch. */
type WorkflowTrackingRow = {
  id: string;
  workflow_id: string;
  workflow_name: string;
  status: WorkflowStatus;
  /** JSON. */
  metadata: string | null;
  error_name: string | null;
  error_message: string | null;
  created_at: number;
  updated_at: number;
  completed_at: number | null;
};
/** Options of `runWorkflow`. */
type RunWorkflowOptions = {
  /** The instance's id. Default: a new one. */
  id?: string;
  /** Kept with the agent's row, for `getWorkflows`. */
  metadata?: Record<string, unknown>;
  /** Name of the agent's namespace in the environment; of the outermost one for an agent inside it. */
  agentBinding?: string;
  /** How long the finished instance is kept. */
  retention?: WorkflowInstanceCreateOptions["retention"];
};
/** What `sendWorkflowEvent` sends. */
type WorkflowEventPayload = {
  type: string;
  payload: unknown;
};
/** A workflow that an agent started, as the agent knows it. */
type WorkflowInfo = {
  /** Id of the agent's row. */
  id: string;
  /** Id of the instance. */
  workflowId: string;
  /** Name of the binding. */
  workflowName: string;
  status: WorkflowStatus;
  metadata: Record<string, unknown> | null;
  error: {
    name: string;
    message: string;
  } | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
};
/** Which workflows `getWorkflows` is to find. */
type WorkflowQueryCriteria = {
  status?: WorkflowStatus | WorkflowStatus[];
  /** Name of the binding. */
  workflowName?: string;
  /** Fields of the metadata that must have these values. `a.b` is also the field `b` of `a`. */
  metadata?: Record<string, string | number | boolean>;
  /** Default 50, at most 100. */
  limit?: number;
  /** By the time of creation. Default `desc`. */
  orderBy?: "asc" | "desc";
  /** `nextCursor` of the page before. */
  cursor?: string;
};
/** A part of what was found. */
type WorkflowPage = {
  workflows: WorkflowInfo[];
  /** Of all pages. */
  total: number;
  nextCursor: string | null;
};
/** Payload of the event by which a workflow is approved or rejected. */
type ApprovalEventPayload = {
  approved: boolean;
  reason?: string;
  metadata?: Record<string, unknown>;
};
/** Options of `waitForApproval`. */
type WaitForApprovalOptions = {
  /** Default `wait-for-approval`. */
  stepName?: string;
  /** Default: that of `step.waitForEvent`, 24 hours. */
  timeout?: WorkflowSleepDuration;
  /** Default `approval`. Another one has to be said to `approveWorkflow`, too. */
  eventType?: string;
};
/** What `approveWorkflow` sends along. */
type ApprovalOptions = RejectionOptions & {
  /** What `waitForApproval` returns. */
  metadata?: Record<string, unknown>;
};
/** What `rejectWorkflow` sends along. */
type RejectionOptions = {
  reason?: string;
  /** The type that the workflow waits for. Default `approval`. */
  eventType?: string;
};
/** What happens to a row. Nothing, if undefined. */
interface Change {
  readonly status: WorkflowStatus;
  /** What went wrong; null when nothing did; undefined leaves it as it is. */
  readonly error?: {
    readonly name: string;
    readonly message: string;
  } | null;
}
/** Where a page ends. */
interface Cursor {
  /** Seconds. */
  readonly createdAt: number;
  readonly workflowId: string;
}
/** A condition on rows, and the values in it. */
interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}
/** What a new row begins with. */
type NewRow$1 = Pick<WorkflowTrackingRow, "id" | "workflow_id" | "workflow_name" | "metadata">;
/** The table of workflows. It is made with its first row; reading before finds nothing. */
declare class WorkflowStore {
  #private;
  constructor(sql: SqlRunner);
  /** @param now seconds */
  add(row: NewRow$1, now: number): void;
  find(workflowId: string): WorkflowTrackingRow | undefined;
  /** @param now seconds */
  change(workflowId: string, { error, status }: Change, now: number): void;
  /** Puts a row back as it was. */
  put(row: WorkflowTrackingRow): void;
  /** A part of the rows that match, in order. */
  page(where: Condition, after: Cursor | undefined, isNewestFirst: boolean, limit: number): WorkflowTrackingRow[];
  count({ sql, values }: Condition): number;
  /** Removes rows, and what is remembered of their workflows; returns how many. */
  remove({ sql, values }: Condition): number;
  rename(from: string, to: string, now: number): number;
  /** Rows of workflows that had not come to their end when this life of the object began. */
  open(limit: number): WorkflowTrackingRow[];
  /** The bindings that rows name, and how many do. */
  bindings(): {
    workflow_name: string;
    count: number;
  }[];
  hasMark(workflowId: string, key: string): boolean;
  mark(workflowId: string, key: string, eventId?: number | null): void;
  unmark(workflowId: string, key: string): void;
  /** Id of the last event of the instance that was looked at. */
  cursor(workflowId: string): number | undefined;
  /** Removes all marks of a workflow. */
  forget(workflowId: string): void;
}
/** Which rows `deleteWorkflows` removes. */
type DeleteCriteria = Omit<WorkflowQueryCriteria, "limit" | "orderBy"> & {
  createdBefore?: Date;
};
/** Methods of an agent that workflows call. */
declare const AgentMethod: {
  readonly CALLBACK: "_workflow_handleCallback";
  readonly BROADCAST: "_workflow_broadcast";
  readonly STATE: "_workflow_updateState";
  /** Calls one of the others, or settles, once for each step. Ours alone. */
  readonly DELIVER: "_workflow_deliver";
};
/** What {@link AgentMethod.DELIVER} may do. */
type Delivered = {
  readonly method: typeof AgentMethod.CALLBACK;
  readonly args: readonly unknown[];
} | {
  readonly method: typeof AgentMethod.STATE;
  readonly args: readonly unknown[];
} | {
  readonly method: "settle";
};
/** Which step tells something, and how often it tried. */
interface Delivery {
  readonly workflowId: string;
  /** The step's name and which of that name it is. */
  readonly key: string;
  /** From 1. */
  readonly attempt: number;
}
/** What an agent is told of changes of its state. */
type StateAction = "set" | "merge" | "reset";
/** What of an agent its workflows reach. */
interface CallbackHooks {
  onWorkflowCallback(callback: WorkflowCallback): Promise<void>;
  onWorkflowProgress(workflowName: string, workflowId: string, progress: unknown): Promise<void>;
  onWorkflowComplete(workflowName: string, workflowId: string, result?: unknown): Promise<void>;
  onWorkflowError(workflowName: string, workflowId: string, error: string): Promise<void>;
  onWorkflowEvent(workflowName: string, workflowId: string, event: unknown): Promise<void>;
  broadcast(message: string): void;
  readonly state: unknown;
  readonly initialState: unknown;
  setState(state: never): void;
}
/** What taking in what workflows tell needs. */
interface CallbackPorts {
  readonly clock: Clock;
  readonly store: WorkflowStore;
  readonly hooks: CallbackHooks;
  /** Resolves when the agent has started. */
  ready(): Promise<void>;
  /** Runs `body` as the agent's own code. */
  within<T>(body: () => T): T;
}
/** Takes in what an agent's workflows tell it. */
declare class WorkflowCallbacks {
  #private;
  constructor(ports: CallbackPorts);
  /** A step of a workflow tells something, maybe not for the first time. */
  deliver(delivery: Delivery, told: Delivered): Promise<void>;
  handle(callback: WorkflowCallback): Promise<void>;
  broadcast(message: unknown): Promise<void>;
  updateState(action: StateAction, state: unknown): Promise<void>;
}
/** Who an agent is, as its workflows are to find it. */
interface AgentIdentity {
  /** Outermost first, itself included. */
  readonly path: AgentPath;
  /** Id of the outermost agent. */
  readonly rootId: string;
}
/** What running workflows needs. */
interface WorkflowPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly store: WorkflowStore;
  readonly env: unknown;
  identity(): AgentIdentity;
}
/** The workflows that an agent starts, and what it knows of them. */
declare class Workflows {
  #private;
  constructor(ports: WorkflowPorts);
  /** Looks after what earlier lives of the agent have started. */
  wake(): void;
  /** Starts a workflow. Its row is there before it can tell anything. */
  run(name: string, params: unknown, options?: RunWorkflowOptions): Promise<string>;
  send(name: string, id: string, { payload, type }: WorkflowEventPayload): Promise<void>;
  approve(id: string, options?: ApprovalOptions): Promise<void>;
  reject(id: string, options?: RejectionOptions): Promise<void>;
  /** Terminates, pauses or resumes; the row says what came of it. */
  control(id: string, verb: "terminate" | "pause" | "resume"): Promise<void>;
  /** Runs a workflow again. Its row is as new before the new run can tell anything. */
  restart(id: string, { resetTracking }?: {
    resetTracking?: boolean | undefined;
  }): Promise<void>;
  /** How the instance itself stands; the row follows. */
  status(name: string, id: string): Promise<InstanceStatus>;
  find(id: string): WorkflowInfo | undefined;
  list(criteria?: WorkflowQueryCriteria): WorkflowPage;
  delete(id: string): boolean;
  deleteAll(criteria?: DeleteCriteria): number;
  /** Says in all rows that a binding has another name now; returns how many there were. */
  migrate(from: string, to: string): number;
}
/** What an agent has to do with workflows. */
interface WorkflowRooms {
  /** Those that it starts. */
  readonly tracked: Workflows;
  /** What they tell. */
  readonly callbacks: WorkflowCallbacks;
}
/** Names of the environment's workflows. */
type WorkflowBinding<E> = { [K in keyof E & string]: E[K] extends Workflow ? K : never; }[keyof E & string];
/** Name of a workflow in the environment; any text is taken, too. */
type WorkflowName<E> = WorkflowBinding<E> | (string & {});
/** The part of an agent that starts workflows, steers them, and hears of them. */
declare abstract class AgentWithWorkflows<Env extends Cloudflare.Env = Cloudflare.Env> extends DurableObject<Env> {
  /** @internal The agent's workflows. */
  abstract readonly _workflows: WorkflowRooms;
  /**
   * Starts a workflow and keeps a row of it, which follows how it stands. What the workflow tells
   * comes back to this agent by its name. Rejects when there is no such binding, or the id is in use.
   *
   * @returns the instance's id
   * @example
   * const id = await this.runWorkflow("REVIEW", { document: "d7" }, { metadata: { by: "ada" } });
   */
  runWorkflow<P = unknown>(workflowName: WorkflowName<Env>, params: P, options?: RunWorkflowOptions): Promise<string>;
  /** Sends an event that a workflow waits for with `step.waitForEvent`, now or later. */
  sendWorkflowEvent(workflowName: WorkflowName<Env>, workflowId: string, event: WorkflowEventPayload): Promise<void>;
  /** Lets a workflow pass its `waitForApproval`. `eventType` where it waits for another than usual. */
  approveWorkflow(workflowId: string, data?: ApprovalOptions): Promise<void>;
  /** Lets `waitForApproval` throw in a workflow. `eventType` where it waits for another than usual. */
  rejectWorkflow(workflowId: string, data?: RejectionOptions): Promise<void>;
  /** Ends a workflow. Rejects when it has ended already. */
  terminateWorkflow(workflowId: string): Promise<void>;
  /** Stops a workflow at its next step. */
  pauseWorkflow(workflowId: string): Promise<void>;
  /** Lets a paused workflow go on. */
  resumeWorkflow(workflowId: string): Promise<void>;
  /** Runs a workflow again from the top, under the same id. */
  restartWorkflow(workflowId: string, options?: {
    /** Whether its row is to have a new time of creation. Default true. */
    resetTracking?: boolean;
  }): Promise<void>;
  /** How an instance stands, by the platform's word; its row follows. */
  getWorkflowStatus(workflowName: WorkflowName<Env>, workflowId: string): Promise<InstanceStatus>;
  /** A workflow that this agent started, as its row says. */
  getWorkflow(workflowId: string): WorkflowInfo | undefined;
  /** Workflows that this agent started, by page. @throws Error for a cursor that is none. */
  getWorkflows(criteria?: WorkflowQueryCriteria): WorkflowPage;
  /** Removes a row; the instance stays as it is. */
  deleteWorkflow(workflowId: string): boolean;
  /** Removes the rows that match; returns how many. */
  deleteWorkflows(criteria?: DeleteCriteria): number;
  /** Says in all rows that a binding has a new name; returns how many there were. */
  migrateWorkflowBinding(oldName: string, newName: string): number;
  /** A workflow told something. Default: calls the hook for what it told. */
  onWorkflowCallback(callback: WorkflowCallback): Promise<void>;
  /** A workflow told how far it is. */
  onWorkflowProgress(_workflowName: string, _workflowId: string, _progress: unknown): Promise<void>;
  /** A workflow told that its work is done, with `step.reportComplete`. */
  onWorkflowComplete(_workflowName: string, _workflowId: string, _result?: unknown): Promise<void>;
  /** A workflow failed. Default: logs it. */
  onWorkflowError(workflowName: string, workflowId: string, error: string): Promise<void>;
  /** A workflow sent something of its own, with `step.sendEvent`. */
  onWorkflowEvent(_workflowName: string, _workflowId: string, _event: unknown): Promise<void>;
  /** @internal Takes what a workflow tells. */
  _workflow_handleCallback(callback: WorkflowCallback): Promise<void>;
  /** @internal Sends a workflow's message to all connections. */
  _workflow_broadcast(message: unknown): Promise<void>;
  /** @internal Changes the state for a workflow. */
  _workflow_updateState(action: "set" | "merge" | "reset", state?: unknown): Promise<void>;
  /** @internal The same for a step of a workflow, once for all its attempts. */
  _workflow_deliver(delivery: Delivery, told: Delivered): Promise<void>;
}
type Nothing$1 = void;
/** The part of an agent that deals with the agents it lives in, and those that live in it. */
declare abstract class AgentFamily<Env extends Cloudflare.Env = Cloudflare.Env> extends AgentWithWorkflows<Env> {
  /** Servers of the Model Context Protocol: none yet. */
  readonly mcp: AbsentMcp;
  /** @internal The agent's relations to other agents. */
  abstract readonly _relations: SubAgents;
  /** The agents this one lives in, outermost first. */
  get parentPath(): ReadonlyArray<AgentPathStep>;
  /** `parentPath` and this agent. */
  get selfPath(): ReadonlyArray<AgentPathStep>;
  /** The agents that live in this one. */
  get dynamicAgents(): DynamicAgents;
  /**
   * Asked for each request and upgrade for an agent inside this one, with the URL as it came. A
   * response refuses it, a request takes its place (the pathname apart), nothing lets it pass.
   *
   * Default: lets pass, but for a child that does not exist, of a class that has a binding of its
   * own: 404. Such a class was not made to be created here by whoever writes its name into a URL.
   */
  onBeforeSubAgent(_request: Request, child: {
    className: string;
    name: string;
  }): Promise<Request | Response | Nothing$1>;
  /**
   * The agent that this one lives in, for calls.
   *
   * @throws Error when it lives in none, or in one of another class.
   */
  parentAgent<T extends Agent>(cls: DynamicAgentClass<T>): Promise<DurableObjectStub<T>>;
  /** @deprecated Use `dynamicAgents.get`. */
  subAgent<T extends Agent>(cls: DynamicAgentClass<T>, name: string): Promise<DynamicAgentStub<T>>;
  /** @deprecated Use `dynamicAgents.abort`. */
  abortSubAgent(cls: DynamicAgentClass, name: string, reason?: unknown): void;
  /** @deprecated Use `dynamicAgents.delete`. */
  deleteSubAgent(cls: DynamicAgentClass, name: string): Promise<void>;
  /** @deprecated Use `dynamicAgents.has`. */
  hasSubAgent<T extends Agent>(cls: DynamicAgentClass<T>, name: string): boolean;
  hasSubAgent(className: string, name: string): boolean;
  /** @deprecated Use `dynamicAgents.list`. */
  listSubAgents<T extends Agent>(cls: DynamicAgentClass<T>): SubAgentEntry[];
  listSubAgents(className?: string): SubAgentEntry[];
  /** @internal Takes a message that a capability of another object sent, or hands it on. */
  _cf_routeLifecycle(target: LifecycleRouteAddress | undefined, envelope: LifecycleRouteEnvelope): Promise<unknown>;
  /** @internal Calls a method of a child. */
  _cf_invokeSubAgent(className: string, name: string, method: string, args: unknown[]): Promise<unknown>;
  /** @internal Calls a method of an agent further inside, by its path from here. */
  _cf_invokeSubAgentPath(path: ReadonlyArray<AgentPathStep>, method: string, args: unknown[]): Promise<unknown>;
  /** @internal Calls a method of this agent or of one further inside, by its whole path. */
  _cf_invokeAgentPath(path: ReadonlyArray<AgentPathStep>, method: string, args: unknown[]): Promise<unknown>;
}
/** What layers above an agent may do their own way when it has others run as tools. */
interface ToolSeams {
  streamed(): Promise<void>;
  milestone(run: AgentToolRunInfo, milestone: AgentToolMilestone, mode: "react" | "narrate"): Promise<void>;
  deliver(invoke: () => Promise<void>, serialize: boolean): Promise<void>;
  error(error: unknown): void | Promise<void>;
}
/** The part of an agent that has other agents run as tools. */
declare abstract class ToolRunner<Env extends Cloudflare.Env = Cloudflare.Env> extends AgentFamily<Env> {
  /** How many runs may be under way at once; more of them end with an error. Default: any number. */
  maxConcurrentAgentTools: number;
  /** @internal The runs. */
  abstract readonly _tools: AgentTools;
  /** A run begins. */
  onAgentToolStart(_run: AgentToolRunInfo): Promise<void>;
  /** A run has ended. */
  onAgentToolFinish(_run: AgentToolRunInfo, _result: AgentToolLifecycleResult): Promise<void>;
  /** A run's agent tells of progress, or of a milestone. */
  onProgress(_run: AgentToolRunInfo, _progress: AgentToolProgressSnapshot): Promise<void>;
  /** Tells of progress where the agent runs as a tool; agents without a conversation cannot. */
  reportProgress<T = unknown>(_progress: AgentToolProgress<T>, _options?: {
    persist?: boolean;
  }): Promise<void>;
  /**
   * Has an agent run as a tool, inside this one, and waits for its end. With `detached` the run goes
   * on by itself. A run that was begun before under the same `runId` is joined.
   *
   * @throws Error for a wrong `detached` option. What goes wrong in the run is in the result.
   */
  runAgentTool<Input = unknown>(cls: ChatCapableAgentClass, options: RunAgentToolOptions<Input> & {
    detached: true | DetachedAgentToolConfig;
  }): Promise<DetachedRunAgentToolResult>;
  runAgentTool<Input = unknown, Output = unknown>(cls: ChatCapableAgentClass, options: RunAgentToolOptions<Input>): Promise<RunAgentToolResult<Output>>;
  /** Cancels a run; does nothing for one that has ended. */
  cancelAgentTool(runId: string, reason?: unknown): Promise<void>;
  /** Whether this agent has had such a run. */
  hasAgentToolRun<T extends Agent>(cls: DynamicAgentClass<T>, runId: string): boolean;
  hasAgentToolRun(agentType: string, runId: string): boolean;
  /** Deletes runs with their agents: all, or those that began before a time, or stand so. */
  clearAgentToolRuns(options?: {
    olderThan?: number;
    status?: AgentToolRunStatus[];
  }): Promise<void>;
  /** @internal Looks at detached runs; called by a schedule. */
  _cfDetachedReconcileTick(payload?: DetachedReconcilePayload): Promise<void>;
  /** @internal Override to run the delivery of a detached run's end among the agent's turns. */
  protected _runDetachedDelivery(invoke: () => Promise<void>, _options?: {
    serialize?: boolean;
  }): Promise<void>;
  /** @internal Override to count what a run's agent says as progress of this one. */
  protected _onAgentToolStreamProgress(): Promise<void>;
  /** @internal Override to tell a conversation of a milestone; may be called again for the same. */
  protected _deliverDetachedMilestone(_run: AgentToolRunInfo, _milestone: AgentToolMilestone, _mode: "react" | "narrate"): Promise<void>;
  /** @internal What layers above override. */
  get _toolSeams(): ToolSeams;
  abstract onError(error: unknown): void | Promise<void>;
}
/** An e-mail being handled. */
type AgentEmail = {
  from: string;
  to: string;
  getRaw: () => Promise<Uint8Array>;
  headers: Headers;
  rawSize: number;
  setReject: (reason: string) => void;
  forward: (rcptTo: string, headers?: Headers) => Promise<EmailSendResult>;
  reply: (options: {
    from: string;
    to: string;
    raw: string;
  }) => Promise<EmailSendResult>;
  _secureRouted?: boolean;
};
/** What surrounds the code that runs: the agent, and what it is working on. */
interface AgentContextStore {
  readonly agent: unknown;
  readonly connection: Connection | undefined;
  readonly request: Request | undefined;
  readonly email: AgentEmail | undefined;
}
/** What {@link getCurrentAgent} returns; every field is undefined outside an agent. */
interface CurrentAgentContext<T> {
  agent: T | undefined;
  connection: Connection | undefined;
  request: Request | undefined;
  email: AgentEmail | undefined;
}
/** The context of the running code. It follows promises and timers, as async context does. */
declare const agentContext: AsyncLocalStorage<AgentContextStore>;
/** The binding that sends e-mail, `send_email` in the configuration. */
type EmailSendBinding = SendEmail;
/** A recipient or sender with or without a name. */
type Mailbox = string | {
  email: string;
  name?: string;
};
/** Options of `sendEmail`. */
type SendEmailOptions = {
  /** What sends it, for instance `this.env.EMAIL`. */
  binding: EmailSendBinding;
  to: string | string[];
  from: Mailbox;
  subject: string;
  /** Give `text`, `html` or both. */
  text?: string;
  html?: string;
  replyTo?: Mailbox;
  cc?: string | string[];
  bcc?: string | string[];
  /** `Message-ID` of the e-mail that this one answers. */
  inReplyTo?: string;
  /** More headers. Those that name the agent are always the agent's own. */
  headers?: Record<string, string>;
  /** Signs the agent's name, so that an answer with these headers finds the agent. */
  secret?: string;
};
/** Options of `replyToEmail`. */
interface ReplyOptions {
  /** Name shown beside the address that the e-mail was sent to. */
  fromName: string;
  /** Default: `Re: ` and the subject of what is answered. */
  subject?: string | undefined;
  body: string;
  /** `text/plain` (default) or `text/html`. */
  contentType?: string;
  /** More headers. Those that name the agent are always the agent's own. */
  headers?: Record<string, string>;
  /** Signs the agent's name. Must be given, or be null, where the e-mail came by a signed reply. */
  secret?: string | null;
}
/** A header as `postal-mime` reads it. */
type EmailHeader = {
  /** In lower case. */
  key: string;
  value: string;
};
/** The agent that an e-mail is for; null when there is none. */
type EmailResolverResult = {
  /** Name of the binding, in its own spelling, in kebab case or in any case. */
  agentName: string;
  /** Name of the instance. */
  agentId: string;
  /** @internal The e-mail came by a signed reply, so answers have to be signed as well. */
  _secureRouted?: boolean;
} | null;
/** Finds the agent that an e-mail is for. */
type EmailResolver<Env> = (email: ForwardableEmailMessage, env: Env) => Promise<EmailResolverResult>;
/** Why a signature was not accepted. */
type SignatureFailureReason = "missing_headers" | "expired" | "invalid" | "malformed_timestamp";
/** Options of `createSecureReplyEmailResolver`. */
type SecureReplyResolverOptions = {
  /** Oldest signature that is accepted, in seconds. Default 2592000, which is 30 days. */
  maxAge?: number;
  /** Told of every e-mail whose signature is missing or is not accepted. */
  onInvalidSignature?: (email: ForwardableEmailMessage, reason: SignatureFailureReason) => void;
};
/** What the Worker holds of an e-mail, for the agent to use; it lives while the e-mail is handled. */
interface EmailBridge {
  getRaw(): Promise<Uint8Array>;
  setReject(reason: string): void | Promise<void>;
  forward(rcptTo: string, headers?: Headers): Promise<EmailSendResult>;
  reply(options: {
    from: string;
    to: string;
    raw: string;
  }): Promise<EmailSendResult>;
}
/** An e-mail on its way from the Worker to the agent. */
interface EmailPayload {
  from: string;
  to: string;
  headers: Headers;
  /** In bytes. */
  rawSize: number;
  _secureRouted?: boolean;
  _bridge: EmailBridge;
}
/** The fiber that code runs for. */
interface CurrentFiber {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly stash: (data: unknown) => void;
}
/** Work that waits for its turn. */
type QueueItem<T = unknown> = {
  id: string;
  /** Name of the callback that runs. */
  callback: string;
  payload: T;
  /** Seconds since the Unix epoch. */
  createdAt: number;
  retry?: RetryOptions;
};
/** Constraint of a queue's callbacks: each gets its payload and the item whose turn it is. */
type QueueHandlers = Record<string, (payload: never, item: never) => unknown>;
/** The callbacks of a queue that names none: any name, any payload. */
type QueueCallbacks = Record<string, (payload: unknown, item: QueueItem<unknown>) => unknown>;
/** What a callback takes as payload. */
type QueuePayload<Handler> = Handler extends ((payload: infer Payload, ...rest: never[]) => unknown) ? Payload : never;
/** Options of one item. */
type QueuePushOptions = {
  /** Pushing an id that waits already replaces that item and keeps its place. */
  id?: string;
  retry?: RetryOptions;
};
/** Filters of a list. */
type QueueCriteria = {
  /** Only items of this callback. */
  callback?: string;
};
/** What a queue tells of. */
type QueueEventType = "queue:create" | "queue:retry" | "queue:error";
/** What a queue runs, and how. */
interface QueueOptions<Handlers extends QueueHandlers = QueueCallbacks> {
  /** What can be pushed, by the name that is stored. Give them at every start. */
  readonly callbacks?: Handlers;
  /** Retries of callbacks that fail. Default 3 attempts, 100 ms, at most 3000 ms. */
  readonly retry?: RetryOptions;
  /** Told of an item that failed for good; runs outside the host's context. */
  readonly onError?: (error: unknown) => void | Promise<void>;
}
/** How stored names of callbacks become calls. */
interface CallbackResolver {
  has(name: string): boolean;
  /** Runs the callback; only after `has`. */
  call(name: string, payload: unknown, item: unknown): unknown;
}
/** Durable work at a time. `time` is the next run, in whole seconds since the Unix epoch. */
type Schedule<T = string> = {
  id: string;
  /** Name of the callback that runs. */
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
  timezone?: string;
} | {
  type: "interval";
  time: number;
  intervalSeconds: number;
});
/** Constraint of a scheduler's callbacks: each gets its payload and the schedule that is due. */
type SchedulerHandlers = Record<string, (payload: never, schedule: never) => unknown>;
/** The callbacks of a scheduler that names none: any name, any payload. */
type SchedulerCallbacks = Record<string, (payload: unknown, schedule: Schedule<unknown>) => unknown>;
/** What a callback takes as payload. */
type SchedulerPayload<Handler> = Handler extends ((payload: infer Payload, ...rest: never[]) => unknown) ? Payload : never;
/** Options of one schedule. */
type ScheduleOptions = {
  retry?: RetryOptions;
  /**
   * Return an equal schedule that exists instead of adding one. Default: true for cron and
   * intervals, false for the others.
   */
  idempotent?: boolean;
  /**
   * Zone in whose local time a cron expression is read, as in the IANA database. Default: the
   * runtime's local time, which is UTC on Workers and on Freehold. The published SDK reads such a
   * schedule too, in its own default.
   */
  timezone?: string;
};
/** Filters; all that are given must match. The time range includes both ends. */
type ScheduleCriteria = {
  id?: string;
  type?: "scheduled" | "delayed" | "cron" | "interval";
  timeRange?: {
    start?: Date;
    end?: Date;
  };
};
/** What a scheduler tells of. */
type SchedulerEventType = "schedule:create" | "schedule:cancel" | "schedule:execute" | "schedule:retry" | "schedule:error" | "schedule:duplicate_warning";
/** What a scheduler runs, and how. */
interface SchedulerOptions<Handlers extends SchedulerHandlers = SchedulerCallbacks> {
  /** What can be scheduled, by the name that is stored. Give them at every start. */
  readonly callbacks?: Handlers;
  /** Retries of callbacks that fail. Default 3 attempts, 100 ms, at most 3000 ms. */
  readonly retry?: RetryOptions;
  /** Seconds after which a running interval counts as lost. Default 30. */
  readonly hungScheduleTimeoutSeconds?: number;
  /** Told of a callback that failed for good; runs outside the host's context. */
  readonly onError?: (error: unknown) => void | Promise<void>;
}
/**
 * Durable work at a time: at a moment, after seconds, by a cron expression, or again and again.
 *
 * @example
 * readonly scheduler = new Scheduler({
 *   callbacks: { remind: (text: string) => console.log(text) },
 * });
 * readonly lifecycle = Lifecycle.install(this).use(this.scheduler);
 *
 * async plan() {
 *   await this.scheduler.set(60, "remind", "a minute has passed");
 *   await this.scheduler.set("0 9 * * mon-fri", "remind", "good morning", {
 *     timezone: "Europe/Berlin",
 *   });
 * }
 */
declare class Scheduler<Handlers extends SchedulerHandlers = SchedulerCallbacks> extends LifecycleCapability {
  #private;
  /** @param resolver for the SDK's own hosts: takes the place of `callbacks` */
  constructor(options?: SchedulerOptions<Handlers>, resolver?: CallbackResolver);
  onStart(): Promise<void>;
  /**
   * Runs a callback at a moment (`Date`, or its text in ISO 8601), after seconds (`number`) or by a
   * cron expression.
   *
   * @throws FreeholdError `invalid_schedule`, `unknown_callback`, `cron_never_matches`,
   * `invalid_timezone`, `invalid_retry_options`, `invalid_job`.
   */
  set<Name extends keyof Handlers & string>(when: Date | string | number, callback: Name, payload?: SchedulerPayload<Handlers[Name]>, options?: ScheduleOptions): Promise<Schedule<SchedulerPayload<Handlers[Name]>>>;
  /** Runs a callback again and again, `intervalSeconds` (at most 30 days) after each end. */
  every<Name extends keyof Handlers & string>(intervalSeconds: number, callback: Name, payload?: SchedulerPayload<Handlers[Name]>, options?: ScheduleOptions): Promise<Schedule<SchedulerPayload<Handlers[Name]>>>;
  /** The schedule with this id. */
  get(id: string): Promise<Schedule<unknown> | undefined>;
  /** Schedules by time, all or those that match. */
  list(criteria?: ScheduleCriteria): Promise<Schedule<unknown>[]>;
  /** Removes a schedule; false when there is none with this id. */
  cancel(id: string): Promise<boolean>;
  /** Runs a due schedule, here or in the object that owns it. */
  onJob(context: LifecycleJobContext): Promise<LifecycleJobOutcome>;
  /** A schedule failed for good: what recurs goes on, what was to run once is gone. */
  onJobError(context: LifecycleJobContext, error: unknown): Promise<LifecycleJobOutcome>;
  /** Answers the scheduler of an object inside this one, or of the outermost. */
  onRoute({ source, payload }: LifecycleRouteContext): Promise<unknown>;
  /** @internal For the agent's deprecated synchronous `getSchedule`. */
  __DO_NOT_USE_WILL_REMOVE__getSchedule<T = string>(id: string): Schedule<T> | undefined;
  /** @internal For the agent's deprecated synchronous `getSchedules`. */
  __DO_NOT_USE_WILL_REMOVE__getSchedules<T = string>(criteria?: ScheduleCriteria): Schedule<T>[];
  /** @internal Removes the schedules of objects inside this one. */
  __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void>;
}
/** Who changed the state: the agent's own code, or a client. */
type StateSource = Connection | "server";
/** What the state room needs from the agent. */
interface StateHost {
  /** The declared initial state, or {@link NO_INITIAL_STATE}. Read at first use, never before. */
  initial(): unknown;
  /** Throws to refuse `next`. */
  validate(next: unknown, source: StateSource): void;
  /** Called after `next` was stored; `json` is its text. MUST NOT throw. */
  changed(next: unknown, json: string, source: StateSource): void;
}
/** Who changed the state: the object's own code, or a client's connection. */
type StateChangeSource = StateSource;
/** What an object does with its state. */
interface StateOptions<T = unknown> {
  /** Stored when the state is first read and there is none. */
  readonly initialState?: T;
  /** Runs after a change was stored. */
  readonly onChanged?: (state: T, source: StateChangeSource) => void | Promise<void>;
  /** Throw to refuse a change; nothing is stored then. */
  readonly validateStateChange?: (nextState: T, source: StateChangeSource) => void;
}
/**
 * A JSON value that an object keeps, in one row.
 *
 * @example
 * readonly state = new State({ initialState: { count: 0 } });
 * readonly lifecycle = Lifecycle.install(this).use(this.state);
 *
 * increment() {
 *   this.state.set({ count: (this.state.get()?.count ?? 0) + 1 });
 * }
 */
declare class State<T = unknown> extends LifecycleCapability {
  #private;
  /** @param host for the SDK's own hosts: takes the place of the options */
  constructor(options?: StateOptions<T>, host?: StateHost);
  onStart(): Promise<void>;
  /** The state; undefined when there is none and no initial one. */
  get(): T | undefined;
  /**
   * Replaces the state: validates, stores, then calls `onChanged`.
   *
   * @throws FreeholdError `state_not_serializable`; SqlError; whatever the validation throws.
   */
  set(nextState: T, source?: StateChangeSource): void;
}
/** Units of a {@link TaskDurationString}. */
type TaskDurationUnit = "second" | "minute" | "hour" | "day" | "week";
/** A length of time in words, for instance `"10 seconds"` or `"1 day"`. */
type TaskDurationString = `${number} ${TaskDurationUnit}${"" | "s"}`;
/** What JSON carries: inputs, results of steps and runs, metadata. */
type TaskJson = string | number | boolean | null | TaskJson[] | {
  [key: string]: TaskJson;
};
/** What a handler or a step's code may return. Nothing comes back as undefined. */
type TaskValue = TaskJson | undefined | void;
/** Constraint of the definitions of a `Tasks`: handlers by name. */
type TaskHandlers = Record<string, (input: never, step: TaskStep) => TaskValue | Promise<TaskValue>>;
/** The definitions of a `Tasks` that names none: any name, any input. */
type TaskCallbacks = Record<string, (input: unknown, step: TaskStep) => TaskValue | Promise<TaskValue>>;
/** What a handler takes. */
type TaskInput<Handler> = Handler extends ((input: infer Input, ...rest: never[]) => unknown) ? Input : never;
/** What a handler comes to. */
type TaskOutput<Handler> = Handler extends ((...args: never[]) => infer Output) ? Awaited<Output> extends TaskValue ? Awaited<Output> : never : never;
/** What a step's code gets. */
interface TaskStepAttempt {
  /** Attempt of this step, from 1. */
  readonly attempt: number;
  /** The same in every attempt and replay of the step: for services that tell repetitions by a key. */
  readonly idempotencyKey: string;
  /** Aborts when the run is cancelled, this attempt times out, or its result is no longer wanted. */
  readonly signal: AbortSignal;
}
/** Retries and timeout of one step. */
interface TaskStepConfig {
  retries?: {
    /** Attempts in all, the first included. Default 5. */
    limit?: number;
    /** Time before the second attempt, in milliseconds or words. Default 1000. */
    delay?: number | TaskDurationString;
    /** How that time grows with each failure. Default `exponential`, at most a day. */
    backoff?: "constant" | "linear" | "exponential";
  };
  /** Longest time of one attempt, in milliseconds or words. Default five minutes. */
  timeout?: number | TaskDurationString;
}
/**
 * What a handler does its work with. A step that is done is not done again: each attempt runs the
 * handler from its top, and steps in the journal give their results at once. A step that has to
 * wait ends the attempt by throwing something that is not an `Error`; let it pass.
 */
interface TaskStep {
  /**
   * The step in which an earlier attempt was lost with its process: look before doing again what
   * cannot be undone. Null when none was.
   */
  readonly interrupted: {
    readonly name: string;
    readonly attempt: number;
  } | null;
  /** Runs code once; afterwards gives the result that was stored. */
  do<T extends TaskValue>(name: string, callback: (attempt: TaskStepAttempt) => T | Promise<T>): Promise<T>;
  do<T extends TaskValue>(name: string, config: TaskStepConfig, callback: (attempt: TaskStepAttempt) => T | Promise<T>): Promise<T>;
  /** Waits, without holding the object. The first deadline stands, whatever replays ask for. */
  sleep(name: string, duration: number | TaskDurationString): Promise<void>;
  /** Waits until a moment: a `Date`, or milliseconds since the Unix epoch. */
  sleepUntil(name: string, when: number | Date): Promise<void>;
  /** Shows how far the work is. Silent while a replay is on old ground. */
  status(message: string): Promise<void>;
  /** The key that `do` would give its code for this step. */
  idempotencyKey(name: string): string;
}
/** Where a run stands. */
type TaskRunState = "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
/** What a waiting run waits for. */
type TaskWaitReason = "sleep" | "retry";
/** What is kept of the error of a failed run; never its stack. */
interface TaskError {
  name: string;
  message: string;
}
/** Options of a new run. */
interface TaskRunOptions {
  /** Runs that are started with the same key are one run. */
  idempotencyKey?: string;
  /** Default: generated. A run with this id is joined. */
  runId?: string;
  /** Kept with the run. */
  metadata?: Record<string, TaskJson>;
  /** Keep the run after its end. Default true. */
  retain?: boolean;
}
/** Says that a run is stored. */
interface TaskReceipt {
  runId: string;
  definition: string;
  /** False when a run of this id or key was there already. */
  accepted: boolean;
  state: TaskRunState;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
}
type Described = {
  runId: string;
  definition: string;
  /** Milliseconds since the Unix epoch, as all times here. */
  createdAt: number;
  metadata?: Record<string, TaskJson>;
};
/** A run as it stands. */
type TaskRunSnapshot<Output extends TaskValue> = (Described & {
  state: "pending";
}) | (Described & {
  state: "running";
  attempt: number;
  startedAt: number;
  statusMessage?: string;
}) | (Described & {
  state: "waiting";
  reason: TaskWaitReason;
  wakeAt: number;
  statusMessage?: string;
}) | (Described & {
  state: "completed";
  result: Output;
  settledAt: number;
}) | (Described & {
  state: "failed";
  error: TaskError;
  settledAt: number;
}) | (Described & {
  state: "cancelled";
  reason?: string;
  settledAt: number;
});
/** The runs of one definition. */
interface Task<Input, Output extends TaskValue> {
  readonly name: string;
  /** Stores a run and returns; does not wait for its end. */
  run(input: Input, options?: TaskRunOptions): Promise<TaskReceipt>;
  get(runId: string): Promise<TaskRunSnapshot<Output> | null>;
  getByIdempotencyKey(idempotencyKey: string): Promise<TaskRunSnapshot<Output> | null>;
  /** True when a run that had not ended takes the wish. */
  cancel(runId: string, reason?: string): Promise<boolean>;
}
/** What a `Tasks` tells of. */
type TaskEventType = "task:accepted" | "task:attempt:started" | "task:attempt:interrupted" | "task:step:started" | "task:step:retry" | "task:step:completed" | "task:waiting" | "task:completed" | "task:failed" | "task:cancelled" | "task:deleted";
/** What a `Tasks` runs, and how. */
interface TasksOptions<Handlers extends TaskHandlers = TaskCallbacks> {
  /** Handlers by the name that is stored with each run. Give them at every start. */
  readonly definitions?: Handlers;
  /** Retries of steps that name none. */
  readonly retries?: TaskStepConfig["retries"];
  /** Longest time of one attempt of a step. Default five minutes. */
  readonly stepTimeout?: number | TaskDurationString;
  /** Told of a run that failed; runs in the host's context. */
  readonly onError?: (error: unknown) => void | Promise<void>;
}
/** Filters of a list. */
type TaskListOptions = {
  definition?: string;
  status?: TaskRunState | TaskRunState[];
  /** Default 100. */
  limit?: number;
};
/** Which runs to delete; those that have not ended never are. */
type TaskDeleteOptions = {
  /** Default: all three. */
  status?: Array<"completed" | "failed" | "cancelled">;
  settledBefore?: Date;
  /** Default 100, oldest first. */
  limit?: number;
};
/** How the SDK's own hosts find definitions, besides those of the constructor. */
type TaskResolver = (definition: string) => TaskCallbacks[string] | undefined;
type Handler = TaskCallbacks[string];
/**
 * Work in steps that survives restarts: a run goes on after the last step that was done, whatever
 * ended its process. Steps are retried, sleeps hold nothing, and each run can be looked at and
 * cancelled.
 *
 * @example
 * readonly tasks = new Tasks({
 *   definitions: {
 *     greet: async (input: { name: string }, step: TaskStep) => {
 *       const text = await step.do("compose", () => `Hello ${input.name}`);
 *       await step.sleep("pause", "10 seconds");
 *       await step.do("send", ({ idempotencyKey }) => deliver(text, idempotencyKey));
 *     },
 *   },
 * });
 * readonly lifecycle = Lifecycle.install(this).use(this.tasks);
 *
 * async greet(name: string) {
 *   const { runId } = await this.tasks.run("greet", { name });
 *   return runId;
 * }
 */
declare class Tasks<Handlers extends TaskHandlers = TaskCallbacks> extends LifecycleCapability {
  #private;
  /** @param resolver for the SDK's own hosts: more definitions, asked for when one is needed */
  constructor(options?: TasksOptions<Handlers>, resolver?: TaskResolver);
  /** @internal Adds a definition of the SDK's own; its name begins with `__cf`. */
  register(name: string, definition: Handler): void;
  /**
   * Stores a run and begins it; does not wait for its end. A run of the same id or key is joined.
   * Once the object has started, the run is stored before this returns, so it stands or falls with
   * what the caller stores in the same turn.
   *
   * @throws FreeholdError `unknown_task`, `invalid_task`, `task_conflict`; TaskSerializationError.
   */
  run<Name extends keyof Handlers & string>(definition: Name, input?: TaskInput<Handlers[Name]>, options?: TaskRunOptions): Promise<TaskReceipt>;
  /** The runs of one definition. @throws FreeholdError `unknown_task`. */
  handle<Name extends keyof Handlers & string>(definition: Name): Task<TaskInput<Handlers[Name]>, TaskOutput<Handlers[Name]>>;
  /** The run with this id. */
  get(runId: string): Promise<TaskRunSnapshot<TaskValue> | null>;
  /** The run that was started with this key. */
  getByIdempotencyKey(key: string): Promise<TaskRunSnapshot<TaskValue> | null>;
  /** Runs, newest first. @throws FreeholdError `invalid_task`. */
  list(options?: TaskListOptions): Promise<TaskRunSnapshot<TaskValue>[]>;
  /**
   * Asks a run to end. One that waits ends now; one that works is told by its signal, and ends at
   * its next step. False when it has ended, was asked before, or is not there.
   */
  cancel(runId: string, reason?: string): Promise<boolean>;
  /** Deletes runs that have ended, with their steps; returns how many. */
  delete(options?: TaskDeleteOptions): Promise<number>;
  /** Attempts of an earlier life of the object are lost: their runs are taken up again. */
  onStart(): Promise<void>;
  /** Sees to a run whose time has come, here or in the object that has it. */
  onJob({ job }: LifecycleJobContext): Promise<LifecycleJobOutcome>;
  /** A run could not be seen to. It is tried again: the wake-up is all that keeps it going. */
  onJobError({ job }: LifecycleJobContext, error: unknown): Promise<LifecycleJobOutcome>;
  /** A run's wake-up used up the memory: the run is put off, or, in the end, failed. */
  onMemoryLimit({ executing, sealed, nextTime }: MemoryLimitContext): Promise<void>;
  /** Answers tasks of an object inside this one, or of the outermost. */
  onRoute({ source, payload }: LifecycleRouteContext): Promise<unknown>;
  /** @internal Like `run`, the SDK's own definitions included; resolves when the first attempt ends. */
  __DO_NOT_USE_WILL_BREAK__runAttached(definition: string, input: unknown, options?: TaskRunOptions): Promise<TaskReceipt>;
  /** @internal Like `run`, the SDK's own definitions included; an alarm begins the first attempt. */
  __DO_NOT_USE_WILL_BREAK__enqueue(definition: string, input: unknown, options?: TaskRunOptions): Promise<TaskReceipt>;
  /** @internal Removes the wake-ups of objects inside this one. */
  __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void>;
}
/**
 * What is stored with a socket. `__pk` and `__user` are those of the published SDK; `__value`, which
 * it ignores, keeps a state that is not an object while flags occupy `__user`.
 */
interface Attachment {
  readonly __pk: {
    readonly id: string;
    readonly tags: readonly string[];
    readonly uri?: string;
  };
  readonly __user: unknown;
  readonly __value?: unknown;
}
/**
 * Hides further keys from `connection.state` and preserves them across `connection.setState`.
 * For code that extends the SDK; call it while modules load.
 */
declare function registerInternalConnectionKeys(...keys: string[]): void;
/**
 * The SDK's own side of one socket. It is read from the attachment once per life of the socket
 * object (that is, once per wake), and written through.
 */
declare class ConnectionRecord {
  #private;
  readonly connection: Connection;
  /** The async context of everything this connection causes; one object for all its messages. */
  readonly context: AgentContextStore;
  constructor(socket: WebSocket, attachment: Attachment, agent: unknown, accepted: boolean);
  get id(): string;
  get tags(): readonly string[];
  get uri(): string | null;
  get state(): unknown;
  setState(next: unknown): unknown;
  flag(key: string): unknown;
  /** Stores one of the SDK's values; undefined removes it. */
  setFlag(key: string, value: unknown): void;
  /** From now on changes are stored with the socket; what was set before is stored now. */
  markAccepted(tags: readonly string[]): void;
  /** The tags of a connection that lives in memory only. */
  setTags(tags: readonly string[]): void;
}
/** The platform's hibernatable sockets of one object. */
interface Sockets {
  /** Accepts a socket; from now on its events go to the object. */
  accept(socket: WebSocket, tags: string[]): void;
  /** Accepted sockets, all or those with a tag. MUST return the same objects until the next wake. */
  get(tag?: string): WebSocket[];
}
/** All connections of one agent. */
declare class Connections {
  #private;
  constructor(sockets: Sockets, agent: unknown);
  /** A connection that can be shown to the agent but cannot send yet. */
  provisional(socket: WebSocket, id: string, uri: string): ConnectionRecord;
  /**
   * Accepts the socket of a provisional connection under its id and the agent's tags. A connection
   * that came with the same id before is closed: its client has come back, or never was another.
   */
  accept(record: ConnectionRecord, given: readonly unknown[]): void;
  /** Adds a connection that does not outlive this life of the object. */
  addSession(record: ConnectionRecord, given: readonly unknown[]): void;
  /** The record of a socket whose event came in; undefined for one that is not ours. */
  of(socket: WebSocket): ConnectionRecord | undefined;
  /** The socket is gone: broadcasts leave it out from now on. */
  forget(record: ConnectionRecord): void;
  /** Open connections, all or those with a tag. */
  list(tag?: string): Generator<Connection>;
  /**
   * The open connection with this id.
   *
   * @throws FreeholdError `connection_not_unique` when two open sockets came with the same id.
   */
  find(id: string): Connection | undefined;
  /** Sends to all connections except those with an id in `without`; a closing one is passed over. */
  broadcast(message: WSMessage, without?: readonly string[]): void;
  /** Sends a protocol frame, the same or each its own, to the connections that take them. */
  broadcastProtocol(frame: string | ((record: ConnectionRecord) => string), without?: readonly string[]): void;
  /** Runs `body` while protocol broadcasts leave out a connection that is still being set up. */
  whileJoining<T>(record: ConnectionRecord, body: () => T): T;
  /** Closes every connection. */
  closeAll(code: number, reason: string): void;
}
/** Tells observers of calls. */
type RpcEmit = (...event: [type: "rpc", payload: {
  method: string;
  streaming?: boolean;
}] | [type: "rpc:error", payload: {
  method: string;
  error: string;
}]) => void;
/** How much one connection may ask for, and what it cannot be given. */
interface CallLimits {
  /** Calls that may run at once; absent for any number. */
  readonly maxConcurrentCalls?: number | undefined;
  /** Whether a result is the runtime's `RpcTarget`, which frames cannot carry. */
  readonly isTarget?: (result: unknown) => boolean;
}
/** One call that runs. Its signal is made when somebody asks for it. */
declare class CallLife {
  #private;
  /** Aborted when the caller's connection closes. */
  get signal(): AbortSignal;
  /** The caller's connection closed. */
  end(): void;
}
/** Answers the calls of clients. */
declare class RpcDispatcher {
  #private;
  constructor(table: CallTable, emit: RpcEmit, limits?: CallLimits);
  /** The methods that clients may call. */
  get methods(): ReadonlyMap<string, CallableMethod>;
  /** Runs the method and answers; never rejects for a failure of the method. */
  dispatch(from: ConnectionRecord, call: RPCRequest): void | Promise<void>;
  /** Runs a call whose result another wire carries. Rejects with what the method threw. */
  native<T>(from: ConnectionRecord, method: string, body: (life: CallLife) => T): Promise<Awaited<T>>;
  /** A connection is gone: what streams to it is told so. */
  closed(record: ConnectionRecord): void;
}
/** What the protocol needs. */
interface ProtocolPorts {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly state: SyncedState | undefined;
  readonly sendsIdentity: boolean;
  /** Name and kind of the object, as clients see them. */
  identity(): {
    readonly name: string;
    readonly agent: string;
  };
}
/**
 * Identity and state, as frames. Each text of the state that was sent has a version: a number that
 * only grows. It begins with the time at which the object woke, so it grows over restarts as well
 * without being stored, as long as fewer than a thousand changes a second are made in the long run.
 */
declare class Protocol {
  #private;
  constructor(ports: ProtocolPorts);
  /** Identity, then state; nothing to a connection without the protocol. */
  sendConnectFrames(record: ConnectionRecord, identity?: {
    readonly name: string;
    readonly agent: string;
  }): void;
  sendIdentity(record: ConnectionRecord, identity?: {
    readonly name: string;
    readonly agent: string;
  }): void;
  sendState(record: ConnectionRecord): void;
  /** A client asks for patches, or for whole states again. It gets the whole state first. */
  setPatches(record: ConnectionRecord, enabled: boolean): void;
  /** A client replaces the state. A refusal is answered with what the state still is. */
  apply(record: ConnectionRecord, next: unknown): void;
  /** Tells the state, `json` as text, to all but those with an id in `without`. */
  broadcast(json: string, without: readonly string[]): void;
}
/** What dealing with messages needs. */
interface MessagePorts {
  readonly services: InternalServices;
  readonly options: WebSocketsOptions;
  readonly connections: Connections;
  readonly protocol: Protocol;
  readonly rpc: RpcDispatcher | undefined;
  readonly limits: ConnectionLimits | undefined;
  readonly settle: ((error: unknown) => Promise<void>) | undefined;
  handlers(): readonly InternalHandlers[];
}
/** Deals with what comes on connections, of either wire. */
declare class Messages {
  #private;
  constructor(ports: MessagePorts);
  /** A call, a frame about the state, or a message for the handlers. */
  message(record: ConnectionRecord, message: WebSocketMessage): void | Promise<void>;
  /** Counts a message; one too many closes the connection. */
  admits(record: ConnectionRecord): boolean;
  /** A connection is closed. Answers the close frame when that is allowed. */
  close(record: ConnectionRecord, code: number, reason: string, wasClean: boolean): Promise<void>;
  /** A connection failed. That a peer went away is not an error. */
  error(record: ConnectionRecord, error: unknown): Promise<void>;
}
/** What letting connections in needs. */
interface DoorPorts {
  readonly services: InternalServices;
  readonly options: WebSocketsOptions;
  readonly connections: Connections;
  readonly protocol: Protocol;
  readonly messages: Messages;
  readonly rpc: RpcDispatcher | undefined;
  readonly calls: CallTable | undefined;
  readonly settle: ((error: unknown) => Promise<void>) | undefined;
  handlers(): readonly InternalHandlers[];
}
/** Lets connections in: on a socket that hibernates, or in a Cap'n Web session. */
declare class Doors {
  #private;
  constructor(ports: DoorPorts);
  /** Answers an upgrade. Rejects when the connection could not be set up. */
  open(request: Request): Promise<Response>;
  /** Lets a connection in on a socket. Rejects when the connection could not be set up. */
  admit(server: WebSocket, request: Request, id?: string): Promise<void>;
}
/** Name and kind of an object, as clients see them. */
type Identity = {
  name: string;
  agent: string;
};
/**
 * WebSocket connections of an object: accepts every upgrade, keeps the connections over hibernation,
 * answers calls, and keeps a state in step. Clients are `AgentClient`, `useAgent`, or any WebSocket.
 *
 * @example
 * export class Room extends DurableObject<Env> {
 *   readonly webSockets = new WebSockets({
 *     handlers: {
 *       onConnect: (connection) => connection.send("welcome"),
 *       onMessage: (connection, message) => connection.send(message),
 *     },
 *   });
 *   readonly lifecycle = Lifecycle.install(this).use(this.webSockets);
 * }
 */
declare class WebSockets extends LifecycleCapability {
  #private;
  readonly claims = "catch-all";
  /** @param wiring for the SDK's own hosts */
  constructor(options?: WebSocketsOptions, wiring?: WebSocketsWiring);
  /** Takes every upgrade: as a Cap'n Web session where one is asked for, else as a connection. */
  onWebSocketUpgrade({ request }: CapabilityWebSocketUpgradeContext): Promise<Response>;
  onWebSocketMessage(socket: WebSocket, message: WebSocketMessage): Promise<boolean>;
  /** Answers the close frame when that is allowed. */
  onWebSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<boolean>;
  onWebSocketError(socket: WebSocket, error: unknown): Promise<boolean>;
  /** Closes every connection with 1001. */
  dispose(): void;
  /** Adds handlers of a further part. They run before the configured ones. */
  use(handlers: WebSocketHandlers): void;
  /** The open connections, all or those with a tag; Cap'n Web sessions first. */
  getConnections<TState = unknown>(tag?: string): IterableIterator<Connection<TState>>;
  /** The open connection with this id. @throws FreeholdError `connection_not_unique`. */
  getConnection<TState = unknown>(id: string): Connection<TState> | undefined;
  /** Sends identity, then the state if there is one; nothing where the protocol is off. */
  sendConnectFrames(connection: Connection, identity?: Identity): void;
  /** Sends the identity alone. Clients count as ready with it, without waiting for a state. */
  sendIdentity(connection: Connection, identity?: Identity): void;
  /** Sends the state, if there is one. */
  sendState(connection: Connection): void;
  /** Applies a client's state frame, given as parsed JSON or its text. False for other frames. */
  applyStateFrame(connection: Connection, frame: unknown): boolean;
  /** Tells the state to every connection but the one that changed it. */
  broadcastState(except?: Connection | "server"): void;
  /** Whether a connection may not change the state. */
  isReadonly(connection: Connection): boolean;
  setReadonly(connection: Connection, readonly?: boolean): void;
  /** Whether a connection gets protocol frames. */
  isProtocolEnabled(connection: Connection): boolean;
  setProtocolEnabled(connection: Connection, enabled: boolean): void;
  /** @internal The connections with the SDK's own side of each. */
  get _connections(): Connections;
  /** @internal Lets a connection in on a socket that somebody else opened. */
  _admit(socket: WebSocket, request: Request, id: string): Promise<void>;
  /** @internal Tells a state that is text already. */
  _broadcastState(json: string, except?: Connection | "server"): void;
  /** @internal Makes the parts; their services are there once the capability is installed. */
  _parts(): {
    connections: Connections;
    protocol: Protocol;
    messages: Messages;
    doors: Doors;
  };
}
type Nothing = void;
/** The context a Durable Object is constructed with. */
type AgentContext = DurableObjectState;
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
declare class Agent<Env extends Cloudflare.Env = Cloudflare.Env, State$1 = unknown, Props extends object = object> extends ToolRunner<Env> {
  #private;
  /** Options of the class; see {@link AgentStaticOptions}. */
  static options: AgentStaticOptions;
  /** The state of a new agent, stored when the state is first read. */
  initialState: State$1;
  /** Receives the agent's events; undefined turns them off. */
  observability?: Observability | undefined;
  /** Start, capabilities and their jobs. */
  readonly lifecycle: Lifecycle<Env, Props>;
  /** Durable work at a time. */
  readonly scheduler: Scheduler;
  /** Durable work in steps, by `taskDefinitions`. */
  readonly tasks: Tasks;
  /** Handlers of tasks by name, as a field of the class. */
  readonly taskDefinitions?: TaskHandlers;
  /** @internal The state, as the capability that keeps it. */
  readonly _state: State<unknown>;
  /** @internal The agent's relations to other agents. */
  readonly _relations: SubAgents;
  /** @internal The agent's workflows. */
  readonly _workflows: WorkflowRooms;
  /** @internal The connections, as the capability that keeps them. */
  readonly _webSockets: WebSockets;
  /** The instance's name. @throws FreeholdError `agent_unnamed`. */
  get name(): string;
  /** The object's identifier, unique among all classes. */
  get sessionAffinity(): string;
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
  /**
   * Runs a job that the agent itself pushed with `this.lifecycle.jobs`. Returning nothing ends the
   * job, `{ rescheduleAt }` (milliseconds) puts it off.
   */
  onJob({ job }: LifecycleJobContext): LifecycleJobOutcome | Nothing | Promise<LifecycleJobOutcome | Nothing>;
  /** An alarm used up the memory; the jobs that did were put off or removed already. */
  protected onAlarmMemoryLimit(_context: MemoryLimitContext): Promise<void>;
  /** Tags of a new connection, for `getConnections(tag)`: at most 9, of at most 256 characters. */
  getConnectionTags(_connection: Connection, _context: ConnectionContext): string[] | Promise<string[]>;
  /** Whether a new connection may not change the state. */
  shouldConnectionBeReadonly(_connection: Connection, _context: ConnectionContext): boolean;
  /** Whether a new connection gets identity, state and MCP frames. Calls work either way. */
  shouldSendProtocolMessages(_connection: Connection, _context: ConnectionContext): boolean;
  /** Throw to refuse a new state; nothing is stored or sent then. */
  validateStateChange(_nextState: State$1, _source: Connection | "server"): void;
  /** The state changed, was stored and was sent. */
  onStateChanged(_state: State$1 | undefined, _source: Connection | "server"): void;
  /** @deprecated Renamed to `onStateChanged`. */
  onStateUpdate(_state: State$1 | undefined, _source: Connection | "server"): void;
  /** @deprecated Agents do not render. */
  render(): void;
  /** The state; undefined when there is none and no `initialState`. */
  get state(): State$1;
  /**
   * Replaces the state: validates, stores, sends it to the connections, then calls `onStateChanged`.
   *
   * @throws FreeholdError `connection_readonly`, `state_not_serializable`; what validation throws.
   */
  setState(state: State$1): void;
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
  /** Runs a method at a moment (`Date` or ISO 8601), after seconds, or by cron. Survives restarts. */
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
  /** @internal The agents that this one has run as tools. */
  get _tools(): AgentTools;
  /** @internal How many hold the agent awake. */
  get _keepAliveRefs(): number;
  /** Tries `work` again with growing waits. @throws its last failure, unchanged. */
  retry<T>(work: (attempt: number) => Promise<T>, options?: RetryOptions & Pick<RetryHooks, "shouldRetry">): Promise<T>;
  /** @internal Takes an e-mail from `routeAgentEmail`. */
  _onEmail(email: EmailPayload): Promise<void>;
  /** Answers an e-mail, from the address it was sent to. Rejects with coded errors; see README. */
  replyToEmail(email: AgentEmail, options: ReplyOptions): Promise<void>;
  /** Sends an e-mail through a binding, so that an answer may find this agent. */
  sendEmail(options: SendEmailOptions): Promise<EmailSendResult>;
  /** Runs `code`; should its process end, `onFiberRecovered` gets what it stashed last. */
  runFiber<T>(name: string, code: (context: FiberContext) => Promise<T>): Promise<T>;
  /** Stores a fiber and begins it, without waiting. The same id or key joins the same fiber. */
  startFiber(name: string, code: (context: FiberContext) => Promise<void>, options?: StartFiberOptions): Promise<StartFiberResult>;
  /** Stores how far the running fiber is. @throws FreeholdError `no_fiber`. */
  stash(data: unknown): void;
  /** The fiber that `startFiber` stored under this id. */
  inspectFiber(fiberId: string): Promise<FiberInspection | null>;
  /** The fiber that was started with this key. */
  inspectFiberByKey(idempotencyKey: string): Promise<FiberInspection | null>;
  /** Fibers, newest first. */
  listFibers(options?: ListFibersOptions): Promise<FiberInspection[]>;
  /** Ends a fiber that runs, and aborts its signal; false when it does not run. */
  cancelFiber(fiberId: string, reason?: string): Promise<boolean>;
  /** The same, by the key it was started with. */
  cancelFiberByKey(idempotencyKey: string, reason?: string): Promise<boolean>;
  /** Says what became of an interrupted fiber; false when it is not interrupted. */
  resolveFiber(fiberId: string, result: FiberRecoveryResult): Promise<boolean>;
  /** Deletes fibers that have ended; returns how many. */
  deleteFibers(options?: DeleteFibersOptions): Promise<number>;
  /** A fiber was interrupted; what is returned says what became of it. Default: warns. */
  onFiberRecovered(context: FiberRecoveryContext): Promise<FiberRecoveryResult | Nothing>;
  /** @internal Override to recover fibers of the SDK's own; true when it was one. */
  protected _handleInternalFiberRecovery(_context: FiberRecoveryContext): Promise<boolean>;
  /** @internal Like `runFiber`, with something stored from the start and around what is stashed. */
  protected _runFiberWithStashWrapper<T>(name: string, code: (context: FiberContext) => Promise<T>, options: FiberRunOptions): Promise<T>;
  /** @internal Lets `stash` work in code that runs as something else than a fiber. */
  protected _withFiberStash<T>(context: CurrentFiber, body: () => Promise<T>): Promise<T>;
  /** Not available yet. @throws FreeholdError `mcp_unavailable`. */
  addMcpServer(_serverName: string, _urlOrBinding: string | object, ..._options: unknown[]): Promise<AddedMcpServer>;
  /** Not available yet. @throws FreeholdError `mcp_unavailable`. */
  removeMcpServer(_id: string): Promise<void>;
  /** The servers this agent is connected to: none yet. */
  getMcpServers(): MCPServersState;
  /** Deletes everything the agent stored, closes its connections and ends it. */
  destroy(): Promise<void>;
  /** @internal Destroys the agent in a second, by its alarm. */
  _cf_scheduleDestroy(): Promise<void>;
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
/** Where a run stands: `starting` and `running` are under way, the others are ends. */
type AgentToolRunStatus = "starting" | "running" | AgentToolTerminalStatus;
/** How a run ended. `interrupted` is soft: its agent may still end it. */
type AgentToolTerminalStatus = "completed" | "error" | "aborted" | "interrupted";
/** Why nobody waits for a run any more. */
type AgentToolInterruptedReason = "no-progress" | "window-exceeded" | "not-tailable" | "inspect-timeout" | "inspect-failed" | "recovery-deadline" | "budget-exceeded";
/** How a run is shown. */
type AgentToolDisplayMetadata = {
  name?: string;
  icon?: string;
} & Record<string, unknown>;
/** Which events of a run reach clients: all, or all but the chunks of its answer. */
type AgentToolEventDelivery = "full" | "terminal";
/** A class of agents that can run as tools: they have {@link AgentToolChildAdapter}'s methods. */
type ChatCapableAgentClass<T extends Agent = Agent> = DynamicAgentClass<T>;
/** What an agent that runs as a tool says of its progress. */
type AgentToolProgress<T = unknown> = {
  /** From 0 to 1. */
  fraction?: number;
  message?: string;
  phase?: string;
  /** Names a point that was reached; it is kept. */
  milestone?: string;
  data?: T;
};
/** The latest word about the progress of a run. */
type AgentToolProgressSnapshot = {
  fraction?: number;
  message?: string;
  phase?: string;
  milestone?: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
  data?: unknown;
};
/** A point that a run reached. */
type AgentToolMilestone = {
  name: string;
  /** Grows within a run. */
  sequence: number;
  /** Milliseconds since the Unix epoch. */
  at: number;
  data?: unknown;
};
/** A chunk of a run's answer. */
type AgentToolStoredChunk = {
  /** Position among the stored chunks, from 0. */
  sequence: number;
  /** JSON of a chunk of a UI message stream. */
  body: string;
  /** Set for a chunk that was sent but not stored: it takes no position. */
  unstoredId?: string;
};
/** What an agent knows of a run of its own. */
type AgentToolRunInspection<Output = unknown> = {
  runId: string;
  status: Exclude<AgentToolRunStatus, "interrupted">;
  requestId?: string;
  streamId?: string;
  output?: Output;
  summary?: string;
  error?: string;
  startedAt: number;
  completedAt?: number;
  progress?: AgentToolProgressSnapshot;
  milestones?: AgentToolMilestone[];
};
/** The methods by which an agent runs as a tool. */
type AgentToolChildAdapter<Input = unknown, Output = unknown> = {
  /** Begins a run and returns at once; the same run again is not begun again. */
  startAgentToolRun(input: Input, options: {
    runId: string;
    signal?: AbortSignal;
    eventDelivery?: AgentToolEventDelivery;
  }): Promise<AgentToolRunInspection<Output>>;
  cancelAgentToolRun(runId: string, reason?: unknown): Promise<void>;
  /** null: nothing is known of the run, which does not mean that it failed. */
  inspectAgentToolRun(runId: string, options?: {
    reconcile?: boolean;
  }): Promise<AgentToolRunInspection<Output> | null>;
  getAgentToolChunks(runId: string, options?: {
    afterSequence?: number;
  }): Promise<AgentToolStoredChunk[]>;
  /** Chunks as they come, each a line of JSON; ends with the run. */
  tailAgentToolRun?(runId: string, options?: {
    afterSequence?: number;
    signal?: AbortSignal;
  }): Promise<ReadableStream<AgentToolStoredChunk>>;
};
/** A run, as hooks are told of it. */
type AgentToolRunInfo = {
  runId: string;
  parentToolCallId?: string;
  agentType: string;
  inputPreview?: unknown;
  status: AgentToolRunStatus;
  display?: AgentToolDisplayMetadata;
  notifySource?: string;
  displayOrder: number;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  completedAt?: number;
};
/** How a run ended, as hooks are told. */
type AgentToolLifecycleResult = {
  status: AgentToolTerminalStatus;
  summary?: string;
  error?: string;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
};
/** A run that goes on after the turn that began it. */
type DetachedAgentToolConfig<Self = Record<string, unknown>> = {
  /** Name of a method of the agent, called once with the run and its result. */
  onFinish?: Extract<keyof Self, string>;
  /** Milliseconds after which the run is given up and cancelled. Default a day. */
  maxBudgetMs?: number;
  /** Milliseconds without a sign after its first one; 0 and Infinity for any. Default an hour. */
  noProgressBudgetMs?: number;
  /** For chat agents: tell the conversation of the end. */
  notify?: boolean | {
    source?: string;
  };
  /** For chat agents: tell the conversation of these milestones. */
  onMilestones?: string[] | {
    names: string[];
    mode?: "react" | "narrate";
  };
};
/** A run to be made. */
type RunAgentToolOptions<Input = unknown, Self = Record<string, unknown>> = {
  input: Input;
  /** Default: generated. A run that was made before is joined, or its result returned. */
  runId?: string;
  parentToolCallId?: string;
  displayOrder?: number;
  /** Aborting cancels the run. Ignored by detached runs. */
  signal?: AbortSignal;
  /** What clients see of the input. Default: its beginning. */
  inputPreview?: unknown;
  display?: AgentToolDisplayMetadata;
  detached?: boolean | DetachedAgentToolConfig<Self>;
  /** Default `full`. Not for detached runs. */
  eventDelivery?: AgentToolEventDelivery;
};
/** How a run ended. */
type RunAgentToolResult<Output = unknown> = {
  runId: string;
  agentType: string;
  status: AgentToolTerminalStatus;
  output?: Output;
  summary?: string;
  error?: string;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
};
/** A detached run that was begun, or refused. */
type DetachedRunAgentToolResult = {
  runId: string;
  agentType: string;
  status: "running" | "error";
  error?: string;
};
/** What a tool made of an agent returns when the run did not complete. */
type AgentToolFailure = {
  ok: false;
  status: Exclude<AgentToolTerminalStatus, "completed">;
  error: string;
  /** True for interrupted runs: the same call may succeed. */
  retryable: boolean;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
};
/** What happened in a run, as clients are told. */
type AgentToolEvent = {
  kind: "started";
  runId: string;
  agentType: string;
  inputPreview?: unknown;
  order: number;
  display?: AgentToolDisplayMetadata;
} | {
  kind: "chunk";
  runId: string;
  body: string;
  unstoredId?: string;
} | {
  kind: "finished";
  runId: string;
  summary: string;
} | {
  kind: "error";
  runId: string;
  error: string;
} | {
  kind: "aborted";
  runId: string;
  reason?: string;
} | {
  kind: "interrupted";
  runId: string;
  error: string;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
};
/** The frame that tells clients. */
type AgentToolEventMessage = {
  type: "agent-tool-event";
  parentToolCallId?: string;
  /** 0 for `started`, then the position of each chunk; those that take none share the next one. */
  sequence: number;
  /** Present in what a client that joins is told of the past. */
  replay?: true;
  event: AgentToolEvent;
};
/** A part of a message. */
type AgentToolRunPart = {
  type: string;
};
/** A run, as a client knows it. */
type AgentToolRunState<Part extends AgentToolRunPart = AgentToolRunPart> = {
  runId: string;
  agentType: string;
  parentToolCallId?: string;
  inputPreview?: unknown;
  order: number;
  display?: AgentToolDisplayMetadata;
  status: "running" | "completed" | "error" | "aborted" | "interrupted";
  parts: Part[];
  summary?: string;
  error?: string;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
  progress?: AgentToolProgressSnapshot;
  milestones?: AgentToolMilestone[];
  subAgent: {
    agent: string;
    name: string;
  };
};
/** All runs that a client knows. */
type AgentToolEventState<Part extends AgentToolRunPart = AgentToolRunPart> = {
  runsById: Record<string, AgentToolRunState<Part>>;
  runsByToolCallId: Record<string, AgentToolRunState<Part>[]>;
  unboundRuns: AgentToolRunState<Part>[];
};
/** What a tick of the reconciliation carries. */
type DetachedReconcilePayload = {
  cadenceIndex?: number;
};
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
/** A part of a message; `UIMessagePart` of the AI SDK is one. */
interface SessionMessagePart {
  type: string;
  text?: string;
  reasoning?: string;
  toolCallId?: string;
  toolName?: string;
  input?: unknown;
  output?: unknown;
  state?: string;
  result?: unknown;
  /** Of a file: the media type of its payload. */
  mediaType?: string;
  /** Of a file: a `data:` URL, or one of another place. */
  url?: string;
  /** Of a file: its name. */
  filename?: string;
}
/** A message; `UIMessage` of the AI SDK is one. Fields that are not named here are kept as well. */
interface SessionMessage {
  id: string;
  role: string;
  parts: SessionMessagePart[];
  metadata?: unknown;
  createdAt?: Date;
}
/** A message that a search found. */
interface SearchResult {
  id: string;
  role: string;
  /** The text of its text parts. */
  content: string;
  createdAt?: string;
  sessionId?: string;
}
/** A range of messages that reads show as one summary. */
interface StoredCompaction {
  id: string;
  summary: string;
  fromMessageId: string;
  toMessageId: string;
  /** ISO 8601. */
  createdAt: string;
}
/** What is known of a stored message without its content. */
interface SessionRowStat {
  id: string;
  role: string;
  /** Bytes of its rows, and of its payloads as a read gives them. */
  bytes: number;
  /** About how many tokens it costs, as estimated when it was written. */
  tokenEstimate: number;
}
/** The newest messages of a path. */
interface RecentHistoryResult {
  /** From old to new; the newest message at least. */
  messages: SessionMessage[];
  /** Whether older ones were left out. */
  truncated: boolean;
  /** Bytes of the whole path. */
  totalContentBytes: number;
}
/** What became of an append or upsert. */
interface AppendResult {
  /** False when there was a message with this id. */
  inserted: boolean;
  /** The message as it is stored. */
  message: SessionMessage;
}
/** What is told after each write. */
type SessionChangeEvent = {
  type: "append";
  sessionId: string;
  message: SessionMessage;
  /** As it was given. */
  parentId?: string | null;
  /** False when there was a message with this id, which stays as it is. */
  inserted: boolean;
} | {
  type: "update";
  sessionId: string;
  message: SessionMessage;
} | {
  type: "delete";
  sessionId: string;
  messageIds: string[];
} | {
  type: "clear";
  sessionId: string;
} |
/** A range was compacted by the session's own function. */
{
  type: "compact";
  sessionId: string;
} |
/** A message came from elsewhere, at its own place: read the path anew instead of adding it. */
{
  type: "import";
  sessionId: string;
  message: SessionMessage;
  parentId: string | null;
} |
/** A compaction was stored directly. */
{
  type: "compaction";
  sessionId: string;
  compaction: StoredCompaction;
};
type SessionChangeListener = (event: SessionChangeEvent) => void | Promise<void>;
/** Which path is read, and how. */
interface HistoryReadOptions {
  /** The path that ends here instead of at the newest message. */
  leafId?: string | null;
  /** Ends the read between messages; it throws the signal's reason. */
  signal?: AbortSignal;
  /** From new to old. Who stops early leaves the older messages unread. */
  newestFirst?: boolean;
}
/** Options of a read in batches. */
interface HistoryBatchReadOptions extends HistoryReadOptions {
  /** Most messages a batch. Default 50. */
  batchSize?: number;
  /** Most bytes of JSON a batch; a larger message comes alone. Default 4 MiB. */
  maxBatchBytes?: number;
}
/** Options of a `Sessions` capability. */
interface SessionsOptions {
  /** Keys of a message's metadata that only the server may write. Default: none. */
  readonly reservedMetadataKeys?: readonly string[];
}
/** Whose message is written. */
interface WriteOptions {
  /** `"client"`: not to be trusted; reserved keys of its metadata are removed. Default `"server"`. */
  source?: "client" | "server";
}
/** Where a message goes. */
interface AppendOptions extends WriteOptions {
  /**
   * The message it answers. Left out: the newest one. `null`, or one that this session does not
   * have: none, it begins a tree of its own.
   */
  parentId?: string | null;
}
/** Turns messages into a summary of a range of them; null when there is nothing to compact. */
type CompactionFunction = (messages: SessionMessage[]) => Promise<CompactResult | null>;
/** A range of messages and what stands for it. */
interface CompactResult {
  /** First message of the range. */
  fromMessageId: string;
  /** Last message of the range. */
  toMessageId: string;
  summary: string;
}
/** How a host keeps messages in memory in step with a session. */
interface SessionMirrorOptions<M extends {
  id: string;
}> {
  /** The messages in memory; asked for at each change. */
  get(): M[];
  /** Takes the messages that are left after a deletion. */
  set(messages: M[]): void;
  /** A stored message as it is kept in memory. Default: as it is. */
  transform?(message: SessionMessage): M;
  /** Return true for a change that was dealt with. */
  intercept?(event: SessionChangeEvent): boolean | Promise<boolean>;
  /** Told after `message` took its place; `previous` is what was there. */
  onApplied?(event: Extract<SessionChangeEvent, {
    type: "append" | "update";
  }>, message: M, previous: M | undefined): void;
}
/** Beginning of the ids of messages that stand for a compacted range. */
declare const COMPACTION_PREFIX = "compaction_";
/** Whether a message stands for a compacted range. */
declare function isCompactionMessage(msg: SessionMessage): boolean;
/**
 * Payloads inside of messages: which are stored apart, and what stands in their place. Pure.
 *
 * @module
 */
/** Bytes that a message carries, by their SHA-256. */
interface Payload {
  readonly hash: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
/** A payload as it is read back. */
interface ReadPayload {
  readonly mediaType: string;
  readonly base64: string;
}
/**
 * Payloads by their hash, each stored once. A payload is there as long as a message refers to it.
 */
declare class Attachments {
  #private;
  constructor(sql: () => SqlRunner);
  /** The media type under which bytes are stored; undefined when they are not. */
  typeOf(hash: string): string | undefined;
  /** Makes a message refer to these payloads and to no others. */
  refer(sessionId: string, messageId: string, payloads: readonly Payload[]): void;
  /** Lets go of everything that a session refers to. */
  clear(sessionId: string): void;
  /** Reads payloads that a message refers to; others are none of its business. */
  readerFor(sessionId: string, messageId: string): (hash: string) => ReadPayload | undefined;
}
/**
 * Messages as a tree, by the id of the one that each answers. Pure.
 *
 * @module
 */
/** A message and the one it answers. */
interface Node {
  readonly id: string;
  readonly parent: string | null;
}
/** A message as it is written. */
interface NewRow {
  readonly sessionId: string;
  readonly id: string;
  readonly seq: number;
  readonly parent: string | null;
  readonly role: string;
  readonly content: string;
  readonly hash: string;
  readonly tokens: number;
  /** Milliseconds. */
  readonly createdAt: number;
}
/** Where a message stands. */
interface RowHead {
  readonly id: string;
  readonly seq: number;
  readonly parent: string | null;
}
/** A row of a path: a message without its content. */
interface PathRow extends SessionRowStat {
  parent: string | null;
}
/** Messages and compactions as rows. Knows of no rules. */
declare class MessageRows {
  #private;
  constructor(sql: () => SqlRunner);
  createTables(): void;
  head(sessionId: string, id: string): RowHead | undefined;
  /** The newest message whose place is before `seq`. */
  newest(sessionId: string, seq?: number): RowHead | undefined;
  /** Every message of a session and its parent. */
  nodes(sessionId: string): Node[];
  /** The messages above a leaf and itself, in any order; the lowest `limit` of them. */
  above(sessionId: string, leafId: string, limit?: number): Node[];
  /** Like {@link above}, with what is known of each. */
  statsAbove(sessionId: string, leafId: string): PathRow[];
  /** The messages above a leaf and itself, by their places. */
  placesAbove(sessionId: string, leafId: string): RowHead[];
  /** Whether a message has this place. */
  isTaken(sessionId: string, seq: number): boolean;
  /** Token estimates of the messages above a leaf and of itself. */
  tokensAbove(sessionId: string, leafId: string): (Node & {
    readonly tokens: number;
  })[];
  /** The ids of the messages that answer one, in the order in which they came. */
  children(sessionId: string, id: string): string[];
  /** Ids of all messages of all sessions, session by session, in order. */
  all(): {
    sessionId: string;
    id: string;
  }[];
  /** A message's JSON, with pointers for its payloads. */
  content(sessionId: string, id: string): string | undefined;
  /** The digest of the JSON; null in rows of versions that kept none. */
  hash(sessionId: string, id: string): string | null | undefined;
  insert(row: NewRow): void;
  update(sessionId: string, id: string, { content, hash, role, tokens }: Pick<NewRow, "content" | "hash" | "role" | "tokens">): void;
  setHash(sessionId: string, id: string, hash: string): void;
  setParent(sessionId: string, { id, parent }: Node): void;
  delete(sessionId: string, id: string): void;
  clear(sessionId: string): void;
  /** Compactions in the order in which they were made. */
  compactions(sessionId: string): StoredCompaction[];
  addCompaction(sessionId: string, { createdAt, ...compaction }: StoredCompaction): void;
}
/**
 * The newest message of each session, kept in memory so that an append need not look at all of
 * them. What is kept is checked against its row before it is believed: a transaction around a write
 * may have been rolled back.
 */
declare class Tails {
  #private;
  constructor(rows: MessageRows);
  leafId(sessionId: string): string | undefined;
  nextSeq(sessionId: string): number;
  /** Keeps a place behind all others, for a message that comes later than those behind it. */
  reserve(sessionId: string): number;
  tokens(sessionId: string, count: () => number): number;
  /** A message was added. */
  added(sessionId: string, head: RowHead, tokens: number): void;
  forget(sessionId: string): void;
}
/** What a reader reads from. */
interface ReaderParts {
  readonly rows: MessageRows;
  readonly attachments: Attachments;
  readonly tails: Tails;
}
/** The stored sessions of an object, for reading. Every method happens in one turn. */
declare class SessionReader {
  #private;
  constructor({ attachments, rows, tails }: ReaderParts);
  has(sessionId: string, id: string): boolean;
  parentOf(sessionId: string, id: string): string | null;
  /** Ids from a message up, at most `limit`. */
  climb(sessionId: string, id: string, limit: number): string[];
  /** A message as it was written; undefined when there is none, or what is stored is none. */
  read(sessionId: string, id: string): SessionMessage | undefined;
  /** The id of the newest message, which is where the active path ends. */
  leafId(sessionId: string): string | undefined;
  children(sessionId: string, id: string): string[];
  /** For the id of a summary the last message that it stands for; else the id itself. */
  lastOf(sessionId: string, id: string): string;
  /** Ids from the root to a message; without one to the newest. */
  path(sessionId: string, leafId: string | null | undefined): string[];
  /** Like {@link path}, with what is known of each message. */
  stats(sessionId: string, leafId: string | null | undefined): PathRow[];
  /** Ids and places of the active path, in order. */
  places(sessionId: string): {
    readonly id: string;
    readonly seq: number;
  }[];
  /** The place right behind a message, if nothing has it. */
  placeBehind(sessionId: string, id: string): number | undefined;
  compactions(sessionId: string): StoredCompaction[];
  /** About how many tokens a read of the active path costs. */
  tokens(sessionId: string): number;
  /** For the id of a summary the compaction that it stands for. */
  standsFor(sessionId: string, id: string): StoredCompaction | undefined;
}
/** What sessions need of their surroundings. */
interface SessionPorts {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
}
/** What became of an update. */
type UpdateOutcome = "missing" | "unchanged" | "updated";
/**
 * The stored sessions of an object, for writing. Every method happens in one turn, and every write in one
 * transaction.
 */
declare class SessionStore {
  #private;
  readonly reader: SessionReader;
  constructor(ports: () => SessionPorts);
  createTables(): void;
  /**
   * Stores a message, unless there is one with its id.
   *
   * @param parentId Undefined: the newest message; null or unknown: none.
   * @returns the message that is stored, and its token estimate if it is new
   */
  append(sessionId: string, message: SessionMessage, parentId: string | null | undefined): {
    readonly message: SessionMessage;
    readonly tokens: number | undefined;
  };
  /** Keeps a place behind everything that is stored. */
  reserve(sessionId: string): number;
  /**
   * Stores a new message at a place that was kept for it: on the active path it follows what is
   * before the place, and what is behind follows it.
   *
   * @returns its token estimate
   */
  place(sessionId: string, message: SessionMessage, seq: number): number;
  /** Stores a message as it was elsewhere; false when there is one with its id. */
  import(sessionId: string, message: SessionMessage, parent: string | null, at: number): boolean;
  update(sessionId: string, message: SessionMessage): UpdateOutcome;
  /** Deletes messages; those that answer them answer what these answered. */
  delete(sessionId: string, ids: readonly string[]): void;
  clear(sessionId: string): void;
  addCompaction(sessionId: string, compaction: StoredCompaction): StoredCompaction;
  search(sessionId: string, query: string, limit: number): SearchResult[];
  /** Forgets what is known of a session: a transaction around a write was rolled back. */
  forget(sessionId: string): void;
}
/**
 * Tells listeners of changes: one change after the other, to one listener after the other, in the
 * order of the writes. A listener that throws stops nothing.
 */
declare class ChangeFeed {
  #private;
  constructor(failed: (event: SessionChangeEvent, error: string) => void);
  subscribe(listener: SessionChangeListener): () => void;
  /** Resolves when all have been told; for a listener's own write, at once. */
  notify(event: SessionChangeEvent): Promise<void>;
}
/** What a session uses. */
interface SessionRoom {
  readonly store: SessionStore;
  readonly feed: ChangeFeed;
  readonly reservedMetadataKeys: readonly string[];
  /** Resolves when the object has started. */
  ready(): Promise<void>;
  emit(type: string, payload: Record<string, unknown>): void;
  /** A compaction that is made now. */
  newCompaction(range: CompactResult): StoredCompaction;
}
/** A write that happened. */
interface SyncWrite<Result> {
  readonly result: Result;
  /** What listeners will be told. */
  readonly event: SessionChangeEvent | undefined;
  /** Tells them; to be called when the transaction has ended. */
  after(): Promise<void>;
}
/** @internal A session for the SDK's own rooms that write in a transaction of theirs: all at once. */
interface SessionSync {
  has(id: string): boolean;
  read(id: string): SessionMessage | undefined;
  /** All messages of the active path. */
  all(): SessionMessage[];
  /** The newest messages of the active path within so many bytes. */
  recent(maxContentBytes: number): RecentHistoryResult;
  /** Ids of the active path and their places, in order. */
  places(): {
    readonly id: string;
    readonly seq: number;
  }[];
  /** Keeps a place behind everything that is stored; it is lost with this life of the object. */
  reserve(): number;
  /** The place right behind a message, unless something has it. */
  placeBehind(id: string): number | undefined;
  upsert(message: SessionMessage, options?: AppendOptions): SyncWrite<AppendResult>;
  /** Replaces a message, or adds it at a place. */
  place(message: SessionMessage, seq: number): SyncWrite<AppendResult>;
  /** Like `Session.importMessage()`; false when there is one with its id. Tells nobody. */
  import(message: SessionMessage, parentId: string | null, createdAt: number): boolean;
  delete(ids: string[]): SyncWrite<undefined>;
  clear(): SyncWrite<undefined>;
  /** A transaction around writes was rolled back. */
  abandon(): void;
}
/**
 * One conversation: a tree of messages, of which the path to the newest is the active one. Reads show
 * compacted ranges as their summaries; what is stored stays as it was written.
 *
 * Methods throw FreeholdError `invalid_message`, `invalid_session_read` or `invalid_session_write` for
 * what they cannot take, and the `TypeError` of `JSON.stringify` for a message that JSON cannot carry.
 */
declare class Session {
  #private;
  readonly sessionId: string;
  /** @internal Made by `Sessions.session()`. */
  constructor(sessionId: string, room: SessionRoom);
  /** Sets the function with which {@link compact} summarises. */
  onCompaction(fn: CompactionFunction): this;
  /**
   * Compacts after an append, once the active path costs more than this many tokens by estimate.
   * Needs a function from {@link onCompaction}. A compaction that fails fails no append.
   */
  compactAfter(tokenThreshold: number): this;
  /** Keeps messages in memory in step with this session; returns what ends it. */
  mirror<M extends {
    id: string;
  }>(options: SessionMirrorOptions<M>): () => void;
  /** The messages of a path from old to new, one in memory at a time. */
  history(options?: HistoryReadOptions): AsyncGenerator<SessionMessage, void, undefined>;
  /** The messages of a path in arrays bounded by count and bytes. */
  historyBatches(options?: HistoryBatchReadOptions): AsyncGenerator<SessionMessage[], void, undefined>;
  /** All messages of a path at once. */
  getHistory(options?: HistoryReadOptions): Promise<SessionMessage[]>;
  /** The newest messages of a path whose bytes fit into `maxContentBytes`; the newest at least. */
  getRecentHistory(maxContentBytes: number, { leafId }?: Pick<HistoryReadOptions, "leafId">): Promise<RecentHistoryResult>;
  /** What is known of the stored messages of a path, without their content. */
  getHistoryRowStats(leafId?: string | null): Promise<SessionRowStat[]>;
  getMessage(id: string): Promise<SessionMessage | null>;
  /** The newest message, at which the active path ends. */
  getLatestLeaf(): Promise<SessionMessage | null>;
  /** The messages that answer one, in the order in which they came. */
  getBranches(messageId: string): Promise<SessionMessage[]>;
  /**
   * Messages with the words of `query` beside each other in their text parts, the best first. The
   * index is made by the first search.
   *
   * @param options `limit`: at most so many; default 20.
   */
  search(query: string, { limit }?: {
    limit?: number;
  }): Promise<SearchResult[]>;
  /**
   * Adds a message. One with the same id stays as it is, and is given back with `inserted: false`.
   * The summary of a compacted range is shown by reads and never stored: it is left out.
   */
  appendMessage(message: SessionMessage, options?: AppendOptions): Promise<AppendResult>;
  /** Replaces a message; null when there is none with its id. One that is the same is no change. */
  updateMessage(message: SessionMessage, options?: WriteOptions): Promise<SessionMessage | null>;
  /** Replaces a message, or adds it. */
  upsertMessage(message: SessionMessage, options?: AppendOptions): Promise<AppendResult>;
  /** @internal Reads and writes at once, for the SDK's own rooms with a transaction of theirs. */
  __DO_NOT_USE_WILL_BREAK__sync(): SessionSync;
  /**
   * Adds a message of another place as it was there, at its own place and time. Nothing happens when
   * there is one with its id.
   *
   * @param options `createdAt` is in milliseconds since the Unix epoch.
   */
  importMessage(message: SessionMessage, { createdAt, parentId }: {
    parentId: string | null;
    createdAt: number;
  }): Promise<void>;
  /** Deletes messages. Those that answer them answer the nearest message above that stays. */
  deleteMessages(messageIds: string[]): Promise<void>;
  /** Deletes all messages and compactions. */
  clearMessages(): Promise<void>;
  /** Has reads show a summary instead of a range of messages, which stay stored. */
  addCompaction(summary: string, fromMessageId: string, toMessageId: string): Promise<StoredCompaction>;
  getCompactions(): Promise<StoredCompaction[]>;
  /**
   * Has the function of {@link onCompaction} summarise a path, and reads show what it gives. Null when
   * it gives nothing, gives a range that is not on the path, or throws.
   *
   * @param leafId The path that ends here instead of at the newest message.
   * @throws FreeholdError `no_compaction_function`
   */
  compact(leafId?: string | null): Promise<CompactResult | null>;
}
/**
 * Conversations that survive the object. Most objects have one: `session()`.
 *
 * @example
 * readonly sessions = new Sessions();
 * readonly lifecycle = Lifecycle.install(this).use(this.sessions);
 *
 * async say(text: string) {
 *   const session = this.sessions.session();
 *   const id = crypto.randomUUID();
 *   await session.appendMessage({ id, role: "user", parts: [{ type: "text", text }] });
 *   return session.getHistory();
 * }
 */
declare class Sessions extends LifecycleCapability {
  #private;
  constructor({ reservedMetadataKeys }?: SessionsOptions);
  onStart(): Promise<void>;
  /**
   * The handle of a session, the same one each time. A session begins with its first message.
   *
   * @param sessionId Any text. Default: the empty one.
   */
  session(sessionId?: string): Session;
  /**
   * Calls `listener` after each write, in order; writes wait for it, its own apart. Returns what ends
   * it.
   */
  subscribe(listener: SessionChangeListener): () => void;
}
/** What a chunk can be: anything that JSON carries. */
type StreamJson = string | number | boolean | null | StreamJson[] | {
  [key: string]: StreamJson;
};
/** A stream is `streaming` from its opening until its producer ends it. */
type StreamState = "streaming" | "completed" | "errored";
/** One chunk of the log. */
interface StreamChunk {
  /** Its place: 0 for the first, one more for each. It never changes. */
  readonly seq: number;
  readonly chunk: StreamJson;
}
/** What is known of a stream. Times are in milliseconds since the Unix epoch. */
interface StreamStatus {
  streamId: string;
  state: StreamState;
  /** How many chunks are stored; the `seq` of the next. */
  cursor: number;
  /** The application's key, as given at the opening. */
  tag?: string;
  metadata?: Record<string, StreamJson>;
  /** What `error()` was given, when the state is `errored`. */
  error?: string;
  createdAt: number;
  /** Grows with every chunk and at the end: when it is old, a live stream's producer has stopped. */
  updatedAt: number;
  closedAt?: number;
}
/** What a producer writes with. Writes are durable, and happen at once. */
interface StreamWriter {
  readonly streamId: string;
  /** The `seq` of the next chunk; a producer that starts again goes on from here. */
  readonly cursor: number;
  /**
   * Stores a chunk, wakes the readers and returns its `seq`.
   *
   * @throws StreamClosedError, StreamSerializationError
   */
  append(chunk: StreamJson): number;
  /** Ends the stream well. Nothing happens when it has ended or was deleted. */
  close(options?: StreamSettleOptions): void;
  /** Ends the stream with a failure. Nothing happens when it has ended or was deleted. */
  error(reason?: string, options?: StreamSettleOptions): void;
}
/**
 * How a stream ends: all of it in one transaction, so that a crash leaves either the live stream or
 * what it has become, never neither.
 */
interface StreamSettleOptions {
  /**
   * Writes of the caller's own. It must not await; what it throws leaves the stream live. Not called
   * when the stream had ended before.
   */
  readonly commit?: () => void;
  /** Delete the stream as well: what it carried has become something else. Default false. */
  readonly discard?: boolean;
}
/** Options of `Streams.open()`. */
interface StreamOpenOptions {
  /** Kept with the stream. */
  metadata?: Record<string, StreamJson>;
  /** A key to find streams by; several may have the same. It is given once, at the opening. */
  tag?: string;
}
/** Options of `Streams.read()`. */
interface StreamReadOptions {
  /** The first `seq` to give. Default 0. */
  from?: number;
  /** Ends a read that waits for more; the read throws its reason. */
  signal?: AbortSignal;
}
/** Options of `Streams.readBatches()`. */
interface StreamReadBatchesOptions extends StreamReadOptions {
  /** Most chunks a batch. Default 100. */
  batchSize?: number;
  /** Called once, when everything that was stored has been given and only new chunks are awaited. */
  onUpToDate?: () => void;
}
/** Filters of `Streams.list()`. */
interface StreamListOptions {
  state?: StreamState | StreamState[];
  /** Only streams that were opened with this tag. */
  tag?: string;
  /** Default 100. */
  limit?: number;
}
/** Options of a `Streams` capability. */
interface StreamsOptions {
  /** Most bytes of the JSON of one chunk. Default {@link DEFAULT_MAX_CHUNK_BYTES}. */
  readonly maxChunkBytes?: number;
}
/** Most bytes of the JSON of one chunk, unless said otherwise: 1 MiB. */
declare const DEFAULT_MAX_CHUNK_BYTES = 1048576;
/** A row of the streams. */
type StreamRow = {
  stream_id: string;
  state: StreamState;
  tag: string | null;
  metadata: string | null;
  error_message: string | null;
  chunk_count: number;
  created_at: number;
  updated_at: number;
  closed_at: number | null;
};
/** A chunk as it is stored. */
type StreamChunkRow = {
  stream_id: string;
  seq: number;
  /** Its JSON. */
  chunk: string;
  /** When the block it lies in was last written. */
  created_at: number;
};
/** Told of each stream that is deleted: its row and how many chunks it had, just before. */
type DeleteHook = (row: StreamRow, cursor: number) => void;
/** A stream as it was elsewhere. */
interface ImportedStream {
  streamId: string;
  state: StreamState;
  tag: string | null;
  metadata: Record<string, StreamJson> | undefined;
  chunkCount: number;
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
}
/**
 * @internal What `Streams.__DO_NOT_USE_WILL_BREAK__sync()` gives: everything at once and without
 * waiting for the start, for the SDK's own rooms that write a stream in a transaction of theirs.
 */
interface StreamsSyncInternal {
  ensureTables(): void;
  getStream(streamId: string): StreamRow | undefined;
  /** The caller has looked that there is none. */
  insertStream(streamId: string, tag: string | null, metadata: Record<string, StreamJson> | undefined): void;
  setMetadata(streamId: string, metadata: Record<string, StreamJson>): void;
  append(streamId: string, chunk: StreamJson): number;
  /** Stores JSON as it is, of a stream that the caller knows to be live. */
  appendJson(streamId: string, json: string): number;
  /** When the last chunk was written, in milliseconds; null while there is none. */
  lastChunkAt(streamId: string): number | null;
  cursor(streamId: string): number;
  /** Hooks run inside the transaction that deletes. Returns what takes the hook away. */
  onDelete(hook: DeleteHook): () => void;
  /** Returns whether this call ended the stream. */
  settle(streamId: string, state: Exclude<StreamState, "streaming">, reason: string | null, options?: StreamSettleOptions): boolean;
  /** Deletes, live or not, and tells of it. */
  deleteUnchecked(streamId: string): void;
  /** Deletes, live or not, and tells only the readers and the hooks. */
  deleteMany(streamIds: string[]): void;
  readChunks(streamId: string, fromSeq: number, limit: number): StreamChunkRow[];
  /** All streams, the newest first. */
  listRows(): StreamRow[];
  rowsByTag(tag: string, state?: StreamState): StreamRow[];
  importStream(stream: ImportedStream): void;
  /** Adds a chunk to an imported stream, whose row stays as it is. */
  importChunk(streamId: string, chunk: StreamJson, createdAt: number): void;
}
/**
 * Output that is written bit by bit and survives the object: a log of chunks for each stream, which
 * any number of readers follow from any place. A producer that starts again goes on at the log's
 * end; a reader that comes back goes on behind the last chunk that it has.
 *
 * @example
 * readonly streams = new Streams();
 * readonly lifecycle = Lifecycle.install(this).use(this.streams);
 *
 * async write() {
 *   const writer = await this.streams.open("report");
 *   writer.append({ line: 1 });
 *   writer.close();
 * }
 *
 * async onRequest(request: Request) {
 *   return sseResponse(this.streams, "report", { request });
 * }
 */
declare class Streams extends LifecycleCapability {
  #private;
  constructor({ maxChunkBytes }?: StreamsOptions);
  onStart(): Promise<void>;
  /**
   * Opens a stream for writing. A live one that is opened again goes on where it is, whatever
   * metadata is given.
   *
   * @param streamId 1 to 256 characters.
   * @throws StreamClosedError when it has ended; FreeholdError `invalid_stream_id`,
   *   `invalid_stream_tag`, `stream_tag_conflict`; StreamSerializationError
   */
  open(streamId: string, options?: StreamOpenOptions): Promise<StreamWriter>;
  /**
   * The chunks from `from` on, then those that are added, until the stream ends. How it ended is in
   * {@link status}.
   *
   * @throws StreamNotFoundError, FreeholdError `invalid_stream_read`, the reason of `signal`
   */
  read(streamId: string, options?: StreamReadOptions): AsyncGenerator<StreamChunk, void, undefined>;
  /** Like {@link read}, with all chunks that are there at once in one array, up to `batchSize`. */
  readBatches(streamId: string, options?: StreamReadBatchesOptions): AsyncGenerator<StreamChunk[], void, undefined>;
  /** What is known of a stream; null when there is none. */
  status(streamId: string): Promise<StreamStatus | null>;
  /** Streams, the newest first. @throws FreeholdError `invalid_stream_limit` */
  list(options?: StreamListOptions): Promise<StreamStatus[]>;
  /**
   * Deletes a stream that has ended; false when there is none.
   *
   * @throws FreeholdError `stream_live`
   */
  delete(streamId: string): Promise<boolean>;
  /** @internal Everything at once, for the SDK's own rooms. */
  __DO_NOT_USE_WILL_BREAK__sync(): StreamsSyncInternal;
}
/** One message of a conversation. */
type ChatMessage = UIMessage;
/** A tool that runs in the client, as the client describes it. */
type ClientToolSchema = {
  /** Unique name. */
  name: string;
  /** What the tool does, for the model. */
  description?: Tool["description"];
  /** JSON Schema of the input. */
  parameters?: JSONSchema7;
};
/** What `onChatMessage` is told of the turn. */
type OnChatMessageOptions = {
  /** Id of the request; the client's for its own turns. */
  requestId: string;
  /** Aborts when the client cancels, the history is cleared, or the caller's signal aborts. */
  abortSignal?: AbortSignal;
  /** Tools the client runs. */
  clientTools?: ClientToolSchema[];
  /** Further fields of the request: `body` of the hook, or of `sendMessage`. */
  body?: Record<string, unknown>;
  /** Whether this turn goes on with the last answer. */
  continuation?: boolean;
};
/** How a turn ended, given to `onChatResponse`. */
type ChatResponseResult = {
  /** The answer, as stored; partial unless `status` is `"completed"`. */
  message: UIMessage;
  /** Id of the request. */
  requestId: string;
  /** Whether the turn went on with an earlier answer. */
  continuation: boolean;
  status: "completed" | "error" | "aborted";
  /** Why, when `status` is `"error"`. */
  error?: string;
  /** The turn had ended in an earlier life of the agent, which did not come to tell of it. */
  recovered?: boolean;
};
/** Options of `saveMessages`. */
type SaveMessagesOptions = {
  /** Ends the turn when it aborts. */
  signal?: AbortSignal;
};
/** What became of a turn started by `saveMessages`. `skipped`: the history was cleared meanwhile. */
type SaveMessagesResult = {
  requestId: string;
  status: "completed" | "error" | "skipped" | "aborted";
  error?: string;
};
/**
 * What happens to a message that is sent while another is being answered. Turns of other kinds
 * always wait for each other.
 *
 * - `queue`: each is answered, one after the other.
 * - `latest`: only the last of those that wait is answered; all are kept.
 * - `merge`: like `latest`, and the messages that waited become one.
 * - `drop`: it is refused, and not stored.
 * - `debounce`: like `latest`, `debounceMs` (default 750) after the last one came.
 */
type MessageConcurrency = "queue" | "latest" | "merge" | "drop" | {
  strategy: "debounce";
  debounceMs?: number;
};
/** A turn that was interrupted, as `onChatRecovery` is told of it. */
type ChatRecoveryContext = {
  /** The same for all attempts at one turn. */
  incidentId: string;
  /** Id of the turn's first request; the same for all attempts. */
  recoveryRootRequestId: string;
  /** Attempts since the last progress, from 1. */
  attempt: number;
  maxAttempts: number;
  /** Whether the user's message will be answered anew, or the partial answer goes on. */
  recoveryKind: "retry" | "continue";
  /** Id of the interrupted stream; empty when the answer had not begun. */
  streamId: string;
  /** Id of the interrupted request. */
  requestId: string;
  /** What was said so far, as text. */
  partialText: string;
  /** What was said so far. */
  partialParts: UIMessage["parts"];
  /** What the turn gave to `this.stash()` last; null when nothing. */
  recoveryData: unknown | null;
  /** The stored conversation. */
  messages: UIMessage[];
  /** Further fields of the request. */
  lastBody?: Record<string, unknown>;
  /** Tools of the client. */
  lastClientTools?: ClientToolSchema[];
  /** When the turn was accepted, in milliseconds since the Unix epoch. */
  createdAt: number;
};
/** What `onChatRecovery` decides. */
type ChatRecoveryOptions = {
  /** Store what was said so far. Default true; results of tools are stored in any case. */
  persist?: boolean;
  /** Try again. Default true; with `false` the turn ends as aborted. */
  continue?: boolean;
};
/** A turn that was given up. */
type ChatRecoveryExhaustedContext = Pick<ChatRecoveryContext, "incidentId" | "requestId" | "recoveryRootRequestId" | "attempt" | "maxAttempts" | "recoveryKind" | "streamId" | "createdAt" | "partialText" | "partialParts"> & {
  /**
   * Why: `interrupted_attempts_exceeded`, `work_budget_exceeded`, `no_progress_timeout`,
   * `recovery_aborted`, `max_attempts_exceeded`, `out_of_memory`. More may come. The published
   * package's `stable_timeout` does not happen here.
   */
  reason: string;
  /** What clients were told. */
  terminalMessage: string;
};
/** How far a turn that is recovered has come. */
type ChatRecoveryProgressContext = {
  incidentId: string;
  requestId: string;
  recoveryRootRequestId: string;
  attempt: number;
  maxAttempts: number;
  recoveryKind: "retry" | "continue";
  /** What was streamed since the first interruption, in units of about ten chunks. */
  work: number;
  /** Milliseconds since the first interruption. */
  ageMs: number;
};
/** How a chat recovers interrupted turns. `true`: with all defaults. */
type ChatRecoveryConfig = true | {
  /** Attempts without progress. Default 10. */
  maxAttempts?: number;
  /**
   * Accepted, and without effect. In the published package an attempt waits so long, in
   * milliseconds, for the chat to come to rest. Here an attempt has its place in the queue of
   * turns: nothing runs beside it, and no turn is given up because one before it takes long.
   */
  stableTimeoutMs?: number;
  /** What clients are told when a turn is given up. */
  terminalMessage?: string;
  /** Milliseconds that may pass without progress. Default five minutes. */
  noProgressTimeoutMs?: number;
  /** Units of about ten chunks that may be streamed after the first interruption. Default 10 000. */
  maxRecoveryWork?: number;
  /** Attempts that may end with their process, the first included. Default 5. */
  maxInterruptedAttempts?: number;
  /** @deprecated Use `maxInterruptedAttempts`, which is one more. */
  maxOomRetries?: number;
  /** Asked from the second attempt on; `false` gives the turn up. What it throws counts as true. */
  shouldKeepRecovering?(context: ChatRecoveryProgressContext): boolean | Promise<boolean>;
  /** A turn was given up. */
  onExhausted?(context: ChatRecoveryExhaustedContext): void | Promise<void>;
};
/** A {@link ChatRecoveryConfig} with its defaults. */
type ResolvedChatRecoveryConfig = {
  maxAttempts: number;
  stableTimeoutMs: number;
  terminalMessage: string;
  noProgressTimeoutMs: number;
  maxRecoveryWork: number;
  maxInterruptedAttempts: number;
  shouldKeepRecovering?: (context: ChatRecoveryProgressContext) => boolean | Promise<boolean>;
  onExhausted?: (context: ChatRecoveryExhaustedContext) => void | Promise<void>;
};
/** How a request ended. `skipped` never ran; `recovering` goes on under another request id. */
type ChatTurnOutcome = "completed" | "error" | "aborted" | "skipped" | "recovering";
/** Why a client asks: a new message, or the last answer once more. */
type ChatTrigger = "submit-message" | "regenerate-message";
/** Why there is nothing to resume: nothing streams, or what streams is another connection's. */
type ResumeNoneReason = "idle" | "continuation-owned";
/** The `type` of each frame. */
declare const CHAT_MESSAGE_TYPES: {
  readonly CHAT_MESSAGES: "cf_agent_chat_messages";
  readonly USE_CHAT_REQUEST: "cf_agent_use_chat_request";
  readonly USE_CHAT_RESPONSE: "cf_agent_use_chat_response";
  readonly CHAT_CLEAR: "cf_agent_chat_clear";
  readonly CHAT_REQUEST_CANCEL: "cf_agent_chat_request_cancel";
  readonly STREAM_RESUMING: "cf_agent_stream_resuming";
  readonly STREAM_RESUME_ACK: "cf_agent_stream_resume_ack";
  readonly STREAM_RESUME_REQUEST: "cf_agent_stream_resume_request";
  readonly STREAM_RESUME_NONE: "cf_agent_stream_resume_none";
  readonly STREAM_PENDING: "cf_agent_stream_pending";
  readonly TOOL_RESULT: "cf_agent_tool_result";
  readonly TOOL_APPROVAL: "cf_agent_tool_approval";
  readonly MESSAGE_UPDATED: "cf_agent_message_updated";
  readonly CHAT_RECOVERING: "cf_agent_chat_recovering";
};
/** The same values under the names that chat agents' authors know. */
declare const MessageType: {
  readonly CF_AGENT_CHAT_MESSAGES: "cf_agent_chat_messages";
  readonly CF_AGENT_USE_CHAT_REQUEST: "cf_agent_use_chat_request";
  readonly CF_AGENT_USE_CHAT_RESPONSE: "cf_agent_use_chat_response";
  readonly CF_AGENT_CHAT_CLEAR: "cf_agent_chat_clear";
  readonly CF_AGENT_CHAT_REQUEST_CANCEL: "cf_agent_chat_request_cancel";
  readonly CF_AGENT_STREAM_RESUMING: "cf_agent_stream_resuming";
  readonly CF_AGENT_STREAM_RESUME_ACK: "cf_agent_stream_resume_ack";
  readonly CF_AGENT_STREAM_RESUME_REQUEST: "cf_agent_stream_resume_request";
  readonly CF_AGENT_STREAM_RESUME_NONE: "cf_agent_stream_resume_none";
  readonly CF_AGENT_STREAM_PENDING: "cf_agent_stream_pending";
  readonly CF_AGENT_MESSAGE_UPDATED: "cf_agent_message_updated";
  readonly CF_AGENT_CHAT_RECOVERING: "cf_agent_chat_recovering";
  readonly CF_AGENT_TOOL_RESULT: "cf_agent_tool_result";
  readonly CF_AGENT_TOOL_APPROVAL: "cf_agent_tool_approval";
};
/** One of the values of {@link MessageType}. */
type MessageType = (typeof MessageType)[keyof typeof MessageType];
/** Why a client is told that there is nothing to resume. */
declare const STREAM_RESUME_NONE_REASONS: {
  readonly IDLE: "idle";
  readonly CONTINUATION_OWNED: "continuation-owned";
};
/** One of the values of {@link STREAM_RESUME_NONE_REASONS}. */
type StreamResumeNoneReason = ResumeNoneReason;
type Types = typeof MessageType;
type ClientTools = Array<{
  name: string;
  description?: string;
  parameters?: JSONSchema7;
}>;
/** A frame that the server sends. Flags that do not apply are absent. */
type OutgoingMessage<ChatMessage extends UIMessage = UIMessage> = {
  type: Types["CF_AGENT_CHAT_CLEAR"];
} | {
  type: Types["CF_AGENT_CHAT_MESSAGES"];
  messages: readonly ChatMessage[];
  /** Sent because the client has just connected. */
  connect?: boolean;
} | {
  type: Types["CF_AGENT_USE_CHAT_RESPONSE"];
  id: string;
  /** One chunk as JSON; plain words when `error`; empty at the end. */
  body: string;
  done: boolean;
  error?: boolean;
  continuation?: boolean;
  replay?: boolean;
  replayComplete?: boolean;
  /** Index of the chunk within the request, from 0. */
  seq?: number;
  messageIds?: string[];
  outcome?: ChatTurnOutcome;
} | {
  type: Types["CF_AGENT_STREAM_RESUMING"];
  id: string;
  probeId?: string;
} | {
  type: Types["CF_AGENT_MESSAGE_UPDATED"];
  message: ChatMessage;
} | {
  type: Types["CF_AGENT_STREAM_RESUME_NONE"];
  reason?: StreamResumeNoneReason;
  probeId?: string;
} | {
  type: Types["CF_AGENT_STREAM_PENDING"];
  id?: string;
  probeId?: string;
} | {
  type: Types["CF_AGENT_CHAT_RECOVERING"];
  recovering: boolean;
  id?: string;
};
/** A frame that a client sends. */
type IncomingMessage<ChatMessage extends UIMessage = UIMessage> = {
  type: Types["CF_AGENT_CHAT_CLEAR"];
} | {
  type: Types["CF_AGENT_USE_CHAT_REQUEST"];
  id: string;
  init: Pick<RequestInit, "method" | "headers" | "body" | "redirect" | "integrity">;
} | {
  type: Types["CF_AGENT_CHAT_MESSAGES"];
  messages: ChatMessage[];
} | {
  type: Types["CF_AGENT_CHAT_REQUEST_CANCEL"];
  id: string;
} | {
  type: Types["CF_AGENT_STREAM_RESUME_ACK"];
  id: string;
} | {
  type: Types["CF_AGENT_STREAM_RESUME_REQUEST"];
  probeId?: string;
} | {
  type: Types["CF_AGENT_TOOL_RESULT"];
  toolCallId: string;
  toolName: string;
  output: unknown;
  state?: "output-available" | "output-error";
  errorText?: string;
  autoContinue?: boolean;
  clientTools?: ClientTools;
} | {
  type: Types["CF_AGENT_TOOL_APPROVAL"];
  toolCallId: string;
  approved: boolean;
  autoContinue?: boolean;
};
/** A client's frame, read. */
type ChatProtocolEvent = {
  type: "chat-request";
  id: string;
  init: {
    method?: string;
    body?: string;
    [key: string]: unknown;
  };
} | {
  type: "clear";
} | {
  type: "cancel";
  id: string;
} | {
  type: "tool-result";
  toolCallId: string;
  toolName: string;
  output: unknown;
  state?: string;
  errorText?: string;
  autoContinue?: boolean;
  clientTools?: Array<{
    name: string;
    description?: string;
    parameters?: unknown;
  }>;
} | {
  type: "tool-approval";
  toolCallId: string;
  approved: boolean;
  autoContinue?: boolean;
} | {
  type: "stream-resume-request";
  probeId?: string;
} | {
  type: "stream-resume-ack";
  id: string;
} | {
  type: "messages";
  messages: unknown[];
};
/** Reads a client's frame; null for any other text. Keys that are absent or ill-typed are left out. */
declare function parseProtocolMessage(raw: string): ChatProtocolEvent | null;
/** Ids of the user messages that a request's messages end with; undefined when there is none. */
declare function originMessageIds(messages: unknown): string[] | undefined;
/** A frame with `messageIds`, when it is a last one and has none. */
declare function withOriginMessageIds<T extends object>(frame: T, messageIds: string[] | undefined): T;
/** An agent's `sql`, as those who only need that of it take it. */
type SqlTaggedTemplate = <T = Record<string, unknown>>(strings: TemplateStringsArray, ...values: (string | number | boolean | null)[]) => T[];
/** What an answer came with, besides its words. */
type ReplyAttachment = {
  type: string;
} & Record<string, unknown>;
/** What a text can be sent to. */
interface ChatConnection {
  readonly id: string;
  send(message: string): void;
}
/** Sends unless the socket has closed; whether it was sent. Any other error is thrown. */
declare function sendIfOpen(connection: ChatConnection, message: string): boolean;
/**
 * The part of a connection to an agent that a chat needs.
 *
 * @module
 */
/** An `AgentClient`, what `useAgent` returns, or anything that behaves alike. */
interface AgentConnection {
  /** Sends text. `false` when it was only queued, for when the socket opens. */
  send: (data: string) => boolean | void;
  addEventListener: (type: string, listener: (event: MessageEvent) => void, options?: {
    signal?: AbortSignal;
  }) => void;
  removeEventListener: (type: string, listener: (event: MessageEvent) => void) => void;
}
/**
 * How far each request was applied, for those who show streams by their own means.
 *
 * @module
 */
/** Highest `seq` applied, by request; the newest 32 requests. */
declare class AppliedChunkLedger {
  #private;
  /** Remembers that a chunk was applied; one without a number is passed over. */
  record(requestId: string, seq: number | undefined): void;
  /** Whether a frame replays a chunk of a continuation that was applied before. */
  isAppliedReplay(requestId: string, frame: {
    body?: string;
    continuation?: boolean;
    replay?: boolean;
    seq?: number;
  }): boolean;
  forget(requestId: string): void;
  clear(): void;
}
/** How far a request has come. Immutable. */
interface Sequence {
  /** Number of the chunk to pass next; all before it have passed. */
  readonly next: number;
  /** Chunks that came before their turn, by number. */
  readonly early: ReadonlyMap<number, readonly UIMessageChunk[]>;
  /** Place in the replay under way, or `null` outside of one. */
  readonly replayed: number | null;
  /** Whether the server numbers its chunks. */
  readonly numbered: boolean;
  /** Whether the gap before the early chunks was reported. */
  readonly reported: boolean;
}
/** What to follow. */
interface FollowOptions {
  readonly agent: AgentConnection;
  readonly requestId: string;
  /** Whether the request is on its way, and not only queued: only then a close interrupts it. */
  readonly sent: boolean;
  /** Detaches the stream; the request goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the stream waits, when the connection breaks, for what comes over the next one. */
  readonly survives: boolean;
  /** Chunks are missing and a replay is needed. */
  readonly onGap: () => void;
  /** The server said that the request is over. Also called after the stream was detached. */
  readonly onEnd: () => void;
  /** The connection broke and the stream with it; what follows has to be asked for anew. */
  readonly onLost: () => void;
}
/**
 * Follows a request to its end, through `stream`. A failure of the turn errors the stream; a broken
 * connection ends it with an `error` chunk, unless it `survives`; an abort errors it and leaves the turn
 * alone.
 */
declare class FollowedRequest {
  #private;
  readonly requestId: string;
  readonly stream: ReadableStream<UIMessageChunk>;
  constructor(options: FollowOptions);
  /** Whether the request was sent over a connection, or waits for one. */
  get sent(): boolean;
  /** The connection over which it comes. */
  get agent(): AgentConnection;
  /** All chunks so far, and how far that is: for whoever goes on with the request. */
  get progress(): {
    readonly chunks: readonly UIMessageChunk[];
    readonly sequence: Sequence;
  };
  /** Ends the stream here and now, and follows the request no further. */
  release(error?: Error): void;
  /** Ends the stream as a broken connection does. */
  lose(): void;
  /** Goes on over another connection. What was queued on the old one is taken for lost. */
  moveTo(agent: AgentConnection): void;
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
/** What the chat hook wants of its transport beyond the options that everyone has. */
interface TransportOwner<ChatMessage extends UIMessage> {
  /** Whether streams wait for the next connection when theirs breaks; the owner takes them up. */
  readonly survives: () => boolean;
  /** Of the messages that were shown, those that a request asks anew without. */
  readonly takenBack: (messages: readonly ChatMessage[]) => readonly string[];
  /** A request goes out, or one that was under way is followed. */
  readonly onFollow: (followed: FollowedRequest, messages: readonly ChatMessage[]) => void;
}
type ChunkStream = ReadableStream<UIMessageChunk>;
/**
 * A `ChatTransport` for the AI SDK's `useChat`: requests go out, and answers come back, over the
 * agent's WebSocket. Each chunk comes once and in its place, also when the server sends it twice. An
 * answer that was cut off can be taken up with `reconnectToStream`.
 *
 * It needs no React: use it with the chats of `@ai-sdk/vue` and the like. `useAgentChat` adds what
 * several tabs, reconnects and client tools need.
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
  /** How far each request was applied by those who show it without this transport's stream. */
  readonly appliedChunks: AppliedChunkLedger;
  constructor(options: WebSocketChatTransportOptions<ChatMessage>, owner?: TransportOwner<ChatMessage>);
  /** The turn this transport last followed and has not seen end; a broken connection keeps it. */
  get activeServerTurnId(): string | null;
  /** Uses another connection; an open question over the old one ends with nothing found. */
  setAgent(agent: AgentConnection): void;
  setCancelOnClientAbort(cancelOnClientAbort: boolean): void;
  /** Tells the server to end the turn under way; false when there is none. */
  cancelActiveServerTurn(): boolean;
  /** Remembers a turn that is shown by other means, so that it can be cancelled. */
  observeServerTurn(requestId: string): void;
  /** A turn that is shown by other means has ended. */
  handleServerTurnCompleted(requestId: string): void;
  /**
   * The next `reconnectToStream` is for what the server says after a client tool's output: its stream
   * exists at once, and ends empty when the server goes on with nothing.
   */
  expectToolContinuation(): void;
  /** Ends the stream of a tool's continuation here; false when there is none. */
  abortActiveToolContinuation(): boolean;
  /** Whether the question for a stream is open. */
  isAwaitingResume(): boolean;
  /** Ends the open question with nothing found; false when there is none. */
  cancelPendingResume(): boolean;
  /** Asks the open question again, over a connection that opened anew. */
  retryPendingResume(): boolean;
  /** Takes an offer of a stream that the application heard; returns whether one was waited for. */
  handleStreamResuming(data: {
    id: string;
  }): boolean;
  /** Takes "there is none" that the application heard; returns whether an answer was waited for. */
  handleStreamResumeNone(data?: {
    probeId?: string;
  }): boolean;
  /** Takes "wait for it" that the application heard; returns whether an answer was waited for. */
  handleStreamPending(): boolean;
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
  }): Promise<ChunkStream>;
  /** Resolves with the answer under way, from its beginning, or `null` when there is none. */
  reconnectToStream(options: {
    chatId: string;
    abortSignal?: AbortSignal;
  }): Promise<ChunkStream | null>;
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
  /**
   * How changes of the state come: whole each time (default), or as JSON patches from servers that
   * make them. With `"patch"`, all clients of an agent also end up with the same state when they
   * write at the same time.
   */
  stateSync?: "whole" | "patch";
  /** Class of the agent, in any spelling of its name. Ignored in the URL when `basePath` is set. */
  agent: string;
  /** Name of the instance. Default `"default"`. */
  name?: string;
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
  name?: string;
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
/** Where a stream goes. Each returns false when the client is gone. */
interface StreamSink {
  chunk(value: unknown): boolean;
  end(finalChunk: unknown): boolean;
  error(message: string, thrown: unknown): boolean;
}
/**
 * The answer of a streaming method, given to it as first argument. End it with `end` or `error`; a
 * method that returns without doing so has ended it. `signal` says when the caller is gone.
 *
 * @example
 * @callable({ streaming: true })
 * async count(stream: StreamingResponse, to: number) {
 *   for (let n = 1; n <= to && !stream.signal.aborted; n++) stream.send(n);
 *   stream.end("done");
 * }
 */
declare class StreamingResponse {
  #private;
  /** Aborted when the caller's connection closes before the stream has ended. */
  readonly signal: AbortSignal;
  /** @param options for the SDK itself: where the stream goes if not to the connection as frames */
  constructor(connection: Connection, id: string, options?: {
    readonly sink?: StreamSink;
    readonly signal?: AbortSignal;
  });
  /** Whether the stream has ended, or its caller is gone. */
  get isClosed(): boolean;
  /** Sends a chunk. Returns false when the stream or the connection is closed. */
  send(chunk: unknown): boolean;
  /** Ends the stream, with a last value if given. Returns false when it was closed already. */
  end(finalChunk?: unknown): boolean;
  /** Ends the stream with an error. Returns false when it was closed already. */
  error(message: string, thrown?: unknown): boolean;
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
 * Finds the agent by the recipient's address: `support+ticket-7@example.com` is the agent `ticket-7`
 * of the binding `support`, and `ticket-7@example.com` that of `defaultAgentName`. Anybody who can
 * send an e-mail can so reach any agent.
 *
 * @example
 * await routeAgentEmail(message, env, { resolver: createAddressBasedEmailResolver("Support") });
 */
declare function createAddressBasedEmailResolver<Env>(defaultAgentName: string): EmailResolver<Env>;
/**
 * Gives every e-mail to one agent.
 *
 * @example
 * await routeAgentEmail(message, env, { resolver: createCatchAllEmailResolver("Inbox", "main") });
 */
declare function createCatchAllEmailResolver<Env>(agentName: string, agentId: string): EmailResolver<Env>;
/**
 * Finds the agent by headers that it signed when it sent the e-mail that is answered. Null for an
 * e-mail without them, or with a signature that is wrong, too old, or more than five minutes ahead.
 *
 * @throws FreeholdError `email_secret_missing`, `invalid_email_max_age`.
 *
 * @example
 * const bySignature = createSecureReplyEmailResolver<Env>(env.EMAIL_SECRET, { maxAge: 7 * 86_400 });
 * const byAddress = createAddressBasedEmailResolver<Env>("Support");
 * await routeAgentEmail(message, env, {
 *   resolver: async (email, env) => (await bySignature(email, env)) ?? byAddress(email, env),
 * });
 */
declare function createSecureReplyEmailResolver<Env>(secret: string, options?: SecureReplyResolverOptions): EmailResolver<Env>;
/**
 * @deprecated Removed: it trusted headers that anybody can write.
 * @throws FreeholdError `email_resolver_removed`, always.
 */
declare function createHeaderBasedEmailResolver<Env>(): EmailResolver<Env>;
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
/**
 * What a model returns for a sentence such as "remind me tomorrow at nine". Give it to
 * `generateObject` together with {@link getSchedulePrompt}.
 */
declare const scheduleSchema: z.ZodObject<{
  description: z.ZodString;
  when: z.ZodDiscriminatedUnion<[z.ZodObject<{
    type: z.ZodLiteral<"scheduled">;
    date: z.ZodString;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"delayed">;
    delayInSeconds: z.ZodNumber;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"cron">;
    cron: z.ZodString;
  }, z.core.$strip>, z.ZodObject<{
    type: z.ZodLiteral<"no-schedule">;
  }, z.core.$strip>], "type">;
}, z.core.$strip>;
/** What {@link scheduleSchema} accepts. */
type ParsedSchedule = z.infer<typeof scheduleSchema>;
/**
 * A prompt that makes a model read the task and the time in what a person wrote.
 *
 * @example
 * const { object } = await generateObject({
 *   model,
 *   schema: scheduleSchema,
 *   prompt: `${getSchedulePrompt({ date: new Date() })}\n\n${text}`,
 * });
 */
declare function getSchedulePrompt({ date }: {
  date: Date;
}): string;
export {
  Agent,
  AGENT_TOOL_MILESTONE_PART,
  AGENT_TOOL_PROGRESS_PART,
  AgentClientCall,
  AgentClientFetchOptions,
  AgentClientOptions,
  AgentClientStub,
  AgentConnection,
  AgentConnectionError,
  AgentConnectionOptions,
  agentContext,
  AgentContext,
  AgentEmail,
  AgentGetOptions,
  AgentMethods,
  AgentNamespace,
  AgentOptions,
  AgentPath,
  AgentPathStep,
  AgentPromiseReturnType,
  AgentRouteMatch,
  AgentStaticOptions,
  AgentStub,
  AgentToolChildAdapter,
  AgentToolDisplayMetadata,
  AgentToolEvent,
  AgentToolEventDelivery,
  AgentToolEventMessage,
  AgentToolEventState,
  AgentToolFailure,
  AgentToolInterruptedReason,
  AgentToolLifecycleResult,
  AgentToolMilestone,
  AgentToolProgress,
  AgentToolProgressSnapshot,
  AgentToolRunInfo,
  AgentToolRunInspection,
  AgentToolRunPart,
  AgentToolRunState,
  AgentToolRunStatus,
  AgentToolStoredChunk,
  AgentToolTerminalStatus,
  AgentTransport,
  AgentWorkflowEvent,
  AgentWorkflowParams,
  AgentWorkflowStep,
  AppendOptions,
  AppendResult,
  ApprovalEventPayload,
  backoffDelay,
  callable,
  CallableMetadata,
  CallbackResolver,
  CallOptions,
  camelCaseToKebabCase,
  CapabilityRequestContext,
  CapabilityStartContext,
  CapabilityWebSocketUpgradeContext,
  CAPNWEB_TRANSPORT_QUERY,
  CAPNWEB_TRANSPORT_VALUE,
  CHAT_MESSAGE_TYPES,
  ChatCapableAgentClass,
  ChatConnection,
  ChatMessage,
  ChatProtocolEvent,
  ChatRecoveryConfig,
  ChatRecoveryContext,
  ChatRecoveryExhaustedContext,
  ChatRecoveryOptions,
  ChatRecoveryProgressContext,
  ChatResponseResult,
  ChatTrigger,
  ChatTurnOutcome,
  ClientToolSchema,
  Clock,
  COMPACTION_PREFIX,
  CompactionFunction,
  CompactResult,
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  createAddressBasedEmailResolver,
  createCatchAllEmailResolver,
  createCloseClassifier,
  createHeaderBasedEmailResolver,
  createSecureReplyEmailResolver,
  createStubProxy,
  CurrentAgentContext,
  DEFAULT_AGENT_STATIC_OPTIONS,
  DEFAULT_CALL_TIMEOUT_MS,
  DEFAULT_MAX_CHUNK_BYTES,
  DefaultProgress,
  DeleteFibersOptions,
  DetachedAgentToolConfig,
  DetachedRunAgentToolResult,
  DurableObjectCapability,
  DynamicAgentClass,
  DynamicAgentStub,
  EmailHeader,
  EmailResolver,
  EmailResolverResult,
  EmailSendBinding,
  EventPayloads,
  FiberContext,
  FiberInspection,
  FiberRecoveryContext,
  FiberRecoveryResult,
  FiberStatus,
  FreeholdError,
  FreeholdErrorOptions,
  getAgentByName,
  getSchedulePrompt,
  HistoryBatchReadOptions,
  HistoryReadOptions,
  IncomingMessage,
  isCompactionMessage,
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isErrorRetryable,
  isPlatformFailure,
  isPlatformTransientError,
  isTerminalCloseEvent,
  Lifecycle,
  LifecycleCapability,
  LifecycleEvent,
  LifecycleEvents,
  LifecycleHostContextScope,
  LifecycleJob,
  LifecycleJobContext,
  LifecycleJobOutcome,
  LifecycleJobPushOptions,
  LifecycleJobs,
  LifecycleObject,
  LifecycleOptions,
  LifecycleRouteAddress,
  LifecycleRouteContext,
  LifecycleRoutes,
  LifecycleServices,
  LifecycleSockets,
  LifecycleStatus,
  ListFibersOptions,
  MCPServerMessage,
  MCPServersState,
  MemoryLimitContext,
  MessageConcurrency,
  MessageType,
  MessageType$1,
  Observability,
  ObservabilityEvent,
  OnChatMessageOptions,
  OptionalAgentMethods,
  originMessageIds,
  OutgoingMessage,
  ParsedSchedule,
  parseProtocolMessage,
  QueueCallbacks,
  QueueCriteria,
  QueueEventType,
  QueueHandlers,
  QueueItem,
  QueueOptions,
  QueuePayload,
  QueuePushOptions,
  Random,
  RecentHistoryResult,
  registerInternalConnectionKeys,
  ReplyAttachment,
  RequiredAgentMethods,
  ResolvedChatRecoveryConfig,
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
  RunAgentToolOptions,
  RunAgentToolResult,
  RunWorkflowOptions,
  SaveMessagesOptions,
  SaveMessagesResult,
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
  Scheduler,
  SchedulerCallbacks,
  SchedulerEventType,
  SchedulerHandlers,
  SchedulerOptions,
  SchedulerPayload,
  scheduleSchema,
  SearchResult,
  SecureReplyResolverOptions,
  SendEmailOptions,
  sendIfOpen,
  Session,
  SessionChangeEvent,
  SessionChangeListener,
  SessionMessage,
  SessionMessagePart,
  SessionMirrorOptions,
  SessionRowStat,
  Sessions,
  SessionsOptions,
  SignatureFailureReason,
  splitCallOptions,
  SqlError,
  SqlRunner,
  SqlTaggedTemplate,
  StartFiberOptions,
  StartFiberResult,
  State,
  StateChangeSource,
  StateOptions,
  StateUpdateMessage,
  StoredCompaction,
  STREAM_RESUME_NONE_REASONS,
  StreamChunk,
  StreamingResponse,
  StreamJson,
  StreamListOptions,
  StreamOpenOptions,
  StreamOptions,
  StreamReadBatchesOptions,
  StreamReadOptions,
  StreamResumeNoneReason,
  StreamRow,
  Streams,
  StreamSettleOptions,
  StreamsOptions,
  StreamsSyncInternal,
  StreamState,
  StreamStatus,
  StreamWriter,
  SUB_PREFIX,
  SyncedState,
  Task,
  TaskCallbacks,
  TaskDeleteOptions,
  TaskDurationString,
  TaskDurationUnit,
  TaskError,
  TaskEventType,
  TaskHandlers,
  TaskInput,
  TaskJson,
  TaskListOptions,
  TaskOutput,
  TaskReceipt,
  TaskRunOptions,
  TaskRunSnapshot,
  TaskRunState,
  Tasks,
  TasksOptions,
  TaskStep,
  TaskStepAttempt,
  TaskStepConfig,
  TaskValue,
  TaskWaitReason,
  TypedCall,
  unstable_callable,
  UntypedAgentStub,
  validateRetry,
  WaitForApprovalOptions,
  WebSocketChatTransport,
  WebSocketChatTransportOptions,
  WebSocketHandlers,
  WebSocketMessage,
  WebSockets,
  WebSocketsOptions,
  withOriginMessageIds,
  WorkflowCallback,
  WorkflowCallbackType,
  WorkflowCompleteCallback,
  WorkflowErrorCallback,
  WorkflowEventCallback,
  WorkflowEventPayload,
  WorkflowInfo,
  WorkflowPage,
  WorkflowProgressCallback,
  WorkflowQueryCriteria,
  WorkflowStatus,
  WorkflowTrackingRow,
  WriteOptions,
  WSMessage,
};