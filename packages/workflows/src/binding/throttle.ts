import { setImmediate } from "node:timers";
import { nextPace } from "@freehold/host";

/** However long turns of the event loop take, so much runs, and at first. */
const PACE = { fewest: 8, most: 64 };

/**
 * Lets many things be done beside each other, and only so many that requests are still served: what runs
 * at the same time goes on in the same turn of the event loop, which grows with its number.
 */
export class Throttle {
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #next = 0;
  #most = PACE.fewest;
  #running = 0;
  #isMeasuring = false;

  /** @param now in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Does something once it is its turn. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    } else this.#running += 1;
    this.#measure();
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#letIn();
    }
  }

  #letIn(): void {
    while (this.#next < this.#waiting.length && this.#running < this.#most) {
      this.#running += 1;
      this.#waiting[this.#next]?.();
      this.#next += 1;
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#next = 0;
    }
  }

  /** Looks at how long turns take, while anything runs. */
  #measure(): void {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    const began = this.#now();
    setImmediate(() => {
      this.#isMeasuring = false;
      this.#most = nextPace(this.#most, this.#now() - began, PACE);
      this.#letIn();
      if (this.#next < this.#waiting.length) this.#measure();
    });
  }
}
