import { contractErrors } from "./contract-errors.ts";
import type { AgentToolHost } from "./host.ts";
import type { NewRun } from "./store.ts";
import type { DetachedAgentToolConfig, RunAgentToolOptions } from "./types.ts";

/** Method by which a chat agent is told of the end of a run that it wants to be told of. */
const NOTIFY_METHOD = "_cfDetachedNotifyFinish";

/** Milestones of a run that a conversation is told of. */
export interface MilestoneWish {
  readonly names: readonly string[];
  readonly mode: "react" | "narrate";
}

/** What is stored of how a detached run is wanted; undefined for one that is waited for. */
export function detachedColumns(
  { detached, eventDelivery }: Pick<RunAgentToolOptions, "detached" | "eventDelivery">,
  host: AgentToolHost,
): Partial<NewRun> | undefined {
  if (!detached) return undefined;
  if (eventDelivery === "terminal") throw contractErrors.terminalDetached();
  const config: DetachedAgentToolConfig = detached === true ? {} : detached;
  const { limits } = host;
  const budget = positive(config.maxBudgetMs) ?? limits.detachedMaxBudgetMs;
  const silence = config.noProgressBudgetMs ?? limits.detachedNoProgressBudgetMs;
  const wish = milestoneWish(config.onMilestones);
  return {
    detached: 1,
    detached_on_finish: finishMethod(config, host),
    detached_notify_source:
      typeof config.notify === "object" ? (config.notify.source ?? null) : null,
    detached_max_budget_at: Number.isFinite(budget) ? host.clock.now() + budget : null,
    detached_no_progress_budget_ms: Number.isFinite(silence) && silence > 0 ? silence : null,
    detached_on_milestones: wish ? JSON.stringify(wish) : null,
  };
}

/** Reads the milestones that are wished for, as stored. */
export function readMilestoneWish(json: string | null): MilestoneWish | undefined {
  if (json === null) return undefined;
  try {
    return milestoneWish(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function finishMethod({ notify, onFinish }: DetachedAgentToolConfig, host: AgentToolHost) {
  if (onFinish !== undefined) {
    if (typeof onFinish === "string" && host.hasMethod(onFinish)) return onFinish;
    throw contractErrors.noFinishMethod(onFinish, host.className);
  }
  return notify && host.hasMethod(NOTIFY_METHOD) ? NOTIFY_METHOD : null;
}

function milestoneWish(value: unknown): MilestoneWish | undefined {
  if (Array.isArray(value)) return { names: value.map(String), mode: "narrate" };
  if (typeof value !== "object" || value === null) return undefined;
  const { mode, names } = value as { names?: unknown; mode?: unknown };
  if (!Array.isArray(names)) return undefined;
  return { names: names.map(String), mode: mode === "react" ? "react" : "narrate" };
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
