import { inObject } from "../../worker/program.ts";

export default inObject("how deep triggers go", async ({ sql, fails }) => {
  sql.exec("PRAGMA recursive_triggers = on; CREATE TABLE t (n)");
  sql.exec(
    "CREATE TRIGGER deeper AFTER INSERT ON t WHEN new.n > 0 BEGIN INSERT INTO t VALUES (new.n - 1); END",
  );
  for (const depth of [5, 8, 9, 10, 11, 20]) {
    await fails(String(depth), () => {
      sql.exec("DELETE FROM t");
      sql.exec("INSERT INTO t VALUES (?)", depth);
      return sql.exec("SELECT count(*) AS n FROM t").one();
    });
  }
});
