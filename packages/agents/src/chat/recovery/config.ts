/**
 * How hard a chat tries to bring an interrupted turn to its end.
 *
 * @module
 */

import type { ChatRecoveryConfig, ResolvedChatRecoveryConfig } from "../types.ts";

/** Attempts without progress, after the first. */
export const DEFAULT_CHAT_RECOVERY_MAX_ATTEMPTS = 10;
/** Units of about ten chunks that a turn may stream after its first interruption. */
export const DEFAULT_CHAT_RECOVERY_MAX_WORK = 10_000;
/** Attempts that may die with their process, the first included. */
export const DEFAULT_CHAT_RECOVERY_MAX_INTERRUPTED_ATTEMPTS = 5;
/** The published package's default of an option that has no effect here. */
export const DEFAULT_CHAT_RECOVERY_STABLE_TIMEOUT_MS = 10_000;
/** Milliseconds that may pass without progress. */
export const DEFAULT_CHAT_RECOVERY_NO_PROGRESS_TIMEOUT_MS = 5 * 60_000;
/** What clients are told when recovery is given up. */
export const DEFAULT_CHAT_RECOVERY_TERMINAL_MESSAGE =
  "The assistant was interrupted and could not recover. Please try again.";
/** Attempts closer than this count as one, in milliseconds. */
export const CHAT_RECOVERY_ALARM_DEBOUNCE_MS = 30_000;
/** Milliseconds after which an incident that nothing happened to is forgotten. */
export const CHAT_RECOVERY_INCIDENT_TTL_MS = 60 * 60_000;
/** Milliseconds for which clients are told that a turn is being recovered. */
export const CHAT_RECOVERING_FLAG_TTL_MS = 15 * 60_000;
/** Longest wait before another attempt after a failure that passes, in seconds. */
const MAX_BACKOFF_SECONDS = 30;
/** Longest wait that a provider may ask for, in seconds. */
const MAX_RETRY_AFTER_SECONDS = 60;

/** A configuration with its defaults. Recovery cannot be turned off: `false` counts as `true`. */
export function resolveChatRecoveryConfig(
  raw: ChatRecoveryConfig | false | undefined,
): ResolvedChatRecoveryConfig {
  const given = typeof raw === "object" && raw !== null ? raw : {};
  const { maxOomRetries, shouldKeepRecovering, onExhausted } = given;
  const interrupted =
    given.maxInterruptedAttempts ?? (maxOomRetries === undefined ? undefined : maxOomRetries + 1);
  return {
    maxAttempts: Math.max(1, numberOr(given.maxAttempts, DEFAULT_CHAT_RECOVERY_MAX_ATTEMPTS)),
    stableTimeoutMs: numberOr(given.stableTimeoutMs, DEFAULT_CHAT_RECOVERY_STABLE_TIMEOUT_MS),
    terminalMessage: given.terminalMessage ?? DEFAULT_CHAT_RECOVERY_TERMINAL_MESSAGE,
    noProgressTimeoutMs: numberOr(
      given.noProgressTimeoutMs,
      DEFAULT_CHAT_RECOVERY_NO_PROGRESS_TIMEOUT_MS,
    ),
    maxRecoveryWork: numberOr(given.maxRecoveryWork, DEFAULT_CHAT_RECOVERY_MAX_WORK),
    maxInterruptedAttempts: Math.max(
      1,
      numberOr(interrupted, DEFAULT_CHAT_RECOVERY_MAX_INTERRUPTED_ATTEMPTS),
    ),
    ...(shouldKeepRecovering ? { shouldKeepRecovering } : {}),
    ...(onExhausted ? { onExhausted } : {}),
  };
}

/** Seconds to wait before attempt `retry` (from 1) after a failure that passes by itself. */
export function chatRecoveryBackoffSeconds(retry: number, retryAfterSeconds?: number): number {
  if (retryAfterSeconds !== undefined) return Math.min(retryAfterSeconds, MAX_RETRY_AFTER_SECONDS);
  return Math.min(2 ** (Math.max(1, retry) - 1), MAX_BACKOFF_SECONDS);
}

function numberOr(value: number | undefined, fallback: number): number {
  return typeof value === "number" && !Number.isNaN(value) ? value : fallback;
}
