import { openHttp } from "../harness/http.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { round } from "../harness/stats.ts";
import { freeholdAsInstalled } from "../servers/installed.ts";
import { preparePeer } from "../servers/peer.ts";

async function startup({ server, url, agent }: Context): Promise<Figures> {
  const empty = await server.start();
  const [connection] = await openHttp(url, 1);
  const start = performance.now();
  await connection!.ok(`/agents/${agent}/s-0`);
  const first = performance.now() - start;
  connection!.close();
  await server.stop();
  const again = await server.start(`/agents/${agent}/s-0`);
  const cpu = server.cpu();
  const { rss, processes } = server.memory();
  return {
    start_to_health_ms: Math.round(empty),
    first_agent_ever_ms: Math.round(first),
    restart_to_agent_ms: Math.round(again),
    restart_cpu_ms: Math.round(cpu),
    rss_mib_one_agent: round(rss, 1),
    processes,
  };
}

export const startupScenarios: readonly Scenario[] = [
  {
    name: "startup",
    about: "from process start to the first answer, ours as it is installed",
    shown: [
      ...["start_to_health_ms", "first_agent_ever_ms", "restart_to_agent_ms"],
      ...["restart_cpu_ms", "rss_mib_one_agent"],
    ],
    targets: [{ figure: "restart_to_agent_ms", most: 1, aim: 1 / 2 }],
    serves: { ours: freeholdAsInstalled, peer: preparePeer },
    owns: true,
    run: startup,
  },
];
