import { inObject } from "../../worker/program.ts";

export default inObject("one text, several open cursors", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
  const text = "SELECT a FROM t WHERE a >= ?";
  const [one, two, three] = [1, 2, 3].map((from) => sql.exec(text, from));
  note("first", [one!.next().value, two!.next().value, three!.next().value]);
  note("rest", [one!.toArray(), two!.toArray(), three!.toArray()]);
  note("again", sql.exec(text, 2).toArray());
});
