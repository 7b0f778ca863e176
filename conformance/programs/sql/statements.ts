import { inObject } from "../../worker/program.ts";

export default inObject("several statements in one text", async ({ sql, note, fails }) => {
  note(
    "the last one's rows",
    sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); SELECT a FROM t;").toArray(),
  );
  note("bound to the last", sql.exec("DELETE FROM t; SELECT ? AS a", 7).toArray());
  await fails("parameters before the last", () =>
    sql.exec("INSERT INTO t VALUES (?); SELECT * FROM t", 1),
  );
  await fails("trailing space", () => sql.exec("SELECT 1 AS a;  \n ").toArray());
  await fails("empty", () => sql.exec(""));
  await fails("only space", () => sql.exec("  "));
  await fails("only a comment", () => sql.exec("-- nothing"));
  await fails("a comment behind", () => sql.exec("SELECT 1 AS a; -- behind").toArray());
  await fails("a comment before", () => sql.exec("/* before */ SELECT 1 AS a").toArray());
  await fails("only semicolons", () => sql.exec(";;"));
  sql.exec("DELETE FROM t");
  await fails("the second fails", () => sql.exec("INSERT INTO t VALUES (9); SELECT nope FROM t"));
  note("the first was done", sql.exec("SELECT a FROM t").toArray());
});
