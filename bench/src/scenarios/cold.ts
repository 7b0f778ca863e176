import { type HttpConnection, openHttp } from "../harness/http.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import {
  cpuPerOperation,
  pool,
  rate,
  round,
  summary,
  syncsPerOperation,
} from "../harness/stats.ts";

const AGENTS = 300;
const PARALLEL = 16;

interface Sweep {
  readonly latencies: readonly number[];
  readonly milliseconds: number;
  readonly cpu: number;
}

/** The first GET of the agents `from` to `from + count - 1`. */
async function sweep(
  context: Context,
  connections: readonly HttpConnection[],
  from: number,
  count: number,
): Promise<Sweep> {
  const latencies: number[] = [];
  const free = [...connections];
  const cpu = context.server.cpu();
  const began = performance.now();
  await pool(count, connections.length, async (index) => {
    const connection = free.pop()!;
    const start = performance.now();
    await connection.ok(`/agents/${context.agent}/c-${from + index}`);
    latencies.push(performance.now() - start);
    free.push(connection);
  });
  const milliseconds = performance.now() - began;
  return { latencies, milliseconds, cpu: context.server.cpu() - cpu };
}

async function oneThenMany(context: Context): Promise<Figures> {
  const one = await openHttp(context.url, 1);
  // The class itself is loaded by this one.
  await one[0]!.ok(`/agents/${context.agent}/warm-${context.tag}`);
  const single = await sweep(context, one, 0, AGENTS);
  one[0]!.close();
  const many = await openHttp(context.url, PARALLEL);
  const parallel = await sweep(context, many, AGENTS, AGENTS);
  for (const connection of many) connection.close();
  return {
    agents: AGENTS * 2,
    ...summary(single.latencies, "seq"),
    seq_per_s: rate(AGENTS, single.milliseconds),
    par_conns: PARALLEL,
    ...summary(parallel.latencies, "par"),
    par_per_s: rate(AGENTS, parallel.milliseconds),
    server_cpu_us_per_op: cpuPerOperation(single.cpu + parallel.cpu, 2 * AGENTS),
  };
}

async function create(context: Context): Promise<Figures> {
  const syncs = await context.server.syncs();
  const figures = await oneThenMany(context);
  const synced = await context.server.syncs();
  const { bytes, files } = context.server.disk();
  return {
    ...figures,
    disk_kib_per_agent: round(bytes / 1024 / (2 * AGENTS), 0),
    files_per_agent: round(files / (2 * AGENTS), 1),
    syncs_per_op: syncsPerOperation(syncs, synced, 2 * AGENTS),
  };
}

async function rewake(context: Context): Promise<Figures> {
  await context.server.start();
  const connections = await openHttp(context.url, PARALLEL);
  await sweep(context, connections, 0, 2 * AGENTS);
  for (const connection of connections) connection.close();
  await context.server.stop();
  const restart = await context.server.start();
  return { restart_ms: Math.round(restart), ...(await oneThenMany(context)) };
}

const shown = ["seq_p50_ms", "seq_p99_ms", "seq_per_s", "par_per_s", "server_cpu_us_per_op"];

export const coldScenarios: readonly Scenario[] = [
  {
    name: "cold-create",
    about: "the first GET of agents never seen, one at a time and then 16",
    shown: [...shown, "disk_kib_per_agent", "syncs_per_op"],
    isDurable: true,
    targets: [
      { figure: "server_cpu_us_per_op", most: 1 / 8, aim: 1 / 20 },
      { figure: "disk_kib_per_agent", most: 1 / 3, aim: 1 / 6 },
    ],
    run: create,
  },
  {
    name: "cold-rewake",
    about: "the same agents after the server was stopped and started",
    shown,
    targets: [{ figure: "server_cpu_us_per_op", most: 1 / 6, aim: 1 / 15 }],
    owns: true,
    run: rewake,
  },
];
