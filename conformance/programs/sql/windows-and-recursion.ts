import { inObject } from "../../worker/program.ts";

export default inObject("windows, recursion, common tables", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (g, n); INSERT INTO t VALUES ('a', 1), ('a', 2), ('b', 5)");
  note(
    "row number",
    sql.exec("SELECT n, row_number() OVER (PARTITION BY g ORDER BY n) AS r FROM t").toArray(),
  );
  note("lag", sql.exec("SELECT lag(n) OVER (ORDER BY n) AS before FROM t").toArray());
  note("frame", sql.exec("SELECT sum(n) OVER (ORDER BY n ROWS 1 PRECEDING) AS s FROM t").toArray());
  note("filter", sql.exec("SELECT count(*) FILTER (WHERE n > 1) AS c FROM t").one());
  note(
    "recursive",
    sql
      .exec(
        "WITH RECURSIVE f(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM f WHERE b < 20) SELECT a FROM f",
      )
      .toArray().length,
  );
  note(
    "updated from",
    sql.exec("UPDATE t SET n = x.m FROM (SELECT max(n) AS m FROM t) AS x RETURNING n").toArray(),
  );
});
