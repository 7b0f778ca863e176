/**
 * An agent that is a conversation.
 *
 * @module
 */

import type { GenerateTextOnFinishCallback, ToolSet, UIMessage } from "ai";
import type { AgentContext } from "../agent.ts";
import { systemClock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import type { FiberRecoveryContext } from "../fibers/types.ts";
import type { MemoryLimitContext } from "../lifecycle/capability.ts";
import { Sessions } from "../sessions/sessions.ts";
import { Streams } from "../streams/streams.ts";
import { chatHost } from "./agent-host.ts";
import { ChatToolAgent } from "./agent-tools/chat-tool-agent.ts";
import { ChildRuns } from "./agent-tools/child-runs.ts";
import { childHost } from "./agent-tools/room-host.ts";
import { ChatRoom } from "./chat-room.ts";
import { type AdoptedData, adopt, adoptFiber } from "./recovery/adopted.ts";
import { ChatTask } from "./schema.ts";
import { type StableOptions, waitUntilStable } from "./stable.ts";
import { interruptedPart } from "./tools/repair.ts";
import type {
  ChatRecoveryConfig,
  ChatRecoveryContext,
  ChatRecoveryOptions,
  ChatResponseResult,
  ClientToolSchema,
  MessageConcurrency,
  OnChatMessageOptions,
  SaveMessagesOptions,
  SaveMessagesResult,
} from "./types.ts";

const DEFAULT_HYDRATION_BYTES = 32 * 1024 * 1024;
/** Most bytes of what is stored of an answer at once: what a row takes. */
const MAX_SEGMENT_BYTES = 1_900_000;
/** Milliseconds to wait for the servers of the agent's tools. */
const DEFAULT_MCP_WAIT = { timeout: 10_000 };

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
export class AIChatAgent<
  Env extends Cloudflare.Env = Cloudflare.Env,
  State = unknown,
  Props extends object = object,
> extends ChatToolAgent<Env, State, Props> {
  /** Name of the tasks that stand for turns, and of the fibers of older versions. */
  static readonly CHAT_FIBER_NAME = ChatTask.TURN;

  /** The stored conversation: `sessions.session()`. What is written to it appears in `messages`. */
  readonly sessions: Sessions = new Sessions();
  /** The answers under way, and other streams of the agent's own. */
  readonly streams: Streams = new Streams({ maxChunkBytes: MAX_SEGMENT_BYTES });
  /** The conversation so far; read from the database at the start. Assigning does not store. */
  messages: UIMessage[] = [];
  /** Most messages to store; the oldest are deleted beyond it. Default: no limit. */
  maxPersistedMessages: number | undefined = undefined;
  /** What happens to a message that is sent while another is being answered. Default `queue`. */
  messageConcurrency: MessageConcurrency = "queue";
  /**
   * How long `onChatMessage` waits for the MCP servers of the agent: `{ timeout }` in milliseconds,
   * `true` for as long as it takes, `false` not at all. There are none yet, so nothing waits.
   */
  waitForMcpConnections: boolean | { timeout: number } = DEFAULT_MCP_WAIT;
  /** How interrupted turns are taken up. Set it as a field: it counts before `onStart` runs. */
  chatRecovery: ChatRecoveryConfig = true;
  /**
   * Longest time between two chunks of an answer, in milliseconds; then it is tried again as after
   * a crash. Default 0: any time.
   */
  chatStreamStallTimeoutMs = 0;
  /**
   * Longest time that a call of a client's tool waits for its result, in milliseconds from the end
   * of the answer that made it; then the call fails, and the answer goes on. Default 0: any time.
   * Approvals wait for as long as a person takes.
   */
  clientToolTimeoutMs = 0;
  /**
   * What counts of a client's copy of the conversation (`setMessages`). `guarded`, the default: what
   * the agent said stays, but for results of open calls and metadata, and a copy never undoes what
   * somebody else has changed or taken away since. `trusted`: the copy is stored as it is, as by the
   * published package. Connections that are read-only change nothing in either case.
   */
  clientTranscripts: "guarded" | "trusted" = "guarded";
  /**
   * Bytes of stored messages, the newest, that a start reads into {@link messages}. Default 32 MiB;
   * `Infinity`, or 0 and less, for all. What is stored does not change.
   */
  hydrationByteBudget: number = DEFAULT_HYDRATION_BYTES;
  /** @internal */
  readonly _childRuns: ChildRuns;
  readonly #room: ChatRoom;

  constructor(ctx: AgentContext, env: Env) {
    super(ctx, env);
    this.lifecycle.use(this.sessions).use(this.streams);
    this.#room = new ChatRoom(this.#host());
    this._childRuns = new ChildRuns(childHost(this.#room, this._childWords));
    this.lifecycle.use(this.#room).use(this._childRuns);
    this._webSockets.use(this.#room.handlers);
  }

  /**
   * Answers the conversation in {@link messages}: with a streamed `Response` of AI SDK UI message
   * chunks (`toUIMessageStreamResponse()`), or of plain text. What it throws, and no response at
   * all, ends the turn with an error that the client shows.
   *
   * @param onFinish does nothing; accepted and forwarded by code written for older versions
   */
  onChatMessage(
    _onFinish: GenerateTextOnFinishCallback<ToolSet>,
    _options?: OnChatMessageOptions,
  ): Promise<Response | undefined> {
    throw new FreeholdError(
      "chat_not_implemented",
      "received a chat message, override onChatMessage and return a Response to send to the client",
    );
  }

  /** A turn ended. Runs after the answer was stored and sent; may start the next turn. */
  protected onChatResponse(_result: ChatResponseResult): void | Promise<void> {
    return undefined;
  }

  /** Changes what is stored of a message; runs after provider-specific leftovers were taken out. */
  protected sanitizeMessageForPersistence(message: UIMessage): UIMessage {
    return message;
  }

  /**
   * What takes the place of a call that nobody will answer any more, before the model sees it.
   * Default: a failed call that says so.
   */
  protected repairInterruptedToolPart(
    part: UIMessage["parts"][number],
  ): UIMessage["parts"][number] {
    return interruptedPart(part);
  }

  /** Further fields of the last request that was answered; kept for the turns the server starts. */
  protected get _lastBody(): Record<string, unknown> | undefined {
    return this.#room.parts.context.extras.body;
  }

  /** Tools of the client that sent it. */
  protected get _lastClientTools(): ClientToolSchema[] | undefined {
    return this.#room.parts.context.extras.clientTools;
  }

  /** Whether a call of the conversation waits for a result, or for a person's word. */
  protected hasPendingInteraction(): boolean {
    return this.#room.tools.hasPendingInteraction();
  }

  /** The same for what clients are to answer; calls of the server's own tools do not count. */
  protected hasPendingClientInteraction(): boolean {
    return this.#room.tools.hasPendingClientInteraction();
  }

  /**
   * Stores messages (or what a function makes of the present ones) and has the agent answer, after
   * the turns that wait. Resolves when the answer has ended.
   *
   * @example
   * ```ts
   * await this.saveMessages((messages) => [...messages, reminder]);
   * ```
   */
  saveMessages(
    messages: UIMessage[] | ((current: readonly UIMessage[]) => UIMessage[] | Promise<UIMessage[]>),
    options?: SaveMessagesOptions,
  ): Promise<SaveMessagesResult> {
    return this.#room.save(messages, options);
  }

  /** Stores messages beside the ones there are, and shows them to the tabs. Nothing answers. */
  async persistMessages(
    messages: UIMessage[],
    excludeBroadcastIds: string[] = [],
    options: { _deleteStaleRows?: boolean } = {},
  ): Promise<void> {
    const deleteStale = options._deleteStaleRows === true;
    this.#room.history.persist(messages, { without: excludeBroadcastIds, deleteStale });
  }

  /**
   * Has the agent go on with the last answer. `skipped` when there is none.
   *
   * @param body takes the place of the fields of the last request
   */
  protected continueLastTurn(
    body?: Record<string, unknown>,
    options?: SaveMessagesOptions,
  ): Promise<SaveMessagesResult> {
    return this.#room.continueLast(body, options);
  }

  /**
   * Resolves with true when no turn runs, waits or is about to begin and no call waits for
   * somebody; with false when `timeout` milliseconds have passed.
   */
  protected waitUntilStable(options?: StableOptions): Promise<boolean> {
    this.#room.noteIfStarted();
    return waitUntilStable({ clock: systemClock, ...this.#room.parts }, options);
  }

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
  protected async onChatRecovery(_context: ChatRecoveryContext): Promise<ChatRecoveryOptions> {
    return {};
  }

  /** @internal */
  async _idle(): Promise<void> {
    this.#room.noteIfStarted();
    await this.#room.parts.turns.queue.idle();
  }

  /** @internal What an agent that runs as a tool says is progress of the turn that has it run. */
  protected override async _onAgentToolStreamProgress(): Promise<void> {
    this.#room.parts.progress.credit();
  }

  /** @internal Recoveries that the published package has scheduled. */
  async _chatRecoveryContinue(data: AdoptedData = {}): Promise<void> {
    await adopt(this.#room.parts, "continue", data);
  }

  /** @internal Recoveries that the published package has scheduled. */
  async _chatRecoveryRetry(data: AdoptedData = {}): Promise<void> {
    await adopt(this.#room.parts, "retry", data);
  }

  /** @internal Clean-ups that older versions have scheduled: there is nothing to do any more. */
  async _cleanupStreamBuffers(): Promise<void> {
    // Streams go with the turn that they belong to.
  }

  /** @internal Turns of older versions, which ran as fibers. */
  protected override async _handleInternalFiberRecovery(
    context: FiberRecoveryContext,
  ): Promise<boolean> {
    return adoptFiber(this.#room.parts, context);
  }

  /** An alarm used up the memory. `sealed`: so often that the work was given up; turns are as well. */
  protected override async onAlarmMemoryLimit(context: MemoryLimitContext): Promise<void> {
    await super.onAlarmMemoryLimit(context);
    if (context.sealed) await this.#room.parts.recovery.seal();
  }

  /** Ends one turn; what was said so far is kept. */
  protected abortRequest(requestId: string, reason?: unknown): void {
    this.#room.noteIfStarted();
    this.#room.abort(requestId, reason);
  }

  /** Ends every turn. */
  protected abortAllRequests(reason?: unknown): void {
    this.#room.noteIfStarted();
    this.#room.abortAll(reason);
  }

  /** Ends the turn that runs, keeping what was said so far, and gives up those that wait. */
  protected resetTurnState(): void {
    this.#room.noteIfStarted();
    this.#room.reset();
  }

  #host() {
    return chatHost({
      ...{ agent: this, storage: this.ctx.storage, sessions: this.sessions, streams: this.streams },
      hooks: {
        toolsReady: () => connected(this.mcp, this.waitForMcpConnections),
        reply: async (options) => {
          this._childRuns.answering(options.requestId);
          return this.onChatMessage(ignoreFinish, options);
        },
        sanitize: (message) => this.sanitizeMessageForPersistence(message),
        repair: (part) => this.repairInterruptedToolPart(part),
        responded: (result) => {
          this._childRuns.ended(result.requestId, result);
          return this.onChatResponse(result);
        },
        recovering: (context) => this.onChatRecovery(context),
      },
      withholds: (frame) => this._childRuns.sees(frame),
      emit: (type, payload) => this._emit(type, payload),
    });
  }
}

function ignoreFinish(): void {
  // The answer is read from the response; there is nothing to finish.
}

/** Waits for MCP servers, as long as it is to. */
async function connected(
  mcp: { waitForConnections(options: { timeout?: number }): Promise<void> },
  wait: boolean | { timeout: number },
): Promise<void> {
  if (wait !== false) await mcp.waitForConnections(wait === true ? {} : wait);
}
