import { inObject } from "../../worker/program.ts";

export default inObject("rows read", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
  for (let n = 1; n <= 5; n++) sql.exec("INSERT INTO t VALUES (?, ?)", n, n % 2);
  const read = (text: string) => {
    const cursor = sql.exec(text);
    cursor.toArray();
    return cursor.rowsRead;
  };
  note("all", read("SELECT * FROM t"));
  note("by key", read("SELECT * FROM t WHERE a = 3"));
  note("by another column", read("SELECT * FROM t WHERE b = 1"));
  note("limit", read("SELECT * FROM t LIMIT 2"));
  note("count", read("SELECT count(*) FROM t"));
  note("no table", read("SELECT 1"));
});
