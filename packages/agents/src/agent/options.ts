import type { AgentToolLimits } from "../agent-tools/host.ts";
import type { RecoveryLimits } from "../fibers/recovery.ts";
import {
  DEFAULT_RETRY,
  type RetryOptions,
  type RetryPolicy,
  resolveRetry,
} from "../retry/options.ts";
import type { ConnectionLimits } from "../websockets/options.ts";

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
  /** Longest time of the SDK's own recovery of one fiber. Default 10000 milliseconds. */
  fiberRecoveryHookTimeoutMs?: number;
  /** Time after which a look at interrupted fibers leaves the rest to the next. Default 10000. */
  fiberRecoveryScanDeadlineMs?: number;
  /**
   * Age at which a fiber of `runFiber` whose recovery fails is given up, in milliseconds. Default a
   * day; 0 never gives up.
   */
  fiberRecoveryMaxAgeMs?: number;
  /** Longest time without a sign of a tool's run that is taken up again. Default 120000 ms. */
  agentToolReattachNoProgressTimeoutMs?: number;
  /** Longest time to follow a tool's run that is taken up again, in milliseconds. Default: any. */
  agentToolReattachMaxWindowMs?: number;
  /** Longest time of a detached run. Default a day, in milliseconds. */
  detachedMaxBudgetMs?: number;
  /** Longest time without a sign of a detached run that gave one. Default an hour, in ms. */
  detachedNoProgressBudgetMs?: number;
  /** Alarms in a row that may end at the memory limit before their work is removed. Default 3. */
  maxAlarmMemoryLimitStrikes?: number;
  /** Keep the props of the last start that brought some for starts without. Default false. */
  durableProps?: boolean;
  /**
   * Messages a second that one connection may send, of which twice as many may come at once. More of
   * them close it with 1013. Default: any number.
   */
  maxMessagesPerSecond?: number;
  /** Calls of one connection that may run at once; more of them fail. Default: any number. */
  maxConcurrentCalls?: number;
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

/** The options the rooms read, with the defaults filled in. */
export interface ResolvedOptions extends ConnectionLimits, RecoveryLimits, AgentToolLimits {
  readonly sendIdentityOnConnect: boolean;
  readonly hungScheduleTimeoutSeconds: number;
  readonly retry: RetryPolicy;
  readonly maxAlarmMemoryLimitStrikes: number;
  readonly durableProps: boolean;
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
    fiberRecoveryHookTimeoutMs:
      options.fiberRecoveryHookTimeoutMs ?? defaults.fiberRecoveryHookTimeoutMs,
    fiberRecoveryScanDeadlineMs:
      options.fiberRecoveryScanDeadlineMs ?? defaults.fiberRecoveryScanDeadlineMs,
    fiberRecoveryMaxAgeMs: options.fiberRecoveryMaxAgeMs ?? defaults.fiberRecoveryMaxAgeMs,
    maxAlarmMemoryLimitStrikes:
      options.maxAlarmMemoryLimitStrikes ?? defaults.maxAlarmMemoryLimitStrikes,
    durableProps: options.durableProps ?? false,
    agentToolReattachNoProgressTimeoutMs:
      options.agentToolReattachNoProgressTimeoutMs ?? defaults.agentToolReattachNoProgressTimeoutMs,
    agentToolReattachMaxWindowMs:
      options.agentToolReattachMaxWindowMs ?? defaults.agentToolReattachMaxWindowMs,
    detachedMaxBudgetMs: options.detachedMaxBudgetMs ?? defaults.detachedMaxBudgetMs,
    detachedNoProgressBudgetMs:
      options.detachedNoProgressBudgetMs ?? defaults.detachedNoProgressBudgetMs,
    maxMessagesPerSecond: options.maxMessagesPerSecond,
    maxConcurrentCalls: options.maxConcurrentCalls,
  };
}
