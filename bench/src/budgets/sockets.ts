import { openRaw, type RawSocket } from "../harness/raw-socket.ts";
import type { Figures } from "../harness/scenario.ts";
import { type Serve, Server } from "../harness/server.ts";
import { round, sleep } from "../harness/stats.ts";
import { prepareLimit } from "../servers/limit.ts";
import { prepareObjects } from "../servers/objects.ts";
import type { Budget, BudgetContext } from "./budget.ts";

const SOCKETS = 10_000;
const MOST_KIB = 12;
/** Opened and closed first, so that what is compiled and kept once counts for no socket. */
const WARM_UP = 500;
/** Time to fall asleep (10 s) and for memory to go back to the system. */
const SETTLE_MS = 40_000;
/** Sockets that are asked in the end whether their object still answers. */
const ASKED = 100;

interface Held {
  readonly base: number;
  readonly full: number;
  readonly open: number;
  readonly answered: number;
}

/** Resident memory, in MiB, without the sockets and with them. */
async function hold(serve: Serve, log: string | undefined, answers: boolean): Promise<Held> {
  const server = await Server.prepare(serve, log);
  try {
    await server.start();
    for (const socket of await openRaw(server.url, paths("w", WARM_UP))) socket.close();
    await sleep(SETTLE_MS);
    const base = server.memory().rss;
    const sockets = await openRaw(server.url, paths("s", SOCKETS));
    await sleep(SETTLE_MS);
    const full = server.memory().rss;
    const answered = answers ? await ask(sockets) : 0;
    const open = sockets.filter(({ isOpen }) => isOpen).length;
    for (const socket of sockets) socket.close();
    return { base, full, open, answered };
  } finally {
    await server.dispose();
  }
}

async function ask(sockets: readonly RawSocket[]): Promise<number> {
  const step = Math.floor(sockets.length / ASKED);
  const asked = sockets.filter((_, index) => index % step === 0);
  await Promise.all(asked.map((socket) => socket.echo("hello")));
  return asked.length;
}

function paths(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `/${prefix}-${index}`);
}

async function run({ say, log }: BudgetContext): Promise<Figures> {
  say("sockets-asleep: bare ws");
  const bare = await hold(prepareLimit(), undefined, false);
  say("sockets-asleep: ours");
  const ours = await hold(await prepareObjects(), log, true);
  const each = ({ base, full }: Held) => ((full - base) * 1024) / SOCKETS;
  return {
    sockets: SOCKETS,
    still_open: ours.open,
    answered: ours.answered,
    base_rss_mib: round(ours.base, 1),
    rss_mib: round(ours.full, 1),
    kib_per_socket: ours.open === SOCKETS ? round(each(ours), 2) : null,
    bare_ws_kib_per_socket: round(each(bare), 2),
    ratio_to_bare_ws: round(each(ours) / each(bare), 2),
  };
}

export const socketBudget: Budget = {
  name: "sockets-asleep",
  about: "resident memory of 10,000 idle sockets, each on a hibernated object of its own",
  limits: [{ figure: "kib_per_socket", most: MOST_KIB }],
  run,
};
