/** Names by which workflows and agents reach each other. Those of the published package, but for ours. */

/** How a name of the SDK's own steps begins. */
const STEP_PREFIX = "__agent_";

/** What the SDK's own steps do. */
export const StepKind = {
  PROGRESS: "reportProgress",
  COMPLETE: "reportComplete",
  ERROR: "reportError",
  EVENT: "sendEvent",
  UPDATE_STATE: "updateState",
  MERGE_STATE: "mergeState",
  RESET_STATE: "resetState",
  /** Tells the agent of the end of a workflow that did not. Ours alone. */
  SETTLE: "settle",
} as const;

export type StepKind = (typeof StepKind)[keyof typeof StepKind];

/** Name of a step; the engine counts steps of one name. */
export function stepName(kind: StepKind): string {
  return `${STEP_PREFIX}${kind}`;
}

/** Methods of an agent that workflows call. */
export const AgentMethod = {
  CALLBACK: "_workflow_handleCallback",
  BROADCAST: "_workflow_broadcast",
  STATE: "_workflow_updateState",
  /** Calls one of the others, or settles, once for each step. Ours alone. */
  DELIVER: "_workflow_deliver",
} as const;

/** What {@link AgentMethod.DELIVER} may do. */
export type Delivered =
  | { readonly method: typeof AgentMethod.CALLBACK; readonly args: readonly unknown[] }
  | { readonly method: typeof AgentMethod.STATE; readonly args: readonly unknown[] }
  | { readonly method: "settle" };

/** Which step tells something, and how often it tried. */
export interface Delivery {
  readonly workflowId: string;
  /** The step's name and which of that name it is. */
  readonly key: string;
  /** From 1. */
  readonly attempt: number;
}

/** What an agent is told of changes of its state. */
export type StateAction = "set" | "merge" | "reset";

export const APPROVAL_EVENT = "approval";
export const APPROVAL_STEP = "wait-for-approval";

/** How ids of workflows begin that were given none. */
export const WORKFLOW_ID_PREFIX = "wf_";
