import type { Deliveries } from "./deliveries.ts";
import { endingOf } from "./endings.ts";
import { isEnd } from "./follow.ts";
import { INTERRUPTIONS } from "./frames.ts";
import type { AgentToolHost } from "./host.ts";
import { type Ending, hasEnded, type RunRow, type RunStore } from "./store.ts";
import type { AgentToolChildAdapter, AgentToolRunInspection } from "./types.ts";

/** Seconds between looks at detached runs, the longer the more looks there were. */
const CADENCE_SECONDS = [5, 15, 30, 60, 120, 300] as const;
/** How long one agent may take to say how its run stands, in milliseconds. */
const INSPECT_MS = 5000;

/** What reconciling needs. */
export interface ReconcilePorts {
  readonly host: AgentToolHost;
  readonly store: RunStore;
  readonly deliveries: Deliveries;
  /** Whether this life of the agent follows a run anyway. */
  isFollowed(runId: string): boolean;
  settle(run: RunRow, ending: Ending, position: number): Promise<void>;
  interrupt(run: RunRow, ending: Ending, position: number): Promise<void>;
}

/** What becomes of a run that has not ended, by how long it took. Pure. */
function judge(
  run: RunRow,
  inspection: AgentToolRunInspection | null,
  now: number,
): "wait" | "budget-exceeded" | "no-progress" {
  if (run.detached_max_budget_at !== null && now >= run.detached_max_budget_at) {
    return "budget-exceeded";
  }
  const sign = Math.max(run.last_progress_at ?? 0, inspection?.progress?.at ?? 0);
  const silence = run.detached_no_progress_budget_ms;
  const isSilent = silence !== null && sign > 0 && now - sign >= silence;
  return isSilent && run.status !== "interrupted" ? "no-progress" : "wait";
}

/** Looks at each run once. Returns after how many seconds to look again; undefined for never. */
export async function reconcile(
  runs: readonly RunRow[],
  cadenceIndex: number,
  ports: ReconcilePorts,
): Promise<number | undefined> {
  for (const run of runs) {
    try {
      await look(run, ports);
    } catch (error) {
      console.error(`Run ${run.run_id} could not be looked at:`, error);
    }
  }
  const left = ports.store.outstanding();
  if (left.length === 0) return undefined;
  const cadence = CADENCE_SECONDS[Math.min(cadenceIndex, CADENCE_SECONDS.length - 1)] ?? 300;
  const now = ports.host.clock.now();
  const budgets = left.flatMap(({ detached_max_budget_at: at }) =>
    at === null || at <= now ? [] : [Math.ceil((at - now) / 1000)],
  );
  return Math.max(1, Math.min(cadence, ...budgets));
}

async function look(run: RunRow, ports: ReconcilePorts): Promise<void> {
  const { deliveries, host } = ports;
  if (hasEnded(run)) return deliveries.deliver(run.run_id, "finish", true);
  if (run.status === "interrupted" && run.give_up_delivered_at === null) {
    await deliveries.deliver(run.run_id, "give_up", true);
  }
  const child = await host.child(run.agent_type, run.run_id);
  const inspection = await inspect(child, run, host);
  if (inspection) await deliveries.milestones(run, inspection.milestones ?? []);
  if (inspection && isEnd(inspection)) {
    if (ports.isFollowed(run.run_id)) return;
    return ports.settle(run, endingOf(inspection), await chunkCount(child, run));
  }
  const verdict = judge(run, inspection, host.clock.now());
  if (verdict === "wait") return;
  const isOver = verdict === "budget-exceeded";
  if (isOver) await child.cancelAgentToolRun(run.run_id, INTERRUPTIONS[verdict]);
  const ending: Ending = {
    ...{ status: "interrupted", reason: verdict, childStillRunning: !isOver },
    error: INTERRUPTIONS[verdict],
  };
  await ports.interrupt(run, ending, await chunkCount(child, run));
}

/** What an agent says of its run; null when it does not know, or does not say in time. */
async function inspect(
  child: AgentToolChildAdapter,
  run: RunRow,
  { clock }: AgentToolHost,
): Promise<AgentToolRunInspection | null> {
  const late = Promise.withResolvers<null>();
  const cancel = clock.after(INSPECT_MS, () => late.resolve(null));
  try {
    return await Promise.race([child.inspectAgentToolRun(run.run_id), late.promise]);
  } finally {
    cancel();
  }
}

async function chunkCount(child: AgentToolChildAdapter, run: RunRow): Promise<number> {
  return (await child.getAgentToolChunks(run.run_id)).length;
}
