import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemRandom } from "../src/random.ts";
import type { Operation } from "./power-loss/recording.ts";
import { findStrace, record, recorded } from "./power-loss/tracing.ts";

const REPLAYER = fileURLToPath(new URL("./power-loss/replayer.ts", import.meta.url));
const WRITER = fileURLToPath(new URL("./power-loss/writer.ts", import.meta.url));
const HOST_WRITER = fileURLToPath(new URL("./power-loss/host-writer.ts", import.meta.url));
const CROWD_WRITER = fileURLToPath(new URL("./power-loss/crowd-writer.ts", import.meta.url));
const AGENT_WRITER = fileURLToPath(new URL("./power-loss/agent-writer.ts", import.meta.url));
const SEED = Number(env.POWER_LOSS_SEED ?? Math.floor(systemRandom.fraction() * 2 ** 31));
/** In CI more than 2,500 in all (see the shares below), few otherwise. `POWER_LOSS_TRIAL` is one only. */
const TRIALS = Number(env.POWER_LOSS_TRIALS ?? (env.CI ? 1600 : 160));
const ONLY = env.POWER_LOSS_TRIAL;
/** As many as `.ci/run` may count on. */
const PROCESSES = 2;
const PATIENCE_MS = 900_000;
const PAGE_BYTES = 4096;

const strace = findStrace();
if (strace === undefined) {
  console.warn("SKIPPED: no power is cut without strace. To install it: apt-get install strace");
}

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "freehold-recordings-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Records a program that writes. */
function recordingOf(program: string, ...args: string[]): string {
  const folder = mkdtempSync(join(scratch, "recording-"));
  record(strace as string, folder, program, args);
  return folder;
}

/** What did not survive, a line of JSON each. Trials from `from` on: their numbers choose the cuts. */
async function cut(
  folder: string,
  what: "stores" | "agents" | "history" | "host",
  trials: number,
  from = 0,
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
    run(from + index * share, from + Math.min(trials, (index + 1) * share)),
  );
  return linesOf((await Promise.all(parts)).join(""));
}

/** How often the same log was begun, of the logs that were filled ahead with zeros. */
function longestReuse(operations: readonly Operation[]): number {
  const begun = new Map<number, number>();
  for (const operation of operations) {
    if (operation.kind !== "write") continue;
    const { file, at, bytes } = operation;
    const count = begun.get(file);
    if (count === undefined && bytes.length > PAGE_BYTES && bytes.every((byte) => byte === 0)) {
      begun.set(file, 1);
    }
    if (count !== undefined && at === 0) begun.set(file, count + 1);
  }
  return Math.max(0, ...begun.values());
}

/** How often the head of a log was taken away. */
function heads(operations: readonly Operation[]): number {
  return operations.filter(
    (operation) =>
      operation.kind === "write" &&
      operation.at === 0 &&
      operation.bytes.length === 32 &&
      operation.bytes.every((byte) => byte === 0),
  ).length;
}

/** How often the log that objects share was synced. */
function sharedSyncs(operations: readonly Operation[]): number {
  const logs = new Set<number>();
  for (const operation of operations) {
    if (operation.kind === "link" && operation.name.startsWith("commits-"))
      logs.add(operation.file);
  }
  return operations.filter((each) => each.kind === "sync" && logs.has(each.file)).length;
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe.skipIf(strace === undefined)("a machine that loses its power", () => {
  const [ofStores, ofAgents] = [Math.ceil(TRIALS * 0.7), Math.floor(TRIALS * 0.3)];
  const ofHistory = Math.ceil(TRIALS / 6);
  const ofCrowds = Math.ceil(TRIALS / 4);

  test(`has every write and alarm that was acknowledged, ${ofStores} times`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(WRITER);
    const kinds = new Set(recorded(folder).map((operation) => operation.kind));
    expect(kinds).toEqual(
      new Set(["write", "truncate", "link", "unlink", "sync", "syncDirectory", "said"]),
    );
    expect(await cut(folder, "stores", Math.ceil(ofStores / 2))).toEqual([]);
    const bySqlite = recordingOf(WRITER, "strict", "sqlite");
    expect(longestReuse(recorded(bySqlite))).toBeGreaterThan(1);
    expect(await cut(bySqlite, "stores", Math.floor(ofStores / 2))).toEqual([]);
  });

  test(`has what objects wrote into the log that they share, ${ofCrowds} times`, {
    timeout: PATIENCE_MS,
  }, async () => {
    for (const how of [[], ["sqlite"]]) {
      const folder = recordingOf(CROWD_WRITER, ...how);
      expect(sharedSyncs(recorded(folder))).toBeGreaterThan(10);
      expect(await cut(folder, "stores", Math.ceil(ofCrowds / 2))).toEqual([]);
    }
  });

  test(`has every schedule, queue item and message of its agents, ${ofAgents} times`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(AGENT_WRITER);
    expect(await cut(folder, "agents", ofAgents)).toEqual([]);
  });

  test(`has every change of the host's own database, ${ofHistory} times`, {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(HOST_WRITER);
    expect(heads(recorded(folder))).toBeGreaterThan(2);
    expect(await cut(folder, "host", ofHistory)).toEqual([]);
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

  /** Cuts fall by chance: where a mistake shows at few places, more of them are made. */
  const MOST_TRIES = 30;

  async function findsOut(
    folder: string,
    what: "stores" | "agents" | "host",
    trials: number,
    complaint: RegExp,
  ): Promise<void> {
    const found: string[] = [];
    const isFound = () => found.some((line) => complaint.test(line));
    for (let tries = 0; tries < MOST_TRIES && !isFound(); tries++) {
      found.push(...(await cut(folder, what, trials, tries * trials)));
    }
    expect(isFound(), [`POWER_LOSS_SEED=${SEED}`, ...found.slice(0, 5)].join("\n")).toBe(true);
  }

  test.each<[string, string, string[], RegExp]>([
    ["that acknowledges before the sync", WRITER, ["relaxed"], /rows are left|is gone/],
    [
      "that folds its logs without barriers",
      WRITER,
      ["strict", "off"],
      /half of a turn|rows are left|malformed|integrity|not a database/,
    ],
    [
      "that takes a new file for whole before it is",
      WRITER,
      ["strict", "unsealed"],
      /half of a turn|malformed|integrity|not a database|is gone/,
    ],
    [
      "that tells the index of alarms after the commit",
      WRITER,
      ["strict", "index-after"],
      /the index is/,
    ],
  ])("%s", { timeout: PATIENCE_MS }, async (_, program, args, complaint) => {
    await findsOut(recordingOf(program, ...args), "stores", FEW, complaint);
  });

  test("that begins the log of its own database anew before the file is synced", {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(HOST_WRITER, "main");
    await findsOut(folder, "host", FEW / 2, /left|half|main|malformed/);
  });

  test("that writes over the shared log before the objects' own logs are synced", {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = recordingOf(CROWD_WRITER, "uncovered");
    await findsOut(folder, "stores", FEW, /half of a turn|rows are left|malformed|integrity/);
  });

  test("that acknowledges what its agents do before the sync", {
    timeout: PATIENCE_MS,
  }, async () => {
    await findsOut(recordingOf(AGENT_WRITER, "relaxed"), "agents", FEW / 2, /./);
  });
});
