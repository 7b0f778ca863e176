import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf, StorageHarness, type TestStore } from "./testing/harness.ts";

let harness: StorageHarness;
let object: TestStore;

beforeEach(async () => {
  harness = new StorageHarness({ durability: "memory" });
  object = await harness.open();
});

afterEach(() => harness.dispose());

function exec(sql: string, ...bindings: unknown[]) {
  return object.storage.sql.exec(sql, ...bindings);
}

function rows(sql: string, ...bindings: unknown[]) {
  return exec(sql, ...bindings).toArray();
}

describe("values", () => {
  test.each([
    ["number", 5, "real", 5],
    ["fraction", 1.5, "real", 1.5],
    ["NaN", Number.NaN, "null", null],
    ["string", "s", "text", "s"],
    ["string with a zero", "a\0b", "text", "a\0b"],
    ["null", null, "null", null],
    ["undefined", undefined, "null", null],
    ["true", true, "text", "true"],
    ["false", false, "text", "false"],
    ["object", {}, "text", "[object Object]"],
    ["array", [1, 2], "text", "1,2"],
    ["date", new Date(0), "text", String(new Date(0))],
  ])("binds %s", (_, value, type, stored) => {
    const [row] = rows("SELECT typeof(?1) AS type, ?1 AS value", value);
    expect(row).toEqual({ type, value: stored });
  });

  test.each([
    ["ArrayBuffer", new Uint8Array([1, 2]).buffer, [1, 2]],
    ["Uint8Array", new Uint8Array([1, 2]), [1, 2]],
    ["part of a buffer", new Uint8Array([1, 2, 3, 4]).subarray(1, 3), [2, 3]],
    ["DataView", new DataView(new Uint8Array([7]).buffer), [7]],
    ["empty", new ArrayBuffer(0), []],
  ])("binds %s as a blob and reads an ArrayBuffer", (_, value, bytes) => {
    const row = exec("SELECT typeof(?1) AS type, ?1 AS value", value).one();
    expect(row.type).toBe("blob");
    expect(row.value).toBeInstanceOf(ArrayBuffer);
    expect([...new Uint8Array(row.value as ArrayBuffer)]).toEqual(bytes);
  });

  test.each([
    [5n, "TypeError: Cannot convert a BigInt value to a number"],
    [Symbol("x"), "TypeError: Cannot convert a Symbol value to a string"],
    [Object.create(null), "TypeError: Cannot convert object to primitive value"],
  ])("refuses what has no text", async (value, text) => {
    expect(await failureOf(() => rows("SELECT ?", value))).toBe(text);
  });

  test("reads integers as numbers, however large", () => {
    const row = exec("SELECT 9007199254740993 AS a, 9223372036854775807 AS b, x'' AS c").one();
    expect(row.a).toBe(9007199254740992);
    expect(row.b).toBe(Number(9223372036854775807n));
    expect((row.c as ArrayBuffer).byteLength).toBe(0);
  });

  test("rows are plain objects whose last column of a name stays", () => {
    const row = exec('SELECT 1 AS a, 2 AS a, 3 AS "__proto__"').one();
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(Object.keys(row)).toEqual(["a"]);
    expect(row.a).toBe(2);
    expect(exec("SELECT 1 AS a, 2 AS a").raw().toArray()).toEqual([[1, 2]]);
  });
});

describe("parameters", () => {
  test.each([
    ["SELECT ?2 AS x, ?1 AS y", [1, 2], { x: 2, y: 1 }],
    ["SELECT ?3 AS x", [1, 2, 3], { x: 3 }],
    ["SELECT :a AS x, :a AS y, @b AS z", [1, 2], { x: 1, y: 1, z: 2 }],
    ["SELECT $a AS x, ? AS y, :c AS z", [1, 2, 3], { x: 1, y: 2, z: 3 }],
    ["SELECT '?' AS x, \"?\" AS y /* ? */, ? AS z -- ?", [1], { x: "?", y: "?", z: 1 }],
  ])("%s", (sql, bindings, row) => {
    expect(exec(sql, ...bindings).one()).toEqual(row);
  });

  test.each([
    ["SELECT ?", []],
    ["SELECT 1", [1]],
    ["SELECT ?3", [1]],
  ])("counts those of %s", async (sql, bindings) => {
    expect(await failureOf(() => rows(sql, ...bindings))).toBe(
      "Error: Wrong number of parameter bindings for SQL query.",
    );
  });
});

describe("several statements", () => {
  test("run in order; the last one has the rows and the bindings", () => {
    expect(
      rows("CREATE TABLE a (x); INSERT INTO a VALUES (1); SELECT x, ? AS y FROM a", 2),
    ).toEqual([{ x: 1, y: 2 }]);
  });

  test("a trigger is one statement", () => {
    rows(`CREATE TABLE a (x); CREATE TABLE log (x);
      CREATE TRIGGER t AFTER INSERT ON a BEGIN
        INSERT INTO log SELECT CASE WHEN new.x = 1 THEN 'one' ELSE 'more' END;
        UPDATE log SET x = x || ';';
      END; INSERT INTO a VALUES (1);`);
    expect(rows("SELECT * FROM log")).toEqual([{ x: "one;" }]);
  });

  test.each(["select 1;", "select 1; ", ";;select 1", "/* a */ select 1"])(
    "%j is one statement",
    (sql) => {
      expect(rows(sql)).toEqual([{ 1: 1 }]);
    },
  );

  test("a comment is part of the name that a column gets", () => {
    expect(rows("select 1 -- c")).toEqual([{ "1 -- c": 1 }]);
  });

  test.each(["", " ", "-- c", ";", "select 1; -- c", "select 1; ;"])(
    "%j has none to end with",
    async (sql) => {
      expect(await failureOf(() => rows(sql))).toBe("Error: SQL code did not contain a statement.");
    },
  );

  test("only the last one takes values", async () => {
    expect(await failureOf(() => rows("select ?; select ?", 1, 2))).toBe(
      "Error: When executing multiple SQL statements in a single call, only the last statement can have parameters.",
    );
  });

  test("what ran before an error stays", async () => {
    rows("CREATE TABLE a (x)");
    await failureOf(() => rows("INSERT INTO a VALUES (1); selec; INSERT INTO a VALUES (2)"));
    expect(rows("SELECT x FROM a")).toEqual([{ x: 1 }]);
  });
});

describe("cursors", () => {
  const THREE = "SELECT 1 AS a UNION SELECT 2 UNION SELECT 3";

  test("share one position with their iterators", () => {
    const cursor = exec(THREE);
    expect(cursor.next()).toEqual({ done: false, value: { a: 1 } });
    for (const row of cursor) {
      expect(row).toEqual({ a: 2 });
      break;
    }
    expect([...cursor.raw()]).toEqual([[3]]);
    expect(cursor.toArray()).toEqual([]);
    expect(cursor.next()).toEqual({ done: true, value: undefined });
  });

  test("of the same text do not disturb each other, small results or not", () => {
    for (let round = 0; round < 3; round += 1) {
      const [first, second] = [exec(THREE), exec(THREE)];
      const taken = [first, second, first, second].map((cursor) => cursor.next().value);
      expect(taken).toEqual([{ a: 1 }, { a: 1 }, { a: 2 }, { a: 2 }]);
    }
  });

  test("step through a result without end", () => {
    const endless = exec(
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
    );
    expect([endless.next().value, endless.next().value]).toEqual([{ x: 1 }, { x: 2 }]);
    expect(endless.rowsRead).toBe(3);
  });

  test("one() wants exactly one", async () => {
    expect(exec("SELECT 1 AS a").one()).toEqual({ a: 1 });
    expect(await failureOf(() => exec("SELECT 1 WHERE 0").one())).toBe(
      "Error: Expected exactly one result from SQL query, but got no results.",
    );
    expect(await failureOf(() => exec(THREE).one())).toBe(
      "Error: Expected exactly one result from SQL query, but got multiple results.",
    );
  });

  test("hold a table only while rows are left", async () => {
    rows("CREATE TABLE a (x); INSERT INTO a VALUES (1), (2)");
    const cursor = exec("SELECT * FROM a");
    cursor.next();
    expect(await failureOf(() => rows("DROP TABLE a"))).toBe(
      "Error: database table is locked: SQLITE_LOCKED",
    );
    cursor.next();
    rows("DROP TABLE a");
  });

  test("go on over a commit, and end when a schema is rolled back under them", async () => {
    rows("CREATE TABLE a (x); INSERT INTO a VALUES (1), (2), (3)");
    await object.settle();
    const committed = exec("SELECT x FROM a WHERE x > 0");
    committed.next();
    rows("INSERT INTO a VALUES (4)");
    await object.settle();
    expect(committed.next().value).toEqual({ x: 2 });
    const undone = exec("SELECT x FROM a WHERE x > 1");
    const transaction = () =>
      object.storage.transactionSync(() => {
        rows("CREATE TABLE b (x)");
        throw new Error("undo");
      });
    expect(await failureOf(transaction)).toBe("Error: undo");
    expect(await failureOf(() => undone.toArray())).toBe(
      "Error: abort due to ROLLBACK: SQLITE_ABORT (extended: SQLITE_ABORT_ROLLBACK)",
    );
  });

  test("know names and counts", () => {
    expect(exec("SELECT 1 AS a, 2 AS a, 3").columnNames).toEqual(["a", "a", "3"]);
    expect(exec("CREATE TABLE u (a PRIMARY KEY, b)").columnNames).toEqual([]);
    const insert = exec("INSERT INTO u VALUES (1, 1), (2, 2)");
    // One for each row, and one for its key.
    expect([insert.rowsRead, insert.rowsWritten]).toEqual([0, 4]);
    expect(exec("UPDATE u SET b = 3 WHERE a = 9").rowsWritten).toBe(0);
    expect(exec("UPDATE u SET b = 3").rowsWritten).toBe(2);
    const returning = exec("INSERT INTO u VALUES (3, 3) RETURNING a");
    expect(returning.rowsWritten).toBe(2);
    expect(returning.one()).toEqual({ a: 3 });
    expect(exec("CREATE TABLE IF NOT EXISTS u (a)").rowsWritten).toBe(0);
  });
});

describe("errors", () => {
  beforeEach(() => {
    rows(
      "CREATE TABLE u (a PRIMARY KEY, b UNIQUE, c CHECK (c > 0)); INSERT INTO u VALUES (1, 1, 1)",
    );
    object.storage.kv.put("key", "value");
  });

  test.each([
    ["select * from nope", "no such table: nope: SQLITE_ERROR"],
    ["selec", 'near "selec": syntax error at offset 0: SQLITE_ERROR'],
    [
      "insert into u values (1, 2, 1)",
      "UNIQUE constraint failed: u.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)",
    ],
    [
      "insert into u values (2, 1, 1)",
      "UNIQUE constraint failed: u.b: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
    ],
    [
      "insert into u values (2, 2, 0)",
      "CHECK constraint failed: c > 0: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)",
    ],
    ["alter table u add column b", "duplicate column name: b: SQLITE_ERROR"],
    ["vacuum", "cannot VACUUM from within a transaction: SQLITE_ERROR"],
    ["attach ':memory:' as x", "not authorized: SQLITE_AUTH"],
    ["detach main", "not authorized: SQLITE_AUTH"],
    ["create temp table x (a)", "not authorized: SQLITE_AUTH"],
    ["create temporary view x as select 1", "not authorized: SQLITE_AUTH"],
    ["create table temp.x (a)", "not authorized: SQLITE_AUTH"],
    ["create table _cf_x (a)", "not authorized: SQLITE_AUTH"],
    ["create table _CF_x (a)", "not authorized: SQLITE_AUTH"],
    ["create index _cf_i on u (a)", "not authorized: SQLITE_AUTH"],
    ["create view _cf_v as select 1", "not authorized: SQLITE_AUTH"],
    ["alter table u rename to _cf_u", "not authorized: SQLITE_AUTH"],
    ['alter table u rename /* x */ to "_CF_u"', "not authorized: SQLITE_AUTH"],
    ["select * from _cf_KV", "access to _cf_KV.key is prohibited: SQLITE_AUTH"],
    ["select count(*) from _cf_KV", "not authorized: SQLITE_AUTH"],
    ["insert into _cf_KV values (1, 2)", "not authorized: SQLITE_AUTH"],
    ["delete from _cf_KV", "not authorized: SQLITE_AUTH"],
    ["drop table _cf_KV", "not authorized: SQLITE_AUTH"],
    ["create index i on _cf_KV (value)", "not authorized: SQLITE_AUTH"],
    ["alter table _cf_KV rename to x", "not authorized: SQLITE_AUTH"],
    ["pragma table_info(_cf_KV)", "not authorized: SQLITE_AUTH"],
    ["create virtual table v using dbstat", "not authorized: SQLITE_AUTH"],
    ["create virtual table v using fts3(a)", "not authorized: SQLITE_AUTH"],
    [
      "update sqlite_master set name = 'x'",
      "table sqlite_master may not be modified: SQLITE_ERROR",
    ],
    [
      "select sqlite_version()",
      "not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR",
    ],
    [
      "select json_pretty('1')",
      "not authorized to use function: json_pretty at offset 7: SQLITE_ERROR",
    ],
    ["select soundex('a')", "no such function: soundex at offset 7: SQLITE_ERROR"],
    [`select 'a' like '${"x".repeat(51)}'`, "LIKE or GLOB pattern too complex: SQLITE_ERROR"],
    [
      "select 1 union select 2 union select 3 union select 4 union select 5 union select 6",
      "too many terms in compound SELECT: SQLITE_ERROR",
    ],
    [`select '${"x".repeat(100_001)}'`, "statement too long: SQLITE_TOOBIG"],
    [
      `create table w (${Array.from({ length: 101 }, (_, n) => `c${n}`)})`,
      "too many columns on w: SQLITE_ERROR",
    ],
  ])("%s", async (sql, text) => {
    expect(await failureOf(() => rows(sql))).toBe(`Error: ${text}`);
  });

  test.each(["begin", "BEGIN IMMEDIATE", "commit", "end", "rollback", "savepoint x", "release x"])(
    "%s points to transaction()",
    async (sql) => {
      expect(await failureOf(() => rows(sql))).toMatch(
        /^Error: To execute a transaction, please use the state\.storage\.transaction\(\) or .* coalescing\.$/,
      );
    },
  );

  test("statements that are too long or too wide", async () => {
    const columns = Array.from({ length: 101 }, (_, n) => `c${n}`);
    expect(await failureOf(() => rows(`create table w (${columns})`))).toBe(
      "Error: too many columns on w: SQLITE_ERROR",
    );
    expect(await failureOf(() => rows(`select '${"x".repeat(100_001)}'`))).toBe(
      "Error: statement too long: SQLITE_TOOBIG",
    );
    const parameters = Array.from({ length: 101 }, () => "?");
    expect(await failureOf(() => rows(`select coalesce(${parameters})`, ...parameters))).toBe(
      "Error: too many SQL variables at offset 216: SQLITE_ERROR",
    );
  });

  test("values that are too large", async () => {
    rows("CREATE TABLE large (a)");
    rows("INSERT INTO large VALUES (?)", "x".repeat(2_190_000));
    expect(await failureOf(() => rows("INSERT INTO large VALUES (?)", "x".repeat(2_200_001)))).toBe(
      "Error: string or blob too big: SQLITE_TOOBIG",
    );
  });

  test("arguments of the wrong kind", async () => {
    const { sql } = object.storage;
    expect(await failureOf(() => Reflect.apply(sql.exec, sql, []))).toBe(
      "TypeError: Failed to execute 'exec' on 'SqlStorage': parameter 1 is not of type 'String'.",
    );
  });
});

describe("dialect", () => {
  test.each([
    ['select "foo" as v', "foo"],
    ["select sqrt(16) as v", 4],
    ["select json_extract('[7]', '$[0]') as v", 7],
    ["select '[7]' ->> 0 as v", 7],
    ["select group_concat(value, '-') as v from json_each('[1,2]')", "1-2"],
    ["select row_number() over () as v", 1],
    ["select string_agg(1, ',') as v", "1"],
    ["select date(0, 'unixepoch') as v", "1970-01-01"],
  ])("%s", (sql, value) => {
    expect(exec(sql).one().v).toBe(value);
  });

  test("tables can be altered", () => {
    rows("CREATE TABLE a (x, y); INSERT INTO a VALUES (1, 2)");
    rows("ALTER TABLE a RENAME TO b; ALTER TABLE b ADD COLUMN z DEFAULT 3");
    rows("ALTER TABLE b RENAME COLUMN x TO w; ALTER TABLE b DROP COLUMN y");
    expect(rows("SELECT * FROM b")).toEqual([{ w: 1, z: 3 }]);
  });

  test("foreign keys are on", async () => {
    rows("CREATE TABLE a (x PRIMARY KEY); CREATE TABLE b (y REFERENCES a (x))");
    expect(await failureOf(() => rows("INSERT INTO b VALUES (5)"))).toBe(
      "Error: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)",
    );
  });

  test("full text search and R-trees", () => {
    rows("CREATE VIRTUAL TABLE f USING fts5(t); INSERT INTO f VALUES ('hello world')");
    const found = exec("SELECT highlight(f, 0, '[', ']') AS h FROM f WHERE f MATCH 'hello'").one();
    expect(found.h).toBe("[hello] world");
    rows("CREATE VIRTUAL TABLE r USING rtree(id, a, b); INSERT INTO r VALUES (1, 2, 3)");
    expect(exec("SELECT id FROM r WHERE a > 1").one()).toEqual({ id: 1 });
    expect(exec("SELECT rtreecheck('r') AS ok").one()).toEqual({ ok: "ok" });
    rows("CREATE VIRTUAL TABLE words USING fts5vocab(f, 'row')");
    expect(rows("SELECT term FROM words")).toEqual([{ term: "hello" }, { term: "world" }]);
  });

  test.each([
    ["table_info(p)", true],
    ["table_info = p", true],
    ["TABLE_INFO(p)", true],
    ["main.table_info(p)", true],
    ["table_info", false],
    ["table_list", true],
    ["foreign_key_list(p)", true],
    ["foreign_key_list", false],
    ["foreign_key_check", true],
    ["index_list(p)", true],
    ["index_xinfo(i)", true],
    ["quick_check", true],
    ["quick_check(5)", true],
    ["optimize", true],
    ["optimize(0x10002)", true],
    ["data_version", true],
    ["data_version = 3", false],
    ["page_size", true],
    ["page_size = 1024", false],
    ["case_sensitive_like = 1", true],
    ["case_sensitive_like(true)", true],
    ["case_sensitive_like = 5", false],
    ["foreign_keys = yes", true],
    ["defer_foreign_keys = on", true],
    ["recursive_triggers", true],
    ["integrity_check", false],
    ["journal_mode", false],
    ["journal_mode = delete", false],
    ["synchronous", false],
    ["wal_checkpoint", false],
    ["locking_mode", false],
    ["user_version", false],
    ["writable_schema = 1", false],
    ["query_only = 1", false],
    ["function_list", false],
  ])("pragma %s", async (pragma, allowed) => {
    rows("CREATE TABLE p (a); CREATE INDEX i ON p (a)");
    const failure = await failureOf(() => rows(`pragma ${pragma}`));
    expect(failure).toBe(allowed ? undefined : "Error: not authorized: SQLITE_AUTH");
  });

  test("a setting of the connection outlives the turn", async () => {
    rows("PRAGMA case_sensitive_like = 1");
    await object.settle();
    expect(exec("SELECT 'A' LIKE 'a' AS same").one()).toEqual({ same: 0 });
  });

  test("databaseSize counts whole pages", () => {
    expect(object.storage.sql.databaseSize).toBe(4096);
    rows("CREATE TABLE a (x)");
    rows("INSERT INTO a VALUES (?)", "x".repeat(50_000));
    const { databaseSize } = object.storage.sql;
    expect(databaseSize).toBeGreaterThan(50_000);
    expect(databaseSize % 4096).toBe(0);
  });
});
