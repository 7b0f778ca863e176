export {
  DuplicateTaskStepError,
  MissingTaskDefinitionError,
  NonRetryableError,
  TaskReplayDivergedError,
  TaskSerializationError,
} from "./contract-errors.ts";
export type { TaskDurationString, TaskDurationUnit } from "./duration.ts";
export { Tasks } from "./tasks.ts";
export type {
  Task,
  TaskCallbacks,
  TaskDeleteOptions,
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
  TaskStep,
  TaskStepAttempt,
  TaskStepConfig,
  TasksOptions,
  TaskValue,
  TaskWaitReason,
} from "./types.ts";
export { MAX_SERIALIZED_BYTES } from "./values.ts";
