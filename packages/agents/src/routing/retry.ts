import { type RetryPolicy, resolveRetry, validateRetry } from "../retry/options.ts";
import { isErrorRetryable } from "../retry/platform.ts";
import type { RetryPorts } from "../retry/retry.ts";

/** What is told before a routing retry. */
export interface RoutingRetryEvent {
  error: unknown;
  /** The attempt that failed, from 1. */
  attempt: number;
  maxAttempts: number;
  delayMs: number;
  name: string;
  className?: string;
}

/** How failures of the platform between router and agent are tried again. */
export interface RoutingRetryOptions {
  /** Default 3, the first attempt included. */
  maxAttempts?: number;
  /** Default 100 milliseconds. */
  baseDelayMs?: number;
  /** Default 800 milliseconds. */
  maxDelayMs?: number;
  /** Called before each wait; its own failure is only logged. */
  onRetry?: (event: RoutingRetryEvent) => void | Promise<void>;
}

const DEFAULTS: RetryPolicy = { maxAttempts: 3, baseDelayMs: 100, maxDelayMs: 800 };

/** Runs `work`, again after failures that the platform marks as retryable. */
export async function routingRetry<T>(
  work: () => Promise<T>,
  options: false | RoutingRetryOptions | undefined,
  target: { name: string; className?: string },
  ports: RetryPorts,
): Promise<T> {
  if (options === false) return work();
  validateRetry(options ?? {}, DEFAULTS, "routingRetry");
  const policy = resolveRetry(options, DEFAULTS);
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= policy.maxAttempts || !isErrorRetryable(error)) throw error;
      const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
      const delayMs = Math.floor(ports.random.fraction() * bound);
      const { maxAttempts } = policy;
      await tell(options?.onRetry, { error, attempt, maxAttempts, delayMs, ...target });
      await ports.clock.sleep(delayMs);
    }
  }
}

async function tell(
  onRetry: RoutingRetryOptions["onRetry"],
  event: RoutingRetryEvent,
): Promise<void> {
  try {
    await onRetry?.(event);
  } catch (error) {
    console.warn("routingRetry.onRetry failed:", error);
  }
}
