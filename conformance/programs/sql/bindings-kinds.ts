import { inObject } from "../../worker/program.ts";

export default inObject("ways to name a parameter", async ({ sql, fails }) => {
  await fails("repeated number", () => sql.exec("SELECT ?1 AS a, ?1 AS b", 5).one());
  await fails("a gap", () => sql.exec("SELECT ?3 AS a", 1, 2, 3).one());
  await fails("mixed", () => sql.exec("SELECT ?, ?1, :a", 1, 2).one());
  await fails("by object", () => sql.exec("SELECT :a AS a", { a: 1 }).one());
  await fails("in a text", () => sql.exec("SELECT '?' AS a").one());
  await fails("in a comment", () => sql.exec("SELECT 1 AS a -- ?\n").one());
  await fails("a table's name", () => sql.exec("SELECT * FROM ?", "t"));
});
