import type { ObjectKey } from "../objects/key.ts";

/** What `alarm(info)` receives. */
export interface AlarmInfo {
  /** Runs before this one that failed or were broken off. Only failures count against the limit of six. */
  readonly retryCount: number;
  readonly isRetry: boolean;
  /** Milliseconds since the epoch. */
  readonly scheduledTime: number;
}

/**
 * How a delivery ended.
 * - `done`: the handler returned; the object's row now holds its next alarm, or none.
 * - `failed`: the handler threw; counts against the limit.
 * - `interrupted`: the activation ended under it; tried again, not counted.
 * - `none`: the object has no alarm that is due; the index was out of date.
 */
export type AlarmOutcome = "done" | "failed" | "interrupted" | "none";

/**
 * Runs the alarm of one object. Implemented by the object directory.
 *
 * The object's own row decides: when it holds no alarm, or a later one, the handler MUST NOT run.
 */
export interface AlarmTarget {
  deliver(
    key: ObjectKey,
    attempt: { readonly retryCount: number },
  ): Promise<{
    readonly outcome: AlarmOutcome;
    /** The alarm that the object's row holds afterwards. */
    readonly next: number | null;
  }>;
  /**
   * The retries of the alarm of this time are used up: the object's row loses it. An alarm of another time,
   * which was set since it failed, MUST stay.
   */
  giveUp(key: ObjectKey, time: number): Promise<void>;
}

/**
 * The host-level index of alarms: a wake-up hint, never the truth.
 *
 * - `put` with an earlier time MUST be durable before the object's own commit is; the promise says when.
 *   `undefined` means that it already is.
 * - `put` with a later time, and `remove`, MUST take effect only after the object's commit.
 */
export interface AlarmIndex {
  get(key: ObjectKey): number | undefined;
  put(key: ObjectKey, time: number): Promise<void> | undefined;
  remove(key: ObjectKey): void;
  /** The object's alarm may change from now on: after an unclean stop its row is read again. */
  unsettle(key: ObjectKey): void;
  /** The object's file was closed and the index says what its row says. */
  settle(key: ObjectKey): void;
}
