import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock, Logger } from "@freehold/host";
import type { WorkflowLimits } from "../limits.ts";

/** What admission has of its workflow. */
export interface AdmissionPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Lets a queued instance run, which has its place already. False when it is not queued any more. */
  admit(id: string): Promise<boolean>;
  /** Instances no longer wait: they need not be kept. */
  forget(ids: readonly string[]): Promise<void>;
}

/** An instance that waits for room. Lower orders are first. */
export interface Waiting {
  readonly id: string;
  readonly order: number;
}

/** After an instance could not be reached. */
const AGAIN_MS = 1000;
/** Orders within one millisecond. */
const ORDERS_PER_MS = 1000;

/**
 * Who of a workflow's instances runs, and who waits for that: first come, first served. It is the
 * truth while the process lives. Each instance holds its place by its id, so one whose object was
 * reset, and that is taken up again, has it still.
 */
export class Admission {
  readonly #limits: Pick<WorkflowLimits, "running" | "queued">;
  readonly #ports: () => AdmissionPorts;
  /** Outside of all objects: nobody's gate holds back what others do. */
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #running = new Set<string>();
  #waiting = new Map<string, number>();
  #isSorted = true;
  #lastOrder = 0;
  #gone: string[] = [];

  constructor(limits: Pick<WorkflowLimits, "running" | "queued">, ports: () => AdmissionPorts) {
    this.#limits = limits;
    this.#ports = ports;
  }

  /** No more instances may wait. */
  get isFull(): boolean {
    return this.#waiting.size >= this.#limits.queued;
  }

  /**
   * Whether an instance may run now: it has its place then. Else it waits.
   *
   * @param isFirst it ran before the process died, and goes before those that have not begun
   */
  enter(id: string, isFirst = false): boolean {
    if (this.#running.has(id)) return true;
    if (this.#waiting.size > 0 || this.#running.size >= this.#limits.running) {
      this.wait(id, isFirst ? 0 : undefined);
      return false;
    }
    this.#running.add(id);
    return true;
  }

  /** An instance runs, room or not. */
  force(id: string): void {
    this.#waiting.delete(id);
    this.#running.add(id);
  }

  /** Puts an instance in the queue: at its end, or where its `order` says. Its order is answered. */
  wait(id: string, order: number = this.#nextOrder()): number {
    const known = this.#waiting.get(id);
    if (known !== undefined) return known;
    if (this.#running.has(id)) return order;
    if (order < this.#lastOrder) this.#isSorted = false;
    this.#lastOrder = Math.max(this.#lastOrder, order);
    this.#waiting.set(id, order);
    return order;
  }

  /** What an earlier process has left waiting. */
  load(list: readonly Waiting[]): void {
    for (const { id, order } of list) this.wait(id, order);
    this.pump();
  }

  /** An instance neither runs nor waits for that. */
  leave(id: string): void {
    const ran = this.#running.delete(id);
    const waited = this.#waiting.delete(id);
    if (ran || waited) this.pump();
  }

  /** All instances were erased: nobody runs, nobody waits. */
  clear(): void {
    this.#running.clear();
    this.#waiting.clear();
  }

  #nextOrder(): number {
    return Math.max(this.#ports().clock.now() * ORDERS_PER_MS, this.#lastOrder + 1);
  }

  /** Lets in those that there is room for. */
  pump(): void {
    while (this.#waiting.size > 0 && this.#running.size < this.#limits.running) {
      if (!this.#isSorted) {
        this.#waiting = new Map([...this.#waiting].sort(([, one], [, other]) => one - other));
        this.#isSorted = true;
      }
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [id, order] = next;
      this.#waiting.delete(id);
      this.#running.add(id);
      void this.#outside(() => this.#admit(id, order));
    }
  }

  async #admit(id: string, order: number): Promise<void> {
    const { admit, clock, log } = this.#ports();
    try {
      const isAdmitted = await admit(id);
      this.#forget(id);
      if (!isAdmitted) this.leave(id);
    } catch (error) {
      log.warn("A queued instance of a workflow could not be reached; it is tried again.", {
        ...{ instance: id, error },
      });
      this.#running.delete(id);
      this.wait(id, order);
      clock.setTimer(() => this.pump(), AGAIN_MS);
    }
  }

  /** All that are let in during one turn are forgotten together. */
  #forget(id: string): void {
    this.#gone.push(id);
    if (this.#gone.length > 1) return;
    setImmediate(() => {
      const ids = this.#gone;
      this.#gone = [];
      const { forget, log } = this.#ports();
      forget(ids).catch((error: unknown) => {
        // What is left there is asked again after the next start, and then goes.
        log.warn("The queue of a workflow could not be brought up to date.", { error });
      });
    });
  }
}
