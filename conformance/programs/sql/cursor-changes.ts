import { acceptAll, inObject } from "../../worker/program.ts";

export default inObject(
  "changing what a cursor reads",
  async ({ sql, note, fails }) => {
    sql.exec("CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)");
    const cursor = sql.exec("SELECT a FROM t");
    note("first", cursor.next().value);
    sql.exec("DELETE FROM t WHERE a = 2");
    sql.exec("INSERT INTO t VALUES (4)");
    note("the rest", cursor.toArray());
    const open = sql.exec("SELECT a FROM t");
    open.next();
    await fails("drop the table", () => sql.exec("DROP TABLE t"));
    await fails("read on", () => open.toArray());
  },
  {
    accept: acceptAll(
      "rows that are left are read before a change of the schema, so that nothing is locked",
      ["drop the table"],
    ),
  },
);
