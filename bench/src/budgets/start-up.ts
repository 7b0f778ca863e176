import { openHttp } from "../harness/http.ts";
import type { Figures } from "../harness/scenario.ts";
import { Server } from "../harness/server.ts";
import { median, rate, round } from "../harness/stats.ts";
import { prepareObjects } from "../servers/objects.ts";
import type { Budget, BudgetContext } from "./budget.ts";
import { fastDisk, objectPaths, visit } from "./population.ts";

const OBJECTS = 100_000;
const ALARMS = 10_000;
const MOST_MS = 1000;
const STARTS = 5;
const HOUR_MS = 3_600_000;
/** Closing tens of thousands of objects in order takes its time. */
const STOP_MS = 120_000;

async function run({ say, log }: BudgetContext): Promise<Figures> {
  const server = await Server.prepare(await prepareObjects(), log, fastDisk);
  try {
    await server.start();
    const paths = objectPaths(OBJECTS);
    say(`start-up-full: making ${OBJECTS} objects, ${ALARMS} of them with an alarm`);
    const began = performance.now();
    // An hour from now: all of them are pending at every start that is measured.
    const due = Date.now() + HOUR_MS;
    await visit(server.url, objectPaths(ALARMS, `?alarm=${due}`));
    await visit(server.url, paths.slice(ALARMS));
    const made = performance.now() - began;
    const stopping = performance.now();
    await server.stop("SIGTERM", STOP_MS);
    const stopped = performance.now() - stopping;
    say("start-up-full: starting");
    const clean = await starts(server, "SIGTERM");
    await server.start();
    await visit(server.url, paths.slice(0, 200));
    await server.stop("SIGKILL");
    const killed = await starts(server, "SIGKILL");
    const empty = await Server.prepare(await prepareObjects(), log, fastDisk);
    const alone = await starts(empty, "SIGTERM").finally(() => empty.dispose());
    return {
      objects: OBJECTS,
      alarms: ALARMS,
      made_per_s: rate(OBJECTS, made),
      stop_ms: round(stopped, 0),
      first_answer_ms: round(median(clean), 0),
      first_answer_worst_ms: round(Math.max(...clean), 0),
      after_kill_ms: round(median(killed), 0),
      empty_ms: round(median(alone), 0),
    };
  } finally {
    await server.dispose();
  }
}

/** Milliseconds from the start of the process to the answer of an object, some times over. */
async function starts(server: Server, signal: NodeJS.Signals): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    taken.push(await server.start(`/o-${round}`));
    const [connection] = await openHttp(server.url, 1);
    await connection!.ok(`/o-${ALARMS + round}`);
    connection!.close();
    await server.stop(signal);
  }
  return taken;
}

export const startUpBudget: Budget = {
  name: "start-up-full",
  about: "from process start to an object's answer, with 100,000 objects and 10,000 alarms on disk",
  limits: [
    { figure: "first_answer_ms", most: MOST_MS },
    { figure: "after_kill_ms", most: MOST_MS },
  ],
  run,
};
