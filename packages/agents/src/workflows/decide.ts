import { contractErrors } from "./contract-errors.ts";
import type {
  WorkflowCallback,
  WorkflowInfo,
  WorkflowStatus,
  WorkflowTrackingRow,
} from "./types.ts";

/** What happens to a row. Nothing, if undefined. */
export interface Change {
  readonly status: WorkflowStatus;
  /** What went wrong; null when nothing did; undefined leaves it as it is. */
  readonly error?: { readonly name: string; readonly message: string } | null;
}

const ENDS: readonly WorkflowStatus[] = ["complete", "errored", "terminated"];

/** Statuses of instances that may still come to something. */
export const OPEN_STATUSES: readonly WorkflowStatus[] = [
  ...(["queued", "running", "paused", "waiting", "waitingForPause"] as const),
];

export function isEnd(status: WorkflowStatus): boolean {
  return ENDS.includes(status);
}

/** What a workflow's word does to its row. */
export function afterCallback(
  current: WorkflowStatus,
  callback: WorkflowCallback<unknown>,
): Change | undefined {
  switch (callback.type) {
    case "progress":
      return current === "queued" || current === "waiting" ? { status: "running" } : undefined;
    case "complete":
      return current === "terminated" ? undefined : COMPLETE;
    case "error":
      return current === "terminated" ? undefined : errored(callback.error, callback.errorName);
    default:
      return undefined;
  }
}

function errored(message: string, name = "WorkflowError"): Change {
  return { status: "errored", error: { name, message } };
}

/** The work is done. */
export const COMPLETE: Change = { status: "complete", error: null };

/**
 * What the instance's own status does to a row. A row that has come to its end stays there until the
 * workflow is restarted: after its last word an instance still runs. What the workflow said of its
 * end stands, unless the agent `asked` for the status and it is another end.
 */
export function afterStatus(
  current: WorkflowStatus,
  { error, status }: Pick<InstanceStatus, "status" | "error">,
  asked: boolean,
): Change | undefined {
  if (status === current || (isEnd(current) && !(asked && isEnd(status)))) return undefined;
  // The table's check is the published one, which does not know this status.
  if (status === "rollingBack") return { status: "running" };
  if (status === "complete") return COMPLETE;
  return { status, ...(error && { error: { name: error.name, message: error.message } }) };
}

/** How an instance stands after one of its events; undefined for one that says nothing of that. */
export function statusAfterEvent(
  type: string,
  error: { name: string; message: string } | undefined,
): Pick<InstanceStatus, "status" | "error"> | undefined {
  const status = Object.hasOwn(STATUS_AFTER, type)
    ? STATUS_AFTER[type as keyof typeof STATUS_AFTER]
    : undefined;
  if (status === undefined) return undefined;
  return { status, ...(status === "errored" && error && { error }) };
}

const STATUS_AFTER = {
  workflow_queued: "queued",
  workflow_started: "running",
  workflow_running: "running",
  workflow_waiting: "waiting",
  workflow_waiting_for_pause: "waitingForPause",
  workflow_paused: "paused",
  workflow_completed: "complete",
  workflow_errored: "errored",
  workflow_terminated: "terminated",
} as const;

/** Types of events after which an instance stands differently. */
export const STATUS_EVENTS: readonly string[] = Object.keys(STATUS_AFTER);

/** A row as agents see it. */
export function infoOf(row: WorkflowTrackingRow): WorkflowInfo {
  return {
    id: row.id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    status: row.status,
    metadata: metadataOf(row.metadata),
    error:
      row.error_name === null && row.error_message === null
        ? null
        : { name: row.error_name ?? "WorkflowError", message: row.error_message ?? "" },
    createdAt: dateOf(row.created_at),
    updatedAt: dateOf(row.updated_at),
    completedAt: row.completed_at === null ? null : dateOf(row.completed_at),
  };
}

function metadataOf(json: string | null): Record<string, unknown> | null {
  if (json === null) return null;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" ? (value as Record<string, unknown> | null) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** Where a page ends. */
export interface Cursor {
  /** Seconds. */
  readonly createdAt: number;
  readonly workflowId: string;
}

/** A place between rows, as a text that says nothing to its reader. */
export function encodeCursor({ createdAt, workflowId }: Cursor): string {
  return btoa(JSON.stringify({ c: createdAt, i: workflowId }));
}

/** @throws Error for a text that is none. */
export function decodeCursor(text: string): Cursor {
  const { c, i } = readCursor(text);
  if (typeof c !== "number" || !Number.isFinite(c) || typeof i !== "string") {
    throw contractErrors.badCursor();
  }
  return { createdAt: c, workflowId: i };
}

function readCursor(text: string): { readonly c?: unknown; readonly i?: unknown } {
  try {
    return Object(JSON.parse(atob(text))) as object;
  } catch {
    throw contractErrors.badCursor();
  }
}
