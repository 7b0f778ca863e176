import { inObject } from "../../worker/program.ts";

export default inObject("rows with odd columns", async ({ sql, note }) => {
  note("__proto__", Object.keys(sql.exec("SELECT 1 AS __proto__, 2 AS b").one()));
  note("digits", sql.exec("SELECT 1 AS b, 2 AS '1', 3 AS '0'").one());
  note("empty name", sql.exec("SELECT 1 AS ''").one());
  note("case", sql.exec("SELECT 1 AS a, 2 AS A").one());
});
