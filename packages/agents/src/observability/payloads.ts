/**
 * What each event carries, by room. Names and fields are those of the published package, so that an
 * observer written for one reads the other's events.
 *
 * @module
 */

type Nothing = Record<string, never>;

type Job = { callback: string; id: string };
type JobRetry = Job & { attempt: number; maxAttempts: number };
type JobError = Job & { error: string; attempts: number };

/** Agent, connections, calls, schedules and jobs. */
export interface AgentEvents {
  "state:update": Nothing;
  rpc: { method: string; streaming?: boolean };
  "rpc:error": { method: string; error: string };
  connect: { connectionId: string };
  disconnect: { connectionId: string; code: number; reason: string };
  destroy: Nothing;
  "schedule:create": Job;
  "schedule:execute": Job;
  "schedule:cancel": Job;
  "schedule:retry": JobRetry;
  "schedule:error": JobError;
  /** Declared by the published package; `job:backlog_warning` took its place. */
  "schedule:duplicate_warning": { callback: string; count: number; type: string };
  "queue:create": Job;
  "queue:retry": JobRetry;
  "queue:error": JobError;
  "job:slow_dispatch": { capability: string; fn: string; id: string; thresholdMs: number };
  "job:backlog_warning": { capability: string; count: number };
  "alarm:memory_limit_reset": { strikes: number; limit: number; sealed: boolean; error: string };
}

type Fiber = { fiberId: string; fiberName: string; managed?: boolean };
type Timed = { elapsedMs?: number };
type Interrupted = { recoveryReason: "interrupted" };

/** Durable execution: fibers. */
export interface FiberEvents {
  "fiber:run:started": Fiber;
  "fiber:run:completed": Fiber & Timed;
  "fiber:run:failed": Fiber & Timed & { error: string };
  "fiber:run:interrupted": Fiber & Timed & Interrupted;
  "fiber:recovery:detected": Fiber & Timed & Interrupted;
  "fiber:recovery:attempt": Fiber & Interrupted;
  "fiber:recovery:handled": Fiber & Timed & { status?: string };
  "fiber:recovery:skipped": Fiber & Timed & { reason: string };
  "fiber:recovery:failed": Fiber & Timed & { error: string; reason?: string };
}

type Run = { runId: string; definition: string };

/** Durable execution: tasks. */
export interface TaskEvents {
  "task:accepted": Run & { accepted: boolean };
  "task:attempt:started": Run & { attempt: number };
  "task:attempt:interrupted": Run & { attempt: number; step?: string };
  "task:step:started": Run & { step: string; attempt: number };
  "task:step:retry": Run & { step: string; attempt: number };
  "task:step:completed": Run & { step: string; attempt: number };
  "task:waiting": Run & { reason: string; wakeAt?: number };
  "task:completed": Run;
  "task:failed": Run & { error: string };
  "task:cancelled": Run & { reason?: string };
  "task:deleted": Run;
}

/** Durable logs of chunks. */
export interface StreamEvents {
  "stream:opened": { streamId: string };
  "stream:closed": { streamId: string };
  "stream:errored": { streamId: string };
  "stream:deleted": { streamId: string };
}

/** Agents that run as tools of others. */
export interface AgentToolEvents {
  "agent_tool:recovery:begin": { runCount: number; totalTimeoutMs?: number };
  "agent_tool:recovery:row": {
    runId: string;
    agentType: string;
    status: string;
    reason?: string;
    elapsedMs?: number;
  };
  "agent_tool:recovery:deadline": { runId: string; agentType: string; elapsedMs?: number };
  "agent_tool:recovery:reattach": { runId: string; agentType: string; budgetMs: number };
  "agent_tool:recovery:complete": { runCount: number; elapsedMs?: number };
  "agent_tool:recovery:failed": { error: string };
  "agent_tool:detached:delivery_failed": {
    runId: string;
    kind: "finish" | "give_up";
    status: string;
    callback?: string;
    error: string;
  };
  "agent_tool:detached:live_count_warning": { liveCount: number; threshold: number };
}

type Mail = { from: string; to: string; subject?: string };

/** E-mail. */
export interface EmailEvents {
  "email:receive": Mail;
  "email:reply": Mail;
  "email:send": { from: string; to: string | string[]; subject: string };
}

type Workflow = { workflowId: string; workflowName?: string };
type Decided = { workflowId: string; reason?: string };

/** Workflows. */
export interface WorkflowEvents {
  "workflow:start": Workflow;
  "workflow:event": { workflowId: string; eventType?: string };
  "workflow:approved": Decided;
  "workflow:rejected": Decided;
  "workflow:terminated": Workflow;
  "workflow:paused": Workflow;
  "workflow:resumed": Workflow;
  "workflow:restarted": Workflow;
}

/** Connections to servers of the Model Context Protocol. */
export interface McpEvents {
  "mcp:client:preconnect": { serverId: string };
  "mcp:client:connect": { url: string; transport: string; state: string; error?: string };
  "mcp:client:authorize": { serverId: string; authUrl: string; clientId?: string };
  "mcp:client:discover": { url?: string; state?: string; error?: string; capability?: string };
  "mcp:client:close": {
    url: string;
    transport?: string;
    state: string;
    error?: string;
    phase?: "terminate-session" | "client-close";
  };
}
