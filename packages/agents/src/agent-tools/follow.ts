import type { Clock } from "../clock.ts";
import { isMissingMethod } from "../sub-agents/stubs.ts";
import { isPositionlessAgentToolChunk, readLines } from "./chunks.ts";
import type { RunRow } from "./store.ts";
import type {
  AgentToolChildAdapter,
  AgentToolInterruptedReason,
  AgentToolRunInspection,
  AgentToolStoredChunk,
} from "./types.ts";

/** What following a run needs. */
export interface FollowPorts {
  readonly clock: Clock;
  child(run: RunRow): Promise<AgentToolChildAdapter>;
  /** A chunk came; `position` is its own, or the next one's for a chunk that takes none. */
  chunk(run: RunRow, chunk: AgentToolStoredChunk, position: number): Promise<void>;
}

/** How long a run is followed, in milliseconds. */
export interface FollowLimits {
  /** Without a sign; counted while the run's agent answers. */
  readonly noProgressMs: number;
  readonly windowMs: number;
  /** Without an answer of the run's agent. */
  readonly silenceMs: number;
}

/** How following a run ended. */
export type FollowEnd =
  | { readonly inspection: AgentToolRunInspection; readonly position: number }
  | { readonly interrupted: AgentToolInterruptedReason; readonly position: number }
  | { readonly stopped: true };

/** The shortest and the longest wait before a run's agent is asked again. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5000;

/**
 * Follows a run to its end: its chunks as they come, each once and in order, over restarts of its
 * agent. The signal ends the following, not the run.
 */
export async function follow(
  run: RunRow,
  limits: FollowLimits,
  ports: FollowPorts,
  signal: AbortSignal,
): Promise<FollowEnd> {
  const { clock } = ports;
  const begun = clock.now();
  let position = 0;
  let lastSign = begun;
  let lastAnswer = begun;
  let wait = FIRST_WAIT_MS;
  const interrupted = (reason: AgentToolInterruptedReason) => ({ interrupted: reason, position });
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  while (!signal.aborted) {
    const stop = new AbortController();
    const watch = watchdog(clock, stop, () => {
      const untilSilent = lastSign + limits.noProgressMs;
      return Math.min(untilSilent, begun + limits.windowMs);
    });
    try {
      const child = await ports.child(run);
      for await (const chunk of chunksOf(
        child,
        run.run_id,
        position - 1,
        AbortSignal.any([stop.signal, signal]),
      )) {
        lastSign = clock.now();
        const takesNone = isPositionlessAgentToolChunk(chunk);
        if (!takesNone && chunk.sequence < position) continue;
        if (!takesNone) position = chunk.sequence;
        await ports.chunk(run, chunk, position);
        if (!takesNone) position++;
        wait = FIRST_WAIT_MS;
      }
      const inspection = await child.inspectAgentToolRun(run.run_id);
      if (inspection) lastAnswer = clock.now();
      if (inspection && isEnd(inspection)) return { inspection, position };
    } catch (error) {
      console.debug(`The agent of run ${run.run_id} could not be followed:`, error);
    } finally {
      watch();
    }
    const now = clock.now();
    if (now - begun >= limits.windowMs) return interrupted("window-exceeded");
    if (now - lastSign >= limits.noProgressMs) return interrupted("no-progress");
    if (now - lastAnswer >= limits.silenceMs) return interrupted("inspect-failed");
    await Promise.race([clock.sleep(wait), stopped]);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
  return { stopped: true };
}

/** Whether an inspection tells of an end. */
export function isEnd({ status }: AgentToolRunInspection): boolean {
  return status === "completed" || status === "error" || status === "aborted";
}

async function* chunksOf(
  child: AgentToolChildAdapter,
  runId: string,
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<AgentToolStoredChunk> {
  const tail = await tailOf(child, runId, afterSequence);
  if (tail) yield* readLines(tail, signal);
  else yield* await child.getAgentToolChunks(runId, { afterSequence });
}

/** The chunks of a run as they come; undefined for an agent that only gives them when asked. */
async function tailOf(
  child: AgentToolChildAdapter,
  runId: string,
  afterSequence: number,
): Promise<ReadableStream<unknown> | undefined> {
  try {
    // A stub has every method, so that one is missing shows when it is called.
    return await child.tailAgentToolRun?.(runId, { afterSequence });
  } catch (error) {
    if (isMissingMethod(error, "tailAgentToolRun")) return undefined;
    throw error;
  }
}

/** Aborts when the time has come, which may move. Returns what ends the watch. */
function watchdog(clock: Clock, stop: AbortController, deadline: () => number): () => void {
  let cancel: () => void = () => undefined;
  const arm = () => {
    const at = deadline();
    if (!Number.isFinite(at)) return;
    const left = at - clock.now();
    if (left <= 0) return stop.abort(new Error("The run was followed for long enough"));
    cancel = clock.after(Math.min(left, 60_000), arm);
  };
  arm();
  return () => cancel();
}
