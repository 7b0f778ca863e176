import { type HttpConnection, openHttp } from "../harness/http.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, pool, rate, round, sleep, summary } from "../harness/stats.ts";
import { takeTurns, workflowsOnFreehold, workflowsOnWorkerd } from "../servers/workflows.ts";

/** What the Worker has counted. Times are in milliseconds since the epoch. */
interface Progress {
  readonly finished: number;
  readonly early: number;
  readonly first: number;
  readonly last: number;
}

async function progress(connection: HttpConnection): Promise<Progress> {
  return JSON.parse((await connection.ok("/finished")).toString()) as Progress;
}

async function untilFinished(connection: HttpConnection, count: number): Promise<Progress> {
  for (;;) {
    const now = await progress(connection);
    if (now.finished >= count) return now;
    await sleep(10);
  }
}

const STEPS = 10;
const WAVE = 40;

/** Instances of ten empty steps, forty at a time. */
async function steps(context: Context): Promise<Figures> {
  const [connection] = await openHttp(context.url, 1);
  let startedMs = 0;
  const wave = async (number: number) => {
    const begun = performance.now();
    await connection!.ok(`/steps?n=${WAVE}&steps=${STEPS}`);
    startedMs += performance.now() - begun;
    await untilFinished(connection!, number * WAVE);
  };
  let waves = 1;
  await wave(waves);
  const warm = waves;
  const before = context.server.cpu();
  startedMs = 0;
  const start = performance.now();
  while (performance.now() - start < context.seconds * 1000) {
    waves += 1;
    await wave(waves);
  }
  const elapsed = performance.now() - start;
  // What is written after the answer counts too.
  await sleep(300);
  const instances = (waves - warm) * WAVE;
  const cpu = context.server.cpu() - before;
  connection!.close();
  return {
    instances,
    started_per_s: rate(instances, startedMs),
    finished_per_s: rate(instances, elapsed),
    wall_us_per_step: round((elapsed * 1000) / (instances * STEPS), 0),
    server_cpu_us_per_op: cpuPerOperation(cpu, instances * STEPS),
  };
}

const SLEEPERS = Number(process.env.BENCH_SLEEPERS ?? 100_000);
/** How long making one may take, on a machine that does other things as well. */
const MAKING_MS = Number(process.env.BENCH_SLEEPERS_MS ?? 6);
const BATCH = 100;
const PINGS_BETWEEN_MS = 20;

/** Calls an object now and then; the answer is how long each call took. */
function pinging(connection: HttpConnection): () => Promise<number[]> {
  const took: number[] = [];
  let isOver = false;
  const pings = (async () => {
    while (!isOver) {
      const start = performance.now();
      await connection.ok("/ping?name=elsewhere");
      took.push(performance.now() - start);
      await sleep(PINGS_BETWEEN_MS);
    }
  })();
  return async () => {
    isOver = true;
    await pings;
    return took;
  };
}

/** What a server does after its last answer is told of so much later, in milliseconds. */
const TOLD_AFTER_MS = 1500;

/**
 * How long the turns of the event loop are in which a moment of work falls, in milliseconds of CPU: how
 * long a request may have to wait on a machine that does nothing else.
 */
function turnFigures(turns: readonly number[], name: string): Figures {
  const sorted = [...turns].sort((one, other) => one - other);
  const total = sorted.reduce((sum, turn) => sum + turn, 0);
  let passed = 0;
  const p99 = sorted.find((turn) => {
    passed += turn;
    return passed >= 0.99 * total;
  });
  return {
    [`${name}_p99_ms`]: round(p99 ?? Number.NaN, 1),
    [`${name}_max_ms`]: round(sorted.at(-1) ?? Number.NaN, 1),
  };
}

/** Instances that sleep until the same minute, and calls of an object meanwhile. */
async function sleepers(context: Context): Promise<Figures> {
  const [pings, ...makers] = await openHttp(context.url, 5);
  // Long enough away for all of them to be made, and to have left memory.
  const until = Math.ceil(Date.now() / 60_000) * 60_000 + SLEEPERS * MAKING_MS;
  const startMade = performance.now();
  const whileMade = pinging(pings!);
  const cpuMade = context.server.cpu();
  const free = [...makers];
  await pool(SLEEPERS / BATCH, makers.length, async () => {
    const connection = free.pop()!;
    await connection.ok(`/sleepers?n=${BATCH}&until=${until}`);
    free.push(connection);
  });
  const madeMs = performance.now() - startMade;
  if (Date.now() > until - 5000) throw new Error("making the sleepers took past their time");
  const made = await whileMade();
  // A quiet connection does not last.
  for (const connection of [pings!, ...makers]) connection.close();
  const asleep = context.server.cpu();
  await sleep(TOLD_AFTER_MS);
  const turnsMade = takeTurns(context.server.data, 0);
  await sleep(until - Date.now() - 1000);
  const rss = context.server.memory().rss;
  const disk = context.server.disk();
  const cpuAsleep = context.server.cpu() - asleep;
  const [caller, counter] = await openHttp(context.url, 2);
  const whileWoken = pinging(caller!);
  const begunWoken = Date.now();
  const cpuWoken = context.server.cpu();
  const { early, last, finished } = await untilFinished(counter!, SLEEPERS);
  const woken = await whileWoken();
  for (const connection of [caller!, counter!]) connection.close();
  const cpu = context.server.cpu() - cpuWoken;
  await sleep(TOLD_AFTER_MS);
  return {
    sleepers: SLEEPERS,
    finished,
    early,
    made_per_s: rate(SLEEPERS, madeMs),
    made_cpu_us: cpuPerOperation(asleep - cpuMade, SLEEPERS),
    ...summary(made, "ping_while_made"),
    asleep_rss_mib: round(rss, 1),
    asleep_cpu_ms: round(cpuAsleep, 0),
    disk_bytes_each: round(disk.bytes / SLEEPERS, 0),
    last_late_ms: last - until,
    finished_per_s: rate(SLEEPERS, last - until),
    server_cpu_us_per_op: cpuPerOperation(cpu, SLEEPERS),
    ...summary(woken, "ping_while_woken"),
    ...turnFigures(turnsMade, "turn_while_made"),
    ...turnFigures(takeTurns(context.server.data, begunWoken), "turn_while_woken"),
  };
}

export const workflowScenarios: readonly Scenario[] = [
  {
    name: "workflow-steps",
    about: "workflows of ten empty steps, forty at a time; an operation is a step",
    shown: ["started_per_s", "finished_per_s", "wall_us_per_step", "server_cpu_us_per_op"],
    serves: { ours: workflowsOnFreehold, peer: workflowsOnWorkerd },
    run: steps,
  },
  {
    name: "workflow-sleepers",
    about: `${SLEEPERS.toLocaleString("en")} workflows that sleep until the same minute`,
    shown: [
      ...["finished", "early", "made_per_s", "made_cpu_us", "asleep_rss_mib", "asleep_cpu_ms"],
      ...["disk_bytes_each", "last_late_ms", "finished_per_s", "server_cpu_us_per_op"],
      ...["ping_while_made_p99_ms", "ping_while_woken_p50_ms", "ping_while_woken_p99_ms"],
      ...["ping_while_woken_max_ms", "turn_while_made_p99_ms", "turn_while_woken_p99_ms"],
      ...["turn_while_woken_max_ms"],
    ],
    serves: { ours: workflowsOnFreehold },
    limitMs: 30 * 60_000,
    run: sleepers,
  },
];
