import { invocation } from "../context.ts";

/** Replaces or adds a global the way the platform's own are defined: hidden and changeable. */
export function defineGlobal(name: string, value: unknown): void {
  define(globalThis, name, value);
}

export function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

/** A global that has its value inside of invocations; outside it is `undefined`, or what is assigned. */
export function defineInside(name: string, value: () => unknown): void {
  let assigned: unknown = Reflect.get(globalThis, name);
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get: () => (invocation.getStore() ? value() : assigned),
    set: (wanted: unknown) => {
      assigned = wanted;
    },
  });
}
