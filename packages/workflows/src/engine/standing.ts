import type { JournalEvent } from "../journal/history.ts";
import type { Journal } from "../journal/journal.ts";
import type { ErrorDetails, Status } from "../wire.ts";
import { type InstanceRow, isFinished } from "./record.ts";

/** What `status()` answers. */
export interface InstanceState {
  readonly status: Status;
  readonly error?: ErrorDetails;
  readonly output: unknown;
}

/** A part of an instance's journal, and where the instance stands. */
export interface EventPage {
  readonly status: Status;
  readonly events: readonly JournalEvent[];
}

/** An instance, and what it was made with. */
export interface InstanceInfo {
  readonly row: InstanceRow;
  readonly params: unknown;
}

/** How an instance stands, and what it ended with. */
export function stateOf(status: Status, journal: Journal): InstanceState {
  const end = isFinished(status)
    ? journal.lastOf("workflow_completed", "workflow_errored", "workflow_terminated")?.note
    : undefined;
  const { output = null, error } = end ?? {};
  return { status, ...(error && { error }), output };
}
