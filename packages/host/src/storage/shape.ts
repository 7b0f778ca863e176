import { storageErrors } from "../contract-errors.ts";
import { refuseInStorage } from "./kv-special.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/**
 * Gives a class the looks of the platform's own: members show up in `for … in`, text names the class,
 * methods of another receiver throw "Illegal invocation", programs cannot construct it, and instances
 * cannot be stored.
 *
 * @param members in the order in which they are listed
 * @param isInstance whether a value was made by the class
 */
export function platformClass(
  Class: { readonly name: string; readonly prototype: object },
  members: readonly string[],
  isInstance: (value: unknown) => boolean,
): void {
  const { prototype, name } = Class;
  for (const member of members) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, member);
    if (descriptor === undefined) continue;
    // Defined anew, because members are listed in the order in which they were.
    Reflect.deleteProperty(prototype, member);
    const { value } = descriptor;
    if (typeof value === "function") descriptor.value = guarded(member, value, isInstance);
    if (descriptor.get !== undefined) descriptor.get = guarded(member, descriptor.get, isInstance);
    Object.defineProperty(prototype, member, { ...descriptor, enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  refuseConstruction(Class);
  refuseInStorage(Class);
}

/** Lets programs see a class by its name and its instances, and not make one. */
export function refuseConstruction(Class: { readonly prototype: object }): void {
  const face = new Proxy(Class, {
    construct() {
      throw storageErrors.illegalConstructor();
    },
  });
  Object.defineProperty(Class.prototype, "constructor", {
    ...{ value: face, configurable: true, writable: true },
  });
}

function guarded(name: string, method: Method, isInstance: (value: unknown) => boolean): Method {
  const guard = function (this: object, ...args: unknown[]): unknown {
    if (!isInstance(this)) throw storageErrors.illegalInvocation();
    return Reflect.apply(method, this, args);
  };
  Object.defineProperty(guard, "name", { value: name });
  return guard;
}
