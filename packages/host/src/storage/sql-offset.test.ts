import { describe, expect, test } from "vitest";
import { SeededRandom } from "../../test/crash/random.ts";
import { systemRandom } from "../random.ts";
import { Database } from "./database.ts";

function open(): Database {
  const database = new Database(":memory:");
  for (const sql of [
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c)",
    "CREATE TABLE u (a, d)",
    "CREATE VIEW broken AS SELECT nope FROM t",
  ]) {
    database.prepare(sql).statement.run();
  }
  return database;
}

function complaint(database: Database, sql: string): string {
  try {
    database.prepare(sql);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the offset of an error", () => {
  const database = open();

  // What workerd says, in bytes of UTF-8.
  test.each([
    ["selec 1", 0],
    ["select * from t where a = = 1", 26],
    ["select 'x", 7],
    ["select 'it''s', 1x", 16],
    ["insert into t values (1,2,3))", 28],
    ["create trigger z after insert on t begin select 1; selec; end", 51],
    ["select nope from t", 7],
    ["select 'é', nope from t", 13],
    ["select a /* nope */, nope from t", 21],
    ["select 'nope', [nope] from t", 15],
    ["select main.t.nope from t", 7],
    ["select a as nope from t where nope = nope2", 37],
    ["select a from t where exists (select nope from u)", 37],
    ["select d from u where exists (select d from t where nope) and nope", 52],
    ["select a from t, u", 7],
    ["update t set a = nope", 17],
    ["insert into t (a) values (1) returning nope", 39],
    ["create index i on t (lower(nope))", 27],
    ["select abs(1), abs(1, 2)", 15],
    ["select a, nope(b) from t", 10],
    ["select a from t where count(a) > 1", 22],
    ["select 'abc' regexp 'a'", 13],
    ["select sqlite_version()", 7],
    ["create table if not exists x (a); create table t (a)", undefined],
    ["create table main.t (a)", 18],
    ["select ?101", 7],
  ])("%s", (sql, offset) => {
    const message = complaint(database, sql);
    const place = offset === undefined ? "" : ` at offset ${offset}: SQLITE_ERROR`;
    expect(message.endsWith(place)).toBe(true);
    if (offset === undefined) expect(message).not.toContain("at offset");
  });

  // SQLite itself gives none.
  test.each([
    "select * from nope",
    "select * from t where",
    "update t set nope = 1",
    "update u set b = (select b from t)",
    "insert into t (nope) values (1)",
    "select nope from broken",
    "select 1 union select 1, 2",
  ])("none: %s", (sql) => {
    expect(complaint(database, sql)).not.toContain("at offset");
  });

  test("is looked for in long texts only so far", () => {
    const names = Array.from({ length: 40 }, () => "nope");
    expect(complaint(database, `select ${names} from t`)).toBe(
      "no such column: nope: SQLITE_ERROR",
    );
  });

  test("points at the word in question, whatever the text", () => {
    const seed = Math.floor(systemRandom.fraction() * 2 ** 31);
    const random = new SeededRandom(seed);
    const words =
      "select from where a nope t u ( ) , = 'x' nope(1) \"b\" 1x and set update é ;".split(" ");
    for (let round = 0; round < 500; round += 1) {
      const length = random.between(1, 12);
      const text = Array.from({ length }, () => words[random.between(0, words.length - 1)]).join(
        " ",
      );
      const message = complaint(database, text);
      const found = /^(.*) at offset (\d+): SQLITE_ERROR$/s.exec(message);
      if (found === null) continue;
      const [, said = "", offset] = found;
      const rest = Buffer.from(text).subarray(Number(offset)).toString();
      const word = /"(.+)"/s.exec(said) ?? /: (\S+)$/.exec(said);
      expect(rest.startsWith(word?.[1] ?? ""), `seed ${seed}: ${text}: ${message}`).toBe(true);
    }
  });
});
