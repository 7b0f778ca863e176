import { copyError } from "../rpc/errors.ts";

/**
 * Stops code whose activation has just been reset: `ctx.abort()` throws it. Nothing reports it.
 * A runtime with isolates would end the code at that very place; here a `catch` can see it.
 */
export class AbortedSignal extends Error {
  override readonly name = "AbortedSignal";
}

/** Something other than an error that broke an object: callers get a copy of the value. */
class ThrownValue extends Error {
  readonly value: object;

  constructor(value: object) {
    super(String(value));
    this.value = value;
  }

  /** What callers get is what was thrown, which only looks like an error to those who pass it on. */
  copy(): Error {
    try {
      return structuredClone(this.value) as Error;
    } catch {
      return new Error(this.message);
    }
  }
}

/** Whatever user code threw, as the reason of a reset. */
export function resetReason(thrown: unknown): Error {
  if (thrown instanceof Error) return resetError(thrown);
  const isObject = typeof thrown === "object" && thrown !== null;
  return isObject ? new ThrownValue(thrown) : new Error(String(thrown));
}

/** The error that one caller gets when the object was reset under its call. */
export function resetError(reason: Error): Error {
  const error = reason instanceof ThrownValue ? reason.copy() : copyError(reason);
  Reflect.deleteProperty(error, "remote");
  return Object.assign(error, { durableObjectReset: true });
}

/** A request that a reset broke off says so as if the object's own code had thrown. */
export function throwAsRemote(error: unknown): never {
  if (typeof error === "object" && error !== null && "durableObjectReset" in error) {
    Reflect.deleteProperty(error, "durableObjectReset");
    Object.assign(error, { remote: true, durableObjectReset: true });
  }
  throw error;
}
