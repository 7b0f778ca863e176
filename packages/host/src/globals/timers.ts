import { AsyncLocalStorage } from "node:async_hooks";
import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from "node:timers";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import { type InvocationContext, invocation } from "../context.ts";
import { defineGlobal } from "./define.ts";

type Callback = (...parameters: unknown[]) => unknown;

const byId = new Map<number, ContextTimer>();
let lastId = 0;

/**
 * A timer set by code of an invocation: it follows the host's clock, starts when the object's input
 * gate allows it, keeps the object from hibernating, and ends with the activation.
 */
class ContextTimer implements Timer {
  readonly #id: number;
  readonly #context: InvocationContext;
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #repeats: boolean;
  readonly #start: () => void;
  #pending: Timer | undefined;

  constructor(
    context: InvocationContext,
    callback: () => void,
    delayMs: number,
    options: { readonly repeats: boolean },
  ) {
    lastId += 1;
    this.#id = lastId;
    this.#context = context;
    this.#clock = context.clock ?? systemClock;
    this.#delayMs = delayMs;
    this.#repeats = options.repeats;
    const inside = AsyncLocalStorage.snapshot();
    this.#start = () => inside(() => this.#call(callback));
    this.#arm();
  }

  cancel(): void {
    this.#pending?.cancel();
    this.#forget();
  }

  /** Timers of an object never keep the process alive. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return false;
  }

  refresh(): this {
    this.#pending?.cancel();
    this.#arm();
    return this;
  }

  close(): this {
    this.cancel();
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  [Symbol.dispose](): void {
    this.cancel();
  }

  #arm(): void {
    byId.set(this.#id, this);
    this.#context.timers?.add(this);
    this.#pending = this.#clock.setTimer(() => this.#due(), this.#delayMs);
  }

  #due(): void {
    this.#pending = undefined;
    const { run } = this.#context;
    if (run) run.call(this.#context, this.#start);
    else this.#start();
  }

  #call(callback: () => void): void {
    // Cleared while it waited for the input gate.
    if (!byId.has(this.#id)) return;
    if (!this.#repeats) this.#forget();
    try {
      callback();
    } catch (error) {
      if (!this.#context.uncaught) throw error;
      this.#context.uncaught(error);
    } finally {
      if (this.#repeats && byId.has(this.#id)) this.#arm();
    }
  }

  #forget(): void {
    byId.delete(this.#id);
    this.#context.timers?.delete(this);
  }
}

/** A timer of the current invocation; outside of invocations one of the machine's clock. */
export function setContextTimer(callback: () => void, ms: number): Timer {
  const context = invocation.getStore();
  if (!context) return systemClock.setTimer(callback, delayOf(ms));
  return new ContextTimer(context, callback, delayOf(ms), { repeats: false });
}

/** Replaces the global timer functions. Outside of invocations they are Node's own. */
export function installTimers(): void {
  const timer =
    (native: (callback: Callback, ms?: number, ...rest: unknown[]) => unknown, repeats: boolean) =>
    (callback: Callback, ms?: number, ...rest: unknown[]) => {
      const context = invocation.getStore();
      if (!context || typeof callback !== "function") return native(callback, ms, ...rest);
      return new ContextTimer(context, () => void callback(...rest), delayOf(ms), { repeats });
    };
  const clear = (native: (handle: never) => void) => (handle: unknown) => {
    const found = handle instanceof ContextTimer ? handle : byId.get(Number(handle));
    if (found && (handle instanceof ContextTimer || typeof handle !== "object")) found.cancel();
    else native(handle as never);
  };
  defineGlobal("setTimeout", timer(setTimeout, false));
  defineGlobal("setInterval", timer(setInterval, true));
  defineGlobal("clearTimeout", clear(clearTimeout));
  defineGlobal("clearInterval", clear(clearInterval));
  defineGlobal("setImmediate", gatedImmediate);
}

function gatedImmediate(callback: Callback, ...rest: unknown[]): unknown {
  const context = invocation.getStore();
  if (!context || typeof callback !== "function") return setImmediate(callback, ...rest);
  const inside = AsyncLocalStorage.snapshot();
  const start = () =>
    inside(() => {
      try {
        callback(...rest);
      } catch (error) {
        if (!context.uncaught) throw error;
        context.uncaught(error);
      }
    });
  return setImmediate(() => (context.run ? context.run(start) : start()));
}

function delayOf(ms: unknown): number {
  return Math.max(Number(ms) || 0, 1);
}
