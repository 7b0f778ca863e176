import { inObject } from "../../worker/program.ts";

export default inObject("raw rows", async ({ sql, note }) => {
  const cursor = sql.exec("SELECT 1 AS a, 2 AS a, x'03' AS c UNION ALL SELECT 4, 5, 6");
  const raw = cursor.raw();
  note("first", raw.next());
  note("the cursor goes on", cursor.next());
  note("the end", raw.next());
  note("once more", raw.next());
  note("names", cursor.columnNames);
  note("spread", [...sql.exec("SELECT 7").raw()]);
});
