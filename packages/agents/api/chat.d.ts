import {
  Agent,
  AgentContext,
  ChatTurnOutcome,
} from "./shared.js";
import {
  GenerateTextOnFinishCallback,
  JSONSchema7,
  Tool,
  ToolSet,
  UIMessage,
} from "ai";
/** One message of a conversation. */
type ChatMessage = UIMessage;
/** A tool that runs in the client, as the client describes it. */
type ClientToolSchema = {
  /** Unique name. */
  name: string;
  /** What the tool does, for the model. */
  description?: Tool["description"];
  /** JSON Schema of the input. */
  parameters?: JSONSchema7;
};
/** What `onChatMessage` is told of the turn. */
type OnChatMessageOptions = {
  /** Id of the request; the client's for its own turns. */
  requestId: string;
  /** Aborts when the client cancels, the history is cleared, or the caller's signal aborts. */
  abortSignal?: AbortSignal;
  /** Tools the client runs. */
  clientTools?: ClientToolSchema[];
  /** Further fields of the request: `body` of the hook, or of `sendMessage`. */
  body?: Record<string, unknown>;
  /** Whether this turn goes on with the last answer. Always false so far. */
  continuation?: boolean;
};
/** How a turn ended, given to `onChatResponse`. */
type ChatResponseResult = {
  /** The answer, as stored; partial unless `status` is `"completed"`. */
  message: UIMessage;
  /** Id of the request. */
  requestId: string;
  /** Whether the turn went on with an earlier answer. */
  continuation: boolean;
  status: "completed" | "error" | "aborted";
  /** Why, when `status` is `"error"`. */
  error?: string;
};
/** Options of `saveMessages`. */
type SaveMessagesOptions = {
  /** Ends the turn when it aborts. */
  signal?: AbortSignal;
};
/** What became of a turn started by `saveMessages`. `skipped`: the history was cleared meanwhile. */
type SaveMessagesResult = {
  requestId: string;
  status: "completed" | "error" | "skipped" | "aborted";
  error?: string;
};
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
declare class AIChatAgent<Env extends Cloudflare.Env = Cloudflare.Env, State = unknown, Props extends object = object> extends Agent<Env, State, Props> {
  #private;
  /** The conversation so far; read from the database at the start. Assigning does not store. */
  messages: UIMessage[];
  /** Most messages to store; the oldest are deleted beyond it. Default: no limit. */
  maxPersistedMessages: number | undefined;
  /**
   * Bytes of stored messages, the newest, that a start reads into {@link messages}. Default 32 MiB;
   * `Infinity`, or 0 and less, for all. What is stored does not change.
   */
  hydrationByteBudget: number;
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
  /** Ends one turn; what was said so far is kept. */
  protected abortRequest(requestId: string, reason?: unknown): void;
  /** Ends every turn. */
  protected abortAllRequests(reason?: unknown): void;
  /** Ends the turn that runs, without storing its answer, and gives up those that wait. */
  protected resetTurnState(): void;
}
export {
  AIChatAgent,
  type ChatMessage,
  type ChatResponseResult,
  type ChatTurnOutcome,
  type ClientToolSchema,
  type OnChatMessageOptions,
  type SaveMessagesOptions,
  type SaveMessagesResult,
};