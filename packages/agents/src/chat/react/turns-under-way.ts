/**
 * The turns of a conversation that are under way, as one tab sees them: those that the AI SDK reads, and
 * those that the session shows by itself.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { nanoid } from "nanoid";
import type { FollowedRequest } from "../transport/request-stream.ts";
import type { WebSocketChatTransport } from "../transport/websocket-chat-transport.ts";
import { type ChatResponseFrame, cancelFrame, resumeAckFrame } from "../wire.ts";
import { withMessage } from "./conversation.ts";
import type { SessionFinish, SessionOwner, ShownTurn } from "./session-types.ts";
import { type ToolResults, withResults } from "./tool-results.ts";
import {
  breakWatched,
  goOnWatching,
  startWatching,
  type Watched,
  type WatchedKind,
  watchFrame,
} from "./watched.ts";

/** What the turns need of their session. */
export interface TurnsHost<M extends UIMessage> {
  readonly owner: SessionOwner<M>;
  readonly results: ToolResults;
  /** Whether the agent is to go on after a tool of this tab. */
  readonly expectsContinuation: boolean;
  send(data: string): void;
  /** Words came: nothing is being recovered any more. */
  onWords(): void;
  onFailed(error: Error): void;
  /** A turn that the session showed has ended. */
  onEnded(watched: Watched, response: ChatResponseFrame): void;
}

/** A request of this tab that the AI SDK reads. */
interface OwnRequest {
  readonly followed: FollowedRequest;
  /** Of the user messages it ends with. */
  readonly messageIds: readonly string[];
  /** The message that is gone on with, if any. */
  readonly base: UIMessage | undefined;
  /** Of the transcript, when it was sent. */
  readonly version: number;
  /** Whether the server said that it went wrong; its end is still to come. */
  readonly hasFailed: boolean;
}

/** An own request that ended. */
export type EndedRequest = Pick<OwnRequest, "messageIds" | "version">;

/** See the module's note. */
export class TurnsUnderWay<M extends UIMessage> {
  /** Messages that another tab's turns, or the agent's own, said last. */
  readonly foreign = new Set<string>();
  readonly #transport: WebSocketChatTransport<M>;
  readonly #host: TurnsHost<M>;
  readonly #own = new Map<string, OwnRequest>();
  readonly #watched = new Map<string, Watched>();
  /** Streams that were accepted and have not said what they are. */
  readonly #accepted = new Map<string, WatchedKind>();
  /** What transcripts said of messages under way since their last chunk. */
  readonly #stored = new Map<string, M>();
  /** Ends of the AI SDK's streams that are no ends of turns. */
  #handedOver = 0;

  constructor(transport: WebSocketChatTransport<M>, host: TurnsHost<M>) {
    this.#transport = transport;
    this.#host = host;
  }

  /** What streams that nobody stopped: anything at all, this tab's turn, somebody else's. */
  get state(): {
    readonly isBusy: boolean;
    readonly turn: ShownTurn | null;
    readonly isOtherStreaming: boolean;
  } {
    const running = [...this.#watched.values()].filter(({ isStopped }) => !isStopped);
    const ours = running.findLast(({ kind }) => kind !== "other");
    const asks = [...this.#own.values()].some(({ hasFailed }) => !hasFailed);
    return {
      isBusy: this.#own.size > 0 || running.length > 0,
      turn: asks ? { kind: "own", hasStarted: false } : ours ? turnOf(ours) : null,
      isOtherStreaming: running.some(({ kind, hasStarted }) => kind === "other" && hasStarted),
    };
  }

  /** Ids of the user messages that this tab has sent and that are not answered. */
  get sent(): ReadonlySet<string> {
    return new Set([...this.#own.values()].flatMap(({ messageIds }) => messageIds));
  }

  /** Ids of the messages under way. */
  get answers(): ReadonlySet<string> {
    const own = [...this.#own.values()].map((each) => this.#answerId(each));
    const watched = [...this.#watched.values()].map(({ assembly }) => assembly.message.id);
    return new Set([...own, ...watched].filter((id) => id !== undefined));
  }

  /** Who reads the turn of a request: the AI SDK (`"own"`), the session, or nobody. */
  readerOf(requestId: string): "own" | "session" | undefined {
    if (this.#own.has(requestId)) return "own";
    return this.#watched.has(requestId) ? "session" : undefined;
  }

  /** A request was sent. What the AI SDK reads so far goes on, shown by the session. */
  follow(followed: FollowedRequest, messages: readonly M[], version: number): void {
    for (const [id, own] of this.#own) {
      this.#handOver(id, own, false);
      this.#handedOver++;
    }
    const from = messages.findLastIndex(({ role }) => role !== "user") + 1;
    const messageIds = messages.slice(from).map(({ id }) => id);
    const base = messageIds.length === 0 ? messages.at(-1) : undefined;
    this.#own.set(followed.requestId, { followed, messageIds, base, version, hasFailed: false });
  }

  /** Whether the AI SDK's stream ended because its turn was handed over, and not with it. */
  takesFinish(): boolean {
    if (this.#handedOver === 0) return false;
    this.#handedOver--;
    return true;
  }

  /** A stream was accepted: what comes of it is this tab's. */
  accept(requestId: string): void {
    this.#accepted.set(requestId, this.#host.expectsContinuation ? "continuation" : "own");
  }

  /** Takes a response to a request that the AI SDK reads; what ended, if it did. */
  takeOwn({ id, done, error }: ChatResponseFrame): EndedRequest | undefined {
    const own = this.#own.get(id);
    if (own && error) this.#own.set(id, { ...own, hasFailed: true });
    if (done) this.#own.delete(id);
    return done ? own : undefined;
  }

  /** Takes a response to any other request; whether it belongs to a turn. */
  watch(response: ChatResponseFrame): boolean {
    const { id, done, error } = response;
    const known = this.#watched.get(id);
    if (!known && done && response.body === "") {
      this.#accepted.delete(id);
      this.#transport.handleServerTurnCompleted(id);
      return false;
    }
    const { owner } = this.#host;
    const { watched, chunks, gap, shows } = watchFrame(known ?? this.#begin(response), response);
    this.#watched.set(id, watched);
    this.#transport.observeServerTurn(id);
    this.#transport.appliedChunks.record(id, response.seq);
    if (gap && owner.resume) this.#host.send(resumeAckFrame(id));
    for (const chunk of chunks) {
      if (chunk.type.startsWith("data-")) owner.onData?.(chunk as never);
    }
    if (chunks.length > 0) this.#host.onWords();
    if (shows) this.#show(watched);
    if (error && watched.kind !== "other") {
      this.#host.onFailed(new Error(response.body || "Stream error"));
    }
    if (done) this.#end(watched, response);
    return true;
  }

  /** Takes a transcript: what it says of messages under way counts once they have ended. */
  keep(snapshot: readonly M[]): void {
    const { answers } = this;
    for (const message of snapshot) {
      if (answers.has(message.id)) this.#stored.set(message.id, message);
    }
  }

  /** Puts results of tools into what is shown. */
  mend(results: ToolResults): void {
    for (const [id, watched] of this.#watched) {
      const [message = watched.assembly.message] = withResults([watched.assembly.message], results);
      this.#watched.set(id, { ...watched, assembly: { ...watched.assembly, message } });
    }
  }

  /** Ends everything, here and on the server; what still comes is taken in, without counting. */
  stop(finish: (end: SessionFinish) => void): void {
    const ids = new Set([...this.#own.keys(), ...this.#watched.keys()]);
    if (this.#transport.activeServerTurnId) ids.add(this.#transport.activeServerTurnId);
    for (const id of ids) this.#host.send(cancelFrame(id));
    for (const [id, watched] of this.#watched) {
      const { message } = watched.assembly;
      if (watched.kind !== "other" && !watched.isStopped) finish({ message, isAbort: true });
      this.#watched.set(id, { ...watched, isStopped: true });
    }
    for (const [id, own] of this.#own) this.#handOver(id, own, true);
  }

  /** The connection broke. Returns the requests that were on their way. */
  cut(): string[] {
    for (const [id, watched] of this.#watched) this.#watched.set(id, breakWatched(watched));
    const sent = [...this.#own].filter(([, { followed }]) => followed.sent).map(([id]) => id);
    if (!this.#host.owner.resume) for (const id of sent) this.#own.delete(id);
    return sent;
  }

  /** Goes on over another connection. */
  moveTo(agent: FollowedRequest["agent"]): void {
    for (const { followed } of this.#own.values()) followed.moveTo(agent);
  }

  /** Shows nothing of what the session itself showed any more, but for one request. */
  dropWatched(but?: string): void {
    for (const id of this.#watched.keys()) {
      if (id === but) continue;
      this.#transport.handleServerTurnCompleted(id);
      this.#watched.delete(id);
    }
  }

  /** The user messages that a request of this tab ends with. */
  messagesOf(requestId: string): readonly string[] {
    return this.#own.get(requestId)?.messageIds ?? [];
  }

  /** A request of this tab did not arrive. */
  fail(requestId: string, error: Error): void {
    this.#own.get(requestId)?.followed.release(error);
    this.#own.delete(requestId);
  }

  /** The connection ended for good. */
  giveUp(): void {
    for (const { followed } of this.#own.values()) followed.lose();
    this.#own.clear();
    this.#watched.clear();
  }

  /** Forgets all turns; returns their requests. */
  forget(): string[] {
    const ids = [...this.#own.keys(), ...this.#watched.keys(), ...this.#accepted.keys()];
    for (const { followed } of this.#own.values()) followed.release();
    for (const all of [this.#own, this.#watched, this.#accepted, this.#stored]) all.clear();
    return ids;
  }

  #begin({ id: requestId, continuation }: ChatResponseFrame): Watched {
    const { expectsContinuation, owner, results } = this.#host;
    const expected = continuation && expectsContinuation ? "continuation" : undefined;
    const kind = expected ?? this.#accepted.get(requestId) ?? "other";
    this.#accepted.delete(requestId);
    const messages = withResults(owner.chat.messages(), results);
    const base = continuation ? messages.findLast(({ role }) => role === "assistant") : undefined;
    return startWatching({ requestId, kind, base, fallbackId: `assistant_${nanoid()}` });
  }

  #show({ assembly }: Watched): void {
    const message = assembly.message as M;
    this.#stored.delete(message.id);
    this.#host.owner.chat.setMessages((local) => withMessage(local, message));
  }

  #end(watched: Watched, response: ChatResponseFrame): void {
    const { id } = watched.assembly.message;
    this.#watched.delete(response.id);
    this.#transport.handleServerTurnCompleted(response.id);
    const stored = this.#stored.get(id);
    if (stored) this.#host.owner.chat.setMessages((local) => withMessage(local, stored));
    this.#stored.delete(id);
    if (watched.kind === "other") this.foreign.add(id);
    else this.foreign.delete(id);
    this.#host.onEnded(watched, response);
  }

  #handOver(requestId: string, own: OwnRequest, isStopped: boolean): void {
    const { followed, base } = own;
    const fallbackId = this.#answerId(own) ?? `assistant_${nanoid()}`;
    const start = { requestId, kind: "own", base, fallbackId } as const;
    this.#own.delete(requestId);
    this.#watched.set(requestId, { ...goOnWatching(start, followed.progress), isStopped });
    followed.release();
  }

  /** Id of the message that a request of this tab streams into, if there is one yet. */
  #answerId({ followed, base }: OwnRequest): string | undefined {
    const { chunks } = followed.progress;
    const start = chunks.find((chunk) => chunk.type === "start");
    if (start?.messageId) return start.messageId;
    const last = this.#host.owner.chat.messages().at(-1);
    return base?.id ?? (chunks.length > 0 && last?.role === "assistant" ? last.id : undefined);
  }
}

function turnOf({ kind, hasStarted }: Watched): ShownTurn {
  return { kind: kind === "continuation" ? kind : "own", hasStarted };
}
