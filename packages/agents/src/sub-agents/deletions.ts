/** The children that are being deleted: nothing may start one again before it is gone. */
export class Deletions {
  readonly #running = new Map<string, Promise<void>>();

  /** Resolves when the child is not being deleted; undefined when it is not now. */
  settled(key: string): Promise<void> | undefined {
    return this.#running.get(key)?.catch(() => undefined);
  }

  /** Deletes a child; who asks for the same meanwhile waits for the same end. */
  run(key: string, body: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key);
    if (running) return running;
    const deletion = body().finally(() => this.#running.delete(key));
    this.#running.set(key, deletion);
    return deletion;
  }
}
