import { AsyncLocalStorage } from "node:async_hooks";
import { messageOf } from "../errors.ts";
import type { SessionChangeEvent, SessionChangeListener } from "./types.ts";

/** Whether code runs for a listener: a write of a listener's does not wait for listeners. */
const inListener = new AsyncLocalStorage<true>();

/**
 * Tells listeners of changes: one change after the other, to one listener after the other, in the
 * order of the writes. A listener that throws stops nothing.
 */
export class ChangeFeed {
  readonly #failed: (event: SessionChangeEvent, error: string) => void;
  readonly #listeners = new Set<{ readonly listener: SessionChangeListener }>();
  #told: Promise<void> = Promise.resolve();

  constructor(failed: (event: SessionChangeEvent, error: string) => void) {
    this.#failed = failed;
  }

  subscribe(listener: SessionChangeListener): () => void {
    const subscription = { listener };
    this.#listeners.add(subscription);
    return () => void this.#listeners.delete(subscription);
  }

  /** Resolves when all have been told; for a listener's own write, at once. */
  async notify(event: SessionChangeEvent): Promise<void> {
    if (this.#listeners.size === 0) return;
    this.#told = this.#told.then(() => this.#tell(event));
    // Waiting here would be waiting for itself.
    if (!inListener.getStore()) await this.#told;
  }

  async #tell(event: SessionChangeEvent): Promise<void> {
    for (const { listener } of [...this.#listeners]) {
      try {
        await inListener.run(true, () => listener(event));
      } catch (error) {
        console.error("[Sessions] change listener failed:", messageOf(error));
        this.#failed(event, messageOf(error));
      }
    }
  }
}
