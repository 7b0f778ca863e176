import type { UIMessageChunk } from "ai";
import { type Assembly, applyChunk, startAssembly } from "../chat/assembly.ts";
import { AGENT_TOOL_EVENT_TYPE, AGENT_TOOL_MILESTONE_PART } from "../wire.ts";
import { progressOf } from "./chunks.ts";
import type {
  AgentToolEvent,
  AgentToolEventMessage,
  AgentToolEventState,
  AgentToolMilestone,
  AgentToolRunPart,
  AgentToolRunState,
} from "./types.ts";

/** The parts under way of each run; what is shown does not tell which of them are open. */
const assemblies = new WeakMap<object, Assembly>();

/** A client that knows of no runs. */
export function createAgentToolEventState<
  Part extends AgentToolRunPart = AgentToolRunPart,
>(): AgentToolEventState<Part> {
  return { runsById: {}, runsByToolCallId: {}, unboundRuns: [] };
}

/** Applies one event. Events of runs whose beginning was not seen change nothing. */
export function applyAgentToolEvent<Part extends AgentToolRunPart = AgentToolRunPart>(
  state: AgentToolEventState<Part>,
  message: AgentToolEventMessage,
): AgentToolEventState<Part> {
  const { event } = message;
  const known = Object.hasOwn(state.runsById, event.runId)
    ? state.runsById[event.runId]
    : undefined;
  const run =
    event.kind === "started" ? started(known, message, event) : known && next(known, event);
  if (!run || run === known) return state;
  const runsById = { ...state.runsById, [run.runId]: run };
  return arranged(runsById);
}

/** Identifies an event: what is told again has the same key. */
export function eventKey({ event, parentToolCallId, sequence }: AgentToolEventMessage): string {
  const about = [parentToolCallId ?? "", event.runId];
  if (event.kind !== "chunk") return JSON.stringify([...about, sequence, event.kind]);
  if (event.unstoredId !== undefined) return JSON.stringify([...about, "id", event.unstoredId]);
  const milestone = milestoneOf(event.body);
  if (milestone) return JSON.stringify([...about, "milestone", milestone.sequence]);
  if (progressOf(event.body, 0)) return JSON.stringify([...about, "progress", event.body]);
  return JSON.stringify([...about, sequence]);
}

/** Reads a frame of the events; undefined for any other text. */
export function readEventFrame(data: unknown): AgentToolEventMessage | undefined {
  if (typeof data !== "string" || !data.includes(`"${AGENT_TOOL_EVENT_TYPE}"`)) return undefined;
  try {
    const frame = JSON.parse(data) as Partial<AgentToolEventMessage> | null;
    if (frame?.type !== AGENT_TOOL_EVENT_TYPE || typeof frame.sequence !== "number")
      return undefined;
    return typeof frame.event?.runId === "string" ? (frame as AgentToolEventMessage) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function started<Part extends AgentToolRunPart>(
  known: AgentToolRunState<Part> | undefined,
  { parentToolCallId }: AgentToolEventMessage,
  event: Extract<AgentToolEvent, { kind: "started" }>,
): AgentToolRunState<Part> {
  const { agentType, display, inputPreview, order, runId } = event;
  return {
    ...{ status: "running" as const, parts: [] as Part[] },
    ...known,
    ...{ runId, agentType, order, subAgent: { agent: agentType, name: runId } },
    ...(parentToolCallId === undefined ? {} : { parentToolCallId }),
    ...(inputPreview === undefined ? {} : { inputPreview }),
    ...(display === undefined ? {} : { display }),
  };
}

function next<Part extends AgentToolRunPart>(
  run: AgentToolRunState<Part>,
  event: Exclude<AgentToolEvent, { kind: "started" }>,
): AgentToolRunState<Part> {
  switch (event.kind) {
    case "chunk":
      return withChunk(run, event.body);
    case "finished":
      return ended(run, { status: "completed", summary: event.summary });
    case "error":
      return ended(run, { status: "error", error: event.error });
    case "aborted":
      return ended(run, {
        status: "aborted",
        ...(event.reason === undefined ? {} : { error: event.reason }),
      });
    case "interrupted": {
      const { childStillRunning, error, reason } = event;
      return ended(run, {
        ...{ status: "interrupted", error },
        ...(reason === undefined ? {} : { reason }),
        ...(childStillRunning === undefined ? {} : { childStillRunning }),
      });
    }
  }
}

/** An end takes the place of a soft one. */
function ended<Part extends AgentToolRunPart>(
  run: AgentToolRunState<Part>,
  end: Pick<AgentToolRunState, "status"> & Partial<AgentToolRunState>,
): AgentToolRunState<Part> {
  const { childStillRunning: _still, error: _error, reason: _reason, ...rest } = run;
  return carry(run, { ...rest, ...end } as AgentToolRunState<Part>);
}

function withChunk<Part extends AgentToolRunPart>(
  run: AgentToolRunState<Part>,
  body: string,
): AgentToolRunState<Part> {
  const milestone = milestoneOf(body);
  if (milestone) {
    const others = (run.milestones ?? []).filter(({ sequence }) => sequence !== milestone.sequence);
    const milestones = [...others, milestone].sort((a, b) => a.sequence - b.sequence);
    return carry(run, { ...run, milestones });
  }
  const progress = progressOf(body, run.progress?.at ?? 0);
  if (progress) return carry(run, { ...run, progress });
  const before = assemblies.get(run) ?? startAssembly(run.runId);
  const after = applyChunk(before, parsedChunk(body));
  const changed = { ...run, parts: after.message.parts as unknown as Part[] };
  assemblies.set(changed, after);
  return changed;
}

function carry<Part extends AgentToolRunPart>(
  from: AgentToolRunState<Part>,
  to: AgentToolRunState<Part>,
): AgentToolRunState<Part> {
  const assembly = assemblies.get(from);
  if (assembly) assemblies.set(to, assembly);
  return to;
}

function arranged<Part extends AgentToolRunPart>(
  runsById: Record<string, AgentToolRunState<Part>>,
): AgentToolEventState<Part> {
  const inOrder = Object.values(runsById).sort((a, b) => a.order - b.order);
  const byCall = new Map<string, AgentToolRunState<Part>[]>();
  for (const run of inOrder) {
    const call = run.parentToolCallId;
    if (call !== undefined) byCall.set(call, [...(byCall.get(call) ?? []), run]);
  }
  return {
    runsById,
    runsByToolCallId: Object.fromEntries(byCall),
    unboundRuns: inOrder.filter(({ parentToolCallId }) => parentToolCallId === undefined),
  };
}

function milestoneOf(body: string): AgentToolMilestone | undefined {
  if (!body.includes(`"${AGENT_TOOL_MILESTONE_PART}"`)) return undefined;
  const chunk = parsedChunk(body) as { type: string; data?: Partial<AgentToolMilestone> };
  if (chunk.type !== AGENT_TOOL_MILESTONE_PART) return undefined;
  const { at = 0, data, name, sequence } = chunk.data ?? {};
  if (typeof name !== "string" || typeof sequence !== "number") return undefined;
  return { name, sequence, at, ...(data === undefined ? {} : { data }) };
}

/** A chunk of a stream; one without meaning for what cannot be read. */
function parsedChunk(body: string): UIMessageChunk {
  try {
    const chunk: unknown = JSON.parse(body);
    if (typeof (chunk as { type?: unknown } | null)?.type === "string")
      return chunk as UIMessageChunk;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { type: "abort" };
}
