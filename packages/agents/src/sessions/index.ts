export { type CompactOptions, createCompactFunction } from "./compact.ts";
export { Session } from "./session.ts";
export { Sessions } from "./sessions.ts";
export {
  type AppendOptions,
  type AppendResult,
  COMPACTION_PREFIX,
  type CompactionFunction,
  type CompactResult,
  type HistoryBatchReadOptions,
  type HistoryReadOptions,
  isCompactionMessage,
  type RecentHistoryResult,
  type SearchResult,
  type SessionChangeEvent,
  type SessionChangeListener,
  type SessionMessage,
  type SessionMessagePart,
  type SessionMirrorOptions,
  type SessionRowStat,
  type SessionsOptions,
  type StoredCompaction,
  type WriteOptions,
} from "./types.ts";
