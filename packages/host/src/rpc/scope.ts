/** Something that ends by itself, or with the scope that holds it. */
export interface Held {
  dispose(): void;
}

/**
 * The stubs that one invocation holds. Those that its code did not dispose of end with it, the
 * youngest first, so that the targets behind them are told.
 */
export class StubScope {
  /** Made with the first one: most invocations hold none. */
  #held: Set<Held> | undefined;
  #isClosed = false;

  /** What comes after the end is disposed of at once. */
  add(held: Held): void {
    if (this.#isClosed) {
      held.dispose();
      return;
    }
    this.#held ??= new Set();
    this.#held.add(held);
  }

  delete(held: Held): void {
    this.#held?.delete(held);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const held = [...(this.#held ?? [])].reverse();
    this.#held = undefined;
    for (const one of held) one.dispose();
  }
}
