import { acceptAll, inObject } from "../../worker/program.ts";

export default inObject(
  "changing a few rows",
  async ({ sql, fails }) => {
    sql.exec(
      "CREATE TABLE t (a INTEGER PRIMARY KEY, b); INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)",
    );
    await fails("update", () => sql.exec("UPDATE t SET b = 1 LIMIT 1").rowsWritten);
    await fails(
      "update in order",
      () => sql.exec("UPDATE t SET b = 2 ORDER BY a DESC LIMIT 1").rowsWritten,
    );
    await fails("delete", () => sql.exec("DELETE FROM t ORDER BY a LIMIT 1").rowsWritten);
    await fails("the rest", () => sql.exec("SELECT * FROM t").toArray());
    await fails("a mistake", () => sql.exec("UPDATE t SET b = 'y' LIMIT WHERE a = 1"));
  },
  {
    accept: acceptAll("Node's SQLite is built without LIMIT for changes", [
      "update",
      "update in order",
      "delete",
      "the rest",
      "a mistake",
    ]),
  },
);
