import { inObject } from "../../worker/program.ts";

export default inObject("pragmas that change something", async ({ sql, fails, note }) => {
  await fails("set", () => sql.exec("PRAGMA case_sensitive_like = on").toArray());
  note("its effect", sql.exec("SELECT 'A' LIKE 'a' AS v").one());
  sql.exec("PRAGMA reverse_unordered_selects = true");
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  note("reversed", sql.exec("SELECT a FROM t").toArray());
  sql.exec("CREATE TABLE child (a REFERENCES t (a))");
  await fails("foreign keys off", () => sql.exec("PRAGMA foreign_keys = off").toArray());
  note("foreign keys", sql.exec("PRAGMA foreign_keys").toArray());
});
