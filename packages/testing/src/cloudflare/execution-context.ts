import { testErrors } from "../contract-errors.ts";
import { withinMachineTime } from "../machine-clock.ts";
import { runningWorker } from "../running.ts";

const LIMIT_MS = 30_000;
const MAKING = Symbol("making");

/** The `ctx` of a Worker's handler that a test calls itself. */
class ExecutionContext {
  readonly props: object = {};
  readonly #waited: Promise<unknown>[] = [];

  constructor(making?: symbol) {
    if (making !== MAKING) throw testErrors.illegalConstructor();
  }

  get exports(): object {
    return runningWorker().host.exports;
  }

  waitUntil(promise: unknown): void {
    const work = Promise.resolve(promise);
    // Rejections are thrown by whoever drains the context.
    work.catch(() => undefined);
    this.#waited.push(work);
  }

  passThroughOnException(): void {
    // There is nothing behind the Worker that a request could be passed to.
  }

  static is(value: unknown): value is ExecutionContext {
    return typeof value === "object" && value !== null && #waited in value;
  }

  /** Waits for everything, and for what that adds. Answers the reasons of rejections. */
  static async drain(context: ExecutionContext): Promise<unknown[]> {
    const reasons: unknown[] = [];
    while (context.#waited.length > 0) {
      const settled = await Promise.allSettled(context.#waited.splice(0));
      for (const one of settled) if (one.status === "rejected") reasons.push(one.reason);
    }
    return reasons;
  }
}

export function createExecutionContext(): ExecutionContext {
  return new ExecutionContext(MAKING);
}

/**
 * Waits for what was given to `ctx.waitUntil()`, 30 seconds at most.
 *
 * @throws what one promise was rejected with, or an AggregateError of several
 */
export async function waitOnExecutionContext(context: unknown): Promise<void> {
  if (!ExecutionContext.is(context)) {
    const makers = "'createExecutionContext()' or 'createPagesEventContext()'";
    throw testErrors.notMadeHere("getWaitUntil", 1, "ExecutionContext", makers);
  }
  const drained = ExecutionContext.drain(context);
  if (!(await withinMachineTime(drained, LIMIT_MS))) {
    console.warn(`Promises given to waitUntil() had not settled after ${LIMIT_MS / 1000} seconds.`);
    return;
  }
  const reasons = await drained;
  if (reasons.length === 1) throw reasons[0];
  if (reasons.length > 1) throw new AggregateError(reasons);
}

export function isExecutionContext(value: unknown): value is ExecutionContext {
  return ExecutionContext.is(value);
}
