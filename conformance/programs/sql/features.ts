import { inObject } from "../../worker/program.ts";

export default inObject("what is built in", async ({ sql, note, fails }) => {
  sql.exec("CREATE VIRTUAL TABLE f USING fts5 (body)");
  sql.exec("INSERT INTO f VALUES ('the quick brown fox'), ('lazy dog')");
  note(
    "full text",
    sql.exec("SELECT rowid, highlight(f, 0, '[', ']') AS h FROM f WHERE f MATCH 'quick'").toArray(),
  );
  sql.exec("CREATE VIRTUAL TABLE r USING rtree (id, a, b)");
  sql.exec("INSERT INTO r VALUES (1, 0, 10)");
  note("r-tree", sql.exec("SELECT id FROM r WHERE a < 5").toArray());
  note(
    "math",
    sql.exec("SELECT round(pi(), 4) AS pi, sqrt(16) AS root, floor(-1.5) AS down").one(),
  );
  note("json", sql.exec(`SELECT '{"a":[1,2]}' ->> '$.a[1]' AS v`).one());
  note("json each", sql.exec("SELECT value FROM json_each('[1, \"x\", null]')").toArray());
  note(
    "window",
    sql
      .exec("SELECT x, sum(x) OVER (ORDER BY x) AS s FROM (SELECT 1 AS x UNION SELECT 2)")
      .toArray(),
  );
  note(
    "recursion",
    sql
      .exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) AS s FROM n",
      )
      .one(),
  );
  note("dates", sql.exec("SELECT datetime(0, 'unixepoch') AS d").one());
  note(
    "upsert",
    sql
      .exec(
        "CREATE TABLE t (k PRIMARY KEY, v); INSERT INTO t VALUES ('a', 1); INSERT INTO t VALUES ('a', 2) ON CONFLICT DO UPDATE SET v = excluded.v RETURNING v",
      )
      .toArray(),
  );
  await fails("like pattern of 51", () => sql.exec("SELECT 'x' LIKE ?", "a".repeat(51)).toArray());
  await fails("six terms", () => sql.exec(Array(6).fill("SELECT 1").join(" UNION ALL ")).toArray());
});
