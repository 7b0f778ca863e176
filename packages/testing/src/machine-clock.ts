import { setTimeout } from "node:timers";

/**
 * Waits for `work`, but not longer than `limitMs` of the machine's time, whatever clocks a test has put
 * in place. Tells whether the work was done.
 */
export async function withinMachineTime(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const limit = Promise.withResolvers<false>();
  const timer = setTimeout(() => limit.resolve(false), limitMs);
  try {
    return await Promise.race([work.then(() => true), limit.promise]);
  } finally {
    timer.close();
  }
}
