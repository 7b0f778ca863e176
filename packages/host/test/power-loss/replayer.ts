/**
 * Cuts the power of one recording many times, in a process of its own. Prints a JSON line for each cut
 * that something did not survive.
 *
 * Arguments: folder of the recording, `stores`, `agents`, `history` or `host`, seed, first trial, trial behind the
 * last.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv } from "node:process";
import { SeededRandom } from "../crash/random.ts";
import { checkAgents } from "./check-agents.ts";
import { checkHistory } from "./check-history.ts";
import { checkHost } from "./check-host.ts";
import { checkStores } from "./check-stores.ts";
import { Disk } from "./replay.ts";
import { recorded } from "./tracing.ts";

const [, , folder = "", what = "stores", ...numbers] = argv;
const [seed = 0, first = 0, end = 0] = numbers.map(Number);
const SHARES = [0, 0.1, 0.5, 0.9, 1];
/** One in so many cuts starts the agents: most of its time is theirs. */
const AWAKE_EVERY = 50;
/** Replays are thrown away: memory is enough for them. */
const ROOM = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

const operations = recorded(folder);

async function survive(trial: number): Promise<void> {
  const random = new SeededRandom(seed + trial);
  const pick = () => SHARES[random.between(0, SHARES.length - 1)] as number;
  const after = random.between(10, operations.length);
  const cut = { after, sectors: pick(), names: pick(), fraction: () => random.fraction() };
  const directory = mkdtempSync(join(ROOM, "freehold-power-loss-"));
  try {
    new Disk(operations, cut).save("/", directory);
    const done = operations.slice(0, after);
    if (what === "stores") await checkStores(directory, done);
    else if (what === "host") checkHost(directory, done);
    else if (what === "history") await checkHistory(directory, done, () => random.fraction());
    else await checkAgents(directory, done, trial % AWAKE_EVERY === 0);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const { sectors, names } = cut;
    const where = { trial, after, of: operations.length, sectors, names };
    console.log(JSON.stringify({ ...where, seed, text }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

for (let trial = first; trial < end; trial += 1) await survive(trial);
process.exit(0);
