import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HttpConnection } from "../harness/http.ts";
import { openRaw } from "../harness/raw-socket.ts";
import type { Figures } from "../harness/scenario.ts";
import { Server } from "../harness/server.ts";
import { round, sleep } from "../harness/stats.ts";
import { develop, objectsProject } from "../servers/objects.ts";
import type { Budget, BudgetContext } from "./budget.ts";
import { objectPaths, visit } from "./population.ts";

const RELOADS = 100;
/** What is compiled and kept once counts for no reload. */
const WARM_UP = 10;
/** How far `freehold dev` may grow before it starts anew, in MiB: as its README says. */
const MOST_GROWTH_MIB = 512;
/** Objects in memory, and sockets open, over each reload. */
const OBJECTS = 20;
/** Bytes of the file that changes: Vite keeps native memory in proportion. */
const CODE_BYTES = 20_000;
/** Time for memory to go back to the system. */
const SETTLE_MS = 30_000;
const PATIENCE_MS = 30_000;
/** A change that the watcher has missed is made again after so long. */
const AGAIN_MS = 2000;

async function run({ say, log }: BudgetContext): Promise<Figures> {
  const folder = await objectsProject("entry.ts");
  const write = (version: number) => writeFileSync(join(folder, "code.ts"), code(version));
  writeFileSync(join(folder, "entry.ts"), ENTRY);
  write(0);
  const server = await Server.prepare(develop(folder), log);
  try {
    await server.start();
    const sockets = await openRaw(server.url, objectPaths(OBJECTS));
    const reload = async (version: number) => {
      await visit(server.url, objectPaths(OBJECTS));
      write(version);
      await seen(server.url, version, () => write(version));
    };
    for (let version = 1; version <= WARM_UP; version++) await reload(version);
    await sleep(SETTLE_MS);
    const base = server.memory().rss;
    say(`reloads: ${RELOADS} reloads`);
    const began = performance.now();
    for (let version = 1; version <= RELOADS; version++) await reload(WARM_UP + version);
    const taken = performance.now() - began;
    const busy = server.memory().rss;
    await sleep(SETTLE_MS);
    const settled = server.memory().rss;
    const each = (settled - base) / RELOADS;
    const stillOpen = sockets.filter(({ isOpen }) => isOpen).length;
    for (const socket of sockets) socket.close();
    return {
      reloads: RELOADS,
      ms_per_reload: round(taken / RELOADS, 0),
      sockets_still_open: stillOpen,
      base_rss_mib: round(base, 1),
      rss_mib: round(busy, 1),
      settled_rss_mib: round(settled, 1),
      mib_per_reload: round(each, 3),
      grown_mib: round(busy - base, 1),
      reloads_until_restart: each > 0 ? round(MOST_GROWTH_MIB / each, 0) : null,
    };
  } finally {
    await server.dispose();
  }
}

const ENTRY = `
import worker from "./worker.ts";
import { version } from "./code.ts";
export { BenchObject } from "./worker.ts";
export default {
  fetch(request, env) {
    if (new URL(request.url).pathname === "/version") return new Response(String(version));
    return worker.fetch(request, env);
  },
};
`;

function code(version: number): string {
  const lines = [`export const version = ${version};`];
  for (let size = 0; size < CODE_BYTES; size += lines.at(-1)!.length) {
    lines.push(
      `export function f${lines.length}(x: number) { return { x, y: [x + ${version}] }; }`,
    );
  }
  return lines.join("\n");
}

/** Waits until the version answers. */
async function seen(url: string, version: number, again: () => void): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let next = performance.now() + AGAIN_MS;
  const connection = new HttpConnection(url);
  await connection.open();
  for (;;) {
    const { body } = await connection.get("/version");
    if (body.toString() === String(version)) break;
    if (performance.now() > deadline) throw new Error(`version ${version} was never loaded`);
    if (performance.now() > next) {
      next += AGAIN_MS;
      again();
    }
    await sleep(10);
  }
  connection.close();
}

export const reloadBudget: Budget = {
  name: "reloads",
  about: "memory after 100 reloads in development, against the growth that restarts the process",
  limits: [{ figure: "grown_mib", most: MOST_GROWTH_MIB }],
  run,
};
