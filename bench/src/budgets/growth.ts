import { randomBytes } from "node:crypto";
import { copyFileSync, linkSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openHttp } from "../harness/http.ts";
import type { Figures } from "../harness/scenario.ts";
import { Server } from "../harness/server.ts";
import { cpuPerOperation, round } from "../harness/stats.ts";
import { AgentConnection } from "../harness/ws.ts";
import { freeholdAsInstalled } from "../servers/installed.ts";
import type { Budget, BudgetContext } from "./budget.ts";
import { fastDisk } from "./population.ts";

/** How many agents exist. `BENCH_AGENTS=1,1000000` asks for others. */
const COUNTS = (process.env.BENCH_AGENTS ?? "1,1000,100000").split(",").map(Number);
/** File systems bound how many names a file may have. */
const MOST_NAMES = 10_000;
const AGENT = "bench-agent";
const CALLS = 5000;
const WINDOW = 16;
const NEW_AGENTS = 300;
/** The one in the middle counts: a start shares the machine with whatever else begins just then. */
const STARTS = 3;
const MOST_RATIO = 1.5;
const MOST_MS = 1000;

function filesIn(data: string): string[] {
  return readdirSync(join(data, "objects"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sqlite"))
    .map((name) => join(data, "objects", name));
}

/**
 * Makes the one agent of a stopped host many: rows of the catalogue, and files, which share their content
 * because nobody opens them.
 */
function populate(data: string, count: number): void {
  const [file = ""] = filesIn(data);
  const folder = dirname(dirname(file));
  const host = new DatabaseSync(join(data, "host.sqlite"));
  const insert = host.prepare(
    `INSERT INTO objects SELECT namespace, ?, ?, created, last_active FROM objects LIMIT 1`,
  );
  host.exec("BEGIN");
  const made = new Set(readdirSync(folder));
  let source = file;
  // In the order of the catalogue: at random, each row would be a page read and written.
  const ids = Array.from({ length: count - 1 }, () => randomBytes(32).toString("hex")).sort();
  for (const [index, id] of ids.entries()) {
    const number = index + 1;
    const prefix = id.slice(0, basename(dirname(file)).length);
    if (!made.has(prefix)) mkdirSync(join(folder, prefix));
    made.add(prefix);
    const path = join(folder, prefix, `${id}.sqlite`);
    if (number % MOST_NAMES === 1) {
      copyFileSync(source, path);
      source = path;
    } else linkSync(source, path);
    insert.run(id, `asleep-${number}`);
  }
  host.exec("COMMIT");
  host.close();
}

async function callsOf(server: Server): Promise<number> {
  const context = { url: server.url, agent: AGENT, deflate: false };
  const connection = await new AgentConnection(context, "first").open();
  const calls = async (count: number) => {
    for (let done = 0; done < count; done += WINDOW) {
      await Promise.all(Array.from({ length: WINDOW }, () => connection.call("echo", "x")));
    }
  };
  await calls(CALLS / 5);
  const before = server.cpu();
  await calls(CALLS);
  const cpu = server.cpu() - before;
  connection.close();
  return cpu;
}

async function creationsOf(server: Server): Promise<number> {
  const [connection] = await openHttp(server.url, 1);
  await connection!.ok(`/agents/${AGENT}/warm`);
  const before = server.cpu();
  for (let number = 0; number < NEW_AGENTS; number++) {
    await connection!.ok(`/agents/${AGENT}/new-${number}`);
  }
  const cpu = server.cpu() - before;
  connection!.close();
  return cpu;
}

/** The start in the middle, of some: its wall time and its CPU, and the server is left running. */
async function startsOf(server: Server): Promise<{ wall: number; cpu: number }> {
  const starts = [];
  for (let start = 0; start < STARTS; start++) {
    if (start > 0) await server.stop();
    const wall = await server.start(`/agents/${AGENT}/first`);
    starts.push({ wall, cpu: server.cpu() });
  }
  return starts.sort((one, other) => one.wall - other.wall)[Math.floor(STARTS / 2)]!;
}

async function run({ say, log }: BudgetContext): Promise<Figures> {
  const serve = await freeholdAsInstalled();
  const figures: Record<string, number | null> = {};
  const [calls, creations]: number[][] = [[], []];
  let slowest = 0;
  for (const count of COUNTS) {
    const server = await Server.prepare(serve, log, fastDisk);
    try {
      await server.start();
      const [connection] = await openHttp(server.url, 1);
      await connection!.ok(`/agents/${AGENT}/first`);
      connection!.close();
      await server.stop();
      say(`growth-agents: ${count.toLocaleString("en")} agents`);
      populate(server.data, count);
      const started = await startsOf(server);
      slowest = Math.max(slowest, started.wall);
      calls!.push(await callsOf(server));
      creations!.push(await creationsOf(server));
      figures[`start_ms_${count}`] = round(started.wall, 0);
      figures[`start_cpu_ms_${count}`] = started.cpu;
      figures[`rpc_cpu_us_${count}`] = cpuPerOperation(calls!.at(-1)!, CALLS);
      figures[`create_cpu_us_${count}`] = cpuPerOperation(creations!.at(-1)!, NEW_AGENTS);
      figures[`rss_mib_${count}`] = round(server.memory().rss, 0);
    } finally {
      await server.dispose();
    }
  }
  return {
    ...figures,
    rpc_growth: growth(calls!),
    create_growth: growth(creations!),
    slowest_start_ms: round(slowest, 0),
  };
}

/** The most by the first. */
function growth(values: readonly number[]): number | null {
  return round(Math.max(...values) / values[0]!, 2);
}

export const growthBudget: Budget = {
  name: "growth-agents",
  about: `what calls, new agents and starts cost with ${COUNTS.join(", ")} agents on disk`,
  limits: [
    { figure: "rpc_growth", most: MOST_RATIO },
    { figure: "create_growth", most: MOST_RATIO },
    { figure: "slowest_start_ms", most: MOST_MS },
  ],
  run,
};
