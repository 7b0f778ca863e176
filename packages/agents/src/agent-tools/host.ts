import type { Clock } from "../clock.ts";
import type { Emit } from "../observability/events.ts";
import type { Random } from "../random.ts";
import type { SqlRunner } from "../storage/sql.ts";
import type {
  AgentToolChildAdapter,
  AgentToolLifecycleResult,
  AgentToolMilestone,
  AgentToolProgressSnapshot,
  AgentToolRunInfo,
  DetachedReconcilePayload,
} from "./types.ts";

/** The agent that has others run as tools. */
export interface AgentToolHost {
  readonly className: string;
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly limits: AgentToolLimits;
  /** How many runs may be under way. */
  readonly maxConcurrent: number;
  /** The agent of a run, which has started. @throws when there is no such class. */
  child(agentType: string, runId: string): Promise<AgentToolChildAdapter>;
  deleteChild(agentType: string, runId: string): Promise<void>;
  /** Sends a frame to clients: to all but those given, or to one. */
  broadcast(frame: string, without: readonly string[]): void;
  hasMethod(name: string): boolean;
  /** Calls a method of the agent, in its context. */
  callMethod(name: string, ...args: unknown[]): Promise<void>;
  onStart(run: AgentToolRunInfo): Promise<void>;
  onFinish(run: AgentToolRunInfo, result: AgentToolLifecycleResult): Promise<void>;
  onProgress(run: AgentToolRunInfo, progress: AgentToolProgressSnapshot): Promise<void>;
  onStreamed(): Promise<void>;
  onMilestone(
    run: AgentToolRunInfo,
    milestone: AgentToolMilestone,
    mode: "react" | "narrate",
  ): Promise<void>;
  /** Runs the delivery of a detached run's end where it fits into the agent's turns. */
  deliver(invoke: () => Promise<void>, serialize: boolean): Promise<void>;
  onError(error: unknown): Promise<void>;
  /** Has the runs reconciled in some seconds. */
  schedule(seconds: number, payload: DetachedReconcilePayload): Promise<void>;
  /** Keeps the agent awake while `work` runs, which nobody waits for. */
  background(work: () => Promise<void>): void;
}

/** How long is waited. All in milliseconds; Infinity for ever. */
export interface AgentToolLimits {
  /** For a sign of a run that is taken up again. */
  readonly agentToolReattachNoProgressTimeoutMs: number;
  /** For the end of a run that is taken up again. */
  readonly agentToolReattachMaxWindowMs: number;
  /** For the end of a detached run. */
  readonly detachedMaxBudgetMs: number;
  /** For the next sign of a detached run that gave one. */
  readonly detachedNoProgressBudgetMs: number;
}
