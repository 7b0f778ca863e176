import { inObject } from "../../worker/program.ts";

export default inObject("rows read grow with the reading", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
  const cursor = sql.exec("SELECT a FROM t");
  const seen = [cursor.rowsRead];
  for (let n = 0; n < 4; n++) {
    cursor.next();
    seen.push(cursor.rowsRead);
  }
  note("seen", seen);
});
