import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect } from "vitest";
import { compiledProgram } from "../../../../scripts/testing/installed.ts";

const CHILD = await compiledProgram(fileURLToPath(new URL("./child.ts", import.meta.url)));

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** What the lives of one host share. It goes with the test. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "freehold-crash-"));
  folders.push(folder);
  return folder;
}

interface Life {
  /** The instance that the life before was killed in. */
  readonly previous?: string | undefined;
  readonly current?: string | undefined;
  readonly crashAt?: string | undefined;
  readonly killAfterMs?: number;
  /** What instances are made with: numbers, as in a query. */
  readonly params?: string;
}

/** One life of the process. Tells whether it was killed. */
export async function live(folder: string, life: Life): Promise<boolean> {
  const { previous, current, crashAt, killAfterMs, params } = life;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD], {
    env: {
      ...process.env,
      CRASH_FOLDER: folder,
      CRASH_AT: crashAt,
      CRASH_PREVIOUS: previous,
      CRASH_CURRENT: current,
      CRASH_PARAMS: params,
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

/** How an instance ended, and what happened to it. Times are in milliseconds since the epoch. */
export interface Outcome {
  readonly status: string;
  readonly output: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  readonly told: readonly { readonly key: string; readonly text: string }[];
  readonly events: readonly {
    readonly type: string;
    readonly step?: string;
    readonly id: number;
    readonly at: number;
  }[];
}

export async function outcomeOf(folder: string, id: string): Promise<Outcome> {
  return JSON.parse(await readFile(join(folder, `${id}.json`), "utf8")) as Outcome;
}

/** What an instance did in the world, line by line. */
export async function worldOf(folder: string, id: string): Promise<readonly string[]> {
  return (await readFile(join(folder, `${id}.txt`), "utf8")).trimEnd().split("\n");
}

const ENDS = /^(step|sleep|wait|workflow|rollback_step)_(completed|errored|timed_out)$/;

/** The ends of steps and of the instance: each is in it as often as it was recorded, by name. */
export function endsOf({ events }: Outcome): readonly string[] {
  const ids = events.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
  const ends = events.filter(({ type }) => ENDS.test(type));
  return ends.map(({ type, step }) => (step === undefined ? type : `${type} ${step}`)).sort();
}
