/** One reader that waits for more. */
export class Watch {
  readonly #stop: () => void;
  #version = 0;
  #gone = false;
  #wake: (() => void) | undefined;

  constructor(stop: () => void) {
    this.#stop = stop;
  }

  /** Grows with everything that happens to the stream. */
  get version(): number {
    return this.#version;
  }

  /** Whether the stream was deleted; another may have its id by now. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Resolves when something has happened since `version`. @throws the reason of `signal` */
  async after(version: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#version !== version) return;
    signal?.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    signal?.addEventListener("abort", resolve as () => void);
    await promise;
    signal?.removeEventListener("abort", resolve as () => void);
    signal?.throwIfAborted();
  }

  tell(gone: boolean): void {
    this.#version++;
    this.#gone ||= gone;
    this.#wake?.();
    this.#wake = undefined;
  }

  stop(): void {
    this.#stop();
  }
}

/** The readers of this life of the object. A reader of an earlier one comes back by its place. */
export class Watchers {
  readonly #byStream = new Map<string, Set<Watch>>();

  watch(streamId: string): Watch {
    const watches = this.#byStream.get(streamId) ?? new Set<Watch>();
    const watch: Watch = new Watch(() => {
      watches.delete(watch);
      if (watches.size === 0 && this.#byStream.get(streamId) === watches) {
        this.#byStream.delete(streamId);
      }
    });
    this.#byStream.set(streamId, watches.add(watch));
    return watch;
  }

  /** Chunks were added, or the stream ended. */
  changed(streamId: string): void {
    for (const watch of this.#byStream.get(streamId) ?? []) watch.tell(false);
  }

  /** The stream was deleted. */
  deleted(streamId: string): void {
    for (const watch of this.#byStream.get(streamId) ?? []) watch.tell(true);
  }
}
