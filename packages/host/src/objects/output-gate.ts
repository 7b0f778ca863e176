import type { Clock, Timer } from "../clock.ts";
import { objectErrors, rpcErrors } from "../contract-errors.ts";
import type { ObjectLimits } from "../limits.ts";
import type { ObjectStore } from "../storage/object-store.ts";

/** Time, and how long anything may wait for its writes to become durable. */
export interface OutputGateHost {
  readonly clock: Clock;
  readonly limits: Pick<ObjectLimits, "outputGateMs">;
}

/**
 * The output gate of one activation: closed from the first write of a turn until that turn's commit
 * is durable. What leaves through it leaves in order.
 */
export class OutputGate {
  readonly #store: ObjectStore;
  readonly #host: OutputGateHost;
  readonly #fail: (error: Error) => void;
  /** Something was written in this turn. */
  #dirty = false;
  /** Settles once this turn is committed and durable; made when somebody asks within the turn. */
  #turn: PromiseWithResolvers<void> | undefined;
  /** What things that leave wait for now. */
  #pending: Promise<void> | undefined;
  /** Whether that stands for everything that was written until now. */
  #isCovered = false;
  #isClosed = false;
  #watches: Set<Timer> | undefined;

  constructor(store: ObjectStore, host: OutputGateHost, fail: (error: Error) => void) {
    this.#store = store;
    this.#host = host;
    this.#fail = fail;
  }

  get isDirty(): boolean {
    return this.#dirty;
  }

  written(): void {
    this.#dirty = true;
  }

  /** Ends the turn: commits what was written in it. */
  commit(): void {
    if (!this.#dirty || this.#isClosed) return;
    this.#dirty = false;
    const turn = this.#turn;
    this.#turn = undefined;
    if (turn === undefined) this.#isCovered = false;
    try {
      this.#store.commit();
      turn?.resolve(this.#store.durable());
    } catch (error) {
      const failure = asError(error);
      turn?.reject(failure);
      this.#fail(failure);
    }
  }

  /** What has to be waited for before something may leave; `undefined` when nothing has to. */
  wait(): Promise<void> | undefined {
    if (this.#dirty) {
      if (this.#turn === undefined) {
        this.#turn = Promise.withResolvers<void>();
        this.#await(this.#turn.promise);
      }
      return this.#pending;
    }
    if (this.#pending !== undefined && this.#isCovered) return this.#pending;
    const durable = this.#store.durable();
    if (durable !== undefined) this.#await(durable);
    return this.#pending;
  }

  /** What leaves waits for this as well: something that the object did outside of its own store. */
  include(work: Promise<void>): void {
    this.#await(work);
    // It says nothing of what was written before.
    this.#isCovered = false;
  }

  /** The activation has ended: nothing is watched any more. */
  close(): void {
    this.#isClosed = true;
    // What was written in this turn is lost: what waits for it must not wait for ever.
    this.#turn?.reject(rpcErrors.connectionLost());
    this.#turn = undefined;
    for (const watch of this.#watches ?? []) watch.cancel();
    this.#watches = undefined;
  }

  /**
   * Adds something to wait for: after what is waited for already, so that nothing that leaves later
   * overtakes. For the same reason the gate counts as closed until those who wait have been told.
   */
  #await(next: Promise<void>): void {
    next.catch(ignore);
    const before = this.#pending;
    const promise = before === undefined ? next : before.then(() => next);
    this.#pending = promise;
    this.#isCovered = true;
    const watch = this.#host.clock.setTimer(
      () => this.#fail(objectErrors.storageTimedOut()),
      this.#host.limits.outputGateMs,
    );
    this.#watches ??= new Set();
    this.#watches.add(watch);
    const settled = () => {
      watch.cancel();
      this.#watches?.delete(watch);
    };
    promise.then(
      () => {
        settled();
        if (this.#pending === promise) this.#pending = undefined;
      },
      (error: unknown) => {
        settled();
        this.#fail(asError(error));
      },
    );
  }
}

/** A failure reaches those who wait through the promise that stands for it. */
function ignore(): undefined {
  return undefined;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
