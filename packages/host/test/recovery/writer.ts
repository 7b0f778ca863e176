/**
 * Writes to one object, keeps its history, and brings it back to earlier moments again and again. Says what
 * is certain: `at n bookmark` when value n is durable, `back n` when the object is to be brought back to n,
 * `is n` when it is there. The test that started it kills it.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import type { DurableObjectStorage } from "../../src/storage/durable-object-storage.ts";
import { openObjectStores } from "../../src/storage/open.ts";
import { keyOf } from "../../src/storage/testing/harness.ts";
import { host } from "../power-loss/program.ts";

const [, , dataDirectory = "", from = "0"] = argv;
const LIFE = 6;
const storage = openObjectStores({ dataDirectory, recoveryMs: 3_600_000 });
const bookmarks = new Map<number, string>();

for (let number = Number(from); ; ) {
  const store = await storage.stores.open(keyOf(1), "one", host);
  const api = store.api as DurableObjectStorage;
  if (bookmarks.size > 0) writeSync(1, `is ${await api.get("value")}\n`);
  for (let turn = 0; turn < LIFE; turn += 1) {
    number += 1;
    await api.put("value", number);
    await api.put(`filler ${number % 10}`, "x".repeat((number * 997) % 5000));
    store.commit();
    const bookmark = await api.getCurrentBookmark();
    await store.durable();
    bookmarks.set(number, bookmark);
    writeSync(1, `at ${number} ${bookmark}\n`);
  }
  const [value, bookmark] = [...bookmarks].at(-((number % 11) + 1)) ?? [number, ""];
  if (bookmark !== "" && number % 3 !== 0) {
    await api.onNextSessionRestoreBookmark(bookmark);
    writeSync(1, `back ${value}\n`);
  }
  await store.close();
}
