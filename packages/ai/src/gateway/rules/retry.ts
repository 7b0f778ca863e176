import type { RequestOptions } from "../request-options.ts";

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "failed" }
  | { readonly kind: "late" };

/** Whether the same provider is asked once more: the trouble may pass. */
export function mayPassAway(end: AttemptEnd): boolean {
  if (end.kind !== "answered") return true;
  return end.status === 408 || end.status === 429 || end.status >= 500;
}

/** Whether another provider is asked: this one will not do it. */
export function isFailure(end: AttemptEnd): boolean {
  return end.kind !== "answered" || end.status >= 400;
}

/** How long to wait before an attempt, the second of which is 1. In ms. */
export function delayBefore(
  attempt: number,
  { retryDelayMs, backoff }: Pick<RequestOptions, "retryDelayMs" | "backoff">,
): number {
  if (backoff === "linear") return retryDelayMs * attempt;
  return backoff === "exponential" ? retryDelayMs * 2 ** (attempt - 1) : retryDelayMs;
}

/**
 * How long an attempt may take to its first part, in ms; `undefined`: as long as it wants. The last of
 * several waits, because there is nothing better to do. Source: `platform.md` 4.3.
 */
export function timeoutOf(
  attempt: number,
  { timeoutMs, maxAttempts }: Pick<RequestOptions, "timeoutMs" | "maxAttempts">,
): number | undefined {
  return maxAttempts > 1 && attempt === maxAttempts - 1 ? undefined : timeoutMs;
}
