/**
 * An agent that is a conversation.
 *
 * @module
 */

import type { GenerateTextOnFinishCallback, ToolSet, UIMessage } from "ai";
import { Agent, type AgentContext } from "../agent.ts";
import { systemClock } from "../clock.ts";
import { sendQuietly } from "../connections/connections.ts";
import { FreeholdError } from "../errors.ts";
import { systemRandom } from "../random.ts";
import { sqlRunner } from "../storage/sql.ts";
import { ChatRoom } from "./chat-room.ts";
import type { ChatHost } from "./host.ts";
import type {
  ChatResponseResult,
  OnChatMessageOptions,
  SaveMessagesOptions,
  SaveMessagesResult,
} from "./types.ts";

const DEFAULT_HYDRATION_BYTES = 32 * 1024 * 1024;

/**
 * An agent that keeps a conversation: it stores what users say, streams its answers to every
 * connected tab, and stores them. Say what it answers in {@link onChatMessage}.
 *
 * - One turn at a time: requests wait for each other, those of the agent itself included.
 * - A tab that joins in the middle of an answer gets all of it. An answer that is cut by a crash
 *   stays as far as it was stored, at most a second behind.
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
> extends Agent<Env, State, Props> {
  /** The conversation so far; read from the database at the start. Assigning does not store. */
  messages: UIMessage[] = [];
  /** Most messages to store; the oldest are deleted beyond it. Default: no limit. */
  maxPersistedMessages: number | undefined = undefined;
  /**
   * Bytes of stored messages, the newest, that a start reads into {@link messages}. Default 32 MiB;
   * `Infinity`, or 0 and less, for all. What is stored does not change.
   */
  hydrationByteBudget: number = DEFAULT_HYDRATION_BYTES;
  readonly #room: ChatRoom;

  constructor(ctx: AgentContext, env: Env) {
    super(ctx, env);
    this.#room = new ChatRoom(this.#host());
    this.lifecycle.use(this.#room);
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

  /** Ends one turn; what was said so far is kept. */
  protected abortRequest(requestId: string, reason?: unknown): void {
    this.#room.abort(requestId, reason);
  }

  /** Ends every turn. */
  protected abortAllRequests(reason?: unknown): void {
    this.#room.abortAll(reason);
  }

  /** Ends the turn that runs, without storing its answer, and gives up those that wait. */
  protected resetTurnState(): void {
    this.#room.reset();
  }

  #host(): ChatHost {
    const agent = this;
    const { storage } = this.ctx;
    return {
      sql: sqlRunner(storage.sql),
      clock: systemClock,
      random: systemRandom,
      get messages() {
        return agent.messages;
      },
      set messages(messages) {
        agent.messages = messages;
      },
      get maxPersistedMessages() {
        return agent.maxPersistedMessages;
      },
      get hydrationByteBudget() {
        return agent.hydrationByteBudget;
      },
      transaction: (body) => storage.transactionSync(body),
      broadcast: (frame, without) => agent.broadcast(frame, without),
      send: (connection, frame) => void sendQuietly(connection, frame),
      awake: (body) => agent.keepAliveWhile(body),
      reply: async (options) => agent.onChatMessage(ignoreFinish, options),
      sanitize: (message) => agent.sanitizeMessageForPersistence(message),
      responded: (result) => agent.onChatResponse(result),
      failed: (error) => agent.#showError(error),
      emit: (type, payload) => agent._emit(type, payload),
    };
  }

  /** The default `onError` logs and throws; here nobody is left to catch. */
  async #showError(error: unknown): Promise<void> {
    try {
      await this.onError(error);
    } catch (thrown) {
      if (thrown !== error) console.error("[AIChatAgent] onError threw:", thrown);
    }
  }
}

function ignoreFinish(): void {
  // The answer is read from the response; there is nothing to finish.
}
