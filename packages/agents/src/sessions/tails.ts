import { summaryIds } from "./overlay.ts";
import type { MessageRows, RowHead } from "./rows.ts";
import { isCompactionId } from "./types.ts";

interface Tail {
  /** The message with the highest place. */
  readonly last: RowHead;
  /** The newest message that is shown. */
  readonly leafId: string | undefined;
  /** About how many tokens the active path costs; undefined until somebody asks. */
  readonly tokens: number | undefined;
}

/**
 * The newest message of each session, kept in memory so that an append need not look at all of
 * them. What is kept is checked against its row before it is believed: a transaction around a write
 * may have been rolled back.
 */
export class Tails {
  readonly #rows: MessageRows;
  readonly #bySession = new Map<string, Tail>();
  /** Highest places that are kept for messages to come. */
  readonly #kept = new Map<string, number>();

  constructor(rows: MessageRows) {
    this.#rows = rows;
  }

  leafId(sessionId: string): string | undefined {
    return this.#tail(sessionId)?.leafId;
  }

  nextSeq(sessionId: string): number {
    const last = this.#tail(sessionId)?.last.seq ?? 0;
    return Math.max(last, this.#kept.get(sessionId) ?? 0) + 1;
  }

  /** Keeps a place behind all others, for a message that comes later than those behind it. */
  reserve(sessionId: string): number {
    const seq = this.nextSeq(sessionId);
    this.#kept.set(sessionId, seq);
    return seq;
  }

  tokens(sessionId: string, count: () => number): number {
    const tail = this.#tail(sessionId);
    if (!tail) return 0;
    const tokens = tail.tokens ?? count();
    this.#bySession.set(sessionId, { ...tail, tokens });
    return tokens;
  }

  /** A message was added. */
  added(sessionId: string, head: RowHead, tokens: number): void {
    const before = this.#bySession.get(sessionId);
    const follows = before?.tokens !== undefined && before.leafId === head.parent;
    const sum = follows ? (before.tokens ?? 0) + tokens : undefined;
    const isLast = head.seq > (before?.last.seq ?? 0);
    if (isCompactionId(head.id) || !isLast) this.forget(sessionId);
    else this.#bySession.set(sessionId, { last: head, leafId: head.id, tokens: sum });
  }

  forget(sessionId: string): void {
    this.#bySession.delete(sessionId);
  }

  #tail(sessionId: string): Tail | undefined {
    const kept = this.#bySession.get(sessionId);
    if (kept && this.#rows.head(sessionId, kept.last.id)?.seq === kept.last.seq) return kept;
    const last = this.#rows.newest(sessionId);
    if (!last) {
      this.forget(sessionId);
      return undefined;
    }
    const tail = { last, leafId: this.#shown(sessionId, last)?.id, tokens: undefined };
    this.#bySession.set(sessionId, tail);
    return tail;
  }

  /** The newest message that is no stored copy of one of the session's own summaries. */
  #shown(sessionId: string, last: RowHead): RowHead | undefined {
    if (!isCompactionId(last.id)) return last;
    const summaries = summaryIds(this.#rows.compactions(sessionId));
    let head: RowHead | undefined = last;
    while (head && summaries.has(head.id)) head = this.#rows.newest(sessionId, head.seq);
    return head;
  }
}
