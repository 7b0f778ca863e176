/** A part of a message; `UIMessagePart` of the AI SDK is one. */
export interface SessionMessagePart {
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
export interface SessionMessage {
  id: string;
  role: string;
  parts: SessionMessagePart[];
  metadata?: unknown;
  createdAt?: Date;
}

/** A message that a search found. */
export interface SearchResult {
  id: string;
  role: string;
  /** The text of its text parts. */
  content: string;
  createdAt?: string;
  sessionId?: string;
}

/** A range of messages that reads show as one summary. */
export interface StoredCompaction {
  id: string;
  summary: string;
  fromMessageId: string;
  toMessageId: string;
  /** ISO 8601. */
  createdAt: string;
}

/** What is known of a stored message without its content. */
export interface SessionRowStat {
  id: string;
  role: string;
  /** Bytes of its rows, and of its payloads as a read gives them. */
  bytes: number;
  /** About how many tokens it costs, as estimated when it was written. */
  tokenEstimate: number;
}

/** The newest messages of a path. */
export interface RecentHistoryResult {
  /** From old to new; the newest message at least. */
  messages: SessionMessage[];
  /** Whether older ones were left out. */
  truncated: boolean;
  /** Bytes of the whole path. */
  totalContentBytes: number;
}

/** What became of an append or upsert. */
export interface AppendResult {
  /** False when there was a message with this id. */
  inserted: boolean;
  /** The message as it is stored. */
  message: SessionMessage;
}

/** What is told after each write. */
export type SessionChangeEvent =
  | {
      type: "append";
      sessionId: string;
      message: SessionMessage;
      /** As it was given. */
      parentId?: string | null;
      /** False when there was a message with this id, which stays as it is. */
      inserted: boolean;
    }
  | { type: "update"; sessionId: string; message: SessionMessage }
  | { type: "delete"; sessionId: string; messageIds: string[] }
  | { type: "clear"; sessionId: string }
  /** A range was compacted by the session's own function. */
  | { type: "compact"; sessionId: string }
  /** A message came from elsewhere, at its own place: read the path anew instead of adding it. */
  | { type: "import"; sessionId: string; message: SessionMessage; parentId: string | null }
  /** A compaction was stored directly. */
  | { type: "compaction"; sessionId: string; compaction: StoredCompaction };

export type SessionChangeListener = (event: SessionChangeEvent) => void | Promise<void>;

/** Which path is read, and how. */
export interface HistoryReadOptions {
  /** The path that ends here instead of at the newest message. */
  leafId?: string | null;
  /** Ends the read between messages; it throws the signal's reason. */
  signal?: AbortSignal;
  /** From new to old. Who stops early leaves the older messages unread. */
  newestFirst?: boolean;
}

/** Options of a read in batches. */
export interface HistoryBatchReadOptions extends HistoryReadOptions {
  /** Most messages a batch. Default 50. */
  batchSize?: number;
  /** Most bytes of JSON a batch; a larger message comes alone. Default 4 MiB. */
  maxBatchBytes?: number;
}

/** Options of a `Sessions` capability. */
export interface SessionsOptions {
  /** Keys of a message's metadata that only the server may write. Default: none. */
  readonly reservedMetadataKeys?: readonly string[];
}

/** Whose message is written. */
export interface WriteOptions {
  /** `"client"`: not to be trusted; reserved keys of its metadata are removed. Default `"server"`. */
  source?: "client" | "server";
}

/** Where a message goes. */
export interface AppendOptions extends WriteOptions {
  /**
   * The message it answers. Left out: the newest one. `null`, or one that this session does not
   * have: none, it begins a tree of its own.
   */
  parentId?: string | null;
}

/** Turns messages into a summary of a range of them; null when there is nothing to compact. */
export type CompactionFunction = (messages: SessionMessage[]) => Promise<CompactResult | null>;

/** A range of messages and what stands for it. */
export interface CompactResult {
  /** First message of the range. */
  fromMessageId: string;
  /** Last message of the range. */
  toMessageId: string;
  summary: string;
}

/** How a host keeps messages in memory in step with a session. */
export interface SessionMirrorOptions<M extends { id: string }> {
  /** The messages in memory; asked for at each change. */
  get(): M[];
  /** Takes the messages that are left after a deletion. */
  set(messages: M[]): void;
  /** A stored message as it is kept in memory. Default: as it is. */
  transform?(message: SessionMessage): M;
  /** Return true for a change that was dealt with. */
  intercept?(event: SessionChangeEvent): boolean | Promise<boolean>;
  /** Told after `message` took its place; `previous` is what was there. */
  onApplied?(
    event: Extract<SessionChangeEvent, { type: "append" | "update" }>,
    message: M,
    previous: M | undefined,
  ): void;
}

/** Beginning of the ids of messages that stand for a compacted range. */
export const COMPACTION_PREFIX = "compaction_";

/** Whether a message stands for a compacted range. */
export function isCompactionMessage(msg: SessionMessage): boolean {
  return isCompactionId(msg.id);
}

export function isCompactionId(id: string): boolean {
  return id.startsWith(COMPACTION_PREFIX);
}
