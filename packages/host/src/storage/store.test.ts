import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { objectFile } from "./data-directory.ts";
import type { ObjectStoreHost } from "./object-store.ts";
import type { OpenObjectStoresOptions } from "./open.ts";
import { failureOf, keyOf, StorageHarness } from "./testing/harness.ts";
import { breathe, SlowFiles, until } from "./testing/slow-files.ts";

let harness: StorageHarness;
let files: SlowFiles;

beforeEach(() => start());
afterEach(() => {
  files.release();
  return harness.dispose();
});

function start(options: Partial<OpenObjectStoresOptions> = {}): void {
  files = new SlowFiles();
  harness = new StorageHarness({ files, ...options });
}

const SILENT: ObjectStoreHost = {
  onFirstWrite: () => undefined,
  onFailure: () => undefined,
  mayHaveAlarm: () => true,
  exclusively: (callback) => callback(),
};

const fileOf = (number: number) => objectFile(harness.directory, keyOf(number));
const host = () => new DatabaseSync(join(harness.directory, "host.sqlite"), { readOnly: true });

describe("the file of an object", () => {
  test("is made with the first write, and not by reading", async () => {
    const { storage, settle } = await harness.open(1, {}, "one");
    expect(await storage.get("a")).toBe(undefined);
    expect(await storage.getAlarm()).toBe(null);
    expect([...storage.kv.list()]).toEqual([]);
    expect(storage.sql.exec("SELECT * FROM sqlite_master").toArray()).toEqual([]);
    expect(await storage.delete("a")).toBe(false);
    await storage.deleteAlarm();
    await storage.deleteAll();
    storage.transactionSync(() => storage.kv.get("a"));
    await settle();
    expect(existsSync(fileOf(1))).toBe(false);
    expect(harness.storage.stores.list("app-Thing")).toEqual([]);
    await storage.put("a", 1);
    await settle();
    expect(existsSync(fileOf(1))).toBe(true);
  });

  test("is an ordinary database once the host has stopped", async () => {
    const { storage, settle } = await harness.open();
    storage.sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (7)");
    await storage.put("k", "v");
    await settle();
    await harness.restart();
    expect(readdirSync(join(fileOf(1), ".."))).toHaveLength(1);
    const database = new DatabaseSync(fileOf(1), { readOnly: true });
    expect(database.prepare("SELECT a FROM t").get()).toMatchObject({ a: 7 });
    expect(database.prepare("PRAGMA integrity_check").get()).toMatchObject({
      integrity_check: "ok",
    });
    database.close();
  });

  test("goes with deleteAll, and comes back with the next write", async () => {
    const { storage, store, settle } = await harness.open(1, {}, "one");
    storage.sql.exec("CREATE TABLE a (x PRIMARY KEY); CREATE TABLE b (y REFERENCES a (x))");
    storage.sql.exec("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1), (1)");
    storage.sql.exec("CREATE VIRTUAL TABLE f USING fts5(t); CREATE VIEW v AS SELECT 1");
    await storage.put("k", "v");
    await storage.setAlarm(4e12);
    await settle();
    const cursor = storage.sql.exec("SELECT * FROM b");
    void storage.put("z", 1);
    await storage.deleteAll();
    expect(await failureOf(() => cursor.next())).toBe(
      "Error: SQLite query was canceled because the database was deleted.",
    );
    expect(storage.sql.exec("SELECT * FROM sqlite_master").toArray()).toEqual([]);
    expect([await storage.getAlarm(), store.alarm]).toEqual([null, null]);
    await settle();
    expect(existsSync(fileOf(1))).toBe(false);
    expect(harness.storage.alarms.get(keyOf(1))).toBe(undefined);
    expect(harness.storage.stores.list("app-Thing")).toEqual([]);

    await storage.put("y", 1);
    await settle();
    expect([...(await storage.list()).keys()]).toEqual(["y"]);
    expect(harness.storage.stores.nameOf(keyOf(1))).toBe("one");
    await harness.restart();
    expect([...(await (await harness.open()).storage.list()).keys()]).toEqual(["y"]);
  });

  test.each([0, 4096])(
    "whose first page a crash left blank (%i bytes) counts as absent",
    async (bytes) => {
      mkdirSync(join(fileOf(1), ".."), { recursive: true });
      writeFileSync(fileOf(1), Buffer.alloc(bytes));
      const { storage, settle } = await harness.open();
      expect(await storage.get("a")).toBe(undefined);
      await storage.put("a", 1);
      await settle();
      await harness.restart();
      expect(await (await harness.open()).storage.get("a")).toBe(1);
    },
  );

  test("that is no database is left alone, and the object does not start", async () => {
    mkdirSync(join(fileOf(1), ".."), { recursive: true });
    writeFileSync(fileOf(1), "These are not the bytes of a database. ".repeat(200));
    const { storage, failures } = await harness.open();
    const text = "Error: file is not a database: SQLITE_NOTADB";
    expect(await failureOf(() => storage.get("a"))).toBe(text);
    expect(await failureOf(() => storage.put("a", 1))).toBe(text);
    expect(failures.map(String)).toEqual([text]);
    expect(readFileSync(fileOf(1), "utf8")).toMatch(/^These are not/);
  });

  test("is never outside of the data directory", async () => {
    for (const key of [
      { namespace: "../x", id: keyOf(1).id },
      { namespace: "..", id: keyOf(1).id },
      { namespace: "x", id: "../../etc/passwd" },
      { namespace: "x", id: keyOf(1).id.toUpperCase().replace("1", "A") },
    ]) {
      const open = async () => harness.storage.stores.open(key, undefined, SILENT);
      await expect(open).rejects.toMatchObject({ code: "OBJECT_KEY_INVALID" });
    }
  });
});

describe("durability", () => {
  test("strict: waits for the file, its log and their directory, once", async () => {
    const { storage, store } = await harness.open();
    await storage.put("warm", 1);
    await store.durable();
    files.log.length = 0;
    expect(store.durable()).toBe(undefined);
    await storage.put("a", 1);
    await store.durable();
    expect([files.syncs("-wal"), files.syncs("directory")]).toEqual([1, 1]);
    files.log.length = 0;
    await storage.put("a", 2);
    await store.durable();
    expect(files.log).toEqual([`sync ${keyOf(1).id}.sqlite-wal`]);
  });

  test("strict: a new file is durable by name as well", async () => {
    const { storage, store } = await harness.open();
    await storage.put("a", 1);
    await store.durable();
    expect(files.syncs(`${keyOf(1).id}.sqlite-first`)).toBe(1);
    expect(files.syncs("directory")).toBeGreaterThanOrEqual(4);
    expect(files.log.at(-1)).toBe(`close ${keyOf(1).id}.sqlite-first`);
    expect(readdirSync(join(fileOf(1), ".."))).toEqual([`${keyOf(1).id}.sqlite`]);
  });

  test("strict: commits that come while one is flushed share the next flush", async () => {
    const { storage, store } = await harness.open();
    await storage.put("a", 0);
    await store.durable();
    files.log.length = 0;
    files.held = true;
    const finished: number[] = [];
    const waits: Promise<unknown>[] = [];
    await storage.put("a", -1);
    const first = store.durable();
    await breathe();
    for (let number = 1; number <= 20; number += 1) {
      await storage.put("a", number);
      waits.push((store.durable() as Promise<void>).then(() => finished.push(number)));
    }
    expect(files.syncs("-wal")).toBe(1);
    files.releaseOnce();
    await first;
    await breathe();
    expect(finished).toEqual([]);
    expect(files.syncs("-wal")).toBe(2);
    files.release();
    await Promise.all(waits);
    expect(finished).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(files.syncs("-wal")).toBe(2);
  });

  test("strict: a failed sync loses the object for good, and no other", async () => {
    const one = await harness.open(1);
    const two = await harness.open(2);
    await one.storage.put("a", 1);
    await two.storage.put("a", 1);
    await Promise.all([one.store.durable(), two.store.durable()]);
    files.held = true;
    await one.storage.put("a", 2);
    const waiting = one.store.durable() as Promise<void>;
    await one.storage.put("a", 3);
    const later = one.store.durable() as Promise<void>;
    await files.fail();
    await expect(waiting).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
    await expect(later).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
    expect(one.failures).toMatchObject([{ code: "STORAGE_SYNC_FAILED" }]);
    expect(await failureOf(() => one.storage.get("a"))).toMatch(/could not be synced/);
    const synced = files.syncs("-wal");
    await one.store.close();
    await expect(harness.open(1)).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
    expect(files.syncs("-wal")).toBe(synced);
    await two.storage.put("a", 2);
    await two.store.durable();
    expect(two.failures).toEqual([]);
  });

  test("strict: what nobody waits for is synced a little later", async () => {
    const { storage, store } = await harness.open();
    await storage.put("a", 1);
    store.commit();
    expect(files.syncs(`${keyOf(1).id}.sqlite-first`)).toBe(0);
    await harness.clock.advance(200);
    await until(() => files.syncs(`${keyOf(1).id}.sqlite-first`) === 1);
  });

  test("allowUnconfirmed holds nothing back, sync() waits for it", async () => {
    const { storage, store } = await harness.open();
    await storage.put("a", 1, { allowUnconfirmed: true });
    store.commit();
    expect(store.durable()).toBe(undefined);
    files.held = true;
    let synced = false;
    const done = storage.sync().then(() => {
      synced = true;
    });
    await breathe();
    expect(synced).toBe(false);
    files.release();
    await done;
  });

  test("sync() leaves it to the activation to end the turn", async () => {
    const { storage, store } = await harness.open();
    await storage.put("a", 1);
    const done = storage.sync();
    await breathe();
    await storage.put("b", 1);
    store.commit();
    await done;
    expect(files.syncs(`${keyOf(1).id}.sqlite-first`)).toBe(1);
  });

  test("relaxed: leaves at once and syncs within the bound", async () => {
    await harness.dispose();
    start({ durability: "relaxed" });
    const { storage, store } = await harness.open();
    files.held = true;
    await storage.put("a", 1);
    await storage.setAlarm(4e12);
    expect(store.durable()).toBe(undefined);
    expect(files.waiting).toEqual([]);
    files.release();
    await harness.clock.advance(200);
    expect(files.syncs(`${keyOf(1).id}.sqlite-first`)).toBe(1);
    expect(files.syncs("host.sqlite-wal")).toBe(1);
  });

  test("memory: never syncs, and keeps everything", async () => {
    await harness.dispose();
    start({ durability: "memory" });
    const { storage, settle } = await harness.open(1, {}, "one");
    await storage.put("a", 1);
    await settle();
    await harness.clock.advance(10_000);
    await harness.restart();
    expect(await (await harness.open()).storage.get("a")).toBe(1);
    expect(harness.storage.stores.nameOf(keyOf(1))).toBe("one");
    expect(files.log.filter((line) => line.startsWith("sync"))).toEqual([]);
  });
});

describe("the alarm", () => {
  const LATE = 4e12;

  async function withAlarm() {
    const object = await harness.open();
    await object.storage.setAlarm(LATE);
    await object.settle();
    files.log.length = 0;
    return object;
  }

  const committed = () => {
    const rows = host().prepare("SELECT time FROM alarms").all();
    return rows.map((row) => row.time);
  };

  test("is checked", async () => {
    const { storage } = await harness.open();
    const wrong =
      "TypeError: Failed to execute 'setAlarm' on 'DurableObjectStorage': parameter 1 is not of type 'date'.";
    const notADate = "TypeError: The value cannot be converted because it is not a valid Date.";
    for (const [args, text] of [
      [[], wrong],
      [["x"], wrong],
      [[0], "TypeError: setAlarm() cannot be called with an alarm time <= 0"],
      [[-5], "TypeError: setAlarm() cannot be called with an alarm time <= 0"],
      [[Number.NaN], notADate],
      [[Number.POSITIVE_INFINITY], notADate],
      [[new Date(Number.NaN)], notADate],
      [[2 ** 53], "TypeError: This API doesn't support dates after 2189."],
      [
        [LATE, 5],
        "TypeError: Failed to execute 'setAlarm' on 'DurableObjectStorage': parameter 2 is not of type 'SetAlarmOptions'.",
      ],
    ] as const) {
      expect(await failureOf(() => storage.setAlarm(...args))).toBe(text);
    }
    const two = await harness.open(2, { mayHaveAlarm: () => false });
    expect(await failureOf(() => two.storage.setAlarm(LATE))).toBe(
      "TypeError: Your Durable Object class must have an alarm() handler in order to call setAlarm()",
    );
  });

  test("is kept in whole milliseconds, never before now", async () => {
    const { storage, store } = await harness.open();
    await storage.setAlarm(LATE + 0.7);
    expect(await storage.getAlarm()).toBe(LATE);
    await storage.setAlarm(new Date(LATE + 1));
    expect(store.alarm).toBe(LATE + 1);
    await storage.setAlarm(1);
    expect(await storage.getAlarm()).toBe(harness.clock.now());
    await storage.deleteAlarm();
    expect(await storage.getAlarm()).toBe(null);
  });

  test("that moves earlier is in the index before the object commits", async () => {
    const { storage, store } = await withAlarm();
    files.held = true;
    await storage.setAlarm(LATE - 1000);
    await storage.put("a", 1);
    store.commit();
    await storage.put("a", 2);
    store.commit();
    let durable = false;
    const done = store.durable()?.then(() => {
      durable = true;
    });
    await breathe();
    expect(files.waiting.map((each) => each.what)).toEqual(["host.sqlite-wal"]);
    expect(files.syncs(`${keyOf(1).id}.sqlite-wal`)).toBe(0);
    files.releaseOnce();
    await until(() => files.waiting.length > 0);
    expect(files.waiting.map((each) => each.what)).toEqual([
      ...[`${keyOf(1).id}.sqlite-wal`, "directory"],
    ]);
    expect(durable).toBe(false);
    files.release();
    await done;
    expect(harness.storage.alarms.get(keyOf(1))).toBe(LATE - 1000);
  });

  test("that moves earlier while its commit is put off waits again", async () => {
    const { storage, store } = await withAlarm();
    files.held = true;
    await storage.setAlarm(LATE - 1000);
    store.commit();
    await storage.setAlarm(LATE - 2000);
    const done = store.durable();
    files.releaseOnce();
    await until(() => files.waiting.length > 0);
    expect(files.waiting.map((each) => each.what)).toEqual(["host.sqlite-wal"]);
    files.release();
    await done;
    await harness.restart();
    expect((await harness.open()).store.alarm).toBe(LATE - 2000);
    expect(harness.storage.alarms.get(keyOf(1))).toBe(LATE - 2000);
  });

  test("that moves later, or goes, follows the object's commit", async () => {
    const { storage, store } = await withAlarm();
    files.held = true;
    await storage.setAlarm(LATE + 1000);
    const first = store.durable();
    await breathe();
    expect(harness.storage.alarms.get(keyOf(1))).toBe(LATE);
    files.release();
    await first;
    await breathe();
    expect(harness.storage.alarms.get(keyOf(1))).toBe(LATE + 1000);
    files.held = true;
    await storage.deleteAlarm();
    const second = store.durable();
    await breathe();
    expect(harness.storage.alarms.get(keyOf(1))).toBe(LATE + 1000);
    files.release();
    await second;
    await breathe();
    expect(harness.storage.alarms.get(keyOf(1))).toBe(undefined);
  });

  test("when the index cannot be written the object is lost, and keeps its last state", async () => {
    const { storage, store, failures } = await withAlarm();
    files.held = true;
    await storage.setAlarm(LATE - 1000);
    const done = store.durable();
    await files.fail();
    expect(await failureOf(() => done)).toBe(
      "FreeholdError: The host's own storage could not be written.",
    );
    expect(failures).toMatchObject([{ code: "HOST_STORAGE_FAILED" }]);
    await store.close();
    const after = harness.crash();
    expect((await after.open()).store.alarm).toBe(LATE);
    await after.dispose();
  });

  test("is hidden from its handler, and gone when the handler is done", async () => {
    const { storage, store, settle } = await withAlarm();
    store.beginAlarm();
    expect([await storage.getAlarm(), store.alarm]).toEqual([null, LATE]);
    await storage.put("a", 1);
    await settle();
    expect(store.alarm).toBe(LATE);
    store.endAlarm("done");
    await settle();
    expect([await storage.getAlarm(), store.alarm]).toEqual([null, null]);
    await breathe();
    await harness.restart();
    expect(committed()).toEqual([]);
  });

  test("stays when the handler failed", async () => {
    const { storage, store } = await withAlarm();
    store.beginAlarm();
    store.endAlarm("keep");
    expect([await storage.getAlarm(), store.alarm]).toEqual([LATE, LATE]);
  });

  test("set by its handler counts, and deleted by its handler is gone", async () => {
    const { storage, store } = await withAlarm();
    store.beginAlarm();
    await storage.setAlarm(LATE + 5);
    expect(await storage.getAlarm()).toBe(LATE + 5);
    store.endAlarm("done");
    expect(store.alarm).toBe(LATE + 5);
    store.beginAlarm();
    await storage.deleteAlarm();
    store.endAlarm("keep");
    expect(store.alarm).toBe(null);
  });

  test("set by its handler in a transaction that was undone does not count", async () => {
    const { storage, store } = await withAlarm();
    store.beginAlarm();
    expect(() =>
      storage.transactionSync(() => {
        void storage.setAlarm(LATE + 5);
        throw new Error("undo");
      }),
    ).toThrow("undo");
    expect(await storage.getAlarm()).toBe(null);
    store.endAlarm("done");
    expect(store.alarm).toBe(null);
  });
});

describe("open databases", () => {
  test("are closed when there are too many, and opened again unnoticed", async () => {
    await harness.dispose();
    start({ openDatabases: 3, durability: "memory", imageBytes: 0 });
    const objects = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => harness.open(number)));
    for (const { storage, store, key } of objects) {
      storage.sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (?)", key.id);
      store.commit();
    }
    const logs = () => {
      const names = objects.map(({ key }) => `${objectFile(harness.directory, key)}-wal`);
      return names.filter((name) => existsSync(name)).length;
    };
    await until(() => logs() === 3);
    for (const { storage, key } of objects) {
      expect(storage.sql.exec("SELECT a FROM t").one()).toEqual({ a: key.id });
    }
  });

  test("stay open while a transaction, a cursor or a setting needs them", async () => {
    await harness.dispose();
    start({ openDatabases: 1, durability: "memory" });
    const [writing, reading, set] = await Promise.all([1, 2, 3].map((n) => harness.open(n)));
    writing?.storage.kv.put("a", 1);
    reading?.storage.sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    reading?.store.commit();
    const cursor = reading?.storage.sql.exec("SELECT a FROM t");
    cursor?.next();
    set?.storage.kv.put("a", 1);
    set?.store.commit();
    set?.storage.sql.exec("PRAGMA case_sensitive_like = 1");
    for (let number = 4; number < 8; number += 1) {
      const { storage, store } = await harness.open(number);
      storage.kv.put("a", 1);
      store.commit();
      await breathe();
    }
    expect(cursor?.toArray()).toEqual([{ a: 2 }, { a: 3 }]);
    expect(set?.storage.sql.exec("SELECT 'A' LIKE 'a' AS same").one()).toEqual({ same: 0 });
    writing?.store.commit();
    expect(writing?.storage.kv.get("a")).toBe(1);
  });

  test("fold a log that has grown into the file", async () => {
    const { storage, store } = await harness.open();
    storage.sql.exec("CREATE TABLE t (a)");
    const value = "x".repeat(30_000);
    for (let number = 0; number < 600; number += 1) {
      storage.sql.exec("INSERT INTO t VALUES (?)", value);
      store.commit();
      await store.durable();
      if (number % 64 === 0) await breathe(1);
    }
    await breathe();
    expect(files.size(fileOf(1))).toBeGreaterThan(4_000_000);
    expect(files.size(`${fileOf(1)}-wal`)).toBeLessThan(15_000_000);
  });
});

describe("the catalogue", () => {
  test("knows names over restarts, and learns them later", async () => {
    const one = await harness.open(1, {}, "one");
    const two = await harness.open(2);
    for (const { storage, settle, store } of [one, two]) {
      await storage.put("a", 1);
      await settle();
      await store.close();
    }
    await harness.restart();
    const { stores } = harness.storage;
    expect([stores.nameOf(keyOf(1)), stores.nameOf(keyOf(2)), stores.nameOf(keyOf(3))]).toEqual([
      ...["one", undefined, undefined],
    ]);
    expect(stores.list("app-Thing")).toEqual([keyOf(1).id, keyOf(2).id]);
    expect(stores.list("app-Other")).toEqual([]);
    const named = await harness.open(2, {}, "two");
    await named.storage.put("a", 2);
    await named.settle();
    expect(stores.nameOf(keyOf(2))).toBe("two");
  });

  test("is durable before the first answer of a new object", async () => {
    const { storage, store } = await harness.open(1, {}, "one");
    files.held = true;
    await storage.put("a", 1);
    let durable = false;
    const done = store.durable()?.then(() => {
      durable = true;
    });
    await until(() => files.waiting.some((each) => each.what === `${keyOf(1).id}.sqlite-first`));
    const [last] = files.waiting.splice(
      files.waiting.findIndex((each) => each.what === "host.sqlite-wal"),
      1,
    );
    expect(last?.what).toBe("host.sqlite-wal");
    while (files.waiting.length > 0 || files.inFlight > 0) {
      files.releaseOnce();
      await breathe();
    }
    expect(durable).toBe(false);
    files.held = false;
    last?.release();
    await done;
  });
});

describe("closing", () => {
  test("may happen twice, and waits for a commit that was put off", async () => {
    const { storage, store } = await harness.open();
    await storage.put("a", 1);
    await store.durable();
    files.held = true;
    await storage.setAlarm(4e12);
    store.commit();
    const closed = Promise.all([store.close(), store.close()]);
    files.release();
    await closed;
    await harness.restart();
    expect((await harness.open()).store.alarm).toBe(4e12);
  });

  test("an object is opened again as soon as it was closed", async () => {
    const first = await harness.open();
    await first.storage.put("a", 1);
    await first.settle();
    expect(() => harness.storage.stores.open(first.key, undefined, SILENT)).toThrow(
      expect.objectContaining({ code: "OBJECT_IN_USE" }),
    );
    const closed = first.store.close();
    expect(await (await harness.open()).storage.get("a")).toBe(1);
    await closed;
  });
});
