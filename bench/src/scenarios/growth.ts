import { openRaw, type RawSocket } from "../harness/raw-socket.ts";
import type { Context, Figures, Scenario } from "../harness/scenario.ts";
import { cpuPerOperation, round, sleep } from "../harness/stats.ts";
import { AgentConnection, drive, openAll } from "../harness/ws.ts";

/** Near 20,000: as many as processes here may have files open, with some to spare. */
const SOCKETS = { ours: [1, 1000, 19_000], peer: [1, 1000], limit: [1] } as const;
/** Of one agent. */
const PER_AGENT = 1000;
const SETTLE_MS = 3000;
const KIB = 1024;

/** What a call costs, on a socket of its own, while others are open and quiet. */
async function sockets(context: Context): Promise<Figures> {
  const { agent, server, side, tag, url } = context;
  const [caller] = await openAll(context, [`caller-${tag}`]);
  const open: RawSocket[] = [];
  const figures: Record<string, number | null> = {};
  const base = server.memory().rss;
  for (const count of SOCKETS[side]) {
    const paths = Array.from(
      { length: count - open.length },
      (_, n) => `/agents/${agent}/g${tag}-${Math.floor((open.length + n) / PER_AGENT)}`,
    );
    open.push(...(await openRaw(url, paths)));
    await sleep(SETTLE_MS);
    const { cpu, calls } = await measured(context, caller!);
    figures[`cpu_us_at_${count}`] = cpuPerOperation(cpu, calls);
    figures[`kib_per_socket_at_${count}`] = round(((server.memory().rss - base) / count) * KIB, 1);
  }
  const still = open.filter(({ isOpen }) => isOpen).length;
  for (const socket of [...open, caller!]) socket.close();
  const [first, last] = [SOCKETS[side][0], SOCKETS[side].at(-1)!];
  const growth = figures[`cpu_us_at_${last}`]! / figures[`cpu_us_at_${first}`]!;
  return { still_open: still, ...figures, cpu_growth: round(growth, 2) };
}

async function measured(context: Context, caller: AgentConnection) {
  let before = 0;
  const load = { seconds: context.seconds, depth: 1, method: "echo", args: ["hello"] };
  const { latencies } = await drive([caller], load, () => {
    before = context.server.cpu();
  });
  return { cpu: context.server.cpu() - before, calls: latencies.length };
}

const SIZES = [1, 100, 1024] as const;
const LISTENERS = 20;

/** What a change of state costs, and each frame that tells of it, by the size of the state. */
async function states(context: Context): Promise<Figures> {
  const figures: Record<string, number | null> = {};
  for (const size of SIZES) {
    const name = `s${context.tag}-${size}`;
    const alone = await changes(context, name, size, 0);
    const heard = await changes(context, name, size, LISTENERS);
    figures[`change_us_${size}kib`] = round(alone, 1);
    figures[`frame_us_${size}kib`] = round((heard - alone) / LISTENERS, 1);
    figures[`write_us_${size}kib`] = round(bareWrite(size), 1);
  }
  return figures;
}

/** CPU microseconds of one change, with a caller and so many who listen. */
async function changes(
  context: Context,
  name: string,
  kib: number,
  listeners: number,
): Promise<number> {
  const caller = await new AgentConnection(context, name).open();
  const others = await openAll(context, Array<string>(listeners).fill(name));
  for (const one of others) one.raw = () => undefined;
  await caller.call("grow", kib * KIB);
  const before = context.server.cpu();
  const until = performance.now() + context.seconds * 1000;
  let made = 0;
  for (; performance.now() < until; made++) await caller.call("grow", kib * KIB);
  await sleep(100);
  const cpu = context.server.cpu() - before;
  for (const one of [caller, ...others]) one.close();
  return (cpu * 1000) / made;
}

/** What bounds a frame: copying its bytes once, here. Microseconds. */
function bareWrite(kib: number): number {
  const from = Buffer.alloc(kib * KIB, 120);
  const to = Buffer.alloc(from.length);
  const rounds = 200;
  const start = performance.now();
  for (let round = 0; round < rounds; round++) from.copy(to);
  return ((performance.now() - start) * 1000) / rounds;
}

export const growthScenarios: readonly Scenario[] = [
  {
    name: "growth-sockets",
    about: "CPU per call while 1, 1,000 and 19,000 other sockets are open and quiet",
    shown: [
      ...["still_open", "cpu_us_at_1", "cpu_us_at_1000", "cpu_us_at_19000", "cpu_growth"],
      ...["kib_per_socket_at_1000", "kib_per_socket_at_19000"],
    ],
    limitMs: 300_000,
    run: sockets,
  },
  {
    name: "growth-state",
    about: "CPU of a durable change of a state of 1, 100 and 1,024 KiB, and of each frame about it",
    shown: SIZES.flatMap((size) => [
      `change_us_${size}kib`,
      `frame_us_${size}kib`,
      `write_us_${size}kib`,
    ]),
    run: states,
  },
];
