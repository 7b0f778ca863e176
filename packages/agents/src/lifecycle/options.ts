import {
  DEFAULT_RETRY,
  type RetryOptions,
  type RetryPolicy,
  resolveRetry,
} from "../retry/options.ts";

/** What a class says in `static options`. A subclass's object replaces its parent's as a whole. */
export interface AgentStaticOptions {
  /** Send the identity frame to new connections. Default true. */
  sendIdentityOnConnect?: boolean;
  /** Seconds after which a running interval counts as lost. Default 30. */
  hungScheduleTimeoutSeconds?: number;
  /** Longest time between wake-ups while `keepAlive` is held, in milliseconds. Default 30000. */
  keepAliveIntervalMs?: number;
  /** Retries of schedules, queue items and `retry`. Default 3 attempts, 100 ms, at most 3000 ms. */
  retry?: RetryOptions;
  fiberRecoveryHookTimeoutMs?: number;
  fiberRecoveryScanDeadlineMs?: number;
  fiberRecoveryMaxAgeMs?: number;
  agentToolReattachNoProgressTimeoutMs?: number;
  agentToolReattachMaxWindowMs?: number;
  detachedMaxBudgetMs?: number;
  detachedNoProgressBudgetMs?: number;
  maxAlarmMemoryLimitStrikes?: number;
  /** Accepted for older code and ignored: every socket hibernates. */
  hibernate?: boolean;
}

/** The value of each option that a class leaves out. */
export const DEFAULT_AGENT_STATIC_OPTIONS = {
  sendIdentityOnConnect: true,
  hungScheduleTimeoutSeconds: 30,
  keepAliveIntervalMs: 30_000,
  retry: DEFAULT_RETRY,
  fiberRecoveryHookTimeoutMs: 10_000,
  fiberRecoveryScanDeadlineMs: 10_000,
  fiberRecoveryMaxAgeMs: 86_400_000,
  agentToolReattachNoProgressTimeoutMs: 120_000,
  agentToolReattachMaxWindowMs: Number.POSITIVE_INFINITY,
  detachedMaxBudgetMs: 86_400_000,
  detachedNoProgressBudgetMs: 3_600_000,
  maxAlarmMemoryLimitStrikes: 3,
} as const satisfies AgentStaticOptions;

/** The options the rooms read, all set. */
export interface ResolvedOptions {
  readonly sendIdentityOnConnect: boolean;
  readonly hungScheduleTimeoutSeconds: number;
  readonly keepAliveIntervalMs: number;
  readonly retry: RetryPolicy;
}

/** Fills what a class leaves out. */
export function resolveOptions(options: AgentStaticOptions = {}): ResolvedOptions {
  const defaults = DEFAULT_AGENT_STATIC_OPTIONS;
  return {
    sendIdentityOnConnect: options.sendIdentityOnConnect ?? defaults.sendIdentityOnConnect,
    hungScheduleTimeoutSeconds:
      options.hungScheduleTimeoutSeconds ?? defaults.hungScheduleTimeoutSeconds,
    keepAliveIntervalMs: options.keepAliveIntervalMs ?? defaults.keepAliveIntervalMs,
    retry: resolveRetry(options.retry, defaults.retry),
  };
}
