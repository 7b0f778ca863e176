import { FreeholdError } from "../errors.ts";
import { invalidTask } from "./decide.ts";
import type { NewRun, RunRow } from "./store.ts";
import type { TaskRunOptions } from "./types.ts";
import { serialize } from "./values.ts";

/** Options of a run, checked. @throws FreeholdError `invalid_task`. */
export function checkRunOptions({ idempotencyKey, runId }: TaskRunOptions): void {
  for (const [name, value] of Object.entries({ runId, idempotencyKey })) {
    if (value === undefined || (typeof value === "string" && value !== "")) continue;
    throw invalidTask(`${name} must be a non-empty string when provided`);
  }
}

/** What is stored of a new run. @throws TaskSerializationError */
export function newRun(
  definition: string,
  input: unknown,
  options: TaskRunOptions,
  runId: string,
): NewRun {
  const named = `for Task definition "${definition}"`;
  return {
    ...{ runId, definition, input: serialize(input, `input ${named}`) },
    metadata: serialize(options.metadata, `metadata ${named}`),
    idempotencyKey: options.idempotencyKey ?? null,
    retain: options.retain ?? true,
  };
}

/**
 * The run that a new one is the same as, by id or by key.
 *
 * @throws FreeholdError `task_conflict` when it is not quite the same.
 */
export function joined(
  { definition, idempotencyKey }: NewRun,
  byId: RunRow | undefined,
  byKey: RunRow | undefined,
): RunRow | undefined {
  const found = byId ?? byKey;
  if (!found) return undefined;
  if (found.definition !== definition) {
    throw conflict(
      `Task run "${found.run_id}" already belongs to definition "${found.definition}"; refusing to reuse its ${byId ? "run ID" : "idempotency key"} for "${definition}"`,
    );
  }
  const isOther = found.idempotency_key !== idempotencyKey && (found.idempotency_key || byKey);
  if (byId && idempotencyKey !== null && isOther) {
    throw conflict(
      `Task run "${found.run_id}" carries idempotency key "${found.idempotency_key}"; refusing to join it with conflicting key "${idempotencyKey}"`,
    );
  }
  return found;
}

function conflict(message: string): FreeholdError {
  return new FreeholdError("task_conflict", message, {
    help: "Give a run ID and an idempotency key to one run of one definition only.",
  });
}
