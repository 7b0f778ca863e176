import { inObject } from "../../worker/program.ts";

export default inObject("what the schema tells", async ({ sql, note, fails }) => {
  sql.exec("CREATE TABLE t (a UNIQUE);CREATE VIEW v AS SELECT 1; CREATE INDEX i ON t (a)");
  note("rows", sql.exec("SELECT type, name, tbl_name, sql FROM sqlite_master").toArray());
  note("new name", sql.exec("SELECT count(*) AS n FROM sqlite_schema").one());
  await fails("written to", () => sql.exec("DELETE FROM sqlite_master"));
  await fails("a table of its kind", () => sql.exec("CREATE TABLE sqlite_x (a)"));
});
