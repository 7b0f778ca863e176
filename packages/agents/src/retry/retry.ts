import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import type { RetryPolicy } from "./options.ts";

/** What retrying needs from the world. */
export interface RetryPorts {
  readonly clock: Clock;
  readonly random: Random;
}

/** Hooks of one retried piece of work. */
export interface RetryHooks {
  /** Whether the failure is worth another attempt, whose number is given; not asked after the last. */
  shouldRetry?: ((error: unknown, nextAttempt: number) => boolean) | undefined;
  /** Called before the wait that precedes attempt `nextAttempt`. */
  onRetry?: ((error: unknown, nextAttempt: number, delayMs: number) => void) | undefined;
}

/**
 * Milliseconds to wait after failed attempt `attempt` (from 1): full jitter below
 * `min(base * 2^attempt, max)`.
 */
export function backoffDelay(attempt: number, policy: RetryPolicy, fraction: number): number {
  return Math.floor(fraction * Math.min(2 ** attempt * policy.baseDelayMs, policy.maxDelayMs));
}

/** Runs `work` until it succeeds or the policy is used up; then throws the last failure unchanged. */
export async function retry<T>(
  work: (attempt: number) => T | Promise<T>,
  policy: RetryPolicy,
  ports: RetryPorts,
  hooks: RetryHooks = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const next = attempt + 1;
      if (next > policy.maxAttempts) throw error;
      if (hooks.shouldRetry && !hooks.shouldRetry(error, next)) throw error;
      const delay = backoffDelay(attempt, policy, ports.random.fraction());
      hooks.onRetry?.(error, next, delay);
      await ports.clock.sleep(delay);
    }
  }
}
