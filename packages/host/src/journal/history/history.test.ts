import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SeededRandom } from "../../../test/crash/random.ts";
import { type Files, systemFiles } from "../../files.ts";
import { objectFile } from "../../storage/data-directory.ts";
import type { DurableObjectStorage } from "../../storage/durable-object-storage.ts";
import { keyOf, StorageHarness, type TestStore } from "../../storage/testing/harness.ts";

const HOUR = 3_600_000;
const ZERO = "00000000-00000000-00000000-00000000000000000000000000000000";

let harness: StorageHarness;
let errors: unknown[];

function start(options: Partial<ConstructorParameters<typeof StorageHarness>[0]> = {}): void {
  errors = [];
  harness = new StorageHarness({
    recoveryMs: 24 * HOUR,
    onError: (error) => errors.push(error),
    ...options,
  });
}

beforeEach(() => start());
afterEach(() => harness.dispose());

/** An activation; the last one of the object has to be closed. */
async function wake(): Promise<TestStore & { storage: DurableObjectStorage }> {
  return harness.open(1, {}, "one");
}

async function write({ storage, settle }: TestStore, value: number): Promise<string> {
  storage.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, filler TEXT)");
  storage.sql.exec("INSERT INTO t (filler) VALUES (?)", "x".repeat((value * 997) % 5000));
  if (value % 5 === 0) storage.sql.exec("UPDATE t SET filler = 'short' WHERE n % 2 = 0");
  await storage.put("value", value);
  const bookmark = storage.getCurrentBookmark();
  await settle();
  return bookmark;
}

async function restoreTo(bookmark: string): Promise<string> {
  const store = await wake();
  const undo = await store.storage.onNextSessionRestoreBookmark(bookmark);
  await store.store.close();
  return undo;
}

async function value(): Promise<unknown> {
  const { storage, store } = await wake();
  const found = await storage.get("value");
  await store.close();
  return found;
}

const file = () => objectFile(harness.directory, keyOf(1));
const historyFolder = () => file().replace(".sqlite", ".history");

describe("bookmarks", () => {
  test("bring an object back to any commit, of this life and of earlier ones", async () => {
    const bookmarks: string[] = [];
    for (let life = 0; life < 3; life += 1) {
      const store = await wake();
      for (let count = 0; count < 4; count += 1)
        bookmarks.push(await write(store, bookmarks.length));
      await store.store.close();
    }
    expect(bookmarks).toEqual([...bookmarks].sort());
    expect(new Set(bookmarks).size).toBe(12);
    for (const index of [7, 0, 11, 3, 4]) {
      await restoreTo(bookmarks[index] as string);
      expect(await value()).toBe(index);
      const database = new DatabaseSync(file());
      expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      expect(database.prepare("SELECT count(*) AS n FROM t").get()).toEqual({ n: index + 1 });
      database.close();
    }
    expect(errors).toEqual([]);
  });

  test("look as Cloudflare's do", async () => {
    expect(await write(await wake(), 1)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/,
    );
  });

  test("take effect at the next start, and can be taken back", async () => {
    const store = await wake();
    const bookmark = await write(store, 1);
    await write(store, 2);
    const undo = await store.storage.onNextSessionRestoreBookmark(bookmark);
    expect(await store.storage.get("value")).toBe(2);
    await write(store, 3);
    await store.store.close();
    expect(await value()).toBe(1);
    const again = await wake();
    await write(again, 10);
    await again.store.close();
    expect(undo > bookmark).toBe(true);
    const redo = await restoreTo(undo);
    expect(await value()).toBe(3);
    await restoreTo(redo);
    expect(await value()).toBe(10);
  });

  test("survive a restart of the host, before and after they took effect", async () => {
    const store = await wake();
    const bookmark = await write(store, 1);
    await write(store, 2);
    await store.storage.onNextSessionRestoreBookmark(bookmark);
    await harness.restart();
    expect(await value()).toBe(1);
    await harness.restart();
    expect(await value()).toBe(1);
  });

  test("bring back what was deleted, and the deletion", async () => {
    const store = await wake();
    const before = await write(store, 1);
    await store.storage.deleteAll();
    const gone = store.storage.getCurrentBookmark();
    await store.settle();
    await write(store, 2);
    await store.store.close();
    await restoreTo(before);
    expect(await value()).toBe(1);
    await restoreTo(await gone);
    expect(await value()).toBe(undefined);
    await restoreTo(before);
    expect(await value()).toBe(1);
  });

  test("bring alarms back, in the index as well", async () => {
    const store = await wake();
    await store.storage.setAlarm(4e12);
    const bookmark = await write(store, 1);
    await store.storage.deleteAlarm();
    await write(store, 2);
    await store.store.close();
    await restoreTo(bookmark);
    await value();
    expect(harness.storage.alarms.get(keyOf(1))).toBe(4e12);
    expect(harness.storage.stores.nameOf(keyOf(1))).toBe("one");
  });

  test("start with an object that was there before anything was kept", async () => {
    await harness.dispose();
    start({ recoveryMs: 0 });
    const first = await wake();
    await write(first, 1);
    await first.store.close();
    const { directory } = harness;
    await harness.restart();
    const other = harness;
    start();
    cpSync(directory, harness.directory, { recursive: true });
    await other.dispose();
    const store = await wake();
    const bookmark = await store.storage.getCurrentBookmark();
    await write(store, 2);
    await store.store.close();
    await restoreTo(bookmark);
    expect(await value()).toBe(1);
  });

  test.each(["", "nonsense", ZERO])("%j is refused", async (text) => {
    const store = await wake();
    await write(store, 1);
    const refused = store.storage.onNextSessionRestoreBookmark(text);
    await expect(refused).rejects.toMatchObject({ code: "BOOKMARK_INVALID" });
  });

  test("of another object, or of no moment, are refused", async () => {
    const other = await harness.open(2);
    const foreign = await write(other, 1);
    const store = await wake();
    const bookmark = await write(store, 1);
    const refused = (text: string) => store.storage.onNextSessionRestoreBookmark(text);
    await expect(refused(foreign)).rejects.toMatchObject({ code: "BOOKMARK_INVALID" });
    const never = bookmark.replace(/-[0-9a-f]{8}-([0-9a-f]{32})$/, "-00ffffff-$1");
    await expect(refused(never)).rejects.toMatchObject({ code: "BOOKMARK_UNKNOWN" });
  });

  test("are answered as before where nothing is kept", async () => {
    await harness.dispose();
    start({ recoveryMs: 0 });
    const { storage } = await wake();
    expect(await storage.getCurrentBookmark()).toBe(ZERO);
    const text = /does not implement point-in-time recovery/;
    await expect(storage.getBookmarkForTime(1)).rejects.toThrow(text);
    await expect(storage.onNextSessionRestoreBookmark(ZERO)).rejects.toThrow(text);
    await storage.put("a", 1);
    await harness.restart();
    expect(existsSync(historyFolder())).toBe(false);
  });
});

test("what was written while nothing was kept is no moment, and spoils none", async () => {
  const options = { onError: (error: unknown) => errors.push(error) };
  const reopen = async (recoveryMs: number) => {
    await harness.restart();
    const { directory } = harness;
    const next = new StorageHarness({ ...options, recoveryMs, clock: harness.clock });
    rmSync(next.directory, { recursive: true });
    cpSync(directory, next.directory, { recursive: true });
    await harness.dispose();
    harness = next;
  };
  const store = await wake();
  const before = await write(store, 1);
  await reopen(0);
  await write(await wake(), 2);
  await reopen(24 * HOUR);
  const again = await wake();
  const present = await again.storage.getCurrentBookmark();
  const after = await write(again, 3);
  await again.store.close();
  for (const [bookmark, held] of [
    [after, 3],
    [before, 1],
    [present, 2],
  ] as const) {
    await restoreTo(bookmark);
    expect(await value()).toBe(held);
  }
  expect(errors).toEqual([]);
});

test("a damaged object can be brought back, and what is left of it stays", async () => {
  const store = await wake();
  const bookmark = await write(store, 1);
  await store.store.close();
  await (await wake()).storage.onNextSessionRestoreBookmark(bookmark);
  await harness.restart();
  writeFileSync(file(), "no database".repeat(1000));
  expect(await value()).toBe(1);
  expect(readFileSync(`${file()}-damaged`, "utf8")).toContain("no database");
  expect(errors).toHaveLength(1);
});

describe("times", () => {
  test("find the moment that the object was at", async () => {
    const store = await wake();
    const times: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      await write(store, count);
      times.push(harness.clock.now());
      await harness.clock.advance(10_000);
    }
    await store.store.close();
    for (const index of [4, 1, 5]) {
      const again = await wake();
      const time = new Date((times[index] as number) + 5000) as unknown as number;
      const bookmark = await again.storage.getBookmarkForTime(time);
      await again.storage.onNextSessionRestoreBookmark(bookmark);
      await again.store.close();
      expect(await value()).toBe(index);
    }
    const last = await wake();
    const before = last.storage.getBookmarkForTime((times[0] as number) - 1);
    await expect(before).rejects.toMatchObject({ code: "BOOKMARK_UNKNOWN" });
    const now = await last.storage.getBookmarkForTime(harness.clock.now());
    expect(now).toBe(await last.storage.getCurrentBookmark());
  });

  test("that are over are forgotten, those that are kept are not", async () => {
    const large = async (store: TestStore, number: number) => {
      store.storage.sql.exec("CREATE TABLE IF NOT EXISTS l (n INTEGER PRIMARY KEY, b BLOB)");
      store.storage.sql.exec("INSERT INTO l (b) VALUES (zeroblob(400000))");
      return write(store, number);
    };
    const bookmarks: string[] = [];
    const sizes: number[] = [];
    for (let life = 0; life < 40; life += 1) {
      const store = await wake();
      store.storage.sql.exec("DROP TABLE IF EXISTS l");
      bookmarks.push(await large(store, life));
      await store.store.close();
      await harness.clock.advance(2 * HOUR);
      const files = readdirSync(historyFolder()).map((name) => join(historyFolder(), name));
      sizes.push(files.reduce((sum, path) => sum + statSync(path).size, 0));
    }
    // A day is kept: 12 lives, and what waits to be worth it.
    expect(Math.max(...sizes)).toBeLessThan(25 * 500_000);
    const store = await wake();
    const old = store.storage.onNextSessionRestoreBookmark(bookmarks[2] as string);
    await expect(old).rejects.toMatchObject({ code: "BOOKMARK_UNKNOWN" });
    await store.store.close();
    await restoreTo(bookmarks[30] as string);
    expect(await value()).toBe(30);
    expect(errors).toEqual([]);
  });
});

describe("a crash", () => {
  test("at any step of a restore leaves it done, or to be done", async () => {
    const snapshots: string[] = [];
    let isWatched = false;
    const snapshot = () => {
      if (!isWatched) return;
      const folder = `${harness.directory}-${snapshots.length}`;
      cpSync(harness.directory, folder, { recursive: true });
      snapshots.push(folder);
    };
    const watched = <Args extends readonly unknown[], Result>(call: (...args: Args) => Result) => {
      return (...args: Args): Result => {
        snapshot();
        return call(...args);
      };
    };
    const files: Files = {
      ...systemFiles,
      writeNew: watched(systemFiles.writeNew),
      rename: watched(systemFiles.rename),
      remove: watched(systemFiles.remove),
      sync: watched(systemFiles.sync),
      open: watched(systemFiles.open),
      syncPathNow: watched(systemFiles.syncPathNow),
    };
    await harness.dispose();
    start({ files });
    const store = await wake();
    const bookmark = await write(store, 1);
    await store.storage.setAlarm(4e12);
    await write(store, 2);
    await store.storage.onNextSessionRestoreBookmark(bookmark);
    await store.store.close();
    isWatched = true;
    expect(await value()).toBe(1);
    await harness.restart();
    isWatched = false;
    expect(snapshots.length).toBeGreaterThan(5);
    const { directory } = harness;
    for (const folder of snapshots) {
      await harness.restart();
      rmSync(directory, { recursive: true });
      cpSync(folder, directory, { recursive: true });
      expect(await value()).toBe(1);
      expect(harness.storage.alarms.get(keyOf(1))).toBe(undefined);
      expect(errors).toEqual([]);
      rmSync(folder, { recursive: true });
    }
  });

  test("at any moment loses no moment that was told of", async () => {
    const seed = Number(process.env.FREEHOLD_HISTORY_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = new SeededRandom(seed);
    const moments = new Map<string, number>();
    let number = 0;
    for (let life = 0; life < 12; life += 1) {
      const store = await wake();
      const turns = random.between(1, 6);
      for (let turn = 0; turn < turns; turn += 1) moments.set(await write(store, ++number), number);
      const known = [...moments.keys()];
      const chosen = known[random.between(0, known.length - 1)] as string;
      const restores = random.fraction() < 0.4;
      if (restores) await store.storage.onNextSessionRestoreBookmark(chosen);
      const expected = restores ? moments.get(chosen) : number;
      if (random.fraction() < 0.5) await store.store.close();
      // As a process that is killed leaves it: logs and all.
      const crashed = harness.crash();
      await harness.dispose();
      harness = crashed;
      expect(await value(), `FREEHOLD_HISTORY_SEED=${seed}, life ${life}`).toBe(expected);
    }
    for (const [bookmark, held] of moments) {
      await restoreTo(bookmark);
      expect(await value(), `FREEHOLD_HISTORY_SEED=${seed}`).toBe(held);
    }
    expect(errors).toEqual([]);
  });
});

test("a history that cannot be written stops nothing", async () => {
  const store = await wake();
  await write(store, 1);
  await store.store.close();
  rmSync(historyFolder(), { recursive: true });
  cpSync(file(), historyFolder());
  const again = await wake();
  await again.storage.put("value", 2);
  await again.settle();
  await again.store.close();
  expect(await value()).toBe(2);
  expect(errors).toContainEqual(expect.objectContaining({ code: "HISTORY_FAILED" }));
  expect(dirname(historyFolder())).toBe(dirname(file()));
});
