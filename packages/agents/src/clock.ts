/** Time, as the SDK sees it. Every room that waits or stamps takes one of these. */
export interface Clock {
  /** Milliseconds since the Unix epoch. MUST follow the clock of the host that runs the object. */
  now(): number;
  /** Resolves after `milliseconds`; MUST NOT resolve earlier. */
  sleep(milliseconds: number): Promise<void>;
  /** Calls `callback` once after `milliseconds`, unless the returned function was called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

/**
 * The clock of the runtime. It reads the globals at each call, never at module scope: a host may
 * replace them, and on workerd no time passes while modules load.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
