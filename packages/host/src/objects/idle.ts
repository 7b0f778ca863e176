import type { Clock, Timer } from "../clock.ts";
import { FreeholdError } from "../errors.ts";

/** How long objects stay in memory without events, in milliseconds. `Infinity` keeps them resident. */
export interface IdleTimes {
  /**
   * With open hibernatable sockets and nothing that must stay. Default 10 seconds, and never longer
   * than `evictAfterMs`.
   */
  readonly hibernateAfterMs: number;
  /** Without. Default 70 seconds. */
  readonly evictAfterMs: number;
  /**
   * So many idle objects may be in memory, and a twentieth for longer than `hibernateAfterMs`; past
   * that, those that are idle longest go first, without waiting for their time. Default 5,000.
   */
  readonly mostIdle: number;
}

export const DEFAULT_IDLE_TIMES: IdleTimes = {
  hibernateAfterMs: 10_000,
  evictAfterMs: 70_000,
  mostIdle: 5_000,
};

/** @throws FreeholdError `IDLE_INVALID` */
function checkedTimes({ hibernateAfterMs, evictAfterMs, mostIdle }: IdleTimes): IdleTimes {
  for (const [name, value] of Object.entries({ hibernateAfterMs, evictAfterMs, mostIdle })) {
    if (typeof value === "number" && value >= 0) continue;
    const unit = name === "mostIdle" ? "objects" : "milliseconds";
    throw new FreeholdError("IDLE_INVALID", `\`idle.${name}\` cannot be ${String(value)}.`, {
      help: `Set it to a number of ${unit}, or to Infinity to keep objects in memory.`,
    });
  }
  return { hibernateAfterMs: Math.min(hibernateAfterMs, evictAfterMs), evictAfterMs, mostIdle };
}

/** Of the idle objects that may be in memory, those that may be idle for longer than a moment. */
const STALE_SHARE = 0.05;
/** Sweeps are at least so far apart. */
const MIN_SWEEP_MS = 250;
/** So many objects go in one sweep. Where more are due, requests have their turn in between. */
const MOST_SWEPT = 64;

/** What the sweeper needs to know of an object. */
export interface Sleeper {
  readonly isBusy: boolean;
  /** Whether it may hibernate: it has open sockets, and nothing else holds it. */
  mayHibernate(): boolean;
  /** Whether it may be evicted: nothing open holds it. */
  mayEvict(): boolean;
  sleep(): void;
}

/**
 * Sends idle objects to sleep, with one timer for all. Each object waits in one of two queues, both
 * in the order of their due times, so that a sweep looks only at objects that are due.
 */
export class IdleSweeper {
  readonly #clock: Clock;
  readonly #times: IdleTimes;
  /** Since when each is idle; the oldest first. */
  readonly #fresh = new Map<Sleeper, number>();
  readonly #stale = new Map<Sleeper, number>();
  #timer: Timer | undefined;
  /** When the timer goes off. */
  #due = 0;

  /** @throws FreeholdError `IDLE_INVALID` */
  constructor(clock: Clock, times: IdleTimes) {
    this.#clock = clock;
    this.#times = checkedTimes(times);
  }

  /** An object has become idle just now. */
  idle(sleeper: Sleeper): void {
    this.#fresh.delete(sleeper);
    if (this.#stale.size > 0) this.#stale.delete(sleeper);
    const now = this.#clock.now();
    this.#fresh.set(sleeper, now);
    if (this.#fresh.size + this.#stale.size > this.#times.mostIdle) this.#makeRoom(now);
    // The timer may be set for evictions, which are further away.
    if (this.#timer === undefined || this.#due > now + this.#times.hibernateAfterMs) this.#arm(0);
  }

  /** An object has ended. */
  forget(sleeper: Sleeper): void {
    this.#fresh.delete(sleeper);
    this.#stale.delete(sleeper);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#fresh.clear();
    this.#stale.clear();
  }

  /** Sends the one to sleep that is idle longest, unless something holds it. */
  #makeRoom(now: number): void {
    const [[fresh, since] = NOBODY] = this.#fresh;
    const [[stale, longer] = NOBODY] = this.#stale;
    const oldest = longer < since ? stale : fresh;
    if (oldest === undefined) return;
    this.forget(oldest);
    if (oldest.isBusy) return;
    const { hibernateAfterMs, evictAfterMs } = this.#times;
    const mayHibernate = hibernateAfterMs < Number.POSITIVE_INFINITY && oldest.mayHibernate();
    const mayEvict = evictAfterMs < Number.POSITIVE_INFINITY && oldest.mayEvict();
    if (mayHibernate || mayEvict) oldest.sleep();
    else this.#stale.set(oldest, now);
  }

  /** More are idle for longer than a moment than may be. */
  get #isCrowded(): boolean {
    const { evictAfterMs, mostIdle } = this.#times;
    const mayEvict = evictAfterMs < Number.POSITIVE_INFINITY;
    return mayEvict && this.#stale.size > Math.ceil(mostIdle * STALE_SHARE);
  }

  /**
   * Sends the one to sleep that is idle longest; where something holds it, the one that came last. It
   * keeps its place: the queue is in the order of time.
   */
  #evictOne(last: Sleeper): void {
    const [oldest = last] = this.#stale.keys();
    const chosen = oldest.isBusy || oldest.mayEvict() ? oldest : last;
    // A busy object comes back when it becomes idle.
    if (chosen.isBusy) this.#stale.delete(chosen);
    else if (chosen.mayEvict()) {
      this.#stale.delete(chosen);
      chosen.sleep();
    }
  }

  #arm(earliestMs: number): void {
    const now = this.#clock.now();
    const dues = [
      dueOf(this.#fresh, this.#times.hibernateAfterMs),
      dueOf(this.#stale, this.#times.evictAfterMs),
    ].filter((due) => due !== undefined && due < Number.POSITIVE_INFINITY) as number[];
    if (dues.length === 0) return;
    const delay = Math.max(earliestMs, Math.min(...dues) - now);
    this.#timer?.cancel();
    this.#due = now + delay;
    this.#timer = this.#clock.setTimer(() => this.#sweep(), delay);
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    let swept = 0;
    for (const [sleeper, since] of this.#fresh) {
      if (since + this.#times.hibernateAfterMs > now || swept === MOST_SWEPT) break;
      this.#fresh.delete(sleeper);
      // A busy object comes back when it becomes idle.
      if (sleeper.isBusy) continue;
      if (!sleeper.mayHibernate()) {
        this.#stale.set(sleeper, since);
        if (!this.#isCrowded) continue;
        this.#evictOne(sleeper);
      } else sleeper.sleep();
      swept += 1;
    }
    for (const [sleeper, since] of this.#stale) {
      if (since + this.#times.evictAfterMs > now || swept === MOST_SWEPT) break;
      this.#stale.delete(sleeper);
      if (sleeper.isBusy) continue;
      if (sleeper.mayEvict()) {
        sleeper.sleep();
        swept += 1;
      } else this.#stale.set(sleeper, now);
    }
    this.#arm(swept === MOST_SWEPT ? 0 : MIN_SWEEP_MS);
  }
}

const NOBODY = [undefined, Number.POSITIVE_INFINITY] as const;

function dueOf(queue: ReadonlyMap<Sleeper, number>, afterMs: number): number | undefined {
  for (const since of queue.values()) return since + afterMs;
  return undefined;
}
