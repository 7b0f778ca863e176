import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { type Descriptor, type Files, systemFiles } from "../files.ts";
import type { Durability } from "../journal/journal.ts";
import { hostFile } from "./data-directory.ts";
import { HostDatabase } from "./host-database.ts";
import { until } from "./testing/slow-files.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "freehold-host-"));
  folders.push(path);
  return path;
}

/** Files whose syncs of the host's own file, not its log, wait until the test lets them go. */
class HeldMain {
  readonly waiting: (() => void)[] = [];
  readonly now: Descriptor[] = [];
  fails = false;
  readonly #mains = new Set<Descriptor>();

  readonly files: Files = {
    ...systemFiles,
    open: (path) => {
      const descriptor = systemFiles.open(path);
      if (path.endsWith(".sqlite")) this.#mains.add(descriptor);
      return descriptor;
    },
    sync: async (descriptor) => {
      if (this.#mains.has(descriptor)) {
        await new Promise<void>((resolve) => this.waiting.push(resolve));
        if (this.fails) throw new Error("EIO: i/o error, fdatasync");
      }
      await systemFiles.sync(descriptor);
    },
    syncNow: (descriptor) => {
      this.now.push(descriptor);
      systemFiles.syncNow?.(descriptor);
    },
  };

  release(): void {
    for (const release of this.waiting.splice(0)) release();
  }
}

function open(
  dataDirectory: string,
  files: Files,
  failures: Error[] = [],
  durability: Durability = "strict",
): HostDatabase {
  const database = new HostDatabase({
    ...{ dataDirectory, files, clock: systemClock, durability },
    onFailure: (error) => failures.push(error),
  });
  database.read().run("CREATE TABLE IF NOT EXISTS kept (number INTEGER PRIMARY KEY, bytes BLOB)");
  return database;
}

const ROWS = 40;

/** More than the log may hold before it is folded. */
async function fill(database: HostDatabase, from: number): Promise<void> {
  for (let number = from; number < from + ROWS; number += 1) {
    await database.change((open) =>
      open.run("INSERT INTO kept VALUES (?, ?)", BigInt(number), new Uint8Array(60_000)),
    )();
  }
}

function count(database: HostDatabase): number {
  return Number(database.read().get("SELECT count(*) FROM kept")?.[0]);
}

describe("the host's own database", () => {
  test("folds its log while changes come, and lets none be written before the file is synced", async () => {
    const held = new HeldMain();
    const path = folder();
    const database = open(path, held.files);
    const filled = fill(database, 0);
    await until(() => held.waiting.length > 0);
    let isDurable = false;
    const change = database.change((each) => each.run("INSERT INTO kept VALUES (1000, NULL)"));
    const changed = change()?.then(() => {
      isDurable = true;
    });
    for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
    expect(isDurable).toBe(false);
    const releasing = setInterval(() => held.release(), 1);
    await Promise.all([filled, changed]);
    clearInterval(releasing);
    expect(held.now).toEqual([]);
    // As a process leaves it that is killed now.
    const copy = folder();
    cpSync(path, copy, { recursive: true });
    held.release();
    await database.close();
    const again = open(copy, systemFiles);
    expect(count(again)).toBe(ROWS + 1);
    expect(again.read().get("PRAGMA integrity_check(1)")).toEqual(["ok"]);
    await again.close();
  });

  test("makes who cannot wait for the end of a fold wait for the disk", async () => {
    const held = new HeldMain();
    const path = folder();
    const database = open(path, held.files);
    const filled = fill(database, 0);
    await until(() => held.waiting.length > 0);
    database.change((each) => each.run("INSERT INTO kept VALUES (1000, NULL)"), "it");
    expect(database.readAbout("another").get("SELECT 1 FROM kept WHERE number = 1000")).toBe(
      undefined,
    );
    expect(held.now).toEqual([]);
    expect(database.readAbout("it").get("SELECT 1 FROM kept WHERE number = 1000")).toEqual([1n]);
    expect(held.now).toHaveLength(1);
    const releasing = setInterval(() => held.release(), 1);
    await filled;
    clearInterval(releasing);
    expect(count(database)).toBe(ROWS + 1);
    held.release();
    await database.close();
    const again = open(path, systemFiles);
    expect(count(again)).toBe(ROWS + 1);
    await again.close();
  });

  test("keeps nobody waiting for a fold where nobody waits for the disk", async () => {
    const held = new HeldMain();
    const path = folder();
    const database = open(path, held.files, [], "relaxed");
    // Turns that ended before would wait for it with what they wrote, and could be lost together.
    for (let number = 0; number < ROWS; number += 1) {
      const change = database.change((each) =>
        each.run("INSERT INTO kept VALUES (?, ?)", BigInt(number), new Uint8Array(60_000)),
      );
      expect(change()).toBe(undefined);
    }
    await until(() => held.waiting.length > 0);
    const change = database.change((each) => each.run("INSERT INTO kept VALUES (100000, NULL)"));
    expect(change()).toBe(undefined);
    expect(held.now).toHaveLength(1);
    held.release();
    await database.close();
    const again = open(path, systemFiles);
    expect(count(again)).toBe(ROWS + 1);
    await again.close();
  });

  test("keeps the log as it is once the file could not be synced", async () => {
    const held = new HeldMain();
    const path = folder();
    const failures: Error[] = [];
    const database = open(path, held.files, failures);
    held.fails = true;
    const filled = fill(database, 0).then(
      () => "filled",
      (error: Error) => error,
    );
    await until(() => held.waiting.length > 0);
    held.release();
    expect(await filled).toMatchObject({ code: "HOST_STORAGE_FAILED" });
    expect(failures).toHaveLength(1);
    database.change((each) => each.run("INSERT INTO kept VALUES (1000, NULL)"));
    expect(() => database.read()).toThrow("EIO");
    const copy = folder();
    cpSync(path, copy, { recursive: true });
    await database.close();
    const again = open(copy, systemFiles);
    expect(count(again)).toBeGreaterThan(10);
    expect(systemFiles.exists(hostFile(copy))).toBe(true);
    await again.close();
  });
});
