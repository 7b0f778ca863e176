import { toMilliseconds } from "../duration.ts";
import { type ErrorDetails, FATAL, stepErrors } from "../wire.ts";
import { detailsOf, isNonRetryable, toError } from "./errors.ts";
import type { Rollback } from "./rollbacks.ts";
import type { Run } from "./run.ts";
import { backoffMs, type StepContext } from "./step-config.ts";

/**
 * Undoes the steps of a run, the newest first, until one fails for good. What was undone before a
 * crash is not undone again.
 *
 * @returns whether the run is still wanted
 */
export async function undo(run: Run, cause: ErrorDetails, terminates: boolean): Promise<boolean> {
  const rollbacks = run.rollbacks.newestFirst.filter(({ label }) => {
    return run.host.history.get("do", label) !== undefined;
  });
  if (rollbacks.length === 0) return !run.isOver;
  if (run.host.history.rollback === undefined) {
    run.append({ type: "rollback_started", note: { error: cause, terminates } });
  }
  for (const rollback of rollbacks) {
    if (run.host.history.rollbackOf(rollback.label).state === "done") continue;
    const isUndone = await undoStep(run, rollback, cause);
    if (run.isOver) return false;
    if (!isUndone) {
      run.append({ type: "rollback_errored" });
      return true;
    }
  }
  run.append({ type: "rollback_completed" });
  return true;
}

/** From where the record of the rollback stands to its end. */
async function undoStep(run: Run, rollback: Rollback, cause: ErrorDetails): Promise<boolean> {
  const { label: step, config } = rollback;
  const before = run.host.history.rollbackOf(step);
  let { attempt } = before;
  if (before.state === "retrying") await reached(run, before.until ?? 0);
  // Of an attempt that had begun the end is not known: it counts.
  let error = before.state === "attempting" ? stepErrors.interrupted() : undefined;
  for (;;) {
    if (error === undefined) {
      attempt += 1;
      const note = { config: config.stored };
      run.append(
        ...(attempt === 1 ? [{ type: "rollback_step_started", step, note } as const] : []),
        { type: "rollback_attempt_started", step, note: { attempt } },
      );
      await new Promise<void>((resolve) => run.host.onRecord(resolve));
      if (run.isOver) return false;
      error = await tryOnce(run, rollback, cause, attempt);
      if (run.isOver) return false;
    }
    if (error === undefined) {
      run.append(
        { type: "rollback_attempt_completed", step, note: { attempt } },
        { type: "rollback_step_completed", step },
      );
      return true;
    }
    const until = await failed(run, rollback, error, attempt);
    if (until === undefined) return false;
    await reached(run, until);
    error = undefined;
  }
}

/** Writes down that an attempt failed. When the next one is due; `undefined` when there is none. */
async function failed(
  run: Run,
  rollback: Rollback,
  error: ErrorDetails,
  attempt: number,
): Promise<number | undefined> {
  const { label: step, config } = rollback;
  const isLast = error.name === FATAL || attempt > config.stored.retries.limit;
  const delayMs = isLast ? undefined : await delayOf(run, rollback, error, attempt);
  if (run.isOver) return undefined;
  const note = { attempt, error, ...(delayMs !== undefined && { retryDelayMs: delayMs }) };
  const [event] = run.append(
    { type: "rollback_attempt_errored", step, note },
    ...(delayMs === undefined
      ? [{ type: "rollback_step_errored", step, note: { error } } as const]
      : []),
  );
  return delayMs === undefined ? undefined : (event?.at ?? 0) + delayMs;
}

function contextOf({ name, count, config }: Rollback, attempt: number): StepContext {
  return { step: { name, count }, attempt, config: structuredClone(config.stored) };
}

async function tryOnce(
  run: Run,
  rollback: Rollback,
  cause: ErrorDetails,
  attempt: number,
): Promise<ErrorDetails | undefined> {
  const { label, config, handler } = rollback;
  const ms = toMilliseconds(config.stored.timeout) ?? 0;
  const late = Promise.withResolvers<ErrorDetails>();
  const timer = run.host.after(ms, () => late.resolve(stepErrors.timedOut(ms)));
  const work = (async () => {
    await handler({
      ctx: contextOf(rollback, attempt),
      error: unmarked(cause),
      output: rollback.output(),
      stepName: label,
    });
    return undefined;
  })().catch((thrown: unknown) => {
    const details = detailsOf(thrown);
    return isNonRetryable(details) ? stepErrors.nonRetryable(details.message) : details;
  });
  const outcome = await Promise.race([work, late.promise]);
  timer.cancel();
  return outcome;
}

/** A rollback sees the error as the run threw it. */
function unmarked(cause: ErrorDetails): Error {
  const error = toError(cause.name === "Terminated" ? { ...cause, name: "Error" } : cause);
  Reflect.deleteProperty(error, "remote");
  return error;
}

/** Milliseconds until the next attempt; `undefined` when the delay function does not say. */
async function delayOf(
  run: Run,
  rollback: Rollback,
  error: ErrorDetails,
  attempt: number,
): Promise<number | undefined> {
  const { delay, stored } = rollback.config;
  if (run.host.mocks?.isRetryDelayDisabled(rollback.label)) return 0;
  if (delay === undefined) return backoffMs(stored.retries, attempt);
  try {
    const answer = await delay({ ctx: contextOf(rollback, attempt), error: toError(error) });
    const base = toMilliseconds(answer);
    return base === undefined || base < 0
      ? undefined
      : backoffMs({ ...stored.retries, delay: base }, attempt);
  } catch {
    return undefined;
  }
}

/** Until a time has come. When it is far away the instance leaves memory, and this never settles. */
function reached(run: Run, until: number): Promise<void> {
  return new Promise((resolve) => {
    run.host.rest(until, resolve);
  });
}
