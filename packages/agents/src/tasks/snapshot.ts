import type { RunRow } from "./store.ts";
import type { TaskJson, TaskReceipt, TaskRunSnapshot, TaskValue } from "./types.ts";
import { deserialize } from "./values.ts";

/** A run as its readers see it. @throws TaskSerializationError when its JSON cannot be read. */
export function snapshotOf(row: RunRow): TaskRunSnapshot<TaskValue> {
  const { run_id: runId, definition, created_at: createdAt } = row;
  const metadata = deserialize(row.metadata, `metadata of run "${runId}"`);
  const described = {
    ...{ runId, definition, createdAt },
    ...(metadata === undefined ? {} : { metadata: metadata as Record<string, TaskJson> }),
  };
  const status = row.status_message === null ? {} : { statusMessage: row.status_message };
  const settledAt = row.settled_at ?? row.updated_at;
  switch (row.state) {
    case "pending":
      return { ...described, state: "pending" };
    case "running": {
      const startedAt = row.started_at ?? createdAt;
      return { ...described, state: "running", attempt: row.attempt, startedAt, ...status };
    }
    case "waiting": {
      const waiting = { reason: row.wait_reason ?? "sleep", wakeAt: row.next_at ?? row.updated_at };
      return { ...described, state: "waiting", ...waiting, ...status };
    }
    case "completed": {
      const result = deserialize(row.result, `result of run "${runId}"`) as TaskValue;
      return { ...described, state: "completed", result, settledAt };
    }
    case "failed": {
      const error = { name: row.error_name ?? "Error", message: row.error_message ?? "" };
      return { ...described, state: "failed", error, settledAt };
    }
    case "cancelled": {
      const reason = row.cancel_reason === null ? {} : { reason: row.cancel_reason };
      return { ...described, state: "cancelled", ...reason, settledAt };
    }
  }
}

export function receiptOf(row: RunRow, accepted: boolean): TaskReceipt {
  const { created_at: createdAt, definition, run_id: runId, state } = row;
  return { runId, definition, accepted, state, createdAt };
}
