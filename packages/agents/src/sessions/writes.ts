import { FreeholdError, messageOf } from "../errors.ts";
import type { SessionStore } from "./core.ts";
import type { ChangeFeed } from "./feed.ts";
import { itemsOf, readAll } from "./history.ts";
import { rangeOf } from "./overlay.ts";
import { sanitizeMessage, withoutReserved } from "./sanitize.ts";
import {
  type AppendOptions,
  type AppendResult,
  type CompactionFunction,
  type CompactResult,
  isCompactionMessage,
  type SessionChangeEvent,
  type SessionMessage,
  type StoredCompaction,
  type WriteOptions,
} from "./types.ts";

/** What a session uses. */
export interface SessionRoom {
  readonly store: SessionStore;
  readonly feed: ChangeFeed;
  readonly reservedMetadataKeys: readonly string[];
  /** Resolves when the object has started. */
  ready(): Promise<void>;
  emit(type: string, payload: Record<string, unknown>): void;
  /** A compaction that is made now. */
  newCompaction(range: CompactResult): StoredCompaction;
}

/** What follows a write: events, and the listeners. */
export type After = { readonly emit?: () => void; readonly event?: SessionChangeEvent };

/** A write that happened, and what follows it. */
export interface Written<Result> {
  readonly result: Result;
  readonly after: After;
}

/** Writes of one session: what is stored happens at once, what follows is for {@link finish}. */
export class SessionWrites {
  readonly #sessionId: string;
  readonly #room: SessionRoom;
  #compaction: CompactionFunction | undefined;
  #threshold: number | undefined;
  #compacting = false;

  constructor(sessionId: string, room: SessionRoom) {
    this.#sessionId = sessionId;
    this.#room = room;
  }

  compactWith(compaction: CompactionFunction): void {
    this.#compaction = compaction;
  }

  compactAfter(tokens: number): void {
    this.#threshold = tokens;
  }

  /** Adds a message, unless there is one with its id, or it is the summary of a range. */
  append(message: SessionMessage, options: AppendOptions): Written<AppendResult> {
    if (isCompactionMessage(message)) return { result: { inserted: false, message }, after: {} };
    const sessionId = this.#sessionId;
    const { parentId } = options;
    const received = this.#received(message, options);
    const stored = this.#room.store.append(sessionId, received, parentId);
    const { tokens: tokenEstimate } = stored;
    const inserted = tokenEstimate !== undefined;
    const told = { sessionId, messageId: message.id, tokenEstimate };
    const place = parentId === undefined ? {} : { parentId };
    return {
      result: { inserted, message: stored.message },
      after: {
        ...(inserted ? { emit: () => this.#room.emit("session:message:appended", told) } : {}),
        event: { type: "append", sessionId, message: stored.message, ...place, inserted },
      },
    };
  }

  /** Replaces a message; null when there is none with its id. */
  update(message: SessionMessage, options: WriteOptions): Written<SessionMessage | null> {
    if (isCompactionMessage(message)) return { result: null, after: {} };
    const sessionId = this.#sessionId;
    const received = this.#received(message, options);
    const outcome = this.#room.store.update(sessionId, received);
    if (outcome === "missing") return { result: null, after: {} };
    if (outcome === "unchanged") return { result: received, after: {} };
    const told = { sessionId, messageId: message.id };
    return {
      result: received,
      after: {
        emit: () => this.#room.emit("session:message:updated", told),
        event: { type: "update", sessionId, message: received },
      },
    };
  }

  /** Replaces a message, or adds it. */
  upsert(message: SessionMessage, options: AppendOptions): Written<AppendResult> {
    const { reader } = this.#room.store;
    if (isCompactionMessage(message) || !reader.has(this.#sessionId, message.id)) {
      return this.append(message, options);
    }
    const { after, result } = this.update(message, options);
    return { result: { inserted: false, message: result ?? message }, after };
  }

  /** Replaces a message, or adds it at a place that was kept for it. */
  place(message: SessionMessage, seq: number): Written<AppendResult> {
    const { reader } = this.#room.store;
    const sessionId = this.#sessionId;
    if (isCompactionMessage(message) || reader.has(sessionId, message.id)) {
      return this.upsert(message, {});
    }
    const received = this.#received(message, {});
    const tokenEstimate = this.#room.store.place(sessionId, received, seq);
    const told = { sessionId, messageId: message.id, tokenEstimate };
    return {
      result: { inserted: true, message: received },
      after: {
        emit: () => this.#room.emit("session:message:appended", told),
        event: { type: "append", sessionId, message: received, inserted: true },
      },
    };
  }

  /** Deletes messages. */
  delete(messageIds: string[]): Written<undefined> {
    const sessionId = this.#sessionId;
    this.#room.store.delete(sessionId, messageIds);
    const emit = () =>
      this.#room.emit("session:messages:deleted", { sessionId, count: messageIds.length });
    return {
      result: undefined,
      after: {
        ...(messageIds.length > 0 ? { emit } : {}),
        event: { type: "delete", sessionId, messageIds },
      },
    };
  }

  /** Deletes all messages and compactions. */
  clear(): Written<undefined> {
    const sessionId = this.#sessionId;
    this.#room.store.clear(sessionId);
    return {
      result: undefined,
      after: {
        emit: () => this.#room.emit("session:cleared", { sessionId }),
        event: { type: "clear", sessionId },
      },
    };
  }

  addCompaction(range: CompactResult): StoredCompaction {
    const { emit, newCompaction, store } = this.#room;
    const sessionId = this.#sessionId;
    const compaction = store.addCompaction(sessionId, newCompaction(range));
    emit("session:compacted", { sessionId, compactionId: compaction.id });
    return compaction;
  }

  /** Has the session's function summarise a path. @throws FreeholdError `no_compaction_function` */
  async compact(leafId?: string | null): Promise<CompactResult | null> {
    if (!this.#compaction) {
      throw new FreeholdError(
        "no_compaction_function",
        "No compaction function registered. Call onCompaction() first.",
      );
    }
    await this.#room.ready();
    const { reader } = this.#room.store;
    const sessionId = this.#sessionId;
    const leaf = leafId ?? reader.leafId(sessionId) ?? null;
    const given = await this.#summarise(readAll(reader, sessionId, { leafId: leaf }));
    if (!given) return null;
    // The session may have changed while the model was thinking.
    const shown = itemsOf(reader, sessionId, leaf);
    const range = rangeOf(given, reader.path(sessionId, leaf), shown);
    if (!range) return null;
    const result = { ...range, summary: given.summary };
    this.addCompaction(result);
    await this.tell({ type: "compact", sessionId });
    return result;
  }

  /** What follows a write that has been committed. */
  async finish({ emit, event }: After): Promise<void> {
    emit?.();
    if (event) await this.tell(event);
    if (event?.type === "append" && event.inserted) await this.#compactIfLarge();
  }

  async tell(event: SessionChangeEvent): Promise<void> {
    await this.#room.feed.notify(event);
  }

  async #summarise(messages: SessionMessage[]): Promise<CompactResult | undefined> {
    try {
      const given = await this.#compaction?.(messages);
      return typeof given?.summary === "string" ? given : undefined;
    } catch (error) {
      console.error("[Sessions] compaction failed:", messageOf(error));
      const sessionId = this.#sessionId;
      this.#room.emit("session:error", { sessionId, error: messageOf(error) });
      return undefined;
    }
  }

  /** A message as it is stored. */
  #received(message: SessionMessage, { source }: WriteOptions): SessionMessage {
    const clean = sanitizeMessage(message);
    return source === "client" ? withoutReserved(clean, this.#room.reservedMetadataKeys) : clean;
  }

  async #compactIfLarge(): Promise<void> {
    const { reader } = this.#room.store;
    if (this.#threshold === undefined || !this.#compaction || this.#compacting) return;
    if (reader.tokens(this.#sessionId) <= this.#threshold) return;
    this.#compacting = true;
    try {
      await this.compact();
    } finally {
      this.#compacting = false;
    }
  }
}
