/**
 * The conversation: in memory, in the session, and in every open tab.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { SyncWrite } from "../sessions/sync.ts";
import type { SessionMessage } from "../sessions/types.ts";
import { type ClientView, type CopyOrigin, clientView } from "./client-view.ts";
import type { ChatHost } from "./host.ts";
import { autoTransformMessage } from "./migration/legacy-messages.ts";
import { Places } from "./places.ts";
import { reconcileMessages } from "./reconcile.ts";
import { sanitizeMessage } from "./sanitize.ts";
import { differ, Superseded } from "./superseded.ts";
import { transcriptResponse } from "./transcript-response.ts";
import { isUIMessage, messagesFrame } from "./wire.ts";

/** How a change is stored and told. */
export interface PersistOptions {
  /** Ids of connections that know already. */
  readonly without?: readonly string[];
  /** Id of the connection whose view they are: those that are known as they are stay unwritten. */
  readonly by?: string;
  /**
   * When every given message is known already, delete the known ones that are not given: this is
   * how a client takes back an answer, or edits what it asked.
   */
  readonly deleteStale?: boolean;
  /** Of those, only these are deleted; default: all. */
  readonly replaces?: ReadonlySet<string> | undefined;
  /** Places kept for new messages, by message id. */
  readonly places?: ReadonlyMap<string, number>;
  /** Ids of further messages to delete. */
  readonly remove?: readonly string[];
}

/** Keeps the agent's `messages`, the stored transcript and the tabs in step. */
export class History {
  readonly #host: ChatHost;
  /** Changes that were made here, which the mirror need not apply. */
  readonly #own = new WeakSet<object>();
  readonly #places: Places;
  readonly #superseded: Superseded;
  /** Id of the answer under way. */
  #underWay: string | undefined;
  /** What the turn that begins must not see: messages behind its place. */
  #hidden: { readonly from: number; messages: readonly UIMessage[] } | undefined;
  #era = 0;

  constructor(host: ChatHost) {
    this.#host = host;
    this.#places = new Places(host.session);
    this.#superseded = new Superseded(host.sql);
  }

  /** Grows each time the conversation is emptied: an answer of an earlier era is not stored. */
  get era(): number {
    return this.#era;
  }

  /** All messages in memory, those that the present turn does not see included. */
  get all(): UIMessage[] {
    return [...this.#host.messages, ...(this.#hidden?.messages ?? [])];
  }

  /** Takes the newest stored messages into memory, and follows the session from now on. */
  load(): void {
    this.#read();
    this.#host.mirror({
      get: () => this.#host.messages,
      set: (messages) => {
        this.#host.messages = messages;
      },
      transform: (message) => autoTransformMessage(message as unknown as UIMessage),
      intercept: (event) => {
        if (this.#own.has(event)) return true;
        this.#places.forget();
        if (event.type === "append" || event.type === "update" || event.type === "delete") {
          return false;
        }
        this.#read();
        return true;
      },
    });
  }

  /**
   * Keeps a place behind everything stored so far, and with it all places up to `upTo`, which an
   * earlier life has kept: what is stored from now on stands behind them.
   */
  reserve(upTo = 0): number {
    for (;;) {
      const place = this.#host.session.reserve();
      if (place >= upTo) return place;
    }
  }

  /** The place of the answer to a message of an earlier life: right behind it, or at the end. */
  placeBehind(id: string | undefined): number {
    const free = id === undefined ? undefined : this.#host.session.placeBehind(id);
    return free ?? this.reserve();
  }

  /**
   * Stores messages, beside the ones there are, and shows the conversation to the tabs.
   *
   * @throws SqlError when the database refuses, or what the agent's sanitizer throws; then nothing
   *   has changed
   */
  persist(incoming: readonly UIMessage[], options: PersistOptions = {}): void {
    this.within(() => this.write(incoming, options))();
  }

  /** Runs `body` in a transaction; when that fails, what was remembered of it is forgotten. */
  within<T>(body: () => T): T {
    try {
      return this.#host.transaction(body);
    } catch (error) {
      this.#host.session.abandon();
      this.#places.forget();
      throw error;
    }
  }

  /** Stores in the caller's transaction. What is returned shows it, and is called afterwards. */
  write(incoming: readonly UIMessage[], options: PersistOptions = {}): () => void {
    const { by, without = [], deleteStale = false, remove = [] } = options;
    const { session, settings } = this.#host;
    const clean = untrimmed(incoming, settings, this.#places).map((message) =>
      cleaned(this.#host, message),
    );
    const stale = [...remove, ...(deleteStale ? this.#stale(clean, options.replaces) : [])];
    const known = new Map(this.all.map((message) => [message.id, message]));
    const writes: SyncWrite<unknown>[] = [];
    for (const message of clean) {
      const before = known.get(message.id);
      if (by !== undefined && before && isSame(before, message)) continue;
      if (!before) this.#superseded.returned(message.id);
      else if (differ(before, message)) this.#superseded.replaced(before, by);
      writes.push(put(session, message, options.places?.get(message.id)));
    }
    this.#superseded.gone(stale, by);
    const removed = new Set([...stale, ...this.#beyondLimit(stale)]);
    if (removed.size > 0) writes.push(session.delete([...removed]));
    this.#noted(writes);
    return () => {
      this.#show(this.#merged(clean).filter(({ id }) => !removed.has(id)));
      this.#tell(writes);
      this.#host.broadcast(messagesFrame(this.all), [...without]);
    };
  }

  /** Stores one message that is known already. Tells no tab. */
  update(message: UIMessage): void {
    const clean = cleaned(this.#host, message);
    const write = this.#host.session.upsert(clean as unknown as SessionMessage);
    this.#noted([write]);
    this.#show(this.#merged([clean]));
    this.#tell([write]);
  }

  /** Stores an answer that is still under way. It is no part of the conversation yet. */
  checkpoint(message: UIMessage, place: number): void {
    const write = put(this.#host.session, cleaned(this.#host, message), place);
    this.#noted([write]);
    this.#tell([write]);
  }

  /** An answer is under way, or no longer. */
  underWay(id: string | undefined): void {
    this.#underWay = id;
  }

  /** The conversation in memory up to a place. */
  upTo(place: number): UIMessage[] {
    const isBehind = this.#places.behind(place);
    return this.all.filter((message) => !isBehind(message));
  }

  /** A stored message. */
  read(id: string): UIMessage | undefined {
    const message = this.#host.session.read(id);
    return message && readable(id, message);
  }

  /**
   * What is taken of a client's copy of the conversation. A `trusted` one is taken as it is, but for
   * results of tools that are known better here.
   */
  viewOf(given: readonly UIMessage[], from: CopyOrigin): ClientView {
    const { all: messages } = this;
    const copy = untrimmed(given, this.#host.settings, this.#places);
    if (this.#host.settings.clientTranscripts === "trusted") {
      const taken = reconcileMessages(copy, messages, { keepsAnswers: from.asked !== undefined });
      return { messages: taken, isWhole: true, isCurrent: true };
    }
    const known = { messages, underWay: this.#underWay, superseded: this.#superseded };
    return clientView(copy, known, from);
  }

  /** Deletes everything, in the caller's transaction. What is returned is called afterwards. */
  clear(by?: string): () => void {
    const ids = this.#host.session.places().map(({ id }) => id);
    this.#superseded.gone(ids, by);
    const write = this.#host.session.clear();
    this.#noted([write]);
    return () => {
      this.#underWay = undefined;
      this.#era++;
      this.#hidden = undefined;
      this.#host.messages = [];
      this.#tell([write]);
    };
  }

  /** Runs `body` while the conversation ends before a place: a turn sees what it answers. */
  async asOf<T>(place: number, body: () => Promise<T>): Promise<T> {
    const isBehind = this.#places.behind(place);
    if (!this.#host.messages.some(isBehind)) return body();
    const { era } = this;
    this.#hidden = { from: place, messages: this.#host.messages.filter(isBehind) };
    this.#host.messages = this.#host.messages.filter((message) => !isBehind(message));
    try {
      return await body();
    } finally {
      if (era === this.era) {
        const all = this.#places.sorted(this.all);
        this.#hidden = undefined;
        this.#host.messages = all;
      }
    }
  }

  /** The stored conversation as `application/json`, read as it is consumed. */
  response(): Response {
    const ids = this.#host.session.places().map(({ id }) => id);
    return transcriptResponse(ids, (id) => this.read(id));
  }

  #read(): void {
    const { emit, session, settings } = this.#host;
    const budget = settings.hydrationByteBudget;
    const isBounded = budget > 0 && Number.isFinite(budget);
    const recent = isBounded ? session.recent(budget) : undefined;
    const stored = recent?.messages ?? session.all();
    this.#places.forget();
    this.#host.messages = stored.flatMap((message) => readable(message.id, message) ?? []);
    if (!recent?.truncated) return;
    const { totalContentBytes } = recent;
    const hydratedMessages = stored.length;
    emit("chat:hydration:windowed", { totalContentBytes, budgetBytes: budget, hydratedMessages });
  }

  #stale(write: readonly UIMessage[], replaces?: ReadonlySet<string>): string[] {
    const kept = new Set(write.map((message) => message.id));
    const known = this.#places.all;
    if (kept.size === 0 || ![...kept].every((id) => known.has(id))) return [];
    // Tabs are shown what is in memory: what is stored before that is not missing in their copies.
    const shown = new Set(this.all.map(({ id }) => id));
    const isBehind = this.#places.behind(Math.min(...[...kept].map((id) => known.get(id) ?? 0)));
    const isStale = (id: string) => !kept.has(id) && id !== this.#underWay;
    return [...known.keys()].filter(
      (id) => isStale(id) && (shown.has(id) || isBehind({ id })) && replaces?.has(id) !== false,
    );
  }

  /** The oldest messages beyond the limit, once `removed` are gone. */
  #beyondLimit(removed: readonly string[]): string[] {
    const limit = this.#host.settings.maxPersistedMessages;
    if (limit === undefined) return [];
    const gone = new Set(removed);
    const left = this.#host.session.places().filter(({ id }) => !gone.has(id));
    return left.slice(0, Math.max(0, left.length - limit)).map(({ id }) => id);
  }

  #noted(writes: readonly SyncWrite<unknown>[]): void {
    for (const { event } of writes) if (event) this.#own.add(event);
    if (writes.length > 0) this.#places.forget();
  }

  /** Listeners are told one after the other; nobody waits for them here. */
  #tell(writes: readonly SyncWrite<unknown>[]): void {
    for (const write of writes) write.after().catch((error) => this.#host.failed(error));
  }

  #merged(write: readonly UIMessage[]): UIMessage[] {
    const written = new Map(write.map((message) => [message.id, message]));
    const known = this.all.map((message) => written.get(message.id) ?? message);
    const ids = new Set(known.map((message) => message.id));
    const added = [...written.values()].filter((message) => !ids.has(message.id));
    return added.length > 0 ? this.#places.sorted([...known, ...added]) : known;
  }

  /** Takes the conversation into memory, for the present turn only as far as it sees. */
  #show(messages: UIMessage[]): void {
    const hidden = this.#hidden;
    if (!hidden) {
      this.#host.messages = messages;
      return;
    }
    const isBehind = this.#places.behind(hidden.from);
    hidden.messages = messages.filter(isBehind);
    this.#host.messages = messages.filter((message) => !isBehind(message));
  }
}

/** A message as it is stored. */
function cleaned({ sanitize }: ChatHost, message: UIMessage): UIMessage {
  return sanitize(sanitizeMessage(message));
}

/**
 * Messages without those that the limit has deleted, which copies still have: whatever stands before
 * the first that is stored.
 */
function untrimmed(
  messages: readonly UIMessage[],
  { maxPersistedMessages }: ChatHost["settings"],
  places: Places,
): readonly UIMessage[] {
  if (maxPersistedMessages === undefined) return messages;
  const first = messages.findIndex(({ id }) => places.all.has(id));
  return first > 0 ? messages.slice(first) : messages;
}

/** Stores a message, a new one at its place if it has one. */
function put(
  session: ChatHost["session"],
  message: UIMessage,
  place: number | undefined,
): SyncWrite<unknown> {
  const stored = message as unknown as SessionMessage;
  return place === undefined ? session.upsert(stored) : session.place(stored, place);
}

function isSame(one: UIMessage, other: UIMessage): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A stored message in today's form; undefined, with a warning, when it is none. */
function readable(id: string, message: SessionMessage): UIMessage | undefined {
  const current = autoTransformMessage(message as unknown as UIMessage);
  if (isUIMessage(current)) return current;
  console.warn(
    `[AIChatAgent] Skipping invalid message ${id}: missing or malformed id, role, or parts`,
  );
  return undefined;
}
