/**
 * AI SDK chats over the connection to an agent.
 *
 * @module
 */

import type { ChatTransport, UIMessage, UIMessageChunk } from "ai";
import { nanoid } from "nanoid";
import {
  ChatMessageType,
  type ChatTrigger,
  cancelFrame,
  requestFrame,
  resumeAckFrame,
} from "../wire.ts";
import { AppliedChunkLedger } from "./applied-chunks.ts";
import type { AgentConnection } from "./connection.ts";
import { frameOf } from "./frames.ts";
import { FollowedRequest } from "./request-stream.ts";
import { ID_LENGTH, ResumeQuestion } from "./resume-question.ts";

/** Options of {@link WebSocketChatTransport}. */
export type WebSocketChatTransportOptions<ChatMessage extends UIMessage = UIMessage> = {
  /** The connection. */
  agent: AgentConnection;
  /** Further fields for the body of each request. */
  prepareBody?: (options: {
    messages: ChatMessage[];
    trigger: ChatTrigger;
    messageId?: string;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  /** Receives the id of each request that the transport handles, until the request ends. */
  activeRequestIds?: Set<string>;
  /** Whether aborting a request in the client cancels it on the server. Default false. */
  cancelOnClientAbort?: boolean;
  /** A new message could not be sent yet: it waits for the socket to open. */
  onRequestBuffered?: (messageId: string | undefined) => void;
};

/** What the chat hook wants of its transport beyond the options that everyone has. */
export interface TransportOwner<ChatMessage extends UIMessage> {
  /** Whether streams wait for the next connection when theirs breaks; the owner takes them up. */
  readonly survives: () => boolean;
  /** Of the messages that were shown, those that a request asks anew without. */
  readonly takenBack: (messages: readonly ChatMessage[]) => readonly string[];
  /** A request goes out, or one that was under way is followed. */
  readonly onFollow: (followed: FollowedRequest, messages: readonly ChatMessage[]) => void;
}

type ChunkStream = ReadableStream<UIMessageChunk>;

/**
 * A `ChatTransport` for the AI SDK's `useChat`: requests go out, and answers come back, over the
 * agent's WebSocket. Each chunk comes once and in its place, also when the server sends it twice. An
 * answer that was cut off can be taken up with `reconnectToStream`.
 *
 * It needs no React: use it with the chats of `@ai-sdk/vue` and the like. `useAgentChat` adds what
 * several tabs, reconnects and client tools need.
 *
 * @example
 * ```ts
 * const agent = new AgentClient({ host: "localhost:5173", agent: "Helper", name: "a" });
 * const chat = useChat({ transport: new WebSocketChatTransport({ agent }) });
 * ```
 */
export class WebSocketChatTransport<ChatMessage extends UIMessage = UIMessage>
  implements ChatTransport<ChatMessage>
{
  /** The connection in use. */
  agent: AgentConnection;
  /** How far each request was applied by those who show it without this transport's stream. */
  readonly appliedChunks = new AppliedChunkLedger();
  readonly #options: WebSocketChatTransportOptions<ChatMessage>;
  readonly #owner: TransportOwner<ChatMessage> | undefined;
  readonly #active: Set<string>;
  readonly #question = new ResumeQuestion((data) => void this.agent.send(data));
  #cancelOnClientAbort: boolean;
  #turn: string | null = null;
  #expectsContinuation = false;
  #continuation: AbortController | null = null;

  constructor(
    options: WebSocketChatTransportOptions<ChatMessage>,
    owner?: TransportOwner<ChatMessage>,
  ) {
    this.agent = options.agent;
    this.#options = options;
    this.#owner = owner;
    this.#active = options.activeRequestIds ?? new Set();
    this.#cancelOnClientAbort = options.cancelOnClientAbort ?? false;
  }

  /** The turn this transport last followed and has not seen end; a broken connection keeps it. */
  get activeServerTurnId(): string | null {
    return this.#turn;
  }

  /** Uses another connection; an open question over the old one ends with nothing found. */
  setAgent(agent: AgentConnection): void {
    if (this.agent === agent) return;
    this.cancelPendingResume();
    this.agent = agent;
  }

  setCancelOnClientAbort(cancelOnClientAbort: boolean): void {
    this.#cancelOnClientAbort = cancelOnClientAbort;
  }

  /** Tells the server to end the turn under way; false when there is none. */
  cancelActiveServerTurn(): boolean {
    const aborted = this.abortActiveToolContinuation();
    if (this.#turn === null) return aborted;
    this.agent.send(cancelFrame(this.#turn));
    return true;
  }

  /** Remembers a turn that is shown by other means, so that it can be cancelled. */
  observeServerTurn(requestId: string): void {
    this.#turn = requestId;
  }

  /** A turn that is shown by other means has ended. */
  handleServerTurnCompleted(requestId: string): void {
    if (this.#turn === requestId) this.#turn = null;
  }

  /**
   * The next `reconnectToStream` is for what the server says after a client tool's output: its stream
   * exists at once, and ends empty when the server goes on with nothing.
   */
  expectToolContinuation(): void {
    this.#expectsContinuation = true;
  }

  /** Ends the stream of a tool's continuation here; false when there is none. */
  abortActiveToolContinuation(): boolean {
    const continuation = this.#continuation;
    this.#continuation = null;
    continuation?.abort();
    return continuation !== null;
  }

  /** Whether the question for a stream is open. */
  isAwaitingResume(): boolean {
    return this.#question.isOpen;
  }

  /** Ends the open question with nothing found; false when there is none. */
  cancelPendingResume(): boolean {
    return this.#question.cancel();
  }

  /** Asks the open question again, over a connection that opened anew. */
  retryPendingResume(): boolean {
    return this.#question.repeat();
  }

  /** Takes an offer of a stream that the application heard; returns whether one was waited for. */
  handleStreamResuming(data: { id: string }): boolean {
    return this.#question.hear({ ...data, type: ChatMessageType.CF_AGENT_STREAM_RESUMING });
  }

  /** Takes "there is none" that the application heard; returns whether an answer was waited for. */
  handleStreamResumeNone(data: { probeId?: string } = {}): boolean {
    return this.#question.hear({ ...data, type: ChatMessageType.CF_AGENT_STREAM_RESUME_NONE });
  }

  /** Takes "wait for it" that the application heard; returns whether an answer was waited for. */
  handleStreamPending(): boolean {
    this.#question.hear({ type: ChatMessageType.CF_AGENT_STREAM_PENDING });
    return this.#question.isOpen;
  }

  /** Forgets turns and questions, without cancelling anything on the server. */
  resetResumeState(): void {
    this.cancelPendingResume();
    this.abortActiveToolContinuation();
    this.#expectsContinuation = false;
    this.#turn = null;
    this.appliedChunks.clear();
  }

  async sendMessages(options: {
    chatId: string;
    messages: ChatMessage[];
    abortSignal: AbortSignal | undefined;
    trigger: ChatTrigger;
    messageId?: string | undefined;
    body?: object;
    headers?: Record<string, string> | Headers;
    metadata?: unknown;
  }): Promise<ChunkStream> {
    const { messages, trigger, messageId, abortSignal } = options;
    const { prepareBody, onRequestBuffered } = this.#options;
    const asked = { messages, trigger, ...(messageId === undefined ? {} : { messageId }) };
    const body = { messages, trigger, ...(await prepareBody?.(asked)), ...options.body };
    abortSignal?.throwIfAborted();
    const id = nanoid(ID_LENGTH);
    this.#active.add(id);
    const isAnew = trigger === "regenerate-message" || messageId !== undefined;
    const replaces = isAnew ? this.#owner?.takenBack(messages) : undefined;
    const sent = this.agent.send(requestFrame(id, JSON.stringify(body), replaces)) !== false;
    if (!sent && trigger === "submit-message") onRequestBuffered?.(messages.at(-1)?.id);
    if (this.#cancelOnClientAbort) {
      abortSignal?.addEventListener("abort", () => {
        if (this.#active.has(id)) this.agent.send(cancelFrame(id));
      });
    }
    return this.#follow(id, sent, abortSignal, messages);
  }

  /** Resolves with the answer under way, from its beginning, or `null` when there is none. */
  async reconnectToStream(options: {
    chatId: string;
    abortSignal?: AbortSignal;
  }): Promise<ChunkStream | null> {
    if (this.#question.isOpen || options.abortSignal?.aborted) return null;
    if (!this.#expectsContinuation) return this.#takeUp(options.abortSignal);
    this.#expectsContinuation = false;
    const continuation = new AbortController();
    this.#continuation = continuation;
    return this.#takeUpLater(continuation);
  }

  #takeUp(signal: AbortSignal | undefined): Promise<ChunkStream | null> {
    const { promise, resolve } = Promise.withResolvers<ChunkStream | null>();
    const listening = new AbortController();
    const on = { signal: listening.signal };
    const hear = (event: MessageEvent) => {
      const frame = frameOf(event);
      if (frame) this.#question.hear(frame);
    };
    this.agent.addEventListener("message", hear, on);
    signal?.addEventListener("abort", () => this.#question.cancel(), on);
    this.#question.ask((answer) => {
      listening.abort();
      resolve(answer.type === "accept" ? this.#accept(answer.id, signal) : null);
    });
    return promise;
  }

  /** A stream that is there before the server has offered one. */
  #takeUpLater(continuation: AbortController): ChunkStream {
    const { readable, writable } = new TransformStream<UIMessageChunk, UIMessageChunk>();
    const pass = async () => {
      const stream = await this.#takeUp(continuation.signal);
      await (stream ?? new Blob().stream()).pipeTo(writable as WritableStream<unknown>);
      if (this.#continuation === continuation) this.#continuation = null;
    };
    // How it ends is told by the stream that is read.
    pass().catch(() => undefined);
    return readable;
  }

  /** Accepts an offered stream. Listens first: the replay may come at once. */
  #accept(id: string, signal: AbortSignal | undefined): ChunkStream {
    this.#active.add(id);
    const stream = this.#follow(id, true, signal, []);
    this.agent.send(resumeAckFrame(id));
    return stream;
  }

  #follow(
    requestId: string,
    sent: boolean,
    signal: AbortSignal | undefined,
    messages: readonly ChatMessage[],
  ): ChunkStream {
    this.#turn = requestId;
    const followed = new FollowedRequest({
      agent: this.agent,
      requestId,
      sent,
      signal,
      survives: this.#owner?.survives() ?? false,
      onGap: () => this.agent.send(resumeAckFrame(requestId)),
      onEnd: () => {
        this.#active.delete(requestId);
        this.handleServerTurnCompleted(requestId);
      },
      onLost: () => this.#active.delete(requestId),
    });
    this.#owner?.onFollow(followed, messages);
    return followed.stream;
  }
}
