/**
 * Tells those who follow an instance that something was written to its journal. It carries nothing
 * itself: they read what there is, and so see only what is durable.
 */
export class EventHub {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Something happened to an instance. */
  notify(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const wake of waiting) wake();
  }

  /** Resolves with the next notice. `cancel` ends the wait. */
  next(key: string): { readonly notice: Promise<void>; cancel(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(key) ?? new Set();
    waiting.add(resolve);
    this.#waiting.set(key, waiting);
    return {
      notice: promise,
      cancel: () => {
        waiting.delete(resolve);
        if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
        resolve();
      },
    };
  }
}
