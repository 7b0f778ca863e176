import type { ObjectInvocation } from "./object-invocation.ts";

/** Something that waits for its start behind the input gate. */
export interface Work {
  /** Starts it. Never throws. */
  start(): void;
  /**
   * It will never start, or what it does is lost: the activation has ended.
   *
   * @param isStorageSound whether what was committed before will still become durable
   */
  drop(error: Error, isStorageSound: boolean): void;
}

/** A handler: what it gets is where it runs, which is known when it starts. */
export type Handler<T> = (origin: ObjectInvocation) => T | PromiseLike<T>;

/**
 * One event of an object: starts a handler, waits for it to settle, and lets its outcome out when
 * everything that the object wrote until then is durable.
 */
export class Delivery<T> implements Work {
  #origin: ObjectInvocation;
  readonly #handler: Handler<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  /** The handler has settled, and its outcome waits for the output gate. */
  #leaving:
    | { readonly gate: Promise<void>; readonly settle: () => void; readonly rests: number }
    | undefined;

  constructor(
    origin: ObjectInvocation,
    handler: Handler<T>,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#origin = origin;
    this.#handler = handler;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Where it belongs. */
  get origin(): ObjectInvocation {
    return this.#origin;
  }

  /** Gives it, before it has started, to another activation of the same object. */
  moveTo(origin: ObjectInvocation): void {
    this.#origin = origin;
  }

  start(): void {
    this.#origin.activation.activity.begin(this);
    try {
      const result = this.#origin.enter(this.#handler, this.#origin);
      if (isPromise(result)) result.then(this.#returned, this.#threw);
      else this.#returned(result);
    } catch (error) {
      this.#threw(error);
    }
  }

  /**
   * An outcome that was on its way out before the object came to rest is let go, once what it waits for
   * is durable: its writes are committed, and only our disk is slower than a timer.
   */
  drop(error: Error, isStorageSound: boolean): void {
    const leaving = this.#leaving;
    const mayLeave = isStorageSound && leaving !== undefined && leaving.rests !== this.#rests;
    if (!mayLeave) this.#reject(error);
    else leaving.gate.then(leaving.settle, () => this.#reject(error));
  }

  readonly #returned = (value: T): void => {
    const gate = this.#origin.activation.gate();
    if (gate === undefined) this.#finish(value);
    else
      this.#leave(
        gate,
        () => this.#finish(value),
        () => this.#resolve(value),
      );
  };

  readonly #threw = (error: unknown): void => {
    const gate = this.#origin.activation.gate();
    if (gate === undefined) this.#fail(error);
    else
      this.#leave(
        gate,
        () => this.#fail(error),
        () => this.#reject(error),
      );
  };

  get #rests(): number {
    return this.#origin.activation.activity.rests;
  }

  #leave(gate: Promise<void>, finish: () => void, settle: () => void): void {
    this.#leaving = { gate, settle, rests: this.#rests };
    gate.then(finish, ignore);
  }

  #finish(value: T): void {
    if (!this.#origin.activation.activity.isRunning(this)) return;
    this.#resolve(value);
    this.#origin.activation.activity.settled(this);
  }

  #fail(error: unknown): void {
    if (!this.#origin.activation.activity.isRunning(this)) return;
    this.#reject(error);
    this.#origin.activation.activity.settled(this);
  }
}

/** A gate that fails breaks the activation, which drops the delivery: nothing is left to do here. */
function ignore(): undefined {
  return undefined;
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof Reflect.get(value, "then") === "function";
}
