import { AGENT_TOOL_MILESTONE_PART } from "../wire.ts";
import { endEvent, eventFrame, startedEvent } from "./frames.ts";
import type { AgentToolHost } from "./host.ts";
import type { RunRow, RunStore } from "./store.ts";
import type { AgentToolMilestone, AgentToolStoredChunk } from "./types.ts";

/** How many runs, the latest, a client that joins is told of. */
const MOST_RUNS = 50;
/** How much of the chunks of all runs it is told, in characters. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** How long one agent may take to give its chunks, in milliseconds. */
const READ_MS = 2000;

/** Tells a client of the latest runs: what began, what came, what ended. */
export async function replayRuns(
  store: RunStore,
  host: AgentToolHost,
  tell: (frame: string) => void,
): Promise<void> {
  let left = MOST_CHARACTERS;
  for (const run of store.latest(MOST_RUNS)) {
    tell(eventFrame(run, 0, startedEvent(run), true));
    let position = 0;
    if (left > 0) {
      const { chunks, milestones } = await within(host, () => readRun(host, run));
      position = chunks.length;
      left -= tellChunks(run, chunks, milestones, tell);
    }
    const end = endEvent(store.find(run.run_id) ?? run);
    if (end) tell(eventFrame(run, position + 1, end, true));
  }
}

interface Past {
  readonly chunks: readonly AgentToolStoredChunk[];
  readonly milestones: readonly AgentToolMilestone[];
}

const NOTHING: Past = { chunks: [], milestones: [] };

function tellChunks(
  run: RunRow,
  chunks: readonly AgentToolStoredChunk[],
  milestones: readonly AgentToolMilestone[],
  tell: (frame: string) => void,
): number {
  let told = 0;
  const say = (body: string, sequence: number) => {
    told += body.length;
    tell(eventFrame(run, sequence, { kind: "chunk", runId: run.run_id, body }, true));
  };
  if (run.event_delivery !== "terminal") {
    for (const { body, sequence } of chunks) say(body, sequence + 1);
  }
  for (const milestone of milestones) {
    say(JSON.stringify({ type: AGENT_TOOL_MILESTONE_PART, data: milestone }), chunks.length + 1);
  }
  return told;
}

async function readRun(host: AgentToolHost, run: RunRow): Promise<Past> {
  const child = await host.child(run.agent_type, run.run_id);
  const inspection = await child.inspectAgentToolRun(run.run_id, { reconcile: false });
  return {
    chunks: await child.getAgentToolChunks(run.run_id),
    milestones: inspection?.milestones ?? [],
  };
}

/** What an agent has of its run; nothing when it cannot say in time. */
async function within({ clock }: AgentToolHost, read: () => Promise<Past>): Promise<Past> {
  const late = Promise.withResolvers<Past>();
  const cancel = clock.after(READ_MS, () => late.resolve(NOTHING));
  try {
    return await Promise.race([read(), late.promise]);
  } catch (error) {
    console.error("The past of a run could not be read:", error);
    return NOTHING;
  } finally {
    cancel();
  }
}
