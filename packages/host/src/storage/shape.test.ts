import { expect, test } from "vitest";
import { StorageHarness } from "./testing/harness.ts";

function listed(value: object): string[] {
  const names: string[] = [];
  for (const name in value) names.push(name);
  return names;
}

test("storage looks like the platform's own", async () => {
  const harness = new StorageHarness({ durability: "memory" });
  const { storage } = await harness.open();
  expect(listed(storage)).toEqual([
    ...["kv", "sql", "get", "list", "put", "delete", "deleteAll", "transaction", "getAlarm"],
    ...["setAlarm", "deleteAlarm", "sync", "transactionSync", "getCurrentBookmark"],
    ...["getBookmarkForTime", "onNextSessionRestoreBookmark"],
  ]);
  expect(Object.keys(storage)).toEqual(["kv", "sql"]);
  expect(listed(storage.sql)).toEqual(["exec", "databaseSize", "Cursor", "Statement"]);
  expect(listed(storage.kv)).toEqual(["get", "list", "put", "delete"]);
  const cursor = storage.sql.exec("SELECT 1");
  expect(listed(cursor)).toEqual([
    ...["next", "toArray", "one", "raw", "columnNames", "rowsRead", "rowsWritten"],
  ]);
  expect([String(storage), String(storage.sql), String(cursor)]).toEqual([
    ...["[object DurableObjectStorage]", "[object SqlStorage]", "[object Cursor]"],
  ]);
  await harness.dispose();
});

test("methods that lost their receiver say so", async () => {
  const harness = new StorageHarness({ durability: "memory" });
  const { storage } = await harness.open();
  const { get } = storage;
  const { exec } = storage.sql;
  expect(() => get("a")).toThrow(/^Illegal invocation: function called with incorrect `this`/);
  expect(() => exec("SELECT 1")).toThrow(/^Illegal invocation/);
  expect(() => exec.call({} as never, "SELECT 1")).toThrow(TypeError);
  await expect(storage.put("storage", storage)).rejects.toThrow(
    'Could not serialize object of type "DurableObjectStorage". This type does not support serialization.',
  );
  await harness.dispose();
});
