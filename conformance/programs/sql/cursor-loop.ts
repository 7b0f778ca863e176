import { inObject } from "../../worker/program.ts";

export default inObject("leaving a loop and going on", async ({ sql, note }) => {
  const three = () => sql.exec("SELECT 1 AS a UNION SELECT 2 UNION SELECT 3");
  const cursor = three();
  for (const row of cursor) {
    note("first", row);
    break;
  }
  note("the rest", cursor.toArray());
  const other = three();
  note("spread", [...other].length);
  note("spread again", [...other].length);
  const iterator = three()[Symbol.iterator]();
  note("of its iterator", iterator.next());
});
