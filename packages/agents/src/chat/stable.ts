/**
 * Waiting for a chat to come to rest.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { ToolRoom } from "./tools/tool-room.ts";
import type { Turns } from "./turns.ts";

/** Milliseconds between two looks at a continuation that is about to begin. */
const ARMED_INTERVAL_MS = 50;
/** Milliseconds between two looks at a call that waits for somebody. */
const PENDING_INTERVAL_MS = 100;

/** Options of `waitUntilStable`. */
export interface StableOptions {
  /** Milliseconds; default: as long as it takes. */
  readonly timeout?: number;
  /** What counts as waiting for somebody; default: any call without a result. */
  readonly pendingInteraction?: () => boolean;
}

/** Resolves with true when nothing runs, waits or is about to begin, with false when time is up. */
export async function waitUntilStable(
  { clock, tools, turns }: { clock: Clock; tools: ToolRoom; turns: Turns },
  options: StableOptions = {},
): Promise<boolean> {
  const { pendingInteraction = () => tools.hasPendingInteraction(), timeout } = options;
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeout;
  for (;;) {
    if (!(await before(clock, deadline, turns.queue.idle()))) return false;
    const isPending = pendingInteraction();
    if (!isPending && !tools.hasArmedContinuation && !tools.isApplying) {
      if (turns.queue.size === 0) return true;
      continue;
    }
    if (clock.now() >= deadline) return false;
    const interval = isPending ? PENDING_INTERVAL_MS : ARMED_INTERVAL_MS;
    await clock.sleep(Math.min(interval, Math.max(0, deadline - clock.now())));
  }
}

/** Whether `work` ends before the deadline. */
async function before(clock: Clock, deadline: number, work: Promise<void>): Promise<boolean> {
  if (deadline === Number.POSITIVE_INFINITY) return work.then(() => true);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const forget = clock.after(Math.max(0, deadline - clock.now()), () => resolve(false));
  work.then(() => resolve(true));
  return promise.finally(forget);
}
