import {
  Agent,
  AgentWorkflowEvent,
  AgentWorkflowParams,
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
} from "./shared.js";
import {
  WorkflowEntrypoint,
  WorkflowEvent,
} from "cloudflare:workers";
/**
 * A workflow that an agent starts with `runWorkflow`, with a line back to it. Extend it, write `run`,
 * and export the class from the Worker.
 *
 * What it tells the agent comes to it once, also when a step is tried again or the process ends in
 * between: `reportProgress`, the methods of `step`, and the error that `run` throws. Code of a step
 * may run more than once; `reportProgress` within it is told each time.
 *
 * @example
 * export class Review extends AgentWorkflow<Editor, { document: string }> {
 *   async run(event: AgentWorkflowEvent<{ document: string }>, step: AgentWorkflowStep) {
 *     const draft = await step.do("draft", () => write(event.payload.document));
 *     await this.reportProgress({ step: "draft", percent: 0.5 });
 *     const { by } = await this.waitForApproval<{ by: string }>(step, { timeout: "7 days" });
 *     await step.reportComplete({ draft, by });
 *   }
 * }
 */
declare class AgentWorkflow<AgentType extends Agent = Agent, Params = unknown, ProgressType = DefaultProgress, Env extends Cloudflare.Env = Cloudflare.Env> extends WorkflowEntrypoint<Env, AgentWorkflowParams<Params>> {
  #private;
  constructor(ctx: ExecutionContext, env: Env);
  /** The agent, for calls of its methods. @throws Error outside of `run`. */
  get agent(): DurableObjectStub<AgentType>;
  /** The instance's id; empty outside of `run`. */
  get workflowId(): string;
  /** Name of the workflow's binding; empty outside of `run`. */
  get workflowName(): string;
  /** Tells the agent something at once, without a step: again, if it is run again. */
  protected notifyAgent(callback: WorkflowCallback): Promise<void>;
  /** Tells the agent how far the work is: `onWorkflowProgress`. A step of its own. */
  protected reportProgress(progress: ProgressType): Promise<void>;
  /** Sends a message, as JSON, to all connections of the agent. Again, if it is run again. */
  protected broadcastToClients(message: unknown): void;
  /**
   * Waits until the agent approves, and gives the `metadata` of that.
   *
   * @throws WorkflowRejectedError when it rejects; the agent is told of the failure before.
   */
  protected waitForApproval<T = unknown>(step: AgentWorkflowStep, options?: WaitForApprovalOptions): Promise<T>;
  /** Override to give `step` more methods. Return the same object. */
  protected extendStep(step: AgentWorkflowStep, _event: WorkflowEvent<Params>): AgentWorkflowStep;
}
/** Errors whose class and text the published package names. */
/** Thrown by `waitForApproval` when the workflow was rejected. */
declare class WorkflowRejectedError extends Error {
  readonly reason?: string | undefined;
  readonly workflowId?: string | undefined;
  constructor(reason?: string | undefined, workflowId?: string | undefined);
}
export {
  AgentWorkflow,
  type AgentWorkflowEvent,
  type AgentWorkflowStep,
  type ApprovalEventPayload,
  type DefaultProgress,
  type RunWorkflowOptions,
  type WaitForApprovalOptions,
  type WorkflowCallback,
  type WorkflowCallbackType,
  type WorkflowCompleteCallback,
  type WorkflowErrorCallback,
  type WorkflowEventCallback,
  type WorkflowEventPayload,
  type WorkflowInfo,
  type WorkflowPage,
  type WorkflowProgressCallback,
  type WorkflowQueryCriteria,
  WorkflowRejectedError,
  type WorkflowStatus,
  type WorkflowTrackingRow,
};