/**
 * AI SDK chats over the connection to an agent.
 *
 * @module
 */

import type { ChatTransport, UIMessage, UIMessageChunk } from "ai";
import { nanoid } from "nanoid";
import { parseFrame } from "../../wire.ts";
import {
  ChatMessageType,
  type ChatTrigger,
  cancelFrame,
  requestFrame,
  resumeAckFrame,
  resumeRequestFrame,
} from "../wire.ts";
import type { AgentConnection } from "./connection.ts";
import { followRequest } from "./request-stream.ts";

/** Milliseconds to wait for the answer to "is there a stream?", and once told to wait for it. */
const PROBE_TIMEOUT_MS = 5_000;
const PENDING_TIMEOUT_MS = 60_000;
const ID_LENGTH = 8;

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

interface Probe {
  readonly ask: () => void;
  readonly settle: () => void;
}

/**
 * A `ChatTransport` for the AI SDK's `useChat`: requests go out, and answers come back, over the
 * agent's WebSocket. One that was cut off can be resumed with `reconnectToStream`.
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
  readonly #options: WebSocketChatTransportOptions<ChatMessage>;
  readonly #active: Set<string>;
  #cancelOnClientAbort: boolean;
  #probe: Probe | null = null;
  #turn: string | null = null;

  constructor(options: WebSocketChatTransportOptions<ChatMessage>) {
    this.agent = options.agent;
    this.#options = options;
    this.#active = options.activeRequestIds ?? new Set();
    this.#cancelOnClientAbort = options.cancelOnClientAbort ?? false;
  }

  /** The turn this transport last followed and has not seen end; a broken connection keeps it. */
  get activeServerTurnId(): string | null {
    return this.#turn;
  }

  /** Uses another connection; a probe over the old one ends with nothing found. */
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
    if (this.#turn === null) return false;
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

  /** Whether the question for a stream is open. */
  isAwaitingResume(): boolean {
    return this.#probe !== null;
  }

  /** Ends the open question with nothing found; false when there is none. */
  cancelPendingResume(): boolean {
    const probe = this.#probe;
    probe?.settle();
    return probe !== null;
  }

  /** Asks the open question again, over a connection that opened anew. */
  retryPendingResume(): boolean {
    this.#probe?.ask();
    return this.#probe !== null;
  }

  /** Forgets turns and questions, without cancelling anything on the server. */
  resetResumeState(): void {
    this.cancelPendingResume();
    this.#turn = null;
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
  }): Promise<ReadableStream<UIMessageChunk>> {
    const { messages, trigger, messageId, abortSignal } = options;
    const { prepareBody, onRequestBuffered } = this.#options;
    const asked = { messages, trigger, ...(messageId === undefined ? {} : { messageId }) };
    const body = { messages, trigger, ...(await prepareBody?.(asked)), ...options.body };
    abortSignal?.throwIfAborted();
    const id = nanoid(ID_LENGTH);
    this.#active.add(id);
    const sent = this.agent.send(requestFrame(id, JSON.stringify(body))) !== false;
    if (!sent && trigger === "submit-message") onRequestBuffered?.(messages.at(-1)?.id);
    if (this.#cancelOnClientAbort) {
      abortSignal?.addEventListener("abort", () => {
        if (this.#active.has(id)) this.agent.send(cancelFrame(id));
      });
    }
    return this.#follow(id, sent, abortSignal);
  }

  /** Resolves with the answer under way, from its beginning, or `null` when there is none. */
  reconnectToStream(options: {
    chatId: string;
    abortSignal?: AbortSignal;
  }): Promise<ReadableStream<UIMessageChunk> | null> {
    if (this.#probe || options.abortSignal?.aborted) return Promise.resolve(null);
    const { promise, resolve } = Promise.withResolvers<ReadableStream<UIMessageChunk> | null>();
    const probeId = nanoid(ID_LENGTH);
    const listening = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = (stream: ReadableStream<UIMessageChunk> | null = null) => {
      clearTimeout(timer);
      listening.abort();
      this.#probe = null;
      resolve(stream);
    };
    const wait = (milliseconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => settle(), milliseconds);
    };
    const ask = () => {
      wait(PROBE_TIMEOUT_MS);
      this.agent.send(resumeRequestFrame(probeId));
    };
    const hear = (event: MessageEvent) => {
      const frame = typeof event.data === "string" ? parseFrame(event.data) : undefined;
      const ours = frame?.probeId === undefined || frame.probeId === probeId;
      if (!frame || !ours) return;
      if (frame.type === ChatMessageType.CF_AGENT_STREAM_RESUME_NONE) settle();
      if (frame.type === ChatMessageType.CF_AGENT_STREAM_PENDING) wait(PENDING_TIMEOUT_MS);
      if (frame.type === ChatMessageType.CF_AGENT_STREAM_RESUMING && typeof frame.id === "string") {
        settle(this.#resume(frame.id, options.abortSignal));
      }
    };
    this.#probe = { ask, settle };
    this.agent.addEventListener("message", hear, { signal: listening.signal });
    options.abortSignal?.addEventListener("abort", () => settle(), { signal: listening.signal });
    ask();
    return promise;
  }

  /** Accepts an offered stream. Listens first: the replay may come at once. */
  #resume(id: string, signal: AbortSignal | undefined): ReadableStream<UIMessageChunk> {
    this.#active.add(id);
    const stream = this.#follow(id, true, signal);
    this.agent.send(resumeAckFrame(id));
    return stream;
  }

  #follow(
    requestId: string,
    sent: boolean,
    signal: AbortSignal | undefined,
  ): ReadableStream<UIMessageChunk> {
    this.#turn = requestId;
    return followRequest({
      agent: this.agent,
      requestId,
      sent,
      signal,
      onEnd: () => {
        this.#active.delete(requestId);
        this.handleServerTurnCompleted(requestId);
      },
      onLost: () => this.#active.delete(requestId),
    });
  }
}
