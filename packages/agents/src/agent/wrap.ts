import { withinAgent } from "../context.ts";
import { copyCallableMetadata } from "../rpc/callable.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

const wrapped = new WeakSet<object>();

/**
 * Makes `getCurrentAgent()` work in a class's own methods however they are called, be it by another
 * object. Inside a running context of the same agent a method keeps it; otherwise it runs in a
 * context of the agent alone, so that no request or connection leaks from one agent to another.
 *
 * Left alone: what `base` has (the framework enters the context for its hooks), names that start
 * with `_`, getters, symbols and fields. Done once a class, on its own prototype.
 */
export function wrapMethods(prototype: object, base: object): void {
  if (wrapped.has(prototype) || prototype === base) return;
  wrapped.add(prototype);
  const seen = new Set<string>(["constructor"]);
  for (let at = prototype; at !== base && at !== null; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const descriptor = Object.getOwnPropertyDescriptor(at, name);
      if (typeof descriptor?.value !== "function" || name.startsWith("_") || name in base) continue;
      const value = inContext(name, descriptor.value as Method);
      Object.defineProperty(prototype, name, { ...descriptor, value });
    }
  }
}

function inContext(name: string, method: Method): Method {
  function run(this: object, ...args: unknown[]): unknown {
    return withinAgent(this, () => method.apply(this, args));
  }
  copyCallableMetadata(method, run);
  return Object.defineProperty(run, "name", { value: name, configurable: true });
}
