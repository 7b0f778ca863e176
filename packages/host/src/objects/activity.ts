import type { Timer } from "../clock.ts";
import type { EndReason } from "../context.ts";
import { StubScope } from "../rpc/scope.ts";
import type { Work } from "./delivery.ts";

/**
 * What goes on in one activation: what runs, what keeps it in memory, and what has to be ended with
 * it.
 */
export class Activity {
  /** Live timers of user code. */
  readonly timers = new Set<Timer>();
  /** What others have lent to the object. */
  readonly stubs = new StubScope();
  readonly #running = new Set<Work>();
  readonly #holds = new Set<(reason: EndReason) => void>();
  readonly #onIdle: () => void;
  #rests = 0;
  /** Deliveries, critical sections, `waitUntil` promises and bodies on their way. */
  #count = 0;

  /** @param onIdle nothing is counted any more, for now */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  get isBusy(): boolean {
    return this.#count > 0;
  }

  /** Grows whenever everything that could start has started. */
  get rests(): number {
    return this.#rests;
  }

  rested(): void {
    this.#rests += 1;
  }

  /** Something that is not counted here, such as a facet, has come to its end. */
  recheck(): void {
    if (this.#count === 0) this.#onIdle();
  }

  /** Whether something open, such as a socket, keeps the object in memory. */
  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  count(change: 1 | -1): void {
    this.#count += change;
    if (this.#count === 0) this.#onIdle();
  }

  /** Counts something until the returned function is called, once. */
  keepBusy(): () => void {
    this.count(1);
    return () => this.count(-1);
  }

  begin(work: Work): void {
    this.#running.add(work);
    this.#count += 1;
  }

  /** False once the work has been dropped. */
  isRunning(work: Work): boolean {
    return this.#running.has(work);
  }

  settled(work: Work): void {
    this.#running.delete(work);
    this.count(-1);
  }

  hold(end: (reason: EndReason) => void): () => void {
    this.#holds.add(end);
    return () => {
      this.#holds.delete(end);
    };
  }

  /** Ends what goes on by itself. */
  release(reason: EndReason): void {
    for (const timer of [...this.timers]) timer.cancel();
    this.timers.clear();
    const holds = [...this.#holds];
    this.#holds.clear();
    for (const end of holds) end(reason);
    this.stubs.close();
  }

  /** Answers what runs; none of it is running any more. */
  dropRunning(): Work[] {
    const dropped = [...this.#running];
    this.#running.clear();
    return dropped;
  }
}
