import { FreeholdError } from "../errors.ts";
import { NON_RETRYABLE } from "./contract-errors.ts";
import { parseDuration } from "./duration.ts";
import type { TaskStepConfig } from "./types.ts";

/** Decisions about runs and steps, as pure functions. Times are milliseconds. */

/** How a step is tried. */
export interface StepPolicy {
  /** Attempts in all. */
  readonly limit: number;
  readonly delayMs: number;
  readonly backoff: "constant" | "linear" | "exponential";
  readonly timeoutMs: number;
}

/** What a step without a configuration has. */
export const DEFAULT_STEP_POLICY: StepPolicy = {
  limit: 5,
  delayMs: 1000,
  backoff: "exponential",
  timeoutMs: 300_000,
};

/** Longest time between two attempts of a step: a day. */
const MAX_DELAY_MS = 86_400_000;

/** The policy of a configuration. @throws FreeholdError `invalid_task_duration`, `invalid_task_step`. */
export function stepPolicy(config: TaskStepConfig, defaults: StepPolicy): StepPolicy {
  const { limit = defaults.limit, delay = defaults.delayMs, backoff } = config.retries ?? {};
  if (!Number.isInteger(limit) || limit < 1) {
    throw new FreeholdError(
      "invalid_task_step",
      `Invalid step retries.limit: expected an integer >= 1, got ${limit}`,
    );
  }
  return {
    limit,
    delayMs: parseDuration(delay, "step retries.delay"),
    backoff: backoff ?? defaults.backoff,
    timeoutMs: parseDuration(config.timeout ?? defaults.timeoutMs, "step timeout"),
  };
}

/** Time before the next attempt, after `failures` of them. */
function retryDelay({ backoff, delayMs }: StepPolicy, failures: number): number {
  const factor = backoff === "constant" ? 1 : backoff === "linear" ? failures : 2 ** (failures - 1);
  return Math.min(MAX_DELAY_MS, delayMs * factor);
}

/** What follows a failed attempt of a step. */
export type AfterFailure =
  | { readonly kind: "fail" }
  | { readonly kind: "retry"; readonly at: number };

/** `attempt` is the one that failed, from 1. */
export function afterFailure(
  error: unknown,
  attempt: number,
  policy: StepPolicy,
  now: number,
): AfterFailure {
  const { name } = (error ?? {}) as { name?: unknown };
  const final = name === NON_RETRYABLE || name === "TaskSerializationError";
  if (final || attempt >= policy.limit) return { kind: "fail" };
  return { kind: "retry", at: Math.ceil(now + retryDelay(policy, attempt)) };
}

/** What a row of the journal means to a step that is reached now. */
export type JournalVerdict =
  | { readonly kind: "diverged"; readonly detail: string }
  | { readonly kind: "completed" }
  | { readonly kind: "failed" }
  | { readonly kind: "wait"; readonly until: number }
  | { readonly kind: "run"; readonly attempt: number; readonly retry: boolean };

/** What of a journal's row decides. */
export interface JournalMark {
  readonly kind: "do" | "sleep";
  readonly state: "running" | "waiting" | "completed" | "failed";
  readonly attempt: number;
  readonly nextAt: number | null;
}

/** A sleep whose time has come is to be run as well: it ends. */
export function judgeJournal(
  kind: JournalMark["kind"],
  mark: JournalMark | undefined,
  now: number,
): JournalVerdict {
  if (!mark) return { kind: "run", attempt: 1, retry: false };
  if (mark.kind !== kind) {
    return {
      kind: "diverged",
      detail: `journaled as a ${mark.kind} step but replayed as a ${kind} step`,
    };
  }
  if (mark.state === "completed" || mark.state === "failed") return { kind: mark.state };
  if (mark.state === "running") return { kind: "run", attempt: mark.attempt + 1, retry: false };
  const until = mark.nextAt ?? now;
  if (until > now) return { kind: "wait", until };
  return { kind: "run", attempt: mark.attempt + 1, retry: true };
}

/** The longest name, in UTF-16 units. */
const MAX_NAME = 256;
/** How names begin that the framework keeps to itself. */
export const RESERVED_PREFIX = "__cf";

/** @throws FreeholdError `invalid_task_step`. */
export function checkStepName(name: unknown): asserts name is string {
  if (typeof name !== "string" || name === "") {
    throw invalidStep("Step names must be non-empty strings");
  }
  if (name.length > MAX_NAME) {
    throw invalidStep(`Step name exceeds ${MAX_NAME} characters: "${name.slice(0, 40)}…"`);
  }
  if (name.startsWith(RESERVED_PREFIX)) {
    throw invalidStep(`Step names must not use the reserved "${RESERVED_PREFIX}" prefix`);
  }
}

/** @throws FreeholdError `invalid_task`. */
export function checkDefinitionName(name: unknown, reserved: "refuse" | "allow"): void {
  if (typeof name !== "string" || name === "") {
    throw invalidTask("Task definition names must be non-empty strings");
  }
  if (name.length > MAX_NAME) {
    throw invalidTask(`Task definition name exceeds ${MAX_NAME} characters`);
  }
  if (reserved === "refuse" && name.startsWith(RESERVED_PREFIX)) {
    throw invalidTask(
      `Task definition names must not use the reserved "${RESERVED_PREFIX}" prefix`,
    );
  }
}

/** What is wrong with a step. */
export function invalidStep(message: string): FreeholdError {
  return new FreeholdError("invalid_task_step", message);
}

/** What is wrong with a wish about runs. */
export function invalidTask(message: string): FreeholdError {
  return new FreeholdError("invalid_task", message);
}
