import { type PathItem, planPath, summaryMessage } from "./overlay.ts";
import type { SessionReader } from "./reader.ts";
import type {
  HistoryBatchReadOptions,
  HistoryReadOptions,
  RecentHistoryResult,
  SessionMessage,
} from "./types.ts";

const DEFAULT_BATCH = 50;
const DEFAULT_BATCH_BYTES = 4 * 1024 * 1024;
/** Ids that a walk from new to old takes at once. */
const IDS_AT_ONCE = 32;
const encoder = new TextEncoder();

/** What a read of a path gives, from old to new. */
export function itemsOf(
  reader: SessionReader,
  sessionId: string,
  leafId?: string | null,
): PathItem[] {
  return planPath(reader.path(sessionId, leafId), reader.compactions(sessionId));
}

/**
 * The messages of a path, one after the other: each is read when it is asked for, so one is in
 * memory at a time. What was deleted meanwhile, or is no message, is left out.
 */
export async function* readHistory(
  reader: SessionReader,
  sessionId: string,
  { leafId, newestFirst = false, signal }: HistoryReadOptions,
): AsyncGenerator<SessionMessage, void, undefined> {
  const items =
    newestFirst && reader.compactions(sessionId).length === 0
      ? walkUp(reader, sessionId, leafId)
      : planned(reader, sessionId, leafId, newestFirst);
  signal?.throwIfAborted();
  for (const item of items) {
    const message = messageAt(reader, sessionId, item);
    if (message) yield message;
    signal?.throwIfAborted();
  }
}

/** All of a path at one moment. */
export function readAll(
  reader: SessionReader,
  sessionId: string,
  { leafId, newestFirst = false, signal }: HistoryReadOptions,
): SessionMessage[] {
  signal?.throwIfAborted();
  return [...planned(reader, sessionId, leafId, newestFirst)]
    .map((item) => messageAt(reader, sessionId, item))
    .filter((message) => message !== undefined);
}

/** The messages of a path in arrays that are bounded by count and by bytes. */
export async function* readHistoryBatches(
  reader: SessionReader,
  sessionId: string,
  options: HistoryBatchReadOptions,
): AsyncGenerator<SessionMessage[], void, undefined> {
  const { batchSize = DEFAULT_BATCH, maxBatchBytes = DEFAULT_BATCH_BYTES, ...read } = options;
  let batch: SessionMessage[] = [];
  let bytes = 0;
  for await (const message of readHistory(reader, sessionId, read)) {
    const size = encoder.encode(JSON.stringify(message)).byteLength;
    if (batch.length > 0 && (batch.length + 1 > batchSize || bytes + size > maxBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** The newest messages of a path whose bytes fit; the newest at least. */
export function readRecent(
  reader: SessionReader,
  sessionId: string,
  maxContentBytes: number,
  leafId: string | null | undefined,
): RecentHistoryResult {
  const stats = reader.stats(sessionId, leafId);
  let bytes = 0;
  const tooOld = stats.findLastIndex((row, index) => {
    bytes += row.bytes;
    return bytes > maxContentBytes && index < stats.length - 1;
  });
  const path = stats.slice(tooOld + 1).map(({ id }) => id);
  const messages = planPath(path, reader.compactions(sessionId))
    .map((item) => messageAt(reader, sessionId, item))
    .filter((message) => message !== undefined);
  return {
    messages,
    truncated: tooOld >= 0,
    totalContentBytes: stats.reduce((sum, row) => sum + row.bytes, 0),
  };
}

function planned(
  reader: SessionReader,
  sessionId: string,
  leafId: string | null | undefined,
  newestFirst: boolean,
): Iterable<PathItem> {
  const items = itemsOf(reader, sessionId, leafId);
  return newestFirst ? items.toReversed() : items;
}

/**
 * From a leaf up, some ids at a time, so that who stops early has read little more. Goes on from the
 * highest message that is still there: what was seen may be deleted meanwhile.
 */
function* walkUp(
  reader: SessionReader,
  sessionId: string,
  leafId: string | null | undefined,
): Iterable<PathItem> {
  const seen = new Set<string>();
  let next: string | null = leafId || (reader.leafId(sessionId) ?? null);
  while (next !== null && !seen.has(next)) {
    const ids = reader.climb(sessionId, next, IDS_AT_ONCE);
    for (const id of ids) {
      seen.add(id);
      yield { kind: "message", id };
    }
    const highest = ids.findLast((id) => reader.has(sessionId, id));
    next = highest === undefined ? null : reader.parentOf(sessionId, highest);
  }
}

function messageAt(
  reader: SessionReader,
  sessionId: string,
  item: PathItem,
): SessionMessage | undefined {
  return item.kind === "summary"
    ? summaryMessage(item.compaction)
    : reader.read(sessionId, item.id);
}
