import { copyError } from "../rpc/errors.ts";

/**
 * Stops code whose activation has just been reset: `ctx.abort()` throws it. Nothing reports it.
 * A runtime with isolates would end the code at that very place; here a `catch` can see it.
 */
export class AbortedSignal extends Error {
  override readonly name = "AbortedSignal";
}

/** The error that one caller gets when the object was reset under its call. */
export function resetError(reason: Error): Error {
  const error = copyError(reason);
  Reflect.deleteProperty(error, "remote");
  return Object.assign(error, { durableObjectReset: true });
}
