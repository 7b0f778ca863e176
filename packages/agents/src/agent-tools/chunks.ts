import { AGENT_TOOL_MILESTONE_PART, AGENT_TOOL_PROGRESS_PART } from "../wire.ts";
import type { AgentToolProgressSnapshot, AgentToolStoredChunk } from "./types.ts";

/** Whether a chunk tells of progress or a milestone: such chunks are sent and not stored. */
function isAgentToolLifecycleChunk(body: string): boolean {
  return readLifecycle(body) !== undefined;
}

/** Whether a chunk has no position among the stored ones; it has the next one's number then. */
export function isPositionlessAgentToolChunk(chunk: AgentToolStoredChunk): boolean {
  return chunk.unstoredId !== undefined || isAgentToolLifecycleChunk(chunk.body);
}

/** What a chunk says of progress; undefined for a chunk of the answer. */
export function progressOf(body: string, now: number): AgentToolProgressSnapshot | undefined {
  const chunk = readLifecycle(body);
  if (!chunk) return undefined;
  const { at, data, fraction, message, name, phase } = chunk.data as Record<string, unknown>;
  return {
    ...(typeof fraction === "number" ? { fraction } : {}),
    ...(typeof message === "string" ? { message } : {}),
    ...(typeof phase === "string" ? { phase } : {}),
    ...(chunk.type === AGENT_TOOL_MILESTONE_PART && typeof name === "string"
      ? { milestone: name }
      : {}),
    at: typeof at === "number" ? at : now,
    ...(data === undefined ? {} : { data }),
  };
}

function readLifecycle(body: string): { type: string; data: object } | undefined {
  // Few chunks are; the others are spared the parser.
  if (!body.includes('"data-agent-')) return undefined;
  try {
    const chunk = JSON.parse(body) as { type?: unknown; data?: unknown } | null;
    const isOne =
      chunk?.type === AGENT_TOOL_PROGRESS_PART || chunk?.type === AGENT_TOOL_MILESTONE_PART;
    if (!isOne || typeof chunk.data !== "object" || chunk.data === null) return undefined;
    return chunk as { type: string; data: object };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Reads the chunks of a run from a byte stream, one line of JSON each. */
export async function* readLines(
  stream: ReadableStream<unknown>,
  signal: AbortSignal,
): AsyncGenerator<AgentToolStoredChunk> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  let rest = "";
  try {
    for (;;) {
      if (signal.aborted) return;
      const { done, value } = await reader.read();
      if (done) break;
      if (isChunk(value)) {
        yield value;
        continue;
      }
      rest +=
        typeof value === "string" ? value : decoder.decode(value as Uint8Array, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        if (line.trim() !== "") yield JSON.parse(line) as AgentToolStoredChunk;
    }
    if (rest.trim() !== "") yield JSON.parse(rest) as AgentToolStoredChunk;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function isChunk(value: unknown): value is AgentToolStoredChunk {
  return typeof value === "object" && value !== null && "body" in value && "sequence" in value;
}
