export { isPositionlessAgentToolChunk } from "../agent-tools/chunks.ts";
export {
  applyAgentToolEvent,
  createAgentToolEventState,
} from "../agent-tools/event-state.ts";
export type {
  AgentToolEvent,
  AgentToolEventMessage,
  AgentToolEventState,
  AgentToolRunState,
} from "../agent-tools/types.ts";
export { isPlatformFailure } from "../retry/platform.ts";
export {
  type AgentToolProgressEmitHooks,
  type AgentToolProgressEmitResult,
  AgentToolProgressEmitter,
} from "./agent-tools/progress.ts";
export { AIChatAgent } from "./ai-chat-agent.ts";
export {
  CHAT_RECOVERING_FLAG_TTL_MS,
  CHAT_RECOVERY_ALARM_DEBOUNCE_MS,
  CHAT_RECOVERY_INCIDENT_TTL_MS,
  chatRecoveryBackoffSeconds,
  DEFAULT_CHAT_RECOVERY_MAX_ATTEMPTS,
  DEFAULT_CHAT_RECOVERY_MAX_INTERRUPTED_ATTEMPTS,
  DEFAULT_CHAT_RECOVERY_MAX_WORK,
  DEFAULT_CHAT_RECOVERY_NO_PROGRESS_TIMEOUT_MS,
  DEFAULT_CHAT_RECOVERY_STABLE_TIMEOUT_MS,
  DEFAULT_CHAT_RECOVERY_TERMINAL_MESSAGE,
  resolveChatRecoveryConfig,
} from "./recovery/config.ts";
export type {
  ChatRecoveryAttempt,
  ChatRecoveryIncident,
  ChatRecoveryKind,
  ChatRecoveryTrigger,
} from "./recovery/incident.ts";
export { retryAfterSeconds } from "./recovery/retry-after.ts";
export {
  type BroadcastStreamEvent,
  type BroadcastStreamState,
  type BroadcastTransitionResult,
  broadcastTransition,
  type ChunkAction,
  type ChunkResult,
  StreamAccumulator,
  type StreamAccumulatorOptions,
  type TextSegmentChunk,
  type TextSegmentEvent,
  TextSegmentJoiner,
} from "./toolkit/accumulator.ts";
export {
  AutoContinuationController,
  type AutoContinuationHost,
  type ContinuationConnection,
  type ContinuationDeferred,
  type ContinuationPending,
  type ContinuationSpec,
  ContinuationState,
  PreStreamTurns,
} from "./toolkit/continuation.ts";
export {
  buildInClauseStrings,
  byteLength,
  type EnforceRowSizeLimitOptions,
  enforceRowSizeLimit,
  KV_DELETE_MAX_KEYS,
  MAX_BOUND_PARAMS,
  ROW_MAX_BYTES,
  sanitizeMessage,
  type TruncateOptions,
  type TruncateToolResultsOptions,
  truncateOlderMessages,
  truncateOlderToolResults,
} from "./toolkit/limits.ts";
export {
  applyChunkToParts,
  applyLateToolInput,
  isLateToolInputChunk,
  isReplayChunk,
  lateToolInputForwardChunks,
  type MessagePart,
  type MessageParts,
  type StreamChunkData,
} from "./toolkit/message-builder.ts";
export {
  aiSdkRecoveryCodec,
  type ChatRecoveryCodec,
  type OrphanPersistStore,
  type PersistReconstructedOrphanOptions,
  partialHasSettledToolResults,
  persistReconstructedOrphan,
  type RecoveryPartial,
  reconcileOrphanPartial,
} from "./toolkit/orphans.ts";
export {
  CHAT_MESSAGE_TYPES,
  type ChatConnection,
  type ChatProtocolEvent,
  type IncomingMessage,
  MessageType,
  type OutgoingMessage,
  originMessageIds,
  parseProtocolMessage,
  type ReplyAttachment,
  type SqlTaggedTemplate,
  STREAM_RESUME_NONE_REASONS,
  type StreamResumeNoneReason,
  sendIfOpen,
  withOriginMessageIds,
} from "./toolkit/protocol.ts";
export { reconcileMessages, resolveToolMergeId } from "./toolkit/reconcile.ts";
export {
  AGENT_TOOL_STREAM_PROGRESS_BUMP_THROTTLE_MS,
  AgentToolStreamProgressThrottle,
  buildChatRecoveringFrame,
  bumpChatRecoveryProgress,
  CHAT_LAST_TERMINAL_KEY,
  CHAT_RECOVERING_KEY,
  CHAT_RECOVERY_CANCELLED_REASON,
  CHAT_RECOVERY_INCIDENT_KEY_PREFIX,
  CHAT_RECOVERY_PROGRESS_KEY,
  CHAT_RECOVERY_STABLE_RETRY_DELAY_SECONDS,
  CHAT_RECOVERY_TASK_NAME,
  CHAT_STREAM_PROGRESS_CREDIT_THROTTLE_MS,
  type ChatFiberSnapshot,
  type ChatTerminalRecord,
  type ChatTerminalRecord as PendingChatTerminal,
  classifyAgentToolChildRecovery,
  clearChatTerminal,
  createChatFiberSnapshot,
  createChatStreams,
  isDurableObjectResetError,
  listActiveChatRecoveryIncidents,
  type ProgressCreditThrottle,
  pendingChatTerminal,
  readChatRecoveryProgress,
  recordChatTerminal,
  runChatRecoveryExhaustion,
  type SnapshotMessage,
  StreamProgressCreditThrottle,
  setChatRecovering,
  shouldCreditStreamProgress,
  sweepStaleChatRecoveryIncidents,
  unwrapChatFiberSnapshot,
  wrapChatFiberSnapshot,
} from "./toolkit/recovery.ts";
export { ResumableStream } from "./toolkit/resumable-stream.ts";
export {
  AbortRegistry,
  type EnqueueOptions,
  type NormalizedMessageConcurrency,
  SubmitConcurrencyController,
  type SubmitConcurrencyDecision,
  TurnQueue,
  type TurnResult,
} from "./toolkit/turns.ts";
export {
  awaitWithDeadline,
  ChatStreamStalledError,
  drainInteractionApplies,
  iterateWithStallWatchdog,
  TIMED_OUT,
} from "./toolkit/waiting.ts";
export { type ClientToolExecutor, createToolsFromClientSchemas } from "./tools/client-tools.ts";
export {
  clientResolvableToolNames,
  hasIncompleteToolBatch,
  partAwaitsClientInteraction,
} from "./tools/parts.ts";
export {
  normalizeToolInput,
  type RepairInterruptedToolPartsOptions,
  type RepairInterruptedToolPartsResult,
  repairInterruptedToolParts,
  toolPartHasSettledResult,
} from "./tools/repair.ts";
export {
  applyToolUpdate,
  crossMessageToolResultUpdate,
  pausedExecutionUpdate,
  type ToolPartUpdate,
  toolApprovalUpdate,
  toolResultUpdate,
} from "./tools/updates.ts";
export type {
  ChatMessage,
  ChatRecoveryConfig,
  ChatRecoveryContext,
  ChatRecoveryExhaustedContext,
  ChatRecoveryOptions,
  ChatRecoveryProgressContext,
  ChatResponseResult,
  ClientToolSchema,
  MessageConcurrency,
  OnChatMessageOptions,
  ResolvedChatRecoveryConfig,
  SaveMessagesOptions,
  SaveMessagesResult,
} from "./types.ts";
export type { ChatTurnOutcome } from "./wire.ts";
