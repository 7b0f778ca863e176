import type { RetryOptions } from "../retry/options.ts";

/** A piece of durable work. */
export interface Job {
  readonly id: string;
  /** Who runs it: a capability's id, or `host`. */
  readonly owner: string;
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
}

/** A job to be stored. */
export interface JobInput {
  readonly fn: string;
  /** Due time in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly payload?: unknown;
  /** Default: generated. Pushing an existing id of the same owner replaces that job. */
  readonly id?: string;
  readonly retry?: RetryOptions | undefined;
  readonly singleflight?: boolean;
  /** Seconds after which a run counts as hung. Default 30. */
  readonly hungTimeoutSeconds?: number;
  readonly exclusive?: boolean;
  readonly recoveryLoop?: boolean;
}

/** What an owner is told when its job is due. */
export interface JobContext {
  readonly job: Job;
  /** Attempt within this wake-up, from 1. */
  readonly attempt: number;
}

/**
 * What becomes of a job that ran: undefined deletes it, `rescheduleAt` (milliseconds) keeps it for
 * later, `"yield"` keeps it due. A push or re-timing of the same job during the run wins over this.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook without a return statement completes its job
export type JobOutcome = undefined | void | "yield" | { readonly rescheduleAt: number };

/** Jobs of one owner. */
export interface OwnedJobs {
  /** @throws FreeholdError `invalid_job`. */
  push(input: JobInput): Promise<Job>;
  cancel(id: string): Promise<boolean>;
  reschedule(id: string, time: number): Promise<boolean>;
  get(id: string): Job | undefined;
  /** By due time; all, or those for one `fn`. */
  list(fn?: string): Job[];
  /** Sets the object's alarm anew from what is stored: repairs a lost alarm. */
  rearm(): Promise<void>;
}
