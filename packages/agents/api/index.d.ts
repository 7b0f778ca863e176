import {
  Agent,
  agentContext,
  AgentContext,
  AgentEmail,
  AgentGetOptions,
  AgentNamespace,
  AgentOptions,
  AgentPathStep,
  AgentRouteMatch,
  AgentStaticOptions,
  callable,
  CallableMetadata,
  camelCaseToKebabCase,
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  CurrentAgentContext,
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
/** How `withInvocationScope` treats its work. */
interface InvocationScopeOptions {
  /** Whether the work runs on past whoever started it. */
  readonly detached?: boolean;
}
/**
 * Runs `body` as one traced invocation. The published package cuts spans off where their invocation
 * ends, because its runtime's spans cannot outlive it; OpenTelemetry's can, so nothing is cut off.
 *
 * @internal
 */
declare function withInvocationScope<T>(body: () => T, _options?: InvocationScopeOptions): T;
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
  withInvocationScope as __DO_NOT_USE_WILL_BREAK__withInvocationScope,
  type WSMessage,
};