/** What is due, in order of time: a binary heap. */
export class DueQueue<T> {
  readonly #entries: { readonly time: number; readonly item: T }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** When the first one is due. */
  get next(): number | undefined {
    return this.#entries[0]?.time;
  }

  add(time: number, item: T): void {
    const entries = this.#entries;
    const entry = { time, item };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = entries[parent];
      if (above === undefined || above.time <= time) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  /** Takes the first one out. */
  take(): T | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined) return undefined;
    if (entries.length > 0) this.#sink(last);
    return first.item;
  }

  #sink(entry: { readonly time: number; readonly item: T }): void {
    const entries = this.#entries;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = entries[child];
      if (left === undefined) break;
      const right = entries[child + 1];
      if (right !== undefined && right.time < left.time) child += 1;
      const smaller = entries[child] as typeof entry;
      if (smaller.time >= entry.time) break;
      entries[at] = smaller;
      at = child;
    }
    entries[at] = entry;
  }
}
