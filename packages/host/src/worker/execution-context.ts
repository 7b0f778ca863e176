import type { Clock } from "../clock.ts";
import type { InvocationContext } from "../context.ts";

/** What one event of the Worker runs in. */
export interface WorkerEventParts {
  readonly env: object;
  readonly exports: object;
  readonly clock: Clock;
  readonly waitUntil: (promise: unknown) => void;
  readonly report: (error: unknown) => void;
}

/** One event of the Worker. Made for each. */
export class WorkerEvent implements InvocationContext {
  readonly label = "worker";
  readonly #parts: WorkerEventParts;

  constructor(parts: WorkerEventParts) {
    this.#parts = parts;
  }

  get env(): object {
    return this.#parts.env;
  }

  get exports(): object {
    return this.#parts.exports;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  waitUntil(promise: unknown): void {
    this.#parts.waitUntil(promise);
  }

  uncaught(error: unknown): void {
    this.#parts.report(error);
  }
}

/** The `ctx` of a Worker's handler. */
export class ExecutionContext {
  readonly props: object;
  readonly exports: object;
  readonly #event: WorkerEvent;

  constructor(event: WorkerEvent, props: object) {
    this.#event = event;
    this.props = props;
    this.exports = event.exports;
  }

  /** Lets work go on after the answer. A rejection is logged. */
  waitUntil(promise: unknown): void {
    this.#event.waitUntil(promise);
  }

  /** Does nothing: there is no origin to pass the request on to. */
  passThroughOnException(): void {
    // Only a network that stands before the Worker can do it.
  }

  get [Symbol.toStringTag](): string {
    return "ExecutionContext";
  }
}
