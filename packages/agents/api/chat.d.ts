import {
  Agent,
  AgentContext,
  AgentToolEvent,
  AgentToolEventDelivery,
  AgentToolEventMessage,
  AgentToolEventState,
  AgentToolLifecycleResult,
  AgentToolMilestone,
  AgentToolProgress,
  AgentToolRunInfo,
  AgentToolRunInspection,
  AgentToolRunPart,
  AgentToolRunState,
  AgentToolStoredChunk,
  CHAT_MESSAGE_TYPES,
  ChatConnection,
  ChatMessage,
  ChatProtocolEvent,
  ChatRecoveryConfig,
  ChatRecoveryContext,
  ChatRecoveryExhaustedContext,
  ChatRecoveryOptions,
  ChatRecoveryProgressContext,
  ChatResponseResult,
  ChatTurnOutcome,
  ClientToolSchema,
  Clock,
  DurableObjectCapability,
  FiberRecoveryContext,
  IncomingMessage,
  isPlatformFailure,
  MemoryLimitContext,
  MessageConcurrency,
  MessageType,
  OnChatMessageOptions,
  originMessageIds,
  OutgoingMessage,
  parseProtocolMessage,
  Random,
  ReplyAttachment,
  ResolvedChatRecoveryConfig,
  SaveMessagesOptions,
  SaveMessagesResult,
  sendIfOpen,
  SessionMessage,
  Sessions,
  SqlRunner,
  SqlTaggedTemplate,
  STREAM_RESUME_NONE_REASONS,
  StreamResumeNoneReason,
  StreamRow,
  Streams,
  StreamsSyncInternal,
  withOriginMessageIds,
} from "./shared.js";
import {
  GenerateTextOnFinishCallback,
  ModelMessage,
  ToolSet,
  UIMessage,
} from "ai";
/** Whether a chunk has no position among the stored ones; it has the next one's number then. */
declare function isPositionlessAgentToolChunk(chunk: AgentToolStoredChunk): boolean;
/** A client that knows of no runs. */
declare function createAgentToolEventState<Part extends AgentToolRunPart = AgentToolRunPart>(): AgentToolEventState<Part>;
/** Applies one event. Events of runs whose beginning was not seen change nothing. */
declare function applyAgentToolEvent<Part extends AgentToolRunPart = AgentToolRunPart>(state: AgentToolEventState<Part>, message: AgentToolEventMessage): AgentToolEventState<Part>;
/** What became of a word: sent, only kept because another was sent just before, or of no run. */
type AgentToolProgressEmitResult = "emitted" | "coalesced" | "inactive";
/** Where words about progress go. */
type AgentToolProgressEmitHooks = {
  /** The run that the present turn answers. */
  resolveActiveRun: () => {
    runId: string;
    requestId: string;
  } | null;
  /** Sends a chunk of the turn to clients, without storing it. */
  broadcast: (requestId: string, chunkBody: string) => void;
  /** Stores the latest word. */
  persistSnapshot: (runId: string, snapshot: {
    fraction?: number;
    message?: string;
    phase?: string;
    data?: unknown;
  }, at: number) => void;
  /** Stores a milestone and gives its number within the run. */
  persistMilestone: (runId: string, name: string, data: unknown, at: number) => number;
};
/**
 * Sends words about progress, at most one in 200 ms for each run: of those between, the last is
 * stored. Milestones, and the word that all is done, are always sent.
 */
declare class AgentToolProgressEmitter {
  #private;
  constructor(hooks: AgentToolProgressEmitHooks, clock?: Clock);
  /** @param options with `persist` the word is a milestone, named by its phase or message */
  report(progress: AgentToolProgress, options?: {
    persist?: boolean;
  }): AgentToolProgressEmitResult;
  /** A run has ended. */
  forget(runId: string): void;
}
/** The turn that answers a run. */
interface ChildTurn {
  readonly requestId: string;
  /** What the run was asked, as a message. Stored when the turn begins. */
  readonly message: UIMessage;
  readonly body: Record<string, unknown>;
}
/** How it ended; undefined when it was given up before it began. */
type ChildTurnEnd = {
  readonly status: "completed" | "error" | "aborted" | "skipped";
  readonly error?: string;
} | undefined;
/** The chat, as its runs see it. */
interface ChildHost {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  /** The conversation in memory. */
  readonly messages: readonly UIMessage[];
  /** Has the agent answer a message, after the turns that wait. The chunks are kept afterwards. */
  answer(turn: ChildTurn): Promise<ChildTurnEnd>;
  /** The chunks that are stored of a request, in order, as JSON. */
  chunks(requestId: string): Iterable<string>;
  /** Whether a request's turn runs, waits, or is to be taken up again after an interruption. */
  isUnderWay(requestId: string): boolean;
  /** Ends a request's turn. */
  abort(requestId: string, reason: unknown): void;
  /** Sends a chunk of a request to clients, without storing it. */
  send(requestId: string, body: string): void;
  /** Keeps the agent awake while `body` runs. */
  awake<T>(body: () => Promise<T>): Promise<T>;
  /** What the agent's author says of a run. */
  input(input: unknown, runId: string): UIMessage;
  output(run: {
    runId: string;
    input: unknown;
  }, after: readonly UIMessage[]): unknown;
  summary(run: {
    runId: string;
    input: unknown;
  }, output: unknown, after: readonly UIMessage[]): string;
}
/** The runs of one chat, as a capability of its agent. */
declare class ChildRuns implements DurableObjectCapability {
  #private;
  readonly capabilityId = "chat-runs";
  readonly progress: AgentToolProgressEmitter;
  constructor(host: ChildHost);
  /** Begins a run and returns at once. One that was begun before is not begun again. */
  begin(input: unknown, runId: string, eventDelivery: AgentToolEventDelivery | undefined): AgentToolRunInspection;
  /** Takes up what an earlier life of the agent began and did not come to. After the chat's start. */
  onStart(): void;
  /** Ends a run; one that has ended stays as it is. */
  cancel(runId: string, reason: unknown): void;
  /** What is known of a run; undefined when nothing is. */
  inspect(runId: string): AgentToolRunInspection | undefined;
  /** The stored chunks of a run behind a position. */
  chunks(runId: string, after?: number): AgentToolStoredChunk[];
  /** The chunks of a run behind a position, then those to come, to its end: a line of JSON each. */
  tail(runId: string, after?: number): ReadableStream<AgentToolStoredChunk>;
  /**
   * The agent is being asked for an answer. A turn that takes up a run's interrupted one answers
   * that run from now on.
   */
  answering(requestId: string): void;
  /** A turn has ended, by itself or as one that took up another. */
  ended(requestId: string, end: ChildTurnEnd): void;
  /** A frame for everyone is about to be sent; true keeps it back. */
  sees(frame: string): boolean;
}
type ChildWordsOf = Pick<ChildHost, "input" | "output" | "summary">;
type Messages = UIMessage[] | ((now: readonly UIMessage[]) => UIMessage[] | Promise<UIMessage[]>);
/** A chat agent, where it meets other agents. */
declare abstract class ChatToolAgent<Env extends Cloudflare.Env = Cloudflare.Env, State = unknown, Props extends object = object> extends Agent<Env, State, Props> {
  #private;
  /** @internal The runs of this agent as a tool. */
  abstract readonly _childRuns: ChildRuns;
  /** @internal Resolves when no turn runs or waits. */
  abstract _idle(): Promise<void>;
  abstract readonly messages: UIMessage[];
  abstract saveMessages(messages: Messages, options?: SaveMessagesOptions): Promise<SaveMessagesResult>;
  abstract persistMessages(messages: UIMessage[]): Promise<void>;
  /** @internal What this agent's author says of its runs. */
  protected get _childWords(): ChildWordsOf;
  /** What a run is asked, as the user's message. Default: a text as it is, else as JSON. */
  protected formatAgentToolInput(input: unknown, request: {
    runId: string;
  }): UIMessage;
  /** What a run gives back, from the messages after its input. Default: the last answer's text. */
  protected getAgentToolOutput(_request: {
    runId: string;
    input: unknown;
  }, messagesAfterStart: readonly UIMessage[]): unknown;
  /** What a run gives back in words. Default: the output if it is a text, else the last answer. */
  protected getAgentToolSummary(_request: {
    runId: string;
    input: unknown;
  }, output: unknown, messagesAfterStart: readonly UIMessage[]): string;
  /** What the conversation is told of the end of a run in the background. */
  protected formatDetachedCompletion(run: AgentToolRunInfo, result: AgentToolLifecycleResult): string;
  /** What the conversation is told of a milestone of a run in the background. */
  protected formatDetachedMilestone(run: AgentToolRunInfo, milestone: AgentToolMilestone): string;
  /**
   * Tells of progress while this agent runs as a tool: shown live in the chat it was called from, at
   * most every 200 ms. A word with `milestone`, or with `persist`, is kept.
   *
   * @example
   * ```ts
   * await this.reportProgress({ fraction: 0.5, message: "Half of the pages read" });
   * ```
   */
  reportProgress<T = unknown>(progress: AgentToolProgress<T>, options?: {
    persist?: boolean;
  }): Promise<void>;
  /** Begins a run as a tool; called by the agent that has it run. */
  startAgentToolRun(input: unknown, options: {
    runId: string;
    signal?: AbortSignal;
    eventDelivery?: AgentToolEventDelivery;
  }): Promise<AgentToolRunInspection>;
  /** Ends a run. What it ran itself ends with it. */
  cancelAgentToolRun(runId: string, reason?: unknown): Promise<void>;
  /** What is known of a run; null when nothing is. */
  inspectAgentToolRun(runId: string, _options?: {
    reconcile?: boolean;
  }): Promise<AgentToolRunInspection | null>;
  /** The chunks of a run's answer so far. */
  getAgentToolChunks(runId: string, options?: {
    afterSequence?: number;
  }): Promise<AgentToolStoredChunk[]>;
  /** The chunks of a run's answer as they come, each a line of JSON; ends with the run. */
  tailAgentToolRun(runId: string, options?: {
    afterSequence?: number;
    signal?: AbortSignal;
  }): Promise<ReadableStream<AgentToolStoredChunk>>;
  /** @internal The end of a run in the background, told to the conversation. */
  _cfDetachedNotifyFinish(run: AgentToolRunInfo, result: AgentToolLifecycleResult): Promise<void>;
  /** @internal A milestone of a run in the background, told to the conversation. */
  protected _deliverDetachedMilestone(run: AgentToolRunInfo, milestone: AgentToolMilestone, mode: "react" | "narrate"): Promise<void>;
  /** @internal Between turns, unless the turn that runs is what ended the run. */
  protected _runDetachedDelivery(invoke: () => Promise<void>, options?: {
    serialize?: boolean;
  }): Promise<void>;
}
/** Whether the user's message is answered anew, or the partial answer goes on. */
type ChatRecoveryKind = "retry" | "continue";
/** An attempt that runs: which life of the object began it. */
interface ChatRecoveryAttempt {
  readonly isolate: string;
  readonly token: string;
}
/** What is known of one interrupted turn over all of its attempts. Stored in the published form. */
interface ChatRecoveryIncident {
  readonly incidentId: string;
  readonly requestId: string;
  /** Id of the first request of the turn. */
  readonly recoveryRootRequestId?: string;
  readonly recoveryKind: ChatRecoveryKind;
  /** Attempts since the last progress, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly status: "detected" | "scheduled" | "attempting" | "completed" | "skipped" | "exhausted" | "failed";
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly firstSeenAt: number;
  readonly lastAttemptAt: number;
  readonly lastProgressAt?: number;
  readonly reason?: string;
  /** The highest progress that was seen. */
  readonly progress?: number;
  /** Progress when the incident began. */
  readonly workBaseline?: number;
  /** Attempts that died with their process, the first included. Progress does not reset it. */
  readonly interruptedAttempts?: number;
  readonly attemptsInFlight?: readonly ChatRecoveryAttempt[];
  /** Attempts that were put off after a failure that passes by itself. Progress does not reset it. */
  readonly transientRetries?: number;
}
/** Why an attempt is considered: a life of the object ended, or a live stream failed. */
type ChatRecoveryTrigger = {
  readonly kind: "interrupted";
  readonly attempt: ChatRecoveryAttempt;
} | {
  readonly kind: "stalled";
};
/** What the published package stores of an attempt. */
interface AdoptedData {
  readonly targetUserId?: string;
  readonly targetAssistantId?: string;
  readonly originalRequestId?: string;
  readonly originMessageIds?: readonly string[];
  readonly lastBody?: Record<string, unknown> | null;
  readonly lastClientTools?: ClientToolSchema[] | null;
}
/** Options of `waitUntilStable`. */
interface StableOptions {
  /** Milliseconds; default: as long as it takes. */
  readonly timeout?: number;
  /** What counts as waiting for somebody; default: any call without a result. */
  readonly pendingInteraction?: () => boolean;
}
/**
 * An agent that keeps a conversation: it stores what users say, streams its answers to every
 * connected tab, and stores them. Say what it answers in {@link onChatMessage}.
 *
 * - One turn at a time: requests wait for each other, those of the agent itself included.
 * - A tab that joins in the middle of an answer gets all of it.
 * - Each accepted message comes to one end: completed, failed or cancelled. An answer that is cut by
 *   a crash or an eviction is taken up again, by itself; see {@link chatRecovery}.
 * - `GET <agent's URL>/get-messages` gives the stored conversation as JSON.
 *
 * @example
 * ```ts
 * import { streamText, convertToModelMessages } from "ai";
 *
 * export class Helper extends AIChatAgent<Env> {
 *   async onChatMessage(onFinish, { abortSignal } = {}) {
 *     const messages = await convertToModelMessages(this.messages);
 *     return streamText({ model, messages, abortSignal, onFinish }).toUIMessageStreamResponse();
 *   }
 * }
 * ```
 */
declare class AIChatAgent<Env extends Cloudflare.Env = Cloudflare.Env, State = unknown, Props extends object = object> extends ChatToolAgent<Env, State, Props> {
  #private;
  /** Name of the tasks that stand for turns, and of the fibers of older versions. */
  static readonly CHAT_FIBER_NAME: "__cf_internal_chat_turn";
  /** The stored conversation: `sessions.session()`. What is written to it appears in `messages`. */
  readonly sessions: Sessions;
  /** The answers under way, and other streams of the agent's own. */
  readonly streams: Streams;
  /** The conversation so far; read from the database at the start. Assigning does not store. */
  messages: UIMessage[];
  /** Most messages to store; the oldest are deleted beyond it. Default: no limit. */
  maxPersistedMessages: number | undefined;
  /** What happens to a message that is sent while another is being answered. Default `queue`. */
  messageConcurrency: MessageConcurrency;
  /**
   * How long `onChatMessage` waits for the MCP servers of the agent: `{ timeout }` in milliseconds,
   * `true` for as long as it takes, `false` not at all. There are none yet, so nothing waits.
   */
  waitForMcpConnections: boolean | {
    timeout: number;
  };
  /** How interrupted turns are taken up. Set it as a field: it counts before `onStart` runs. */
  chatRecovery: ChatRecoveryConfig;
  /**
   * Longest time between two chunks of an answer, in milliseconds; then it is tried again as after
   * a crash. Default 0: any time.
   */
  chatStreamStallTimeoutMs: number;
  /**
   * Longest time that a call of a client's tool waits for its result, in milliseconds from the end
   * of the answer that made it; then the call fails, and the answer goes on. Default 0: any time.
   * Approvals wait for as long as a person takes.
   */
  clientToolTimeoutMs: number;
  /**
   * What counts of a client's copy of the conversation (`setMessages`). `guarded`, the default: what
   * the agent said stays, but for results of open calls and metadata, and a copy never undoes what
   * somebody else has changed or taken away since. `trusted`: the copy is stored as it is, as by the
   * published package. Connections that are read-only change nothing in either case.
   */
  clientTranscripts: "guarded" | "trusted";
  /**
   * Bytes of stored messages, the newest, that a start reads into {@link messages}. Default 32 MiB;
   * `Infinity`, or 0 and less, for all. What is stored does not change.
   */
  hydrationByteBudget: number;
  /** @internal */
  readonly _childRuns: ChildRuns;
  constructor(ctx: AgentContext, env: Env);
  /**
   * Answers the conversation in {@link messages}: with a streamed `Response` of AI SDK UI message
   * chunks (`toUIMessageStreamResponse()`), or of plain text. What it throws, and no response at
   * all, ends the turn with an error that the client shows.
   *
   * @param onFinish does nothing; accepted and forwarded by code written for older versions
   */
  onChatMessage(_onFinish: GenerateTextOnFinishCallback<ToolSet>, _options?: OnChatMessageOptions): Promise<Response | undefined>;
  /** A turn ended. Runs after the answer was stored and sent; may start the next turn. */
  protected onChatResponse(_result: ChatResponseResult): void | Promise<void>;
  /** Changes what is stored of a message; runs after provider-specific leftovers were taken out. */
  protected sanitizeMessageForPersistence(message: UIMessage): UIMessage;
  /**
   * What takes the place of a call that nobody will answer any more, before the model sees it.
   * Default: a failed call that says so.
   */
  protected repairInterruptedToolPart(part: UIMessage["parts"][number]): UIMessage["parts"][number];
  /** Further fields of the last request that was answered; kept for the turns the server starts. */
  protected get _lastBody(): Record<string, unknown> | undefined;
  /** Tools of the client that sent it. */
  protected get _lastClientTools(): ClientToolSchema[] | undefined;
  /** Whether a call of the conversation waits for a result, or for a person's word. */
  protected hasPendingInteraction(): boolean;
  /** The same for what clients are to answer; calls of the server's own tools do not count. */
  protected hasPendingClientInteraction(): boolean;
  /**
   * Stores messages (or what a function makes of the present ones) and has the agent answer, after
   * the turns that wait. Resolves when the answer has ended.
   *
   * @example
   * ```ts
   * await this.saveMessages((messages) => [...messages, reminder]);
   * ```
   */
  saveMessages(messages: UIMessage[] | ((current: readonly UIMessage[]) => UIMessage[] | Promise<UIMessage[]>), options?: SaveMessagesOptions): Promise<SaveMessagesResult>;
  /** Stores messages beside the ones there are, and shows them to the tabs. Nothing answers. */
  persistMessages(messages: UIMessage[], excludeBroadcastIds?: string[], options?: {
    _deleteStaleRows?: boolean;
  }): Promise<void>;
  /**
   * Has the agent go on with the last answer. `skipped` when there is none.
   *
   * @param body takes the place of the fields of the last request
   */
  protected continueLastTurn(body?: Record<string, unknown>, options?: SaveMessagesOptions): Promise<SaveMessagesResult>;
  /**
   * Resolves with true when no turn runs, waits or is about to begin and no call waits for
   * somebody; with false when `timeout` milliseconds have passed.
   */
  protected waitUntilStable(options?: StableOptions): Promise<boolean>;
  /**
   * A turn was interrupted, and is about to be taken up: with the partial answer, or anew. What is
   * returned changes that.
   *
   * @example
   * ```ts
   * async onChatRecovery({ recoveryData }: ChatRecoveryContext) {
   *   // The provider goes on by itself; its answer is fetched another way.
   *   return recoveryData ? { persist: false, continue: false } : {};
   * }
   * ```
   */
  protected onChatRecovery(_context: ChatRecoveryContext): Promise<ChatRecoveryOptions>;
  /** @internal */
  _idle(): Promise<void>;
  /** @internal What an agent that runs as a tool says is progress of the turn that has it run. */
  protected _onAgentToolStreamProgress(): Promise<void>;
  /** @internal Recoveries that the published package has scheduled. */
  _chatRecoveryContinue(data?: AdoptedData): Promise<void>;
  /** @internal Recoveries that the published package has scheduled. */
  _chatRecoveryRetry(data?: AdoptedData): Promise<void>;
  /** @internal Clean-ups that older versions have scheduled: there is nothing to do any more. */
  _cleanupStreamBuffers(): Promise<void>;
  /** @internal Turns of older versions, which ran as fibers. */
  protected _handleInternalFiberRecovery(context: FiberRecoveryContext): Promise<boolean>;
  /** An alarm used up the memory. `sealed`: so often that the work was given up; turns are as well. */
  protected onAlarmMemoryLimit(context: MemoryLimitContext): Promise<void>;
  /** Ends one turn; what was said so far is kept. */
  protected abortRequest(requestId: string, reason?: unknown): void;
  /** Ends every turn. */
  protected abortAllRequests(reason?: unknown): void;
  /** Ends the turn that runs, keeping what was said so far, and gives up those that wait. */
  protected resetTurnState(): void;
}
/** Attempts without progress, after the first. */
declare const DEFAULT_CHAT_RECOVERY_MAX_ATTEMPTS = 10;
/** Units of about ten chunks that a turn may stream after its first interruption. */
declare const DEFAULT_CHAT_RECOVERY_MAX_WORK = 10000;
/** Attempts that may die with their process, the first included. */
declare const DEFAULT_CHAT_RECOVERY_MAX_INTERRUPTED_ATTEMPTS = 5;
/** The published package's default of an option that has no effect here. */
declare const DEFAULT_CHAT_RECOVERY_STABLE_TIMEOUT_MS = 10000;
/** Milliseconds that may pass without progress. */
declare const DEFAULT_CHAT_RECOVERY_NO_PROGRESS_TIMEOUT_MS: number;
/** What clients are told when recovery is given up. */
declare const DEFAULT_CHAT_RECOVERY_TERMINAL_MESSAGE = "The assistant was interrupted and could not recover. Please try again.";
/** Attempts closer than this count as one, in milliseconds. */
declare const CHAT_RECOVERY_ALARM_DEBOUNCE_MS = 30000;
/** Milliseconds after which an incident that nothing happened to is forgotten. */
declare const CHAT_RECOVERY_INCIDENT_TTL_MS: number;
/** Milliseconds for which clients are told that a turn is being recovered. */
declare const CHAT_RECOVERING_FLAG_TTL_MS: number;
/** A configuration with its defaults. Recovery cannot be turned off: `false` counts as `true`. */
declare function resolveChatRecoveryConfig(raw: ChatRecoveryConfig | false | undefined): ResolvedChatRecoveryConfig;
/** Seconds to wait before attempt `retry` (from 1) after a failure that passes by itself. */
declare function chatRecoveryBackoffSeconds(retry: number, retryAfterSeconds?: number): number;
/**
 * How long a provider asks to be left alone.
 *
 * @module
 */
/** Seconds of a `Retry-After` or `retry-after-ms` header of the failed response, if there is one. */
declare function retryAfterSeconds(thrown: unknown): number | undefined;
/** The parts of a message. */
type MessageParts = UIMessage["parts"];
/** A part of a message. */
type MessagePart = MessageParts[number];
/** A chunk of a stream, read. */
type StreamChunkData = {
  type: string;
  [key: string]: unknown;
} & Partial<{
  id: string;
  delta: string;
  text: string;
  mediaType: string;
  url: string;
  sourceId: string;
  title: string;
  filename: string;
  toolCallId: string;
  toolName: string;
  input: unknown;
  inputTextDelta: string;
  output: unknown;
  state: string;
  errorText: string;
  preliminary: boolean;
  approvalId: string;
  approvalDescriptor: unknown;
  providerMetadata: Record<string, unknown>;
  providerExecuted: boolean;
  data: unknown;
  transient: boolean;
  messageId: string;
  messageMetadata: unknown;
}>;
/**
 * Applies a chunk to a list of parts, which it changes; whether it is one that parts are made of.
 *
 * @example
 * ```ts
 * const parts: UIMessage["parts"] = [];
 * for (const chunk of chunks) applyChunkToParts(parts, chunk);
 * ```
 */
declare function applyChunkToParts(parts: MessagePart[], chunk: StreamChunkData): boolean;
/**
 * Whether a chunk tells again what the parts are past, so that sending it on would take clients
 * back: a call that is known already, or a question that was answered.
 */
declare function isReplayChunk(parts: MessagePart[], chunk: StreamChunkData): boolean;
/** Whether a chunk brings the input of a call about which a person has been asked already. */
declare function isLateToolInputChunk(parts: MessagePart[], chunk: StreamChunkData): boolean;
/** Adds such an input to its call, which stays as it is otherwise; whether anything changed. */
declare function applyLateToolInput(parts: MessagePart[], chunk: StreamChunkData): boolean;
/**
 * What clients are sent of such an input: the input, then the question again, because the input alone
 * would take the question away. Nothing once the question is answered.
 */
declare function lateToolInputForwardChunks(parts: MessagePart[], chunk: StreamChunkData, approvalRequest?: StreamChunkData): StreamChunkData[];
/** How it begins. */
interface StreamAccumulatorOptions {
  messageId: string;
  /** It goes on with the last answer of the conversation it is merged into. */
  continuation?: boolean;
  /** What it goes on with; without, that is found when it is merged. */
  existingParts?: UIMessage["parts"];
  existingMetadata?: Record<string, unknown>;
}
type Metadata = Record<string, unknown>;
/** What a chunk asks its reader to do, beyond what it does to the message. */
type ChunkAction = {
  type: "start";
  messageId?: string;
  metadata?: Metadata;
} | {
  type: "finish";
  finishReason?: string;
  metadata?: Metadata;
} | {
  type: "message-metadata";
  metadata: Metadata;
} | {
  type: "tool-approval-request";
  toolCallId: string;
} | {
  type: "cross-message-tool-update";
  updateType: "output-available" | "output-error";
  toolCallId: string;
  output?: unknown;
  errorText?: string;
  preliminary?: boolean;
} | {
  type: "error";
  error: string;
};
/** What became of a chunk. */
interface ChunkResult {
  handled: boolean;
  action?: ChunkAction;
}
/**
 * Builds one message from the chunks of a stream.
 *
 * @example
 * ```ts
 * const answer = new StreamAccumulator({ messageId: "m1" });
 * for (const chunk of chunks) answer.applyChunk(chunk);
 * messages = answer.mergeInto(messages);
 * ```
 */
declare class StreamAccumulator {
  #private;
  messageId: string;
  readonly parts: UIMessage["parts"];
  metadata?: Record<string, unknown>;
  constructor(options: StreamAccumulatorOptions);
  applyChunk(chunk: StreamChunkData): ChunkResult;
  /** The message as it is now. */
  toMessage(): UIMessage;
  /** A conversation with the message in the place of the one it goes on with, or at the end. */
  mergeInto(messages: UIMessage[]): UIMessage[];
}
/** What a client knows of a stream that it did not ask for. */
type BroadcastStreamState = {
  status: "idle";
} | {
  status: "observing";
  streamId: string;
  accumulator: StreamAccumulator;
};
/** What it hears. */
type BroadcastStreamEvent = {
  type: "response";
  streamId: string;
  /** Id of the message if the stream does not name it. */
  messageId: string;
  chunkData?: unknown;
  done?: boolean;
  error?: boolean;
  replay?: boolean;
  replayComplete?: boolean;
  continuation?: boolean;
  /** @deprecated Not needed: what a continuation goes on with is found in `messagesUpdate`. */
  currentMessages?: UIMessage[];
} | {
  type: "resume-fallback";
  streamId: string;
  messageId: string;
} | {
  type: "clear";
};
/** What follows. */
interface BroadcastTransitionResult {
  state: BroadcastStreamState;
  /** The conversation after it; absent when nothing is to be shown. */
  messagesUpdate?: (prev: UIMessage[]) => UIMessage[];
  isStreaming: boolean;
}
/**
 * The next state of a client that watches a stream, and what it shows. What is replayed is shown when
 * all of it is there.
 */
declare function broadcastTransition(state: BroadcastStreamState, event: BroadcastStreamEvent): BroadcastTransitionResult;
/** A chunk, as a reader of texts takes it. */
interface TextSegmentChunk {
  delta?: unknown;
  text?: unknown;
  type?: unknown;
}
/** A piece of text, or a place where the texts on both sides do not belong together. */
type TextSegmentEvent = {
  type: "text";
  text: string;
} | {
  type: "boundary";
};
/** The texts of a stream, with a boundary wherever something else stands between two of them. */
declare class TextSegmentJoiner {
  #private;
  pushChunk(chunk: TextSegmentChunk): TextSegmentEvent[];
}
/** What a continuation's frames are sent to. */
type ContinuationConnection = ChatConnection;
/** A continuation that is to come, or runs. */
interface ContinuationPending<TConnection extends ContinuationConnection = ContinuationConnection> {
  connection: TConnection;
  connectionId: string | null;
  requestId: string;
  clientTools?: ClientToolSchema[];
  body?: Record<string, unknown>;
  errorPrefix: string | null;
  prerequisite: Promise<boolean> | null;
  /** It runs: what comes now asks for another one. */
  pastCoalesce: boolean;
}
/** One that comes after the one that runs. */
interface ContinuationDeferred<TConnection extends ContinuationConnection = ContinuationConnection> {
  connection: TConnection;
  connectionId: string | null;
  clientTools?: ClientToolSchema[];
  body?: Record<string, unknown>;
  errorPrefix: string;
  prerequisite: Promise<boolean> | null;
}
/** The continuations of a chat, and who waits for their streams. */
declare class ContinuationState<TConnection extends ContinuationConnection = ContinuationConnection> {
  pending: ContinuationPending<TConnection> | null;
  deferred: ContinuationDeferred<TConnection> | null;
  activeRequestId: string | null;
  activeConnectionId: string | null;
  awaitingConnections: Map<string, TConnection>;
  /** Forgets the one to come, and who waits, without a word. */
  clearPending(): void;
  clearDeferred(): void;
  clearAll(): void;
  /** A connection has gone; what it asked for stays. */
  releaseConnection(connectionId: string): void;
  /** Tells those who wait that there is nothing to wait for. */
  sendResumeNone(): void;
  flushAwaitingConnections(notify: (conn: TConnection) => void): void;
  /** The stream of the one to come has begun. */
  activatePending(): void;
  /** The one that ran has ended: the next one is to come. */
  activateDeferred(generateRequestId: () => string): ContinuationPending<TConnection> | null;
}
/** What asks for a continuation. */
interface ContinuationSpec<TConnection extends ContinuationConnection = ContinuationConnection> {
  connection: TConnection;
  clientTools: ClientToolSchema[] | undefined;
  body: Record<string, unknown> | undefined;
  errorPrefix: string;
}
/** The chat, as {@link AutoContinuationController} sees it. */
interface AutoContinuationHost<TConnection extends ContinuationConnection = ContinuationConnection> {
  readonly continuation: ContinuationState<TConnection>;
  generateRequestId(): string;
  /** An answer streams: more calls may come. */
  isStreamActive(): boolean;
  /** What a client said is being applied. */
  hasPendingInteraction(): boolean;
  /** Of the last calls some are answered and some not. */
  hasIncompleteToolBatch(): boolean;
  drainInteractionApplies(): Promise<void>;
  keepAliveWhile<T>(fn: () => Promise<T>): Promise<T>;
  /** Runs the turn that `continuation.pending` describes. */
  fire(): void;
}
/** Begins a continuation when all calls of a step are answered: once for answers that come together. */
declare class AutoContinuationController<TConnection extends ContinuationConnection = ContinuationConnection> {
  #private;
  /** Milliseconds for further answers to come in. */
  static readonly COALESCE_MS = 50;
  constructor(host: AutoContinuationHost<TConnection>, clock?: Clock);
  /** An answer asks for a continuation. */
  schedule(spec: ContinuationSpec<TConnection>): void;
  /** An answer that asks for none may be what another one waits for. */
  rearmForBatch(): void;
  armTimer(): void;
  /** Begins the continuation, unless something is still to come; that will ask again. */
  fireWhenStable(): void;
  activateDeferredAndReschedule(): void;
  cancelTimer(): void;
  /** Whether the continuation is about to begin by itself. */
  isArmed(): boolean;
  reset(): void;
}
/** Turns that were accepted and have no stream yet, and who waits for one. */
declare class PreStreamTurns<TConnection extends ChatConnection = ChatConnection> {
  #private;
  readonly awaitingConnections: Map<string, TConnection>;
  begin(requestId: string): void;
  /** A turn is over; whether it was the last. */
  settle(requestId: string): boolean;
  hasInFlight(): boolean;
  get latestRequestId(): string | null;
  /** Has a connection wait, and tells it so; false when there is nothing to wait for. */
  park(connection: TConnection, probeId?: string): boolean;
  release(connectionId: string): void;
  /** A stream has begun. */
  flushOnStreamStart(notify: (connection: TConnection) => void): void;
  /** Tells those who wait that there will be none. */
  releaseAwaiting(): void;
  reset(): void;
}
/** Bytes of JSON above which a message is shortened: below SQLite's limit of 2 MB a row. */
declare const ROW_MAX_BYTES = 1800000;
/** Most values of a statement on the platform. */
declare const MAX_BOUND_PARAMS = 100;
/** Most keys that storage deletes in one call. */
declare const KV_DELETE_MAX_KEYS = 128;
/** Bytes of a text in UTF-8. */
declare function byteLength(s: string): number;
/**
 * The strings of a tagged template that ends in `IN (?, ?, …)`, for `agent.sql`.
 *
 * @param count at least 1
 * @throws RangeError for less
 * @example
 * ```ts
 * this.sql(buildInClauseStrings("DELETE FROM notes WHERE id IN ", ids.length), ...ids);
 * ```
 */
declare function buildInClauseStrings(prefix: string, count: number): TemplateStringsArray;
/**
 * A message without what makes no sense any more in the next turn: item ids and encrypted reasoning
 * of OpenAI, and blank reasoning. The same message when there is none of it.
 */
declare function sanitizeMessage<M extends {
  parts: readonly object[];
}>(message: M): M;
/** Hooks of {@link enforceRowSizeLimit}. */
interface EnforceRowSizeLimitOptions {
  /** Told when a message had to be shortened. */
  warn?: (message: string) => void;
}
/**
 * A message that fits into a row: outputs of tools are shortened first, then texts from the oldest
 * on. What was shortened is named in the metadata: `compactedToolOutputs` by the ids of the calls,
 * `compactedTextParts` by the index of the part. The same message when it fits. Chats do not need
 * this: their store splits long messages over several rows.
 */
declare function enforceRowSizeLimit(message: UIMessage, options?: EnforceRowSizeLimitOptions): UIMessage;
/** How much of older messages a model reads. */
interface TruncateOptions {
  /** How many of the last messages stay as they are. Default 4. */
  keepRecent?: number;
  /** Most characters of the output of a tool. Default 500. */
  maxToolOutputChars?: number;
  /** Most characters of a text. Default 10 000. */
  maxTextChars?: number;
  /** Whether outputs are shortened at all. Default true. */
  toolOutputs?: boolean;
}
/** Messages with shorter texts and outputs in all but the last. Outputs that a provider made stay. */
declare function truncateOlderMessages(messages: SessionMessage[], options?: TruncateOptions): SessionMessage[];
/** How much of older results a model reads. */
interface TruncateToolResultsOptions {
  /** How many of the last messages keep their results. Default 4. */
  keepRecent?: number;
  /** Most characters of a result. Default 500. */
  maxToolOutputChars?: number;
}
/**
 * Shortens the results of older messages after `convertToModelMessages`. `messages` are those that
 * were converted: the n-th result of a call belongs to its n-th part in them.
 */
declare function truncateOlderToolResults<M extends ModelMessage>(modelMessages: M[], messages: readonly SessionMessage[], options?: TruncateToolResultsOptions): M[];
/** Where messages are stored. */
interface OrphanPersistStore<M extends {
  id: string;
} = UIMessage> {
  getMessage(id: string): M | null | Promise<M | null>;
  /** `parentId` counts for stores that keep a tree: the latest message when it is absent. */
  appendMessage(message: M, parentId?: string | null): void | Promise<void>;
  updateMessage(message: M): void | Promise<void>;
}
/** How a message is stored. */
interface PersistReconstructedOrphanOptions<TMessage extends UIMessage = UIMessage> {
  store: OrphanPersistStore<TMessage>;
  /** Id of the message when the stream does not name it. */
  fallbackId: string;
  /** The message as it is stored; null for not at all. */
  prepare: (message: TMessage) => TMessage | null;
  /** The message in the place of a stored one with its id. */
  merge: (existing: TMessage, incoming: TMessage) => TMessage;
}
/**
 * A stored message with what its stream said and it does not have yet. Its own parts stay: they may
 * hold what clients said of tools, which no stream tells.
 */
declare function reconcileOrphanPartial(existing: UIMessage, incoming: UIMessage): UIMessage;
/** Builds the message of a stream and stores it; whether there was anything to store. */
declare function persistReconstructedOrphan<TMessage extends UIMessage = UIMessage>(chunks: ReadonlyArray<{
  body: string;
}>, options: PersistReconstructedOrphanOptions<TMessage>): Promise<boolean>;
/** What an interrupted turn had said. */
interface RecoveryPartial {
  text: string;
  parts: unknown[];
  /** Tools have run: their results cannot be had again. */
  hasSettledToolResults: boolean;
}
/** How chunks are read of one kind of stream. */
interface ChatRecoveryCodec {
  toRecoveryPartial(bodies: string[]): RecoveryPartial;
  /** Whether chunks of a type always count as progress: something new has begun, or a tool has run. */
  isProgressChunk(type: string | undefined): boolean;
  /** Whether they go on with something: that counts now and then. */
  isStreamingContentChunk(type: string | undefined): boolean;
}
/** Whether parts hold the result of a tool. */
declare function partialHasSettledToolResults(parts: MessagePart[]): boolean;
/** Reads the chunks of the AI SDK. */
declare const aiSdkRecoveryCodec: {
  toRecoveryPartial(bodies: string[]): {
    text: string;
    parts: import("ai").UIMessagePart<import("ai").UIDataTypes, import("ai").UITools>[];
    hasSettledToolResults: boolean;
  };
  isProgressChunk: (type: string | undefined) => boolean;
  isStreamingContentChunk: (type: string | undefined) => boolean;
};
/**
 * The messages of a client, corrected by those of the server: results that the server knows win, and
 * an answer that the server has keeps the server's id.
 *
 * @param sanitizeForContentKey makes a message as it is stored, to compare it with stored ones
 */
declare function reconcileMessages(incoming: UIMessage[], serverMessages: readonly UIMessage[], sanitizeForContentKey?: (message: UIMessage) => UIMessage): UIMessage[];
/**
 * A message with the id of the one that made the same call.
 *
 * @deprecated Ids of calls are not unique over turns: use {@link reconcileMessages}.
 */
declare function resolveToolMergeId(message: UIMessage, serverMessages: readonly UIMessage[]): UIMessage;
/** Keys of what is stored. */
declare const CHAT_RECOVERY_INCIDENT_KEY_PREFIX: "cf:chat-recovery:incident:";
declare const CHAT_RECOVERY_PROGRESS_KEY: "cf:chat-recovery:progress";
declare const CHAT_RECOVERING_KEY: "cf:chat:recovering";
declare const CHAT_LAST_TERMINAL_KEY: "cf:chat:last-terminal";
/** Name of the tasks that take turns up again. */
declare const CHAT_RECOVERY_TASK_NAME: "__cf_internal_chat_recovery";
/** Why a recovery ends that somebody has cancelled. */
declare const CHAT_RECOVERY_CANCELLED_REASON = "user_cancelled";
/** Seconds until a chat that has not come to rest is looked at again. */
declare const CHAT_RECOVERY_STABLE_RETRY_DELAY_SECONDS = 3;
/** Least time between two credits for content that streams, in milliseconds. */
declare const CHAT_STREAM_PROGRESS_CREDIT_THROTTLE_MS = 5000;
declare const AGENT_TOOL_STREAM_PROGRESS_BUMP_THROTTLE_MS = 5000;
/** The streams of a chat: like any, with segments as large as a row takes. */
declare function createChatStreams(): Streams;
/** Whether the object was reset: its code is new, its storage failed, or its memory was full. */
declare function isDurableObjectResetError(error: unknown): boolean;
/** Gives credit now and then. */
interface ProgressCreditThrottle {
  shouldCredit(now: number): boolean;
}
/** At most one credit in five seconds. */
declare class StreamProgressCreditThrottle implements ProgressCreditThrottle {
  #private;
  shouldCredit(now: number): boolean;
}
/** The same for what agents that run as tools say. */
declare class AgentToolStreamProgressThrottle extends StreamProgressCreditThrottle {}
/** Whether a chunk counts as progress: always when something new begins, else now and then. */
declare function shouldCreditStreamProgress(input: {
  codec: Pick<ChatRecoveryCodec, "isProgressChunk" | "isStreamingContentChunk">;
  type: string | undefined;
  throttle: ProgressCreditThrottle;
  now: number;
}): boolean;
/** What of a message a snapshot names. */
interface SnapshotMessage {
  id?: string;
  role: string;
}
/** What a turn was accepted with. */
type ChatFiberSnapshot<Kind extends string = string> = {
  kind: Kind;
  version: 1;
  requestId: string;
  /** Id of the first attempt's request. */
  recoveryRootRequestId?: string;
  continuation: boolean;
  latestMessageId?: string;
  latestMessageRole?: string;
  latestUserMessageId?: string;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  lastBody?: Record<string, unknown>;
  lastClientTools?: ClientToolSchema[];
  originMessageIds?: string[];
};
/** Makes one of the conversation as it is. */
declare function createChatFiberSnapshot<Kind extends string>(of: {
  kind: Kind;
  requestId: string;
  recoveryRootRequestId?: string;
  continuation: boolean;
  messages: ReadonlyArray<SnapshotMessage>;
  lastBody?: Record<string, unknown>;
  lastClientTools?: ClientToolSchema[];
  originMessageIds?: string[];
}): ChatFiberSnapshot<Kind>;
/** A snapshot as it is stored under a key of its own, beside what the agent stashed. */
declare function wrapChatFiberSnapshot<Kind extends string>(key: string, snapshot: ChatFiberSnapshot<Kind>, user: unknown | null): Record<string, unknown>;
/** Reads it; without a snapshot all of the value is what the agent stashed. */
declare function unwrapChatFiberSnapshot<Kind extends string>(key: string, value: unknown, expectedKind?: Kind): {
  snapshot: ChatFiberSnapshot<Kind> | null;
  user: unknown | null;
};
type Storage = DurableObjectStorage;
/** Deletes what is known of interruptions to which nothing has happened for an hour. */
declare function sweepStaleChatRecoveryIncidents(storage: Pick<Storage, "list" | "delete">, now: number): Promise<void>;
/** Interruptions that are being dealt with. */
declare function listActiveChatRecoveryIncidents(storage: Pick<Storage, "list">): Promise<{
  key: string;
  incident: ChatRecoveryIncident;
}[]>;
/** How the recovery of an agent that runs as a tool stands. */
declare function classifyAgentToolChildRecovery(storage: Pick<Storage, "list">): Promise<"in-progress" | "failed" | "none">;
/** How much has streamed, in units of about ten chunks. */
declare function readChatRecoveryProgress(storage: Pick<Storage, "get">): Promise<number>;
/** Counts a unit, for chats that count by themselves. */
declare function bumpChatRecoveryProgress(storage: Pick<Storage, "get" | "put">): Promise<void>;
/** The error that the last turn ended with, for clients that were away. */
type ChatTerminalRecord = {
  requestId: string;
  body: string;
  messageIds?: string[];
};
declare function recordChatTerminal(storage: Pick<Storage, "put">, requestId: string, body: string, messageIds?: string[]): Promise<void>;
declare function clearChatTerminal(storage: Pick<Storage, "delete">): Promise<void>;
declare function pendingChatTerminal(storage: Pick<Storage, "get">): Promise<ChatTerminalRecord | null>;
/** The frame for a client that joins while a turn is being recovered; null when none is. */
declare function buildChatRecoveringFrame(storage: Pick<Storage, "get">, messageType: string, now: number): Promise<Record<string, unknown> | null>;
/** Stores whether a turn is being recovered, and tells clients of a change. */
declare function setChatRecovering(active: boolean, requestId: string | undefined, deps: {
  storage: Pick<Storage, "get" | "put" | "delete">;
  messageType: string;
  broadcast: (frame: Record<string, unknown>) => void;
  now: number;
}): Promise<void>;
/** Gives an interrupted turn up: observers first, then the author, then clients. */
declare function runChatRecoveryExhaustion(input: {
  incident: ChatRecoveryIncident;
  config: ResolvedChatRecoveryConfig;
  partialText: string;
  partialParts: ChatRecoveryExhaustedContext["partialParts"];
  streamId: string;
  createdAt: number;
}, hooks: {
  emit: (ctx: ChatRecoveryExhaustedContext) => void;
  onExhausted?: (ctx: ChatRecoveryExhaustedContext) => void | Promise<void>;
  onError: (error: unknown) => void;
  terminalize: (ctx: ChatRecoveryExhaustedContext) => void | Promise<void>;
}): Promise<void>;
type Status = "streaming" | "completed" | "error";
/** What every stream of a chat says of itself, whether it is being written or not. */
declare class StoredAnswers {
  #private;
  protected readonly streams: StreamsSyncInternal;
  constructor(streams: StreamsSyncInternal);
  replayCompletedChunksByRequestId(connection: ChatConnection, requestId: string): boolean;
  replayErroredChunksByRequestId(connection: ChatConnection, requestId: string): boolean;
  /** The newest stream of a request. */
  latestStreamInfoForRequest(requestId: string): {
    id: string;
    status: Status;
    createdAt: number;
  } | null;
  getStreamMessageId(streamId: string): string | null;
  /** The user messages that a request ended with. */
  getOriginMessageIds(requestId: string): string[] | undefined;
  getOutcome(requestId: string): ChatTurnOutcome | undefined;
  /** The chunks of a stream in order. */
  getStreamChunks(streamId: string): Array<{
    body: string;
    chunk_index: number;
  }>;
  protected note(streamId: string, outcome: ChatTurnOutcome | undefined): void;
  protected send(connection: ChatConnection, row: StreamRow): void;
  protected bodies(streamId: string): Generator<string, void, undefined>;
  protected rows(requestId?: string, state?: StreamRow["state"]): StreamRow[];
}
/** Writes and replays the streams of answers. */
declare class ResumableStream extends StoredAnswers {
  #private;
  /** @param _sql not needed here; the published class keeps a table of its own by it */
  constructor(streams: Streams, _sql?: SqlTaggedTemplate, options?: {
    onProgress?: (durableSegments: number) => void;
  });
  get activeStreamId(): string | null;
  get activeRequestId(): string | null;
  /** Whether the active stream is written in this life of the object. */
  get isLive(): boolean;
  /** The stream that was finished and waits for its message to be stored. */
  get pendingCutoverId(): string | null;
  hasActiveStream(): boolean;
  /** Opens the stream of a request and gives its id. What is left of earlier ones goes. */
  start(requestId: string, options?: {
    messageId?: string;
    parentMessageId?: string;
    continuation?: boolean;
    originMessageIds?: string[];
  }): string;
  /** Stores a chunk's text and gives its index; undefined when it is too large, or too late. */
  storeChunk(streamId: string, body: string): number | undefined;
  /** Nothing waits here: chunks are stored when they come. */
  flushBuffer(): void;
  /** Ends a stream; its chunks stay until the next one begins. */
  complete(streamId: string, outcome?: ChatTurnOutcome): void;
  /** Ends the writing; {@link cutover} ends the stream, together with the storing of its message. */
  finish(streamId: string, outcome?: ChatTurnOutcome): void;
  /** Ends a finished stream in one transaction with what `persist` stores; its chunks go. */
  cutover(streamId: string, persist: () => void, options?: {
    discard?: boolean;
  }): void;
  /** Ends a finished stream whose message was not stored. */
  finalizePending(): void;
  /** Ends a stream with an error; its chunks stay until the next one begins. */
  markError(streamId: string): void;
  /**
   * Sends all of the active stream's chunks, marked as replayed. Of one whose writer has gone the end
   * is sent as well, and its id given: its message is to be stored.
   */
  replayChunks(connection: ChatConnection, requestId: string): string | null;
  /** Looks for a stream that an earlier life of the object left. */
  restore(): void;
  /** Deletes every stream of the chat. */
  clearAll(): void;
  destroy(): void;
  /** Deletes streams that have ended, and those that nobody has written to for an hour. */
  reclaim(now?: number): number;
}
/** A turn that ran, or one that was given up before it could. */
type TurnResult<T> = {
  status: "completed";
  value: T;
} | {
  status: "stale";
};
/** How a turn is put in the queue. */
interface EnqueueOptions {
  /** The generation it belongs to. Default: the present one. */
  generation?: number;
}
/**
 * Runs turns in the order in which they come. A `reset` gives up those that have not begun.
 *
 * @example
 * ```ts
 * const result = await turns.enqueue("r1", () => answer());
 * if (result.status === "stale") return;
 * ```
 */
declare class TurnQueue {
  #private;
  get generation(): number;
  /** The request whose turn runs. */
  get activeRequestId(): string | null;
  get isActive(): boolean;
  enqueue<T>(requestId: string, fn: () => Promise<T>, options?: EnqueueOptions): Promise<TurnResult<T>>;
  /** Gives up the turns that wait. The one that runs has to notice by itself. */
  reset(): void;
  /** Resolves when no turn runs or waits. */
  waitForIdle(): Promise<void>;
  /** Turns of a generation that run or wait. */
  queuedCount(generation?: number): number;
}
/** Ends requests by their ids. */
declare class AbortRegistry {
  #private;
  /** The signal of a request, made when it is first asked for. */
  getSignal(id: string): AbortSignal | undefined;
  getExistingSignal(id: string): AbortSignal | undefined;
  cancel(id: string, reason?: unknown): void;
  /** The request is over. */
  remove(id: string): void;
  destroyAll(reason?: unknown): void;
  has(id: string): boolean;
  get size(): number;
  /** Has another signal end a request too. The function that it returns undoes that. */
  linkExternal(id: string, signal: AbortSignal | undefined): () => void;
}
/** A policy in full. */
type NormalizedMessageConcurrency = Exclude<MessageConcurrency, object> | {
  strategy: "debounce";
  debounceMs: number;
};
/** What becomes of a message that comes while others are being answered. */
type SubmitConcurrencyDecision = {
  action: "execute" | "drop";
  /** Null when nothing is being answered. */
  strategy: NormalizedMessageConcurrency | null;
  /** Number by which a later message supersedes it. */
  submitSequence: number | null;
  /** Moment before which it is not answered, in milliseconds since the Unix epoch. */
  debounceUntilMs: number | null;
};
/** Decides that, and remembers which message is the latest. */
declare class SubmitConcurrencyController {
  #private;
  constructor(options: {
    defaultDebounceMs: number;
  }, clock?: Clock);
  /** Messages that were accepted and are not in the queue yet. */
  get pendingEnqueueCount(): number;
  /** Messages so far that came while others were being answered. */
  get overlappingSubmitCount(): number;
  decide(options: {
    concurrency: MessageConcurrency;
    isSubmitMessage: boolean;
    queuedTurns: number;
  }): SubmitConcurrencyDecision;
  /** A message was accepted; call what it returns when it is in the queue, or given up. */
  beginEnqueue(): () => void;
  isSuperseded(submitSequence: number | null): boolean;
  /** Resolves at a moment, or when the waiting is given up. */
  waitForTimestamp(timestampMs: number): Promise<void>;
  cancelActiveDebounce(): void;
  /** Forgets everything; what waits is given up. */
  reset(): void;
  /** Resolves when nothing is on its way to the queue, or in it. */
  waitForIdle(waitForQueueIdle: () => Promise<void>): Promise<void>;
}
/** What {@link awaitWithDeadline} gives when the time is up. */
declare const TIMED_OUT: unique symbol;
/**
 * Waits for a promise until a moment in milliseconds since the Unix epoch; null waits for ever.
 *
 * @example
 * ```ts
 * const done = await awaitWithDeadline(work, Date.now() + 5000);
 * if (done === TIMED_OUT) return;
 * ```
 */
declare function awaitWithDeadline<T>(promise: Promise<T>, deadline: number | null, clock?: Clock): Promise<T | typeof TIMED_OUT>;
/** Waits until a chain of work has grown no further, or nobody needs it any more. */
declare function drainInteractionApplies(hasPending: () => boolean, getTail: () => Promise<unknown>): Promise<void>;
/** A stream went silent for longer than it may. */
declare class ChatStreamStalledError extends Error {
  readonly isChatStreamStall = true;
  constructor(message: string);
}
/**
 * Gives the chunks of a stream on. When none comes for so many milliseconds, `onStall` is called and
 * the reader gets an error; 0 and less wait for ever.
 *
 * @throws ChatStreamStalledError, and what the stream throws
 */
declare function iterateWithStallWatchdog<T>(source: AsyncIterable<T>, timeoutMs: number, onStall: () => void, clock?: Clock): AsyncGenerator<T>;
/** Runs a client's tool on the server's side, for example by asking another connection. */
type ClientToolExecutor = (call: {
  toolName: string;
  input: unknown;
  toolCallId: string;
}) => unknown | Promise<unknown>;
/**
 * Tools of the AI SDK from what a client says of its own. Without `execute` the model's call goes to
 * the client, which answers it.
 *
 * @param clientTools of two with one name the later counts
 * @example
 * ```ts
 * async onChatMessage(onFinish, options) {
 *   const tools = { ...mine, ...createToolsFromClientSchemas(options?.clientTools) };
 *   return streamText({ model, messages, tools }).toUIMessageStreamResponse();
 * }
 * ```
 */
declare function createToolsFromClientSchemas(clientTools?: ClientToolSchema[], options?: {
  execute?: ClientToolExecutor;
}): ToolSet;
/** A part of a message. */
type MessagePart$1 = UIMessage["parts"][number];
/** Names of the tools that a client has described. */
declare function clientResolvableToolNames(tools: ReadonlyArray<{
  name?: string;
} | null | undefined> | undefined): Set<string>;
/** Whether a call waits for a client: for a person's word, or for a result of a client's tool. */
declare function partAwaitsClientInteraction(part: unknown, clientResolvable: Set<string>): boolean;
/**
 * Whether, of the calls in the last answer, one is settled and another still waits: the model is
 * asked again only when it can be told of all of them.
 */
declare function hasIncompleteToolBatch(messages: ReadonlyArray<{
  role: string;
  parts: ReadonlyArray<unknown>;
}>): boolean;
/** What is mended, and how. */
interface RepairInterruptedToolPartsOptions {
  /** The part in the place of one that was interrupted. */
  repairPart: (part: MessagePart$1) => MessagePart$1;
  /** Whether a call has its result. Default {@link toolPartHasSettledResult}. */
  isSettled?: (record: Record<string, unknown>) => boolean;
  /** Default {@link normalizeToolInput}. */
  normalizeInput?: (input: unknown) => {
    input: unknown;
    changed: boolean;
  };
  /** Whether a call without a result was interrupted, and does not just wait. Default: always. */
  shouldRepair?: (part: MessagePart$1) => boolean;
  /**
   * Also mend calls that a person allowed and that never ran, where the conversation has gone on:
   * those of the last message will still run. Default false.
   */
  repairApprovalResponded?: boolean;
}
/** What was mended. */
interface RepairInterruptedToolPartsResult {
  /** The same list when nothing was. */
  messages: UIMessage[];
  removedToolCalls: number;
  normalizedInputs: number;
  toolCallIds: string[];
}
/** Whether a call has a result, or an end of another kind. */
declare function toolPartHasSettledResult(record: Record<string, unknown>): boolean;
/**
 * An input as an object, which is what providers ask for: a string of JSON is read, and what is no
 * object becomes an empty one.
 */
declare function normalizeToolInput(raw: unknown): {
  input: unknown;
  changed: boolean;
};
/** Mends the calls in the answers of a conversation. */
declare function repairInterruptedToolParts(messages: UIMessage[], options: RepairInterruptedToolPartsOptions): RepairInterruptedToolPartsResult;
/**
 * What clients say of a call, as changes of its part.
 *
 * @module
 */
/** A change of the part of one call, when the part is in one of the states it is meant for. */
type ToolPartUpdate = {
  toolCallId: string;
  /** States in which the change is looked for; in a final one it changes nothing. */
  matchStates: string[];
  /** The part as it is afterwards; the same one when nothing changes. */
  apply: (part: Record<string, unknown>) => Record<string, unknown>;
};
/**
 * The parts with a change, and the index of the part it is for; null when there is no such part.
 * The parts are the same ones when the call has been settled before.
 *
 * @example
 * ```ts
 * const done = applyToolUpdate(message.parts, toolResultUpdate("call-1", { city: "Lisbon" }));
 * ```
 */
declare function applyToolUpdate(parts: Array<Record<string, unknown>>, update: ToolPartUpdate): {
  parts: Array<Record<string, unknown>>;
  index: number;
} | null;
/** The result of a tool that a client ran, or with `overrideState` that it failed or was refused. */
declare function toolResultUpdate(toolCallId: string, output: unknown, overrideState?: "output-error", errorText?: string): ToolPartUpdate;
/** A person's word on a call. `reason` is told to the model. */
declare function toolApprovalUpdate(toolCallId: string, approved: boolean, reason?: string): ToolPartUpdate;
/**
 * A result that the stream of a later message brings for a call of an earlier one. A preliminary
 * one may be replaced, a final one not.
 */
declare function crossMessageToolResultUpdate(toolCallId: string, updateType: "output-available" | "output-error", output?: unknown, errorText?: string, preliminary?: boolean): ToolPartUpdate;
/**
 * The result of work that paused and went on: it takes the place of the output that said so, which
 * names the work by `executionId`.
 */
declare function pausedExecutionUpdate(toolCallId: string, executionId: string, output: unknown): ToolPartUpdate;
export {
  AbortRegistry,
  AGENT_TOOL_STREAM_PROGRESS_BUMP_THROTTLE_MS,
  type AgentToolEvent,
  type AgentToolEventMessage,
  type AgentToolEventState,
  type AgentToolProgressEmitHooks,
  type AgentToolProgressEmitResult,
  AgentToolProgressEmitter,
  type AgentToolRunState,
  AgentToolStreamProgressThrottle,
  AIChatAgent,
  aiSdkRecoveryCodec,
  applyAgentToolEvent,
  applyChunkToParts,
  applyLateToolInput,
  applyToolUpdate,
  AutoContinuationController,
  type AutoContinuationHost,
  awaitWithDeadline,
  type BroadcastStreamEvent,
  type BroadcastStreamState,
  broadcastTransition,
  type BroadcastTransitionResult,
  buildChatRecoveringFrame,
  buildInClauseStrings,
  bumpChatRecoveryProgress,
  byteLength,
  CHAT_LAST_TERMINAL_KEY,
  CHAT_MESSAGE_TYPES,
  CHAT_RECOVERING_FLAG_TTL_MS,
  CHAT_RECOVERING_KEY,
  CHAT_RECOVERY_ALARM_DEBOUNCE_MS,
  CHAT_RECOVERY_CANCELLED_REASON,
  CHAT_RECOVERY_INCIDENT_KEY_PREFIX,
  CHAT_RECOVERY_INCIDENT_TTL_MS,
  CHAT_RECOVERY_PROGRESS_KEY,
  CHAT_RECOVERY_STABLE_RETRY_DELAY_SECONDS,
  CHAT_RECOVERY_TASK_NAME,
  CHAT_STREAM_PROGRESS_CREDIT_THROTTLE_MS,
  type ChatConnection,
  type ChatFiberSnapshot,
  type ChatMessage,
  type ChatProtocolEvent,
  type ChatRecoveryAttempt,
  chatRecoveryBackoffSeconds,
  type ChatRecoveryCodec,
  type ChatRecoveryConfig,
  type ChatRecoveryContext,
  type ChatRecoveryExhaustedContext,
  type ChatRecoveryIncident,
  type ChatRecoveryKind,
  type ChatRecoveryOptions,
  type ChatRecoveryProgressContext,
  type ChatRecoveryTrigger,
  type ChatResponseResult,
  ChatStreamStalledError,
  type ChatTerminalRecord,
  type ChatTerminalRecord as PendingChatTerminal,
  type ChatTurnOutcome,
  type ChunkAction,
  type ChunkResult,
  classifyAgentToolChildRecovery,
  clearChatTerminal,
  clientResolvableToolNames,
  type ClientToolExecutor,
  type ClientToolSchema,
  type ContinuationConnection,
  type ContinuationDeferred,
  type ContinuationPending,
  type ContinuationSpec,
  ContinuationState,
  createAgentToolEventState,
  createChatFiberSnapshot,
  createChatStreams,
  createToolsFromClientSchemas,
  crossMessageToolResultUpdate,
  DEFAULT_CHAT_RECOVERY_MAX_ATTEMPTS,
  DEFAULT_CHAT_RECOVERY_MAX_INTERRUPTED_ATTEMPTS,
  DEFAULT_CHAT_RECOVERY_MAX_WORK,
  DEFAULT_CHAT_RECOVERY_NO_PROGRESS_TIMEOUT_MS,
  DEFAULT_CHAT_RECOVERY_STABLE_TIMEOUT_MS,
  DEFAULT_CHAT_RECOVERY_TERMINAL_MESSAGE,
  drainInteractionApplies,
  enforceRowSizeLimit,
  type EnforceRowSizeLimitOptions,
  type EnqueueOptions,
  hasIncompleteToolBatch,
  type IncomingMessage,
  isDurableObjectResetError,
  isLateToolInputChunk,
  isPlatformFailure,
  isPositionlessAgentToolChunk,
  isReplayChunk,
  iterateWithStallWatchdog,
  KV_DELETE_MAX_KEYS,
  lateToolInputForwardChunks,
  listActiveChatRecoveryIncidents,
  MAX_BOUND_PARAMS,
  type MessageConcurrency,
  type MessagePart,
  type MessageParts,
  MessageType,
  type NormalizedMessageConcurrency,
  normalizeToolInput,
  type OnChatMessageOptions,
  originMessageIds,
  type OrphanPersistStore,
  type OutgoingMessage,
  parseProtocolMessage,
  partAwaitsClientInteraction,
  partialHasSettledToolResults,
  pausedExecutionUpdate,
  pendingChatTerminal,
  persistReconstructedOrphan,
  type PersistReconstructedOrphanOptions,
  PreStreamTurns,
  type ProgressCreditThrottle,
  readChatRecoveryProgress,
  reconcileMessages,
  reconcileOrphanPartial,
  recordChatTerminal,
  type RecoveryPartial,
  repairInterruptedToolParts,
  type RepairInterruptedToolPartsOptions,
  type RepairInterruptedToolPartsResult,
  type ReplyAttachment,
  resolveChatRecoveryConfig,
  type ResolvedChatRecoveryConfig,
  resolveToolMergeId,
  ResumableStream,
  retryAfterSeconds,
  ROW_MAX_BYTES,
  runChatRecoveryExhaustion,
  sanitizeMessage,
  type SaveMessagesOptions,
  type SaveMessagesResult,
  sendIfOpen,
  setChatRecovering,
  shouldCreditStreamProgress,
  type SnapshotMessage,
  type SqlTaggedTemplate,
  STREAM_RESUME_NONE_REASONS,
  StreamAccumulator,
  type StreamAccumulatorOptions,
  type StreamChunkData,
  StreamProgressCreditThrottle,
  type StreamResumeNoneReason,
  SubmitConcurrencyController,
  type SubmitConcurrencyDecision,
  sweepStaleChatRecoveryIncidents,
  type TextSegmentChunk,
  type TextSegmentEvent,
  TextSegmentJoiner,
  TIMED_OUT,
  toolApprovalUpdate,
  toolPartHasSettledResult,
  type ToolPartUpdate,
  toolResultUpdate,
  truncateOlderMessages,
  truncateOlderToolResults,
  type TruncateOptions,
  type TruncateToolResultsOptions,
  TurnQueue,
  type TurnResult,
  unwrapChatFiberSnapshot,
  withOriginMessageIds,
  wrapChatFiberSnapshot,
};