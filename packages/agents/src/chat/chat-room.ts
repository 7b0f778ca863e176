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
import { readMessages } from "./chat-request.ts";
import type { ChatHost } from "./host.ts";
import { liftLegacyTables } from "./migration/lift.ts";
import { type ChatParts, createParts } from "./parts.ts";
import { isToolFrame } from "./tools/frames.ts";
import type { ToolRoom } from "./tools/tool-room.ts";
import { lastAnswer } from "./turn-run.ts";
import type { SaveMessagesOptions, SaveMessagesResult } from "./types.ts";
import { ChatMessageType, CLEAR_FRAME, GET_MESSAGES_PATH, messagesFrame } from "./wire.ts";

/** What a turn of the agent's own has besides. */
export interface SaveOptions extends SaveMessagesOptions {
  /** Further fields for `onChatMessage`, in place of those of the last request. */
  readonly body?: Record<string, unknown> | undefined;
  /** Id of the request; default: a new one. */
  readonly requestId?: string;
  /** Keeps the stream of the answer when the turn has ended, to be read by others. */
  readonly keepLog?: boolean;
}

/** A chat as a capability of an agent. */
export class ChatRoom implements DurableObjectCapability {
  readonly capabilityId = "chat";
  /** What the chat does with connections. */
  readonly handlers: InternalHandlers = {
    onAccept: (connection) => this.onAccept(connection),
    onMessage: (connection, message, frame) => this.onMessage(connection, message, frame),
    onClose: (connection) => this.onClose(connection),
  };
  /** @internal The agent. */
  readonly host: ChatHost;
  readonly #host: ChatHost;
  readonly #parts: ChatParts;
  /** Turns of earlier lives, which begin once the agent has started. */
  readonly #held: (() => void)[] = [];
  #isStarted = false;

  constructor(host: ChatHost) {
    this.host = host;
    this.#host = host;
    this.#parts = createParts(
      host,
      (body) => this.#onceStarted(body),
      () => this.noteStarted(),
    );
  }

  /** The conversation. */
  get history() {
    return this.#parts.history;
  }

  /** What clients answer to the calls of the model. */
  get tools(): ToolRoom {
    return this.#parts.tools;
  }

  /** @internal The rooms behind this one. */
  get parts(): ChatParts {
    return this.#parts;
  }

  async onStart(): Promise<void> {
    const { context, history, ledger, log, recovering, recovery, tools } = this.#parts;
    liftLegacyTables(this.#host);
    log.restore();
    history.load();
    context.load();
    const left = ledger.left();
    if (left.length > 0) {
      history.reserve(Math.max(...left.map(({ snapshot }) => snapshot.place ?? 0)));
    }
    for (const turn of left) {
      const { notBefore = 0, recoveryRootRequestId: root } = turn.snapshot;
      await ledger.guard(turn);
      // The task of one that waits comes back to it.
      if (notBefore > this.#host.clock.now()) continue;
      recovering.set(root);
      recovery.revive(turn).catch((error) => this.#host.failed(error));
    }
    if (left.length === 0) recovering.clear();
    tools.start();
  }

  onRequest({ request }: { request: Request }): Response | undefined {
    this.noteStarted();
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const asked = new URL(request.url).pathname.endsWith(`/${GET_MESSAGES_PATH}`);
    return asked ? this.history.response() : undefined;
  }

  onAccept(connection: Connection): void {
    const { answers, recovering } = this.#parts;
    this.noteStarted();
    if (answers.join(connection)) return;
    const frame = recovering.frame();
    if (frame) this.#host.send(connection, frame);
  }

  onClose(connection: Connection): void {
    this.#parts.answers.leave(connection);
    this.tools.leave(connection);
  }

  async onMessage(
    connection: Connection,
    _message: unknown,
    frame: ClientFrame | undefined,
  ): Promise<boolean> {
    this.noteStarted();
    if (!frame) return false;
    const { answers, submits } = this.#parts;
    const id = typeof frame.id === "string" ? frame.id : undefined;
    switch (frame.type) {
      case ChatMessageType.CF_AGENT_USE_CHAT_REQUEST:
        if (id !== undefined) await submits.receive(connection, id, frame);
        return true;
      case ChatMessageType.CF_AGENT_CHAT_REQUEST_CANCEL:
        if (id !== undefined) this.#cancel(id);
        return true;
      case ChatMessageType.CF_AGENT_STREAM_RESUME_REQUEST:
        answers.probe(connection, text(frame.probeId));
        return true;
      case ChatMessageType.CF_AGENT_STREAM_RESUME_ACK:
        if (id !== undefined) answers.acknowledge(connection, id);
        return true;
      case ChatMessageType.CF_AGENT_CHAT_CLEAR:
        this.#clear(connection);
        return true;
      case ChatMessageType.CF_AGENT_CHAT_MESSAGES:
        this.#replaced(connection, frame.messages);
        return true;
    }
    if (!isToolFrame(frame)) return false;
    await this.tools.receive(connection, frame);
    return true;
  }

  dispose(): void {
    this.reset();
    this.#parts.log.clear();
  }

  /** Stores messages and has the agent answer. See `AIChatAgent.saveMessages`. */
  async save(
    messages: UIMessage[] | ((current: readonly UIMessage[]) => UIMessage[] | Promise<UIMessage[]>),
    options: SaveOptions = {},
  ): Promise<SaveMessagesResult> {
    this.noteIfStarted();
    const { context, history, runner, turns } = this.#parts;
    const { requestId = this.#host.random.id(), keepLog } = options;
    const extras = withBody(context.extras, options.body);
    const how = { trigger: "save-messages", admission: turns.admission } as const;
    const run = async (signal: AbortSignal, epoch: number) => {
      const given = typeof messages === "function" ? await messages(this.#host.messages) : messages;
      if (epoch !== turns.queue.epoch) return undefined;
      const [show, turn] = history.within(() => {
        const shown = history.write(given);
        const asked = { ...how, requestId, extras, signal, keepLog, place: history.reserve() };
        return [shown, runner.accept(asked, { messages: given })] as const;
      });
      show();
      return runner.run(turn);
    };
    return resultOf(requestId, await turns.enqueue(requestId, run, options.signal));
  }

  /** Goes on with the last answer. See `AIChatAgent.continueLastTurn`. */
  async continueLast(
    body: Record<string, unknown> | undefined,
    options: SaveMessagesOptions = {},
  ): Promise<SaveMessagesResult> {
    this.noteIfStarted();
    const { context, history, runner, turns } = this.#parts;
    if (!lastAnswer(history.all)) return { requestId: "", status: "skipped" };
    const requestId = this.#host.random.id();
    const extras = withBody(context.extras, body);
    const how = { trigger: "continue-last-turn", admission: turns.admission } as const;
    const run = async (signal: AbortSignal) => {
      if (!lastAnswer(history.all)) return undefined;
      const place = history.reserve();
      return runner.run({ ...how, requestId, extras, signal, place, continuation: true });
    };
    return resultOf(requestId, await turns.enqueue(requestId, run, options.signal));
  }

  /** Ends one turn. */
  abort(requestId: string, reason?: unknown): void {
    const { recovery, turns } = this.#parts;
    if (turns.has(requestId)) turns.abort(requestId, reason);
    else recovery.cancel(requestId);
  }

  /** Ends every turn. */
  abortAll(reason?: unknown): void {
    this.#parts.turns.abortAll(reason);
    this.#parts.recovery.cancel();
  }

  /** Ends the turn that runs and gives up those that wait. */
  reset(): void {
    const { answers, submits, turns } = this.#parts;
    turns.queue.reset();
    turns.abortAll("cleared");
    submits.reset();
    this.tools.reset();
    answers.clear();
  }

  #cancel(requestId: string): void {
    const { ledger, recovery, turns } = this.#parts;
    if (this.tools.stopContinuation(requestId)) return;
    const isPutOff = !turns.has(requestId) && recovery.cancel(requestId);
    if (!turns.has(requestId) && !isPutOff) return;
    this.#host.emit("message:cancel", { requestId });
    // A crash before the turn has ended does not bring it back.
    ledger.cancel(requestId);
    turns.abort(requestId, "cancelled");
  }

  #clear(connection: Connection): void {
    if (this.#host.isReadonly(connection)) {
      this.#correct(connection);
      return;
    }
    const { context, history, ledger, log, recovery, terminal } = this.#parts;
    this.reset();
    const show = history.within(() => {
      ledger.clear();
      recovery.clear();
      terminal.clear();
      log.clear();
      context.clear();
      return history.clear(connection.id);
    });
    show();
    this.#host.broadcast(CLEAR_FRAME, [connection.id]);
    this.#host.emit("message:clear", {});
  }

  /** A client gives its view of the conversation; nothing is deleted by it. */
  #replaced(connection: Connection, given: unknown): void {
    const messages = readMessages(given);
    if (!messages) {
      console.warn("[AIChatAgent] Ignored malformed messages from a client");
      return;
    }
    const { id: by } = connection;
    const view = this.#host.isReadonly(connection)
      ? undefined
      : this.history.viewOf(messages, { by });
    if (view) this.history.persist(view.messages, { without: [by], by });
    if (!view?.isCurrent) this.#correct(connection);
  }

  /** Shows a tab the conversation as it is, where its own is another and stays so. */
  #correct(connection: Connection): void {
    this.#host.send(connection, messagesFrame(this.history.all));
  }

  /**
   * An event came or a task runs, so the agent has started: what waited for that takes its place
   * among the turns, before what the event asks for.
   */
  noteStarted(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const go of this.#held.splice(0)) go();
    this.#parts.turns.tellLeft().catch((error) => this.#host.failed(error));
  }

  /** Somebody calls the agent. While it starts that is the agent itself, and nothing may wait. */
  noteIfStarted(): void {
    if (this.#host.isStarted()) this.noteStarted();
  }

  /**
   * Runs `body` once the agent has started. Until then it has no place among the turns: a turn that
   * the start itself waits for would wait for it.
   */
  #onceStarted<T>(body: () => Promise<T>): Promise<T> {
    if (this.#isStarted) return body();
    const { promise, reject, resolve } = Promise.withResolvers<T>();
    this.#held.push(() => void body().then(resolve, reject));
    return promise;
  }
}

function withBody<Extras extends { readonly body?: unknown }>(
  extras: Extras,
  body: Record<string, unknown> | undefined,
): Extras {
  return body === undefined ? extras : { ...extras, body };
}

function resultOf(
  requestId: string,
  end: { readonly status: "completed" | "error" | "aborted"; readonly error?: string } | undefined,
): SaveMessagesResult {
  return end ? { requestId, ...end } : { requestId, status: "skipped" };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
