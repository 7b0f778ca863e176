import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import type { Agent } from "../agent.ts";
import { contractErrors } from "./contract-errors.ts";
import { reachAgent, splitParams } from "./reach.ts";
import { WorkflowSession } from "./session.ts";
import type {
  AgentWorkflowParams,
  AgentWorkflowStep,
  DefaultProgress,
  WaitForApprovalOptions,
  WorkflowCallback,
} from "./types.ts";

type Run = (
  this: AgentWorkflow,
  event: WorkflowEvent<unknown>,
  step: AgentWorkflowStep,
) => Promise<unknown>;

/** Prototypes whose `run` was wrapped. */
const wrapped = new WeakSet<object>();

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
export class AgentWorkflow<
  AgentType extends Agent = Agent,
  Params = unknown,
  ProgressType = DefaultProgress,
  Env extends Cloudflare.Env = Cloudflare.Env,
> extends WorkflowEntrypoint<Env, AgentWorkflowParams<Params>> {
  #session: WorkflowSession | undefined;

  constructor(ctx: ExecutionContext, env: Env) {
    super(ctx, env);
    AgentWorkflow.#wrap(Object.getPrototypeOf(this) as object);
  }

  /** The agent, for calls of its methods. @throws Error outside of `run`. */
  get agent(): DurableObjectStub<AgentType> {
    return this.#running.agent as DurableObjectStub<AgentType>;
  }

  /** The instance's id; empty outside of `run`. */
  get workflowId(): string {
    return this.#session?.workflowId ?? "";
  }

  /** Name of the workflow's binding; empty outside of `run`. */
  get workflowName(): string {
    return this.#session?.workflowName ?? "";
  }

  /** Tells the agent something at once, without a step: again, if it is run again. */
  protected async notifyAgent(callback: WorkflowCallback): Promise<void> {
    await this.#running.notify(callback);
  }

  /** Tells the agent how far the work is: `onWorkflowProgress`. A step of its own. */
  protected async reportProgress(progress: ProgressType): Promise<void> {
    await this.#running.reportProgress(progress);
  }

  /** Sends a message, as JSON, to all connections of the agent. Again, if it is run again. */
  protected broadcastToClients(message: unknown): void {
    this.#running.broadcast(message);
  }

  /**
   * Waits until the agent approves, and gives the `metadata` of that.
   *
   * @throws WorkflowRejectedError when it rejects; the agent is told of the failure before.
   */
  protected async waitForApproval<T = unknown>(
    step: AgentWorkflowStep,
    options: WaitForApprovalOptions = {},
  ): Promise<T> {
    return this.#running.waitForApproval<T>(step, options);
  }

  /** Override to give `step` more methods. Return the same object. */
  protected extendStep(step: AgentWorkflowStep, _event: WorkflowEvent<Params>): AgentWorkflowStep {
    return step;
  }

  get #running(): WorkflowSession {
    if (this.#session) return this.#session;
    throw contractErrors.notInitialized();
  }

  async #enter(program: Run, event: WorkflowEvent<unknown>, step: WorkflowStep): Promise<unknown> {
    const { origin, own, workflowName } = splitParams(event.payload);
    const agent = await reachAgent(this.env, origin);
    const workflowId = event.instanceId;
    const session = new WorkflowSession({ workflowId, workflowName, step, agent });
    this.#session = session;
    const clean = { ...event, payload: own } as WorkflowEvent<Params>;
    return session.run(async () =>
      program.call(this as unknown as AgentWorkflow, clean, this.extendStep(session.step, clean)),
    );
  }

  /** Lets `run` of a class begin with its agent. A `super.run()` in it only runs the parent's code. */
  static #wrap(prototype: object): void {
    let owner: object | null = prototype;
    while (owner && owner !== AgentWorkflow.prototype && !Object.hasOwn(owner, "run")) {
      owner = Object.getPrototypeOf(owner) as object | null;
    }
    if (!owner || owner === AgentWorkflow.prototype || wrapped.has(owner)) return;
    wrapped.add(owner);
    const descriptor = Object.getOwnPropertyDescriptor(owner, "run");
    const program = descriptor?.value as Run | undefined;
    if (typeof program !== "function") return;
    const run: Run = function run(event, step) {
      return this.#session ? program.call(this, event, step) : this.#enter(program, event, step);
    };
    Object.defineProperty(owner, "run", { ...descriptor, value: run });
  }
}
