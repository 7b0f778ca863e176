import type { RetryOptions } from "../retry/options.ts";

/** A piece of durable work. */
export type LifecycleJob = {
  /** Stays the same when the job is put off. */
  readonly id: string;
  /** Who runs it: a capability's id, or `host`. */
  readonly capability: string;
  /** Name by which the owner knows what to run. */
  readonly fn: string;
  /** Due time in milliseconds since the Unix epoch. */
  readonly time: number;
  /** Anything JSON can carry. */
  readonly payload: unknown;
  readonly retry: RetryOptions | undefined;
  /** Not run while an earlier run is still going. */
  readonly singleflight: boolean;
  /** While it is pending no other job wakes the object. */
  readonly exclusive: boolean;
  /** Part of a recovery that may use up all memory each time. */
  readonly recoveryLoop: boolean;
  /** Seconds since the Unix epoch. */
  readonly createdAt: number;
};

/** A job to be stored. */
export type LifecycleJobPushOptions = {
  readonly fn: string;
  /** Due time in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly payload?: unknown;
  /** Default: generated. Pushing an existing id of the same owner replaces that job. */
  readonly id?: string;
  readonly retry?: RetryOptions;
  readonly singleflight?: boolean;
  /** Seconds after which a run counts as hung, and as slow. Default 30. */
  readonly hungTimeoutSeconds?: number;
  readonly exclusive?: boolean;
  /** The memory-limit breaker puts off and, in the end, removes this job with its kind. */
  readonly recoveryLoop?: boolean;
};

/** What an owner is told when its job is due. */
export type LifecycleJobContext = {
  readonly job: LifecycleJob;
  /** Attempt within this wake-up, from 1. */
  readonly attempt: number;
};

/**
 * What becomes of a job that ran: undefined deletes it, `rescheduleAt` (milliseconds) keeps it for
 * later, `"yield"` keeps it due. A push or re-timing of the same job during the run wins over this.
 */
export type LifecycleJobOutcome = undefined | { readonly rescheduleAt: number } | "yield";

/** What a hook that runs jobs may return; no return statement completes the job. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook without a return statement completes its job
export type JobResult = LifecycleJobOutcome | void | Promise<LifecycleJobOutcome | void>;

/** Jobs of one owner. */
export type LifecycleJobs = {
  /** Stores a job, and wakes the object in time. @throws FreeholdError `invalid_job`. */
  readonly push: (options: LifecycleJobPushOptions) => Promise<LifecycleJob>;
  /** Removes a job; false when there is none with this id. */
  readonly cancel: (id: string) => Promise<boolean>;
  /** Moves a job to another time (milliseconds); false when there is none with this id. */
  readonly reschedule: (id: string, time: number) => Promise<boolean>;
  readonly get: (id: string) => LifecycleJob | undefined;
  /** By due time; all, or those for one `fn`. */
  readonly list: (fn?: string) => LifecycleJob[];
  /** Sets the object's alarm anew from what is stored: repairs a lost alarm. */
  readonly rearm: () => Promise<void>;
};

/** Runs the jobs of one owner. */
export interface JobHandler {
  onJob(context: LifecycleJobContext): JobResult;
  /** The job failed in every attempt; what is returned is its outcome. */
  onJobError?(context: LifecycleJobContext, error: unknown): JobResult;
}
