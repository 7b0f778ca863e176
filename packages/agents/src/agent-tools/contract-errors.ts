/** Errors whose text the published package names. */
export const contractErrors = {
  outsideTurn: () =>
    new Error(
      "agentTool() can only run inside an Agent turn. Use it from getTools() on an Agent subclass.",
    ),
  noFinishMethod: (name: unknown, className: string) =>
    new Error(
      `runAgentTool: detached.onFinish "${String(name)}" is not a method on ${className}. Pass the NAME of a method (e.g. "onImportDone"), not a closure — closures cannot be rehydrated after the Durable Object is evicted.`,
    ),
  terminalDetached: () =>
    new Error('runAgentTool: eventDelivery "terminal" is not supported for detached runs.'),
  /** The text of a run that was refused. */
  tooMany: (most: number) => `maxConcurrentAgentTools (${most}) exceeded`,
  /** The text of a tool whose agent gave no output. */
  noOutput: "agent tool completed without structured output required by outputSchema",
} as const;
