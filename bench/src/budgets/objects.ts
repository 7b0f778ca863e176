import type { Figures } from "../harness/scenario.ts";
import { Server } from "../harness/server.ts";
import { rate, round, sleep } from "../harness/stats.ts";
import { prepareObjects } from "../servers/objects.ts";
import type { Budget, BudgetContext } from "./budget.ts";
import { fastDisk, objectPaths, visit } from "./population.ts";

const OBJECTS = 100_000;
const ACTIVE = 2000;
const MOST_MIB = 1024;
/** How long the few stay in use before their memory is read. */
const ACTIVE_MS = 15_000;
const SAMPLE_MS = 500;

async function run({ say, log }: BudgetContext): Promise<Figures> {
  const server = await Server.prepare(await prepareObjects(), log, fastDisk);
  let peak = 0;
  const sample = () => {
    const { rss } = server.memory();
    peak = Math.max(peak, rss);
    return rss;
  };
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    await server.start();
    const base = sample();
    const paths = objectPaths(OBJECTS);
    say(`objects-created: making ${OBJECTS} objects`);
    const began = performance.now();
    await visit(server.url, paths);
    const made = performance.now() - began;
    const created = sample();
    const active = paths.slice(0, ACTIVE);
    const until = performance.now() + ACTIVE_MS;
    while (performance.now() < until) await visit(server.url, active);
    const used = sample();
    return {
      objects: OBJECTS,
      active: ACTIVE,
      made_per_s: rate(OBJECTS, made),
      base_rss_mib: round(base, 1),
      created_rss_mib: round(created, 1),
      active_rss_mib: round(used, 1),
      peak_rss_mib: round(peak, 1),
      disk_mib: round(server.disk().bytes / 1024 / 1024, 0),
    };
  } finally {
    clearInterval(timer);
    await sleep(0);
    await server.dispose();
  }
}

export const objectBudget: Budget = {
  name: "objects-created",
  about: "resident memory with 100,000 objects made and 2,000 of them in use",
  limits: [{ figure: "peak_rss_mib", most: MOST_MIB }],
  run,
};
