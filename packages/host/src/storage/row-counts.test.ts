import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DurableObjectStorage } from "./durable-object-storage.ts";
import { StorageHarness, type TestStore } from "./testing/harness.ts";

let harness: StorageHarness;
let store: TestStore;
let storage: DurableObjectStorage;

beforeEach(async () => {
  harness = new StorageHarness({ durability: "memory" });
  store = await harness.open();
  storage = store.storage;
  storage.sql.exec(`
    CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c);
    CREATE INDEX tb ON t (b);
    CREATE UNIQUE INDEX tc ON t (c);
    CREATE TABLE k (x TEXT PRIMARY KEY, y) WITHOUT ROWID;
    CREATE TABLE p (x TEXT PRIMARY KEY, y);
    CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, v);
    CREATE TABLE n (v)
  `);
});

afterEach(() => harness.dispose());

/** Rows read and written, when everything is done. */
function counts(sql: string): [number, number] {
  const cursor = storage.sql.exec(sql);
  cursor.toArray();
  return [cursor.rowsRead, cursor.rowsWritten];
}

// The numbers are workerd's.
describe("rows written", () => {
  test.each([
    ["INSERT INTO n VALUES (1), (2)", 2],
    ["INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2)", 6],
    ["INSERT INTO k VALUES ('a', 1)", 1],
    ["INSERT INTO p VALUES ('a', 1), ('b', 2)", 4],
    ["INSERT INTO auto (v) VALUES (1), (2)", 3],
    ["INSERT INTO p VALUES ('a', 1) RETURNING x", 2],
    ["CREATE TABLE made (a PRIMARY KEY, b UNIQUE)", 4],
    ["CREATE TABLE made (a PRIMARY KEY) WITHOUT ROWID", 2],
    ["CREATE TABLE IF NOT EXISTS n (v)", 0],
    ["CREATE INDEX i ON n (v)", 1],
    ["CREATE INDEX IF NOT EXISTS tb ON t (b)", 0],
    ["CREATE VIEW w AS SELECT 1", 1],
    ["DROP TABLE n", 0],
    ["SELECT * FROM t", 0],
    ["PRAGMA foreign_keys", 0],
  ])("%s", (sql, written) => {
    expect(counts(sql)[1]).toBe(written);
  });

  test("by changes: an index counts when it follows", () => {
    counts("INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2)");
    expect(counts("UPDATE t SET b = 'z'")[1]).toBe(4);
    expect(counts("UPDATE t SET c = c + 10 WHERE a = 1")[1]).toBe(2);
    expect(counts("UPDATE t SET c = 5 WHERE a = 9")[1]).toBe(0);
    expect(counts("DELETE FROM t")[1]).toBe(2);
  });

  test("the same text may make something, and find it the next time", () => {
    const sql = "CREATE TABLE IF NOT EXISTS later (a)";
    expect([counts(sql)[1], counts(sql)[1]]).toEqual([2, 0]);
    storage.sql.exec("DROP TABLE later");
    expect(counts(sql)[1]).toBe(2);
  });
});

describe("rows read", () => {
  beforeEach(() => {
    storage.sql.exec("INSERT INTO n SELECT value FROM json_each('[1,2,3,4,5]')");
    storage.sql.exec("INSERT INTO t SELECT value, 'b' || value, value FROM json_each('[1,2,3]')");
  });

  test.each([
    ["SELECT * FROM n", 5],
    ["SELECT * FROM n WHERE v = 4", 5],
    ["SELECT count(*) FROM n", 5],
    ["SELECT * FROM n ORDER BY v", 10],
    ["SELECT * FROM n LIMIT 2", 2],
    ["SELECT * FROM t WHERE a = 2", 1],
    ["SELECT * FROM t WHERE a = 99", 1],
    ["SELECT * FROM t WHERE b = 'b2'", 2],
    ["SELECT 1", 0],
    ["PRAGMA table_info(t)", 0],
    ["EXPLAIN SELECT * FROM n", 0],
    ["DELETE FROM n WHERE v = 1", 5],
  ])("%s", (sql, read) => {
    expect(counts(sql)[0]).toBe(read);
  });

  test("grow as rows are taken", () => {
    const cursor = storage.sql.exec("SELECT * FROM n");
    const seen = [cursor.rowsRead];
    cursor.next();
    seen.push(cursor.rowsRead);
    cursor.toArray();
    seen.push(cursor.rowsRead);
    expect(seen).toEqual([1, 2, 5]);
  });
});

describe("a statement that finds everything there", () => {
  test("writes nothing: there is nothing to commit", async () => {
    await store.settle();
    storage.sql.exec("CREATE TABLE IF NOT EXISTS n (v); CREATE INDEX IF NOT EXISTS tb ON t (b)");
    expect(store.written()).toBe(false);
    storage.sql.exec("CREATE TABLE IF NOT EXISTS another (v)");
    expect(store.written()).toBe(true);
  });

  test("writes inside the turn when what it makes has gone meanwhile", async () => {
    const sql = "CREATE INDEX IF NOT EXISTS tb ON t (b)";
    storage.sql.exec(sql);
    await store.settle();
    storage.sql.exec("DROP INDEX tb");
    await store.settle();
    storage.sql.exec(sql);
    expect(store.written()).toBe(true);
  });
});
