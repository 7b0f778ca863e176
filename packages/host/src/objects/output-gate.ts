import type { Clock, Timer } from "../clock.ts";
import { objectErrors, rpcErrors } from "../contract-errors.ts";
import type { ObjectLimits } from "../limits.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { afterTurn } from "./turn.ts";

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
  /** When each that is waited for was begun, the oldest first: they settle in this order. */
  readonly #begun: number[] = [];
  /** Looks whether the oldest takes too long. Left as it is when that settles, for the next. */
  #watch: Timer | undefined;

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
      if (turn === undefined) return;
      const durable = this.#store.durable();
      if (durable === undefined) turn.resolve();
      else durable.then(turn.resolve, turn.reject);
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

  /**
   * When all that is written until the end of this turn is durable. Of what else the output waits for
   * ({@link include}) it says nothing.
   */
  async stored(): Promise<void> {
    do await new Promise<void>((resolve) => afterTurn(resolve));
    while (this.#dirty && !this.#isClosed);
    await this.#store.durable();
  }

  /**
   * What leaves waits for this as well: something that the object did outside of its own store. A
   * rejection breaks the activation.
   */
  include(work: Promise<void>): void {
    work.catch(() => undefined);
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
    this.#watch?.cancel();
  }

  /**
   * Adds something to wait for: after what is waited for already, so that nothing that leaves later
   * overtakes. For the same reason the gate counts as closed until those who wait have been told.
   */
  #await(next: Promise<void>): void {
    const before = this.#pending;
    if (before !== undefined) next.catch(ignore);
    const promise = before === undefined ? next : before.then(() => next);
    this.#pending = promise;
    this.#isCovered = true;
    this.#begun.push(this.#host.clock.now());
    if (this.#watch === undefined) this.#watchFor(this.#host.limits.outputGateMs);
    promise.then(
      () => {
        this.#begun.shift();
        if (this.#pending === promise) this.#pending = undefined;
      },
      (error: unknown) => {
        this.#begun.shift();
        this.#fail(asError(error));
      },
    );
  }

  #watchFor(milliseconds: number): void {
    this.#watch = this.#host.clock.setTimer(() => this.#look(), milliseconds);
  }

  #look(): void {
    this.#watch = undefined;
    const [oldest] = this.#begun;
    if (oldest === undefined || this.#isClosed) return;
    const { clock, limits } = this.#host;
    const left = oldest + limits.outputGateMs - clock.now();
    if (left > 0) this.#watchFor(left);
    else this.#fail(objectErrors.storageTimedOut());
  }
}

/** A failure reaches those who wait through the promise that stands for it. */
function ignore(): undefined {
  return undefined;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
