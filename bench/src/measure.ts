import { fastDisk } from "./budgets/population.ts";
import { machineBusy } from "./harness/proc.ts";
import type { Context, Figures, Scenario, Side } from "./harness/scenario.ts";
import { type Serve, Server } from "./harness/server.ts";
import { round } from "./harness/stats.ts";

export interface RunOptions {
  readonly side: Side;
  readonly seconds: number;
  readonly deflate: boolean;
  /** How many agents to make, where a scenario lets that be chosen. */
  readonly agents?: number;
  /** A file for the server's output. */
  readonly log?: string;
}

const LIMIT_MS = 150_000;

/** One run of one scenario against a fresh process on an empty data directory. */
export async function measure(
  scenario: Scenario,
  serve: Serve,
  { log, ...options }: RunOptions,
): Promise<Figures> {
  const server = await Server.prepare(serve, log, scenario.inMemory ? fastDisk : undefined);
  try {
    if (!scenario.owns) await server.start();
    const context: Context = {
      url: server.url,
      server,
      agent: "bench-agent",
      tag: Date.now().toString(36),
      ...options,
    };
    const figures = await disturbance(server, scenario.owns === true, () =>
      limited(scenario, scenario.run(context)),
    );
    if (scenario.isDurable) assertSynced(scenario, figures);
    return figures;
  } finally {
    await server.dispose();
  }
}

/**
 * What is answered as durable was synced: a server that counts its syncs must have made some.
 *
 * @throws {Error} when it made none
 */
export function assertSynced({ name }: Pick<Scenario, "name">, figures: Figures): void {
  const unsynced = ["syncs_per_op", "syncs_per_update"].find((figure) => figures[figure] === 0);
  if (unsynced !== undefined) throw new Error(`${name}: writes were answered without any sync`);
}

/**
 * Adds how disturbed the run was: `load_generator_cores` near 1 means that the generator was the
 * limit; `foreign_cores` is what neither it nor the server used, and makes throughput and tails
 * lower bounds.
 */
async function disturbance(
  server: Server,
  restarted: boolean,
  run: () => Promise<Figures>,
): Promise<Figures> {
  const start = performance.now();
  const own = process.cpuUsage();
  const busy = machineBusy();
  const served = server.cpu();
  const figures = await run();
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(own);
  const mine = (user + system) / 1000;
  const foreign = machineBusy() - busy - mine - (server.cpu() - served);
  return {
    ...figures,
    load_generator_cores: round(mine / elapsed, 2),
    // A server that was restarted inside the run cannot be told apart from others.
    foreign_cores: restarted ? null : round(Math.max(0, foreign / elapsed), 2),
  };
}

async function limited<T>({ name, limitMs = LIMIT_MS }: Scenario, run: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} took too long`)), limitMs);
  });
  return Promise.race([run, late]).finally(() => clearTimeout(timer));
}
