/**
 * Waiting, with an end to it.
 *
 * @module
 */

import { type Clock, systemClock } from "../../clock.ts";

/** What {@link awaitWithDeadline} gives when the time is up. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/**
 * Waits for a promise until a moment in milliseconds since the Unix epoch; null waits for ever.
 *
 * @example
 * ```ts
 * const done = await awaitWithDeadline(work, Date.now() + 5000);
 * if (done === TIMED_OUT) return;
 * ```
 */
export function awaitWithDeadline<T>(
  promise: Promise<T>,
  deadline: number | null,
  clock: Clock = systemClock,
): Promise<T | typeof TIMED_OUT> {
  if (deadline === null) return promise;
  const { promise: late, resolve } = Promise.withResolvers<typeof TIMED_OUT>();
  const cancel = clock.after(Math.max(0, deadline - clock.now()), () => resolve(TIMED_OUT));
  return Promise.race([promise, late]).finally(cancel);
}

/** Waits until a chain of work has grown no further, or nobody needs it any more. */
export async function drainInteractionApplies(
  hasPending: () => boolean,
  getTail: () => Promise<unknown>,
): Promise<void> {
  while (hasPending()) {
    const tail = getTail();
    await tail.catch(() => undefined);
    if (getTail() === tail) return;
  }
}

/** A stream went silent for longer than it may. */
export class ChatStreamStalledError extends Error {
  readonly isChatStreamStall = true;

  constructor(message: string) {
    super(message);
    this.name = "ChatStreamStalledError";
  }
}

/**
 * Gives the chunks of a stream on. When none comes for so many milliseconds, `onStall` is called and
 * the reader gets an error; 0 and less wait for ever.
 *
 * @throws ChatStreamStalledError, and what the stream throws
 */
export async function* iterateWithStallWatchdog<T>(
  source: AsyncIterable<T>,
  timeoutMs: number,
  onStall: () => void,
  clock: Clock = systemClock,
): AsyncGenerator<T> {
  if (timeoutMs <= 0) {
    yield* source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const next = await awaitWithDeadline(iterator.next(), clock.now() + timeoutMs, clock);
      if (next === TIMED_OUT) {
        isOver = true;
        onStall();
        throw new ChatStreamStalledError(
          `Chat stream stalled: no activity for ${timeoutMs}ms; the turn was aborted by the stall watchdog.`,
        );
      }
      if (next.done) {
        isOver = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!isOver) await iterator.return?.();
  }
}
