import {
  AgentConnectionError,
  AgentConnectionOptions,
  AgentStub,
  AgentToolRunPart,
  AgentToolRunState,
  AgentTransport,
  CallOptions,
  createStubProxy,
  MCPServersState,
  StreamOptions,
  TypedCall,
  UntypedAgentStub,
} from "./shared.js";
import {
  PartySocket,
} from "partysocket";
import {
  usePartySocket,
} from "partysocket/react";
/**
 * Where an agent is.
 *
 * @module
 */
/** One hop on the way to an agent: class, in any spelling, and instance. */
interface AgentStep {
  agent: string;
  name: string;
}
/** Query parameters of the connection; `null` and `undefined` values are left out of the URL. */
type QueryObject = Record<string, string | null>;
/** One answer, perhaps still under way. */
interface QueryEntry {
  readonly key: string;
  readonly promise: Promise<QueryObject>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
/** Caches an answer that is under way. A failure is logged and forgotten, so the next ask retries. */
declare function rememberQuery(key: string, promise: Promise<QueryObject>, ttl: number): QueryEntry;
/**
 * The key of an answer: who is addressed, and on what the answer depends.
 *
 * @param agent class of the first agent, in kebab-case
 * @param sub the agents after it, if any; their names belong to the key
 */
declare function createCacheKey(agent: string, name: string | undefined, subChainOrDeps: readonly {
  agent: string;
  name: string;
}[] | unknown[], deps?: unknown[]): string;
/** The answer for `key` if it is still good. */
declare function getCacheEntry(key: string): QueryEntry | undefined;
/** The cache, for test suites that clear or fill it. Not for anything else. */
declare const _testUtils: {
  queryCache: Map<string, QueryEntry>;
  setCacheEntry: typeof rememberQuery;
  getCacheEntry: typeof getCacheEntry;
  deleteCacheEntry: (key: string) => void;
  clearCache: () => void;
  createStubProxy: typeof createStubProxy;
  createCacheKey: typeof createCacheKey;
};
/** Parameters, or a function that fetches them. */
type QueryOption = QueryObject | (() => Promise<QueryObject>);
type SocketHookOptions = Parameters<typeof usePartySocket>[0];
/** Options of {@link useAgent}. Socket options (`minReconnectionDelay` …) pass through. */
type UseAgentOptions<State = unknown> = Omit<SocketHookOptions, "party" | "room" | "query" | "path" | "basePath" | "shouldReconnectOnClose"> & AgentConnectionOptions<State> & {
  /** Query parameters, or an asynchronous function that fetches them (suspends at first). */
  query?: QueryOption;
  /** Values that, when they change, make the query function be asked again. */
  queryDeps?: unknown[];
  /** Milliseconds the query function's answer stays good. Default 300 000. */
  cacheTtl?: number;
  /** Sub-agents on the way, the one to talk to last. */
  sub?: readonly AgentStep[];
  /** The agent's MCP servers, tools, prompts or resources changed. */
  onMcpUpdate?: (mcpServers: MCPServersState) => void;
};
type UntypedHookCall = <T = unknown>(method: string, args?: unknown[], options?: CallOptions | StreamOptions) => Promise<T>;
/** What {@link useAgent} returns: the socket, with the agent on it. Same object until it is replaced. */
type AgentHandle<State, Call, Stub> = Omit<PartySocket, "path"> & {
  /** Class of the agent talked to, in kebab-case. */
  agent: string;
  /** Its instance name. */
  name: string;
  /** The whole chain, root first; one entry without `sub`. */
  path: readonly AgentStep[];
  /** Whether the agent identified itself on this connection and its state is applied. */
  identified: boolean;
  /** Resolves then; a new promise per connection. */
  ready: Promise<void>;
  /** The agent's state, or `undefined` before the first arrives. */
  state: State | undefined;
  /** Why the connection ended for good, or `null`. */
  connectionError: AgentConnectionError | null;
  /** Replaces the agent's state. */
  setState: (state: State) => void;
  /** Calls a method of the agent. */
  call: Call;
  /** The agent's methods as an object. */
  stub: Stub;
  /** The agent's URL for HTTP, with the query parameters. */
  getHttpUrl: () => string;
};
/**
 * Connects a component to an agent, for as long as it is mounted: state that re-renders, calls,
 * and the raw socket.
 *
 * - Changing the address (`agent`, `name`, `host`, `path`, `sub` …) starts afresh: state and
 *   identity are the new agent's alone, and calls that were waiting reject.
 * - Protocol frames do not reach `onMessage`; everything else does.
 * - `enabled: false` disconnects and keeps the state.
 *
 * @example
 * ```tsx
 * const agent = useAgent<Counter, CounterState>({ agent: "Counter", name: "a" });
 * return <button onClick={() => agent.stub.increment(1)}>{agent.state?.count ?? "…"}</button>;
 * ```
 */
declare function useAgent<State = unknown>(options: UseAgentOptions<State>): AgentHandle<State, UntypedHookCall, UntypedAgentStub>;
declare function useAgent<AgentT extends {
  get state(): State;
}, State>(options: UseAgentOptions<State>): AgentHandle<State, TypedCall<AgentT>, AgentStub<AgentT>>;
/** The part of a connection that is listened to; what `useAgent` returns is one. */
type Listenable = {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent) => void): void;
};
/**
 * The agents that an agent has run as tools, as they run: their messages, progress and ends. What is
 * told again after a reconnect is counted once.
 *
 * @param options.agent What `useAgent` returned.
 *
 * @example
 * const agent = useAgent({ agent: "Assistant", name: user });
 * const { getRunsForToolCall } = useAgentToolEvents({ agent });
 * getRunsForToolCall(part.toolCallId).map((run) => <Run key={run.runId} run={run} />);
 */
declare function useAgentToolEvents<Part extends AgentToolRunPart = AgentToolRunPart>({ agent }: {
  agent: Listenable;
}): {
  runsById: Record<string, AgentToolRunState<Part>>;
  runsByToolCallId: Record<string, AgentToolRunState<Part>[]>;
  unboundRuns: AgentToolRunState<Part>[];
  getRunsForToolCall(toolCallId: string): AgentToolRunState<Part>[];
  resetLocalState(): void;
};
export {
  _testUtils,
  type AgentHandle,
  type AgentStep,
  type AgentTransport,
  useAgent,
  type UseAgentOptions,
  useAgentToolEvents,
};