import { FreeholdError } from "../errors.ts";

/** How often and how slowly failed work is tried again. */
export interface RetryOptions {
  /** Attempts, the first included. Default 3. */
  maxAttempts?: number;
  /** Base of the exponential back-off in milliseconds. Default 100. */
  baseDelayMs?: number;
  /** Longest wait in milliseconds. Default 3000. */
  maxDelayMs?: number;
}

/** {@link RetryOptions} with every field set. */
export type RetryPolicy = Required<RetryOptions>;

/** The policy where nothing else is said. */
export const DEFAULT_RETRY: RetryPolicy = Object.freeze({
  maxAttempts: 3,
  baseDelayMs: 100,
  maxDelayMs: 3000,
});

/** Fills what `options` leaves open. */
export function resolveRetry(
  options: RetryOptions | undefined,
  defaults: RetryPolicy,
): RetryPolicy {
  return {
    maxAttempts: options?.maxAttempts ?? defaults.maxAttempts,
    baseDelayMs: options?.baseDelayMs ?? defaults.baseDelayMs,
    maxDelayMs: options?.maxDelayMs ?? defaults.maxDelayMs,
  };
}

/**
 * Checks options at the moment they are given, also against the defaults that fill them.
 *
 * @param label Prefix of the messages: `retry`, or `routingRetry`.
 * @throws FreeholdError `invalid_retry_options`.
 */
export function validateRetry(
  options: RetryOptions,
  defaults: RetryPolicy = DEFAULT_RETRY,
  label = "retry",
): void {
  const { maxAttempts, baseDelayMs, maxDelayMs } = options;
  if (maxAttempts !== undefined) {
    if (!Number.isFinite(maxAttempts) || maxAttempts < 1) {
      throw invalid(`${label}.maxAttempts must be >= 1`);
    }
    if (!Number.isInteger(maxAttempts)) throw invalid(`${label}.maxAttempts must be an integer`);
  }
  assertPositive(baseDelayMs, `${label}.baseDelayMs`);
  assertPositive(maxDelayMs, `${label}.maxDelayMs`);
  const policy = resolveRetry(options, defaults);
  if (policy.baseDelayMs > policy.maxDelayMs) {
    throw invalid(`${label}.baseDelayMs must be <= ${label === "retry" ? "retry." : ""}maxDelayMs`);
  }
}

function assertPositive(value: number | undefined, name: string): void {
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
    throw invalid(`${name} must be > 0`);
  }
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_retry_options", message, {
    help: "Give whole attempts from 1 and delays in milliseconds above 0.",
  });
}
