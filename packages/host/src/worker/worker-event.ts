import type { Clock } from "../clock.ts";
import type { InvocationContext } from "../context.ts";
import { workerErrors } from "../contract-errors.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../limits.ts";
import { AbortedSignal } from "../objects/reset.ts";
import { StubScope } from "../rpc/scope.ts";

/** What one event of the Worker runs in. */
export interface WorkerEventParts {
  readonly env: object;
  readonly exports: object;
  readonly clock: Clock;
  /** Default Cloudflare's. */
  readonly limits?: HostLimits | undefined;
  readonly waitUntil: (promise: unknown) => void;
  readonly report: (error: unknown) => void;
}

/**
 * One event of the Worker. Made for each. It lasts until its handler has settled, its response's body
 * is sent, and all that it waits for is done; then the stubs that it holds end, and what it lent out
 * cannot be called any more.
 */
export class WorkerEvent implements InvocationContext {
  readonly label = "worker";
  readonly #parts: WorkerEventParts;
  #stubs: StubScope | undefined;
  readonly #ended: (error: unknown) => void;
  #holds = 0;
  #lends = false;
  #isAborted = false;

  /** @param ended is told when the event's own code aborts it */
  constructor(parts: WorkerEventParts, ended: (error: unknown) => void) {
    this.#parts = parts;
    this.#ended = ended;
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

  get limits(): HostLimits {
    return this.#parts.limits ?? DEFAULT_LIMITS;
  }

  get stubs(): StubScope {
    this.#stubs ??= new StubScope();
    return this.#stubs;
  }

  get isOver(): boolean {
    return this.#holds === 0 || this.#isAborted;
  }

  /** Whether its end makes a difference to anybody. */
  get hasTies(): boolean {
    return this.#lends || this.#stubs !== undefined;
  }

  lends(): void {
    this.#lends = true;
  }

  /** Keeps the event from ending until the returned function is called. */
  hold(): () => void {
    this.#holds += 1;
    return once(() => {
      this.#holds -= 1;
      if (this.#holds === 0) this.#stubs?.close();
    });
  }

  waitUntil(promise: unknown): void {
    this.#parts.waitUntil(promise);
    const letGo = this.hold();
    Promise.resolve(promise).then(letGo, letGo);
  }

  /** Its caller gets the reason, and its code stops. */
  abort(reason: unknown): never {
    this.#isAborted = true;
    this.#stubs?.close();
    const error = workerErrors.aborted(reason);
    aborts.add(error);
    this.#ended(error);
    throw new AbortedSignal();
  }

  uncaught(error: unknown): void {
    if (!(error instanceof AbortedSignal)) this.#parts.report(error);
  }
}

/** Reasons of aborts: callers get them as they are. */
const aborts = new WeakSet<Error>();

export function isAbort(error: unknown): boolean {
  return error instanceof Error && aborts.has(error);
}

function once(callback: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    callback();
  };
}
