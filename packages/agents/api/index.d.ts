import {
  Agent,
  AGENT_TOOL_MILESTONE_PART,
  AGENT_TOOL_PROGRESS_PART,
  agentContext,
  AgentContext,
  AgentEmail,
  AgentGetOptions,
  AgentNamespace,
  AgentOptions,
  AgentPath,
  AgentPathStep,
  AgentRouteMatch,
  AgentStaticOptions,
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
  callable,
  CallableMetadata,
  camelCaseToKebabCase,
  ChatCapableAgentClass,
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  createHeaderBasedEmailResolver,
  CurrentAgentContext,
  DEFAULT_AGENT_STATIC_OPTIONS,
  DeleteFibersOptions,
  DetachedAgentToolConfig,
  DetachedRunAgentToolResult,
  DynamicAgentClass,
  DynamicAgentStub,
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
  MessageType$1 as MessageType,
  QueueItem,
  RetryOptions,
  routeAgentRequest,
  RoutingRetryOptions,
  RPCRequest,
  RPCResponse,
  RunAgentToolOptions,
  RunAgentToolResult,
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
  SendEmailOptions,
  SqlError,
  StartFiberOptions,
  StartFiberResult,
  StateUpdateMessage,
  StreamingResponse,
  SUB_PREFIX,
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
/**
 * Sends a request, HTTP or WebSocket, to a sub-agent by way of its outermost agent, whose
 * `onBeforeSubAgent` is asked. For applications with URLs of their own; `routeAgentRequest` does it
 * by itself.
 *
 * @param options.fromPath Path with `/sub/{class}/{name}` in it, in place of the request's. A query
 *   in it takes the place of the request's query.
 * @returns Status 400 when the path names no sub-agent.
 *
 * @example
 * const inbox = await getAgentByName(env.Inbox, user);
 * return routeSubAgentRequest(request, inbox, { fromPath: "/sub/chat/today" });
 */
declare function routeSubAgentRequest(request: Request, parent: unknown, options?: {
  fromPath?: string;
}): Promise<Response>;
/**
 * A sub-agent for calls from outside its parent, each of which goes through the parent.
 * `onBeforeSubAgent` is not asked.
 *
 * @throws Error when `cls` has no name.
 *
 * @example
 * const inbox = await getAgentByName(env.Inbox, user);
 * const chat = await getSubAgentByName(inbox, Chat, "today");
 * await chat.add("hello");
 */
declare function getSubAgentByName<T extends Agent>(parent: unknown, cls: DynamicAgentClass<T>, name: string): Promise<DynamicAgentStub<T>>;
/** Options of {@link buildAgentPath}. */
interface BuildAgentPathOptions {
  /** Path before binding and name, as `routeAgentRequest` was given it. Default `agents`. */
  prefix?: string;
  /** Pathname that the agent sees. Default: none. */
  leafPath?: string;
  /** Name of the outermost agent's binding, where it differs from its class. */
  rootBinding?: string;
}
/** The first sub-agent that a URL names. */
interface SubAgentPathMatch {
  /** The class, as the Worker exports it. */
  childClass: string;
  /** The child's name, decoded. */
  childName: string;
  /** What the child sees; begins with `/`, and may name a child of its own. */
  remainingPath: string;
}
/**
 * The pathname of an agent, for requests and sockets; `this.selfPath` is such a path.
 *
 * @throws Error for a path that no URL can have: an empty name, one of dots, and, for the outermost
 * agent, everything that must be percent-encoded.
 *
 * @example
 * const path = buildAgentPath([
 *   { className: "Inbox", name: "alice" },
 *   { className: "Chat", name: "2024/01" },
 * ]);
 * // /agents/inbox/alice/sub/chat/2024%2F01
 */
declare function buildAgentPath(path: AgentPath, options?: BuildAgentPathOptions): string;
/**
 * The URL of an agent, for others to call.
 *
 * @param origin `http`, `https`, `ws` or `wss`, without path, query, fragment or credentials.
 * @throws Error for any other origin, and what {@link buildAgentPath} throws.
 *
 * @example
 * const callback = buildAgentUrl("https://example.com", this.selfPath, { leafPath: "/paid" });
 */
declare function buildAgentUrl(origin: string | URL, path: AgentPath, options?: BuildAgentPathOptions): URL;
/**
 * Finds the first `/sub/{class}/{name}` of a URL. A `sub` that is followed by no known class is an
 * ordinary part of the path.
 *
 * @param options.knownClasses Classes that there are; default: whatever the URL says.
 * @returns null when the URL names no sub-agent. @throws TypeError for a text that is no URL.
 */
declare function parseSubAgentPath(url: string, options?: {
  knownClasses?: readonly string[];
}): SubAgentPathMatch | null;
export {
  Agent,
  AGENT_TOOL_MILESTONE_PART,
  AGENT_TOOL_PROGRESS_PART,
  type AgentContext,
  agentContext as __DO_NOT_USE_WILL_BREAK__agentContext,
  type AgentEmail,
  type AgentGetOptions,
  type AgentNamespace,
  type AgentOptions,
  type AgentPathStep,
  type AgentRouteMatch,
  type AgentStaticOptions,
  type AgentToolChildAdapter,
  type AgentToolDisplayMetadata,
  type AgentToolEvent,
  type AgentToolEventDelivery,
  type AgentToolEventMessage,
  type AgentToolEventState,
  type AgentToolFailure,
  type AgentToolInterruptedReason,
  type AgentToolLifecycleResult,
  type AgentToolMilestone,
  type AgentToolProgress,
  type AgentToolProgressSnapshot,
  type AgentToolRunInfo,
  type AgentToolRunInspection,
  type AgentToolRunPart,
  type AgentToolRunState,
  type AgentToolRunStatus,
  type AgentToolStoredChunk,
  type AgentToolTerminalStatus,
  buildAgentPath,
  type BuildAgentPathOptions,
  buildAgentUrl,
  callable,
  type CallableMetadata,
  camelCaseToKebabCase,
  type ChatCapableAgentClass,
  type Connection,
  type ConnectionContext,
  type ConnectionSetStateFn,
  type ConnectionState,
  createHeaderBasedEmailResolver,
  DEFAULT_AGENT_STATIC_OPTIONS,
  type DeleteFibersOptions,
  type DetachedAgentToolConfig,
  type DetachedRunAgentToolResult,
  type DynamicAgentClass,
  type DynamicAgentClass as SubAgentClass,
  type DynamicAgentStub,
  type DynamicAgentStub as SubAgentStub,
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
  getSubAgentByName,
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isPlatformTransientError,
  type ListFibersOptions,
  type MCPServerMessage,
  type MCPServersState,
  MessageType,
  parseSubAgentPath,
  type QueueItem,
  type RetryOptions,
  routeAgentEmail,
  routeAgentRequest,
  routeSubAgentRequest,
  type RoutingRetryOptions,
  type RPCRequest,
  type RPCResponse,
  type RunAgentToolOptions,
  type RunAgentToolResult,
  type Schedule,
  type ScheduleCriteria,
  type ScheduleOptions,
  type SendEmailOptions,
  SqlError,
  type StartFiberOptions,
  type StartFiberResult,
  type StateUpdateMessage,
  StreamingResponse,
  SUB_PREFIX,
  type SubAgentPathMatch,
  unstable_callable,
  withInvocationScope as __DO_NOT_USE_WILL_BREAK__withInvocationScope,
  type WSMessage,
};