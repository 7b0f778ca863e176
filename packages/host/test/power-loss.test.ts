import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { systemRandom } from "../src/random.ts";
import { findStrace, record, recorded } from "./power-loss/tracing.ts";

const REPLAYER = new URL("./power-loss/replayer.ts", import.meta.url).pathname;
const WRITER = new URL("./power-loss/writer.ts", import.meta.url).pathname;
const AGENT_WRITER = new URL("./power-loss/agent-writer.ts", import.meta.url).pathname;
const SEED = Number(env.POWER_LOSS_SEED ?? Math.floor(systemRandom.fraction() * 2 ** 31));
/** All in CI, a few otherwise. `POWER_LOSS_TRIAL` is one trial only. */
const TRIALS = Number(env.POWER_LOSS_TRIALS ?? (env.CI ? 2400 : 240));
const ONLY = env.POWER_LOSS_TRIAL;
/** As many as `.ci/run` may count on. */
const PROCESSES = 2;
const PATIENCE_MS = 280_000;

const strace = findStrace();
if (strace === undefined) {
  console.warn("SKIPPED: no power is cut without strace. To install it: apt-get install strace");
}

const scratch = mkdtempSync(join(tmpdir(), "freehold-recordings-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Records a program that writes. */
function recordingOf(program: string, ...args: string[]): string {
  const folder = mkdtempSync(join(scratch, "recording-"));
  record(strace as string, folder, program, args);
  return folder;
}

/** What did not survive, a line of JSON each. */
async function cut(
  folder: string,
  what: "stores" | "agents" | "history",
  trials: number,
): Promise<string[]> {
  const run = async (first: number, end: number) => {
    const numbers = [SEED, first, end].map(String);
    const args = ["--conditions=freehold-source", REPLAYER, folder, what, ...numbers];
    const options = { maxBuffer: 64 * 1024 * 1024 };
    return (await promisify(execFile)(execPath, args, options)).stdout;
  };
  if (ONLY !== undefined) return linesOf(await run(Number(ONLY), Number(ONLY) + 1));
  const share = Math.ceil(trials / PROCESSES);
  const parts = Array.from({ length: PROCESSES }, (_, index) =>
    run(index * share, Math.min(trials, (index + 1) * share)),
  );
  return linesOf((await Promise.all(parts)).join(""));
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe.skipIf(strace === undefined)("a machine that loses its power", () => {
  const [ofStores, ofAgents] = [Math.ceil(TRIALS * 0.7), Math.floor(TRIALS * 0.3)];
  const ofHistory = Math.ceil(TRIALS / 6);

  test(`has every write and alarm that was acknowledged, ${ofStores} times`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(WRITER);
    const kinds = new Set(recorded(folder).map((operation) => operation.kind));
    expect(kinds).toEqual(
      new Set(["write", "truncate", "link", "unlink", "sync", "syncDirectory", "said"]),
    );
    expect(await cut(folder, "stores", ofStores)).toEqual([]);
  });

  test(`has every schedule, queue item and message of its agents, ${ofAgents} times`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(AGENT_WRITER);
    expect(await cut(folder, "agents", ofAgents)).toEqual([]);
  });

  test(`brings objects back to moments that were told of, ${ofHistory} times`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(WRITER, "strict", "history");
    expect(await cut(folder, "history", ofHistory)).toEqual([]);
  });
});

/** A checker that finds nothing says nothing: each of these hosts is wrong in one way. */
describe.skipIf(strace === undefined)("the checker finds out a host", () => {
  const FEW = 120;

  test.each([
    ["that acknowledges before the sync", WRITER, ["relaxed"], /rows are left|is gone/],
    [
      "that folds its logs without barriers",
      WRITER,
      ["strict", "off"],
      /half of a turn|rows are left|malformed|integrity|not a database/,
    ],
    [
      "that tells the index of alarms after the commit",
      WRITER,
      ["strict", "index-after"],
      /the index is/,
    ],
  ])("%s", { timeout: PATIENCE_MS }, async (_, program, args, complaint) => {
    const found = await cut(recordingOf(program, ...args), "stores", FEW);
    expect(
      found.some((line) => complaint.test(line)),
      found.slice(0, 5).join("\n"),
    ).toBe(true);
  });

  test("that acknowledges what its agents do before the sync", {
    timeout: PATIENCE_MS,
  }, async () => {
    const found = await cut(recordingOf(AGENT_WRITER, "relaxed"), "agents", FEW / 2);
    expect(found.length).toBeGreaterThan(0);
  });
});
