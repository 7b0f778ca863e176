import type { Clock } from "@freehold/host";
import { type AttemptEnd, delayBefore, isFailure, mayPassAway, timeoutOf } from "../rules/retry.ts";
import type { Step } from "./step.ts";
import type { Incoming, Upstream } from "./upstream.ts";

/** How a step ended: an answer, good or bad, or none. */
export interface StepEnd {
  readonly end: AttemptEnd;
  readonly answer: Incoming | undefined;
  readonly attempts: number;
  readonly cause: unknown;
}

/** Asks one provider as often as its step allows. Bodies of answers that are given up are destroyed. */
export async function tryStep(
  step: Step,
  upstream: Upstream,
  clock: Clock,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { options } = step;
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) await wait(clock, delayBefore(attempt, options), signal);
    const made = await once(step, upstream, clock, timeoutOf(attempt, options), signal);
    const isLast = attempt + 1 >= options.maxAttempts || signal.aborted;
    if (isLast || !isFailure(made.end) || !mayPassAway(made.end)) {
      return { ...made, attempts: attempt + 1 };
    }
    made.answer?.body.destroy();
  }
}

async function once(
  step: Step,
  upstream: Upstream,
  clock: Clock,
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<Omit<StepEnd, "attempts">> {
  const limit = timeoutMs === undefined ? undefined : limited(clock, timeoutMs, signal);
  try {
    // Once the head is there the client's end ends the answer, and time does not.
    const answer = await upstream.send(step.outgoing, limit?.signal ?? signal);
    return { end: { kind: "answered", status: answer.status }, answer, cause: undefined };
  } catch (cause) {
    const kind = limit?.isOver() ? "late" : "failed";
    return { end: { kind }, answer: undefined, cause };
  } finally {
    limit?.end();
  }
}

/** A signal that comes with `signal`, and when time is over before `end` was called. */
function limited(clock: Clock, timeoutMs: number, signal: AbortSignal) {
  const late = new AbortController();
  let isOver = false;
  const timer = clock.setTimer(() => {
    isOver = true;
    late.abort(new Error("the provider did not answer in time"));
  }, timeoutMs);
  return {
    signal: AbortSignal.any([signal, late.signal]),
    isOver: () => isOver,
    end: () => timer.cancel(),
  };
}

function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = clock.setTimer(done, delayMs);
    function done() {
      timer.cancel();
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}
