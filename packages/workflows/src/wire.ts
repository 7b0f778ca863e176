/**
 * Texts and names that the published platform fixes. Errors made here are plain errors, as code that
 * runs there sees them: what crosses from the engine to a program has `remote`.
 */

/** The status of an instance. */
export const STATUSES = [
  "queued",
  "running",
  "paused",
  "errored",
  "terminated",
  "complete",
  "waiting",
  "waitingForPause",
  "rollingBack",
  "unknown",
] as const;

export type Status = (typeof STATUSES)[number];

/** An error as it is kept and shown: no stack, no class. */
export interface ErrorDetails {
  readonly name: string;
  readonly message: string;
}

export const FATAL = "WorkflowFatalError";
export const TIMEOUT = "WorkflowTimeoutError";
export const INTERNAL = "WorkflowInternalError";
export const BAD_DELAY = "NonRetryableDelayError";
export const NON_RETRYABLE = "NonRetryableError";
export const REDACTED = "[REDACTED]";

export const DEFAULT_STEP_LIMIT = 10_000;
export const DEFAULT_RETRIES = { limit: 5, delay: 1000, backoff: "exponential" } as const;
export const DEFAULT_TIMEOUT = "10 minutes";
export const DEFAULT_WAIT = "24 hours";
/** Of a delay function's answer. */
export const DELAY_ANSWER_MS = 5000;
export const MAX_NAME_LENGTH = 256;
export const MAX_BATCH = 100;
/** Of a step's result, an event's payload and what an instance is made with, in bytes. */
export const MAX_VALUE_BYTES = 1024 * 1024;
/** Of what a run returns, as JSON, in bytes: what fits into a row. */
export const MAX_OUTPUT_BYTES = 2_000_000;
/** Of an error's message, in UTF-16 units: as JSON it fits into a row whatever it holds. */
export const MAX_ERROR_LENGTH: number = 256 * 1024;
export const MAX_SLEEP_MS = 365 * 86_400_000;
/** How long a finished instance is kept, unless it says otherwise. */
export const DEFAULT_RETENTION = "30 days";

export const INSTANCE_ID: RegExp = /^[a-zA-Z0-9_][a-zA-Z0-9-_]{0,99}$/;

const DOCS = "https://developers.cloudflare.com/workflows/build/sleeping-and-retrying/";

function fatal(message: string): ErrorDetails {
  return { name: FATAL, message };
}

/** Errors of steps, as they are kept. Programs see `name: message`. */
export const stepErrors: {
  readonly [K in
    | "callback"
    | "config"
    | "name"
    | "rollback"
    | "rollbackConfig"
    | "rollbackOptions"]: (name: unknown) => ErrorDetails;
} & {
  limit(steps: number): ErrorDetails;
  tooLarge(step: string): ErrorDetails;
  stateTooLarge(step: string, bytes: number): ErrorDetails;
  timedOut(ms: number): ErrorDetails;
  interrupted(): ErrorDetails;
  nonRetryable(message: string): ErrorDetails;
  notSerialisable(name: string): ErrorDetails;
  brokenStream(reason: string): ErrorDetails;
  delayThrew(step: string, reason: string): ErrorDetails;
  delayInvalid(step: string): ErrorDetails;
  delayLate(step: string): ErrorDetails;
} = {
  callback: (name) => fatal(`Step "${name}" requires a callback function`),
  config: (name) => fatal(`Step config for "${name}" is in a invalid format. See ${DOCS}`),
  name: (name) =>
    fatal(
      `Step name "${name}" exceeds max length (${MAX_NAME_LENGTH} chars) or invalid characters found`,
    ),
  rollback: (name) => fatal(`Rollback for "${name}" must be a function`),
  rollbackConfig: (name) =>
    fatal(`Rollback config for "${name}" is in a invalid format. See ${DOCS}`),
  rollbackOptions: (name) => fatal(`Rollback options for "${name}" must be an object`),
  limit: (steps) =>
    fatal(
      `The limit of ${steps} steps has been reached. This limit can be changed in your worker configuration.`,
    ),
  tooLarge: (step) => fatal(`Step ${step} output is too large. Maximum allowed size is 1MiB.`),
  stateTooLarge: (step, bytes) =>
    fatal(`Step ${step} output does not fit. An instance may store ${bytes} bytes in all.`),
  timedOut: (ms) => ({ name: TIMEOUT, message: `Execution timed out after ${ms}ms` }),
  interrupted: () => ({
    name: INTERNAL,
    message: "Attempt failed due to internal workflows error",
  }),
  nonRetryable: (message) => fatal(`Step threw a NonRetryableError with message "${message}"`),
  notSerialisable: (name) => fatal(`Value returned from step "${name}" is not serialisable`),
  brokenStream: (reason) => fatal(`Failed to read from step ReadableStream output. ${reason}`),
  delayThrew: (step, reason) => ({
    name: BAD_DELAY,
    message: `The delay function for step "${step}" threw an error: ${reason}`,
  }),
  delayInvalid: (step) => ({
    name: BAD_DELAY,
    message: `The delay function for step "${step}" returned an invalid delay value (expected a number of ms or a duration string like "30 seconds")`,
  }),
  delayLate: (step) => ({
    name: BAD_DELAY,
    message: `The delay function for step "${step}" did not return within ${DELAY_ANSWER_MS / 1000} seconds`,
  }),
};

/** Errors that end an instance. */
export const instanceErrors: {
  nonRetryable(): ErrorDetails;
  notSerialisable(name: string): ErrorDetails;
  brokenStream(name: string, reason: string): ErrorDetails;
  terminated(): ErrorDetails;
  outputTooLarge(): ErrorDetails;
} = {
  nonRetryable: () =>
    fatal(
      "The execution of the Workflow instance was terminated, as a step threw an NonRetryableError and it was not handled",
    ),
  notSerialisable: (name) =>
    fatal(
      `The execution of the Workflow instance was terminated, as the step "${name}" returned a value which is not serialisable`,
    ),
  brokenStream: (name, reason) =>
    fatal(
      `The execution of the Workflow instance was terminated, as the step "${name}" returned an invalid ReadableStream output. ${reason}`,
    ),
  outputTooLarge: () =>
    fatal(`The output of the Workflow instance is larger than ${MAX_OUTPUT_BYTES} bytes.`),
  terminated: () => ({ name: "Terminated", message: "Instance terminated during rollback" }),
};

/** An error of the binding, for the program that called it. */
function remote(message: string): Error {
  return Object.assign(new Error(message), { remote: true });
}

/** Errors of the binding and of instances. */
export const bindingErrors: {
  notFound(): Error;
  invalidId(): Error;
  noOptions(): Error;
  exists(): Error;
  queueFull(queued: number): Error;
  emptyBatch(): Error;
  largeBatch(): Error;
  invalidRetention(): Error;
  cannotTerminate(): Error;
  cannotRestart(name: unknown): Error;
  payloadTooLarge(): Error;
  paramsTooLarge(): Error;
  stateTooLarge(bytes: number): Error;
} = {
  notFound: () => remote("instance.not_found"),
  invalidId: () => remote("WorkflowError: Workflow instance has invalid id"),
  noOptions: () =>
    Object.assign(new TypeError("Cannot read properties of null (reading 'id')"), { remote: true }),
  exists: () => remote("WorkflowError: (instance.already_exists) Instance already exists"),
  queueFull: (queued) =>
    remote(
      `WorkflowError: (instance.too_many_queued) There are ${queued} queued instances already`,
    ),
  emptyBatch: () => remote("WorkflowError: batchCreate should have at least 1 instance"),
  largeBatch: () => remote(`WorkflowError: A batch has at most ${MAX_BATCH} instances`),
  invalidRetention: () =>
    remote('WorkflowError: Retention must be a number of ms or a duration string like "7 days"'),
  cannotTerminate: () =>
    remote(
      "WorkflowError: (instance.cannot_terminate) Cannot terminate instance since its on a finite state",
    ),
  cannotRestart: (name) =>
    remote(
      `WorkflowError: (instance.cannot_restart) Step "${name}" not found in execution history`,
    ),
  paramsTooLarge: () =>
    remote("WorkflowError: The params are too large. Maximum allowed size is 1MiB."),
  stateTooLarge: (bytes) =>
    remote(`WorkflowError: The event does not fit. An instance may store ${bytes} bytes in all.`),
  payloadTooLarge: () =>
    remote("WorkflowError: The event payload is too large. Maximum allowed size is 1MiB."),
};

/** What a program may be told of a time that has passed. */
export const PAST = "You can't sleep until a time in the past, time-traveler";

/** Misuse of a step, as its program sees it. */
export const misuse: {
  readonly noName: ErrorDetails;
  noWaitOptions(name: string): ErrorDetails;
  wrongTimeout(name: string): ErrorDetails;
} = {
  noName: {
    name: "TypeError",
    message: "Cannot read properties of undefined (reading 'length')",
  },
  noWaitOptions: (name) => ({
    name: "TypeError",
    message: `The wait "${name}" needs options with the type of event that it waits for`,
  }),
  wrongTimeout: (name) => ({
    name: "TypeError",
    message: `The timeout of the wait "${name}" must be a number of ms or a duration string like "24 hours"`,
  }),
};
