/**
 * What an agent that runs as a tool tells of its progress.
 *
 * @module
 */

import type { AgentToolProgress, AgentToolRunInspection } from "../../agent-tools/types.ts";
import { type Clock, systemClock } from "../../clock.ts";
import { AGENT_TOOL_MILESTONE_PART, AGENT_TOOL_PROGRESS_PART } from "../../wire.ts";

/** Least time between two words about the progress of a run, in milliseconds. */
const COALESCE_MS = 200;

/** What became of a word: sent, only kept because another was sent just before, or of no run. */
export type AgentToolProgressEmitResult = "emitted" | "coalesced" | "inactive";

/** Where words about progress go. */
export type AgentToolProgressEmitHooks = {
  /** The run that the present turn answers. */
  resolveActiveRun: () => { runId: string; requestId: string } | null;
  /** Sends a chunk of the turn to clients, without storing it. */
  broadcast: (requestId: string, chunkBody: string) => void;
  /** Stores the latest word. */
  persistSnapshot: (
    runId: string,
    snapshot: { fraction?: number; message?: string; phase?: string; data?: unknown },
    at: number,
  ) => void;
  /** Stores a milestone and gives its number within the run. */
  persistMilestone: (runId: string, name: string, data: unknown, at: number) => number;
};

/**
 * What a run has told so far, as chunks, for whoever begins to follow it: those who know it already
 * know it by its number or its time.
 */
export function progressChunks({
  milestones = [],
  progress,
}: Pick<AgentToolRunInspection, "milestones" | "progress">): string[] {
  const reached = milestones.map((data) => ({ type: AGENT_TOOL_MILESTONE_PART, data }));
  const isTold = progress === undefined || milestones.some(({ at }) => at === progress.at);
  const latest = { type: AGENT_TOOL_PROGRESS_PART, transient: true, data: progress };
  return [...reached, ...(isTold ? [] : [latest])].map((chunk) => JSON.stringify(chunk));
}

/**
 * Sends words about progress, at most one in 200 ms for each run: of those between, the last is
 * stored. Milestones, and the word that all is done, are always sent.
 */
export class AgentToolProgressEmitter {
  readonly #hooks: AgentToolProgressEmitHooks;
  readonly #clock: Clock;
  readonly #sentAt = new Map<string, number>();

  constructor(hooks: AgentToolProgressEmitHooks, clock: Clock = systemClock) {
    this.#hooks = hooks;
    this.#clock = clock;
  }

  /** @param options with `persist` the word is a milestone, named by its phase or message */
  report(
    progress: AgentToolProgress,
    options: { persist?: boolean } = {},
  ): AgentToolProgressEmitResult {
    const run = this.#hooks.resolveActiveRun();
    if (!run) return "inactive";
    const at = this.#clock.now();
    const { milestone, data, ...rest } = progress;
    const snapshot = { ...rest, ...(data === undefined ? {} : { data }) };
    this.#hooks.persistSnapshot(run.runId, snapshot, at);
    const name = milestone ?? (options.persist ? (rest.phase ?? rest.message) : undefined);
    if (name !== undefined) {
      const sequence = this.#hooks.persistMilestone(run.runId, name, data, at);
      const told = { name, sequence, at, ...snapshot };
      const chunk = { type: AGENT_TOOL_MILESTONE_PART, data: told };
      this.#hooks.broadcast(run.requestId, JSON.stringify(chunk));
      return "emitted";
    }
    const isDone = (rest.fraction ?? 0) >= 1;
    const last = this.#sentAt.get(run.runId) ?? Number.NEGATIVE_INFINITY;
    if (!isDone && at - last < COALESCE_MS) return "coalesced";
    this.#sentAt.set(run.runId, at);
    const told = { ...snapshot, at };
    const chunk = { type: AGENT_TOOL_PROGRESS_PART, transient: true, data: told };
    this.#hooks.broadcast(run.requestId, JSON.stringify(chunk));
    return "emitted";
  }

  /** A run has ended. */
  forget(runId: string): void {
    this.#sentAt.delete(runId);
  }
}
