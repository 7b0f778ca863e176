import {
  Clock,
  LifecycleCapability,
  SqlRunner,
} from "./shared.js";
/** A part of a message; `UIMessagePart` of the AI SDK is one. */
interface SessionMessagePart {
  type: string;
  text?: string;
  reasoning?: string;
  toolCallId?: string;
  toolName?: string;
  input?: unknown;
  output?: unknown;
  state?: string;
  result?: unknown;
  /** Of a file: the media type of its payload. */
  mediaType?: string;
  /** Of a file: a `data:` URL, or one of another place. */
  url?: string;
  /** Of a file: its name. */
  filename?: string;
}
/** A message; `UIMessage` of the AI SDK is one. Fields that are not named here are kept as well. */
interface SessionMessage {
  id: string;
  role: string;
  parts: SessionMessagePart[];
  metadata?: unknown;
  createdAt?: Date;
}
/** A message that a search found. */
interface SearchResult {
  id: string;
  role: string;
  /** The text of its text parts. */
  content: string;
  createdAt?: string;
  sessionId?: string;
}
/** A range of messages that reads show as one summary. */
interface StoredCompaction {
  id: string;
  summary: string;
  fromMessageId: string;
  toMessageId: string;
  /** ISO 8601. */
  createdAt: string;
}
/** What is known of a stored message without its content. */
interface SessionRowStat {
  id: string;
  role: string;
  /** Bytes of its rows, and of its payloads as a read gives them. */
  bytes: number;
  /** About how many tokens it costs, as estimated when it was written. */
  tokenEstimate: number;
}
/** The newest messages of a path. */
interface RecentHistoryResult {
  /** From old to new; the newest message at least. */
  messages: SessionMessage[];
  /** Whether older ones were left out. */
  truncated: boolean;
  /** Bytes of the whole path. */
  totalContentBytes: number;
}
/** What became of an append or upsert. */
interface AppendResult {
  /** False when there was a message with this id. */
  inserted: boolean;
  /** The message as it is stored. */
  message: SessionMessage;
}
/** What is told after each write. */
type SessionChangeEvent = {
  type: "append";
  sessionId: string;
  message: SessionMessage;
  /** As it was given. */
  parentId?: string | null;
  /** False when there was a message with this id, which stays as it is. */
  inserted: boolean;
} | {
  type: "update";
  sessionId: string;
  message: SessionMessage;
} | {
  type: "delete";
  sessionId: string;
  messageIds: string[];
} | {
  type: "clear";
  sessionId: string;
} |
/** A range was compacted by the session's own function. */
{
  type: "compact";
  sessionId: string;
} |
/** A message came from elsewhere, at its own place: read the path anew instead of adding it. */
{
  type: "import";
  sessionId: string;
  message: SessionMessage;
  parentId: string | null;
} |
/** A compaction was stored directly. */
{
  type: "compaction";
  sessionId: string;
  compaction: StoredCompaction;
};
type SessionChangeListener = (event: SessionChangeEvent) => void | Promise<void>;
/** Which path is read, and how. */
interface HistoryReadOptions {
  /** The path that ends here instead of at the newest message. */
  leafId?: string | null;
  /** Ends the read between messages; it throws the signal's reason. */
  signal?: AbortSignal;
  /** From new to old. Who stops early leaves the older messages unread. */
  newestFirst?: boolean;
}
/** Options of a read in batches. */
interface HistoryBatchReadOptions extends HistoryReadOptions {
  /** Most messages a batch. Default 50. */
  batchSize?: number;
  /** Most bytes of JSON a batch; a larger message comes alone. Default 4 MiB. */
  maxBatchBytes?: number;
}
/** Options of a `Sessions` capability. */
interface SessionsOptions {
  /** Keys of a message's metadata that only the server may write. Default: none. */
  readonly reservedMetadataKeys?: readonly string[];
}
/** Whose message is written. */
interface WriteOptions {
  /** `"client"`: not to be trusted; reserved keys of its metadata are removed. Default `"server"`. */
  source?: "client" | "server";
}
/** Where a message goes. */
interface AppendOptions extends WriteOptions {
  /**
   * The message it answers. Left out: the newest one. `null`, or one that this session does not
   * have: none, it begins a tree of its own.
   */
  parentId?: string | null;
}
/** Turns messages into a summary of a range of them; null when there is nothing to compact. */
type CompactionFunction = (messages: SessionMessage[]) => Promise<CompactResult | null>;
/** A range of messages and what stands for it. */
interface CompactResult {
  /** First message of the range. */
  fromMessageId: string;
  /** Last message of the range. */
  toMessageId: string;
  summary: string;
}
/** How a host keeps messages in memory in step with a session. */
interface SessionMirrorOptions<M extends {
  id: string;
}> {
  /** The messages in memory; asked for at each change. */
  get(): M[];
  /** Takes the messages that are left after a deletion. */
  set(messages: M[]): void;
  /** A stored message as it is kept in memory. Default: as it is. */
  transform?(message: SessionMessage): M;
  /** Return true for a change that was dealt with. */
  intercept?(event: SessionChangeEvent): boolean | Promise<boolean>;
  /** Told after `message` took its place; `previous` is what was there. */
  onApplied?(event: Extract<SessionChangeEvent, {
    type: "append" | "update";
  }>, message: M, previous: M | undefined): void;
}
/** Beginning of the ids of messages that stand for a compacted range. */
declare const COMPACTION_PREFIX = "compaction_";
/** Whether a message stands for a compacted range. */
declare function isCompactionMessage(msg: SessionMessage): boolean;
/** Options of {@link createCompactFunction}. */
interface CompactOptions {
  /** Asks the model; gets a prompt, gives its text. */
  summarize: (prompt: string) => Promise<string>;
  /** Tokens of newest messages that stay as they are. Default 20000. */
  keepRecentTokens?: number;
}
/**
 * A compaction that keeps the first messages and the newest, and has a model summarise what lies
 * between; later ones go on from the summary before. A call of a tool stays with its result.
 *
 * @example
 * session
 *   .onCompaction(createCompactFunction({ summarize: (prompt) => ask(model, prompt) }))
 *   .compactAfter(80_000);
 */
declare function createCompactFunction({ keepRecentTokens, summarize }: CompactOptions): CompactionFunction;
/**
 * Payloads inside of messages: which are stored apart, and what stands in their place. Pure.
 *
 * @module
 */
/** Bytes that a message carries, by their SHA-256. */
interface Payload {
  readonly hash: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
/** A payload as it is read back. */
interface ReadPayload {
  readonly mediaType: string;
  readonly base64: string;
}
/**
 * Payloads by their hash, each stored once. A payload is there as long as a message refers to it.
 */
declare class Attachments {
  #private;
  constructor(sql: () => SqlRunner);
  /** The media type under which bytes are stored; undefined when they are not. */
  typeOf(hash: string): string | undefined;
  /** Makes a message refer to these payloads and to no others. */
  refer(sessionId: string, messageId: string, payloads: readonly Payload[]): void;
  /** Lets go of everything that a session refers to. */
  clear(sessionId: string): void;
  /** Reads payloads that a message refers to; others are none of its business. */
  readerFor(sessionId: string, messageId: string): (hash: string) => ReadPayload | undefined;
}
/**
 * Messages as a tree, by the id of the one that each answers. Pure.
 *
 * @module
 */
/** A message and the one it answers. */
interface Node {
  readonly id: string;
  readonly parent: string | null;
}
/** A message as it is written. */
interface NewRow {
  readonly sessionId: string;
  readonly id: string;
  readonly seq: number;
  readonly parent: string | null;
  readonly role: string;
  readonly content: string;
  readonly hash: string;
  readonly tokens: number;
  /** Milliseconds. */
  readonly createdAt: number;
}
/** Where a message stands. */
interface RowHead {
  readonly id: string;
  readonly seq: number;
  readonly parent: string | null;
}
/** A row of a path: a message without its content. */
interface PathRow extends SessionRowStat {
  parent: string | null;
}
/** Messages and compactions as rows. Knows of no rules. */
declare class MessageRows {
  #private;
  constructor(sql: () => SqlRunner);
  createTables(): void;
  head(sessionId: string, id: string): RowHead | undefined;
  /** The newest message whose place is before `seq`. */
  newest(sessionId: string, seq?: number): RowHead | undefined;
  /** Every message of a session and its parent. */
  nodes(sessionId: string): Node[];
  /** The messages above a leaf and itself, in any order; the lowest `limit` of them. */
  above(sessionId: string, leafId: string, limit?: number): Node[];
  /** Like {@link above}, with what is known of each. */
  statsAbove(sessionId: string, leafId: string): PathRow[];
  /** Token estimates of the messages above a leaf and of itself. */
  tokensAbove(sessionId: string, leafId: string): (Node & {
    readonly tokens: number;
  })[];
  /** The ids of the messages that answer one, in the order in which they came. */
  children(sessionId: string, id: string): string[];
  /** Ids of all messages of all sessions, session by session, in order. */
  all(): {
    sessionId: string;
    id: string;
  }[];
  /** A message's JSON, with pointers for its payloads. */
  content(sessionId: string, id: string): string | undefined;
  /** The digest of the JSON; null in rows of versions that kept none. */
  hash(sessionId: string, id: string): string | null | undefined;
  insert(row: NewRow): void;
  update(sessionId: string, id: string, { content, hash, role, tokens }: Pick<NewRow, "content" | "hash" | "role" | "tokens">): void;
  setHash(sessionId: string, id: string, hash: string): void;
  setParent(sessionId: string, { id, parent }: Node): void;
  delete(sessionId: string, id: string): void;
  clear(sessionId: string): void;
  /** Compactions in the order in which they were made. */
  compactions(sessionId: string): StoredCompaction[];
  addCompaction(sessionId: string, { createdAt, ...compaction }: StoredCompaction): void;
}
/**
 * The newest message of each session, kept in memory so that an append need not look at all of
 * them. What is kept is checked against its row before it is believed: a transaction around a write
 * may have been rolled back.
 */
declare class Tails {
  #private;
  constructor(rows: MessageRows);
  leafId(sessionId: string): string | undefined;
  nextSeq(sessionId: string): number;
  tokens(sessionId: string, count: () => number): number;
  /** A message was added. */
  added(sessionId: string, head: RowHead, tokens: number): void;
  forget(sessionId: string): void;
}
/** What a reader reads from. */
interface ReaderParts {
  readonly rows: MessageRows;
  readonly attachments: Attachments;
  readonly tails: Tails;
}
/** The stored sessions of an object, for reading. Every method happens in one turn. */
declare class SessionReader {
  #private;
  constructor({ attachments, rows, tails }: ReaderParts);
  has(sessionId: string, id: string): boolean;
  parentOf(sessionId: string, id: string): string | null;
  /** Ids from a message up, at most `limit`. */
  climb(sessionId: string, id: string, limit: number): string[];
  /** A message as it was written; undefined when there is none, or what is stored is none. */
  read(sessionId: string, id: string): SessionMessage | undefined;
  /** The id of the newest message, which is where the active path ends. */
  leafId(sessionId: string): string | undefined;
  children(sessionId: string, id: string): string[];
  /** For the id of a summary the last message that it stands for; else the id itself. */
  lastOf(sessionId: string, id: string): string;
  /** Ids from the root to a message; without one to the newest. */
  path(sessionId: string, leafId: string | null | undefined): string[];
  /** Like {@link path}, with what is known of each message. */
  stats(sessionId: string, leafId: string | null | undefined): PathRow[];
  compactions(sessionId: string): StoredCompaction[];
  /** About how many tokens a read of the active path costs. */
  tokens(sessionId: string): number;
  /** For the id of a summary the compaction that it stands for. */
  standsFor(sessionId: string, id: string): StoredCompaction | undefined;
}
/** What sessions need of their surroundings. */
interface SessionPorts {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
}
/** What became of an update. */
type UpdateOutcome = "missing" | "unchanged" | "updated";
/**
 * The stored sessions of an object, for writing. Every method happens in one turn, and every write in one
 * transaction.
 */
declare class SessionStore {
  #private;
  readonly reader: SessionReader;
  constructor(ports: () => SessionPorts);
  createTables(): void;
  /**
   * Stores a message, unless there is one with its id.
   *
   * @param parentId Undefined: the newest message; null or unknown: none.
   * @returns the message that is stored, and its token estimate if it is new
   */
  append(sessionId: string, message: SessionMessage, parentId: string | null | undefined): {
    readonly message: SessionMessage;
    readonly tokens: number | undefined;
  };
  /** Stores a message as it was elsewhere; false when there is one with its id. */
  import(sessionId: string, message: SessionMessage, parent: string | null, at: number): boolean;
  update(sessionId: string, message: SessionMessage): UpdateOutcome;
  /** Deletes messages; those that answer them answer what these answered. */
  delete(sessionId: string, ids: readonly string[]): void;
  clear(sessionId: string): void;
  addCompaction(sessionId: string, compaction: StoredCompaction): StoredCompaction;
  search(sessionId: string, query: string, limit: number): SearchResult[];
  /** Forgets what is known of a session: a transaction around a write was rolled back. */
  forget(sessionId: string): void;
}
/**
 * Tells listeners of changes: one change after the other, to one listener after the other, in the
 * order of the writes. A listener that throws stops nothing.
 */
declare class ChangeFeed {
  #private;
  constructor(failed: (event: SessionChangeEvent, error: string) => void);
  subscribe(listener: SessionChangeListener): () => void;
  /** Resolves when all have been told; for a listener's own write, at once. */
  notify(event: SessionChangeEvent): Promise<void>;
}
/** What a session uses. */
interface SessionRoom {
  readonly store: SessionStore;
  readonly feed: ChangeFeed;
  readonly reservedMetadataKeys: readonly string[];
  /** Resolves when the object has started. */
  ready(): Promise<void>;
  emit(type: string, payload: Record<string, unknown>): void;
  /** A compaction that is made now. */
  newCompaction(range: CompactResult): StoredCompaction;
}
/**
 * One conversation: a tree of messages, of which the path to the newest is the active one. Reads show
 * compacted ranges as their summaries; what is stored stays as it was written.
 *
 * Methods throw FreeholdError `invalid_message`, `invalid_session_read` or `invalid_session_write` for
 * what they cannot take, and the `TypeError` of `JSON.stringify` for a message that JSON cannot carry.
 */
declare class Session {
  #private;
  readonly sessionId: string;
  /** @internal Made by `Sessions.session()`. */
  constructor(sessionId: string, room: SessionRoom);
  /** Sets the function with which {@link compact} summarises. */
  onCompaction(fn: CompactionFunction): this;
  /**
   * Compacts after an append, once the active path costs more than this many tokens by estimate.
   * Needs a function from {@link onCompaction}. A compaction that fails fails no append.
   */
  compactAfter(tokenThreshold: number): this;
  /** Keeps messages in memory in step with this session; returns what ends it. */
  mirror<M extends {
    id: string;
  }>(options: SessionMirrorOptions<M>): () => void;
  /** The messages of a path from old to new, one in memory at a time. */
  history(options?: HistoryReadOptions): AsyncGenerator<SessionMessage, void, undefined>;
  /** The messages of a path in arrays bounded by count and bytes. */
  historyBatches(options?: HistoryBatchReadOptions): AsyncGenerator<SessionMessage[], void, undefined>;
  /** All messages of a path at once. */
  getHistory(options?: HistoryReadOptions): Promise<SessionMessage[]>;
  /** The newest messages of a path whose bytes fit into `maxContentBytes`; the newest at least. */
  getRecentHistory(maxContentBytes: number, { leafId }?: Pick<HistoryReadOptions, "leafId">): Promise<RecentHistoryResult>;
  /** What is known of the stored messages of a path, without their content. */
  getHistoryRowStats(leafId?: string | null): Promise<SessionRowStat[]>;
  getMessage(id: string): Promise<SessionMessage | null>;
  /** The newest message, at which the active path ends. */
  getLatestLeaf(): Promise<SessionMessage | null>;
  /** The messages that answer one, in the order in which they came. */
  getBranches(messageId: string): Promise<SessionMessage[]>;
  /**
   * Messages with the words of `query` beside each other in their text parts, the best first. The
   * index is made by the first search.
   *
   * @param options `limit`: at most so many; default 20.
   */
  search(query: string, { limit }?: {
    limit?: number;
  }): Promise<SearchResult[]>;
  /**
   * Adds a message. One with the same id stays as it is, and is given back with `inserted: false`.
   * The summary of a compacted range is shown by reads and never stored: it is left out.
   */
  appendMessage(message: SessionMessage, options?: AppendOptions): Promise<AppendResult>;
  /** Replaces a message; null when there is none with its id. One that is the same is no change. */
  updateMessage(message: SessionMessage, options?: WriteOptions): Promise<SessionMessage | null>;
  /** Replaces a message, or adds it. */
  upsertMessage(message: SessionMessage, options?: AppendOptions): Promise<AppendResult>;
  /** @internal Writes at once, for the SDK's own rooms that write in a transaction of theirs. */
  __DO_NOT_USE_WILL_BREAK__sync(): {
    upsert(message: SessionMessage, options?: AppendOptions): {
      result: AppendResult;
      after: () => Promise<void>;
    };
    abandon(): void;
  };
  /**
   * Adds a message of another place as it was there, at its own place and time. Nothing happens when
   * there is one with its id.
   *
   * @param options `createdAt` is in milliseconds since the Unix epoch.
   */
  importMessage(message: SessionMessage, { createdAt, parentId }: {
    parentId: string | null;
    createdAt: number;
  }): Promise<void>;
  /** Deletes messages. Those that answer them answer the nearest message above that stays. */
  deleteMessages(messageIds: string[]): Promise<void>;
  /** Deletes all messages and compactions. */
  clearMessages(): Promise<void>;
  /** Has reads show a summary instead of a range of messages, which stay stored. */
  addCompaction(summary: string, fromMessageId: string, toMessageId: string): Promise<StoredCompaction>;
  getCompactions(): Promise<StoredCompaction[]>;
  /**
   * Has the function of {@link onCompaction} summarise a path, and reads show what it gives. Null when
   * it gives nothing, gives a range that is not on the path, or throws.
   *
   * @param leafId The path that ends here instead of at the newest message.
   * @throws FreeholdError `no_compaction_function`
   */
  compact(leafId?: string | null): Promise<CompactResult | null>;
}
/**
 * Conversations that survive the object. Most objects have one: `session()`.
 *
 * @example
 * readonly sessions = new Sessions();
 * readonly lifecycle = Lifecycle.install(this).use(this.sessions);
 *
 * async say(text: string) {
 *   const session = this.sessions.session();
 *   const id = crypto.randomUUID();
 *   await session.appendMessage({ id, role: "user", parts: [{ type: "text", text }] });
 *   return session.getHistory();
 * }
 */
declare class Sessions extends LifecycleCapability {
  #private;
  constructor({ reservedMetadataKeys }?: SessionsOptions);
  onStart(): Promise<void>;
  /**
   * The handle of a session, the same one each time. A session begins with its first message.
   *
   * @param sessionId Any text. Default: the empty one.
   */
  session(sessionId?: string): Session;
  /**
   * Calls `listener` after each write, in order; writes wait for it, its own apart. Returns what ends
   * it.
   */
  subscribe(listener: SessionChangeListener): () => void;
}
export {
  type AppendOptions,
  type AppendResult,
  COMPACTION_PREFIX,
  type CompactionFunction,
  type CompactOptions,
  type CompactResult,
  createCompactFunction,
  type HistoryBatchReadOptions,
  type HistoryReadOptions,
  isCompactionMessage,
  type RecentHistoryResult,
  type SearchResult,
  Session,
  type SessionChangeEvent,
  type SessionChangeListener,
  type SessionMessage,
  type SessionMessagePart,
  type SessionMirrorOptions,
  type SessionRowStat,
  Sessions,
  type SessionsOptions,
  type StoredCompaction,
  type WriteOptions,
};