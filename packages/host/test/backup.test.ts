import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  backupStopped,
  completeBackup,
  examine,
  restoreBackup,
  restoreObject,
} from "../src/data/index.ts";
import { createHost, type Host } from "../src/index.ts";
import { readAlarm } from "../src/storage/alarm-cell.ts";
import { Database } from "../src/storage/database.ts";
import { testConfig } from "./fixtures/config.ts";

let directory: string;
let data: string;
let target: string;
let host: Host | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-backup-"));
  data = join(directory, "data");
  target = join(directory, "backup");
});

afterEach(async () => {
  await stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(at = data): Promise<Host> {
  const ignore = () => undefined;
  host = await createHost({
    worker: async () => ({ ...(await import("./backup/worker.ts")) }),
    config: testConfig,
    dataDirectory: at,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    idle: { hibernateAfterMs: 30, evictAfterMs: 30 },
  });
  return host;
}

async function stop(): Promise<void> {
  await host?.close();
  host = undefined;
}

async function ask(path: string): Promise<number> {
  const response = await (host as Host).fetch(new Request(`http://host/${path}`));
  expect(response.status).toBe(200);
  return (await response.json()) as number;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /[0-9a-f]{64}\.sqlite$/.test(path))
    .map((path) => join(folder, path));
}

/** What a copied object holds; all of it is of one moment. */
function countIn(path: string): number {
  const database = new DatabaseSync(path);
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  // A file that was made in a turn that is not committed yet.
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 't'").get();
  if (table === undefined) {
    database.close();
    return 0;
  }
  const rows = Number(database.prepare("SELECT count(*) AS n FROM t").get()?.n);
  const most = Number(database.prepare("SELECT max(n) AS n FROM t").get()?.n);
  database.close();
  expect(most).toBe(rows);
  const own = new Database(path);
  expect(readAlarm(own)).toBe(4e12 - rows);
  own.close();
  return rows;
}

function alarmsIn(folder: string): number[] {
  const database = new DatabaseSync(join(folder, "host.sqlite"));
  const rows = database.prepare("SELECT time FROM alarms ORDER BY time").all();
  database.close();
  return rows.map(({ time }) => Number(time));
}

describe("a backup of a host that runs", () => {
  test("has each object as of one moment, with all that was durable before", async () => {
    await start();
    const names = Array.from({ length: 12 }, (_, index) => `room-${index}`);
    let writes = 0;
    let isOver = false;
    const write = async (name: string) => {
      while (!isOver) {
        await ask(name);
        writes += 1;
        // Some fall asleep now and then, so that files open and close under the backup.
        if (writes % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 45));
      }
    };
    const load = Promise.all(names.map(write));
    await vi.waitFor(() => expect(writes).toBeGreaterThan(200), 20_000);
    const before = writes;
    const report = await (host as Host).backup(target);
    isOver = true;
    await load;
    expect(writes, "the host went on serving").toBeGreaterThan(before);
    const complete = await completeBackup(target, report);
    expect(complete).toMatchObject({ files: names.length, failed: [] });
    const counts = filesIn(target).map(countIn);
    expect(counts).toHaveLength(names.length);
    const copied = counts.reduce((sum, count) => sum + count, 0);
    expect(copied).toBeGreaterThanOrEqual(before);
    expect(copied).toBeLessThanOrEqual(writes);
    expect(alarmsIn(target)).toEqual(counts.map((count) => 4e12 - count).sort((a, b) => a - b));
    await stop();
    const restored = join(directory, "restored");
    expect(await restoreBackup(target, restored)).toEqual({ files: names.length });
    await start(restored);
    const read = await Promise.all(names.map((name) => ask(`${name}/read`)));
    expect(read.sort()).toEqual(counts.sort());
    expect(await examine(data)).toMatchObject({ isWell: true });
  });

  test("survives objects that are deleted and made anew meanwhile", async () => {
    await start();
    let isOver = false;
    const churn = async (name: string) => {
      while (!isOver) {
        for (let count = 0; count < 5; count += 1) await ask(name);
        await ask(`${name}/delete`);
      }
    };
    const load = Promise.all(["a", "b", "c"].map(churn));
    for (let round = 0; round < 5; round += 1) {
      const folder = `${target}-${round}`;
      const report = await (host as Host).backup(folder);
      expect(await completeBackup(folder, report)).toMatchObject({ failed: [] });
      for (const file of filesIn(folder)) countIn(file);
    }
    isOver = true;
    await load;
  });

  test("of one object has that object alone", async () => {
    await start();
    for (const name of ["one", "one", "two"]) await ask(name);
    const report = await (host as Host).backup(target, "Room/one");
    expect(await completeBackup(target, report)).toMatchObject({ files: 1, failed: [] });
    expect(filesIn(target).map(countIn)).toEqual([2]);
    expect(alarmsIn(target)).toEqual([4e12 - 2]);
    const unknown = (host as Host).backup(`${target}-2`, "Room/three");
    await expect(unknown).rejects.toMatchObject({ code: "OBJECT_UNKNOWN" });
    const again = (host as Host).backup(target);
    await expect(again).rejects.toMatchObject({ code: "BACKUP_EXISTS" });
  });

  test("names what is damaged, and copies the rest", async () => {
    await start();
    for (const name of ["one", "two"]) await ask(name);
    await stop();
    const [first] = filesIn(data) as [string];
    writeFileSync(first, "no database".repeat(1000));
    await start();
    const report = await completeBackup(target, await (host as Host).backup(target));
    expect(report.failed).toEqual([expect.objectContaining({ reason: expect.any(String) })]);
  });
});

describe("a backup of a stopped host", () => {
  test("is the same, also of what a crash has left in logs", async () => {
    await start();
    for (const name of ["one", "one", "two"]) await ask(name);
    const crashed = join(directory, "crashed");
    const { cpSync } = await import("node:fs");
    cpSync(data, crashed, { recursive: true });
    await expect(backupStopped(data, target)).rejects.toMatchObject({
      code: "DATA_DIRECTORY_IN_USE",
    });
    expect(await backupStopped(crashed, target)).toMatchObject({ files: 2, failed: [] });
    expect(filesIn(target).map(countIn).sort()).toEqual([1, 2]);
  });
});

describe("restoring", () => {
  async function backedUp(): Promise<void> {
    await start();
    for (const name of ["one", "one", "two"]) await ask(name);
    await completeBackup(target, await (host as Host).backup(target));
    for (const name of ["one", "two", "two"]) await ask(name);
    await stop();
  }

  test("puts one object back and leaves the others; what was there is kept", async () => {
    await backedUp();
    const { files, kept } = await restoreObject(target, data, "Room/one");
    expect(files).toBe(1);
    expect(filesIn(kept as string).map(countIn)).toEqual([3]);
    expect(await examine(data)).toMatchObject({ isWell: true });
    await start();
    expect(await ask("one/read")).toBe(2);
    expect(await ask("two/read")).toBe(3);
    const running = restoreObject(target, data, "Room/one");
    await expect(running).rejects.toMatchObject({ code: "DATA_DIRECTORY_IN_USE" });
  });

  test("brings an object back that was deleted, with its name and its alarm", async () => {
    await backedUp();
    await start();
    await ask("one/read");
    await (host as Host).fetch(new Request("http://host/one/delete"));
    await stop();
    await restoreObject(target, data, "Room/one");
    expect(alarmsIn(data)).toContain(4e12 - 2);
    await start();
    expect(await ask("one/read")).toBe(2);
  });

  test("writes over nothing", async () => {
    await backedUp();
    const before = filesIn(data).map((path) => readFileSync(path));
    const whole = restoreBackup(target, data);
    await expect(whole).rejects.toMatchObject({ code: "DATA_DIRECTORY_NOT_EMPTY" });
    expect(filesIn(data).map((path) => readFileSync(path))).toEqual(before);
  });

  test("takes no backup that is not whole, or is damaged", async () => {
    await backedUp();
    const [file] = filesIn(target) as [string];
    const elsewhere = join(directory, "elsewhere");
    writeFileSync(file, "no database".repeat(1000));
    const damaged = restoreBackup(target, elsewhere);
    await expect(damaged).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
    rmSync(join(target, "backup.json"));
    const partial = restoreBackup(target, elsewhere);
    await expect(partial).rejects.toMatchObject({ code: "BACKUP_INVALID" });
    expect(existsSync(elsewhere)).toBe(false);
  });
});

describe("the doctor", () => {
  const codes = async (level: string) =>
    (await examine(data)).findings.filter((it) => it.level === level).map(({ code }) => code);

  test("finds nothing bad where nothing is, and changes nothing", async () => {
    expect(await examine(data)).toMatchObject({ isWell: true });
    expect(existsSync(data)).toBe(false);
    await start();
    for (const name of ["one", "two"]) await ask(name);
    expect(await codes("warning")).toContain("HOST_RUNS");
    await stop();
    const before = filesIn(data).map((path) => readFileSync(path));
    expect(await codes("bad")).toEqual([]);
    expect(filesIn(data).map((path) => readFileSync(path))).toEqual(before);
    expect(readdirSync(data).some((name) => name.startsWith(".doctor"))).toBe(false);
  });

  test("finds damage, stale and foreign files, and alarms that nothing would wake", async () => {
    await start();
    for (const name of ["one", "two", "three", "four"]) await ask(name);
    await stop();
    const [first, second, third] = filesIn(data) as [string, string, string];
    writeFileSync(first, "no database".repeat(1000));
    rmSync(second);
    writeFileSync(`${second}-wal`, "left over");
    writeFileSync(`${third}-restoring`, "left over");
    writeFileSync(join(data, "objects", "notes.txt"), "mine");
    writeFileSync(join(data, "unsynced"), "objects/unlucky.sqlite\n");
    const database = new DatabaseSync(join(data, "host.sqlite"));
    database.exec("DELETE FROM alarms");
    database.close();
    const report = await examine(data);
    expect(report.isWell).toBe(false);
    const found = report.findings.filter(({ level }) => level !== "good");
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        "OBJECTS",
        "ALARM_INDEX",
        "WITHOUT_FILE",
        "STALE_FILES",
        "FOREIGN_FILES",
        "NOT_SYNCED",
      ]),
    );
    const told = found.map(({ message }) => message).join("\n");
    expect(told).toContain(first);
    expect(told).toContain(`${second}-wal`);
    expect(told).toContain(`${third}-restoring`);
    for (const { help } of found) expect(help).toMatch(/\.$/);
  });

  test("says that the host's own file is damaged", async () => {
    await start();
    await ask("one");
    await stop();
    writeFileSync(join(data, "host.sqlite"), "no database".repeat(1000));
    expect(await codes("bad")).toContain("DATA_DIRECTORY_DAMAGED");
  });
});
