/** Errors whose class and text the published package names. */

/** Thrown by `waitForApproval` when the workflow was rejected. */
export class WorkflowRejectedError extends Error {
  readonly reason?: string | undefined;
  readonly workflowId?: string | undefined;

  constructor(reason?: string | undefined, workflowId?: string | undefined) {
    super(reason ? `Workflow rejected: ${reason}` : "Workflow rejected");
    this.name = "WorkflowRejectedError";
    this.reason = reason;
    this.workflowId = workflowId;
  }
}

const HOW = "Use agent.runWorkflow() to start workflows with proper agent context.";

export const contractErrors = {
  bindingMissing: (name: string) =>
    new Error(`Workflow binding '${name}' not found in environment`),
  agentBindingMissing: (name: string) =>
    new Error(`Agent binding '${name}' not found in environment`),
  agentBindingUnknown: () =>
    new Error(
      "Could not detect Agent binding name from class name. Pass it explicitly via options.agentBinding",
    ),
  alreadyTracked: (id: string) => new Error(`Workflow with ID "${id}" is already being tracked`),
  notTracked: (id: string) => new Error(`Workflow ${id} not found in tracking table`),
  badCursor: () =>
    new Error("Invalid pagination cursor. The cursor may be malformed or corrupted."),
  notInitialized: () =>
    new Error("Agent not initialized. Ensure you're accessing this.agent inside run()."),
  noAgentParams: () =>
    new Error(
      `AgentWorkflow requires __agentName, __agentBinding, and __workflowName in params. ${HOW}`,
    ),
  noOrigin: () => new Error(`AgentWorkflow requires a valid Agent origin. ${HOW}`),
  originVersion: (version: unknown) =>
    new Error(
      `AgentWorkflow received an unsupported origin version (${String(version)}). Upgrade the "agents" package running this Workflow to match the Agent that started it.`,
    ),
  emptyPath: () => new Error("AgentWorkflow facet origin requires a non-empty path"),
  facetFetch: () =>
    new Error(
      "AgentWorkflow.agent for sub-agent origins is an RPC-only stub — .fetch() is not supported. Use routeSubAgentRequest() or the /agents/{parent}/{name}/sub/{child}/{name} URL for external HTTP/WS routing.",
    ),
  notDescending: (path: string) => new Error(`Workflow origin path does not descend from ${path}.`),
  notCallable: (method: string, className: string) =>
    new Error(`Workflow origin method "${method}" is not callable on ${className}.`),
  originGone: (className: string, name: string) =>
    new Error(`Workflow origin sub-agent ${className} "${name}" no longer exists.`),
} as const;
