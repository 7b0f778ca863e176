import { inObject } from "../../worker/program.ts";

export default inObject("names that begin with _cf_", async ({ sql, fails }) => {
  sql.exec("CREATE TABLE t (a)");
  const texts = [
    "CREATE TABLE _cf_x (a)",
    "CREATE TABLE _CF_x (a)",
    "CREATE INDEX _cf_i ON t (a)",
    "CREATE VIEW _cf_v AS SELECT 1",
    "CREATE TRIGGER _cf_t AFTER INSERT ON t BEGIN SELECT 1; END",
    "ALTER TABLE t RENAME TO _cf_t",
    "ALTER TABLE t ADD COLUMN _cf_c",
    "SELECT 1 AS _cf_a",
    "CREATE TABLE cf_fine (a)",
    "CREATE VIRTUAL TABLE _cf_f USING fts5 (a)",
    "DROP TABLE _cf_METADATA",
    "SELECT * FROM _cf_nothing",
  ];
  for (const text of texts) await fails(text, () => sql.exec(text).toArray());
});
