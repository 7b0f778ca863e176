import { FreeholdError } from "../errors.ts";
import { readAll, readHistory, readHistoryBatches, readRecent } from "./history.ts";
import { checkMessage } from "./message.ts";
import { mirrorOf } from "./mirror.ts";
import type { SessionReader } from "./reader.ts";
import { type SessionSync, sessionSync } from "./sync.ts";
import type {
  AppendOptions,
  AppendResult,
  CompactionFunction,
  CompactResult,
  HistoryBatchReadOptions,
  HistoryReadOptions,
  RecentHistoryResult,
  SearchResult,
  SessionMessage,
  SessionMirrorOptions,
  SessionRowStat,
  StoredCompaction,
  WriteOptions,
} from "./types.ts";
import { type SessionRoom, SessionWrites } from "./writes.ts";

const DEFAULT_LIMIT = 20;

/**
 * One conversation: a tree of messages, of which the path to the newest is the active one. Reads show
 * compacted ranges as their summaries; what is stored stays as it was written.
 *
 * Methods throw FreeholdError `invalid_message`, `invalid_session_read` or `invalid_session_write` for
 * what they cannot take, and the `TypeError` of `JSON.stringify` for a message that JSON cannot carry.
 */
export class Session {
  readonly sessionId: string;
  readonly #room: SessionRoom;
  readonly #reader: SessionReader;
  readonly #writes: SessionWrites;

  /** @internal Made by `Sessions.session()`. */
  constructor(sessionId: string, room: SessionRoom) {
    this.sessionId = sessionId;
    this.#room = room;
    this.#reader = room.store.reader;
    this.#writes = new SessionWrites(sessionId, room);
  }

  /** Sets the function with which {@link compact} summarises. */
  onCompaction(fn: CompactionFunction): this {
    this.#writes.compactWith(fn);
    return this;
  }

  /**
   * Compacts after an append, once the active path costs more than this many tokens by estimate.
   * Needs a function from {@link onCompaction}. A compaction that fails fails no append.
   */
  compactAfter(tokenThreshold: number): this {
    if (typeof tokenThreshold !== "number" || Number.isNaN(tokenThreshold)) {
      throw invalid("write", "The threshold of a compaction must be a number of tokens");
    }
    this.#writes.compactAfter(tokenThreshold);
    return this;
  }

  /** Keeps messages in memory in step with this session; returns what ends it. */
  mirror<M extends { id: string }>(options: SessionMirrorOptions<M>): () => void {
    return this.#room.feed.subscribe(mirrorOf(this.sessionId, options));
  }

  /** The messages of a path from old to new, one in memory at a time. */
  async *history(
    options: HistoryReadOptions = {},
  ): AsyncGenerator<SessionMessage, void, undefined> {
    await this.#room.ready();
    yield* readHistory(this.#reader, this.sessionId, options);
  }

  /** The messages of a path in arrays bounded by count and bytes. */
  async *historyBatches(
    options: HistoryBatchReadOptions = {},
  ): AsyncGenerator<SessionMessage[], void, undefined> {
    await this.#room.ready();
    yield* readHistoryBatches(this.#reader, this.sessionId, options);
  }

  /** All messages of a path at once. */
  async getHistory(options: HistoryReadOptions = {}): Promise<SessionMessage[]> {
    await this.#room.ready();
    return readAll(this.#reader, this.sessionId, options);
  }

  /** The newest messages of a path whose bytes fit into `maxContentBytes`; the newest at least. */
  async getRecentHistory(
    maxContentBytes: number,
    { leafId }: Pick<HistoryReadOptions, "leafId"> = {},
  ): Promise<RecentHistoryResult> {
    await this.#room.ready();
    return readRecent(this.#reader, this.sessionId, maxContentBytes, leafId);
  }

  /** What is known of the stored messages of a path, without their content. */
  async getHistoryRowStats(leafId?: string | null): Promise<SessionRowStat[]> {
    await this.#room.ready();
    const rows = this.#reader.stats(this.sessionId, leafId);
    return rows.map(({ bytes, id, role, tokenEstimate }) => ({ id, role, bytes, tokenEstimate }));
  }

  async getMessage(id: string): Promise<SessionMessage | null> {
    await this.#room.ready();
    return this.#reader.read(this.sessionId, id) ?? null;
  }

  /** The newest message, at which the active path ends. */
  async getLatestLeaf(): Promise<SessionMessage | null> {
    await this.#room.ready();
    const leaf = this.#reader.leafId(this.sessionId);
    return leaf === undefined ? null : (this.#reader.read(this.sessionId, leaf) ?? null);
  }

  /** The messages that answer one, in the order in which they came. */
  async getBranches(messageId: string): Promise<SessionMessage[]> {
    await this.#room.ready();
    return this.#reader
      .children(this.sessionId, messageId)
      .map((id) => this.#reader.read(this.sessionId, id))
      .filter((message) => message !== undefined);
  }

  /**
   * Messages with the words of `query` beside each other in their text parts, the best first. The
   * index is made by the first search.
   *
   * @param options `limit`: at most so many; default 20.
   */
  async search(
    query: string,
    { limit = DEFAULT_LIMIT }: { limit?: number } = {},
  ): Promise<SearchResult[]> {
    if (typeof query !== "string") throw invalid("read", "A search needs a text to search for");
    if (!Number.isInteger(limit)) throw invalid("read", "The limit must be an integer");
    await this.#room.ready();
    return this.#room.store.search(this.sessionId, query, limit);
  }

  /**
   * Adds a message. One with the same id stays as it is, and is given back with `inserted: false`.
   * The summary of a compacted range is shown by reads and never stored: it is left out.
   */
  async appendMessage(message: SessionMessage, options: AppendOptions = {}): Promise<AppendResult> {
    checkMessage(message);
    await this.#room.ready();
    const { after, result } = this.#writes.append(message, options);
    await this.#writes.finish(after);
    return result;
  }

  /** Replaces a message; null when there is none with its id. One that is the same is no change. */
  async updateMessage(
    message: SessionMessage,
    options: WriteOptions = {},
  ): Promise<SessionMessage | null> {
    checkMessage(message);
    await this.#room.ready();
    const { after, result } = this.#writes.update(message, options);
    await this.#writes.finish(after);
    return result;
  }

  /** Replaces a message, or adds it. */
  async upsertMessage(message: SessionMessage, options: AppendOptions = {}): Promise<AppendResult> {
    checkMessage(message);
    await this.#room.ready();
    const { after, result } = this.#writes.upsert(message, options);
    await this.#writes.finish(after);
    return result;
  }

  /** @internal Reads and writes at once, for the SDK's own rooms with a transaction of theirs. */
  __DO_NOT_USE_WILL_BREAK__sync(): SessionSync {
    return sessionSync(this.sessionId, this.#room, this.#writes);
  }

  /**
   * Adds a message of another place as it was there, at its own place and time. Nothing happens when
   * there is one with its id.
   *
   * @param options `createdAt` is in milliseconds since the Unix epoch.
   */
  async importMessage(
    message: SessionMessage,
    { createdAt, parentId = null }: { parentId: string | null; createdAt: number },
  ): Promise<void> {
    checkMessage(message);
    if (!Number.isFinite(createdAt)) {
      throw invalid("write", "createdAt must be a time in milliseconds");
    }
    await this.#room.ready();
    const { store } = this.#room;
    const at = Math.trunc(createdAt);
    if (!store.import(this.sessionId, message, parentId, at)) return;
    await this.#writes.tell({ type: "import", sessionId: this.sessionId, message, parentId });
  }

  /** Deletes messages. Those that answer them answer the nearest message above that stays. */
  async deleteMessages(messageIds: string[]): Promise<void> {
    if (!Array.isArray(messageIds) || messageIds.some((id) => typeof id !== "string")) {
      throw invalid("write", "A deletion needs an array of ids");
    }
    await this.#room.ready();
    await this.#writes.finish(this.#writes.delete(messageIds).after);
  }

  /** Deletes all messages and compactions. */
  async clearMessages(): Promise<void> {
    await this.#room.ready();
    await this.#writes.finish(this.#writes.clear().after);
  }

  /** Has reads show a summary instead of a range of messages, which stay stored. */
  async addCompaction(
    summary: string,
    fromMessageId: string,
    toMessageId: string,
  ): Promise<StoredCompaction> {
    if ([summary, fromMessageId, toMessageId].some((text) => typeof text !== "string")) {
      throw invalid("write", "A compaction needs a summary and the ids of two messages");
    }
    await this.#room.ready();
    const compaction = this.#writes.addCompaction({ summary, fromMessageId, toMessageId });
    await this.#writes.tell({ type: "compaction", sessionId: this.sessionId, compaction });
    return compaction;
  }

  async getCompactions(): Promise<StoredCompaction[]> {
    await this.#room.ready();
    return this.#reader.compactions(this.sessionId);
  }

  /**
   * Has the function of {@link onCompaction} summarise a path, and reads show what it gives. Null when
   * it gives nothing, gives a range that is not on the path, or throws.
   *
   * @param leafId The path that ends here instead of at the newest message.
   * @throws FreeholdError `no_compaction_function`
   */
  async compact(leafId?: string | null): Promise<CompactResult | null> {
    return this.#writes.compact(leafId);
  }
}

function invalid(what: "read" | "write", message: string): FreeholdError {
  return new FreeholdError(`invalid_session_${what}`, message);
}
