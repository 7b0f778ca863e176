import {
  Task,
  TaskCallbacks,
  TaskDeleteOptions,
  TaskDurationString,
  TaskDurationUnit,
  TaskError,
  TaskEventType,
  TaskHandlers,
  TaskInput,
  TaskJson,
  TaskListOptions,
  TaskOutput,
  TaskReceipt,
  TaskRunOptions,
  TaskRunSnapshot,
  TaskRunState,
  Tasks,
  TasksOptions,
  TaskStep,
  TaskStepAttempt,
  TaskStepConfig,
  TaskValue,
  TaskWaitReason,
} from "./shared.js";
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
declare class NonRetryableError extends Error {
  constructor(message: string, options?: {
    cause?: unknown;
  });
}
/** One replay used a step's name twice: names are the keys of the journal. */
declare class DuplicateTaskStepError extends Error {
  /** The name that was used again. */
  readonly stepName: string;
  constructor(stepName: string);
}
/** The journal holds what the present code cannot have written; the run fails instead of guessing. */
declare class TaskReplayDivergedError extends Error {
  /** The step at which code and journal differ. */
  readonly stepName: string;
  constructor(stepName: string, detail: string);
}
/** Recorded for a run whose definition is no longer there. It is never run by another one. */
declare class MissingTaskDefinitionError extends Error {
  /** The name that is stored with the run. */
  readonly definition: string;
  constructor(definition: string);
}
/** An input, result or metadata value is not JSON, or larger than what may be stored. */
declare class TaskSerializationError extends Error {
  constructor(context: string, detail: string);
}
/** Largest JSON text of one value, in bytes of UTF-8: 1 MiB. */
declare const MAX_SERIALIZED_BYTES = 1048576;
export {
  DuplicateTaskStepError,
  MAX_SERIALIZED_BYTES,
  MissingTaskDefinitionError,
  NonRetryableError,
  type Task,
  type TaskCallbacks,
  type TaskDeleteOptions,
  type TaskDurationString,
  type TaskDurationUnit,
  type TaskError,
  type TaskEventType,
  type TaskHandlers,
  type TaskInput,
  type TaskJson,
  type TaskListOptions,
  type TaskOutput,
  type TaskReceipt,
  TaskReplayDivergedError,
  type TaskRunOptions,
  type TaskRunSnapshot,
  type TaskRunState,
  Tasks,
  TaskSerializationError,
  type TasksOptions,
  type TaskStep,
  type TaskStepAttempt,
  type TaskStepConfig,
  type TaskValue,
  type TaskWaitReason,
};