import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, rate, sleep, summary, syncsPerOperation } from "../harness/stats.ts";
import { WarmUp } from "../harness/warm-up.ts";
import { AgentConnection, openAll } from "../harness/ws.ts";

const PATIENCE_MS = 60_000;

async function gather(context: Context, clients: number) {
  const name = `b${context.tag}`;
  const driver = await new AgentConnection(context, name).open();
  await driver.call("echo", 1);
  const start = performance.now();
  const connections = await openAll(context, Array<string>(clients).fill(name));
  const connectMs = performance.now() - start;
  await driver.call("echo", 1);
  await sleep(500);
  const close = () => {
    for (const connection of [driver, ...connections]) connection.close();
  };
  return { driver, connections, connectMs, close };
}

async function blast(context: Context, clients: number, messages: number): Promise<Figures> {
  const { driver, connections, connectMs, close } = await gather(context, clients);
  const wanted = clients * messages;
  const all = Promise.withResolvers<void>();
  let got = 0;
  for (const connection of connections) {
    connection.raw = (data) => {
      if (data.length > 60 && data.includes('"bench"') && ++got === wanted) all.resolve();
    };
  }
  const before = context.server.cpu();
  const start = performance.now();
  await driver.call("blast", messages, 64);
  await Promise.race([all.promise, sleep(PATIENCE_MS)]);
  const milliseconds = performance.now() - start;
  const cpu = context.server.cpu() - before;
  close();
  return {
    clients,
    messages,
    delivered: got,
    lost: wanted - got,
    delivered_per_s: rate(got, milliseconds),
    connects_per_s: rate(clients, connectMs),
    server_cpu_us_per_op: cpuPerOperation(cpu, got),
  };
}

async function fanOut(context: Context, clients: number): Promise<Figures> {
  const { driver, connections, close } = await gather(context, clients);
  let left = 0;
  let reached = Promise.withResolvers<void>();
  for (const connection of connections) {
    connection.raw = (data) => {
      if (data.includes("cf_agent_state") && --left === 0) reached.resolve();
    };
  }
  const update = async () => {
    left = clients;
    reached = Promise.withResolvers();
    const sent = performance.now();
    await Promise.all([driver.call("inc"), reached.promise]);
    return performance.now() - sent;
  };
  const warmUp = new WarmUp(performance.now());
  do await update();
  while (!warmUp.isOver(performance.now(), clients));
  const latencies: number[] = [];
  const syncs = await context.server.syncs();
  const before = context.server.cpu();
  const start = performance.now();
  while (performance.now() < start + context.seconds * 1000) latencies.push(await update());
  const milliseconds = performance.now() - start;
  const cpu = context.server.cpu() - before;
  const synced = await context.server.syncs();
  close();
  const delivered = latencies.length * clients;
  return {
    clients,
    updates: latencies.length,
    delivered_per_s: rate(delivered, milliseconds),
    ...summary(latencies, "all_clients"),
    server_cpu_us_per_op: cpuPerOperation(cpu, delivered),
    // An operation is a delivered frame, but a sync is one of a change.
    syncs_per_update: syncsPerOperation(syncs, synced, latencies.length),
  };
}

const blasts = [
  [200, 500],
  [1000, 100],
] as const;

export const broadcastScenarios: readonly Scenario[] = [
  ...blasts.map(
    ([clients, messages]): Scenario => ({
      name: `broadcast-${clients}`,
      about: `${messages} broadcasts to ${clients} clients in one call`,
      shown: ["delivered_per_s", "lost", "server_cpu_us_per_op"],
      targets: [{ figure: "server_cpu_us_per_op", most: 1 / 2, aim: 1 / 4 }],
      run: (context) => blast(context, clients, messages),
    }),
  ),
  ...[200, 1000].map(
    (clients): Scenario => ({
      name: `state-fanout-${clients}`,
      about: `a durable state change pushed to ${clients} clients, one after another`,
      shown: [
        "delivered_per_s",
        "all_clients_p50_ms",
        "all_clients_p99_ms",
        "server_cpu_us_per_op",
        "syncs_per_update",
      ],
      isDurable: true,
      targets: [{ figure: "server_cpu_us_per_op", most: 1 / 5, aim: 1 / 8 }],
      run: (context) => fanOut(context, clients),
    }),
  ),
];
