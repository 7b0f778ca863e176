import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { objectFile } from "../../src/storage/data-directory.ts";
import type { DurableObjectStorage } from "../../src/storage/durable-object-storage.ts";
import { openObjectStores } from "../../src/storage/open.ts";
import { keyOf } from "../../src/storage/testing/harness.ts";
import { ALARM_BASE, BUSY, CROWD, host, type Said, understand } from "./program.ts";
import type { Operation } from "./recording.ts";

interface Expected {
  readonly number: number;
  /** It was being deleted, or everything in it was deleted and nothing new is acknowledged. */
  readonly mayBeGone: boolean;
}

/** What must be there of each object after so many operations. */
function expectedAfter(operations: readonly Operation[]): Map<number, Expected> {
  // What nobody was told of may be there, but not half of it.
  const none = { number: 0, mayBeGone: true };
  const expected = new Map<number, Expected>();
  for (let object = 1; object <= Math.max(BUSY, CROWD); object += 1) expected.set(object, none);
  for (const operation of operations) {
    if (operation.kind !== "said") continue;
    for (const said of operation.text.split("\n").map(understand)) {
      if (said !== undefined) expected.set(said.object, toExpected(said, expected));
    }
  }
  return expected;
}

function toExpected({ kind, object, number }: Said, before: Map<number, Expected>): Expected {
  if (kind === "durable") return { number, mayBeGone: false };
  const old = before.get(object)?.number ?? 0;
  return { number: kind === "deleted" ? 0 : old, mayBeGone: true };
}

async function checkObject(
  storage: ReturnType<typeof openObjectStores>,
  object: number,
  expected: Expected,
): Promise<void> {
  const key = keyOf(object);
  const store = await storage.stores.open(key, undefined, host);
  const api = store.api as DurableObjectStorage;
  const exists = api.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 't'").toArray().length > 0;
  if (!exists) assert(expected.mayBeGone, `object ${object} is gone`);
  else {
    const { rows } = api.sql.exec("SELECT count(*) AS rows FROM t").one();
    assert.equal(await api.get("count"), rows === 0 ? undefined : rows, "half of a turn");
    const isEnough = Number(rows) >= expected.number;
    assert(expected.mayBeGone || isEnough, `${rows} rows are left of ${expected.number}`);
    const alarm = await api.getAlarm();
    const known = storage.alarms.get(key) ?? Number.POSITIVE_INFINITY;
    assert(alarm === null || known <= alarm, `the index is ${known}, the alarm ${alarm}`);
    if (!expected.mayBeGone && expected.number >= 3) {
      assert(Number(alarm) >= ALARM_BASE - 1000, `the alarm is ${alarm}`);
      assert.equal(storage.stores.nameOf(key), `name-${object}`);
    }
  }
  await store.close();
}

/** The whole of a file is as SQLite wants it. */
export function checkFile(path: string): void {
  if (!existsSync(path)) return;
  const database = new DatabaseSync(path);
  const verdict = database.prepare("PRAGMA integrity_check").get();
  assert.equal(verdict?.integrity_check, "ok", "integrity");
  database.close();
}

/** Opens what a cut left, and looks for everything that was acknowledged before it. */
export async function checkStores(directory: string, done: readonly Operation[]): Promise<void> {
  const expected = expectedAfter(done);
  const storage = openObjectStores({ dataDirectory: directory, durability: "memory" });
  for (const [object, each] of expected) await checkObject(storage, object, each);
  await storage.close();
  for (const object of expected.keys()) checkFile(objectFile(directory, keyOf(object)));
}
