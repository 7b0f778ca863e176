import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, pool, rate, sleep, summary } from "../harness/stats.ts";
import { AgentConnection } from "../harness/ws.ts";

const SCHEDULES = 1000;
const PATIENCE_MS = 60_000;
/** So many agents are visited at a time. */
const WIDTH = 20;
/** Agents that were visited are asleep again by then. */
const ASLEEP_SECONDS = 25;
/** For so long nobody disturbs agents that are due. */
const SETTLE_MS = 8000;

/** A whole second, `seconds` from now, in epoch milliseconds. */
const soon = (seconds: number) => (Math.floor(Date.now() / 1000) + seconds) * 1000;

interface Fired {
  readonly due: number;
  readonly fired: number;
}

function refuseLate(due: number): void {
  if (Date.now() > due - 500) throw new Error("planning took past the due time");
}

async function one(context: Context): Promise<Figures> {
  const late: number[] = [];
  const all = Promise.withResolvers<void>();
  const connection = await new AgentConnection(context, `s${context.tag}`, (frame) => {
    if (frame.type !== "due" || frame.due === undefined) return;
    late.push(Date.now() - frame.due);
    if (late.length === SCHEDULES) all.resolve();
  }).open();
  const start = performance.now();
  const due = soon(8);
  await connection.call("plan", SCHEDULES, due);
  const planMs = performance.now() - start;
  refuseLate(due);
  const before = context.server.cpu();
  await Promise.race([all.promise, sleep(due - Date.now() + PATIENCE_MS)]);
  const cpu = context.server.cpu() - before;
  connection.close();
  return {
    schedules: SCHEDULES,
    agents: 1,
    fired: late.length,
    early: late.filter((milliseconds) => milliseconds < 0).length,
    plan_per_s: rate(SCHEDULES, planMs),
    ...summary(late, "late"),
    server_cpu_us_per_op: cpuPerOperation(cpu, SCHEDULES),
  };
}

async function many(context: Context): Promise<Figures> {
  const visit = async (index: number, use: (agent: AgentConnection) => Promise<unknown>) => {
    const agent = await new AgentConnection(context, `m${context.tag}-${index}`).open();
    await use(agent);
    agent.close();
  };
  // They are made first: how long that takes says how long planning may take.
  const start = performance.now();
  await pool(SCHEDULES, WIDTH, (index) => visit(index, (agent) => agent.call("get")));
  const madeMs = performance.now() - start;
  const due = soon(Math.max(ASLEEP_SECONDS, Math.ceil((2 * madeMs) / 1000)));
  await pool(SCHEDULES, WIDTH, (index) => visit(index, (agent) => agent.call("plan", 1, due)));
  const planMs = performance.now() - start - madeMs;
  refuseLate(due);
  await sleep(due - Date.now() - 1000);
  const before = context.server.cpu();
  await sleep(due - Date.now() + SETTLE_MS);
  const cpu = context.server.cpu() - before;
  const rows = await firedAt(visit);
  const late = rows.map((row) => row.fired - row.due);
  return {
    schedules: SCHEDULES,
    agents: SCHEDULES,
    fired: rows.length,
    first_late_ms: Math.min(...late),
    early: late.filter((milliseconds) => milliseconds < 0).length,
    plan_per_s: rate(SCHEDULES, planMs),
    ...summary(late, "late"),
    server_cpu_us_per_op: cpuPerOperation(cpu, SCHEDULES),
  };
}

/** What every agent noted; those that have nothing yet are asked again, for a while. */
async function firedAt(
  visit: (index: number, use: (agent: AgentConnection) => Promise<unknown>) => Promise<void>,
): Promise<Fired[]> {
  const rows: Fired[] = [];
  const until = performance.now() + PATIENCE_MS;
  let open = Array.from({ length: SCHEDULES }, (_, index) => index);
  while (open.length > 0 && performance.now() < until) {
    const silent: number[] = [];
    await pool(open.length, WIDTH, (at) =>
      visit(open[at]!, async (agent) => {
        const noted = (await agent.call("fired")) as Fired[];
        if (noted.length === 0) silent.push(open[at]!);
        rows.push(...noted);
      }),
    );
    open = silent;
    if (open.length > 0) await sleep(1000);
  }
  return rows;
}

export const scheduleScenarios: readonly Scenario[] = [
  {
    name: "sched-one",
    about: "1,000 schedules of one agent due in the same second",
    shown: ["late_p50_ms", "late_p99_ms", "fired", "early", "plan_per_s", "server_cpu_us_per_op"],
    targets: [{ figure: "late_p99_ms", most: 1 / 3, aim: 1 / 10 }],
    run: one,
  },
  {
    name: "sched-many",
    about: "one schedule at each of 1,000 agents, due in the same second",
    shown: ["late_p50_ms", "late_p99_ms", "fired", "early", "plan_per_s", "server_cpu_us_per_op"],
    targets: [{ figure: "late_p99_ms", most: 1 / 10, aim: 1 / 40 }],
    limitMs: 600_000,
    run: many,
  },
];
