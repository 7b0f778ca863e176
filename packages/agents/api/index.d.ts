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
  createHeaderBasedEmailResolver,
  CurrentAgentContext,
  DEFAULT_AGENT_STATIC_OPTIONS,
  DeleteFibersOptions,
  EmailResolver,
  EmailSendBinding,
  FiberContext,
  FiberInspection,
  FiberRecoveryContext,
  FiberRecoveryResult,
  FiberStatus,
  FreeholdError,
  FreeholdErrorOptions,
  getAgentByName,
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isPlatformTransientError,
  ListFibersOptions,
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
  SendEmailOptions,
  SqlError,
  StartFiberOptions,
  StartFiberResult,
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
/** Options of {@link routeAgentEmail}. */
type EmailRoutingOptions<Env> = AgentOptions<Env> & {
  /** Finds the agent that an e-mail is for. */
  resolver: EmailResolver<Env>;
  /** Called for an e-mail that is for no agent. Default: a warning, and the e-mail is dropped. */
  onNoRoute?: (email: ForwardableEmailMessage) => void | Promise<void>;
};
/**
 * Gives an e-mail to the agent that `resolver` finds, and waits until its `onEmail` is done. Of the
 * options that requests have, `jurisdiction`, `locationHint`, `props` and `routingRetry` count here.
 *
 * @throws FreeholdError `unknown_agent`, `ambiguous_agent`, `invalid_agent_name`; what the resolver,
 *   `onNoRoute` and the agent throw.
 *
 * @example
 * export default {
 *   async email(message: ForwardableEmailMessage, env: Env) {
 *     await routeAgentEmail(message, env, {
 *       resolver: createAddressBasedEmailResolver("Support"),
 *       onNoRoute: (email) => email.setReject("There is nobody of this name."),
 *     });
 *   },
 * };
 */
declare function routeAgentEmail<Env extends Cloudflare.Env = Cloudflare.Env>(email: ForwardableEmailMessage, env: Env, options: EmailRoutingOptions<Env>): Promise<void>;
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
  createHeaderBasedEmailResolver,
  DEFAULT_AGENT_STATIC_OPTIONS,
  type DeleteFibersOptions,
  type EmailRoutingOptions,
  type EmailSendBinding,
  type FiberContext,
  type FiberInspection,
  type FiberRecoveryContext,
  type FiberRecoveryResult,
  type FiberStatus,
  FreeholdError,
  type FreeholdErrorOptions,
  getAgentByName,
  getCurrentAgent,
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isPlatformTransientError,
  type ListFibersOptions,
  type MCPServerMessage,
  type MCPServersState,
  MessageType,
  type QueueItem,
  type RetryOptions,
  routeAgentEmail,
  routeAgentRequest,
  type RoutingRetryOptions,
  type RPCRequest,
  type RPCResponse,
  type Schedule,
  type ScheduleCriteria,
  type ScheduleOptions,
  type SendEmailOptions,
  SqlError,
  type StartFiberOptions,
  type StartFiberResult,
  type StateUpdateMessage,
  StreamingResponse,
  unstable_callable,
  withInvocationScope as __DO_NOT_USE_WILL_BREAK__withInvocationScope,
  type WSMessage,
};