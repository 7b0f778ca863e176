import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { compiledProgram } from "../../../../scripts/testing/installed.ts";
import { expectFibersDone, expectTaskDone, type Report } from "./outcome.ts";
import { FIBER_POINTS, TASK_POINTS } from "./scenario.ts";

/**
 * A process is killed at every point of a task and of two fibers, and started again: each step's
 * result is stored once, its effect is in the world at least once, what was acknowledged is not lost,
 * and nothing is left that would run for ever.
 */

const CHILD = await compiledProgram(fileURLToPath(new URL("./child.ts", import.meta.url).href));

vi.setConfig({ testTimeout: 900_000 });

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "freehold-durable-"));
  folders.push(folder);
  return folder;
}

type Kind = "task" | "fibers";

interface Life {
  readonly kind: Kind;
  /** The work that the life before was killed in. */
  readonly previous?: string | undefined;
  readonly current?: string | undefined;
  readonly crashAt?: string | undefined;
  readonly killAfterMs?: number;
}

/** One life of the process. Tells whether it was killed. */
async function live(folder: string, { crashAt, current, kind, killAfterMs, previous }: Life) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD], {
    env: {
      ...process.env,
      ...{ CRASH_FOLDER: folder, CRASH_KIND: kind },
      ...{ CRASH_AT: crashAt, CRASH_PREVIOUS: previous, CRASH_CURRENT: current },
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const closed = once(child, "close");
  if (killAfterMs !== undefined) {
    void delay(killAfterMs, undefined, { ref: false }).then(() => child.kill("SIGKILL"));
  }
  const errors = await text(child.stderr);
  const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  if (signal !== "SIGKILL") expect(code, errors).toBe(0);
  return signal === "SIGKILL";
}

async function check(folder: string, kind: Kind, id: string): Promise<void> {
  const read = (name: string) => readFile(join(folder, `${id}.${name}`), "utf8");
  const report = JSON.parse(await read("json")) as Report;
  const effects = (await read("txt")).trim().split("\n");
  if (kind === "task") expectTaskDone(report, effects);
  // What kept the object awake in an earlier life ends itself when it comes.
  else expectFibersDone(report, effects, [{ id: "cf:keep-alive" }]);
}

test.each<[Kind, readonly string[]]>([
  ["task", TASK_POINTS],
  ["fibers", FIBER_POINTS],
])("%s: killed at each point in turn", async (kind, points) => {
  const folder = await newFolder();
  let previous: string | undefined;
  for (const [index, crashAt] of points.entries()) {
    const current = `at-${index}`;
    expect(await live(folder, { kind, previous, current, crashAt }), crashAt).toBe(true);
    if (previous !== undefined) await check(folder, kind, previous);
    previous = current;
  }
  expect(await live(folder, { kind, previous })).toBe(false);
  await check(folder, kind, `at-${points.length - 1}`);
});

/** Where a point cannot be: between what the rooms decide and what is on disk. */
test.each<Kind>(["task", "fibers"])("%s: killed again and again, at any time", async (kind) => {
  const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed} (RANDOM_SEED replays the times, not the machine)`);
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const folder = await newFolder();
  let wasKilled = true;
  for (let lives = 0; wasKilled; lives += 1) {
    // The first lives end while the process still starts, however slow the machine is.
    const killAfterMs = (300 + random() * 500) * 1.2 ** lives;
    wasKilled = await live(folder, { kind, current: "a", killAfterMs });
  }
  await check(folder, kind, "a");
});
