import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { installVirtualNow } from "./virtual-now.ts";

const NOW = Date.UTC(2040, 1, 29, 12, 30, 15, 250);

function open() {
  const database = new DatabaseSync(":memory:");
  let now = NOW;
  installVirtualNow(database, () => now);
  const value = (expression: string): unknown =>
    Object.values(database.prepare(`SELECT ${expression}`).get() ?? {})[0];
  const moveTo = (time: number) => {
    now = time;
  };
  return { database, value, moveTo };
}

test.each([
  ["datetime()", "2040-02-29 12:30:15"],
  ["datetime('now')", "2040-02-29 12:30:15"],
  ["datetime('NOW', '+1 day', 'start of day')", "2040-03-01 00:00:00"],
  ["date('now')", "2040-02-29"],
  ["time('now', 'subsec')", "12:30:15.250"],
  ["datetime('subsec')", "2040-02-29 12:30:15.250"],
  ["unixepoch()", Math.floor(NOW / 1000)],
  ["unixepoch('subsecond')", NOW / 1000],
  ["strftime('%Y-%j')", "2040-060"],
  ["strftime('%s', 'now', '-1 second')", String(Math.floor(NOW / 1000) - 1)],
  ["timediff('now', '2040-02-28 12:30:15.250')", "+0000-00-01 00:00:00.000"],
  ["timediff('now', 'now')", "+0000-00-00 00:00:00.000"],
  ["typeof(julianday('now'))", "real"],
  ["typeof(unixepoch('now'))", "integer"],
  ["CURRENT_TIMESTAMP", "2040-02-29 12:30:15"],
  ["CURRENT_DATE || ' ' || CURRENT_TIME", "2040-02-29 12:30:15"],
])("%s is that of the clock", (expression, expected) => {
  expect(open().value(expression)).toBe(expected);
});

test.each([
  "datetime('2000-01-01')",
  "datetime(0, 'unixepoch', '+1 month')",
  "date(2451545)",
  "datetime(NULL)",
  "datetime('nonsense')",
  "strftime('%H', '2000-01-01 07:00')",
  "strftime(NULL, 'now')",
  "unixepoch('2000-01-01 00:00:01')",
])("%s is what SQLite says", (expression) => {
  const plain = new DatabaseSync(":memory:").prepare(`SELECT ${expression} AS v`).get();
  expect(open().value(expression)).toBe(plain?.v);
});

test("defaults, indexes and generated columns work as ever", () => {
  const { database, moveTo } = open();
  database.exec(`CREATE TABLE t (
    a TEXT DEFAULT CURRENT_TIMESTAMP, b INTEGER DEFAULT (unixepoch()), c TEXT DEFAULT (datetime('now')),
    d TEXT, e TEXT GENERATED ALWAYS AS (date(d)) STORED)`);
  database.exec("CREATE INDEX i ON t (date(d))");
  database.exec("INSERT INTO t (d) VALUES ('2001-02-03 04:05')");
  moveTo(NOW + 86_400_000);
  database.exec("INSERT INTO t (d) VALUES ('x')");
  expect(database.prepare("SELECT a, b, c, e FROM t").all()).toEqual([
    { a: "2040-02-29 12:30:15", b: NOW / 1000 - 0.25, c: "2040-02-29 12:30:15", e: "2001-02-03" },
    {
      a: "2040-03-01 12:30:15",
      b: NOW / 1000 - 0.25 + 86_400,
      c: "2040-03-01 12:30:15",
      e: null,
    },
  ]);
});
