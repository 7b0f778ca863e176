import { setImmediate } from "node:timers";

/** So many runs begin before requests and other objects get their turn. */
const PER_TURN = 2;

/**
 * Lets runs begin a few at a time. When a great many instances wake in the same minute, each turn of
 * the event loop stays short.
 */
export class Pace {
  readonly #waiting: (() => void)[] = [];
  #next = 0;
  #isScheduled = false;

  /** Runs a callback in a turn to come, after those that wait already. */
  add(begin: () => void): void {
    this.#waiting.push(begin);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    for (let begun = 0; begun < PER_TURN && this.#next < this.#waiting.length; begun += 1) {
      this.#waiting[this.#next]?.();
      this.#next += 1;
    }
    if (this.#next < this.#waiting.length) this.#schedule();
    else {
      this.#waiting.length = 0;
      this.#next = 0;
    }
  }
}
