import { inObject } from "../../worker/program.ts";

export default inObject("errors that a trigger raises", async ({ sql, fails, note }) => {
  sql.exec("CREATE TABLE t (a)");
  sql.exec(
    "CREATE TRIGGER no BEFORE INSERT ON t WHEN new.a < 0 BEGIN SELECT RAISE(ABORT, 'not negative'); END",
  );
  sql.exec("CREATE TRIGGER skip BEFORE INSERT ON t WHEN new.a = 0 BEGIN SELECT RAISE(IGNORE); END");
  await fails("abort", () => sql.exec("INSERT INTO t VALUES (-1)"));
  await fails("ignore", () => sql.exec("INSERT INTO t VALUES (0)").rowsWritten);
  sql.exec("INSERT INTO t VALUES (1)");
  note("rows", sql.exec("SELECT a FROM t").toArray());
});
