import { inObject } from "../../worker/program.ts";

export default inObject("bindings and several statements", async ({ sql, fails, note }) => {
  sql.exec("CREATE TABLE t (a)");
  await fails("only the last", () =>
    sql.exec("DELETE FROM t; INSERT INTO t VALUES (?)", 1).toArray(),
  );
  await fails("the first", () => sql.exec("INSERT INTO t VALUES (?); SELECT 1", 1));
  await fails("too many", () => sql.exec("SELECT 1; SELECT 2", 1));
  await fails("both", () => sql.exec("INSERT INTO t VALUES (?); SELECT ?", 1, 2));
  note("rows", sql.exec("SELECT a FROM t").toArray());
});
