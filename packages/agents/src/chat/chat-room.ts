/**
 * The chat of one agent: takes its frames and requests, and keeps its parts together.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Connection } from "../connections/types.ts";
import type { DurableObjectCapability } from "../lifecycle/capability.ts";
import type { InternalHandlers } from "../websockets/options.ts";
import type { ClientFrame } from "../wire.ts";
import { Answers } from "./answers.ts";
import { type ChatRequest, readRequest } from "./chat-request.ts";
import { History } from "./history.ts";
import type { ChatHost } from "./host.ts";
import { RequestContext } from "./request-context.ts";
import { Turns } from "./turns.ts";
import type { SaveMessagesOptions, SaveMessagesResult } from "./types.ts";
import {
  ChatMessageType,
  CLEAR_FRAME,
  GET_MESSAGES_PATH,
  isUIMessages,
  responseFrame,
} from "./wire.ts";

/** Frames of features that do not exist here yet. They never reach the agent's `onMessage`. */
const UNSUPPORTED: ReadonlySet<unknown> = new Set([
  "cf_agent_tool_result",
  "cf_agent_tool_approval",
]);
const NOT_SAVED = "Failed to save the message.";

/** A chat as a capability of an agent. */
export class ChatRoom implements DurableObjectCapability {
  readonly capabilityId = "chat";
  readonly history: History;
  /** What the chat does with connections. */
  readonly handlers: InternalHandlers = {
    onAccept: (connection) => this.onAccept(connection),
    onMessage: (connection, message, frame) => this.onMessage(connection, message, frame),
    onClose: (connection) => this.onClose(connection),
  };
  readonly #host: ChatHost;
  readonly #answers: Answers;
  readonly #context: RequestContext;
  readonly #turns: Turns;

  constructor(host: ChatHost) {
    this.#host = host;
    this.history = new History(host);
    this.#answers = new Answers(host);
    this.#context = new RequestContext(host.sql);
    this.#turns = new Turns({
      host,
      history: this.history,
      answers: this.#answers,
      context: this.#context,
    });
  }

  onStart(): void {
    this.history.load();
    this.#context.load();
  }

  onRequest({ request }: { request: Request }): Response | undefined {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const asked = new URL(request.url).pathname.endsWith(`/${GET_MESSAGES_PATH}`);
    return asked ? this.history.response() : undefined;
  }

  onAccept(connection: Connection): void {
    this.#answers.join(connection);
  }

  onClose(connection: Connection): void {
    this.#answers.leave(connection);
  }

  async onMessage(
    connection: Connection,
    _message: unknown,
    frame: ClientFrame | undefined,
  ): Promise<boolean> {
    if (!frame) return false;
    const id = typeof frame.id === "string" ? frame.id : undefined;
    switch (frame.type) {
      case ChatMessageType.CF_AGENT_USE_CHAT_REQUEST:
        if (id !== undefined) await this.#asked(connection, id, frame);
        return true;
      case ChatMessageType.CF_AGENT_CHAT_REQUEST_CANCEL:
        if (id !== undefined) this.#cancel(id);
        return true;
      case ChatMessageType.CF_AGENT_STREAM_RESUME_REQUEST:
        this.#answers.probe(connection, text(frame.probeId));
        return true;
      case ChatMessageType.CF_AGENT_STREAM_RESUME_ACK:
        if (id !== undefined) this.#answers.acknowledge(connection, id);
        return true;
      case ChatMessageType.CF_AGENT_CHAT_CLEAR:
        this.#clear(connection);
        return true;
      case ChatMessageType.CF_AGENT_CHAT_MESSAGES:
        this.#replaced(connection, frame.messages);
        return true;
    }
    if (UNSUPPORTED.has(frame.type)) {
      console.warn(`[AIChatAgent] Ignored a frame of type ${frame.type}: not supported yet`);
      return true;
    }
    return false;
  }

  dispose(): void {
    this.reset();
  }

  /** Stores messages and has the agent answer. See `AIChatAgent.saveMessages`. */
  async save(
    messages: UIMessage[] | ((current: readonly UIMessage[]) => UIMessage[] | Promise<UIMessage[]>),
    options: SaveMessagesOptions = {},
  ): Promise<SaveMessagesResult> {
    const requestId = this.#host.random.id();
    const { extras } = this.#context;
    const run = async (signal: AbortSignal, epoch: number) => {
      const given = typeof messages === "function" ? await messages(this.#host.messages) : messages;
      if (epoch !== this.#turns.queue.epoch) return undefined;
      this.history.persist(given);
      const place = this.history.reserve();
      return this.#turns.run({ requestId, extras, signal, place });
    };
    const end = await this.#turns.enqueue(requestId, run, options.signal);
    return end ? { requestId, ...end } : { requestId, status: "skipped" };
  }

  /** Ends one turn. */
  abort(requestId: string, reason?: unknown): void {
    this.#turns.abort(requestId, reason);
  }

  /** Ends every turn. */
  abortAll(reason?: unknown): void {
    this.#turns.abortAll(reason);
  }

  /** Ends the turn that runs and gives up those that wait. */
  reset(): void {
    this.#turns.queue.reset();
    this.#turns.abortAll("cleared");
    this.#answers.clear();
  }

  /** Resolves when no turn runs or waits. */
  idle(): Promise<void> {
    return this.#turns.queue.idle();
  }

  async #asked(connection: Connection, id: string, frame: ClientFrame): Promise<void> {
    const request = readRequest(frame);
    if (typeof request === "string") {
      this.#refuse(connection, id, request);
      return;
    }
    if (this.#turns.has(id)) {
      console.warn(`[AIChatAgent] Ignored a second request with the id ${id}`);
      return;
    }
    this.#answers.accept(id);
    try {
      await this.#submit(connection, id, request);
    } finally {
      this.#answers.release(id);
    }
  }

  async #submit(connection: Connection, id: string, request: ChatRequest): Promise<void> {
    const { messages, messageIds, extras } = request;
    try {
      const without = [connection.id];
      this.history.persist(messages, { without, fromClient: true, deleteStale: true });
    } catch (error) {
      this.#refuse(connection, id, NOT_SAVED, messageIds);
      throw error;
    }
    const place = this.history.reserve();
    const end = await this.#turns.enqueue(id, (signal) =>
      this.#turns.run({ requestId: id, connection, messageIds, extras, signal, place }),
    );
    if (!end) this.#answers.skip(connection, id, messageIds);
  }

  #cancel(requestId: string): void {
    if (!this.#turns.has(requestId)) return;
    this.#host.emit("message:cancel", { requestId });
    this.#turns.abort(requestId, "cancelled");
  }

  #clear(connection: Connection): void {
    this.reset();
    this.history.clear();
    this.#context.save({});
    this.#host.broadcast(CLEAR_FRAME, [connection.id]);
    this.#host.emit("message:clear", {});
  }

  /** A client gives its view of the conversation; nothing is deleted by it. */
  #replaced(connection: Connection, messages: unknown): void {
    if (!isUIMessages(messages)) {
      console.warn("[AIChatAgent] Ignored malformed messages from a client");
      return;
    }
    this.history.persist(messages, { without: [connection.id], fromClient: true });
  }

  #refuse(connection: Connection, id: string, body: string, messageIds?: readonly string[]): void {
    const end = { id, body, done: true, error: true, outcome: "error", messageIds } as const;
    this.#host.send(connection, responseFrame(end));
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
