import type { Clock, Timer } from "./clock.ts";

interface TestTimer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until a test moves it. Timers run in order of their due times, each with
 * the clock at that time, and what they start gets turns of the event loop before the next.
 */
export class TestClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<TestTimer>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    this.#order += 1;
    const timer = { due: this.#now + Math.max(0, delayMs), order: this.#order, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Moves time on. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#next();
      if (next === undefined || next.due > end) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = end;
    await settle();
  }

  #next(): TestTimer | undefined {
    let first: TestTimer | undefined;
    for (const timer of this.#timers) {
      const earlier = first === undefined || timer.due < first.due;
      if (earlier || (timer.due === first?.due && timer.order < first.order)) first = timer;
    }
    return first;
  }
}

/** Lets everything run that waits for a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
