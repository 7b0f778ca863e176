import type { Timer } from "../clock.ts";
import type { EndReason } from "../context.ts";
import { StubScope } from "../rpc/scope.ts";
import type { Work } from "./delivery.ts";

/**
 * What goes on in one activation: what runs, what keeps it in memory, and what has to be ended with
 * it.
 */
export class Activity {
  // Made when they are first needed: most objects have no use for them.
  #timers: Set<Timer> | undefined;
  /** What others have lent to the object. */
  readonly stubs = new StubScope();
  readonly #running = new Set<Work>();
  #holds: Set<(reason: EndReason) => void> | undefined;
  readonly #onIdle: () => void;
  #rests = 0;
  /** Calls of the object's own that have not been answered. */
  #answers = 0;
  /** Deliveries, critical sections, `waitUntil` promises and bodies on their way. */
  #count = 0;

  /** @param onIdle nothing is counted any more, for now */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** Live timers of user code. */
  get timers(): Set<Timer> {
    this.#timers ??= new Set();
    return this.#timers;
  }

  get hasTimers(): boolean {
    return this.#timers !== undefined && this.#timers.size > 0;
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

  /** Whether something open, such as a socket, or an answer to come keeps the object in memory. */
  get isHeld(): boolean {
    return this.#answers > 0 || (this.#holds !== undefined && this.#holds.size > 0);
  }

  /** An answer is waited for, or has come. */
  waits(change: 1 | -1): void {
    this.#answers += change;
    if (this.#answers === 0) this.recheck();
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
    this.#holds ??= new Set();
    this.#holds.add(end);
    return () => {
      this.#holds?.delete(end);
    };
  }

  /** Ends what goes on by itself. */
  release(reason: EndReason): void {
    const timers = this.#timers ?? [];
    this.#timers = undefined;
    for (const timer of timers) timer.cancel();
    const holds = this.#holds ?? [];
    this.#holds = undefined;
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
