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

/**
 * A process is killed at every point of a workflow and of the agent that hears of it, and started
 * again: each thing that the workflow tells is with the agent once, and the agent's row is right.
 */

const CHILD = await compiledProgram(fileURLToPath(new URL("./child.ts", import.meta.url).href));

const TOLD = ["progress at start", "state", "event", "progress at end"];

const POINTS = [
  ...["run: before", "run: after", "top"],
  ...[...TOLD, "complete"].flatMap((what) => [`${what}: begun`, `${what}: noted`]),
  ...["reportProgress", "mergeState", "sendEvent", "reportComplete"].map(
    (kind) => `__agent_${kind}: answered`,
  ),
  ...["told of start", "work: inside", "state changed", "nap: after", "event sent", "completed"],
];

const POINTS_OF_FAILURE = ["error: begun", "error: noted", "__agent_reportError: answered"];

vi.setConfig({ testTimeout: 900_000 });

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "freehold-errands-"));
  folders.push(folder);
  return folder;
}

interface Life {
  /** The errand that the life before was killed in. */
  readonly previous?: string | undefined;
  readonly current?: string | undefined;
  readonly crashAt?: string | undefined;
  readonly killAfterMs?: number;
}

/** One life of the process. Tells whether it was killed. */
async function live(folder: string, { crashAt, current, killAfterMs, previous }: Life) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD], {
    env: {
      ...process.env,
      ...{ CRASH_FOLDER: folder, CRASH_AT: crashAt },
      ...{ CRASH_PREVIOUS: previous, CRASH_CURRENT: current },
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

async function check(folder: string, id: string): Promise<void> {
  const report = JSON.parse(await readFile(join(folder, `${id}.json`), "utf8")) as {
    readonly told: readonly { readonly what: string }[];
  };
  const fails = id.startsWith("fail");
  expect(report.told.map(({ what }) => what)).toEqual([...TOLD, fails ? "error" : "complete"]);
  expect(report).toMatchObject(
    fails
      ? {
          row: { status: "errored", error: { name: "Error", message: "nothing there" } },
          instance: "errored",
        }
      : { row: { status: "complete", error: null }, instance: "complete" },
  );
}

test("killed at each point in turn", async () => {
  const folder = await newFolder();
  let previous: string | undefined;
  const all = [
    ...POINTS.map((crashAt) => ({ crashAt, kind: "end" })),
    ...POINTS_OF_FAILURE.map((crashAt) => ({ crashAt, kind: "fail" })),
  ];
  for (const [index, { crashAt, kind }] of all.entries()) {
    const current = `${kind}-${index}`;
    expect(await live(folder, { previous, current, crashAt }), crashAt).toBe(true);
    if (previous !== undefined) await check(folder, previous);
    previous = current;
  }
  expect(await live(folder, { previous })).toBe(false);
  await check(folder, previous ?? "");
});

/** Where a point cannot be: between what is decided and what is on disk. */
test.each(["end", "fail"])("killed again and again, at any time: %s", async (kind) => {
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
    wasKilled = await live(folder, { current: `${kind}-a`, killAfterMs });
  }
  await check(folder, `${kind}-a`);
});
