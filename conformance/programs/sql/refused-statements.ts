import { inObject } from "../../worker/program.ts";

export default inObject("statements that are refused", async ({ sql, fails }) => {
  sql.exec("CREATE TABLE t (a)");
  const texts = [
    "ATTACH ':memory:' AS other",
    "DETACH main",
    "CREATE TEMP TABLE x (a)",
    "CREATE TEMPORARY VIEW x AS SELECT 1",
    "CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END",
    "VACUUM",
    "VACUUM INTO 'file'",
    "CREATE TABLE temp.x (a)",
    "SELECT * FROM temp.sqlite_master",
    "ANALYZE",
    "REINDEX",
    "EXPLAIN SELECT 1",
    "EXPLAIN QUERY PLAN SELECT 1",
  ];
  for (const text of texts) await fails(text, () => sql.exec(text).columnNames.length);
});
