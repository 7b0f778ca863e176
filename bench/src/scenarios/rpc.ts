import type { Context, Figures, Scenario, Target } from "../harness/scenario.ts";
import { cpuPerOperation, rate, round, summary, syncsPerOperation } from "../harness/stats.ts";
import { drive, openAll } from "../harness/ws.ts";

interface Load {
  readonly conns: number;
  /** One agent for each connection instead of one for all. */
  readonly many?: boolean;
  readonly depth: number;
  readonly method: string;
  readonly args?: readonly unknown[];
  /** Operations in one call. */
  readonly per?: number;
  /** For calls that write: a method whose result is kept as a check of what was done. */
  readonly check?: string;
}

async function run(context: Context, load: Load, isDurable: boolean): Promise<Figures> {
  const { conns, many = false, depth, method, args = [], per = 1, check } = load;
  const names = Array.from({ length: conns }, (_, n) => `r${context.tag}-${many ? n : 0}`);
  const connections = await openAll(context, names);
  await Promise.all(connections.map((connection) => connection.call("echo", 1)));
  let before = 0;
  let syncsBefore: Promise<number | undefined> | undefined;
  const parameters = { seconds: context.seconds, depth, method, args };
  const { latencies, milliseconds } = await drive(connections, parameters, () => {
    before = context.server.cpu();
    if (isDurable) syncsBefore = context.server.syncs();
  });
  const cpu = context.server.cpu() - before;
  const syncs = isDurable ? await context.server.syncs() : undefined;
  const operations = latencies.length * per;
  const checked = check === undefined ? {} : { check: Number(await connections[0]!.call(check)) };
  for (const connection of connections) connection.close();
  return {
    conns,
    agents: many ? conns : 1,
    depth,
    ops_per_s: rate(operations, milliseconds),
    ...summary(latencies),
    server_cpu_us_per_op: cpuPerOperation(cpu, operations),
    server_cores: round(cpu / milliseconds, 2),
    ...(isDurable && { syncs_per_op: syncsPerOperation(await syncsBefore, syncs, operations) }),
    ...checked,
  };
}

const echo = { method: "echo", args: ["hello"] } as const;
const increment = { method: "inc", check: "get" } as const;

/** At most these shares of the peer's CPU per operation; required and hoped for. */
const wanted: Readonly<Record<string, readonly [most: number, aim: number]>> = {
  "rpc-seq": [1 / 2.5, 1 / 3.5],
  "rpc-pipe-one": [1 / 5, 1 / 10],
  "rpc-pipe-many": [1 / 5, 1 / 10],
  "state-seq": [1 / 2.5, 1 / 3.5],
  "state-pipe-one": [1 / 4, 1 / 8],
  "state-par-many": [1 / 4, 1 / 8],
  "sql-single": [1 / 2.5, 1 / 4],
  "sql-batch": [1 / 1.5, 1 / 3],
};

function targetsOf(name: string): Target[] {
  const [most, aim] = wanted[name] ?? [];
  if (most === undefined || aim === undefined) return [];
  return [{ figure: "server_cpu_us_per_op", most, aim }];
}

const loads: Readonly<Record<string, readonly [about: string, load: Load]>> = {
  "rpc-seq": ["one connection, one call in flight", { conns: 1, depth: 1, ...echo }],
  "rpc-pipe-one": [
    "50 connections to one agent, 8 calls on each",
    { conns: 50, depth: 8, ...echo },
  ],
  "rpc-pipe-many": [
    "50 connections to 50 agents, 8 calls on each",
    { conns: 50, many: true, depth: 8, ...echo },
  ],
  "state-seq": ["a durable setState, one in flight", { conns: 1, depth: 1, ...increment }],
  "state-pipe-one": ["a durable setState, 16 in flight", { conns: 1, depth: 16, ...increment }],
  "state-par-many": [
    "a durable setState at 50 agents",
    { conns: 50, many: true, depth: 1, ...increment },
  ],
  "sql-single": [
    "one insert in each call",
    { conns: 1, depth: 1, method: "write", args: [1], check: "rows" },
  ],
  "sql-batch": [
    "1,000 inserts in each call",
    { conns: 1, depth: 1, method: "write", args: [1000], per: 1000, check: "rows" },
  ],
};

export const rpcScenarios: readonly Scenario[] = Object.entries(loads).map(
  ([name, [about, load]]) => {
    const isDurable = load.check !== undefined;
    const shown = ["ops_per_s", "p50_ms", "p99_ms", "server_cpu_us_per_op"];
    return {
      ...{ name, about, isDurable },
      shown: isDurable ? [...shown, "syncs_per_op"] : shown,
      targets: targetsOf(name),
      run: (context) => run(context, load, isDurable),
    };
  },
);
