import { setImmediate } from "node:timers";
import { machineTime } from "../clock.ts";
import { runOutside } from "../context.ts";
import type { Descriptor, Files } from "../files.ts";
import { endRoundWithTurn } from "../sockets/round.ts";
import type { SharedLog } from "./shared-log/shared-log.ts";
import { SyncTimes } from "./sync-times.ts";

/**
 * Where a sync is made: on the event loop, on a thread, or as part of one in the shared log, which is
 * flushed when all that have to do with it have begun.
 */
export type SyncPlace = "here" | "thread" | "shared";

type Begin = (place: SyncPlace) => void;

/** With fewer objects in one turn each is synced by itself. */
const FEWEST_SHARING = 2;

/**
 * When, and where, the logs of all objects are synced.
 *
 * A sync on the thread pool costs some 75 µs of CPU more than one in its place: two threads have to be
 * woken (docs/design/012). So syncs are made in their place, on the event loop, if
 *
 * - the disk is quick: what all objects have committed in this turn of the event loop takes less than half
 *   a millisecond, by the average over the last syncs, wherever they were made. One that takes longer
 *   raises it by its share, so that a disk which stalls once is asked by threads for a while; and
 * - no other sync is on its way.
 *
 * To know how many there are, a sync waits until the event loop has handled all that has arrived: what its
 * object commits meanwhile shares it. With too many of them they begin at once, on threads; those whose
 * parts can be in the shared log are one sync, which the next ones wait for.
 */
export class LogSyncs {
  readonly #files: Files;
  readonly #now: () => number;
  readonly #shared: SharedLog | undefined;
  readonly #times = new SyncTimes();
  /** On the thread pool. */
  #running = 0;
  /** What has to be synced at the end of this turn of the event loop. */
  #waiting: Begin[] = [];
  /** The same, of those that may be in the shared log. */
  #sharing: Begin[] = [];
  #isTurnEnding = false;
  /** It has too much to sync. */
  #isCrowded = false;

  constructor(files: Files, now: () => number = machineTime, shared?: SharedLog) {
    this.#files = files;
    this.#now = now;
    this.#shared = shared;
  }

  /**
   * Calls `begin` now, or when the event loop has handled what has arrived.
   *
   * @param mayShare what is to be synced can be in the shared log
   */
  begin(begin: Begin, mayShare = false): void {
    if (mayShare && this.#shared?.isReady) {
      this.#sharing.push(begin);
      if (!this.#shared.isSyncing) this.#endTurnLater();
      return;
    }
    // With several at a time it is worth having.
    if (mayShare && this.#running + this.#waiting.length > 0) this.#shared?.open();
    if (this.#isCrowded || this.#running > 0) {
      begin("thread");
      return;
    }
    const count = this.#waiting.push(begin);
    if (this.#times.isQuick(count) || count === 1) this.#endTurnLater();
    else {
      this.#isCrowded = true;
      this.#beginAll("thread");
    }
  }

  /** Syncs a log. `undefined` when that is done. @throws when it failed at once. */
  sync(log: Descriptor, place: SyncPlace): Promise<void> | undefined {
    const began = this.#now();
    if (place === "here" && this.#files.syncNow !== undefined) {
      this.#files.syncNow(log);
      this.#times.took(this.#now() - began);
      return undefined;
    }
    this.#running += 1;
    return this.#files.sync(log).then(
      () => {
        this.#running -= 1;
        this.#times.took(this.#now() - began);
      },
      (error: unknown) => {
        this.#running -= 1;
        throw error;
      },
    );
  }

  #endTurnLater(): void {
    if (this.#isTurnEnding) return;
    this.#isTurnEnding = true;
    runOutside(() => setImmediate(this.#endTurn));
  }

  readonly #endTurn = (): void => {
    this.#isTurnEnding = false;
    this.#isCrowded = false;
    const sharing = this.#shared?.isSyncing ? [] : this.#sharing;
    if (sharing === this.#sharing) this.#sharing = [];
    if (sharing.length < FEWEST_SHARING) this.#waiting.push(...sharing);
    const isShared = sharing.length >= FEWEST_SHARING;
    const isAlone = this.#running === 0 && !(isShared && this.#waiting.length > 0);
    const mayBlock = isAlone && this.#times.isQuick(this.#waiting.length);
    this.#beginAll(mayBlock ? "here" : "thread");
    const isDone = isShared && this.#share(sharing, isAlone);
    // What waited for these syncs leaves now. After those on threads it is a round of its own.
    if (isShared ? isDone : mayBlock) endRoundWithTurn();
  };

  /** Answers whether that is done. */
  #share(sharing: readonly Begin[], mayBlock: boolean): boolean {
    for (const begin of sharing) begin("shared");
    const shared = this.#shared;
    if (shared === undefined || shared.flush(mayBlock)) return true;
    void shared.settled.then(() => {
      if (this.#sharing.length > 0) this.#endTurnLater();
    });
    return false;
  }

  #beginAll(place: SyncPlace): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const begin of waiting) begin(place);
  }
}
