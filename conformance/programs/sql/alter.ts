import { inObject } from "../../worker/program.ts";

export default inObject("changing a table", async ({ sql, note, fails }) => {
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  sql.exec("ALTER TABLE t ADD COLUMN b DEFAULT 'x'");
  await fails("the same column again", () => sql.exec("ALTER TABLE t ADD COLUMN b"));
  sql.exec("ALTER TABLE t RENAME COLUMN a TO c");
  note("renamed", sql.exec("SELECT * FROM t").toArray());
  sql.exec("ALTER TABLE t DROP COLUMN b");
  sql.exec("ALTER TABLE t RENAME TO u");
  note("dropped", sql.exec("SELECT * FROM u").toArray());
  await fails("the old name", () => sql.exec("SELECT * FROM t").toArray());
});
