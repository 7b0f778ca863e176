import { inObject } from "../../worker/program.ts";

export default inObject(
  "deleteAll while a cursor is open",
  async ({ storage, sql, fails, note }) => {
    sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    const cursor = sql.exec("SELECT a FROM t");
    cursor.next();
    await fails("deleteAll", () => storage.deleteAll());
    await fails("the cursor", () => cursor.toArray());
    note("tables", sql.exec("SELECT count(*) AS n FROM sqlite_master").one());
  },
);
