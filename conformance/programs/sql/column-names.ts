import { inObject } from "../../worker/program.ts";

export default inObject("names of columns", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (a, B, [c d])");
  const names = (text: string) => sql.exec(text).columnNames;
  note("star", names("SELECT * FROM t"));
  note("expression", names("SELECT 1 + 1, count(*) FROM t"));
  note("alias", names('SELECT a AS "x y" FROM t'));
  note("qualified", names("SELECT t.a, t.* FROM t"));
  note("no result", names("DELETE FROM t"));
  const returning = sql.exec("INSERT INTO t VALUES (1, 2, 3) RETURNING *, a + 1");
  returning.toArray();
  note("returning", returning.columnNames);
  note("pragma", names("PRAGMA table_info(t)"));
});
