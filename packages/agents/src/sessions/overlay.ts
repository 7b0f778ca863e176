/**
 * Which messages a read of a path gives where ranges of it were compacted. Pure.
 *
 * @module
 */

import { COMPACTION_PREFIX, type SessionMessage, type StoredCompaction } from "./types.ts";

/** What is given at one place: a message, or the summary of a range. */
export type PathItem =
  | { readonly kind: "message"; readonly id: string }
  | { readonly kind: "summary"; readonly compaction: StoredCompaction };

/**
 * The items of a path (from old to new). A compaction counts where both of its ends lie on the path,
 * in order; of two that begin at the same message the later one counts; one that begins inside of
 * another is not seen.
 */
export function planPath(
  path: readonly string[],
  compactions: readonly StoredCompaction[],
): PathItem[] {
  const place = new Map(path.map((id, index) => [id, index]));
  const byStart = new Map<number, { end: number; compaction: StoredCompaction }>();
  for (const compaction of compactions) {
    const start = place.get(compaction.fromMessageId);
    const end = place.get(compaction.toMessageId);
    if (start === undefined || end === undefined || end < start) continue;
    byStart.set(start, { end, compaction });
  }
  const items: PathItem[] = [];
  for (let index = 0; index < path.length; index++) {
    const range = byStart.get(index);
    if (range) {
      items.push({ kind: "summary", compaction: range.compaction });
      index = range.end;
    } else {
      items.push({ kind: "message", id: path[index] as string });
    }
  }
  return items;
}

/** The message that stands for a compacted range. */
export function summaryMessage({ createdAt, id, summary }: StoredCompaction): SessionMessage {
  return {
    id: `${COMPACTION_PREFIX}${id}`,
    role: "assistant",
    parts: [{ type: "text", text: summary }],
    createdAt: new Date(createdAt),
  };
}

/** The ids of the messages that stand for ranges: a stored copy of one is not shown beside it. */
export function summaryIds(compactions: readonly StoredCompaction[]): ReadonlySet<string> {
  return new Set(compactions.map(({ id }) => `${COMPACTION_PREFIX}${id}`));
}

/** The ends of a range. */
export interface MessageRange {
  readonly fromMessageId: string;
  readonly toMessageId: string;
}

/**
 * The range of a new compaction: one that a summary's message is an end of reaches over what that
 * stands for; one behind an earlier compaction begins where the first of them does, since its
 * summary goes on from theirs. Undefined for a range that is not on the path, or is turned around.
 *
 * @param path From old to new, as stored.
 * @param shown What a read of the path gives.
 */
export function rangeOf(
  { fromMessageId, toMessageId }: MessageRange,
  path: readonly string[],
  shown: readonly PathItem[],
): MessageRange | undefined {
  const seen = new Map(
    shown.map((item) =>
      item.kind === "message"
        ? [item.id, { fromMessageId: item.id, toMessageId: item.id }]
        : [`${COMPACTION_PREFIX}${item.compaction.id}`, item.compaction],
    ),
  );
  const place = new Map(path.map((id, index) => [id, index]));
  const first = seen.get(fromMessageId)?.fromMessageId ?? fromMessageId;
  const last = seen.get(toMessageId)?.toMessageId;
  const start = place.get(first);
  const end = last === undefined ? undefined : place.get(last);
  if (start === undefined || last === undefined || end === undefined) return undefined;
  const earliest = shown.find((item) => item.kind === "summary")?.compaction.fromMessageId;
  const reach = earliest === undefined ? start : (place.get(earliest) ?? start);
  const from = Math.min(reach, start);
  if (from > end) return undefined;
  return { fromMessageId: path[from] as string, toMessageId: last };
}
