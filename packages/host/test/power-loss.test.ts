import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { env, execPath, platform } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { systemRandom } from "../src/random.ts";
import { objectFile } from "../src/storage/data-directory.ts";
import type { DurableObjectStorage } from "../src/storage/durable-object-storage.ts";
import { openObjectStores } from "../src/storage/open.ts";
import { keyOf } from "../src/storage/testing/harness.ts";
import { SeededRandom } from "./crash/random.ts";
import { ALARM_BASE, host, type Said, understand } from "./power-loss/program.ts";
import { type Operation, RECORDED_CALLS, readRecording } from "./power-loss/recording.ts";
import { type Cut, Disk } from "./power-loss/replay.ts";

const WRITER = new URL("./power-loss/writer.ts", import.meta.url).pathname;
const TRIALS = Number(env.POWER_LOSS_TRIALS ?? 150);
const SHARES = [0, 0.1, 0.5, 0.9, 1];

function findStrace(): string | undefined {
  const directories = platform === "linux" ? (env.PATH ?? "").split(delimiter) : [];
  return directories.map((directory) => join(directory, "strace")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const strace = findStrace();
if (strace === undefined) {
  console.warn("SKIPPED: no power is cut without strace. To install it: apt-get install strace");
}

/** Runs the writer and records what it does to its files. */
function record(tracer: string): readonly Operation[] {
  const directory = mkdtempSync(join(tmpdir(), "freehold-recording-"));
  const data = join(directory, "data");
  const trace = join(directory, "trace");
  try {
    const options = ["-f", "-y", "-xx", "-s", "1000000", "-e", `trace=${RECORDED_CALLS}`];
    const command = [execPath, "--conditions=freehold-source", WRITER, data];
    execFileSync(tracer, [...options, "-o", trace, ...command], { stdio: ["ignore", "pipe", 2] });
    return readRecording(readFileSync(trace, "latin1"), data).map((operation) =>
      rooted(operation, data),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The operation with its directory as seen from the data directory. */
function rooted(operation: Operation, root: string): Operation {
  if (!("directory" in operation)) return operation;
  return { ...operation, directory: join("/", operation.directory.slice(root.length)) };
}

interface Expected {
  readonly number: number;
  /** It was being deleted, or everything in it was deleted and nothing new is acknowledged. */
  readonly mayBeGone: boolean;
}

/** What must be there of each object. */
function expectedAfter(operations: readonly Operation[], after: number): Map<number, Expected> {
  const expected = new Map<number, Expected>();
  for (const operation of operations.slice(0, after)) {
    if (operation.kind !== "said") continue;
    for (const said of operation.text.split("\n").map(understand)) {
      if (said !== undefined) expected.set(said.object, toExpected(said, expected));
    }
  }
  return expected;
}

function toExpected({ kind, object, number }: Said, before: Map<number, Expected>): Expected {
  if (kind === "durable") return { number, mayBeGone: false };
  const old = before.get(object)?.number ?? 0;
  return { number: kind === "deleted" ? 0 : old, mayBeGone: true };
}

async function checkObject(
  storage: ReturnType<typeof openObjectStores>,
  object: number,
  expected: Expected,
) {
  const key = keyOf(object);
  const store = await storage.stores.open(key, undefined, host);
  const api = store.api as DurableObjectStorage;
  const exists = api.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 't'").toArray().length > 0;
  if (!exists) expect({ object, ...expected }).toMatchObject({ object, mayBeGone: true });
  else {
    const { rows } = api.sql.exec("SELECT count(*) AS rows FROM t").one();
    expect(await api.get("count")).toBe(rows === 0 ? undefined : rows);
    if (!expected.mayBeGone) expect(rows).toBeGreaterThanOrEqual(expected.number);
    const alarm = await api.getAlarm();
    if (alarm !== null) expect(storage.alarms.get(key)).toBeLessThanOrEqual(alarm);
    if (!expected.mayBeGone && expected.number >= 3) {
      expect(alarm).toBeGreaterThanOrEqual(ALARM_BASE - 1000);
      expect(storage.stores.nameOf(key)).toBe(`name-${object}`);
    }
  }
  await store.close();
}

function checkFiles(directory: string, objects: Iterable<number>): void {
  for (const object of objects) {
    const path = objectFile(directory, keyOf(object));
    if (!isReadable(path)) continue;
    const database = new DatabaseSync(path);
    expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    database.close();
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Starts the host on what the cut left, and looks for everything that was acknowledged. */
async function survive(operations: readonly Operation[], cut: Cut): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "freehold-power-loss-"));
  try {
    new Disk(operations, cut).save("/", directory);
    const expected = expectedAfter(operations, cut.after);
    const storage = openObjectStores({ dataDirectory: directory, durability: "memory" });
    for (const [object, each] of expected) await checkObject(storage, object, each);
    await storage.close();
    checkFiles(directory, expected.keys());
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe.skipIf(strace === undefined)("a machine that loses its power", () => {
  test(`has everything that was acknowledged, ${TRIALS} times`, { timeout: 120_000 }, async () => {
    const operations = record(strace as string);
    const kinds = new Set(operations.map((operation) => operation.kind));
    expect(kinds).toEqual(
      new Set(["write", "truncate", "link", "unlink", "sync", "syncDirectory", "said"]),
    );
    const seed = Number(env.POWER_LOSS_SEED ?? Math.floor(systemRandom.fraction() * 2 ** 31));
    const random = new SeededRandom(seed);
    const pick = () => SHARES[Math.floor(random.fraction() * SHARES.length)] as number;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const after = 10 + Math.floor(random.fraction() * (operations.length - 9));
      const cut = { after, sectors: pick(), names: pick(), fraction: () => random.fraction() };
      try {
        await survive(operations, cut);
      } catch (error) {
        const { sectors, names } = cut;
        const where = `seed ${seed}, trial ${trial}, after ${after} of ${operations.length}`;
        throw new Error(`${where}, sectors ${sectors}, names ${names}`, { cause: error });
      }
    }
  });
});
