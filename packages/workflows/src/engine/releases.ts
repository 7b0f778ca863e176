interface Release {
  readonly order: number;
  readonly act: () => void;
}

/**
 * Lets the outcomes of steps into the program in the order in which they happened, at the first run as
 * at each replay: of two steps that a program races, the one that won wins again.
 *
 * Outcomes that are asked for in one turn are sorted; after each, the program goes on until it waits
 * again before the next is let in.
 */
export class Releases {
  readonly #soon: (callback: () => void) => void;
  readonly #onEmpty: () => void;
  #waiting: Release[] = [];
  #isScheduled = false;

  /**
   * @param soon runs a callback in the next turn of the event loop
   * @param onEmpty all has been let in, and the program has gone on
   */
  constructor(soon: (callback: () => void) => void, onEmpty: () => void) {
    this.#soon = soon;
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** @param order the id of the event with which the step ended */
  add(order: number, act: () => void): void {
    const place = this.#waiting.findLastIndex((other) => other.order <= order) + 1;
    this.#waiting.splice(place, 0, { order, act });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#next());
  }

  clear(): void {
    this.#waiting = [];
  }

  #next(): void {
    this.#waiting.shift()?.act();
    if (this.#waiting.length > 0) {
      this.#soon(() => this.#next());
      return;
    }
    this.#isScheduled = false;
    this.#onEmpty();
  }
}
