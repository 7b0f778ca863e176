import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemRandom } from "../random.ts";
import { objectFile } from "./data-directory.ts";
import type { DurableObjectStorage } from "./durable-object-storage.ts";
import { openObjectStores } from "./open.ts";
import { keyOf } from "./testing/harness.ts";

const CHILD = fileURLToPath(new URL("./testing/crash-child.ts", import.meta.url));
const OBJECTS = 6;

let directory: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-crash-"));
});

afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

interface Acknowledged {
  readonly count: number;
  readonly alarm: number | undefined;
}

/** Starts a writer; calls back for each line it says. */
function start(onLine: (line: string) => void): ChildProcess {
  const started = spawn(execPath, [CHILD, directory, String(OBJECTS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  if (started.stdout !== null) createInterface(started.stdout).on("line", onLine);
  return started;
}

/** Kills a writer after so many answers; what it had acknowledged for each object. */
async function runAndKill(answers: number): Promise<Map<number, Acknowledged>> {
  const acknowledged = new Map<number, Acknowledged>();
  let left = answers;
  const started = start((line) => {
    const [number, count, alarm] = line.split(" ").map(Number);
    if (number === undefined || count === undefined) return;
    const before = acknowledged.get(number);
    const time = Number.isNaN(alarm) ? before?.alarm : alarm;
    acknowledged.set(number, { count, alarm: time });
    left -= 1;
    if (left === 0) started.kill("SIGKILL");
  });
  await once(started, "exit");
  return acknowledged;
}

async function check(number: number, { count, alarm }: Acknowledged): Promise<void> {
  const storage = openObjectStores({ dataDirectory: directory });
  try {
    expect(storage.stores.nameOf(keyOf(number))).toBe(`name-${number}`);
    const store = await storage.stores.open(keyOf(number), undefined, {
      onFirstWrite: () => undefined,
      onFailure: () => undefined,
      mayHaveAlarm: () => true,
      exclusively: (callback) => callback(),
    });
    const api = store.api as DurableObjectStorage;
    const rows = Number(api.sql.exec("SELECT count(*) AS n FROM t").one().n);
    expect(rows).toBeGreaterThanOrEqual(count);
    expect(await api.get("count")).toBe(rows);
    const stored = await api.getAlarm();
    if (alarm !== undefined) expect(stored).toBeLessThanOrEqual(alarm);
    if (stored !== null) expect(storage.alarms.get(keyOf(number))).toBeLessThanOrEqual(stored);
    await store.close();
  } finally {
    await storage.close();
  }
}

describe("a host that is killed", () => {
  const random = Math.floor(systemRandom.fraction() * 300);

  test.each([OBJECTS, 97, 300 + random])(
    "after %i answers has lost none of them",
    async (answers) => {
      const acknowledged = await runAndKill(answers);
      expect(acknowledged.size).toBeGreaterThan(0);
      for (const [number, each] of acknowledged) {
        await check(number, each);
        const database = new DatabaseSync(objectFile(directory, keyOf(number)), { readOnly: true });
        const verdict = database.prepare("PRAGMA integrity_check").get();
        expect(verdict).toMatchObject({ integrity_check: "ok" });
        database.close();
      }
    },
  );
});

describe("the data directory", () => {
  test("is used by one process at a time, and free again once that is killed", async () => {
    const ready = Promise.withResolvers<void>();
    const started = start((line) => {
      if (line === "ready") ready.resolve();
    });
    await ready.promise;
    const open = () => openObjectStores({ dataDirectory: directory });
    expect(open).toThrow(
      expect.objectContaining({
        code: "DATA_DIRECTORY_IN_USE",
        message: `The data directory "${directory}" is in use by process ${started.pid}.`,
      }),
    );
    started.kill("SIGKILL");
    await once(started, "exit");
    await open().close();
  });

  test("is used once by a process, too", async () => {
    const first = openObjectStores({ dataDirectory: directory });
    expect(() => openObjectStores({ dataDirectory: directory })).toThrow(
      expect.objectContaining({ code: "DATA_DIRECTORY_IN_USE" }),
    );
    await first.close();
    await first.close();
    await openObjectStores({ dataDirectory: directory }).close();
  });

  test("that cannot be made is named", () => {
    expect(() => openObjectStores({ dataDirectory: "/dev/null/x" })).toThrow(
      expect.objectContaining({ code: "DATA_DIRECTORY_UNUSABLE" }),
    );
  });
});
