export { AgentWorkflow } from "./agent-workflow.ts";
export { WorkflowRejectedError } from "./contract-errors.ts";
export type {
  AgentWorkflowEvent,
  AgentWorkflowStep,
  ApprovalEventPayload,
  DefaultProgress,
  RunWorkflowOptions,
  WaitForApprovalOptions,
  WorkflowCallback,
  WorkflowCallbackType,
  WorkflowCompleteCallback,
  WorkflowErrorCallback,
  WorkflowEventCallback,
  WorkflowEventPayload,
  WorkflowInfo,
  WorkflowPage,
  WorkflowProgressCallback,
  WorkflowQueryCriteria,
  WorkflowStatus,
  WorkflowTrackingRow,
} from "./types.ts";
