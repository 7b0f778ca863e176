import { resetError } from "../objects/reset.ts";
import { copyError } from "../rpc/errors.ts";

/** Makes what one caller is told. Each gets a copy of its own. */
export type Failure = () => unknown;

/** The facet was reset from within. */
export function resetFailure(reason: Error): Failure {
  return () => resetError(reason);
}

/**
 * The facet was ended by its parent: callers get what the parent gave, without flags. What is no object
 * becomes the text of an error.
 */
export function givenFailure(reason: unknown): Failure {
  if (reason instanceof Error) return () => copyError(reason);
  const isObject = typeof reason === "object" && reason !== null;
  if (!isObject) return () => new Error(String(reason));
  const copy: unknown = structuredClone(reason);
  return () => structuredClone(copy);
}

/** A failure as an error, for those whom it reaches in the middle of an event. */
export function asError(failure: Failure): Error {
  const error = failure();
  return error instanceof Error ? error : new Error(String(error));
}
