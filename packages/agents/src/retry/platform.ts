/**
 * Which failures are the platform's. They are told by exact fragments of its messages, or by the
 * flags it sets on errors; an application error that merely mentions an upgrade is not one.
 */

const CODE_UPDATE = /reset because its code was updated|this script has been upgraded/i;
const CONNECTION_LOST = /network connection lost/i;
const STORAGE_RESET = /Internal error in Durable Object storage caused object to be reset/i;
const MEMORY_LIMIT = /exceeded its memory limit/i;
const OVERLOADED = /Durable Object is overloaded/i;
/** How deep a chain of causes is followed. */
const MAX_CAUSES = 8;

/** The object was reset because newer code is deployed: only a fresh start can succeed. */
export function isDurableObjectCodeUpdateReset(error: unknown): boolean {
  return someCause(error, (cause) => CODE_UPDATE.test(textOf(cause)));
}

/** The object was reset by an internal failure of its storage. */
export function isDurableObjectStorageReset(error: unknown): boolean {
  return someCause(error, (cause) => STORAGE_RESET.test(textOf(cause)));
}

/** The object was reset because it used too much memory; the same work would do so again. */
export function isDurableObjectMemoryLimitReset(error: unknown): boolean {
  return someCause(error, (cause) => MEMORY_LIMIT.test(textOf(cause)));
}

/** The platform itself says that the operation may be repeated. */
export function isErrorRetryable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { retryable, overloaded } = error as { retryable?: unknown; overloaded?: unknown };
  return retryable === true && overloaded !== true && !OVERLOADED.test(textOf(error));
}

/** A failure of the platform that goes away by itself: the same work should be run again later. */
export function isPlatformTransientError(error: unknown): boolean {
  return someCause(
    error,
    (cause) =>
      isErrorRetryable(cause) ||
      [CODE_UPDATE, CONNECTION_LOST, STORAGE_RESET].some((pattern) => pattern.test(textOf(cause))),
  );
}

/** A failure of the platform: work that failed so must be kept. */
export function isPlatformFailure(error: unknown): boolean {
  return isPlatformTransientError(error) || isDurableObjectMemoryLimitReset(error);
}

function someCause(error: unknown, test: (cause: unknown) => boolean): boolean {
  let cause = error;
  for (let depth = 0; depth <= MAX_CAUSES && cause !== undefined && cause !== null; depth++) {
    if (test(cause)) return true;
    cause = typeof cause === "object" ? (cause as { cause?: unknown }).cause : undefined;
  }
  return false;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const message = (value as { message?: unknown } | null)?.message;
  return typeof message === "string" ? message : "";
}
