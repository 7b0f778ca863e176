/**
 * Those who follow runs as they go on.
 *
 * @module
 */

import type { AgentToolStoredChunk } from "../../agent-tools/types.ts";

/** One follower: what it was told, and how it is told more. */
interface Tail {
  /** Position of the next stored chunk it is to get. */
  next: number;
  readonly controller: ReadableByteStreamController;
}

/** What there is of a run when somebody begins to follow it. */
export interface Past {
  /** Position of the last chunk that is known already; -1 for none. */
  readonly after: number;
  /** The stored chunks behind it. */
  readonly stored: readonly AgentToolStoredChunk[];
  /** What it has told of its progress, as chunks that are not stored. */
  readonly asides: readonly string[];
  readonly isOver: boolean;
}

/** Gives the chunks of runs on, a line of JSON each. */
export class Tails {
  readonly #encoder = new TextEncoder();
  readonly #tails = new Map<string, Set<Tail>>();

  /**
   * Follows a run: first what it has told of itself and what is stored behind `after`, then what
   * comes. A run that has ended ends the stream.
   */
  open(
    runId: string,
    { after, asides, isOver, stored }: Past,
  ): ReadableStream<AgentToolStoredChunk> {
    let tail: Tail | undefined;
    const stream = new ReadableStream<Uint8Array>({
      type: "bytes",
      start: (controller: ReadableByteStreamController) => {
        tail = { next: after + 1, controller };
        for (const body of asides) this.#write(tail, { sequence: tail.next, body });
        for (const chunk of stored) this.#give(tail, chunk);
        if (isOver) controller.close();
        else this.#of(runId).add(tail);
      },
      cancel: () => {
        if (tail) this.#tails.get(runId)?.delete(tail);
      },
    } as UnderlyingByteSource as never);
    return stream as unknown as ReadableStream<AgentToolStoredChunk>;
  }

  /** Whether anybody follows a run. */
  has(runId: string): boolean {
    return (this.#tails.get(runId)?.size ?? 0) > 0;
  }

  /** A chunk was stored and sent. */
  chunk(runId: string, chunk: AgentToolStoredChunk): void {
    for (const tail of this.#tails.get(runId) ?? []) this.#give(tail, chunk);
  }

  /** A chunk was sent that is not stored: it has the number of the next one. */
  aside(runId: string, body: string): void {
    for (const tail of this.#tails.get(runId) ?? []) {
      this.#write(tail, { sequence: tail.next, body });
    }
  }

  /** A run has ended. */
  close(runId: string): void {
    for (const { controller } of this.#tails.get(runId) ?? []) controller.close();
    this.#tails.delete(runId);
  }

  #give(tail: Tail, chunk: AgentToolStoredChunk): void {
    if (chunk.sequence < tail.next) return;
    tail.next = chunk.sequence + 1;
    this.#write(tail, chunk);
  }

  #write({ controller }: Tail, chunk: AgentToolStoredChunk): void {
    controller.enqueue(this.#encoder.encode(`${JSON.stringify(chunk)}\n`));
  }

  #of(runId: string): Set<Tail> {
    const tails = this.#tails.get(runId) ?? new Set();
    this.#tails.set(runId, tails);
    return tails;
  }
}
