/**
 * One conversation in one tab, outside React: what the server says besides the answers that the AI SDK
 * itself reads. It takes up answers under way, shows those that others asked for, and carries the tab's
 * own over broken connections.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { AgentConnection } from "../transport/connection.ts";
import { type ClientFrame, frameOf } from "../transport/frames.ts";
import type { FollowedRequest } from "../transport/request-stream.ts";
import type { WebSocketChatTransport } from "../transport/websocket-chat-transport.ts";
import {
  ChatMessageType,
  type ChatResponseFrame,
  CLEAR_FRAME,
  cancelFrame,
  isUIMessage,
  messagesFrame,
  readResponse,
} from "../wire.ts";
import { findUpdated, mergeSnapshot, withMessage, withoutCopies } from "./conversation.ts";
import { Resumption } from "./resumption.ts";
import {
  idleOwner,
  isSameView,
  QUIET,
  type SessionOwner,
  type SessionView,
} from "./session-types.ts";
import { ShownMessages } from "./shown.ts";
import { resultsOf, type ToolResults, withResults } from "./tool-results.ts";
import { isPending, toolPart } from "./tools.ts";
import { type ChatTurnEndEvent, TurnEnds } from "./turn-ends.ts";
import { type EndedRequest, TurnsUnderWay } from "./turns-under-way.ts";
import type { Watched } from "./watched.ts";

const AWAITED = { kind: "continuation", hasStarted: false } as const;

/** See the module's note. One a chat; it outlives the sockets under it. */
export class ChatSession<M extends UIMessage> {
  /** Messages that wait for the socket to open. */
  readonly buffered = new Set<string>();
  /** Messages that did not arrive: they are shown until they are sent again. */
  readonly undelivered = new Set<string>();
  /** The newest render's handlers. */
  owner: SessionOwner<M> = idleOwner();
  /** Whether the agent is to go on after a tool of this tab. */
  expectsContinuation = false;
  /** Results of tools that the transcript does not have yet. */
  results: ToolResults = new Map();
  /** Messages that another tab's turns, or the agent's own, said last. */
  readonly foreign: ReadonlySet<string>;
  readonly #transport: WebSocketChatTransport<M>;
  readonly #turns: TurnsUnderWay<M>;
  readonly #resumption: Resumption<M>;
  readonly #ends = new TurnEnds();
  readonly #listeners = new Set<() => void>();
  #agent: AgentConnection;
  #heldEnds: readonly ChatTurnEndEvent[] = [];
  #view: SessionView = QUIET;
  #error: Error | undefined;
  #isRecovering = false;
  /** Id of the request whose turn is, or was last, being recovered. */
  #recovered: string | undefined;
  /** Grows with every change of the transcript that is heard of. */
  version = 0;
  #snapshot: { readonly version: number; readonly ids: ReadonlySet<string> } | null = null;

  /** The messages that the page has shown. */
  readonly shown = new ShownMessages();

  /** @param lacksHistory whether something may be stored that was not fetched so far */
  constructor(transport: WebSocketChatTransport<M>, agent: AgentConnection, lacksHistory: boolean) {
    this.#transport = transport;
    this.#agent = agent;
    this.#turns = new TurnsUnderWay(transport, this);
    this.foreign = this.#turns.foreign;
    this.#resumption = new Resumption(this.#turns, this.#ends, this, lacksHistory);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getView = (): SessionView => this.#view;

  /** Listens to a connection; the returned function lets go of it. */
  attach(agent: AgentConnection): () => void {
    const listening = new AbortController();
    const on = { signal: listening.signal };
    if (agent !== this.#agent) this.#resumption.closed();
    this.#agent = agent;
    this.#transport.setAgent(agent);
    this.#turns.moveTo(agent);
    const hear = (event: MessageEvent) => {
      const frame = frameOf(event);
      if (frame) this.#receive(frame);
    };
    agent.addEventListener("message", hear, on);
    agent.addEventListener("close", () => this.#resumption.closed(), on);
    agent.addEventListener("open", () => this.#resumption.opened(), on);
    // Strict mode attaches twice in a row; only what stays asks.
    queueMicrotask(() => {
      if (!listening.signal.aborted) this.#resumption.attached();
    });
    return () => {
      listening.abort();
      this.#resumption.cancel();
    };
  }

  send(data: string): void {
    this.#agent.send(data);
  }

  /** The transport sent a request. */
  follow(followed: FollowedRequest, messages: readonly M[]): void {
    this.#turns.follow(followed, messages, ++this.version);
    for (const { id } of messages) this.undelivered.delete(id);
    this.#error = undefined;
    this.expectsContinuation = false;
    this.#resumption.cancel();
    this.publish();
  }

  /** Takes up an answer under way; resolves when it is known whether there is one. */
  resume(): Promise<void> {
    return new Promise((resolve) => this.#resumption.ask(resolve));
  }

  /** Ends everything under way, here and on the server. */
  stop(): void {
    this.#turns.stop((end) => this.owner.onFinish(end));
    // What waits for its next attempt, or to go on after this tab's tool, has no answer under way.
    const waiting = [
      this.#isRecovering ? this.#recovered : undefined,
      this.expectsContinuation ? this.#resumption.awaited : undefined,
    ];
    for (const id of waiting) if (id !== undefined) this.send(cancelFrame(id));
    this.expectsContinuation = false;
    this.#resumption.cancel();
    this.publish();
  }

  /** Empties the conversation here, in the agent and in all tabs. */
  clear(): void {
    this.#forget();
    this.send(CLEAR_FRAME);
  }

  /** Stores messages in the agent. */
  push(messages: readonly M[]): void {
    this.version++;
    this.send(messagesFrame(messages));
  }

  /** A tool's result or a decision of this tab, which was sent. `goesOn`: the agent goes on after it. */
  addResult(toolCallId: string, change: Readonly<Record<string, unknown>>, goesOn: boolean): void {
    this.results = new Map(this.results).set(toolCallId, change);
    this.#error = undefined;
    const last = withResults(this.owner.chat.messages(), this.results).at(-1);
    const waits = last?.parts.some((part) => {
      const call = toolPart(part);
      return call && isPending(call);
    });
    if (goesOn && !waits) this.expectsContinuation = true;
    this.#resumption.askForContinuation();
    this.publish();
  }

  clearError(): void {
    this.#error = undefined;
    this.publish();
  }

  /** Whether the AI SDK's stream ended because its turn was handed over, and not with it. */
  takesFinish(): boolean {
    return this.#turns.takesFinish();
  }

  /** The AI SDK is at rest: what had to wait for that. */
  settle(): void {
    const { chat } = this.owner;
    const messages = chat.messages();
    const settled = withResults(withoutCopies(messages), this.results);
    if (settled !== messages) chat.setMessages(() => settled);
    const ends = this.#heldEnds;
    this.#heldEnds = [];
    for (const end of ends) this.owner.onTurnEnd?.(end);
  }

  /** The connection ended for good. */
  giveUp(): void {
    this.#turns.giveUp();
    this.expectsContinuation = false;
    this.#resumption.cancel();
    this.publish();
  }

  /** Words came: nothing is being recovered any more. */
  onWords(): void {
    this.#isRecovering = false;
  }

  onFailed(error: Error): void {
    this.#error = error;
  }

  /** A turn that the session showed has ended. */
  onEnded({ assembly, isStopped, kind }: Watched, { outcome }: ChatResponseFrame): void {
    if (kind === "continuation") this.expectsContinuation = false;
    if (outcome !== "recovering") this.#isRecovering = false;
    if (kind === "other" || isStopped) return;
    const end = { message: assembly.message, isAbort: outcome === "aborted", error: this.#error };
    this.owner.onFinish(end);
  }

  #receive(frame: ClientFrame): void {
    if (this.#resumption.hear(frame)) return;
    const response = readResponse(frame);
    if (response) this.#respond(response);
    else if (frame.type === ChatMessageType.CF_AGENT_CHAT_MESSAGES) {
      if (Array.isArray(frame.messages)) this.#show(frame.messages.filter(isUIMessage) as M[]);
    } else if (frame.type === ChatMessageType.CF_AGENT_MESSAGE_UPDATED) {
      if (isUIMessage(frame.message)) this.#update(frame.message as M);
    } else if (frame.type === ChatMessageType.CF_AGENT_CHAT_CLEAR) this.#forget();
    else if (frame.type === ChatMessageType.CF_AGENT_CHAT_RECOVERING) {
      this.#isRecovering = frame.recovering === true;
      this.#recovered = typeof frame.id === "string" ? frame.id : undefined;
      this.publish();
    } else if (frame.type === ChatMessageType.CF_AGENT_STREAM_RESUMING) {
      const { id } = frame;
      if (typeof id === "string") this.#resumption.offered(id);
    }
  }

  #respond(response: ChatResponseFrame): void {
    const { id, done, replay } = response;
    const isOwn = this.#turns.readerOf(id) === "own";
    const isNew = !this.#ends.has(id);
    const ended = this.#turns.takeOwn(response);
    if (!isOwn && isNew) this.#turns.watch(response);
    const end = this.#ends.take(response);
    const { status } = this.owner.chat;
    const isReading = isOwn && (status === "submitted" || status === "streaming");
    if (end && isReading) this.#heldEnds = [...this.#heldEnds, end];
    else if (end) this.owner.onTurnEnd?.(end);
    if (done) {
      this.version++;
      for (const messageId of response.messageIds ?? []) this.buffered.delete(messageId);
      if (ended && response.outcome === "skipped") this.#takeBack(ended);
      // It ended while this tab did not listen.
      if (replay && isNew) void this.#resumption.catchUp();
      this.#resumption.turnEnded();
      this.#resumption.askForContinuation();
    }
    this.publish();
  }

  /** The server refused a request: the messages that it does not have go. */
  #takeBack({ messageIds, version }: EndedRequest): void {
    const { ids, version: told = 0 } = this.#snapshot ?? {};
    if (!ids || told <= version) return;
    const isGone = ({ id }: M) => messageIds.includes(id) && !ids.has(id);
    this.owner.chat.setMessages((local) => local.filter((message) => !isGone(message)));
  }

  #show(snapshot: readonly M[]): void {
    this.#snapshot = { version: ++this.version, ids: new Set(snapshot.map(({ id }) => id)) };
    this.#turns.keep(snapshot);
    const { answers, sent } = this.#turns;
    const waiting = new Set([...sent, ...this.buffered, ...this.undelivered]);
    const isKept = ({ id }: M) => answers.has(id) || waiting.has(id);
    this.owner.chat.setMessages((local) => mergeSnapshot(local, snapshot, isKept));
  }

  #update(update: M): void {
    this.version++;
    const id = findUpdated(this.owner.chat.messages(), update)?.id ?? update.id;
    if (this.#turns.answers.has(id)) {
      this.results = new Map([...this.results, ...resultsOf(update)]);
      this.#turns.mend(this.results);
      this.publish();
    } else this.owner.chat.setMessages((local) => withMessage(local, { ...update, id }));
  }

  /** Takes what the agent has stored. */
  showStored(stored: readonly M[]): void {
    this.results = new Map();
    this.#show(stored);
    this.publish();
  }

  #forget(): void {
    for (const id of this.#turns.forget()) this.#ends.end(id);
    this.owner.chat.setMessages(() => []);
    this.buffered.clear();
    this.undelivered.clear();
    this.results = new Map();
    this.#error = undefined;
    this.#isRecovering = false;
    this.expectsContinuation = false;
    this.version++;
    this.publish();
  }

  /** Tells what has changed, if anything. */
  publish(): void {
    const { turn, isOtherStreaming } = this.#turns.state;
    const view: SessionView = {
      isRecovering: this.#isRecovering,
      turn: turn ?? (this.expectsContinuation ? AWAITED : null),
      isOtherStreaming,
      results: this.results,
      error: this.#error,
    };
    if (isSameView(view, this.#view)) return;
    this.#view = view;
    for (const listener of [...this.#listeners]) listener();
  }
}
