/**
 * A recorded program whose objects all write in the same turns, so that what they write is made durable in
 * the log that they share. Now and then one is closed and opened again, or deleted, or writes more than
 * the shared log takes. That log is short, so that its two files take turns many times.
 *
 * Arguments: data directory, and a mistake to make, if any; or `sqlite`, to hold no object in memory.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { type Descriptor, type Files, systemFiles } from "../../src/files.ts";
import type { DurableObjectStorage } from "../../src/storage/durable-object-storage.ts";
import type { ObjectStore } from "../../src/storage/object-store.ts";
import { openObjectStores } from "../../src/storage/open.ts";
import { keyOf } from "../../src/storage/testing/harness.ts";
import { ALARM_BASE, CROWD, host, say } from "./program.ts";

const [, , dataDirectory = "", mistake = ""] = argv;
const ROUNDS = 36;
/** One of them is deleted in this round. */
const DELETING = 20;
const SHARED_LOG_BYTES = 256 * 1024;

/** The shared log is written anew before the objects' own logs are synced. */
function forgetOwnLogs(files: Files): Files {
  const read = new Set<Descriptor>();
  return {
    ...files,
    open(path) {
      const descriptor = files.open(path);
      if (path.endsWith("-wal")) read.add(descriptor);
      return descriptor;
    },
    sync: async (descriptor) => {
      if (!read.has(descriptor)) await files.sync(descriptor);
    },
    close(descriptor) {
      read.delete(descriptor);
      files.close(descriptor);
    },
  };
}

const storage = openObjectStores({
  dataDirectory,
  files: mistake === "uncovered" ? forgetOwnLogs(systemFiles) : systemFiles,
  sharedLogBytes: SHARED_LOG_BYTES,
  ...(mistake === "sqlite" && { imageBytes: 0 }),
});
const stores: ObjectStore[] = [];
const numbers: number[] = [];
const apiOf = (index: number) => stores[index]?.api as DurableObjectStorage;

async function open(index: number): Promise<void> {
  const store = await storage.stores.open(keyOf(index + 1), `name-${index + 1}`, host);
  stores[index] = store;
  const api = apiOf(index);
  api.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, filler)");
  await api.setAlarm(ALARM_BASE);
}

/** One turn: two writes, of which both are there afterwards, or neither. */
async function write(index: number, round: number): Promise<void> {
  const number = (numbers[index] ?? 0) + 1;
  numbers[index] = number;
  const api = apiOf(index);
  const isMuch = (round + index) % 17 === 0;
  api.sql.exec("INSERT INTO t VALUES (?, ?)", number, "x".repeat(isMuch ? 90_000 : 40));
  await api.put("count", number);
}

async function acknowledge(index: number): Promise<void> {
  await stores[index]?.durable();
  writeSync(1, say({ kind: "durable", object: index + 1, number: numbers[index] ?? 0 }));
}

async function remove(index: number): Promise<void> {
  writeSync(1, say({ kind: "deleting", object: index + 1, number: 0 }));
  await apiOf(index).deleteAll();
  await stores[index]?.durable();
  writeSync(1, say({ kind: "deleted", object: index + 1, number: 0 }));
  numbers[index] = 0;
  await stores[index]?.close();
  await open(index);
}

const all = Array.from({ length: CROWD }, (_, index) => index);
for (const index of all) await open(index);
for (let round = 1; round <= ROUNDS; round += 1) {
  for (const index of all) await write(index, round);
  await Promise.all(all.map(acknowledge));
  const other = round % CROWD;
  if (round === DELETING) await remove(other);
  else if (round % 5 === 0) {
    await stores[other]?.close();
    await open(other);
  }
}
for (const store of stores) await store.close();
await storage.close();
