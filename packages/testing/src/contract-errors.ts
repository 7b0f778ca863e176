/** Errors of `cloudflare:test` whose classes and texts programs may rely on. */
export const testErrors = {
  wrongArgument: (name: string, position: number, type: string) =>
    new TypeError(`Failed to execute '${name}': parameter ${position} is not of type '${type}'.`),
  /** `maker` names the functions that make what was wanted. */
  notMadeHere: (name: string, position: number, type: string, maker: string) => {
    const article = /^[AEIO]/.test(type) ? "an" : "a";
    return new TypeError(
      `Failed to execute '${name}': parameter ${position} is not of type '${type}'.\n` +
        `You must call ${maker} to get ${article} '${type}' instance.`,
    );
  },
  wrongEvictOptions: (name: string, position: number) =>
    new TypeError(
      `Failed to execute '${name}' on 'UnsafeModule': parameter ${position} is not of type 'EvictOptions'.`,
    ),
  wrongSocketFate: () => new TypeError('options.webSockets must be "hibernate" or "close".'),
  aborted: () => new Error("Application called abortAllDurableObjects()."),
  foreignObject: () =>
    new Error(
      "Durable Object test helpers can only be used with stubs pointing to objects defined within the same worker.",
    ),
  notRunning: () => new Error("Cannot evict Durable Object: it is not currently running."),
  evictionPrevented: () =>
    new Error("Cannot evict Durable Object: its namespace has preventEviction set."),
  evictionTimedOut: () =>
    new Error("Timed out waiting to evict Durable Object: it still has active references."),
  illegalConstructor: () => new TypeError("Illegal constructor"),
};
