import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectKey } from "../objects/key.ts";
import { Database, IN_MEMORY } from "../storage/database.ts";
import { breathe, SlowFiles, until } from "../storage/testing/slow-files.ts";
import { TestClock } from "../test-clock.ts";
import { EmbeddedJournal } from "./embedded.ts";
import { type Durability, type ObjectJournal, RELAXED_BOUND_MS } from "./journal.ts";
import type { SyncPlace } from "./log-syncs.ts";
import { SharedFlush } from "./shared-flush.ts";
import { describeJournal } from "./testing/suite.ts";

const KEY: ObjectKey = { namespace: "app-Thing", id: "1".padStart(64, "0") };
const IMAGE = new Uint8Array(4096);

let directory: string;
let files: SlowFiles;
let clock: TestClock;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-journal-"));
  files = new SlowFiles();
  clock = new TestClock();
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const pathOf = (name: string) => join(directory, "objects", "00", `${name}.sqlite`);

/** Nobody has borrowed it, so that it is there at once. */
function prepared(journal: EmbeddedJournal, key: ObjectKey, path: string): ObjectJournal {
  const object = journal.prepare(key, path);
  if (object instanceof Promise) throw new Error("It is borrowed.");
  return object;
}

/** An object whose file and log exist, as SQLite would have made them. */
function prepare(durability: Durability = "strict", name = "a") {
  const journal = new EmbeddedJournal({ files, clock, durability });
  const object = prepared(journal, { ...KEY, id: KEY.id.replace("1", name) }, pathOf(name));
  object.create(IMAGE);
  writeFileSync(`${pathOf(name)}-wal`, "log");
  return { journal, object };
}

describe("a shared flush", () => {
  test("is in flight once; all who come meanwhile share the next", async () => {
    const flights: PromiseWithResolvers<void>[] = [];
    const flush = new SharedFlush({
      flush: () => {
        const flight = Promise.withResolvers<void>();
        flights.push(flight);
        return flight.promise;
      },
      onFailure: (error) => error,
    });
    const first = flush.wait(flush.commit());
    const second = flush.wait(flush.commit());
    const third = flush.wait(flush.commit());
    expect(second).toBe(third);
    expect(flights).toHaveLength(1);
    flights[0]?.resolve();
    await first;
    await breathe(1);
    expect(flights).toHaveLength(2);
    flights[1]?.resolve();
    await second;
    expect(flush.wait(3)).toBe(undefined);
    expect(flights).toHaveLength(2);
  });

  test("that has not begun is shared by all who come until it does", async () => {
    const begins: ((place: SyncPlace) => void)[] = [];
    let flushes = 0;
    const flush = new SharedFlush({
      flush() {
        flushes += 1;
        return undefined;
      },
      onFailure: (error) => error,
      begin: (begin) => begins.push(begin),
    });
    const first = flush.wait(flush.commit());
    const second = flush.wait(flush.commit());
    expect(first).toBe(second);
    expect(flushes).toBe(0);
    begins[0]?.("here");
    expect(flush.wait(2)).toBe(undefined);
    await second;
    const third = flush.wait(flush.commit());
    expect([flushes, begins.length]).toEqual([1, 2]);
    begins[1]?.("thread");
    await third;
    expect(flushes).toBe(2);
  });

  test("that fails at once fails those who wait", async () => {
    const flush = new SharedFlush({
      flush() {
        throw new Error("EIO");
      },
      onFailure: (error) => new Error("lost", { cause: error }),
    });
    await expect(flush.wait(flush.commit())).rejects.toThrow("lost");
    await expect(flush.wait(flush.commit())).rejects.toThrow("lost");
  });

  test("that fails is the last one", async () => {
    let flights = 0;
    const failures: string[] = [];
    const flush = new SharedFlush({
      flush: async () => {
        flights += 1;
        throw new Error("EIO");
      },
      onFailure: (error) => {
        failures.push(error.message);
        return new Error("lost", { cause: error });
      },
    });
    const first = flush.wait(flush.commit());
    const second = flush.wait(flush.commit());
    await expect(first).rejects.toThrow("lost");
    await expect(second).rejects.toThrow("lost");
    await expect(flush.wait(flush.commit())).rejects.toThrow("lost");
    expect([flights, failures]).toEqual([1, ["EIO"]]);
  });
});

describe("the embedded journal", () => {
  test("syncs file, log and names for the first commit, then the log alone", async () => {
    const { object } = prepare();
    await object.durable(object.committed());
    expect(files.syncs("a.sqlite")).toBe(1);
    expect(files.syncs("a.sqlite-wal")).toBe(1);
    // The new directories' names, and the file's and the log's.
    expect(files.syncs("directory")).toBeGreaterThanOrEqual(3);
    files.log.length = 0;
    await object.durable(object.committed());
    expect(files.log).toEqual(["sync a.sqlite-wal"]);
    expect(object.durable(2)).toBe(undefined);
  });

  test("makes no file beside a log of the one before it that may come back", async () => {
    const { object } = prepare();
    await object.durable(object.committed());
    object.remove();
    files.log.length = 0;
    object.create(IMAGE);
    // Before the old log goes, and before the new file comes.
    const twice = ["sync directory now", "sync directory now"];
    expect(files.log).toEqual([...twice, "open a.sqlite"]);
    await object.release();
    files.log.length = 0;
    const journal = new EmbeddedJournal({ files, clock, durability: "strict" });
    const other = prepared(journal, KEY, pathOf("b"));
    writeFileSync(`${pathOf("b")}-wal`, "of another life");
    other.create(IMAGE);
    expect(files.log).toEqual([...twice, "open b.sqlite"]);
    await other.release();
  });

  test("removes an object that was never stored", async () => {
    const journal = new EmbeddedJournal({ files, clock, durability: "strict" });
    const object = prepared(journal, KEY, pathOf("never"));
    object.remove();
    await object.durable(object.committed());
    object.create(IMAGE);
    await object.durable(object.committed());
    expect(files.exists(pathOf("never"))).toBe(true);
    await object.release();
  });

  test("syncs names again when the log is made anew", async () => {
    const { object } = prepare();
    await object.durable(object.committed());
    object.closed();
    expect(files.log.filter((line) => line.startsWith("close"))).toEqual([
      ...["close a.sqlite", "close a.sqlite-wal"],
    ]);
    files.log.length = 0;
    await object.durable(object.committed());
    expect(files.log).toEqual(["open a.sqlite-wal", "sync a.sqlite-wal", "sync directory"]);
  });

  test("syncs the names of logs that it finds once in each directory", async () => {
    const database = new Database(IN_MEMORY, "none");
    database.run("CREATE TABLE t (n INTEGER PRIMARY KEY)");
    /** One life of the object, with as many commits. What the last of them synced. */
    const live = async (journal: EmbeddedJournal, commits: number) => {
      const object = prepared(journal, KEY, pathOf("a"));
      object.image?.read();
      for (let commit = 0; commit < commits; commit += 1) {
        database.run("INSERT INTO t DEFAULT VALUES");
        files.log.length = 0;
        object.image?.save(database.image());
        await object.durable(object.committed());
      }
      const syncs = files.log.filter((line) => line.startsWith("sync"));
      await object.release();
      return syncs;
    };
    const first = new EmbeddedJournal({ files, clock, durability: "strict" });
    expect(await live(first, 2)).toEqual(["sync a.sqlite-wal", "sync directory"]);
    expect(await live(first, 1)).toEqual(["sync a.sqlite-wal"]);
    // Who was there before may not have come to it.
    const next = new EmbeddedJournal({ files, clock, durability: "strict" });
    expect(await live(next, 1)).toEqual(["sync a.sqlite-wal", "sync directory"]);
    expect(await live(next, 1)).toEqual(["sync a.sqlite-wal"]);
    database.close();
  });

  test("holds the file's descriptor as long as it is open", async () => {
    const { object } = prepare();
    await object.durable(object.committed());
    expect(files.log.some((line) => line.startsWith("close"))).toBe(false);
    await object.release();
    expect(files.log).toContain("close a.sqlite");
  });

  test("gives no descriptor back that a flush uses", async () => {
    const { object } = prepare();
    files.held = true;
    const durable = object.durable(object.committed());
    await breathe();
    expect(object.mayClose()).toBe(false);
    object.remove();
    expect(files.log.some((line) => line.startsWith("close"))).toBe(false);
    files.release();
    await durable;
    await until(() => files.log.includes("close a.sqlite-wal"));
    await object.durable(2);
    await object.release();
  });

  test("tells of a failure once and takes the object back no more", async () => {
    const { journal, object } = prepare();
    const lost: string[] = [];
    journal.onLost((key, reason) => lost.push(`${key.id.at(-1)} ${reason.message}`));
    files.held = true;
    const waits = [object.durable(object.committed()), object.durable(object.committed())];
    await until(() => files.waiting.length > 0);
    files.refuse();
    files.release();
    for (const wait of waits)
      await expect(wait).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
    expect(lost).toHaveLength(1);
    expect([object.mayCheckpoint(), object.mayClose()]).toEqual([false, false]);
    await object.release();
    const again = () => journal.prepare({ ...KEY, id: KEY.id.replace("1", "a") }, pathOf("a"));
    expect(again).toThrow(expect.objectContaining({ code: "STORAGE_SYNC_FAILED" }));
    const other = prepared(journal, KEY, pathOf("b"));
    other.create(IMAGE);
    await other.durable(other.committed());
  });

  test("has an object once at a time", async () => {
    const { journal, object } = prepare();
    const again = () => journal.prepare({ ...KEY, id: KEY.id.replace("1", "a") }, pathOf("a"));
    expect(again).toThrow(expect.objectContaining({ code: "OBJECT_IN_USE" }));
    await object.release();
    expect(again()).toBeDefined();
  });

  test.each<Durability>(["strict", "relaxed"])(
    "%s: syncs within the bound what nobody waits for, many commits at once",
    async (durability) => {
      const { object } = prepare(durability);
      for (let number = 0; number < 50; number += 1) object.committed();
      await clock.advance(RELAXED_BOUND_MS - 1);
      expect(files.syncs("-wal")).toBe(0);
      await clock.advance(1);
      expect(files.syncs("-wal")).toBe(1);
      await until(() => object.mayClose());
      await clock.advance(10 * RELAXED_BOUND_MS);
      expect(files.syncs("-wal")).toBe(1);
    },
  );

  test("relaxed and memory hold nothing back", () => {
    for (const durability of ["relaxed", "memory"] as const) {
      const { object } = prepare(durability, durability[0] as string);
      expect(object.durable(object.committed())).toBe(undefined);
    }
  });

  test("relaxed: a failure is told, and nothing leaves after it", async () => {
    const { journal, object } = prepare("relaxed");
    const lost: Error[] = [];
    journal.onLost((_, reason) => lost.push(reason));
    object.committed();
    files.held = true;
    await clock.advance(RELAXED_BOUND_MS);
    await until(() => files.waiting.length > 0);
    files.refuse();
    files.release();
    await until(() => lost.length === 1);
    await expect(object.durable(object.committed())).rejects.toBe(lost[0]);
  });

  test("memory syncs nothing", async () => {
    const { journal, object } = prepare("memory");
    object.committed();
    await clock.advance(10 * RELAXED_BOUND_MS);
    await object.release();
    await journal.close();
    expect(files.log.filter((line) => line.startsWith("sync"))).toEqual([]);
  });

  test("lets a log be folded only when all of it is durable, and syncs the file after", async () => {
    const { object } = prepare("relaxed");
    object.committed();
    files.held = true;
    let may: boolean | undefined;
    const asked = object.mayFold().then((answer) => {
      may = answer;
    });
    await breathe();
    expect(may).toBe(undefined);
    files.release();
    await asked;
    expect(may).toBe(true);
    files.log.length = 0;
    await object.folded();
    expect(files.log).toContain("sync a.sqlite");
    expect(files.log.some((line) => line.startsWith("close"))).toBe(false);
    await object.release();
  });

  test("a file whose log outlived it starts without that log", async () => {
    const { object } = prepare();
    await object.durable(object.committed());
    object.remove();
    writeFileSync(`${pathOf("a")}-wal`, "left over");
    object.create(IMAGE);
    expect(files.exists(`${pathOf("a")}-wal`)).toBe(false);
    await object.release();
  });
});

describeJournal("embedded", (time, durability) => {
  const slow = new SlowFiles();
  const count = (what: string) => slow.log.filter((line) => line.startsWith(what)).length;
  return {
    journal: new EmbeddedJournal({ files: slow, clock: time, durability }),
    hold: () => {
      slow.held = true;
    },
    release: () => slow.release(),
    refuse: () => slow.refuse(),
    syncs: () => slow.syncs("-wal"),
    open: () => count("open") - count("close"),
  };
});
