/**
 * The program whose system calls are recorded: it writes to three objects, opens and closes them, deletes
 * one, and says on its output what is durable.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import type { Durability } from "../../src/journal/journal.ts";
import type { DurableObjectStorage } from "../../src/storage/durable-object-storage.ts";
import type { ObjectStore } from "../../src/storage/object-store.ts";
import { openObjectStores } from "../../src/storage/open.ts";
import { keyOf } from "../../src/storage/testing/harness.ts";
import { ALARM_BASE, host, OBJECTS, say } from "./program.ts";

const [, , dataDirectory = "", durability = "strict"] = argv;
const LIVES = 5;
const TURNS = 6;
const DELETED_LIFE = 3;

const storage = openObjectStores({ dataDirectory, durability: durability as Durability });

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
  }
  return number;
}

async function run(object: number): Promise<void> {
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
}

await Promise.all(Array.from({ length: OBJECTS }, (_, index) => run(index + 1)));
await storage.close();
