import { openHttp } from "../harness/http.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { pool, round, sleep } from "../harness/stats.ts";
import { type AgentConnection, openAll } from "../harness/ws.ts";

/** The peer holds hundreds of KiB for each: with as many as ours it would not end. */
const AGENTS = { ours: 10_000, peer: 1000, limit: 1000 } as const;
/** Twenty seconds asleep: objects with a quiet socket fall asleep after ten. */
const IDLE_SECONDS = 32;
const KIB = 1024;

async function run(context: Context, withSockets: boolean): Promise<Figures> {
  const { server, agent, tag, agents = AGENTS[context.side] } = context;
  const http = await openHttp(context.url, WIDTH);
  await http[0]!.ok(`/agents/${agent}/warm`);
  await sleep(1500);
  const base = server.memory().rss;
  const names = Array.from({ length: agents }, (_, n) => `i${tag}-${n}`);
  const free = [...http];
  let sockets: AgentConnection[] = [];
  if (withSockets) {
    sockets = await openAll(context, names, WIDTH);
    // Not all at once: memory would be that of the rush, which the C library keeps.
    await pool(agents, WIDTH, async (index) => void (await sockets[index]!.call("echo", 1)));
  } else {
    await pool(agents, http.length, async (index) => {
      const connection = free.pop()!;
      await connection.ok(`/agents/${agent}/${names[index]}`);
      free.push(connection);
    });
  }
  await sleep(1500);
  const live = server.memory().rss;
  const before = server.cpu();
  await sleep(IDLE_SECONDS * 1000);
  const late = server.memory().rss;
  const cpu = server.cpu() - before;
  const wake = performance.now();
  await sockets[0]?.call("echo", 1);
  const woken = withSockets ? round(performance.now() - wake, 1) : null;
  const stillOpen = sockets.filter((socket) => socket.isOpen).length;
  for (const connection of [...sockets, ...http]) connection.close();
  return {
    agents,
    still_open: stillOpen,
    base_rss_mib: round(base, 1),
    rss_mib: round(live, 1),
    live_kib_per_agent: round(((live - base) / agents) * KIB, 1),
    idle_s: IDLE_SECONDS,
    idle_rss_mib: round(late, 1),
    idle_kib_per_agent: round(((late - base) / agents) * KIB, 1),
    idle_cpu_pct: round((cpu / (IDLE_SECONDS * 1000)) * 100, 1),
    first_call_after_idle_ms: woken,
  };
}

/** So many are made at a time. */
const WIDTH = 64;
/** Making ten thousand agents takes its time. */
const limitMs = 400_000;

export const idleScenarios: readonly Scenario[] = [
  {
    name: "idle-ws",
    about: "memory of agents with one quiet WebSocket each",
    shown: [
      ...["agents", "still_open", "live_kib_per_agent", "idle_kib_per_agent"],
      ...["first_call_after_idle_ms", "idle_cpu_pct"],
    ],
    targets: [{ figure: "idle_kib_per_agent", most: 1 / 20, aim: 1 / 60 }],
    limitMs,
    inMemory: true,
    run: (context) => run(context, true),
  },
  {
    name: "idle-created",
    about: "memory of agents after one GET each",
    shown: ["agents", "live_kib_per_agent", "idle_kib_per_agent", "idle_rss_mib"],
    targets: [{ figure: "idle_kib_per_agent", most: 1 / 40, aim: 1 / 200 }],
    limitMs,
    inMemory: true,
    run: (context) => run(context, false),
  },
];
