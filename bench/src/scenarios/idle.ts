import { openHttp } from "../harness/http.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { pool, round, sleep } from "../harness/stats.ts";
import { type AgentConnection, openAll } from "../harness/ws.ts";

const AGENTS = 1000;
const IDLE_SECONDS = 25;

async function run(context: Context, withSockets: boolean): Promise<Figures> {
  const { server, agent, tag } = context;
  const http = await openHttp(context.url, 16);
  await http[0]!.ok(`/agents/${agent}/warm`);
  await sleep(1500);
  const base = server.memory().rss;
  const names = Array.from({ length: AGENTS }, (_, n) => `i${tag}-${n}`);
  const free = [...http];
  let sockets: AgentConnection[] = [];
  if (withSockets) {
    sockets = await openAll(context, names, 16);
    await Promise.all(sockets.map((socket) => socket.call("echo", 1)));
  } else {
    await pool(AGENTS, http.length, async (index) => {
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
    agents: AGENTS,
    still_open: stillOpen,
    base_rss_mib: round(base, 1),
    rss_mib: round(live, 1),
    per_1000_mib: round(((live - base) / AGENTS) * 1000, 1),
    idle_s: IDLE_SECONDS,
    idle_rss_mib: round(late, 1),
    idle_per_1000_mib: round(((late - base) / AGENTS) * 1000, 1),
    idle_cpu_pct: round((cpu / (IDLE_SECONDS * 1000)) * 100, 1),
    first_call_after_idle_ms: woken,
  };
}

export const idleScenarios: readonly Scenario[] = [
  {
    name: "idle-ws",
    about: "memory of 1,000 agents with one quiet WebSocket each",
    shown: ["per_1000_mib", "idle_per_1000_mib", "first_call_after_idle_ms", "idle_cpu_pct"],
    run: (context) => run(context, true),
  },
  {
    name: "idle-created",
    about: "memory of 1,000 agents after one GET each",
    shown: ["per_1000_mib", "idle_per_1000_mib", "idle_rss_mib"],
    run: (context) => run(context, false),
  },
];
