import type { LifecycleEvent } from "./capability.ts";

/**
 * Events of capabilities. What is told during a start is kept until the start has succeeded, and
 * forgotten when it failed: the next try tells it again.
 */
export class EventBuffer {
  readonly #publish: (event: LifecycleEvent) => void;
  #kept: LifecycleEvent[] | undefined;

  constructor(publish: (event: LifecycleEvent) => void) {
    this.#publish = publish;
  }

  emit(event: LifecycleEvent): void {
    if (this.#kept) this.#kept.push(event);
    else this.#send(event);
  }

  /** A start begins. */
  hold(): void {
    this.#kept = [];
  }

  /** The start ended. */
  release(succeeded: boolean): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    if (succeeded) for (const event of kept) this.#send(event);
  }

  /** An observer's failure is not the failure of what it observes. */
  #send(event: LifecycleEvent): void {
    try {
      this.#publish(event);
    } catch (error) {
      console.error(`An observer of "${event.type}" failed:`, error);
    }
  }
}
