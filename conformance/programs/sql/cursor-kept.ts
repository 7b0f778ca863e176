import { inObject } from "../../worker/program.ts";

export default inObject("a cursor across an await", async ({ sql, note, fails, sleep }) => {
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  const cursor = sql.exec("SELECT a FROM t");
  note("first", cursor.next().value);
  await Promise.resolve();
  await fails("after a microtask", () => cursor.next().value);
  const other = sql.exec("SELECT a FROM t");
  await sleep(20);
  await fails("after a timer", () => other.toArray());
});
