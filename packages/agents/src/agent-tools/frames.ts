import type { RunRow } from "./store.ts";
import type {
  AgentToolEvent,
  AgentToolEventMessage,
  AgentToolInterruptedReason,
  AgentToolLifecycleResult,
  AgentToolRunInfo,
  RunAgentToolResult,
} from "./types.ts";

/** Most characters of a text that stands for an input, and of JSON that does. */
const PREVIEW_CHARACTERS = 500;
const ELLIPSIS = "...";

/** What clients see of an input. */
export function previewOf(input: unknown): unknown {
  if (input === undefined) return undefined;
  if (typeof input === "string") return input.slice(0, PREVIEW_CHARACTERS);
  const json = JSON.stringify(input) ?? String(input);
  if (json.length <= PREVIEW_CHARACTERS) return json;
  return `${json.slice(0, PREVIEW_CHARACTERS - ELLIPSIS.length)}${ELLIPSIS}`;
}

/** Text of the frame of an event. */
export function eventFrame(
  { parent_tool_call_id: call }: Pick<RunRow, "parent_tool_call_id">,
  sequence: number,
  event: AgentToolEvent,
  replay = false,
): string {
  const message: AgentToolEventMessage = {
    type: "agent-tool-event",
    ...(call === null ? {} : { parentToolCallId: call }),
    ...{ sequence, event },
    ...(replay ? { replay: true } : {}),
  };
  return JSON.stringify(message);
}

export function startedEvent(run: RunRow): AgentToolEvent {
  const inputPreview = parsed(run.input_preview);
  const display = parsed(run.display_metadata) as AgentToolRunInfo["display"];
  return {
    ...{ kind: "started", runId: run.run_id, agentType: run.agent_type },
    ...(inputPreview === undefined ? {} : { inputPreview }),
    order: run.display_order,
    ...(display ? { display } : {}),
  };
}

/** The event of a run's end; undefined while it is under way. */
export function endEvent(run: RunRow): AgentToolEvent | undefined {
  const { error_message: error, run_id: runId, status, summary } = run;
  switch (status) {
    case "completed":
      return { kind: "finished", runId, summary: summary ?? "" };
    case "error":
      return { kind: "error", runId, error: error ?? "Unknown error" };
    case "aborted":
      return { kind: "aborted", runId, ...(error === null ? {} : { reason: error }) };
    case "interrupted":
      return { kind: "interrupted", runId, error: error ?? "", ...interruption(run) };
    default:
      return undefined;
  }
}

/** A run as hooks are told of it. */
export function infoOf(run: RunRow): AgentToolRunInfo {
  const inputPreview = parsed(run.input_preview);
  const display = parsed(run.display_metadata) as AgentToolRunInfo["display"];
  return {
    runId: run.run_id,
    ...(run.parent_tool_call_id === null ? {} : { parentToolCallId: run.parent_tool_call_id }),
    agentType: run.agent_type,
    ...(inputPreview === undefined ? {} : { inputPreview }),
    status: run.status,
    ...(display ? { display } : {}),
    ...(run.detached_notify_source === null ? {} : { notifySource: run.detached_notify_source }),
    displayOrder: run.display_order,
    startedAt: run.started_at,
    ...(run.completed_at === null ? {} : { completedAt: run.completed_at }),
  };
}

/** How an ended run ended, as hooks are told. */
export function lifecycleResultOf(run: RunRow): AgentToolLifecycleResult {
  return {
    status: run.status as AgentToolLifecycleResult["status"],
    ...(run.summary === null ? {} : { summary: run.summary }),
    ...(run.error_message === null ? {} : { error: run.error_message }),
    ...interruption(run),
  };
}

/** The result of an ended run, as its caller gets it. */
export function resultOf<Output>(run: RunRow): RunAgentToolResult<Output> {
  const output = parsed(run.output_json) as Output | undefined;
  const { status, ...rest } = lifecycleResultOf(run);
  return {
    ...{ runId: run.run_id, agentType: run.agent_type, status },
    ...(output === undefined ? {} : { output }),
    ...rest,
  };
}

function interruption(run: RunRow) {
  if (run.status !== "interrupted") return {};
  const { child_still_running: still, interrupted_reason: reason } = run;
  return {
    ...(reason === null ? {} : { reason }),
    ...(still === null ? {} : { childStillRunning: still === 1 }),
  };
}

/** What people read of an interruption. */
export const INTERRUPTIONS: Readonly<Record<AgentToolInterruptedReason, string>> = {
  "no-progress": "The run gave no sign for too long; its agent may still end it.",
  "window-exceeded": "The run took longer than it may be waited for, and was cancelled.",
  "not-tailable": "The run's agent cannot be followed.",
  "inspect-timeout": "The run's agent did not say in time how the run stands.",
  "inspect-failed": "The run's agent could not say how the run stands.",
  "recovery-deadline": "The run could not be taken up again in time.",
  "budget-exceeded": "The run used up its time, and was cancelled.",
};

function parsed(json: string | null): unknown {
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
