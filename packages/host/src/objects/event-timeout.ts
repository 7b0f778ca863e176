import { ObjectInvocation } from "./object-invocation.ts";

/** One event that may take only so long. When its time is up, none of its continuations run any more. */
class TimedInvocation extends ObjectInvocation {
  #isExpired = false;

  expire(): void {
    this.#isExpired = true;
  }

  override run(continuation: () => void): void {
    if (!this.#isExpired) super.run(() => this.#isExpired || continuation());
  }
}

/**
 * Runs a handler within a time limit. Past it the event counts as over, and what it still waits for
 * never comes; the object lives on.
 *
 * @param limitMs `null` for none
 * @returns whether it came to its end
 */
export async function withinTime(
  origin: ObjectInvocation,
  limitMs: number | null,
  handler: () => Promise<unknown>,
): Promise<boolean> {
  if (limitMs === null) {
    await handler();
    return true;
  }
  const timed = new TimedInvocation(origin.activation, origin.section);
  const { promise: expired, resolve } = Promise.withResolvers<false>();
  const timer = origin.clock.setTimer(() => {
    timed.expire();
    resolve(false);
  }, limitMs);
  try {
    return await Promise.race([timed.enter(handler).then(() => true), expired]);
  } finally {
    timer.cancel();
  }
}
