import type { WorkflowStep } from "cloudflare:workers";
import { AsyncLocalStorage } from "node:async_hooks";
import { systemClock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { WorkflowRejectedError } from "./contract-errors.ts";
import type { AgentReach } from "./reach.ts";
import type {
  AgentWorkflowStep,
  ApprovalEventPayload,
  WaitForApprovalOptions,
  WorkflowCallback,
} from "./types.ts";
import {
  AgentMethod,
  APPROVAL_EVENT,
  APPROVAL_STEP,
  type Delivered,
  type Delivery,
  type StateAction,
  StepKind,
  stepName,
} from "./wire.ts";

/** Which session the running code is inside of a step of. */
const insideStep = new AsyncLocalStorage<WorkflowSession>();

/** A step's code must not hold back the end of a workflow for long. */
const SETTLE = { retries: { limit: 2, delay: 200, backoff: "exponential" } } as const;

/** Of an error's message, in UTF-16 units. */
const MOST_OF_ERROR = 256 * 1024;

/** What the platform says of code that goes on after its instance was stopped. */
const STOPPED = /^(?:\w*Error: )?Aborting engine/;

/** What a session is about. */
export interface SessionParts {
  readonly workflowId: string;
  readonly workflowName: string;
  readonly step: WorkflowStep;
  readonly agent: AgentReach;
}

type Told<Callback> =
  Callback extends WorkflowCallback<unknown>
    ? Omit<Callback, "timestamp" | "workflowId" | "workflowName">
    : never;

/** What a workflow tells, without what each of its words has. */
export type ToldCallback = Told<WorkflowCallback<unknown>>;

/** One run of a workflow from the top, and its line to the agent. */
export class WorkflowSession {
  readonly #parts: SessionParts;
  /** `step` as the workflow gets it. */
  readonly step: AgentWorkflowStep;
  readonly #sending = new Set<Promise<void>>();
  /** The agent knows how the workflow ends. */
  #hasSettled = false;
  #hasFailed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.step = this.#extend(parts.step);
  }

  get workflowId(): string {
    return this.#parts.workflowId;
  }

  get workflowName(): string {
    return this.#parts.workflowName;
  }

  get agent(): object {
    return this.#parts.agent.stub;
  }

  /** Runs the workflow's code, and tells the agent how it ended unless that was told. */
  async run<T>(program: () => Promise<T>): Promise<T> {
    try {
      const result = await program();
      if (!this.#hasSettled) await this.#settle();
      return result;
    } catch (error) {
      if (!this.#hasFailed) await this.#reportFailure(error);
      throw error;
    } finally {
      await Promise.allSettled(this.#sending);
      this.#parts.agent.dispose();
    }
  }

  /** Tells the agent at once: again, if this is run again. */
  async notify(callback: WorkflowCallback): Promise<void> {
    await this.#parts.agent.call(AgentMethod.CALLBACK, [callback]);
  }

  /** Tells how far the workflow is; once, unless it is said within a step. */
  async reportProgress(progress: unknown): Promise<void> {
    const told: ToldCallback = { type: "progress", progress: progress as never };
    if (insideStep.getStore() === this) await this.notify(this.#complete(told));
    else await this.#tell(StepKind.PROGRESS, told);
  }

  /** Sends to the agent's connections, without waiting. */
  broadcast(message: unknown): void {
    const sending = this.#parts.agent.call(AgentMethod.BROADCAST, [message]).then(
      () => undefined,
      (error: unknown) => {
        console.warn(`[AgentWorkflow] A broadcast did not reach the agent: ${messageOf(error)}`);
      },
    );
    this.#sending.add(sending);
    void sending.then(() => this.#sending.delete(sending));
  }

  /** What an approval brought along. @throws WorkflowRejectedError */
  async waitForApproval<T>(
    step: AgentWorkflowStep,
    { eventType = APPROVAL_EVENT, stepName: name = APPROVAL_STEP, timeout }: WaitForApprovalOptions,
  ): Promise<T> {
    const event = await step.waitForEvent(name, {
      type: eventType,
      ...(timeout !== undefined && { timeout }),
    });
    // A copy, since the event may be a stub that ends here.
    const { approved, metadata, reason } = Object(event.payload) as Partial<ApprovalEventPayload>;
    (event as Partial<Disposable>)[Symbol.dispose]?.();
    if (approved === true) return metadata as T;
    const error = new WorkflowRejectedError(reason, this.workflowId);
    await this.#reportFailure(error, reason ?? error.message);
    throw error;
  }

  async #settle(): Promise<void> {
    try {
      await this.#once(StepKind.SETTLE, () => ({ method: "settle" }), SETTLE);
    } catch (error) {
      console.warn(`[AgentWorkflow] The agent was not told of the end: ${messageOf(error)}`);
    }
  }

  /** Tells of what the workflow threw. What it threw stays what comes of it, whatever happens here. */
  async #reportFailure(thrown: unknown, message = messageOf(thrown)): Promise<void> {
    if (STOPPED.test(message)) return;
    const name = thrown instanceof Error ? thrown.name : undefined;
    try {
      await this.#fail(message, name);
    } catch {
      // No step may begin any more, maybe: then without one.
      await this.notify(this.#complete(failure(message, name))).catch((error: unknown) => {
        console.warn(`[AgentWorkflow] The agent was not told of a failure: ${messageOf(error)}`);
      });
    }
  }

  async #fail(message: string, name: string | undefined): Promise<void> {
    this.#hasFailed = true;
    this.#hasSettled = true;
    await this.#tell(StepKind.ERROR, failure(message, name));
  }

  #tell(kind: StepKind, told: ToldCallback): Promise<void> {
    return this.#once(kind, () => ({
      ...{ method: AgentMethod.CALLBACK, args: [this.#complete(told)] },
    }));
  }

  #changeState(kind: StepKind, action: StateAction, ...state: unknown[]): Promise<void> {
    return this.#once(kind, () => ({ method: AgentMethod.STATE, args: [action, ...state] }));
  }

  /** Does something in the agent, in a step of its own. The engine counts steps of one name. */
  async #once(kind: StepKind, told: () => Delivered, config: object = {}): Promise<void> {
    const { agent, step, workflowId } = this.#parts;
    const name = stepName(kind);
    await step.do(name, config, async (context) => {
      const { attempt, step: at } = context;
      const delivery: Delivery = { workflowId, key: `${name}-${at.count}`, attempt };
      await agent.call(AgentMethod.DELIVER, [delivery, told()]);
    });
  }

  #complete(told: ToldCallback): WorkflowCallback {
    const { workflowId, workflowName } = this;
    const { type, ...rest } = told;
    const timestamp = systemClock.now();
    return { workflowName, workflowId, type, timestamp, ...rest } as WorkflowCallback;
  }

  /** The same object with more methods: the platform may know it again by its identity. */
  #extend(step: WorkflowStep): AgentWorkflowStep {
    const run = step.do as unknown as Method;
    const session = this;
    const additions: Record<string, Method> = {
      // Code of a step is known by this, so that what it tells is no step in a step.
      do: (...args) => run(...args.map((arg, at) => (isCode(args, at) ? inside(arg) : arg))),
      reportComplete: (result) => {
        session.#hasSettled = true;
        return session.#tell(StepKind.COMPLETE, {
          type: "complete",
          ...(result !== undefined && { result }),
        });
      },
      reportError: (error) =>
        session.#fail(messageOf(error), error instanceof Error ? error.name : undefined),
      sendEvent: (event) => session.#tell(StepKind.EVENT, { type: "event", event }),
      updateAgentState: (state) => session.#changeState(StepKind.UPDATE_STATE, "set", state),
      mergeAgentState: (state) => session.#changeState(StepKind.MERGE_STATE, "merge", state),
      resetAgentState: () => session.#changeState(StepKind.RESET_STATE, "reset"),
    };
    function inside(code: unknown): Method {
      return (...args) => insideStep.run(session, () => (code as Method)(...args));
    }
    return Object.assign(step, additions) as unknown as AgentWorkflowStep;
  }
}

type Method = (...args: unknown[]) => unknown;

/** Whether an argument of `do` is the step's code: after the name, or after its options. */
function isCode(args: readonly unknown[], at: number): boolean {
  return (
    typeof args[at] === "function" && (at === 1 || (at === 2 && typeof args[1] !== "function"))
  );
}

function failure(message: string, errorName: string | undefined): ToldCallback {
  // The agent keeps it in a row.
  const isLong = message.length > MOST_OF_ERROR;
  const error = isLong ? `${message.slice(0, MOST_OF_ERROR)}…` : message;
  return { type: "error", error, ...(errorName !== undefined && { errorName }) };
}
