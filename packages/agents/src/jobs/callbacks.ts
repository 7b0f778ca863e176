/** How stored names of callbacks become calls. */
export interface CallbackResolver {
  has(name: string): boolean;
  /** Runs the callback; only after `has`. */
  call(name: string, payload: unknown, item: unknown): unknown;
}

/** Callbacks that were registered by name. Inherited properties are none. */
export function registered(callbacks: object = {}): CallbackResolver {
  const find = (name: string): unknown =>
    Object.hasOwn(callbacks, name) ? Reflect.get(callbacks, name) : undefined;
  return {
    has: (name) => typeof find(name) === "function",
    call: (name, ...args) => (find(name) as (...args: unknown[]) => unknown)(...args),
  };
}
