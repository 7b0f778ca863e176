import { inObject } from "../../worker/program.ts";

export default inObject("rows written", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
  const written = (text: string) => {
    const cursor = sql.exec(text);
    cursor.toArray();
    return cursor.rowsWritten;
  };
  note("insert", written("INSERT INTO t VALUES (1, 1)"));
  note("insert two", written("INSERT INTO t VALUES (2, 1), (3, 1)"));
  note("update", written("UPDATE t SET b = 2 WHERE a = 1"));
  note("update none", written("UPDATE t SET b = 2 WHERE a = 9"));
  note("insert or ignore", written("INSERT OR IGNORE INTO t VALUES (1, 9)"));
  note("returning", written("INSERT INTO t VALUES (4, 4) RETURNING a"));
  note("delete", written("DELETE FROM t WHERE a = 4"));
  note("select", written("SELECT * FROM t"));
});
