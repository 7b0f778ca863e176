/**
 * The conversation: in memory, in the database, and in every open tab.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { ChatHost } from "./host.ts";
import { reconcileMessages } from "./reconcile.ts";
import { sanitizeMessage } from "./sanitize.ts";
import { Transcript } from "./transcript.ts";
import { messagesFrame } from "./wire.ts";

/** How a change is stored and told. */
export interface PersistOptions {
  /** Ids of connections that know already. */
  readonly without?: readonly string[];
  /** The messages are a client's view, which may be old: what is known here wins over it. */
  readonly fromClient?: boolean;
  /**
   * When every given message is known already, delete the known ones that are not given: this is
   * how a client takes back an answer, or edits what it asked.
   */
  readonly deleteStale?: boolean;
  /** Places kept for new messages, by message id. */
  readonly places?: ReadonlyMap<string, number>;
}

/** Keeps the agent's `messages`, the stored transcript and the tabs in step. */
export class History {
  readonly #host: ChatHost;
  readonly #transcript: Transcript;
  /** Id of the answer under way, of which only a part is stored. */
  #partial: string | undefined;
  #era = 0;

  constructor(host: ChatHost) {
    this.#host = host;
    this.#transcript = new Transcript(host);
  }

  /** Grows each time the conversation is emptied: an answer of an earlier era is not stored. */
  get era(): number {
    return this.#era;
  }

  /** Takes the newest stored messages into memory. */
  load(): void {
    this.#host.messages = this.#transcript.load(this.#host.hydrationByteBudget);
  }

  /** Keeps a place behind everything stored so far. */
  reserve(): number {
    return this.#transcript.reserve();
  }

  /**
   * Stores messages, beside the ones there are, and shows the conversation to the tabs.
   *
   * @throws SqlError when the database refuses, or what the agent's sanitizer throws; then nothing
   *   has changed
   */
  persist(incoming: readonly UIMessage[], options: PersistOptions = {}): void {
    const { without = [], fromClient = false, deleteStale = false, places } = options;
    const given = fromClient ? reconcileMessages(incoming, this.#host.messages) : incoming;
    const write = given.map((message) => this.#cleaned(message));
    const stale = deleteStale ? this.#stale(write) : [];
    this.#transcript.commit({ write, remove: stale, ...(places ? { places } : {}) });
    const removed = new Set([...stale, ...this.#trim()]);
    this.#host.messages = this.#merged(write).filter((message) => !removed.has(message.id));
    this.#host.broadcast(messagesFrame(this.#host.messages), [...without]);
  }

  /** Stores an answer that is still under way, so that a crash leaves what was said so far. */
  savePartial(message: UIMessage, place: number): void {
    this.#partial = message.id;
    const places = new Map([[message.id, place]]);
    this.#transcript.commit({ write: [this.#cleaned(message)], places });
  }

  /** The answer under way has ended, whatever became of it. */
  endPartial(): void {
    this.#partial = undefined;
  }

  /** Deletes everything. */
  clear(): void {
    this.#partial = undefined;
    this.#era++;
    this.#transcript.clear();
    this.#host.messages = [];
  }

  /** The stored conversation, without an answer under way, as `application/json`. */
  response(): Response {
    const body = this.#transcript.json((id) => id !== this.#partial);
    return new Response(body, { headers: { "content-type": "application/json" } });
  }

  #cleaned(message: UIMessage): UIMessage {
    return this.#host.sanitize(sanitizeMessage(message));
  }

  #stale(write: readonly UIMessage[]): string[] {
    const kept = new Set(write.map((message) => message.id));
    if (kept.size === 0 || ![...kept].every((id) => this.#transcript.has(id))) return [];
    return this.#transcript.ids().filter((id) => !kept.has(id) && id !== this.#partial);
  }

  #trim(): readonly string[] {
    const limit = this.#host.maxPersistedMessages;
    if (limit === undefined) return [];
    const remove = this.#transcript.ids().slice(0, -limit || undefined);
    if (remove.length > 0) this.#transcript.commit({ remove });
    return remove;
  }

  #merged(write: readonly UIMessage[]): UIMessage[] {
    const written = new Map(write.map((message) => [message.id, message]));
    const known = this.#host.messages.map((message) => written.get(message.id) ?? message);
    const ids = new Set(known.map((message) => message.id));
    const added = [...written.values()].filter((message) => !ids.has(message.id));
    return this.#transcript.sorted([...known, ...added]);
  }
}
