/**
 * Turns, one at a time: who waits, who is superseded, who is given up. For code that runs a chat of
 * its own; `AIChatAgent` does all of this itself.
 *
 * @module
 */

import { type Clock, systemClock } from "../../clock.ts";
import { TurnQueue as Queue } from "../turn-queue.ts";
import type { MessageConcurrency } from "../types.ts";

/** A turn that ran, or one that was given up before it could. */
export type TurnResult<T> = { status: "completed"; value: T } | { status: "stale" };

/** How a turn is put in the queue. */
export interface EnqueueOptions {
  /** The generation it belongs to. Default: the present one. */
  generation?: number;
}

/**
 * Runs turns in the order in which they come. A `reset` gives up those that have not begun.
 *
 * @example
 * ```ts
 * const result = await turns.enqueue("r1", () => answer());
 * if (result.status === "stale") return;
 * ```
 */
export class TurnQueue {
  readonly #queue = new Queue();
  readonly #counts = new Map<number, number>();
  #active: string | null = null;

  get generation(): number {
    return this.#queue.epoch;
  }

  /** The request whose turn runs. */
  get activeRequestId(): string | null {
    return this.#active;
  }

  get isActive(): boolean {
    return this.#active !== null;
  }

  async enqueue<T>(
    requestId: string,
    fn: () => Promise<T>,
    options: EnqueueOptions = {},
  ): Promise<TurnResult<T>> {
    const { generation = this.generation } = options;
    this.#counts.set(generation, this.queuedCount(generation) + 1);
    const run = async () => {
      this.#active = requestId;
      try {
        return await fn();
      } finally {
        this.#active = null;
      }
    };
    try {
      const result = await this.#queue.run(generation, run);
      return result.ran ? { status: "completed", value: result.value } : { status: "stale" };
    } finally {
      const left = this.queuedCount(generation) - 1;
      if (left > 0) this.#counts.set(generation, left);
      else this.#counts.delete(generation);
    }
  }

  /** Gives up the turns that wait. The one that runs has to notice by itself. */
  reset(): void {
    this.#queue.reset();
  }

  /** Resolves when no turn runs or waits. */
  waitForIdle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Turns of a generation that run or wait. */
  queuedCount(generation = this.generation): number {
    return this.#counts.get(generation) ?? 0;
  }
}

/** Ends requests by their ids. */
export class AbortRegistry {
  readonly #controllers = new Map<string, AbortController>();

  /** The signal of a request, made when it is first asked for. */
  getSignal(id: string): AbortSignal | undefined {
    const controller = this.#controllers.get(id) ?? new AbortController();
    this.#controllers.set(id, controller);
    return controller.signal;
  }

  getExistingSignal(id: string): AbortSignal | undefined {
    return this.#controllers.get(id)?.signal;
  }

  cancel(id: string, reason?: unknown): void {
    this.#controllers.get(id)?.abort(reason);
  }

  /** The request is over. */
  remove(id: string): void {
    this.#controllers.delete(id);
  }

  destroyAll(reason?: unknown): void {
    for (const controller of this.#controllers.values()) controller.abort(reason);
    this.#controllers.clear();
  }

  has(id: string): boolean {
    return this.#controllers.has(id);
  }

  get size(): number {
    return this.#controllers.size;
  }

  /** Has another signal end a request too. The function that it returns undoes that. */
  linkExternal(id: string, signal: AbortSignal | undefined): () => void {
    if (!signal) return () => undefined;
    const abort = () => {
      this.getSignal(id);
      this.cancel(id, signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    return () => signal.removeEventListener("abort", abort);
  }
}

/** A policy in full. */
export type NormalizedMessageConcurrency =
  | Exclude<MessageConcurrency, object>
  | { strategy: "debounce"; debounceMs: number };

/** What becomes of a message that comes while others are being answered. */
export type SubmitConcurrencyDecision = {
  action: "execute" | "drop";
  /** Null when nothing is being answered. */
  strategy: NormalizedMessageConcurrency | null;
  /** Number by which a later message supersedes it. */
  submitSequence: number | null;
  /** Moment before which it is not answered, in milliseconds since the Unix epoch. */
  debounceUntilMs: number | null;
};

/** Decides that, and remembers which message is the latest. */
export class SubmitConcurrencyController {
  readonly #defaultDebounceMs: number;
  readonly #clock: Clock;
  #sequence = 0;
  #latest = 0;
  #pending = 0;
  #epoch = 0;
  readonly #debounces = new Set<() => void>();

  constructor(options: { defaultDebounceMs: number }, clock: Clock = systemClock) {
    this.#defaultDebounceMs = options.defaultDebounceMs;
    this.#clock = clock;
  }

  /** Messages that were accepted and are not in the queue yet. */
  get pendingEnqueueCount(): number {
    return this.#pending;
  }

  /** Messages so far that came while others were being answered. */
  get overlappingSubmitCount(): number {
    return this.#sequence;
  }

  decide(options: {
    concurrency: MessageConcurrency;
    isSubmitMessage: boolean;
    queuedTurns: number;
  }): SubmitConcurrencyDecision {
    const { concurrency, isSubmitMessage, queuedTurns } = options;
    const none = { strategy: null, submitSequence: null, debounceUntilMs: null };
    const overlaps = isSubmitMessage && queuedTurns + this.#pending > 0;
    const strategy = overlaps ? this.#normalized(concurrency) : "queue";
    if (strategy === "queue") return { action: "execute", ...none };
    if (strategy === "drop") return { action: "drop", ...none, strategy };
    this.#sequence++;
    this.#latest = this.#sequence;
    const debounceMs = typeof strategy === "object" ? strategy.debounceMs : undefined;
    const debounceUntilMs = debounceMs === undefined ? null : this.#clock.now() + debounceMs;
    return { action: "execute", strategy, submitSequence: this.#sequence, debounceUntilMs };
  }

  /** A message was accepted; call what it returns when it is in the queue, or given up. */
  beginEnqueue(): () => void {
    const epoch = this.#epoch;
    let isHeld = true;
    this.#pending++;
    return () => {
      if (isHeld && epoch === this.#epoch) this.#pending--;
      isHeld = false;
    };
  }

  isSuperseded(submitSequence: number | null): boolean {
    return submitSequence !== null && submitSequence < this.#latest;
  }

  /** Resolves at a moment, or when the waiting is given up. */
  async waitForTimestamp(timestampMs: number): Promise<void> {
    const left = timestampMs - this.#clock.now();
    if (left <= 0) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel();
        this.#debounces.delete(end);
        resolve();
      };
      const cancel = this.#clock.after(left, end);
      this.#debounces.add(end);
    });
  }

  cancelActiveDebounce(): void {
    for (const end of [...this.#debounces]) end();
  }

  /** Forgets everything; what waits is given up. */
  reset(): void {
    this.#epoch++;
    this.#pending = 0;
    this.#sequence = 0;
    this.#latest = 0;
    this.cancelActiveDebounce();
  }

  /** Resolves when nothing is on its way to the queue, or in it. */
  async waitForIdle(waitForQueueIdle: () => Promise<void>): Promise<void> {
    do {
      await waitForQueueIdle();
      if (this.#pending > 0) await this.#clock.sleep(5);
    } while (this.#pending > 0);
  }

  #normalized(concurrency: MessageConcurrency): NormalizedMessageConcurrency {
    if (typeof concurrency === "string") return concurrency;
    const { debounceMs = Number.NaN } = concurrency;
    const isValid = Number.isFinite(debounceMs) && debounceMs >= 0;
    return { strategy: "debounce", debounceMs: isValid ? debounceMs : this.#defaultDebounceMs };
  }
}
