import type { Agent } from "../agent.ts";
import type { AgentTools } from "../agent-tools/agent-tools.ts";
import type {
  AgentToolLifecycleResult,
  AgentToolMilestone,
  AgentToolProgress,
  AgentToolProgressSnapshot,
  AgentToolRunInfo,
  AgentToolRunStatus,
  ChatCapableAgentClass,
  DetachedAgentToolConfig,
  DetachedReconcilePayload,
  DetachedRunAgentToolResult,
  RunAgentToolOptions,
  RunAgentToolResult,
} from "../agent-tools/types.ts";
import type { DynamicAgentClass } from "../sub-agents/types.ts";
import { AgentFamily } from "./family.ts";

/** What layers above an agent may do their own way when it has others run as tools. */
export interface ToolSeams {
  streamed(): Promise<void>;
  milestone(
    run: AgentToolRunInfo,
    milestone: AgentToolMilestone,
    mode: "react" | "narrate",
  ): Promise<void>;
  deliver(invoke: () => Promise<void>, serialize: boolean): Promise<void>;
  error(error: unknown): void | Promise<void>;
}

/** The part of an agent that has other agents run as tools. */
export abstract class ToolRunner<
  Env extends Cloudflare.Env = Cloudflare.Env,
> extends AgentFamily<Env> {
  /** How many runs may be under way at once; more of them end with an error. Default: any number. */
  maxConcurrentAgentTools: number = Number.POSITIVE_INFINITY;
  /** @internal The runs. */
  abstract readonly _tools: AgentTools;

  /** A run begins. */
  async onAgentToolStart(_run: AgentToolRunInfo): Promise<void> {
    // Nothing to do.
  }

  /** A run has ended. */
  async onAgentToolFinish(
    _run: AgentToolRunInfo,
    _result: AgentToolLifecycleResult,
  ): Promise<void> {
    // Nothing to do.
  }

  /** A run's agent tells of progress, or of a milestone. */
  async onProgress(_run: AgentToolRunInfo, _progress: AgentToolProgressSnapshot): Promise<void> {
    // Nothing to do.
  }

  /** Tells of progress where the agent runs as a tool; agents without a conversation cannot. */
  async reportProgress<T = unknown>(
    _progress: AgentToolProgress<T>,
    _options?: { persist?: boolean },
  ): Promise<void> {
    console.warn(`${this.constructor.name} cannot report progress: it has no stream of an answer`);
  }

  /**
   * Has an agent run as a tool, inside this one, and waits for its end. With `detached` the run goes
   * on by itself. A run that was begun before under the same `runId` is joined.
   *
   * @throws Error for a wrong `detached` option. What goes wrong in the run is in the result.
   */
  runAgentTool<Input = unknown>(
    cls: ChatCapableAgentClass,
    options: RunAgentToolOptions<Input> & { detached: true | DetachedAgentToolConfig },
  ): Promise<DetachedRunAgentToolResult>;
  runAgentTool<Input = unknown, Output = unknown>(
    cls: ChatCapableAgentClass,
    options: RunAgentToolOptions<Input>,
  ): Promise<RunAgentToolResult<Output>>;
  runAgentTool(cls: ChatCapableAgentClass, options: RunAgentToolOptions): Promise<never> {
    return this._tools.run(cls.name, options) as Promise<never>;
  }

  /** Cancels a run; does nothing for one that has ended. */
  cancelAgentTool(runId: string, reason?: unknown): Promise<void> {
    return this._tools.cancel(runId, reason);
  }

  /** Whether this agent has had such a run. */
  hasAgentToolRun<T extends Agent>(cls: DynamicAgentClass<T>, runId: string): boolean;
  hasAgentToolRun(agentType: string, runId: string): boolean;
  hasAgentToolRun(cls: DynamicAgentClass | string, runId: string): boolean {
    return this._tools.has(typeof cls === "string" ? cls : cls.name, runId);
  }

  /** Deletes runs with their agents: all, or those that began before a time, or stand so. */
  clearAgentToolRuns(options?: {
    olderThan?: number;
    status?: AgentToolRunStatus[];
  }): Promise<void> {
    return this._tools.clear(options);
  }

  /** @internal Looks at detached runs; called by a schedule. */
  async _cfDetachedReconcileTick(payload?: DetachedReconcilePayload): Promise<void> {
    await this._tools.tick(payload);
  }

  /** @internal Override to run the delivery of a detached run's end among the agent's turns. */
  protected async _runDetachedDelivery(
    invoke: () => Promise<void>,
    _options?: { serialize?: boolean },
  ): Promise<void> {
    await invoke();
  }

  /** @internal Override to count what a run's agent says as progress of this one. */
  protected async _onAgentToolStreamProgress(): Promise<void> {
    // Nothing to do.
  }

  /** @internal Override to tell a conversation of a milestone; may be called again for the same. */
  protected async _deliverDetachedMilestone(
    _run: AgentToolRunInfo,
    _milestone: AgentToolMilestone,
    _mode: "react" | "narrate",
  ): Promise<void> {
    // Nothing to do.
  }

  /** @internal What layers above override. */
  get _toolSeams(): ToolSeams {
    return {
      streamed: () => this._onAgentToolStreamProgress(),
      milestone: (...told) => this._deliverDetachedMilestone(...told),
      deliver: (invoke, serialize) => this._runDetachedDelivery(invoke, { serialize }),
      error: (error) => this.onError(error),
    };
  }

  abstract onError(error: unknown): void | Promise<void>;
}
