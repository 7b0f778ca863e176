import { rpcErrors } from "../contract-errors.ts";
import { brands, hasBrand } from "./brands.ts";
import { hostError } from "./errors.ts";
import { isStub } from "./stub-state.ts";

/** The deepest path that one call may name: a member, and 64 properties below it. */
export const MAX_PATH_NAMES = 65;

/** Names that no target lends to callers. */
const RESERVED = new Set(["dup", "constructor"]);

/** Names that objects and entrypoints keep for the platform besides. */
const RESERVED_OF_ENTRYPOINTS = new Set([
  ...RESERVED,
  "fetch",
  "connect",
  "alarm",
  "webSocketMessage",
  "webSocketClose",
  "webSocketError",
]);

/** What a path has led to, and what it was read from. */
interface Found {
  readonly value: unknown;
  readonly owner: unknown;
}

/** @throws TypeError when a path is longer than that */
export function checkDepth(path: readonly string[]): void {
  if (path.length > MAX_PATH_NAMES) throw rpcErrors.pathTooDeep();
}

/**
 * Calls, or reads, what a path leads to from a target: members of the prototype chain for classes of
 * the platform, own properties for plain objects and functions.
 *
 * @param args absent for a read
 * @throws TypeError with the texts of the contract
 */
export function invoke(
  target: unknown,
  path: readonly string[],
  args: readonly unknown[] | undefined,
): unknown {
  const { value, owner } = follow(target, path);
  if (args === undefined) return value;
  if (typeof value !== "function")
    throw hostError(rpcErrors.notAFunction(path.join(".") || "(this)"));
  return Reflect.apply(value, owner, args);
}

function follow(target: unknown, path: readonly string[]): Found {
  let owner: unknown;
  let value = target;
  for (const [index, name] of path.entries()) {
    owner = value;
    value = member(value, name);
    // A path that goes on below something that has no members fails with the name of that.
    if (index < path.length - 1 && !hasMembers(value)) throw missing(name);
  }
  return { value, owner };
}

function member(target: unknown, name: string): unknown {
  if ((typeof target !== "object" && typeof target !== "function") || target === null) {
    throw missing(name);
  }
  if (isStub(target)) return Reflect.get(target, name);
  if (hasBrand(target, brands.rpcTarget)) return inherited(target, name, RESERVED);
  if (isEntrypoint(target)) return inherited(target, name, RESERVED_OF_ENTRYPOINTS);
  if (RESERVED.has(name)) throw hostError(rpcErrors.reservedMethod(name));
  if (!hasOwnMembers(target) || !Object.hasOwn(target, name)) throw missing(name);
  return Reflect.get(target, name);
}

function hasMembers(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntrypoint(target: object): boolean {
  return hasBrand(target, brands.durableObject) || hasBrand(target, brands.workerEntrypoint);
}

/** Classes outside the platform's own lend nothing. */
function hasOwnMembers(target: object): boolean {
  if (typeof target === "function" || Array.isArray(target)) return true;
  const prototype: unknown = Object.getPrototypeOf(target);
  return prototype === Object.prototype || prototype === null;
}

/** A member that is found on the prototype chain below `Object.prototype`, never on the instance. */
function inherited(target: object, name: string, reserved: ReadonlySet<string>): unknown {
  if (reserved.has(name)) throw hostError(rpcErrors.reservedMethod(name));
  let prototype: object | null = Object.getPrototypeOf(target);
  while (prototype !== null && prototype !== Object.prototype) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    if (descriptor?.get !== undefined) return Reflect.apply(descriptor.get, target, []);
    if (descriptor?.set !== undefined) break;
    if (descriptor !== undefined) return descriptor.value;
    prototype = Object.getPrototypeOf(prototype);
  }
  throw missing(name);
}

function missing(name: string): Error {
  return hostError(rpcErrors.noSuchMethod(name));
}
