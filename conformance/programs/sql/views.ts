import { inObject } from "../../worker/program.ts";

export default inObject("views", async ({ sql, note, fails }) => {
  sql.exec(
    "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a * 2 AS b FROM t",
  );
  note("read", sql.exec("SELECT b FROM v").toArray());
  await fails("written", () => sql.exec("INSERT INTO v VALUES (1)"));
  sql.exec(
    "CREATE TRIGGER into_v INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.b / 2); END",
  );
  sql.exec("INSERT INTO v VALUES (10)");
  note("through a trigger", sql.exec("SELECT a FROM t").toArray());
});
