import { globalErrors } from "../contract-errors.ts";
import { setContextTimer } from "./timers.ts";

/** The global `scheduler` of a Worker. */
export class Scheduler {
  /**
   * Resolves after a time, in milliseconds. In an object it waits by the rules of timers: it follows
   * the host's clock, and goes on when the input gate lets it.
   */
  wait(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void> {
    return new Promise((resolve, reject) => {
      const signal = options?.signal;
      const aborted = () => reject(reasonOf(signal));
      if (signal?.aborted) {
        aborted();
        return;
      }
      const timer = setContextTimer(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      const onAbort = () => {
        timer.cancel();
        aborted();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}

/** Node words its own reason differently. */
function reasonOf(signal: AbortSignal | undefined): unknown {
  const reason: unknown = signal?.reason;
  const isDefault = reason instanceof DOMException && reason.name === "AbortError";
  return isDefault ? globalErrors.waitAborted() : reason;
}
