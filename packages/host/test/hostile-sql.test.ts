import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDiscreet, runs, Target } from "./hostile/target.ts";

let target: Target;

beforeAll(async () => {
  target = await Target.start();
  await call("keep", "kept", "as it was");
  await run(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b REAL, c BLOB, UNIQUE (a));
     CREATE TABLE u (t REFERENCES t (id) ON DELETE CASCADE, n INTEGER CHECK (n < 1000));
     CREATE VIEW v AS SELECT a, count(*) AS n FROM t GROUP BY a;
     CREATE TRIGGER w AFTER INSERT ON t BEGIN INSERT INTO u VALUES (new.id, 1); END;
     INSERT INTO t VALUES (1, 'one', 1.5, x'00ff'), (2, 'two', NULL, NULL)`,
  );
});

afterAll(() => target.end());

interface Outcome {
  readonly value?: unknown;
  readonly error?: string;
}

async function call(method: string, ...args: readonly unknown[]): Promise<Outcome> {
  const response = await target.post("/call", { name: "sql", method, args });
  expect(response.status).toBe(200);
  const text = await response.text();
  checkDiscreet(text);
  return JSON.parse(text) as Outcome;
}

const run = (query: unknown, ...values: readonly unknown[]) => call("run", query, values);

/** SQLite's own, with its code; and those that the platform has before SQLite is asked. */
const TEXTS = [
  /: SQLITE_[A-Z]+( \(extended: SQLITE_[A-Z_]+\))?$/,
  /^Error: SQL code did not contain a statement\.$/,
  /^Error: Wrong number of parameter bindings for SQL query\.$/,
  /^Error: When executing multiple SQL statements in a single call, /,
  /^Error: To execute a transaction, please use /,
  /^TypeError: /,
];

const counts = { run: 0, refused: 0 };

/** Runs a statement: rows, or an error that says what was wrong. */
async function attack(query: unknown, values: readonly unknown[] = []): Promise<void> {
  const { value, error } = await run(query, ...values);
  counts[error === undefined ? "run" : "refused"] += 1;
  if (error === undefined) expect(value).toBeTypeOf("number");
  else
    expect(
      TEXTS.some((text) => text.test(error)),
      error,
    ).toBe(true);
}

/** What the host itself keeps in the file is as it was, and so is the file. */
async function checkWhole(): Promise<void> {
  expect((await call("keep", "other", 1)).value).toBe(1);
  expect((await call("get", "kept")).value).toBe("as it was");
  expect((await call("rows", "PRAGMA quick_check")).value).toEqual([{ quick_check: "ok" }]);
  await target.checkUnharmed();
}

const WORDS =
  "SELECT INSERT UPDATE DELETE CREATE DROP ALTER TABLE INDEX VIEW TRIGGER VIRTUAL TEMP INTO FROM WHERE VALUES SET AND OR NOT NULL IS IN LIKE GLOB MATCH BETWEEN CASE WHEN THEN ELSE END AS ON USING JOIN LEFT NATURAL GROUP BY HAVING ORDER LIMIT OFFSET UNION ALL EXCEPT INTERSECT WITH RECURSIVE DISTINCT EXISTS PRAGMA ATTACH DETACH VACUUM REINDEX ANALYZE EXPLAIN QUERY PLAN BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE TO REPLACE CONFLICT DO NOTHING RETURNING CAST COLLATE ESCAPE FILTER OVER PARTITION ROWS WINDOW RAISE ABORT IGNORE REFERENCES CASCADE PRIMARY KEY UNIQUE CHECK DEFAULT GENERATED ALWAYS STORED STRICT WITHOUT ROWID IF ADD COLUMN RENAME INDEXED".split(
    " ",
  );
const THINGS = [
  "t",
  "u",
  "v",
  "w",
  "a",
  "b",
  "c",
  "n",
  "id",
  "rowid",
  "new",
  "old",
  "excluded",
  "main",
  "temp",
  "sqlite_master",
  "sqlite_schema",
  "sqlite_sequence",
  "sqlite_dbpage",
  "_cf_KV",
  "_CF_kv",
  "fts5",
  "rtree",
  "json_each",
  "dbstat",
  "csv",
  "'text'",
  "'../canary.txt'",
  "'file:/etc/passwd?mode=rw'",
  '"',
  "'",
  "[x]",
  "`y`",
  "1",
  "-9223372036854775808",
  "1e999",
  "0x7fffffffffffffff",
  "x'00'",
  "?",
  "?1",
  "?999999",
  ":a",
  "@b",
  "$c::d(e)",
];
const SIGNS = "( ) , ; . * + - / % || = == <> < > << >> & | ~ -> ->> /* */ -- \0 \n ☃".split(" ");
const FUNCTIONS =
  "abs char coalesce count date format glob group_concat hex iif json json_extract json_group_array length like likelihood load_extension lower max min nullif printf quote random randomblob readfile replace round rtreecheck sqlite_version substr sum time total trim typeof unhex unicode unistr writefile zeroblob edit fts3_tokenizer highlight matchinfo snippet bm25 sqlite_compileoption_get sqlite_log last_insert_rowid changes".split(
    " ",
  );
const PRAGMAS =
  "journal_mode synchronous locking_mode writable_schema temp_store temp_store_directory data_store_directory database_list wal_checkpoint integrity_check quick_check foreign_keys user_version schema_version page_size max_page_count mmap_size cache_size auto_vacuum encoding trusted_schema key rekey table_info index_list optimize shrink_memory secure_delete query_only compile_options function_list module_list".split(
    " ",
  );

const value = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.jsonValue({ maxDepth: 1 }),
);

/** Words in any order. */
const soup = fc
  .array(fc.constantFrom(...WORDS, ...THINGS, ...SIGNS, ...FUNCTIONS, ...PRAGMAS), {
    minLength: 1,
    maxLength: 14,
  })
  .map((words) => words.join(" "));

const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    {
      weight: 12,
      arbitrary: fc.constantFrom("a", "b", "c", "id", "1", "'x'", "NULL", "x'00'", "?"),
    },
    fc.constantFrom(...THINGS),
    fc
      .tuple(
        tie("any"),
        fc.constantFrom("+", "||", "=", "<", "AND", "IN", "->>", "LIKE", "IS"),
        tie("any"),
      )
      .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
    fc
      .tuple(fc.constantFrom(...FUNCTIONS), fc.array(tie("any"), { maxLength: 3 }))
      .map(([name, args]) => `${name}(${args.join(", ")})`),
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.constantFrom("abs", "hex", "length", "lower", "quote", "typeof", "unicode"),
          tie("any"),
        )
        .map(([name, inner]) => `${name}(${inner})`),
    },
    tie("any").map((inner) => `CAST(${inner} AS BLOB)`),
    tie("any").map((inner) => `(SELECT ${inner} FROM t LIMIT 3)`),
    tie("any").map((inner) => `CASE WHEN ${inner} THEN ${inner} ELSE 0 END`),
  ),
})).any;

const table = fc.oneof(
  { weight: 6, arbitrary: fc.constant("t") },
  fc.constantFrom("u", "v", "_cf_KV", "sqlite_master", "main.t", "temp.t", "nope"),
);

/** What parses more often than not, harmless or not. */
const statement = fc.oneof(
  fc
    .tuple(expression, table, expression)
    .map(([what, from, where]) => `SELECT ${what} FROM ${from} WHERE ${where} LIMIT 20`),
  fc
    .tuple(table, expression)
    .map(([into, what]) => `INSERT OR REPLACE INTO ${into} SELECT ${what} FROM t LIMIT 2`),
  fc
    .tuple(table, expression, expression)
    .map(([which, what, where]) => `UPDATE ${which} SET a = ${what} WHERE ${where}`),
  fc.tuple(table, expression).map(([from, where]) => `DELETE FROM ${from} WHERE ${where} AND 0`),
  fc
    .tuple(table, expression)
    .map(([on, what]) => `CREATE INDEX IF NOT EXISTS i ON ${on} (${what})`),
  fc.tuple(table, expression).map(([name, what]) => `CREATE TABLE ${name} AS SELECT ${what}`),
  fc.tuple(table, expression).map(([name, what]) => `CREATE VIEW x AS SELECT ${what} FROM ${name}`),
  fc
    .constantFrom(...PRAGMAS)
    .chain((name) =>
      fc
        .constantFrom("", "=1", "=0", "=off", "=memory", "='/tmp'", "(t)", "(1)")
        .map((end) => `PRAGMA ${name}${end}`),
    ),
  fc.constantFrom(...PRAGMAS).map((name) => `SELECT * FROM pragma_${name}`),
  fc
    .constantFrom("csv", "fts5", "rtree", "dbstat", "sqlite_dbpage", "fts5vocab", "nope")
    .map((name) => `CREATE VIRTUAL TABLE IF NOT EXISTS y USING ${name} (a, b, c)`),
  fc.constantFrom(
    "ATTACH '../canary.txt' AS c",
    "ATTACH 'file:../x.sqlite?mode=rwc' AS c",
    "ATTACH ':memory:' AS c",
    "VACUUM INTO '../copy.sqlite'",
    "VACUUM",
    "SELECT load_extension('../canary.txt')",
    "SELECT writefile('../written.txt', 'x')",
    "SELECT readfile('../canary.txt')",
    "SELECT edit('x', 'sh')",
    "CREATE TEMP TABLE x (a)",
    "DROP TABLE _cf_KV",
    "ALTER TABLE t RENAME TO _cf_t",
    "ALTER TABLE _cf_KV ADD COLUMN x",
    "DELETE FROM _cf_KV",
    "UPDATE sqlite_master SET sql = 'x'",
    "PRAGMA writable_schema = on; DELETE FROM sqlite_master",
    "BEGIN EXCLUSIVE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s",
    "SELECT zeroblob(2147483647)",
    "SELECT randomblob(1e18)",
    "SELECT printf('%.*c', 2147483647, 'x')",
    "SELECT replace(printf('%.*c', 100000, 'x'), 'x', printf('%.*c', 100000, 'y'))",
    "SELECT group_concat(a) OVER () FROM t",
    // It ends by two things: whichever of them goes wrong, no statement can be interrupted.
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000 LIMIT 20000) SELECT max(i) FROM n",
  ),
);

/** A right statement with something in it gone wrong. */
const damaged = fc
  .tuple(statement, fc.nat(), fc.nat({ max: 4 }), fc.string({ unit: "binary", maxLength: 3 }))
  .map(([text, at, gone, put]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + put + text.slice(place + gone);
  });

const deep = fc
  .tuple(
    fc.constantFrom("(", "NOT ", "-", "SELECT (", "'", "json(", "1+", "x,"),
    fc.integer({ min: 1, max: 8000 }),
  )
  .map(([part, times]) => `SELECT ${part.repeat(times)}`);

const values = fc.infiniteStream(value);
/** How many values are given besides those that there are places for. */
const surplus = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 2 }));

/** Attacks with texts, and with values for most of their places. */
const attackWith = (texts: fc.Arbitrary<string>, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(texts, values, surplus, async (text, all, more) => {
      const places = text.split("?").length - 1;
      await attack(text, [...all.take(Math.max(0, places + more))]);
    }),
    runs(numRuns),
  );

describe("hostile SQL", () => {
  test("from a grammar", async () => {
    await attackWith(statement, 1500);
    // The runs are worth their time only if SQLite takes many of them.
    expect(counts.run).toBeGreaterThan(counts.refused / 10);
    await checkWhole();
  });

  test("with something broken in it", async () => {
    await attackWith(damaged, 800);
    await checkWhole();
  });

  test("of words in any order", async () => {
    await attackWith(soup, 800);
    await checkWhole();
  });

  test("of any letters", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    await attackWith(text, 400);
    await checkWhole();
  });

  test("that is deep or long", async () => {
    await fc.assert(
      fc.asyncProperty(deep, (text) => attack(text)),
      runs(60),
    );
    await attack(`SELECT '${"x".repeat(99_000)}'`);
    await checkWhole();
  });

  test("that is no text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), (query) => attack(query)),
      runs(100),
    );
    await checkWhole();
  });

  test.each([
    "SELECT * FROM _cf_KV",
    "DROP TABLE _cf_KV",
    "DELETE FROM _cf_KV",
    "ATTACH '../canary.txt' AS c",
    "VACUUM INTO '../copy.sqlite'",
    "SELECT load_extension('../canary.txt')",
    "SELECT readfile('../canary.txt')",
    "SELECT writefile('../written.txt', 'x')",
    "PRAGMA writable_schema = on",
    "PRAGMA journal_mode = off",
    "PRAGMA temp_store_directory = '/tmp'",
    "UPDATE sqlite_master SET sql = 'x'",
    "CREATE VIRTUAL TABLE y USING csv (filename = '../canary.txt')",
    "SELECT * FROM dbstat",
    "COMMIT",
  ])("is refused: %s", async (query) => {
    expect((await run(query)).error).toMatch(/^Error: /);
    await checkWhole();
  });
});
