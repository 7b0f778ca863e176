/**
 * Stubs: objects whose every method is a call.
 *
 * @module
 */

import type { UntypedAgentStub } from "./stub-types.ts";

/** Keys that runtimes, consoles and test tools read on any object; they never become calls. */
const PROBED_KEYS: ReadonlySet<string> = new Set([
  "toJSON",
  "then",
  "catch",
  "finally",
  "valueOf",
  "toString",
  "constructor",
  "prototype",
  "$$typeof",
  "@@toStringTag",
  "asymmetricMatch",
  "nodeType",
]);

/**
 * Wraps `call` so that `stub.method(a, b)` becomes `call("method", [a, b])`. Symbols and the keys
 * that `await`, `JSON.stringify` and consoles probe read as `undefined` and cause no call.
 *
 * @example
 * ```ts
 * const stub = createStubProxy<{ add(a: number, b: number): Promise<number> }>((method, args) =>
 *   client.call(method, args),
 * );
 * await stub.add(1, 2);
 * ```
 */
export function createStubProxy<T = UntypedAgentStub>(
  call: (method: string, args: unknown[]) => unknown,
): T {
  const methods = new Map<string, (...args: unknown[]) => unknown>();
  return new Proxy(Object.create(null), {
    get(_target, key) {
      if (typeof key === "symbol" || PROBED_KEYS.has(key)) return undefined;
      const known = methods.get(key);
      if (known) return known;
      const method = (...args: unknown[]) => call(key, args);
      methods.set(key, method);
      return method;
    },
  }) as T;
}
