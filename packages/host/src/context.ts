import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { Clock, Timer } from "./clock.ts";
import type { HostLimits } from "./limits.ts";
import type { StubScope } from "./rpc/scope.ts";

/** Why an activation ended, for those who hold something on its behalf. */
export type EndReason = "codeUpdated" | "evicted" | "reset";

/** What runs now: one event of an object, or one event of the Worker. */
export interface InvocationContext {
  /** The code that runs: its `env` and `exports`. */
  readonly env: object;
  readonly exports: object;
  /** Names the object, or the Worker's event, in logs. */
  readonly label?: string;
  /** Keeps the object, or the Worker's event, alive until the promise settles. */
  waitUntil(promise: Promise<unknown>): void;
  /** The object's output gate. Absent, or `undefined` when nothing has to be waited for. */
  gate?(): Promise<void> | undefined;
  /**
   * Starts a continuation that belongs to this invocation (a reply, a timer, an event of a standard
   * socket): at once when the object's input gate lets it in, later when a critical section is in the
   * way, and never once the activation has ended. Absent outside of objects: it starts at once.
   */
  run?(continuation: () => void): void;
  /**
   * Runs work as an event of its own that comes from this invocation: behind the input gate, counted
   * as running, its outcome held by the output gate. Rejects when the activation has ended.
   */
  call?<T>(work: () => T | Promise<T>): Promise<T>;
  /**
   * Keeps the object in memory (no hibernation, no eviction) for something open that belongs to it,
   * such as a standard socket, until the returned function is called. `end` is called when the
   * activation ends before that.
   */
  hold?(end: (reason: EndReason) => void): () => void;
  /** The object waits for an answer (1), or has got it (-1): it stays in memory for that long. */
  waits?(change: 1 | -1): void;
  /**
   * Live timers of user code. They keep the object from hibernating, and are taken back when the
   * activation ends.
   */
  readonly timers?: Set<Timer>;
  /** Time as this code sees it. Default the machine's. */
  readonly clock?: Clock;
  /** What this code may do. Default Cloudflare's limits. */
  readonly limits?: HostLimits;
  /** Something of this code can be called by others from now on. */
  lends?(): void;
  /** The stubs that this code was given: those that nobody disposed of end with it. */
  readonly stubs?: StubScope;
  /** Nothing of it runs any more, and nothing may: what it lent out cannot be called. */
  readonly isOver?: boolean;
  /** An error that no code caught: it is logged, and the object lives on. */
  uncaught?(error: unknown): void;
}

/** The current invocation. Every way into user code runs inside it. */
export const invocation = new AsyncLocalStorage<InvocationContext>();

/**
 * Lets a reply into the invocation that waits for it: its promise settles when the object's input gate
 * is open. Outside of objects that is at once.
 */
export function admitted<T>(reply: Promise<T>): Promise<T> {
  const waiting = invocation.getStore();
  return waiting?.run === undefined ? reply : comeBack(waiting, reply);
}

function comeBack<T>(waiting: InvocationContext, reply: Promise<T>): Promise<T> {
  waiting.waits?.(1);
  return new Promise((resolve, reject) => {
    reply.then(
      (value) => {
        waiting.run?.(() => resolve(value));
        waiting.waits?.(-1);
      },
      (error: unknown) => {
        waiting.run?.(() => reject(error));
        waiting.waits?.(-1);
      },
    );
  });
}

/** Runs a function with nothing in its asynchronous context but one invocation. */
export type ContextRunner = <A extends unknown[], R>(callback: (...args: A) => R, ...args: A) => R;

/** The context of the host itself: what callers keep in their own storages never leaks into objects. */
const outside = AsyncLocalStorage.snapshot();

/** Runs a function as the host's own: in no invocation. */
export function runOutside<R>(callback: () => R): R {
  return outside(callback);
}

/**
 * Makes the way into one invocation. Callers' asynchronous contexts do not pass: an object never sees
 * what its caller keeps in an `AsyncLocalStorage`. Made once for each activation or critical section,
 * it costs one context switch for each event.
 */
export function contextRunner(context: InvocationContext): ContextRunner {
  // A resource, because what `AsyncLocalStorage.snapshot` makes of one takes a kilobyte of memory.
  const resource = outside(() => invocation.run(context, makeResource));
  return (callback, ...args) => resource.runInAsyncScope(callback, undefined, ...args);
}

function makeResource(): AsyncResource {
  return new AsyncResource("Invocation", { requireManualDestroy: true });
}
