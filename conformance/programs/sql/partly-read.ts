import { inObject } from "../../worker/program.ts";

export default inObject("writes whose rows are read in part", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (a)");
  const cursor = sql.exec("INSERT INTO t VALUES (1), (2), (3) RETURNING a");
  note("first", [cursor.next().value, cursor.rowsWritten]);
  note("in the table", sql.exec("SELECT count(*) AS n FROM t").one());
  cursor.toArray();
  const update = sql.exec("UPDATE t SET a = a + 10 RETURNING a");
  note("never read", [...sql.exec("SELECT a FROM t").raw()]);
  update.toArray();
  const deletion = sql.exec("DELETE FROM t RETURNING a");
  note("deleted", [deletion.next().value, sql.exec("SELECT count(*) AS n FROM t").one()]);
  deletion.toArray();
});
