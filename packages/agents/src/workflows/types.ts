import type { WorkflowEvent, WorkflowSleepDuration, WorkflowStep } from "cloudflare:workers";
import type { AgentPathStep } from "../sub-agents/path.ts";

/** A step of the way to the agent that started a workflow. */
export type AgentWorkflowPathStep = AgentPathStep;

/** Which agent started a workflow: one that stands alone, or one inside another. */
export type AgentWorkflowOrigin =
  | {
      kind: "agent";
      version: 1;
      /** Name of the agent's namespace in the environment. */
      binding: string;
      /** The agent's name. */
      name: string;
    }
  | {
      kind: "facet";
      version: 1;
      /** Name of the outermost agent's namespace in the environment. */
      rootBinding: string;
      /** The way to the agent, outermost first, itself included. */
      path: AgentWorkflowPathStep[];
    };

/** What `run` is called with: the workflow's own parameters are in `payload`. */
export type AgentWorkflowEvent<Params = unknown> = WorkflowEvent<Params>;

/** `step`, with ways to tell the agent something: each is a step, so it happens once. */
export interface AgentWorkflowStep extends WorkflowStep {
  /** Tells the agent that the work is done: `onWorkflowComplete`. */
  reportComplete<T = unknown>(result?: T): Promise<void>;
  /** Tells the agent that the work failed: `onWorkflowError`. The workflow goes on. */
  reportError(error: Error | string): Promise<void>;
  /** Sends the agent something of your own: `onWorkflowEvent`. */
  sendEvent<T = unknown>(event: T): Promise<void>;
  /** Replaces the agent's state. */
  updateAgentState(state: unknown): Promise<void>;
  /** Replaces some fields of the agent's state. */
  mergeAgentState(partialState: Record<string, unknown>): Promise<void>;
  /** Gives the agent its initial state again. */
  resetAgentState(): Promise<void>;
}

/** What `runWorkflow` adds to the parameters, and takes away again before `run` sees them. */
export type AgentWorkflowInternalParams = {
  __agentName: string;
  __agentBinding: string;
  __workflowName: string;
  __agentOrigin?: AgentWorkflowOrigin;
};

/** The parameters of an instance, with what `runWorkflow` adds. */
export type AgentWorkflowParams<T = unknown> = T & AgentWorkflowInternalParams;

/** What a workflow tells its agent of. */
export type WorkflowCallbackType = "progress" | "complete" | "error" | "event";

/** What everything that a workflow tells has. */
export type WorkflowCallbackBase = {
  /** Name of the workflow's binding. */
  workflowName: string;
  /** The instance's id. */
  workflowId: string;
  type: WorkflowCallbackType;
  /** When it was sent, in milliseconds since the Unix epoch. */
  timestamp: number;
};

/** Progress, unless a workflow has a type of its own for it. */
export type DefaultProgress = {
  /** The present step. */
  step?: string;
  status?: "pending" | "running" | "complete" | "error";
  message?: string;
  /** From 0 to 1. */
  percent?: number;
  [key: string]: unknown;
};

export type WorkflowProgressCallback<P = DefaultProgress> = WorkflowCallbackBase & {
  type: "progress";
  progress: P;
};

export type WorkflowCompleteCallback = WorkflowCallbackBase & {
  type: "complete";
  result?: unknown;
};

export type WorkflowErrorCallback = WorkflowCallbackBase & {
  type: "error";
  /** The error's message. */
  error: string;
  /** The error's class, where there was an error. */
  errorName?: string;
};

export type WorkflowEventCallback = WorkflowCallbackBase & {
  type: "event";
  event: unknown;
};

/** What a workflow tells its agent. */
export type WorkflowCallback<P = DefaultProgress> =
  | WorkflowProgressCallback<P>
  | WorkflowCompleteCallback
  | WorkflowErrorCallback
  | WorkflowEventCallback;

/** How an instance stands. */
export type WorkflowStatus = InstanceStatus["status"];

/** A row of `cf_agents_workflows`. Times are seconds since the Unix epoch. */
export type WorkflowTrackingRow = {
  id: string;
  workflow_id: string;
  workflow_name: string;
  status: WorkflowStatus;
  /** JSON. */
  metadata: string | null;
  error_name: string | null;
  error_message: string | null;
  created_at: number;
  updated_at: number;
  completed_at: number | null;
};

/** Options of `runWorkflow`. */
export type RunWorkflowOptions = {
  /** The instance's id. Default: a new one. */
  id?: string;
  /** Kept with the agent's row, for `getWorkflows`. */
  metadata?: Record<string, unknown>;
  /** Name of the agent's namespace in the environment; of the outermost one for an agent inside it. */
  agentBinding?: string;
  /** How long the finished instance is kept. */
  retention?: WorkflowInstanceCreateOptions["retention"];
};

/** What `sendWorkflowEvent` sends. */
export type WorkflowEventPayload = {
  type: string;
  payload: unknown;
};

/** A workflow that an agent started, as the agent knows it. */
export type WorkflowInfo = {
  /** Id of the agent's row. */
  id: string;
  /** Id of the instance. */
  workflowId: string;
  /** Name of the binding. */
  workflowName: string;
  status: WorkflowStatus;
  metadata: Record<string, unknown> | null;
  error: { name: string; message: string } | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
};

/** Which workflows `getWorkflows` is to find. */
export type WorkflowQueryCriteria = {
  status?: WorkflowStatus | WorkflowStatus[];
  /** Name of the binding. */
  workflowName?: string;
  /** Fields of the metadata that must have these values. `a.b` is also the field `b` of `a`. */
  metadata?: Record<string, string | number | boolean>;
  /** Default 50, at most 100. */
  limit?: number;
  /** By the time of creation. Default `desc`. */
  orderBy?: "asc" | "desc";
  /** `nextCursor` of the page before. */
  cursor?: string;
};

/** A part of what was found. */
export type WorkflowPage = {
  workflows: WorkflowInfo[];
  /** Of all pages. */
  total: number;
  nextCursor: string | null;
};

/** Payload of the event by which a workflow is approved or rejected. */
export type ApprovalEventPayload = {
  approved: boolean;
  reason?: string;
  metadata?: Record<string, unknown>;
};

/** Options of `waitForApproval`. */
export type WaitForApprovalOptions = {
  /** Default `wait-for-approval`. */
  stepName?: string;
  /** Default: that of `step.waitForEvent`, 24 hours. */
  timeout?: WorkflowSleepDuration;
  /** Default `approval`. Another one has to be said to `approveWorkflow`, too. */
  eventType?: string;
};

/** What `approveWorkflow` sends along. */
export type ApprovalOptions = RejectionOptions & {
  /** What `waitForApproval` returns. */
  metadata?: Record<string, unknown>;
};

/** What `rejectWorkflow` sends along. */
export type RejectionOptions = {
  reason?: string;
  /** The type that the workflow waits for. Default `approval`. */
  eventType?: string;
};
