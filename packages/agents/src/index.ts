export { type AgentStaticOptions, DEFAULT_AGENT_STATIC_OPTIONS } from "./agent/options.ts";
export { Agent, type AgentContext } from "./agent.ts";
export type {
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
  ChatCapableAgentClass,
  DetachedAgentToolConfig,
  DetachedRunAgentToolResult,
  RunAgentToolOptions,
  RunAgentToolResult,
} from "./agent-tools/types.ts";
export type {
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  WSMessage,
} from "./connections/types.ts";
export {
  type AgentEmail,
  agentContext as __DO_NOT_USE_WILL_BREAK__agentContext,
} from "./context.ts";
export { getCurrentAgent } from "./current.ts";
export { createHeaderBasedEmailResolver } from "./email/resolvers.ts";
export { type EmailRoutingOptions, routeAgentEmail } from "./email/route.ts";
export type { EmailSendBinding, SendEmailOptions } from "./email/types.ts";
export { FreeholdError, type FreeholdErrorOptions, SqlError } from "./errors.ts";
export type {
  DeleteFibersOptions,
  FiberContext,
  FiberInspection,
  FiberRecoveryContext,
  FiberRecoveryResult,
  FiberStatus,
  ListFibersOptions,
  StartFiberOptions,
  StartFiberResult,
} from "./fibers/types.ts";
export { withInvocationScope as __DO_NOT_USE_WILL_BREAK__withInvocationScope } from "./observability/invocation.ts";
export type { QueueItem } from "./queue/types.ts";
export type { RetryOptions } from "./retry/options.ts";
export {
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
  isPlatformTransientError,
} from "./retry/platform.ts";
export { type AgentGetOptions, type AgentNamespace, getAgentByName } from "./routing/by-name.ts";
export { camelCaseToKebabCase } from "./routing/names.ts";
export type { RoutingRetryOptions } from "./routing/retry.ts";
export { type AgentOptions, type AgentRouteMatch, routeAgentRequest } from "./routing/route.ts";
export { type CallableMetadata, callable, unstable_callable } from "./rpc/callable.ts";
export { StreamingResponse } from "./rpc/streaming.ts";
export type { Schedule, ScheduleCriteria, ScheduleOptions } from "./schedules/types.ts";
export type { AgentPathStep } from "./sub-agents/path.ts";
export { getSubAgentByName, routeSubAgentRequest } from "./sub-agents/route-request.ts";
export type {
  DynamicAgentClass,
  DynamicAgentClass as SubAgentClass,
  DynamicAgentStub,
  DynamicAgentStub as SubAgentStub,
} from "./sub-agents/types.ts";
export {
  type BuildAgentPathOptions,
  buildAgentPath,
  buildAgentUrl,
  parseSubAgentPath,
  type SubAgentPathMatch,
} from "./sub-agents/url.ts";
export {
  AGENT_TOOL_MILESTONE_PART,
  AGENT_TOOL_PROGRESS_PART,
  type MCPServerMessage,
  type MCPServersState,
  MessageType,
  type RPCRequest,
  type RPCResponse,
  type StateUpdateMessage,
  SUB_PREFIX,
} from "./wire.ts";
