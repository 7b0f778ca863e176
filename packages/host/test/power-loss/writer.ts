/**
 * The program whose system calls are recorded: it writes to some objects, opens and closes them, deletes
 * two, and says on its output what is durable. Fewer databases than objects may be open, so that files
 * are closed under objects that are in use.
 *
 * Arguments: data directory, durability, and a mistake to make, if any; or `history`, to keep that; or
 * `sqlite`, to hold no object in memory.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { type Files, systemFiles } from "../../src/files.ts";
import type { Durability } from "../../src/journal/journal.ts";
import type { DurableObjectStorage } from "../../src/storage/durable-object-storage.ts";
import type { ObjectStore } from "../../src/storage/object-store.ts";
import { openObjectStores, type Storage } from "../../src/storage/open.ts";
import { keyOf } from "../../src/storage/testing/harness.ts";
import { ALARM_BASE, BUSY, host, OBJECTS, say } from "./program.ts";

const [, , dataDirectory = "", durability = "strict", mistake = ""] = argv;
const LIVES = 4;
const TURNS = 6;
const DELETED_LIFE = 2;
/** How often each object writes while more are in use than may be open. */
const ROUNDS = 3;
/** As few as let two databases be open. */
const DESCRIPTORS = 208;
/** What the busy object writes: its log is filled ahead, folded in its place and begun anew. */
const BUSY_TURNS = 150;
const LOG_BYTES = 128 * 1024;

/** SQLite syncs nothing by itself. */
function dropBarriers(): void {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function withoutBarriers(sql) {
    return exec.call(this, sql.replace("synchronous = NORMAL", "synchronous = OFF"));
  };
}

/** The object commits before the index hears of its alarm. */
function putIndexLast({ alarms }: Storage): void {
  const put = alarms.put.bind(alarms);
  alarms.put = (key, time) => {
    setTimeout(() => void put(key, time), 5);
    return undefined;
  };
}

/** New files have their own names before they are durable. */
function nameAtOnce(files: Files): Files {
  const ownName = (path: string) => path.replace(/-first$/, "");
  return {
    ...files,
    create: (path, bytes) => files.create(ownName(path), bytes),
    rename: () => undefined,
  };
}

const machine: Files = { ...systemFiles, descriptorLimit: () => DESCRIPTORS };
if (mistake === "off") dropBarriers();
const storage = openObjectStores({
  dataDirectory,
  durability: durability as Durability,
  ...(mistake === "history" && { recoveryMs: 3_600_000 }),
  files: mistake === "unsealed" ? nameAtOnce(machine) : machine,
  ...((mistake === "sqlite" || mistake === "off") && { imageBytes: 0 }),
  logBytes: LOG_BYTES,
});
if (mistake === "index-after") putIndexLast(storage);

/** One activation's life. Answers the last number written. */
async function live(store: ObjectStore, object: number, last: number): Promise<number> {
  const api = store.api as DurableObjectStorage;
  api.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, filler)");
  let number = last;
  for (let turn = 0; turn < TURNS; turn += 1) {
    number += 1;
    // Two writes of one turn: both are there afterwards, or neither.
    api.sql.exec("INSERT INTO t VALUES (?, ?)", number, "x".repeat(200 + ((number * 997) % 3000)));
    await api.put("count", number);
    if (turn === 2) await api.setAlarm(ALARM_BASE - number);
    if (turn === 4) api.sql.exec("UPDATE t SET filler = ?", "y".repeat(50 + number));
    await store.durable();
    writeSync(1, say({ kind: "durable", object, number }));
    if (mistake === "history") {
      writeSync(1, `moment ${object} ${number} ${await api.getCurrentBookmark()}\n`);
    }
  }
  return number;
}

/** Answers the last number written. */
async function run(object: number): Promise<number> {
  let number = 0;
  for (let life = 0; life < LIVES; life += 1) {
    const store = await storage.stores.open(keyOf(object), `name-${object}`, host);
    number = await live(store, object, number);
    if (object > OBJECTS - 2 && life === DELETED_LIFE) {
      writeSync(1, say({ kind: "deleting", object, number: 0 }));
      await (store.api as DurableObjectStorage).deleteAll();
      // With nothing in between: the new file is made while the deletion is still on its way.
      if (object === OBJECTS) number = await live(store, object, 0);
      else {
        await store.durable();
        writeSync(1, say({ kind: "deleted", object, number: 0 }));
        number = 0;
      }
    }
    await store.close();
  }
  return number;
}

/** Objects take turns, so that each finds its file closed under it. */
async function takeTurns(numbers: readonly number[]): Promise<void> {
  const stores = await Promise.all(
    numbers.map((_, index) => storage.stores.open(keyOf(index + 1), `name-${index + 1}`, host)),
  );
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [index, store] of stores.entries()) {
      const number = (numbers[index] as number) + round;
      const api = store.api as DurableObjectStorage;
      api.sql.exec("INSERT INTO t VALUES (?, ?)", number, "z".repeat(100));
      await api.put("count", number);
      await store.durable();
      writeSync(1, say({ kind: "durable", object: index + 1, number }));
      await setImmediate();
    }
  }
  for (const store of stores) await store.close();
}

/** An object that never rests. What it writes is small, so that a turn is a page or two. */
async function stayBusy(object: number): Promise<void> {
  const store = await storage.stores.open(keyOf(object), `name-${object}`, host);
  const api = store.api as DurableObjectStorage;
  api.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, filler)");
  await api.setAlarm(ALARM_BASE);
  for (let number = 1; number <= BUSY_TURNS; number += 1) {
    api.sql.exec("INSERT INTO t VALUES (?, ?)", number, "x");
    await api.put("count", number);
    store.commit();
    // Now and then turns share a sync.
    if (number % 7 < 2) continue;
    await store.durable();
    writeSync(1, say({ kind: "durable", object, number }));
  }
  await store.durable();
  writeSync(1, say({ kind: "durable", object, number: BUSY_TURNS }));
  await store.close();
}

if (mistake !== "history") await stayBusy(BUSY);
const written = await Promise.all(Array.from({ length: OBJECTS }, (_, index) => run(index + 1)));
await takeTurns(written);
await storage.close();
