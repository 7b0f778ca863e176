import { openHttp } from "../harness/http.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, pool, rate, round, summary } from "../harness/stats.ts";
import { WarmUp } from "../harness/warm-up.ts";

const CONNECTIONS = 50;

async function run(context: Context, agents: number): Promise<Figures> {
  const { url, server, agent, tag, seconds } = context;
  const connections = await openHttp(url, CONNECTIONS);
  const paths = Array.from({ length: agents }, (_, n) => `/agents/${agent}/h${tag}-${n}`);
  const free = [...connections];
  await pool(agents, CONNECTIONS, async (index) => {
    const connection = free.pop()!;
    await connection.ok(paths[index]!);
    free.push(connection);
  });
  const latencies: number[] = [];
  const warmUp = new WarmUp(performance.now());
  let from = Number.POSITIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  let next = 0;
  let before = 0;
  const warm = (now: number) => {
    if (!warmUp.isOver(now)) return;
    from = now;
    until = now + seconds * 1000;
    before = server.cpu();
  };
  await Promise.all(
    connections.map(async (connection) => {
      for (;;) {
        const start = performance.now();
        if (start >= until) return;
        await connection.ok(paths[next++ % agents]!);
        const end = performance.now();
        if (start >= from && end <= until) latencies.push(end - start);
        else if (until === Number.POSITIVE_INFINITY) warm(end);
      }
    }),
  );
  const cpu = server.cpu() - before;
  for (const connection of connections) connection.close();
  return {
    conns: CONNECTIONS,
    agents,
    rps: rate(latencies.length, seconds * 1000),
    ...summary(latencies),
    server_cpu_us_per_op: cpuPerOperation(cpu, latencies.length),
    server_cores: round(cpu / (seconds * 1000), 2),
  };
}

const targets = [{ figure: "server_cpu_us_per_op", most: 1 / 5, aim: 1 / 10 }];
const shown = ["rps", "p50_ms", "p99_ms", "server_cpu_us_per_op"];

export const httpScenarios: readonly Scenario[] = [
  {
    name: "http-one",
    about: "GET to one agent over 50 kept connections",
    shown,
    targets,
    run: (context) => run(context, 1),
  },
  {
    name: "http-many",
    about: "GET to 500 agents that are awake, over 50 kept connections",
    shown,
    targets,
    run: (context) => run(context, 500),
  },
];
