/** Errors whose class and text the published package names. */

/**
 * Thrown by a step's code to fail the step at once, without the attempts that are left. Any error of
 * this `name` does the same.
 *
 * @example
 * await step.do("charge", () => {
 *   throw new NonRetryableError("The card was refused");
 * });
 */
export class NonRetryableError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = NON_RETRYABLE;
  }
}

/** Name by which an error of any origin counts as one that no other attempt can help. */
export const NON_RETRYABLE = "NonRetryableError";

/** One replay used a step's name twice: names are the keys of the journal. */
export class DuplicateTaskStepError extends Error {
  /** The name that was used again. */
  readonly stepName: string;

  constructor(stepName: string) {
    super(
      `Step name "${stepName}" was already used in this run. Step names are durable journal keys; suffix loop steps with a stable index, e.g. "${stepName}:0".`,
    );
    this.name = "DuplicateTaskStepError";
    this.stepName = stepName;
  }
}

/** The journal holds what the present code cannot have written; the run fails instead of guessing. */
export class TaskReplayDivergedError extends Error {
  /** The step at which code and journal differ. */
  readonly stepName: string;

  constructor(stepName: string, detail: string) {
    super(
      `Replay diverged from the journal at step "${stepName}": ${detail}. Version the definition name (e.g. "name@v2") instead of changing the step layout of in-flight runs.`,
    );
    this.name = "TaskReplayDivergedError";
    this.stepName = stepName;
  }
}

/** Recorded for a run whose definition is no longer there. It is never run by another one. */
export class MissingTaskDefinitionError extends Error {
  /** The name that is stored with the run. */
  readonly definition: string;

  constructor(definition: string) {
    super(
      `No Task definition named "${definition}" is registered. A deployment removed or renamed it while this run was active. Re-register the definition (or a versioned successor with the same name) to let the run finish.`,
    );
    this.name = "MissingTaskDefinitionError";
    this.definition = definition;
  }
}

/** An input, result or metadata value is not JSON, or larger than what may be stored. */
export class TaskSerializationError extends Error {
  constructor(context: string, detail: string) {
    super(`Cannot serialize ${context}: ${detail}`);
    this.name = "TaskSerializationError";
  }
}

/** One attempt of a step took longer than its timeout; `timeoutMs` in milliseconds. */
export function stepTimedOut(stepName: string, attempt: number, timeoutMs: number): Error {
  return new Error(`Step "${stepName}" attempt ${attempt} timed out after ${timeoutMs}ms`);
}

/** A run used more steps than it may. */
export function tooManySteps(limit: number): Error {
  return new Error(`Run exceeded ${limit} steps; split the work across multiple Task runs`);
}

/** A step that failed for good in an earlier attempt, as its journal has it. */
export function journaledError(name: string | null, message: string | null): Error {
  const error = new Error(message ?? "");
  error.name = name ?? "Error";
  return error;
}

/** `error_name` of a run that was ended because it used up the memory again and again. */
export const MEMORY_LIMIT_SEALED = "TaskMemoryLimitSealed";
