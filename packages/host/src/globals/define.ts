/** Replaces or adds a global the way the platform's own are defined: hidden and changeable. */
export function defineGlobal(name: string, value: unknown): void {
  define(globalThis, name, value);
}

export function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
