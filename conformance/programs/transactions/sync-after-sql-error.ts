import { inObject } from "../../worker/program.ts";

export default inObject("a caught SQL error does not spoil one", async ({ storage, sql, note }) => {
  sql.exec("CREATE TABLE t (a UNIQUE)");
  storage.transactionSync(() => {
    sql.exec("INSERT INTO t VALUES (1)");
    try {
      sql.exec("INSERT INTO t VALUES (1)");
    } catch {
      sql.exec("INSERT INTO t VALUES (2)");
    }
  });
  note("rows", sql.exec("SELECT a FROM t").toArray());
});
