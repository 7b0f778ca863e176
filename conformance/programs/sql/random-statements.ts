import { inObject } from "../../worker/program.ts";
import { Random } from "../../worker/random.ts";

const COLUMNS = ["a", "b", "c"];

function value(random: Random): string {
  return random.pick([
    "NULL",
    "'x'",
    "'y'",
    "1.5",
    `${random.below(9)}`,
    `${random.below(9)}`,
    "-3",
  ]);
}

function condition(random: Random): string {
  const column = random.pick(COLUMNS);
  switch (random.below(7)) {
    case 0:
      return `${column} IS NULL`;
    case 1:
      return `${column} IN (SELECT a FROM u)`;
    case 2:
      return `NOT (${condition(random)})`;
    case 3:
      return `(${condition(random)}) ${random.pick(["AND", "OR"])} (${condition(random)})`;
    case 4:
      return `EXISTS (SELECT 1 FROM u WHERE u.a = t.${column})`;
    default:
      return `${column} ${random.pick(["=", "<", ">=", "<>", "LIKE"])} ${value(random)}`;
  }
}

function statement(random: Random): string {
  const [one, other] = [random.pick(COLUMNS), random.pick(COLUMNS)];
  const where = condition(random);
  const [first, second, third] = [value(random), value(random), value(random)];
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return `INSERT INTO t (a, b, c) VALUES (${first}, ${second}, ${third})`;
    case 3:
      return `INSERT OR ${random.pick(["REPLACE", "IGNORE", "ABORT", "FAIL"])} INTO t (a, b, c) VALUES (${first}, ${second}, ${third}), (${third}, ${first}, ${second})`;
    case 4:
      return `INSERT INTO t (a, b, c) VALUES (${first}, ${second}, ${third}) ON CONFLICT (b) DO UPDATE SET c = excluded.${one} RETURNING *`;
    case 5:
      return `UPDATE t SET ${one} = ${first}, ${other} = ${second} WHERE ${where}`;
    case 6:
      return `DELETE FROM t WHERE ${where} AND id % 2`;
    case 7:
      return `INSERT INTO u SELECT ${one} FROM t WHERE ${where} ORDER BY id LIMIT 2`;
    case 8:
      return `SELECT ${one}, count(*) AS n, group_concat(${other}) AS g, max(c) AS m FROM (SELECT * FROM t ORDER BY id) GROUP BY ${one} ORDER BY 1, 2`;
    case 9:
      return `SELECT t.id, u.a FROM t LEFT JOIN u ON u.a = t.${one} WHERE ${where} ORDER BY 1, 2`;
    case 10:
      return `SELECT id, ${one}, sum(id) OVER (PARTITION BY ${other} ORDER BY id) AS s FROM t ORDER BY id`;
    case 11:
      return `SELECT ${one} FROM t UNION SELECT a FROM u ORDER BY 1`;
    case 12:
      return `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${random.below(9)}) SELECT sum(i) AS s, count(${one}) AS c FROM n, t`;
    default:
      return `SELECT id, ${one} FROM t WHERE ${where} ORDER BY ${other} DESC, id LIMIT 5`;
  }
}

export default inObject("random statements", async ({ sql, storage, note, fails }) => {
  const random = new Random(3);
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b UNIQUE, c INTEGER CHECK (c <> 5))");
  sql.exec("CREATE INDEX i ON t (a, c); CREATE TABLE u (a NOT NULL)");
  for (let round = 0; round < 300; round++) {
    const text = statement(random);
    await fails(`${round} ${text}`, () => {
      const cursor = sql.exec(text);
      const rows = [...cursor.raw()];
      return { rows, columns: cursor.columnNames, wrote: cursor.rowsWritten > 0 };
    });
    if (round % 20 === 7) {
      await fails(`${round} undone`, () =>
        storage.transactionSync(() => {
          sql.exec(`DELETE FROM t WHERE ${condition(random)}`);
          throw new Error("undo");
        }),
      );
    }
  }
  note("the end", [...sql.exec("SELECT * FROM t ORDER BY id").raw()]);
  note("the other table", [...sql.exec("SELECT * FROM u ORDER BY a").raw()]);
});
