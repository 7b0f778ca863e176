import { inObject } from "../../worker/program.ts";

export default inObject("rows written, and the size", ({ sql, note }) => {
  sql.exec("CREATE TABLE t (k TEXT PRIMARY KEY, v)");
  note("insert", sql.exec("INSERT INTO t VALUES ('a', 1)").rowsWritten > 0);
  note("update", sql.exec("UPDATE t SET v = 2 WHERE k = 'a'").rowsWritten > 0);
  note("update of nothing", sql.exec("UPDATE t SET v = 2 WHERE k = 'none'").rowsWritten);
  note("delete of nothing", sql.exec("DELETE FROM t WHERE k = 'none'").rowsWritten);
  note("select", sql.exec("SELECT * FROM t").rowsWritten);
  const cursor = sql.exec("SELECT * FROM t");
  cursor.toArray();
  note("rows read", cursor.rowsRead);
  note("size is whole pages", sql.databaseSize > 0 && sql.databaseSize % 4096);
  note("changes()", sql.exec("SELECT changes() AS n").one());
  sql.exec("INSERT INTO t VALUES ('b', 1)");
  note("last_insert_rowid()", sql.exec("SELECT last_insert_rowid() AS n").one());
});
