import { invocation } from "../context.ts";
import { rpcErrors } from "../contract-errors.ts";
import { brands, hasBrand } from "./brands.ts";
import { lend } from "./exchange.ts";
import { keepStub, stubPrototype } from "./stub.ts";

/**
 * A stub of a function, a plain object or an `RpcTarget` of one's own.
 *
 * @throws TypeError for anything else
 * @example
 * ```ts
 * const stub = new RpcStub((name: string) => `Hello ${name}`);
 * await stub("you");
 * ```
 */
export const RpcStub: new (target: unknown) => object = function RpcStub(target: unknown): object {
  if ((typeof target !== "object" && typeof target !== "function") || target === null) {
    throw rpcErrors.wrapNeedsObject();
  }
  const isPlain = Object.getPrototypeOf(target) === Object.prototype;
  if (typeof target !== "function" && !isPlain && !hasBrand(target, brands.rpcTarget)) {
    throw rpcErrors.cannotWrap();
  }
  return keepStub(lend(target), invocation.getStore()?.stubs);
} as unknown as new (
  target: unknown,
) => object;

// Stubs that arrive are instances of it as well.
Object.defineProperty(RpcStub, "prototype", { value: stubPrototype, writable: false });
Object.defineProperty(stubPrototype, "constructor", {
  value: RpcStub,
  writable: true,
  configurable: true,
});
