import { toMilliseconds } from "../duration.ts";
import type { StoredConfig } from "../journal/history.ts";
import {
  DEFAULT_RETRIES,
  DEFAULT_TIMEOUT,
  type ErrorDetails,
  MAX_NAME_LENGTH,
  stepErrors,
} from "../wire.ts";

/** What a delay function gets. */
export interface DelayInput {
  readonly ctx: StepContext;
  readonly error: Error;
}

type DelayFunction = (input: DelayInput) => unknown;

/** What a step's callback gets. */
export interface StepContext {
  readonly step: { readonly name: string; readonly count: number };
  readonly attempt: number;
  readonly config: StoredConfig;
}

/** A step's options, checked and with defaults. */
export interface StepConfig {
  readonly stored: StoredConfig;
  readonly delay: DelayFunction | undefined;
}

type Checked<T> = { readonly value: T } | { readonly error: ErrorDetails };

const RETRIES = new Set(["limit", "delay", "backoff"]);
const FIELDS = new Set(["retries", "timeout", "sensitive"]);
const BACKOFFS: ReadonlySet<unknown> = new Set(["constant", "linear", "exponential"]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const CONTROL = /[\u0000-\u001f]/;

/** Whether a step may be called so. Other values than texts are taken as texts. */
export function isStepName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && !CONTROL.test(name);
}

/** A step's options. Errors name the step. */
export function checkConfig(name: string, given: unknown): Checked<StepConfig> {
  const config = configOf(given);
  return config === undefined ? { error: stepErrors.config(name) } : { value: config };
}

/** Options of a rollback: retries and a time-out. */
export function checkRollbackConfig(name: string, given: unknown): Checked<StepConfig> {
  const config = given === null ? undefined : configOf(given);
  return config === undefined ? { error: stepErrors.rollbackConfig(name) } : { value: config };
}

function configOf(given: unknown): StepConfig | undefined {
  if (given === undefined || given === null) given = {};
  if (!isRecord(given) || !hasOnly(given, FIELDS)) return undefined;
  const { timeout = DEFAULT_TIMEOUT, sensitive } = given;
  const retries = retriesOf(given.retries);
  if (retries === undefined || !isTimeout(timeout)) return undefined;
  if (sensitive !== undefined && sensitive !== "output") return undefined;
  const { limit, delay, backoff } = retries;
  const isFunction = typeof delay === "function";
  return {
    delay: isFunction ? (delay as DelayFunction) : undefined,
    stored: {
      retries: { limit, backoff, ...(!isFunction && { delay: delay as number | string }) },
      timeout,
      ...(sensitive === "output" && { sensitive }),
    },
  };
}

interface Retries {
  readonly limit: number;
  readonly delay: unknown;
  readonly backoff: "constant" | "linear" | "exponential";
}

function retriesOf(given: unknown): Retries | undefined {
  if (given === undefined) return DEFAULT_RETRIES;
  if (!isRecord(given) || !hasOnly(given, RETRIES)) return undefined;
  const { limit, delay, backoff = DEFAULT_RETRIES.backoff } = given;
  if (typeof limit !== "number" || !Number.isFinite(limit) || limit < 0) return undefined;
  const delayMs = toMilliseconds(delay);
  const isDelay = delayMs !== undefined && delayMs >= 0;
  if (!isDelay && typeof delay !== "function") return undefined;
  if (!BACKOFFS.has(backoff)) return undefined;
  return { limit, delay, backoff: backoff as Retries["backoff"] };
}

function isTimeout(timeout: unknown): timeout is number | string {
  return (toMilliseconds(timeout) ?? 0) > 0;
}

function hasOnly(value: object, fields: ReadonlySet<string>): boolean {
  return Object.keys(value).every((key) => fields.has(key));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How long to wait after an attempt that failed, in milliseconds. */
export function backoffMs({ delay, backoff }: StoredConfig["retries"], attempt: number): number {
  const base = toMilliseconds(delay) ?? 0;
  switch (backoff) {
    case "constant":
      return base;
    case "linear":
      return base * attempt;
    case "exponential":
      return base * 2 ** (attempt - 1);
  }
}
