/**
 * One turn at a time.
 *
 * @module
 */

/** A turn that ran, or one that was given up before it could. */
export type TurnResult<T> = { readonly ran: true; readonly value: T } | { readonly ran: false };

/**
 * Runs turns one after the other, in the order in which they were asked for. A turn belongs to the
 * epoch in which it was asked for; `reset` begins a new one, and turns of older epochs that have
 * not begun never will.
 */
export class TurnQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #epoch = 0;
  #size = 0;

  /** The present epoch. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Turns that run or wait. */
  get size(): number {
    return this.#size;
  }

  /** Gives up the turns that wait. The one that runs has to notice by itself. */
  reset(): void {
    this.#epoch++;
  }

  /** Runs `body` when its time has come. A failure is the caller's alone. */
  async run<T>(epoch: number, body: () => Promise<T>): Promise<TurnResult<T>> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    this.#size++;
    try {
      await before;
      if (epoch !== this.#epoch) return { ran: false };
      return { ran: true, value: await body() };
    } finally {
      this.#size--;
      resolve();
    }
  }

  /** Resolves when no turn runs or waits. */
  async idle(): Promise<void> {
    while (this.#size > 0) await this.#tail;
  }
}
