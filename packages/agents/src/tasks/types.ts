import type { TaskDurationString } from "./duration.ts";

/** What JSON carries: inputs, results of steps and runs, metadata. */
export type TaskJson = string | number | boolean | null | TaskJson[] | { [key: string]: TaskJson };

/** What a handler or a step's code may return. Nothing comes back as undefined. */
// biome-ignore lint/suspicious/noConfusingVoidType: code without a return statement is a step too
export type TaskValue = TaskJson | undefined | void;

/** Constraint of the definitions of a `Tasks`: handlers by name. */
export type TaskHandlers = Record<
  string,
  (input: never, step: TaskStep) => TaskValue | Promise<TaskValue>
>;

/** The definitions of a `Tasks` that names none: any name, any input. */
export type TaskCallbacks = Record<
  string,
  (input: unknown, step: TaskStep) => TaskValue | Promise<TaskValue>
>;

/** What a handler takes. */
export type TaskInput<Handler> = Handler extends (input: infer Input, ...rest: never[]) => unknown
  ? Input
  : never;

/** What a handler comes to. */
export type TaskOutput<Handler> = Handler extends (...args: never[]) => infer Output
  ? Awaited<Output> extends TaskValue
    ? Awaited<Output>
    : never
  : never;

/** What a step's code gets. */
export interface TaskStepAttempt {
  /** Attempt of this step, from 1. */
  readonly attempt: number;
  /** The same in every attempt and replay of the step: for services that tell repetitions by a key. */
  readonly idempotencyKey: string;
  /** Aborts when the run is cancelled, this attempt times out, or its result is no longer wanted. */
  readonly signal: AbortSignal;
}

/** Retries and timeout of one step. */
export interface TaskStepConfig {
  retries?: {
    /** Attempts in all, the first included. Default 5. */
    limit?: number;
    /** Time before the second attempt, in milliseconds or words. Default 1000. */
    delay?: number | TaskDurationString;
    /** How that time grows with each failure. Default `exponential`, at most a day. */
    backoff?: "constant" | "linear" | "exponential";
  };
  /** Longest time of one attempt, in milliseconds or words. Default five minutes. */
  timeout?: number | TaskDurationString;
}

/**
 * What a handler does its work with. A step that is done is not done again: each attempt runs the
 * handler from its top, and steps in the journal give their results at once. A step that has to
 * wait ends the attempt by throwing something that is not an `Error`; let it pass.
 */
export interface TaskStep {
  /**
   * The step in which an earlier attempt was lost with its process: look before doing again what
   * cannot be undone. Null when none was.
   */
  readonly interrupted: { readonly name: string; readonly attempt: number } | null;
  /** Runs code once; afterwards gives the result that was stored. */
  do<T extends TaskValue>(
    name: string,
    callback: (attempt: TaskStepAttempt) => T | Promise<T>,
  ): Promise<T>;
  do<T extends TaskValue>(
    name: string,
    config: TaskStepConfig,
    callback: (attempt: TaskStepAttempt) => T | Promise<T>,
  ): Promise<T>;
  /** Waits, without holding the object. The first deadline stands, whatever replays ask for. */
  sleep(name: string, duration: number | TaskDurationString): Promise<void>;
  /** Waits until a moment: a `Date`, or milliseconds since the Unix epoch. */
  sleepUntil(name: string, when: number | Date): Promise<void>;
  /** Shows how far the work is. Silent while a replay is on old ground. */
  status(message: string): Promise<void>;
  /** The key that `do` would give its code for this step. */
  idempotencyKey(name: string): string;
}

/** Where a run stands. */
export type TaskRunState = "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";

/** What a waiting run waits for. */
export type TaskWaitReason = "sleep" | "retry";

/** What is kept of the error of a failed run; never its stack. */
export interface TaskError {
  name: string;
  message: string;
}

/** Options of a new run. */
export interface TaskRunOptions {
  /** Runs that are started with the same key are one run. */
  idempotencyKey?: string;
  /** Default: generated. A run with this id is joined. */
  runId?: string;
  /** Kept with the run. */
  metadata?: Record<string, TaskJson>;
  /** Keep the run after its end. Default true. */
  retain?: boolean;
}

/** Says that a run is stored. */
export interface TaskReceipt {
  runId: string;
  definition: string;
  /** False when a run of this id or key was there already. */
  accepted: boolean;
  state: TaskRunState;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
}

type Described = {
  runId: string;
  definition: string;
  /** Milliseconds since the Unix epoch, as all times here. */
  createdAt: number;
  metadata?: Record<string, TaskJson>;
};

/** A run as it stands. */
export type TaskRunSnapshot<Output extends TaskValue> =
  | (Described & { state: "pending" })
  | (Described & { state: "running"; attempt: number; startedAt: number; statusMessage?: string })
  | (Described & {
      state: "waiting";
      reason: TaskWaitReason;
      wakeAt: number;
      statusMessage?: string;
    })
  | (Described & { state: "completed"; result: Output; settledAt: number })
  | (Described & { state: "failed"; error: TaskError; settledAt: number })
  | (Described & { state: "cancelled"; reason?: string; settledAt: number });

/** The runs of one definition. */
export interface Task<Input, Output extends TaskValue> {
  readonly name: string;
  /** Stores a run and returns; does not wait for its end. */
  run(input: Input, options?: TaskRunOptions): Promise<TaskReceipt>;
  get(runId: string): Promise<TaskRunSnapshot<Output> | null>;
  getByIdempotencyKey(idempotencyKey: string): Promise<TaskRunSnapshot<Output> | null>;
  /** True when a run that had not ended takes the wish. */
  cancel(runId: string, reason?: string): Promise<boolean>;
}

/** What a `Tasks` tells of. */
export type TaskEventType =
  | "task:accepted"
  | "task:attempt:started"
  | "task:attempt:interrupted"
  | "task:step:started"
  | "task:step:retry"
  | "task:step:completed"
  | "task:waiting"
  | "task:completed"
  | "task:failed"
  | "task:cancelled"
  | "task:deleted";

/** What a `Tasks` runs, and how. */
export interface TasksOptions<Handlers extends TaskHandlers = TaskCallbacks> {
  /** Handlers by the name that is stored with each run. Give them at every start. */
  readonly definitions?: Handlers;
  /** Retries of steps that name none. */
  readonly retries?: TaskStepConfig["retries"];
  /** Longest time of one attempt of a step. Default five minutes. */
  readonly stepTimeout?: number | TaskDurationString;
  /** Told of a run that failed; runs in the host's context. */
  readonly onError?: (error: unknown) => void | Promise<void>;
}

/** Filters of a list. */
export type TaskListOptions = {
  definition?: string;
  status?: TaskRunState | TaskRunState[];
  /** Default 100. */
  limit?: number;
};

/** Which runs to delete; those that have not ended never are. */
export type TaskDeleteOptions = {
  /** Default: all three. */
  status?: Array<"completed" | "failed" | "cancelled">;
  settledBefore?: Date;
  /** Default 100, oldest first. */
  limit?: number;
};
