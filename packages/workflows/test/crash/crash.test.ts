import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";

/**
 * A process is killed at every boundary of a workflow, and started again: each step's result is recorded
 * once, its effect is in the world at least once, and the agent was told once.
 */

const CHILD = new URL("./child.ts", import.meta.url).pathname;
const STEPS = ["first", "left", "right"];

const POINTS = [
  "made",
  ...STEPS.flatMap((name) => [
    `${name}: before`,
    `${name}: inside, before its effect`,
    `${name}: inside, after its effect`,
    `${name}: after`,
  ]),
  ...["sleep: before", "waiting", "sleep: after"],
  ...["event: sent", "event: before", "event: after"],
  ...["callback: before it is kept", "callback: after it is kept", "callback: answered"],
  "end",
];

vi.setConfig({ testTimeout: 300_000 });

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "freehold-crash-"));
  folders.push(folder);
  return folder;
}

interface Outcome {
  readonly status: string;
  readonly output: unknown;
  readonly told: readonly { readonly key: string; readonly text: string }[];
  readonly events: readonly {
    readonly type: string;
    readonly step?: string;
    readonly id: number;
  }[];
}

interface Life {
  /** The instance that the life before was killed in. */
  readonly previous?: string | undefined;
  readonly current?: string | undefined;
  readonly crashAt?: string | undefined;
  readonly killAfterMs?: number;
}

/** One life of the process. Tells whether it was killed. */
async function live(folder: string, { previous, current, crashAt, killAfterMs }: Life) {
  const child = spawn(
    process.execPath,
    ["--conditions=freehold-source", "--disable-warning=ExperimentalWarning", CHILD],
    {
      env: {
        ...process.env,
        CRASH_FOLDER: folder,
        CRASH_AT: crashAt,
        CRASH_PREVIOUS: previous,
        CRASH_CURRENT: current,
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const closed = once(child, "close");
  if (killAfterMs !== undefined) {
    void delay(killAfterMs, undefined, { ref: false }).then(() => child.kill("SIGKILL"));
  }
  const errors = await text(child.stderr);
  const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  if (signal !== "SIGKILL") expect(code, errors).toBe(0);
  return signal === "SIGKILL";
}

async function check(folder: string, id: string): Promise<void> {
  const read = (name: string) => readFile(join(folder, `${id}.${name}`), "utf8");
  const outcome = JSON.parse(await read("json")) as Outcome;
  expect(outcome).toMatchObject({
    status: "complete",
    output: {
      first: "first done",
      both: ["left done", "right done"],
      payload: "yes",
      heard: "heard",
    },
  });
  expect(outcome.told.filter(({ key }) => key.startsWith(`${id} `))).toEqual([
    { key: `${id} tell-1`, text: "done" },
  ]);
  const ends = outcome.events.filter(({ type }) =>
    ["step_completed", "sleep_completed", "wait_completed", "workflow_completed"].includes(type),
  );
  const labels = ends.map(({ type, step }) => step ?? type).sort();
  expect(labels).toEqual(
    ["first-1", "left-1", "right-1", "nap-1", "approval-1", "tell-1", "workflow_completed"].sort(),
  );
  const ids = outcome.events.map((event) => event.id);
  expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
  const world = (await read("txt")).split("\n");
  for (const name of STEPS) expect(world).toContain(`did ${name}`);
}

test("killed at each boundary in turn", async () => {
  const folder = await newFolder();
  let previous: string | undefined;
  for (const [index, crashAt] of POINTS.entries()) {
    const current = `at-${index}`;
    expect(await live(folder, { previous, current, crashAt }), crashAt).toBe(true);
    if (previous !== undefined) await check(folder, previous);
    previous = current;
  }
  expect(await live(folder, { previous })).toBe(false);
  await check(folder, `at-${POINTS.length - 1}`);
});

/** Where a point cannot be: between what the engine decides and what is on disk. */
test("killed again and again, at any time", async () => {
  const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed} (RANDOM_SEED replays the times, not the machine)`);
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  for (let round = 0; round < Number(process.env.RANDOM_ROUNDS ?? 1); round += 1) {
    const folder = await newFolder();
    let wasKilled = true;
    for (let lives = 0; wasKilled; lives += 1) {
      // The first lives end while the process still starts.
      const killAfterMs = 250 + random() * 600 + lives * 150;
      wasKilled = await live(folder, { current: "a", killAfterMs });
    }
    await check(folder, "a");
  }
});
