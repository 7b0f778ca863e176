import { inObject } from "../../worker/program.ts";

export default inObject("full-text search", async ({ sql, note, fails }) => {
  sql.exec("CREATE VIRTUAL TABLE f USING fts5 (title, body)");
  sql.exec("INSERT INTO f VALUES ('Bread', 'flour water salt'), ('Soup', 'water salt salt')");
  const find = (query: string) =>
    sql.exec("SELECT title FROM f WHERE f MATCH ? ORDER BY rank", query).toArray();
  note("word", find("flour"));
  note("prefix", find("wat*"));
  note("phrase", find('"water salt"'));
  note("column", find("title: soup"));
  note("not", find("salt NOT flour"));
  note(
    "snippet",
    sql
      .exec("SELECT snippet(f, 1, '<', '>', '…', 2) AS s FROM f WHERE f MATCH 'salt' LIMIT 1")
      .one(),
  );
  note(
    "bm25",
    sql.exec("SELECT bm25(f) < 0 AS negative FROM f WHERE f MATCH 'salt' LIMIT 1").one(),
  );
  await fails("bad query", () => find('"open'));
  note("deleted", [sql.exec("DELETE FROM f WHERE title = 'Soup'").toArray(), find("salt")]);
});
