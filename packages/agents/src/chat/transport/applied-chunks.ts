/**
 * How far each request was applied, for those who show streams by their own means.
 *
 * @module
 */

const REQUESTS_KEPT = 32;

/** Highest `seq` applied, by request; the newest 32 requests. */
export class AppliedChunkLedger {
  readonly #applied = new Map<string, number>();

  /** Remembers that a chunk was applied; one without a number is passed over. */
  record(requestId: string, seq: number | undefined): void {
    if (seq === undefined) return;
    const highest = Math.max(seq, this.#applied.get(requestId) ?? seq);
    this.#applied.delete(requestId);
    this.#applied.set(requestId, highest);
    for (const oldest of this.#applied.keys()) {
      if (this.#applied.size <= REQUESTS_KEPT) break;
      this.#applied.delete(oldest);
    }
  }

  /** Whether a frame replays a chunk of a continuation that was applied before. */
  isAppliedReplay(
    requestId: string,
    frame: { body?: string; continuation?: boolean; replay?: boolean; seq?: number },
  ): boolean {
    if (!frame.replay || !frame.continuation || frame.seq === undefined) return false;
    return frame.seq <= (this.#applied.get(requestId) ?? -1);
  }

  forget(requestId: string): void {
    this.#applied.delete(requestId);
  }

  clear(): void {
    this.#applied.clear();
  }
}
