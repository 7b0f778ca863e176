import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { objectFile } from "../src/storage/data-directory.ts";
import type { DurableObjectStorage } from "../src/storage/durable-object-storage.ts";
import { openObjectStores } from "../src/storage/open.ts";
import { keyOf } from "../src/storage/testing/harness.ts";
import { SeededRandom } from "./crash/random.ts";
import { host } from "./power-loss/program.ts";

const WRITER = fileURLToPath(new URL("./recovery/writer.ts", import.meta.url));
const ROUNDS = Number(process.env.FREEHOLD_RECOVERY_ROUNDS ?? (process.env.CI ? 12 : 4));
const SEED = Number(process.env.FREEHOLD_RECOVERY_SEED ?? Math.floor(Math.random() * 2 ** 31));

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-recovery-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What a writer has said, until it was killed. */
async function runAndKill(from: number, lines: number): Promise<string[]> {
  const said: string[] = [];
  const child = spawn(
    process.execPath,
    ["--conditions=freehold-source", WRITER, directory, String(from)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  createInterface(child.stdout).on("line", (line) => {
    said.push(line);
    if (said.length === lines) child.kill("SIGKILL");
  });
  await once(child, "close");
  return said;
}

/** Opens the object in a host of its own, and does something with it. */
async function withObject<T>(work: (api: DurableObjectStorage) => Promise<T>): Promise<T> {
  const failures: unknown[] = [];
  const storage = openObjectStores({
    dataDirectory: directory,
    recoveryMs: 3_600_000,
    onError: (error) => failures.push(error),
  });
  const store = await storage.stores.open(keyOf(1), undefined, host);
  const result = await work(store.api as DurableObjectStorage);
  await store.close();
  await storage.close();
  expect(failures).toEqual([]);
  return result;
}

const value = () => withObject(async (api) => Number(await api.get("value")));

/** Turns of the writer between two starts of its object. */
const LIFE = 6;

/** What the object may hold after the last line, whatever came after it unsaid. */
function allowed(said: readonly string[]): number[] {
  const numbers = said.flatMap((line) => /^at (\d+)/.exec(line)?.[1] ?? []).map(Number);
  const newest = numbers.at(-1) ?? 0;
  const [word, number] = (said.at(-1) ?? "").split(" ");
  if (word === "back") return [Number(number)];
  if (word === "is") return [Number(number), newest + 1];
  const turns = said.slice(said.findLastIndex((line) => line.startsWith("is")) + 1).length;
  if (turns < LIFE) return [newest, newest + 1];
  // As the writer chooses.
  const chosen = newest % 3 === 0 ? undefined : numbers.at(-((newest % 11) + 1));
  return [newest, ...(chosen === undefined ? [] : [chosen])];
}

test("a host that is killed while it records or restores loses no moment", {
  timeout: 300_000,
}, async () => {
  const random = new SeededRandom(SEED);
  const moments = new Map<string, number>();
  let from = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const where = `FREEHOLD_RECOVERY_SEED=${SEED}, round ${round}`;
    const said = await runAndKill(from, random.between(3, 60));
    const told = new Set<number>();
    for (const line of said) {
      const [, number, bookmark] = /^at (\d+) (\S+)$/.exec(line) ?? [];
      if (bookmark === undefined) continue;
      moments.set(bookmark, Number(number));
      told.add(Number(number));
    }
    from = Math.max(from, ...told) + 10;
    const found = await value();
    expect(allowed(said), `${where}, after ${said.slice(-2)}`).toContain(found);
    const known = [...moments];
    for (let check = 0; check < 6; check += 1) {
      const [bookmark, held] = known[random.between(0, known.length - 1)] as [string, number];
      await withObject((api) => api.onNextSessionRestoreBookmark(bookmark));
      expect(await value(), where).toBe(held);
    }
    const database = new DatabaseSync(objectFile(directory, keyOf(1)));
    expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    database.close();
  }
});
