import { setImmediate, setTimeout } from "node:timers";
import { type Clock, systemClock, type Timer } from "./clock.ts";
import { FreeholdError } from "./errors.ts";
import { outsideWork, stepsTaken } from "./progress.ts";

interface TestTimer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

export interface TestClockOptions {
  /** Whether time passes by itself, as the machine's does, until a test takes the clock. Default false. */
  readonly runs?: boolean;
}

/** So many turns of the event loop in which nothing went on mean that nothing will without time. */
const QUIET_TURNS = 4;
/** The longest real time that one step waits for things that never come to rest, in milliseconds. */
const PATIENCE_MS = 5000;

/** Test code may put others in place of the globals. */
const machineTime = process.hrtime.bigint;

function machineMs(): number {
  return Number(machineTime() / 1_000_000n);
}

/**
 * A clock that a test owns. It stands still, or runs with the machine's until {@link advance},
 * {@link set} or {@link pause} take it.
 *
 * Timers run in order of their due times, each with the clock at that time, and what they start comes
 * to rest before the next: the turns of objects run out, and requests to elsewhere are answered.
 */
export class TestClock implements Clock {
  /** In order of due times, and of their making where those are equal. */
  readonly #timers: TestTimer[] = [];
  #order = 0;
  #now: number;
  /** The machine's time when this clock stood at `#now`; `undefined` while it stands still. */
  #running: number | undefined;
  #wake: { readonly timer: Timer; readonly due: number } | undefined;

  constructor(now = 1_700_000_000_000, { runs = false }: TestClockOptions = {}) {
    this.#now = now;
    if (runs) this.#running = machineMs();
  }

  get isPaused(): boolean {
    return this.#running === undefined;
  }

  now(): number {
    if (this.#running !== undefined) {
      const machine = machineMs();
      this.#now += machine - this.#running;
      this.#running = machine;
    }
    return this.#now;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    this.#order += 1;
    const due = Math.ceil(this.now() + Math.max(0, delayMs));
    const timer = { due, order: this.#order, callback };
    this.#timers.splice(this.#placeOf(timer), 0, timer);
    this.#wakeUp();
    return { cancel: () => this.#cancel(timer) };
  }

  /** Time stands still from now on. */
  pause(): void {
    this.now();
    this.#running = undefined;
    this.#wakeUp();
  }

  /** Time passes by itself again, from where it stands. */
  resume(): void {
    this.#running ??= machineMs();
    this.#wakeUp();
  }

  /** Takes the clock and moves time on. */
  async advance(ms: number): Promise<void> {
    this.pause();
    await this.#moveTo(this.#now + ms, () => false);
  }

  /**
   * Takes the clock and moves it to a time.
   *
   * @throws FreeholdError `CLOCK_BACKWARDS`
   */
  async set(time: number): Promise<void> {
    this.pause();
    if (time < this.#now) {
      throw new FreeholdError("CLOCK_BACKWARDS", "A clock does not go back.", {
        help: "Start the clock at an earlier time, or move it forwards.",
      });
    }
    await this.#moveTo(time, () => false);
  }

  /**
   * Takes the clock and moves time on, from one timer to the next, until a condition holds. Tells
   * whether it came to hold within `ms`.
   */
  async until(condition: () => unknown, ms: number): Promise<boolean> {
    this.pause();
    let holds = false;
    await this.#moveTo(this.#now + ms, async () => {
      holds = Boolean(await condition());
      return holds;
    });
    return holds;
  }

  /** Lets everything come to rest that needs no time. */
  async settle(): Promise<void> {
    const patience = machineMs() + PATIENCE_MS;
    let seen = stepsTaken();
    for (let quiet = 0; quiet < QUIET_TURNS && machineMs() < patience; quiet += 1) {
      const isWaiting = outsideWork() > 0;
      await (isWaiting ? new Promise((go) => setTimeout(go, 1)) : new Promise(setImmediate));
      const steps = stepsTaken();
      if (steps !== seen || isWaiting) quiet = -1;
      seen = steps;
    }
  }

  async #moveTo(end: number, isEnough: () => boolean | Promise<boolean>): Promise<void> {
    for (;;) {
      await this.settle();
      if (await isEnough()) return;
      const next = this.#timers[0];
      if (next === undefined || next.due > end) break;
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    if (end === this.#now) return;
    this.#now = end;
    await this.settle();
    await isEnough();
  }

  /** While time passes by itself, one timer of the machine stands for the next one here. */
  #wakeUp(): void {
    const next = this.#running === undefined ? undefined : this.#timers[0];
    if (this.#wake !== undefined && this.#wake.due === next?.due) return;
    this.#wake?.timer.cancel();
    this.#wake = undefined;
    if (next === undefined) return;
    const timer = systemClock.setTimer(() => this.#runDue(), next.due - this.now());
    this.#wake = { timer, due: next.due };
  }

  #runDue(): void {
    this.#wake = undefined;
    const now = this.now();
    try {
      for (let next = this.#timers[0]; next !== undefined && next.due <= now; ) {
        this.#timers.shift();
        next.callback();
        next = this.#timers[0];
      }
    } finally {
      this.#wakeUp();
    }
  }

  #cancel(timer: TestTimer): void {
    const place = this.#placeOf(timer);
    if (this.#timers[place] === timer) this.#timers.splice(place, 1);
  }

  #placeOf({ due, order }: TestTimer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle] as TestTimer;
      if (other.due < due || (other.due === due && other.order < order)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
