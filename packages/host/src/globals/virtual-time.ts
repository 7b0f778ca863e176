import { type Clock, systemClock } from "../clock.ts";
import { invocation } from "../context.ts";
import { define, defineGlobal } from "./define.ts";

const NativeDate = Date;
let installed = false;

/**
 * Makes `Date`, `performance.now` and `AbortSignal.timeout` follow the host's clock inside of
 * invocations. Needed only for hosts whose clock is not the machine's; outside of invocations, and
 * for other hosts, everything is as before.
 */
export function installVirtualTime(): void {
  if (installed) return;
  installed = true;
  defineGlobal("Date", hostDate());
  const nativeNow = performance.now.bind(performance);
  define(performance, "now", () => {
    const clock = virtualClock();
    return clock ? clock.now() - originOf(clock, nativeNow) : nativeNow();
  });
  const nativeTimeout = AbortSignal.timeout.bind(AbortSignal);
  define(AbortSignal, "timeout", (ms: number) => {
    const clock = virtualClock();
    if (!clock) return nativeTimeout(ms);
    const controller = new AbortController();
    clock.setTimer(() => controller.abort(timedOut()), ms);
    return controller.signal;
  });
}

function virtualClock(): Clock | undefined {
  const clock = invocation.getStore()?.clock;
  return clock === systemClock ? undefined : clock;
}

/** What stands for the process's start on a clock, so that `performance.now` grows from where it is. */
const origins = new WeakMap<Clock, number>();

function originOf(clock: Clock, nativeNow: () => number): number {
  let origin = origins.get(clock);
  if (origin === undefined) {
    origin = clock.now() - nativeNow();
    origins.set(clock, origin);
  }
  return origin;
}

function now(): number {
  return virtualClock()?.now() ?? NativeDate.now();
}

function hostDate(): DateConstructor {
  const host = new Proxy(NativeDate, {
    construct: (target, parameters, newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
    apply: () => new NativeDate(now()).toString(),
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  });
  NativeDate.prototype.constructor = host;
  return host;
}

function timedOut(): DOMException {
  return new DOMException("The operation was aborted due to timeout", "TimeoutError");
}
