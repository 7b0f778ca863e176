import {
  Agent,
  AgentContext,
  AgentGetOptions,
  AgentNamespace,
  AgentOptions,
  AgentPathStep,
  AgentRouteMatch,
  AgentStaticOptions,
  callable,
  CallableMetadata,
  camelCaseToKebabCase,
  Capability,
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  DEFAULT_AGENT_STATIC_OPTIONS,
  FreeholdError,
  FreeholdErrorOptions,
  getAgentByName,
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isPlatformTransientError,
  MCPServerMessage,
  MCPServersState,
  MessageType,
  QueueItem,
  RetryOptions,
  routeAgentRequest,
  RoutingRetryOptions,
  RPCRequest,
  RPCResponse,
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
  SqlError,
  StateUpdateMessage,
  StreamingResponse,
  unstable_callable,
  WSMessage,
} from "./shared.js";
import {
  AsyncLocalStorage,
} from "node:async_hooks";
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
/**
 * The agent whose code is running, and the connection, request or e-mail it is working on. Never
 * throws; outside an agent every field is undefined.
 *
 * @example
 * function whoAsks() {
 *   const { connection } = getCurrentAgent<Counter>();
 *   return connection?.id ?? "nobody";
 * }
 */
declare function getCurrentAgent<T = Agent>(): CurrentAgentContext<T>;
export {
  Agent,
  type AgentContext,
  agentContext as __DO_NOT_USE_WILL_BREAK__agentContext,
  type AgentEmail,
  type AgentGetOptions,
  type AgentNamespace,
  type AgentOptions,
  type AgentPathStep,
  type AgentRouteMatch,
  type AgentStaticOptions,
  callable,
  type CallableMetadata,
  camelCaseToKebabCase,
  type Capability,
  type Connection,
  type ConnectionContext,
  type ConnectionSetStateFn,
  type ConnectionState,
  DEFAULT_AGENT_STATIC_OPTIONS,
  FreeholdError,
  type FreeholdErrorOptions,
  getAgentByName,
  getCurrentAgent,
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isPlatformTransientError,
  type MCPServerMessage,
  type MCPServersState,
  MessageType,
  type QueueItem,
  type RetryOptions,
  routeAgentRequest,
  type RoutingRetryOptions,
  type RPCRequest,
  type RPCResponse,
  type Schedule,
  type ScheduleCriteria,
  type ScheduleOptions,
  SqlError,
  type StateUpdateMessage,
  StreamingResponse,
  unstable_callable,
  type WSMessage,
};