import { inObject } from "../../worker/program.ts";

export default inObject("the size of the database", async ({ sql, note }) => {
  const before = sql.databaseSize;
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000))");
  const after = sql.databaseSize;
  note("pages of 4096", [before % 4096, after % 4096]);
  note("grows", after > before + 90_000);
  sql.exec("DROP TABLE t");
  note("shrinks", sql.databaseSize < after);
});
