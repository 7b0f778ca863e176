import { inObject } from "../../worker/program.ts";

export default inObject("cursors", async ({ sql, note, fails }) => {
  sql.exec("CREATE TABLE t (a INTEGER, b TEXT)");
  sql.exec("INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')");
  const all = () => sql.exec("SELECT a, b FROM t ORDER BY a");
  note("toArray", all().toArray());
  note("raw", [...all().raw()]);
  const raw = (text: string) =>
    (sql.exec(text).raw() as unknown as { toArray(): unknown }).toArray();
  note("raw toArray", raw("SELECT a, b FROM t ORDER BY a"));
  note("column names", all().columnNames);
  note("iterated", [...all()].length);
  note("row prototype", Object.getPrototypeOf(all().next().value) === Object.prototype);
  const cursor = all();
  note("first", cursor.next());
  note("raw shares the place", cursor.raw().next());
  note("rest", cursor.toArray());
  note("at the end", cursor.next());
  note("past the end", cursor.next());
  note("toArray at the end", cursor.toArray());
  const two = [all(), all()] as const;
  note("independent", [two[0].next().value, two[1].next().value, two[0].next().value]);
  note("same names, as objects", sql.exec("SELECT 1 AS x, 2 AS x").toArray());
  note("same names, raw", raw("SELECT 1 AS x, 2 AS x"));
  note("same names, columns", sql.exec("SELECT 1 AS x, 2 AS x").columnNames);
  note("no rows", sql.exec("SELECT * FROM t WHERE a > 9").toArray());
  note("no result", sql.exec("UPDATE t SET b = 'w' WHERE a = 1").toArray());
  note("returning", sql.exec("INSERT INTO t VALUES (4, 'v') RETURNING a").toArray());
  note("class names", [all().constructor.name, sql.constructor.name]);
  await fails("one with one", () => sql.exec("SELECT 1 AS x").one());
  await fails("one with none", () => sql.exec("SELECT 1 WHERE 0").one());
  await fails("one with many", () => all().one());
});
