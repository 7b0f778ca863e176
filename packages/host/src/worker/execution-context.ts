import { workerErrors } from "../contract-errors.ts";
import { tracing } from "../modules/tracing.ts";
import { isStub } from "../rpc/stub-state.ts";
import { refuseConstruction } from "../storage/shape.ts";

/** What runs, as its `ctx` needs it. */
interface RunningEvent {
  readonly exports: object;
  waitUntil(promise: unknown): void;
  abort(reason: unknown): never;
}

/** The `ctx` of a Worker's handler. */
export class ExecutionContext {
  // The order is the one in which `for...in` lists them.
  readonly tracing: object = tracing;
  readonly access: undefined = undefined;
  readonly cache: undefined = undefined;
  readonly props: object;
  readonly exports: object;
  readonly #event: RunningEvent;

  constructor(event: RunningEvent, props: object) {
    this.#event = event;
    this.props = props;
    this.exports = event.exports;
  }

  /** Lets work go on after the answer. A rejection is logged. */
  waitUntil(...promise: readonly unknown[]): void {
    const event = eventOf(this);
    if (promise.length === 0) throw workerErrors.notAPromise("ExecutionContext");
    event.waitUntil(promise[0]);
  }

  /** Does nothing: there is no origin to pass the request on to. */
  passThroughOnException(): void {
    eventOf(this);
  }

  /** Does nothing: requests reach other hosts as the network has it. */
  mapVirtualHost(service?: unknown): void {
    eventOf(this);
    if (typeof service !== "object" || service === null || !isStub(service)) {
      throw workerErrors.notAFetcher();
    }
  }

  /** Fails the event with `reason`: its caller sees that, and nothing of it runs any more. */
  abort(reason?: unknown): never {
    return eventOf(this).abort(reason);
  }

  static is(value: object): value is ExecutionContext {
    return #event in value;
  }

  static eventOf(value: ExecutionContext): RunningEvent {
    return value.#event;
  }

  get [Symbol.toStringTag](): string {
    return "ExecutionContext";
  }
}

for (const name of ["waitUntil", "passThroughOnException", "mapVirtualHost", "abort"]) {
  Object.defineProperty(ExecutionContext.prototype, name, { enumerable: true });
}
refuseConstruction(ExecutionContext);

/** Methods of the platform do not work without their object. */
function eventOf(context: unknown): RunningEvent {
  if (typeof context !== "object" || context === null || !ExecutionContext.is(context)) {
    throw workerErrors.illegalInvocation();
  }
  return ExecutionContext.eventOf(context);
}
