import {
  AppendOptions,
  AppendResult,
  COMPACTION_PREFIX,
  CompactionFunction,
  CompactResult,
  HistoryBatchReadOptions,
  HistoryReadOptions,
  isCompactionMessage,
  RecentHistoryResult,
  SearchResult,
  Session,
  SessionChangeEvent,
  SessionChangeListener,
  SessionMessage,
  SessionMessagePart,
  SessionMirrorOptions,
  SessionRowStat,
  Sessions,
  SessionsOptions,
  StoredCompaction,
  WriteOptions,
} from "./shared.js";
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