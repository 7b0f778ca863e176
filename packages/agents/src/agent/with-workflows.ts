import { DurableObject } from "cloudflare:workers";
import { type CallbackHooks, tellHook } from "../workflows/callbacks.ts";
import type { DeleteCriteria } from "../workflows/query.ts";
import type {
  ApprovalOptions,
  RejectionOptions,
  RunWorkflowOptions,
  WorkflowCallback,
  WorkflowEventPayload,
  WorkflowInfo,
  WorkflowPage,
  WorkflowQueryCriteria,
} from "../workflows/types.ts";
import type { Delivered, Delivery } from "../workflows/wire.ts";
import type { WorkflowRooms } from "./workflow-rooms.ts";

/** Names of the environment's workflows. */
type WorkflowBinding<E> = {
  [K in keyof E & string]: E[K] extends Workflow ? K : never;
}[keyof E & string];

/** Name of a workflow in the environment; any text is taken, too. */
export type WorkflowName<E> = WorkflowBinding<E> | (string & {});

/** The part of an agent that starts workflows, steers them, and hears of them. */
export abstract class AgentWithWorkflows<
  Env extends Cloudflare.Env = Cloudflare.Env,
> extends DurableObject<Env> {
  /** @internal The agent's workflows. */
  abstract readonly _workflows: WorkflowRooms;

  /**
   * Starts a workflow and keeps a row of it, which follows how it stands. What the workflow tells
   * comes back to this agent by its name. Rejects when there is no such binding, or the id is in use.
   *
   * @returns the instance's id
   * @example
   * const id = await this.runWorkflow("REVIEW", { document: "d7" }, { metadata: { by: "ada" } });
   */
  runWorkflow<P = unknown>(
    workflowName: WorkflowName<Env>,
    params: P,
    options?: RunWorkflowOptions,
  ): Promise<string> {
    return this._workflows.tracked.run(workflowName, params, options);
  }

  /** Sends an event that a workflow waits for with `step.waitForEvent`, now or later. */
  sendWorkflowEvent(
    workflowName: WorkflowName<Env>,
    workflowId: string,
    event: WorkflowEventPayload,
  ): Promise<void> {
    return this._workflows.tracked.send(workflowName, workflowId, event);
  }

  /** Lets a workflow pass its `waitForApproval`. `eventType` where it waits for another than usual. */
  approveWorkflow(workflowId: string, data?: ApprovalOptions): Promise<void> {
    return this._workflows.tracked.approve(workflowId, data);
  }

  /** Lets `waitForApproval` throw in a workflow. `eventType` where it waits for another than usual. */
  rejectWorkflow(workflowId: string, data?: RejectionOptions): Promise<void> {
    return this._workflows.tracked.reject(workflowId, data);
  }

  /** Ends a workflow. Rejects when it has ended already. */
  terminateWorkflow(workflowId: string): Promise<void> {
    return this._workflows.tracked.control(workflowId, "terminate");
  }

  /** Stops a workflow at its next step. */
  pauseWorkflow(workflowId: string): Promise<void> {
    return this._workflows.tracked.control(workflowId, "pause");
  }

  /** Lets a paused workflow go on. */
  resumeWorkflow(workflowId: string): Promise<void> {
    return this._workflows.tracked.control(workflowId, "resume");
  }

  /** Runs a workflow again from the top, under the same id. */
  restartWorkflow(
    workflowId: string,
    options?: {
      /** Whether its row is to have a new time of creation. Default true. */
      resetTracking?: boolean;
    },
  ): Promise<void> {
    return this._workflows.tracked.restart(workflowId, options);
  }

  /** How an instance stands, by the platform's word; its row follows. */
  getWorkflowStatus(workflowName: WorkflowName<Env>, workflowId: string): Promise<InstanceStatus> {
    return this._workflows.tracked.status(workflowName, workflowId);
  }

  /** A workflow that this agent started, as its row says. */
  getWorkflow(workflowId: string): WorkflowInfo | undefined {
    return this._workflows.tracked.find(workflowId);
  }

  /** Workflows that this agent started, by page. @throws Error for a cursor that is none. */
  getWorkflows(criteria?: WorkflowQueryCriteria): WorkflowPage {
    return this._workflows.tracked.list(criteria);
  }

  /** Removes a row; the instance stays as it is. */
  deleteWorkflow(workflowId: string): boolean {
    return this._workflows.tracked.delete(workflowId);
  }

  /** Removes the rows that match; returns how many. */
  deleteWorkflows(criteria?: DeleteCriteria): number {
    return this._workflows.tracked.deleteAll(criteria);
  }

  /** Says in all rows that a binding has a new name; returns how many there were. */
  migrateWorkflowBinding(oldName: string, newName: string): number {
    return this._workflows.tracked.migrate(oldName, newName);
  }

  /** A workflow told something. Default: calls the hook for what it told. */
  async onWorkflowCallback(callback: WorkflowCallback): Promise<void> {
    await tellHook(this as unknown as CallbackHooks, callback);
  }

  /** A workflow told how far it is. */
  async onWorkflowProgress(
    _workflowName: string,
    _workflowId: string,
    _progress: unknown,
  ): Promise<void> {
    // Nothing to do.
  }

  /** A workflow told that its work is done, with `step.reportComplete`. */
  async onWorkflowComplete(
    _workflowName: string,
    _workflowId: string,
    _result?: unknown,
  ): Promise<void> {
    // Nothing to do.
  }

  /** A workflow failed. Default: logs it. */
  async onWorkflowError(workflowName: string, workflowId: string, error: string): Promise<void> {
    console.error(`[Agent] Workflow ${workflowName}/${workflowId} failed: ${error}`);
  }

  /** A workflow sent something of its own, with `step.sendEvent`. */
  async onWorkflowEvent(
    _workflowName: string,
    _workflowId: string,
    _event: unknown,
  ): Promise<void> {
    // Nothing to do.
  }

  /** @internal Takes what a workflow tells. */
  _workflow_handleCallback(callback: WorkflowCallback): Promise<void> {
    return this._workflows.callbacks.handle(callback);
  }

  /** @internal Sends a workflow's message to all connections. */
  _workflow_broadcast(message: unknown): Promise<void> {
    return this._workflows.callbacks.broadcast(message);
  }

  /** @internal Changes the state for a workflow. */
  _workflow_updateState(action: "set" | "merge" | "reset", state?: unknown): Promise<void> {
    return this._workflows.callbacks.updateState(action, state);
  }

  /** @internal The same for a step of a workflow, once for all its attempts. */
  _workflow_deliver(delivery: Delivery, told: Delivered): Promise<void> {
    return this._workflows.callbacks.deliver(delivery, told);
  }
}
