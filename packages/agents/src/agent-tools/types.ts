import type { Agent } from "../agent.ts";
import type { DynamicAgentClass } from "../sub-agents/types.ts";

/** Where a run stands: `starting` and `running` are under way, the others are ends. */
export type AgentToolRunStatus = "starting" | "running" | AgentToolTerminalStatus;
/** How a run ended. `interrupted` is soft: its agent may still end it. */
export type AgentToolTerminalStatus = "completed" | "error" | "aborted" | "interrupted";

/** Why nobody waits for a run any more. */
export type AgentToolInterruptedReason =
  | "no-progress"
  | "window-exceeded"
  | "not-tailable"
  | "inspect-timeout"
  | "inspect-failed"
  | "recovery-deadline"
  | "budget-exceeded";

/** How a run is shown. */
export type AgentToolDisplayMetadata = { name?: string; icon?: string } & Record<string, unknown>;

/** Which events of a run reach clients: all, or all but the chunks of its answer. */
export type AgentToolEventDelivery = "full" | "terminal";

/** A class of agents that can run as tools: they have {@link AgentToolChildAdapter}'s methods. */
export type ChatCapableAgentClass<T extends Agent = Agent> = DynamicAgentClass<T>;

/** What an agent that runs as a tool says of its progress. */
export type AgentToolProgress<T = unknown> = {
  /** From 0 to 1. */
  fraction?: number;
  message?: string;
  phase?: string;
  /** Names a point that was reached; it is kept. */
  milestone?: string;
  data?: T;
};

/** The latest word about the progress of a run. */
export type AgentToolProgressSnapshot = {
  fraction?: number;
  message?: string;
  phase?: string;
  milestone?: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
  data?: unknown;
};

/** A point that a run reached. */
export type AgentToolMilestone = {
  name: string;
  /** Grows within a run. */
  sequence: number;
  /** Milliseconds since the Unix epoch. */
  at: number;
  data?: unknown;
};

/** A chunk of a run's answer. */
export type AgentToolStoredChunk = {
  /** Position among the stored chunks, from 0. */
  sequence: number;
  /** JSON of a chunk of a UI message stream. */
  body: string;
  /** Set for a chunk that was sent but not stored: it takes no position. */
  unstoredId?: string;
};

/** What an agent knows of a run of its own. */
export type AgentToolRunInspection<Output = unknown> = {
  runId: string;
  status: Exclude<AgentToolRunStatus, "interrupted">;
  requestId?: string;
  streamId?: string;
  output?: Output;
  summary?: string;
  error?: string;
  startedAt: number;
  completedAt?: number;
  progress?: AgentToolProgressSnapshot;
  milestones?: AgentToolMilestone[];
};

/** The methods by which an agent runs as a tool. */
export type AgentToolChildAdapter<Input = unknown, Output = unknown> = {
  /** Begins a run and returns at once; the same run again is not begun again. */
  startAgentToolRun(
    input: Input,
    options: { runId: string; signal?: AbortSignal; eventDelivery?: AgentToolEventDelivery },
  ): Promise<AgentToolRunInspection<Output>>;
  cancelAgentToolRun(runId: string, reason?: unknown): Promise<void>;
  /** null: nothing is known of the run, which does not mean that it failed. */
  inspectAgentToolRun(
    runId: string,
    options?: { reconcile?: boolean },
  ): Promise<AgentToolRunInspection<Output> | null>;
  getAgentToolChunks(
    runId: string,
    options?: { afterSequence?: number },
  ): Promise<AgentToolStoredChunk[]>;
  /** Chunks as they come, each a line of JSON; ends with the run. */
  tailAgentToolRun?(
    runId: string,
    options?: { afterSequence?: number; signal?: AbortSignal },
  ): Promise<ReadableStream<AgentToolStoredChunk>>;
};

/** A run, as hooks are told of it. */
export type AgentToolRunInfo = {
  runId: string;
  parentToolCallId?: string;
  agentType: string;
  inputPreview?: unknown;
  status: AgentToolRunStatus;
  display?: AgentToolDisplayMetadata;
  notifySource?: string;
  displayOrder: number;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  completedAt?: number;
};

/** How a run ended, as hooks are told. */
export type AgentToolLifecycleResult = {
  status: AgentToolTerminalStatus;
  summary?: string;
  error?: string;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
};

/** A run that goes on after the turn that began it. */
export type DetachedAgentToolConfig<Self = Record<string, unknown>> = {
  /** Name of a method of the agent, called once with the run and its result. */
  onFinish?: Extract<keyof Self, string>;
  /** Milliseconds after which the run is given up and cancelled. Default a day. */
  maxBudgetMs?: number;
  /** Milliseconds without a sign after its first one; 0 and Infinity for any. Default an hour. */
  noProgressBudgetMs?: number;
  /** For chat agents: tell the conversation of the end. */
  notify?: boolean | { source?: string };
  /** For chat agents: tell the conversation of these milestones. */
  onMilestones?: string[] | { names: string[]; mode?: "react" | "narrate" };
};

/** A run to be made. */
export type RunAgentToolOptions<Input = unknown, Self = Record<string, unknown>> = {
  input: Input;
  /** Default: generated. A run that was made before is joined, or its result returned. */
  runId?: string;
  parentToolCallId?: string;
  displayOrder?: number;
  /** Aborting cancels the run. Ignored by detached runs. */
  signal?: AbortSignal;
  /** What clients see of the input. Default: its beginning. */
  inputPreview?: unknown;
  display?: AgentToolDisplayMetadata;
  detached?: boolean | DetachedAgentToolConfig<Self>;
  /** Default `full`. Not for detached runs. */
  eventDelivery?: AgentToolEventDelivery;
};

/** How a run ended. */
export type RunAgentToolResult<Output = unknown> = {
  runId: string;
  agentType: string;
  status: AgentToolTerminalStatus;
  output?: Output;
  summary?: string;
  error?: string;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
};

/** A detached run that was begun, or refused. */
export type DetachedRunAgentToolResult = {
  runId: string;
  agentType: string;
  status: "running" | "error";
  error?: string;
};

/** What a tool made of an agent returns when the run did not complete. */
export type AgentToolFailure = {
  ok: false;
  status: Exclude<AgentToolTerminalStatus, "completed">;
  error: string;
  /** True for interrupted runs: the same call may succeed. */
  retryable: boolean;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
};

/** What happened in a run, as clients are told. */
export type AgentToolEvent =
  | {
      kind: "started";
      runId: string;
      agentType: string;
      inputPreview?: unknown;
      order: number;
      display?: AgentToolDisplayMetadata;
    }
  | { kind: "chunk"; runId: string; body: string; unstoredId?: string }
  | { kind: "finished"; runId: string; summary: string }
  | { kind: "error"; runId: string; error: string }
  | { kind: "aborted"; runId: string; reason?: string }
  | {
      kind: "interrupted";
      runId: string;
      error: string;
      reason?: AgentToolInterruptedReason;
      childStillRunning?: boolean;
    };

/** The frame that tells clients. */
export type AgentToolEventMessage = {
  type: "agent-tool-event";
  parentToolCallId?: string;
  /** 0 for `started`, then the position of each chunk; those that take none share the next one. */
  sequence: number;
  /** Present in what a client that joins is told of the past. */
  replay?: true;
  event: AgentToolEvent;
};

/** A part of a message. */
export type AgentToolRunPart = { type: string };

/** A run, as a client knows it. */
export type AgentToolRunState<Part extends AgentToolRunPart = AgentToolRunPart> = {
  runId: string;
  agentType: string;
  parentToolCallId?: string;
  inputPreview?: unknown;
  order: number;
  display?: AgentToolDisplayMetadata;
  status: "running" | "completed" | "error" | "aborted" | "interrupted";
  parts: Part[];
  summary?: string;
  error?: string;
  reason?: AgentToolInterruptedReason;
  childStillRunning?: boolean;
  progress?: AgentToolProgressSnapshot;
  milestones?: AgentToolMilestone[];
  subAgent: { agent: string; name: string };
};

/** All runs that a client knows. */
export type AgentToolEventState<Part extends AgentToolRunPart = AgentToolRunPart> = {
  runsById: Record<string, AgentToolRunState<Part>>;
  runsByToolCallId: Record<string, AgentToolRunState<Part>[]>;
  unboundRuns: AgentToolRunState<Part>[];
};

/** What a tick of the reconciliation carries. */
export type DetachedReconcilePayload = { cadenceIndex?: number };
