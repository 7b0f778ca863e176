import type { ErrorDetails } from "../wire.ts";

/** What a test puts in the place of an instance's steps. Labels are `name-count`. */
export interface Mocks {
  isSleepDisabled(label: string): boolean;
  isRetryDelayDisabled(label: string): boolean;
  /** What a step's attempt ends with instead of running its code; `undefined` runs it. */
  attempt(label: string): MockedAttempt | undefined;
  isEventTimedOut(label: string): boolean;
}

export type MockedAttempt =
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: ErrorDetails }
  | { readonly kind: "timeout" };
