/**
 * Writes without end to several objects at once and says on its output what is durable. The test that
 * started it kills it.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import type { DurableObjectStorage } from "../durable-object-storage.ts";
import { openObjectStores } from "../open.ts";
import { keyOf } from "./harness.ts";

const [, , dataDirectory = "", objects = "4"] = argv;
const storage = openObjectStores({ dataDirectory });
writeSync(1, "ready\n");

async function run(number: number): Promise<never> {
  const store = await storage.stores.open(keyOf(number), `name-${number}`, {
    onFirstWrite: () => undefined,
    onFailure: (error) => {
      throw error;
    },
    mayHaveAlarm: () => true,
    exclusively: (callback) => callback(),
  });
  const api = store.api as DurableObjectStorage;
  api.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, half)");
  for (let count = 1; ; count += 1) {
    // Two writes of one turn: both are there afterwards, or neither.
    api.sql.exec("INSERT INTO t VALUES (?, 1)", count);
    await api.put("count", count);
    const alarm = 4e12 - count;
    if (count % 3 === 0) await api.setAlarm(alarm);
    await store.durable();
    writeSync(1, `${number} ${count} ${count % 3 === 0 ? alarm : "-"}\n`);
  }
}

for (let number = 1; number <= Number(objects); number += 1) void run(number);
