import { inObject } from "../../worker/program.ts";

export default inObject("keys that count", async ({ sql, note }) => {
  sql.exec(
    "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x); CREATE TABLE b (id INTEGER PRIMARY KEY, x)",
  );
  const add = (table: string) =>
    sql.exec(`INSERT INTO ${table} (x) VALUES (1) RETURNING id`).one().id;
  note("counted", [add("a"), add("a"), add("b"), add("b")]);
  sql.exec("DELETE FROM a WHERE id = 2; DELETE FROM b WHERE id = 2");
  note("after a deletion", [add("a"), add("b")]);
  note("sequence", sql.exec("SELECT * FROM sqlite_sequence").toArray());
});
