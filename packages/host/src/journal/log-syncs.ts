import { setImmediate } from "node:timers";
import { machineTime } from "../clock.ts";
import { runOutside } from "../context.ts";
import type { Descriptor, Files } from "../files.ts";
import { endRoundWithTurn } from "../sockets/round.ts";

/** Begins a sync. `mayBlock`: it may be made at once, on the event loop. */
type Begin = (mayBlock: boolean) => void;

/** For so long the event loop may wait for the disk, as a rule. In milliseconds. */
const QUICK_MS = 0.5;
/** What a disk is thought to take before it was measured: some 25 syncs pass before it counts as quick. */
const UNKNOWN_MS = 2;
/** How much the last sync counts in the average. */
const WEIGHT = 1 / 16;

/**
 * When, and where, the logs of all objects are synced.
 *
 * A sync on the thread pool costs some 75 µs of CPU more than one in its place: two threads have to be
 * woken (docs/design/012). So syncs are made in their place, on the event loop, if
 *
 * - the disk is quick: what all objects have committed in this turn of the event loop takes less than
 *   {@link QUICK_MS}, by the average over the last syncs, wherever they were made. One that takes longer
 *   raises it by its share, so that a disk which stalls once is asked by threads for a while; and
 * - no other sync is on its way.
 *
 * To know how many there are, a sync waits until the event loop has handled all that has arrived: what its
 * object commits meanwhile shares it. With too many of them they begin at once, on threads.
 */
export class LogSyncs {
  readonly #files: Files;
  readonly #now: () => number;
  #average = UNKNOWN_MS;
  /** On the thread pool. */
  #running = 0;
  /** What has to be synced at the end of this turn of the event loop. */
  #waiting: Begin[] = [];
  /** It has too much to sync. */
  #isCrowded = false;

  constructor(files: Files, now: () => number = machineTime) {
    this.#files = files;
    this.#now = now;
  }

  /** Calls `begin` now, or when the event loop has handled what has arrived. */
  begin(begin: Begin): void {
    if (this.#isCrowded || this.#running > 0) {
      begin(false);
      return;
    }
    const count = this.#waiting.push(begin);
    if (count === 1) runOutside(() => setImmediate(this.#endTurn));
    else if (!this.#isQuick) {
      this.#isCrowded = true;
      this.#beginAll(false);
    }
  }

  /** Syncs a log. `undefined` when that is done. @throws when it failed at once. */
  sync(log: Descriptor, mayBlock: boolean): Promise<void> | undefined {
    const began = this.#now();
    if (mayBlock && this.#files.syncNow !== undefined) {
      this.#files.syncNow(log);
      this.#took(this.#now() - began);
      return undefined;
    }
    this.#running += 1;
    return this.#files.sync(log).then(
      () => {
        this.#running -= 1;
        this.#took(this.#now() - began);
      },
      (error: unknown) => {
        this.#running -= 1;
        throw error;
      },
    );
  }

  readonly #endTurn = (): void => {
    this.#isCrowded = false;
    const mayBlock = this.#running === 0 && this.#isQuick;
    this.#beginAll(mayBlock);
    // What waited for these syncs leaves now. After those on threads it is a round of its own.
    if (mayBlock) endRoundWithTurn();
  };

  #beginAll(mayBlock: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const begin of waiting) begin(mayBlock);
  }

  get #isQuick(): boolean {
    return this.#waiting.length * this.#average < QUICK_MS;
  }

  #took(milliseconds: number): void {
    this.#average += (milliseconds - this.#average) * WEIGHT;
  }
}
