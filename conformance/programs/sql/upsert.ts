import { inObject } from "../../worker/program.ts";

export default inObject("conflicts", async ({ sql, note, fails }) => {
  sql.exec("CREATE TABLE t (k PRIMARY KEY, n); INSERT INTO t VALUES ('a', 1)");
  note(
    "update",
    sql
      .exec(
        "INSERT INTO t VALUES ('a', 5) ON CONFLICT (k) DO UPDATE SET n = n + excluded.n RETURNING n",
      )
      .one(),
  );
  note(
    "nothing",
    sql.exec("INSERT INTO t VALUES ('a', 5) ON CONFLICT DO NOTHING RETURNING n").toArray(),
  );
  note("replace", sql.exec("REPLACE INTO t VALUES ('a', 9) RETURNING n").one());
  note("ignore", sql.exec("INSERT OR IGNORE INTO t VALUES ('a', 1) RETURNING n").toArray());
  await fails("fail", () => sql.exec("INSERT OR FAIL INTO t VALUES ('b', 1), ('a', 1), ('c', 1)"));
  note("rows", sql.exec("SELECT * FROM t ORDER BY k").toArray());
});
