/**
 * What ends an attempt without ending its run. Not errors: code that handles errors by their kind
 * should let them pass.
 */
export class TaskInterruption {
  /** `wait`: a step has to wait. `stop`: the run was cancelled, or is another attempt's now. */
  readonly kind: "wait" | "stop";

  constructor(kind: TaskInterruption["kind"]) {
    this.kind = kind;
  }
}

/** How deep a chain of causes is followed. */
const MAX_CAUSES = 8;

/** The interruption that was thrown, also when it comes wrapped in an error. */
export function interruptionIn(thrown: unknown, depth = 0): TaskInterruption | undefined {
  if (thrown instanceof TaskInterruption) return thrown;
  if (!(thrown instanceof Error) || depth > MAX_CAUSES) return undefined;
  if (thrown instanceof AggregateError) {
    for (const error of thrown.errors) {
      const found = interruptionIn(error, depth + 1);
      if (found) return found;
    }
  }
  return interruptionIn(thrown.cause, depth + 1);
}
